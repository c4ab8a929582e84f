//! The journal on disk: torn, full, newer, locked (scenarios 2 and 4).

use std::process::{Child, Command};

use jiff::Timestamp;
use towel_engine::ReleaseId;

use super::*;
use crate::machine::Kind;
use crate::scenarios::canary;

fn now() -> Timestamp {
    Timestamp::constant(1_780_000_000, 0)
}

fn folder() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.sqlite");
    (folder, path)
}

fn release(journal: &Journal, version: &str) -> ReleaseId {
    journal.add_release(&canary(), version, "ada", Some("because"), now()).unwrap().id()
}

fn event(message: String) -> Event {
    Event { at: now(), service: "api".into(), rollout: None, kind: EventKind::Progress, message }
}

#[test]
fn a_release_comes_back_as_it_was() {
    let (_folder, path) = folder();
    let journal = Journal::open(&path).unwrap();
    let added = journal.add_release(&canary(), "v1", "ada", Some("because"), now()).unwrap();
    drop(journal);
    let read = Journal::open(&path).unwrap().release(added.id()).unwrap().unwrap();
    assert_eq!(read, added);
}

#[test]
fn release_numbers_are_never_used_twice() {
    let journal = Journal::in_memory().unwrap();
    let first = release(&journal, "v1");
    journal.write(|change| change.execute("DELETE FROM releases", [])).unwrap();
    assert!(release(&journal, "v2") > first);
}

#[test]
fn a_write_torn_by_a_crash_leaves_the_state_before_it() {
    let (_folder, path) = folder();
    let journal = Journal::open(&path).unwrap();
    let kept = release(&journal, "v1");
    let log = path.with_extension("sqlite-wal");
    let whole = std::fs::metadata(&log).unwrap().len();
    let torn = release(&journal, "v2");
    let longer = std::fs::metadata(&log).unwrap().len();
    assert!(longer > whole);

    // The machine stops while the second commit is being written: half of it is on the disk.
    let (_copy_folder, copy) = folder_with(&path, (whole + longer) / 2);
    let after = Journal::open(&copy).unwrap();
    assert!(after.release(kept).unwrap().is_some());
    assert!(after.release(torn).unwrap().is_none());
    assert!(release(&after, "v3") > kept);
}

/// A copy of the journal whose log ends after so many bytes.
fn folder_with(path: &std::path::Path, bytes: u64) -> (tempfile::TempDir, std::path::PathBuf) {
    let (target, copy) = folder();
    std::fs::copy(path, &copy).unwrap();
    let log = std::fs::read(path.with_extension("sqlite-wal")).unwrap();
    std::fs::write(copy.with_extension("sqlite-wal"), &log[..bytes as usize]).unwrap();
    (target, copy)
}

#[test]
fn a_full_disk_refuses_the_write_and_keeps_what_was_written() {
    let (_folder, path) = folder();
    let journal = Journal::open(&path).unwrap();
    let kept = release(&journal, "v1");
    journal.fill_disk(true);
    let refused = (0..1000).find_map(|count| journal.add_event(&event(format!("{count}: {}", "x".repeat(500)))).err());
    let refused = refused.unwrap().to_string();
    assert!(refused.starts_with("the journal cannot be written: "), "{refused}");
    assert_eq!(journal.release(kept).unwrap().unwrap().version(), "v1");
    journal.fill_disk(false);
    journal.add_event(&event("there is room again".into())).unwrap();
}

#[test]
fn a_journal_of_a_newer_towel_is_left_alone() {
    let (_folder, path) = folder();
    drop(Journal::open(&path).unwrap());
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let Err(refused) = Journal::open(&path) else { panic!() };
    assert_eq!(
        refused.to_string(),
        "the journal has version 99, this towel knows versions up to 1; use the newer towel"
    );
}

#[test]
fn what_is_no_journal_is_refused_and_not_overwritten() {
    let (_folder, path) = folder();
    std::fs::write(&path, "not a database, and long enough to be looked at as one".repeat(50)).unwrap();
    let Err(refused) = Journal::open(&path) else { panic!() };
    assert!(refused.to_string().starts_with("the journal cannot be opened: "), "{refused}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("not a database"));
}

#[test]
fn only_the_latest_events_are_kept() {
    let journal = Journal::in_memory().unwrap();
    for count in 0..10_050 {
        journal.add_event(&event(count.to_string())).unwrap();
    }
    let events = journal.events(Some("api"), 20_000).unwrap();
    assert_eq!(events.len(), 10_000);
    assert_eq!((events[0].message.as_str(), events[9_999].message.as_str()), ("50", "10049"));
    assert_eq!(journal.events(Some("web"), 10).unwrap(), []);
}

#[test]
fn a_rollout_that_has_not_begun_is_open() {
    let journal = Journal::in_memory().unwrap();
    let release = release(&journal, "v1");
    let request = Request {
        kind: Kind::Deploy,
        version: "v1".into(),
        by: "ada".into(),
        why: None,
        overridden: None,
        freezes: Vec::new(),
    };
    let id = journal.add_rollout("api", release, &request, now()).unwrap();
    let open = journal.open_rollouts().unwrap();
    assert_eq!((open.len(), open[0].id, open[0].plan.is_none()), (1, id, true));
    assert_eq!(open[0].request, request);
}

#[test]
fn epochs_never_fall() {
    let journal = Journal::in_memory().unwrap();
    journal.set_epoch("api", 7).unwrap();
    journal.set_epoch("api", 3).unwrap();
    assert_eq!(journal.epoch("api").unwrap(), 7);
    assert_eq!(journal.epoch("web").unwrap(), 0);
}

/// A process that lives until it is told to end.
struct Sleeper(Child);

impl Sleeper {
    fn new() -> Self {
        Self(Command::new("sleep").arg("600").spawn().unwrap())
    }

    fn owner(&self) -> Owner {
        Owner::of(self.0.id()).unwrap()
    }

    fn end(&mut self) {
        self.0.kill().unwrap();
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _gone = self.0.kill().is_err();
        let _gone = self.0.wait().is_err();
    }
}

#[tokio::test]
async fn a_lock_is_taken_over_from_a_dead_process_and_never_from_a_living_one() {
    let journal = Journal::in_memory().unwrap();
    let mut other = Sleeper::new();
    let owner = other.owner();
    journal.lock(&owner).unwrap();
    journal.lock(&owner).unwrap();
    let refused = journal.lock(&Owner::this()).unwrap_err();
    assert_eq!(refused.to_string(), format!("another towel (process {}) is at work here; stop it first", owner.pid));
    // Killed and not yet waited for, as a cancelled CI job leaves it.
    other.end();
    for _ in 0..600 {
        if !owner.is_alive() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    journal.lock(&Owner::this()).unwrap();
    assert_eq!(journal.lock_owner().unwrap(), Some(Owner::this()));
}

#[test]
fn a_process_id_that_was_used_again_does_not_hold_the_lock() {
    let journal = Journal::in_memory().unwrap();
    let other = Sleeper::new();
    let before = Owner { started: "long ago".into(), ..other.owner() };
    journal.lock(&before).unwrap();
    journal.lock(&Owner::this()).unwrap();
}

#[test]
fn a_lock_is_given_back_by_its_owner_only() {
    let journal = Journal::in_memory().unwrap();
    let other = Sleeper::new();
    journal.lock(&other.owner()).unwrap();
    journal.unlock(&Owner::this()).unwrap();
    assert_eq!(journal.lock_owner().unwrap(), Some(other.owner()));
    journal.unlock(&other.owner()).unwrap();
    assert_eq!(journal.lock_owner().unwrap(), None);
}

#[test]
fn two_journals_on_one_file_see_one_lock() {
    let (_folder, path) = folder();
    let (one, two) = (Journal::open(&path).unwrap(), Journal::open(&path).unwrap());
    let other = Sleeper::new();
    one.lock(&other.owner()).unwrap();
    assert!(matches!(two.lock(&Owner::this()), Err(JournalError::Locked { .. })));
}
