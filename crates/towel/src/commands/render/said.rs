//! What `towel render` says about files, for people and for programs.

use std::io::Write;

use serde::Serialize;
use towel_render::{Change, Plan};

/// More than so many new or updated files are counted, not named.
const NAMED: usize = 25;

/// Stable words for what becomes of a file.
pub(super) const fn word(change: &Change) -> &'static str {
    match change {
        Change::Create => "created",
        Change::Unchanged => "unchanged",
        Change::Update => "updated",
        Change::Edited => "edited",
        Change::Unresolved => "unresolved",
        Change::Merge(_) => "merged",
        Change::Conflict(_) => "conflict",
        Change::Foreign => "foreign",
        Change::Obsolete => "obsolete",
        Change::ObsoleteEdited => "obsolete_edited",
    }
}

/// What a person has to know about it beyond the word.
const fn remark(change: &Change) -> &'static str {
    match change {
        Change::Create | Change::Unchanged | Change::Update => "",
        Change::Edited => "by hand, and kept so",
        Change::Unresolved => "marks of a conflict still stand in it; decide, and remove them",
        Change::Merge(_) => "with what was edited by hand",
        Change::Conflict(_) => "edited by hand where the rendering changed as well; decide between the marks",
        Change::Foreign => "not made by towel, and left alone; move it away to have it rendered",
        Change::Obsolete => "no longer rendered; `towel render --prune` removes it",
        Change::ObsoleteEdited => "no longer rendered, but edited by hand: remove it yourself",
    }
}

/// The lines for people: exceptions by name, the usual by number when there are many.
pub(super) fn tell(plan: &Plan, dry: bool, quiet: bool, out: &mut dyn Write) -> std::io::Result<()> {
    let usual = |change: &Change| matches!(change, Change::Create | Change::Update);
    let many = plan.changes.iter().filter(|(_, change, _)| usual(change)).count() > NAMED;
    for (path, change, _) in &plan.changes {
        let shown = match change {
            Change::Unchanged => false,
            Change::Edited => !quiet,
            change if usual(change) => !many && !quiet,
            _ => true,
        };
        if shown {
            let name = word(change).replace('_', ", ");
            writeln!(out, "{}", format!("  {name:<10} {path:<50} {}", remark(change)).trim_end())?;
        }
    }
    if !quiet {
        writeln!(out, "{}", total(plan, dry))?;
    }
    Ok(())
}

/// `143 files of 16 targets: 3 created, 140 unchanged`
fn total(plan: &Plan, dry: bool) -> String {
    let targets: std::collections::BTreeSet<_> =
        plan.changes.iter().filter_map(|(_, _, file)| file.as_ref()).map(|file| file.target).collect();
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for (_, change, _) in &plan.changes {
        let name = word(change);
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    let would = if dry { "would be " } else { "" };
    let counts: Vec<String> = counts
        .iter()
        .map(|(name, count)| match *name {
            name @ ("created" | "updated" | "merged") => format!("{count} {would}{name}"),
            name => format!("{count} {}", name.replace('_', " and ")),
        })
        .collect();
    let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let of = format!("{} of {}", counted(plan.changes.len(), "file"), counted(targets.len(), "target"));
    if counts.is_empty() { format!("{of}: nothing to render") } else { format!("{of}: {}", counts.join(", ")) }
}

/// One file, for programs.
#[derive(Debug, Serialize)]
pub(super) struct FileView<'a> {
    path: &'a str,
    target: Option<&'static str>,
    change: &'static str,
}

pub(super) fn views(plan: &Plan) -> Vec<FileView<'_>> {
    let views = plan.changes.iter();
    views
        .map(|(path, change, file)| FileView {
            path,
            target: file.as_ref().map(|file| file.target.name()),
            change: word(change),
        })
        .collect()
}
