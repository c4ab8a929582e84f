//! The deploy lock: one towel at a time, and never held by a dead one.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::{Journal, JournalError};

/// A process that holds the lock. Process ids are used again, so its start time belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Process id.
    pub pid: u32,
    /// When it started, as the system words it; empty where the system does not tell.
    pub started: String,
}

impl Owner {
    /// This process.
    pub fn this() -> Self {
        let pid = std::process::id();
        Self::of(pid).unwrap_or(Self { pid, started: String::new() })
    }

    /// The process of that id, if it lives.
    pub fn of(pid: u32) -> Option<Self> {
        start_of(pid).map(|started| Self { pid, started })
    }

    /// Whether that very process still lives.
    pub fn is_alive(&self) -> bool {
        start_of(self.pid).is_some_and(|started| started == self.started)
    }
}

impl Journal {
    /// Takes the lock. It is taken from an owner only once that process is dead.
    pub fn lock(&self, owner: &Owner) -> Result<(), JournalError> {
        let holder = self.write(|change| {
            let holder = change
                .query_row("SELECT pid, started FROM lock", [], |row| {
                    Ok(Owner { pid: row.get(0)?, started: row.get(1)? })
                })
                .optional()?;
            if let Some(holder) = holder.filter(|holder| holder != owner && holder.is_alive()) {
                return Ok(Some(holder));
            }
            change.execute(
                "INSERT OR REPLACE INTO lock (id, pid, started) VALUES (1, ?, ?)",
                params![owner.pid, owner.started],
            )?;
            Ok(None)
        })?;
        match holder {
            Some(owner) => Err(JournalError::Locked { owner }),
            None => Ok(()),
        }
    }

    /// Gives the lock back, if `owner` holds it.
    pub fn unlock(&self, owner: &Owner) -> Result<(), JournalError> {
        self.write(|change| {
            change.execute("DELETE FROM lock WHERE pid = ? AND started = ?", params![owner.pid, owner.started])
        })?;
        Ok(())
    }

    /// Who holds the lock, dead or alive.
    pub fn lock_owner(&self) -> Result<Option<Owner>, JournalError> {
        self.read(|connection| {
            connection
                .query_row("SELECT pid, started FROM lock", [], |row| {
                    Ok(Owner { pid: row.get(0)?, started: row.get(1)? })
                })
                .optional()
        })
    }
}

/// A process's start time, in clock ticks since the machine started; none when it is gone.
#[cfg(target_os = "linux")]
fn start_of(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The command's name stands in brackets and may hold anything; fields are counted after it.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace();
    let state = fields.next()?;
    // A zombie has ended; it only waits for its parent to look.
    if state == "Z" || state == "X" {
        return None;
    }
    let ticks = fields.nth(18)?;
    // Ticks are counted from the machine's start, so the boot belongs to them.
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    Some(format!("{} {ticks}", boot.trim()))
}

/// Asked of `ps`, which every other Unix has.
#[cfg(not(target_os = "linux"))]
fn start_of(pid: u32) -> Option<String> {
    let ps = std::process::Command::new("ps").args(["-o", "lstart=", "-p", &pid.to_string()]).output().ok()?;
    let started = String::from_utf8_lossy(&ps.stdout).trim().to_owned();
    (ps.status.success() && !started.is_empty()).then_some(started)
}
