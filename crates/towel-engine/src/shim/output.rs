//! Turns a service's output into timestamped lines in a bounded set of files, and never holds the service up.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::LogPlan;
use super::line::{LONGEST, stamp, write_line};

/// The log of one process.
pub(crate) struct Output {
    plan: LogPlan,
    file: Option<File>,
    size: u64,
    /// The beginning of a line whose end has not come yet, at most [`LONGEST`] bytes of it.
    partial: Vec<u8>,
    /// Bytes of that line beyond the longest.
    cut: usize,
    /// Lines that could not be written since the last one that could.
    dropped: u64,
    reason: String,
    /// Whether the file ends within a line, because the disk was full.
    torn: bool,
}

impl Output {
    /// Continues the file of the plan, or begins it.
    pub(crate) fn open(plan: LogPlan) -> io::Result<Self> {
        let (file, size) = open(&plan.file)?;
        Ok(Self {
            plan,
            file: Some(file),
            size,
            partial: Vec::new(),
            cut: 0,
            dropped: 0,
            reason: String::new(),
            torn: false,
        })
    }

    /// Takes what was read from the service.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        let at = stamp(Timestamp::now());
        let mut lines = Vec::with_capacity(bytes.len() + 64);
        let mut count = 0;
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.extend_partial(&rest[..end]);
            write_line(&at, &self.partial, self.cut, &mut lines);
            self.partial.clear();
            self.cut = 0;
            count += 1;
            rest = &rest[end + 1..];
        }
        self.extend_partial(rest);
        self.write(&lines, count, &at);
    }

    /// Writes what came after the last newline; nothing more will come.
    pub(crate) fn finish(&mut self) {
        if !self.partial.is_empty() {
            self.take(b"\n");
        }
    }

    fn extend_partial(&mut self, bytes: &[u8]) {
        let room = (LONGEST - self.partial.len()).min(bytes.len());
        self.partial.extend_from_slice(&bytes[..room]);
        self.cut += bytes.len() - room;
    }

    /// On a full disk lines are dropped and counted; the count is written once there is room again.
    fn write(&mut self, lines: &[u8], count: u64, at: &str) {
        if count == 0 {
            return;
        }
        let mut batch = Vec::new();
        if self.torn {
            batch.push(b'\n');
        }
        if self.dropped > 0 {
            let note = format!("towel: {} lines were dropped here: {}", self.dropped, self.reason);
            write_line(at, note.as_bytes(), 0, &mut batch);
        }
        batch.extend_from_slice(lines);
        match self.append(&batch) {
            Ok(()) => {
                self.dropped = 0;
                self.torn = false;
            }
            Err(error) => {
                self.dropped += count;
                self.reason = error.to_string();
            }
        }
    }

    fn append(&mut self, batch: &[u8]) -> io::Result<()> {
        if self.size > 0 && self.size + batch.len() as u64 > self.plan.bytes {
            self.rotate()?;
        }
        if self.file.is_none() {
            let (file, size) = open(&self.plan.file)?;
            (self.file, self.size, self.torn) = (Some(file), size, false);
        }
        let Some(file) = &mut self.file else { return Err(io::ErrorKind::NotFound.into()) };
        let mut written = 0;
        while written < batch.len() {
            match file.write(&batch[written..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => written += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.torn |= written > 0;
                    self.size += written as u64;
                    return Err(error);
                }
            }
        }
        self.size += batch.len() as u64;
        Ok(())
    }

    fn rotate(&mut self) -> io::Result<()> {
        for number in (1..self.plan.files).rev() {
            move_if_there(&rotated(&self.plan.file, number - 1), &rotated(&self.plan.file, number))?;
        }
        if self.plan.files <= 1 {
            fs::remove_file(&self.plan.file)?;
        }
        (self.file, self.size) = (None, 0);
        Ok(())
    }
}

/// The name of a log file: number 0 is the newest.
pub(crate) fn rotated(file: &Path, number: u32) -> PathBuf {
    if number == 0 {
        return file.to_path_buf();
    }
    let mut name = OsString::from(file);
    name.push(format!(".{number}"));
    PathBuf::from(name)
}

fn open(path: &Path) -> io::Result<(File, u64)> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

fn move_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shim::parse_line;

    fn texts(file: &Path) -> Vec<String> {
        let content = fs::read(file).unwrap();
        content.split_inclusive(|byte| *byte == b'\n').filter_map(parse_line).map(|line| line.text).collect()
    }

    fn output(folder: &Path, bytes: u64, files: u32) -> (Output, PathBuf) {
        let file = folder.join("api.log");
        (Output::open(LogPlan { file: file.clone(), bytes, files }).unwrap(), file)
    }

    #[test]
    fn lines_are_put_together_from_pieces() {
        let folder = tempfile::tempdir().unwrap();
        let (mut output, file) = output(folder.path(), 1 << 20, 3);
        output.take(b"one\ntw");
        output.take(b"o\r\nthree");
        output.finish();
        assert_eq!(texts(&file), ["one", "two", "three"]);
    }

    #[test]
    fn a_line_without_end_takes_bounded_memory() {
        let folder = tempfile::tempdir().unwrap();
        let (mut output, file) = output(folder.path(), 1 << 20, 3);
        for _ in 0..100 {
            output.take(&[b'x'; 1024]);
        }
        assert_eq!(output.partial.len(), LONGEST);
        output.take(b"\nnext\n");
        let lines = texts(&file);
        assert!(lines[0].ends_with("… (86016 bytes cut by towel)"), "{}", &lines[0][LONGEST..]);
        assert_eq!(lines[1], "next");
    }

    #[test]
    fn old_files_are_dropped_and_no_line_is_split() {
        let folder = tempfile::tempdir().unwrap();
        let (mut output, file) = output(folder.path(), 1000, 3);
        for number in 0..200 {
            output.take(format!("line {number}\n").as_bytes());
        }
        let kept: Vec<String> = (0..3).rev().flat_map(|number| texts(&rotated(&file, number))).collect();
        assert_eq!(kept.last().unwrap(), "line 199");
        let first = 200 - kept.len();
        assert!(kept.len() > 40, "{}", kept.len());
        assert!(kept.iter().enumerate().all(|(at, line)| *line == format!("line {}", first + at)));
        assert!(fs::read_dir(folder.path()).unwrap().count() == 3);
        assert!((0..3).all(|number| fs::metadata(rotated(&file, number)).unwrap().len() <= 1000));
    }

    #[test]
    fn a_full_disk_drops_lines_and_counts_them() {
        let folder = tempfile::tempdir().unwrap();
        let (mut output, file) = output(folder.path(), 1 << 20, 3);
        output.take(b"before\n");
        // /dev/full answers every write like a full disk.
        let real = output.file.replace(OpenOptions::new().append(true).open("/dev/full").unwrap());
        output.take(b"lost\nlost too\n");
        output.file = real;
        output.take(b"after\n");
        let expected = "towel: 2 lines were dropped here: No space left on device (os error 28)";
        assert_eq!(texts(&file), ["before", expected, "after"]);
    }

    #[test]
    fn a_log_folder_deleted_meanwhile_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let (mut output, file) = output(&folder.path().join("api"), 60, 3);
        output.take(b"before\n");
        fs::remove_dir_all(folder.path().join("api")).unwrap();
        output.take(b"a line that is long enough to make the next one rotate\n");
        output.take(b"after\n");
        assert_eq!(texts(&file), ["after"]);
    }
}
