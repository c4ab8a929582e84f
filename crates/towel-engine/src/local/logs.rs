//! Reads service logs: the last lines, and what is added while somebody watches, across rotation.
//!
//! A line of a log file is `TIMESTAMP SPACE TEXT`, the timestamp in UTC (RFC 3339). It lies in
//! `.towel/logs/SERVICE/INSTANCE.log`; older files of the instance are called `.log.1` and `.log.2`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use super::program::log_file;
use crate::shim::{parse_line, rotated};

/// How often a follower looks for news.
const LOOK: Duration = Duration::from_millis(200);
/// More files than an instance can have.
const MOST_FILES: u32 = 10;
/// Logs of so many ended instances of a service are kept.
const KEPT: usize = 20;

/// A line of a service's output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceLine {
    /// The instance that wrote it.
    pub instance: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// The logs under one `.towel` folder. They can be read whether or not a supervisor runs.
#[derive(Debug, Clone)]
pub struct Logs {
    folder: PathBuf,
}

impl Logs {
    /// Of the state folder `.towel`.
    pub fn new(state: &Path) -> Self {
        Self { folder: state.join("logs") }
    }

    /// Instances of a service of which there is a log, ended ones included.
    pub fn instances(&self, service: &str) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(self.folder.join(service)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other?,
        };
        let name = |entry: fs::DirEntry| Some(entry.file_name().to_str()?.strip_suffix(".log")?.to_owned());
        let mut names: Vec<String> = entries.flatten().filter_map(name).collect();
        names.sort();
        Ok(names)
    }

    /// The last `count` lines of a service, or of one of its instances, oldest first.
    pub fn tail(&self, service: &str, instance: Option<&str>, count: usize) -> io::Result<Vec<ServiceLine>> {
        let mut lines = Vec::new();
        for name in self.wanted(service, instance)? {
            lines.extend(last_lines(&log_file(&self.folder, service, &name), &name, count)?);
        }
        lines.sort_by_key(|line| line.at);
        lines.drain(..lines.len().saturating_sub(count));
        Ok(lines)
    }

    /// What is written from now on; instances that start later are followed, too.
    pub fn follow(&self, service: &str, instance: Option<&str>) -> io::Result<Follower> {
        let mut follower = Follower {
            logs: self.clone(),
            service: service.to_owned(),
            instance: instance.map(str::to_owned),
            readers: BTreeMap::new(),
            waiting: Vec::new(),
        };
        for name in self.wanted(service, instance)? {
            let reader = Reader::at_end(log_file(&self.folder, service, &name))?;
            follower.readers.insert(name, reader);
        }
        Ok(follower)
    }

    fn wanted(&self, service: &str, instance: Option<&str>) -> io::Result<Vec<String>> {
        let mut names = self.instances(service)?;
        names.retain(|name| instance.is_none_or(|wanted| wanted == name));
        Ok(names)
    }

    /// Removes the logs of instances that ended, but for the newest ones of a service.
    pub(crate) fn prune(&self, service: &str, living: impl Fn(&str) -> bool) -> io::Result<()> {
        let written =
            |name: &String| fs::metadata(log_file(&self.folder, service, name)).and_then(|file| file.modified());
        let mut ended: Vec<String> = self.instances(service)?.into_iter().filter(|name| !living(name)).collect();
        ended.sort_by_key(|name| written(name).ok());
        for name in ended.iter().take(ended.len().saturating_sub(KEPT)) {
            let file = log_file(&self.folder, service, name);
            for number in 0..MOST_FILES {
                match fs::remove_file(rotated(&file, number)) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    other => other?,
                }
            }
        }
        Ok(())
    }
}

/// Lines as they are written. Survives rotation; a file that is written faster than it is rotated away
/// between two looks loses nothing that is still on disk.
pub struct Follower {
    logs: Logs,
    service: String,
    instance: Option<String>,
    readers: BTreeMap<String, Reader>,
    waiting: Vec<ServiceLine>,
}

impl Follower {
    /// The next lines, at least one, oldest first. May be dropped while it waits without losing any.
    pub async fn next(&mut self) -> io::Result<Vec<ServiceLine>> {
        loop {
            self.look()?;
            if !self.waiting.is_empty() {
                return Ok(std::mem::take(&mut self.waiting));
            }
            sleep(LOOK).await;
        }
    }

    fn look(&mut self) -> io::Result<()> {
        for name in self.logs.wanted(&self.service, self.instance.as_deref())? {
            let file = log_file(&self.logs.folder, &self.service, &name);
            let reader = self.readers.entry(name.clone()).or_insert_with(|| Reader::at_start(file));
            for line in reader.read()? {
                let Some(line) = parse_line(&line) else { continue };
                self.waiting.push(ServiceLine { instance: name.clone(), at: line.at, text: line.text });
            }
        }
        self.waiting.sort_by_key(|line| line.at);
        Ok(())
    }
}

/// Reads one instance's files in the order they were written.
struct Reader {
    path: PathBuf,
    file: Option<(u64, File)>,
    partial: Vec<u8>,
}

impl Reader {
    fn at_start(path: PathBuf) -> Self {
        Self { path, file: None, partial: Vec::new() }
    }

    fn at_end(path: PathBuf) -> io::Result<Self> {
        let mut file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::at_start(path)),
            other => other?,
        };
        file.seek(SeekFrom::End(0))?;
        let inode = file.metadata()?.ino();
        Ok(Self { path, file: Some((inode, file)), partial: Vec::new() })
    }

    fn read(&mut self) -> io::Result<Vec<Vec<u8>>> {
        let mut fresh = Vec::new();
        let newer = self.newer_files()?;
        if let Some((_, file)) = &mut self.file {
            file.read_to_end(&mut fresh)?;
        }
        for (inode, mut file) in newer {
            file.read_to_end(&mut fresh)?;
            self.file = Some((inode, file));
        }
        self.partial.extend_from_slice(&fresh);
        let end = self.partial.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        let rest = self.partial.split_off(end);
        let whole = std::mem::replace(&mut self.partial, rest);
        Ok(whole.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect())
    }

    /// Files begun after the one that is open, oldest first. They are opened before that one is read to its
    /// end, so that nothing is written to it in between.
    fn newer_files(&self) -> io::Result<Vec<(u64, File)>> {
        let mut newer = Vec::new();
        for number in 0..MOST_FILES {
            let file = match File::open(rotated(&self.path, number)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                other => other?,
            };
            let inode = file.metadata()?.ino();
            if self.file.as_ref().is_some_and(|(open, _)| *open == inode) {
                break;
            }
            newer.push((inode, file));
        }
        newer.reverse();
        Ok(newer)
    }
}

/// The texts of an instance's last lines since some time, oldest first.
pub(crate) fn last_texts(file: &Path, count: usize, since: Timestamp) -> io::Result<Vec<String>> {
    // Lines are stamped with whole microseconds.
    let since = Timestamp::from_microsecond(since.as_microsecond()).unwrap_or(since);
    let lines = last_lines(file, "", count)?;
    Ok(lines.into_iter().filter(|line| line.at >= since).map(|line| line.text).collect())
}

fn last_lines(file: &Path, instance: &str, count: usize) -> io::Result<Vec<ServiceLine>> {
    let mut lines: Vec<ServiceLine> = Vec::new();
    for number in 0..MOST_FILES {
        if lines.len() >= count {
            break;
        }
        let end = match read_end(&rotated(file, number), count - lines.len()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            other => other?,
        };
        let older = end.split_inclusive(|byte| *byte == b'\n').filter_map(parse_line);
        let older: Vec<_> =
            older.map(|line| ServiceLine { instance: instance.to_owned(), at: line.at, text: line.text }).collect();
        lines.splice(0..0, older);
    }
    lines.drain(..lines.len().saturating_sub(count));
    Ok(lines)
}

/// The end of a file, with at least `count` whole lines if it has so many.
fn read_end(path: &Path, count: usize) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut window = 16 * 1024;
    loop {
        let start = length.saturating_sub(window);
        let mut end = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        Read::by_ref(&mut file).take(length - start).read_to_end(&mut end)?;
        let lines = end.iter().filter(|byte| **byte == b'\n').count();
        if start == 0 || lines > count {
            // What comes before the first newline may be half a line.
            let first = if start == 0 { 0 } else { end.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1) };
            return Ok(end.split_off(first));
        }
        window *= 4;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn write(file: &Path, numbers: std::ops::Range<u32>) {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let mut open = fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
        for number in numbers {
            writeln!(open, "2026-11-21T05:30:23.{number:06}Z line {number}").unwrap();
        }
    }

    fn texts(lines: Vec<ServiceLine>) -> Vec<String> {
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn the_last_lines_span_rotated_files_and_instances() {
        let state = tempfile::tempdir().unwrap();
        let folder = state.path().join("logs/api");
        write(&folder.join("api-r1-1.log.1"), 0..5000);
        write(&folder.join("api-r1-1.log"), 5000..5002);
        write(&folder.join("api-r1-2.log"), 5002..5003);
        let logs = Logs::new(state.path());
        let tail = texts(logs.tail("api", None, 4).unwrap());
        assert_eq!(tail, ["line 4999", "line 5000", "line 5001", "line 5002"]);
        assert_eq!(texts(logs.tail("api", Some("api-r1-2"), 4).unwrap()), ["line 5002"]);
        assert_eq!(logs.tail("api", None, 100_000).unwrap().len(), 5003);
        assert!(logs.tail("none", None, 4).unwrap().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_follower_survives_rotation_and_sees_new_instances() {
        let state = tempfile::tempdir().unwrap();
        let folder = state.path().join("logs/api");
        let file = folder.join("api-r1-1.log");
        write(&file, 0..3);
        let mut follower = Logs::new(state.path()).follow("api", None).unwrap();
        write(&file, 3..4);
        assert_eq!(texts(follower.next().await.unwrap()), ["line 3"]);
        // Two rotations between two looks.
        write(&file, 4..5);
        fs::rename(&file, rotated(&file, 1)).unwrap();
        write(&file, 5..6);
        fs::rename(rotated(&file, 1), rotated(&file, 2)).unwrap();
        fs::rename(&file, rotated(&file, 1)).unwrap();
        write(&file, 6..7);
        write(&folder.join("api-r1-2.log"), 7..8);
        assert_eq!(texts(follower.next().await.unwrap()), ["line 4", "line 5", "line 6", "line 7"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_follower_waits_for_the_end_of_a_line() {
        let state = tempfile::tempdir().unwrap();
        let file = state.path().join("logs/api/api-r1-1.log");
        write(&file, 0..1);
        let mut follower = Logs::new(state.path()).follow("api", None).unwrap();
        let mut open = fs::OpenOptions::new().append(true).open(&file).unwrap();
        open.write_all(b"2026-11-21T05:30:23Z ha").unwrap();
        follower.look().unwrap();
        assert!(follower.waiting.is_empty());
        open.write_all(b"lf\n").unwrap();
        assert_eq!(texts(follower.next().await.unwrap()), ["half"]);
    }

    #[test]
    fn old_logs_of_ended_instances_are_removed() {
        let state = tempfile::tempdir().unwrap();
        let folder = state.path().join("logs/api");
        for number in 0..KEPT + 5 {
            write(&folder.join(format!("api-r1-{number}.log")), 0..1);
        }
        let logs = Logs::new(state.path());
        logs.prune("api", |name| name == "api-r1-0").unwrap();
        let left = logs.instances("api").unwrap();
        assert_eq!(left.len(), KEPT + 1);
        assert!(left.contains(&"api-r1-0".to_owned()));
    }
}
