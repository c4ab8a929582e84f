//! Reads `/proc/<pid>/stat`.

use std::fs;

/// What one line of `/proc/<pid>/stat` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stat {
    /// The process.
    pub(crate) pid: u32,
    /// `R`, `S`, `Z`, …
    pub(crate) state: u8,
    /// Its parent.
    pub(crate) parent: u32,
    /// Its process group.
    pub(crate) group: u32,
    /// Its session.
    pub(crate) session: u32,
    /// User and system time in clock ticks, children that were waited for left out.
    pub(crate) cpu_ticks: u64,
    /// When it started, in clock ticks since boot.
    pub(crate) start: u64,
    /// Resident memory in pages.
    pub(crate) resident_pages: u64,
}

impl Stat {
    /// Of a process that is there (a zombie is).
    pub(crate) fn of(pid: u32) -> Option<Self> {
        // The name in parentheses is the program's own choice and need not be UTF-8.
        let bytes = fs::read(format!("/proc/{pid}/stat")).ok()?;
        Self::parse(&String::from_utf8_lossy(&bytes))
    }

    /// Whether it ended and only waits for its parent to ask.
    pub(crate) fn is_zombie(&self) -> bool {
        matches!(self.state, b'Z' | b'X')
    }

    fn parse(line: &str) -> Option<Self> {
        // The name may hold spaces and parentheses; the last `)` ends it.
        let (pid, rest) = line.split_once(" (")?;
        let (_, rest) = rest.rsplit_once(") ")?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        let number = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok());
        let id = |index: usize| number(index).and_then(|value| u32::try_from(value).ok());
        // Field numbers of proc_pid_stat(5) less three: 3 state, 4 ppid, 5 pgrp, 6 session, 14 utime, …
        Some(Self {
            pid: pid.parse().ok()?,
            state: *fields.first()?.as_bytes().first()?,
            parent: id(1)?,
            group: id(2)?,
            session: id(3)?,
            cpu_ticks: number(11)? + number(12)?,
            start: number(19)?,
            resident_pages: number(21)?,
        })
    }
}

/// Every process of this machine.
pub(crate) fn all_processes() -> Vec<Stat> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str().and_then(|name| name.parse().ok()))
        .filter_map(Stat::of)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_parentheses_does_not_shift_the_fields() {
        let line =
            "42 (a) b (c) S 7 42 40 0 -1 4194560 100 0 0 0 11 5 0 0 20 0 1 0 98765 1000 321 18446744073709551615";
        let stat = Stat::parse(line).unwrap();
        assert_eq!((stat.pid, stat.state, stat.parent, stat.group, stat.session), (42, b'S', 7, 42, 40));
        assert_eq!((stat.cpu_ticks, stat.start, stat.resident_pages), (16, 98765, 321));
    }

    #[test]
    fn a_torn_line_is_no_process() {
        assert_eq!(Stat::parse("42 (a) S 7"), None);
        assert_eq!(Stat::parse(""), None);
    }

    #[test]
    fn this_process_is_among_all_processes() {
        assert!(all_processes().iter().any(|stat| stat.pid == std::process::id()));
    }
}
