//! Events, for whoever watches; and the audit log of who did what and why.

use jiff::Timestamp;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::store::{from_json, signed, to_json, unsigned};
use super::{Journal, JournalError, RolloutId};

/// Older events than the latest so many are forgotten.
const KEPT: i64 = 10_000;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// To which service.
    pub service: String,
    /// In which rollout.
    pub rollout: Option<RolloutId>,
    /// Of which kind.
    pub kind: EventKind,
    /// In words.
    pub message: String,
}

/// Kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A rollout was asked for.
    Requested,
    /// It began.
    Started,
    /// It entered another stage, or an effect was carried out.
    Progress,
    /// It waits.
    Waiting,
    /// A person should look.
    Alert,
    /// It ended healthy.
    Healthy,
    /// It was rolled back.
    RolledBack,
    /// It failed.
    Failed,
    /// A person changed something else: scale, restart.
    Changed,
}

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// With which service.
    pub service: String,
    /// Did what.
    pub what: String,
    /// Why.
    pub why: Option<String>,
}

impl Journal {
    /// Keeps an event.
    pub fn add_event(&self, event: &Event) -> Result<(), JournalError> {
        self.write(|change| {
            change.execute(
                "INSERT INTO events (at, service, rollout, kind, message) VALUES (?, ?, ?, ?, ?)",
                params![
                    event.at.to_string(),
                    event.service,
                    event.rollout.map(|id| signed(id.0)),
                    to_json(&event.kind),
                    event.message
                ],
            )?;
            change.execute("DELETE FROM events WHERE id <= ?", [change.last_insert_rowid() - KEPT])
        })?;
        Ok(())
    }

    /// The latest events, oldest first; of one service, or of all.
    pub fn events(&self, service: Option<&str>, most: u32) -> Result<Vec<Event>, JournalError> {
        type Raw = (String, String, Option<i64>, String, String);
        let mut rows: Vec<Raw> = self.read(|connection| {
            let query = "SELECT at, service, rollout, kind, message FROM events
                         WHERE ?1 IS NULL OR service = ?1 ORDER BY id DESC LIMIT ?2";
            let mut query = connection.prepare(query)?;
            let rows = query.query_map(params![service, most], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })?;
            rows.collect()
        })?;
        rows.reverse();
        let parse = |(at, service, rollout, kind, message): Raw| {
            Ok(Event {
                at: at.parse().unwrap_or_default(),
                service,
                rollout: rollout.map(|id| RolloutId(unsigned(id))),
                kind: from_json("event kind", &kind)?,
                message,
            })
        };
        rows.into_iter().map(parse).collect()
    }

    /// Notes who did what and why.
    pub fn add_audit(&self, audit: &Audit) -> Result<(), JournalError> {
        self.write(|change| {
            change.execute(
                "INSERT INTO audit (at, by, service, what, why) VALUES (?, ?, ?, ?, ?)",
                params![audit.at.to_string(), audit.by, audit.service, audit.what, audit.why],
            )
        })?;
        Ok(())
    }

    /// The latest lines of the audit log, oldest first.
    pub fn audit(&self, most: u32) -> Result<Vec<Audit>, JournalError> {
        let mut lines: Vec<Audit> = self.read(|connection| {
            let query = "SELECT at, by, service, what, why FROM audit ORDER BY id DESC LIMIT ?";
            let mut query = connection.prepare(query)?;
            let rows = query.query_map([most], |row| {
                let at: String = row.get(0)?;
                Ok(Audit {
                    at: at.parse().unwrap_or_default(),
                    by: row.get(1)?,
                    service: row.get(2)?,
                    what: row.get(3)?,
                    why: row.get(4)?,
                })
            })?;
            rows.collect()
        })?;
        lines.reverse();
        Ok(lines)
    }
}
