//! What a new rendering does with the files that are there. A person's edits are merged, never overwritten.

use std::collections::HashSet;

use diffy::{ConflictStyle, DiffOptions, Line, MergeOptions};

use super::lock::{Origin, digest};
use super::{Base, Lock};
use crate::{File, Target};

/// What becomes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is not there yet, or a person removed it.
    Create,
    /// It is there as it was rendered now.
    Unchanged,
    /// It is there as it was rendered last time, and is replaced.
    Update,
    /// A person edited it, and nothing new is to be merged.
    Edited,
    /// A person edited it, and marks of an earlier conflict still stand in it.
    Unresolved,
    /// A person edited it, and the new rendering could be merged.
    Merge(String),
    /// A person edited it where the new rendering changed as well: with conflict marks.
    Conflict(String),
    /// It is there, and towel did not make it: left alone.
    Foreign,
    /// It was rendered once and is not any more; it may go.
    Obsolete,
    /// It was rendered once and is not any more, but a person edited it: left alone.
    ObsoleteEdited,
}

/// What becomes of all files, and the lock that belongs to that.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// By path; the file is none for one that is no longer rendered.
    pub changes: Vec<(String, Change, Option<File>)>,
}

/// Compares `rendered` with what is there. `on_disk` gives the contents of a path, none when there is no such file.
pub fn plan(
    lock: &Lock,
    targets: &[Target],
    rendered: &[File],
    base: &Base,
    on_disk: impl Fn(&str) -> Option<String>,
) -> Plan {
    let mut changes: Vec<(String, Change, Option<File>)> = Vec::with_capacity(rendered.len());
    for file in rendered {
        let change = change(lock, file, base, on_disk(&file.path));
        changes.push((file.path.clone(), change, Some(file.clone())));
    }
    let paths: HashSet<&str> = rendered.iter().map(|file| file.path.as_str()).collect();
    for path in lock.paths_of(targets).filter(|path| !paths.contains(path)) {
        let Some(there) = on_disk(path) else { continue };
        let untouched = lock.digest_at(path).is_some_and(|wanted| wanted == digest(&there));
        changes.push((path.to_owned(), if untouched { Change::Obsolete } else { Change::ObsoleteEdited }, None));
    }
    Plan { changes }
}

impl Plan {
    /// The lock once this plan has been carried out; `pruned` says whether obsolete files were removed.
    pub fn lock(&self, before: &Lock, targets: &[Target], from: &Origin<'_>, pruned: bool) -> Lock {
        let mut files = Vec::new();
        let mut left = Vec::new();
        for (path, change, file) in &self.changes {
            match (change, file) {
                // It stays the person's until it is out of the way.
                (Change::Foreign, _) => {}
                (Change::Obsolete, _) if pruned => {}
                (_, Some(file)) => files.push(file),
                (_, None) => left.push(path.as_str()),
            }
        }
        before.after(targets, &files, &left, from)
    }
}

impl Change {
    /// Whether everything is as `render` would leave it.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Unchanged | Self::Edited)
    }
}

fn change(lock: &Lock, file: &File, base: &Base, on_disk: Option<String>) -> Change {
    let Some(there) = on_disk else { return Change::Create };
    if there == file.contents {
        return Change::Unchanged;
    }
    let Some(last) = lock.digest_at(&file.path) else { return Change::Foreign };
    if last == digest(&there) {
        return Change::Update;
    }
    if has_marks(&there) {
        return Change::Unresolved;
    }
    if last == digest(&file.contents) {
        return Change::Edited;
    }
    merge(base.at(&file.path), &there, &file.contents)
}

const OURS: &str = "<<<<<<< ";
const BETWEEN: &str = "=======";
const THEIRS: &str = ">>>>>>> ";

fn has_marks(text: &str) -> bool {
    [OURS, THEIRS].iter().all(|mark| text.lines().any(|line| line.starts_with(mark)))
}

fn merge(base: Option<&str>, there: &str, rendered: &str) -> Change {
    let Some(base) = base else { return Change::Conflict(side_by_side(there, rendered)) };
    let mut options = MergeOptions::new();
    options.set_conflict_style(ConflictStyle::Merge);
    match options.merge(base, there, rendered) {
        Ok(merged) => Change::Merge(merged),
        Err(marked) => Change::Conflict(named(&marked)),
    }
}

/// diffy calls the sides `ours` and `theirs`; here they have better names.
fn named(marked: &str) -> String {
    let ours = format!("{OURS}ours\n");
    let theirs = format!("{THEIRS}theirs\n");
    marked.replace(&ours, &format!("{OURS}as it is here\n")).replace(&theirs, &format!("{THEIRS}as towel renders it\n"))
}

/// Without a common ancestor nobody can say which side is right, so every difference is a conflict.
fn side_by_side(there: &str, rendered: &str) -> String {
    let longest = there.lines().count().max(rendered.lines().count());
    let mut options = DiffOptions::new();
    let patch = options.set_context_len(longest).create_patch(there, rendered);
    let mut marked = String::new();
    let (mut ours, mut theirs) = (String::new(), String::new());
    for line in patch.hunks().iter().flat_map(diffy::Hunk::lines) {
        match line {
            Line::Delete(line) => ours.push_str(line),
            Line::Insert(line) => theirs.push_str(line),
            Line::Context(line) => {
                flush(&mut ours, &mut theirs, &mut marked);
                marked.push_str(line);
            }
        }
    }
    flush(&mut ours, &mut theirs, &mut marked);
    marked
}

fn flush(ours: &mut String, theirs: &mut String, marked: &mut String) {
    if ours.is_empty() && theirs.is_empty() {
        return;
    }
    let ended = |text: &str| if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    marked.push_str(&format!(
        "{OURS}as it is here\n{ours}{}{BETWEEN}\n{theirs}{}{THEIRS}as towel renders it\n",
        ended(ours),
        ended(theirs)
    ));
    ours.clear();
    theirs.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(contents: &str) -> File {
        File { path: "a.yaml".into(), contents: contents.into(), target: Target::Compose }
    }

    fn origin() -> Origin<'static> {
        Origin { source: "towel: 1\n", environment: None, changes: &[] }
    }

    const TARGETS: [Target; 1] = [Target::Compose];

    /// The lock after `last` was rendered.
    fn locked(last: &str) -> Lock {
        Lock::default().after(&TARGETS, &[&file(last)], &[], &origin())
    }

    fn becomes(last: Option<&str>, there: Option<&str>, now: Option<&str>) -> Option<Change> {
        let lock = last.map_or_else(Lock::default, locked);
        let mut base = Base::default();
        if let Some(last) = last {
            assert!(base.offer(&lock, "a.yaml", last.to_owned()));
        }
        let rendered: Vec<File> = now.map(file).into_iter().collect();
        let there = there.map(str::to_owned);
        let plan = plan(&lock, &TARGETS, &rendered, &base, |_| there.clone());
        plan.changes.into_iter().map(|(_, change, _)| change).next()
    }

    #[test]
    fn files_nobody_touched_follow_the_rendering() {
        assert_eq!(becomes(None, None, Some("1\n")), Some(Change::Create));
        assert_eq!(becomes(Some("1\n"), Some("1\n"), Some("1\n")), Some(Change::Unchanged));
        assert_eq!(becomes(Some("1\n"), Some("1\n"), Some("2\n")), Some(Change::Update));
        assert_eq!(becomes(Some("1\n"), None, Some("1\n")), Some(Change::Create));
    }

    #[test]
    fn files_that_towel_did_not_make_are_left_alone() {
        assert_eq!(becomes(None, Some("mine\n"), Some("1\n")), Some(Change::Foreign));
        let lock = Plan { changes: vec![("a.yaml".into(), Change::Foreign, Some(file("1\n")))] };
        let lock = lock.lock(&Lock::default(), &TARGETS, &origin(), false);
        assert_eq!(lock.digest_at("a.yaml"), None, "otherwise the next run would take the person's text for an edit");
    }

    #[test]
    fn an_edit_elsewhere_in_the_file_is_merged() {
        let base = "a: 1\n\nb: 2\n\nc: 3\n";
        let merged = becomes(Some(base), Some("a: 9\n\nb: 2\n\nc: 3\n"), Some("a: 1\n\nb: 2\n\nc: 4\n"));
        assert_eq!(merged, Some(Change::Merge("a: 9\n\nb: 2\n\nc: 4\n".into())));
    }

    #[test]
    fn an_edit_of_the_same_line_is_a_conflict_until_its_marks_are_gone() {
        let Some(Change::Conflict(marked)) = becomes(Some("a: 1\n"), Some("a: 9\n"), Some("a: 2\n")) else {
            panic!("two people changed one line");
        };
        assert_eq!(marked, "<<<<<<< as it is here\na: 9\n=======\na: 2\n>>>>>>> as towel renders it\n");
        assert_eq!(becomes(Some("a: 2\n"), Some(&marked), Some("a: 2\n")), Some(Change::Unresolved));
        assert_eq!(becomes(Some("a: 2\n"), Some("a: 9\n"), Some("a: 2\n")), Some(Change::Edited));
    }

    #[test]
    fn without_a_common_ancestor_each_difference_is_a_conflict_and_nothing_is_lost() {
        let lock = locked("unknown\n");
        let there = Some("a\nmine\nz\n".to_owned());
        let plan = plan(&lock, &TARGETS, &[file("a\nyours\nz\n")], &Base::default(), |_| there.clone());
        let marked = "a\n<<<<<<< as it is here\nmine\n=======\nyours\n>>>>>>> as towel renders it\nz\n";
        assert_eq!(plan.changes[0].1, Change::Conflict(marked.into()));
    }

    #[test]
    fn a_file_that_is_no_longer_rendered_is_offered_for_removal_unless_it_was_edited() {
        assert_eq!(becomes(Some("1\n"), Some("1\n"), None), Some(Change::Obsolete));
        assert_eq!(becomes(Some("1\n"), Some("2\n"), None), Some(Change::ObsoleteEdited));
        assert_eq!(becomes(Some("1\n"), None, None), None);
        let plan = Plan { changes: vec![("a.yaml".into(), Change::Obsolete, None)] };
        let kept = plan.lock(&locked("1\n"), &TARGETS, &origin(), false);
        let pruned = plan.lock(&locked("1\n"), &TARGETS, &origin(), true);
        assert_eq!((kept.digest_at("a.yaml").is_some(), pruned.digest_at("a.yaml")), (true, None));
    }
}
