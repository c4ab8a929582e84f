//! The command itself: check, render, compare with what is there, then write, show or refuse.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use towel_render::{Base, Change, Entry, File, Lock, Origin, Plan, Product, Target, plan};

use super::ancestors::ancestors;
use super::files::Folder;
use super::{report, said};
use crate::exit::{Failure, Status};

/// What is asked for.
pub(crate) struct Wish<'a> {
    /// The product's file.
    pub(crate) file: &'a Path,
    /// Only this environment.
    pub(crate) env: Option<&'a str>,
    /// Names of targets; when there are none, those that were rendered before, or all.
    pub(crate) targets: &'a [String],
    /// Where files go; the folder of the product's file when not given.
    pub(crate) out: Option<&'a Path>,
    /// Write nothing; the answer is whether something would be.
    pub(crate) check: bool,
    /// Write nothing; show what would be.
    pub(crate) diff: bool,
    /// Write nothing; say what each target does with each line.
    pub(crate) report: bool,
    /// Remove files that are no longer rendered.
    pub(crate) prune: bool,
    /// For programs.
    pub(crate) json: bool,
    /// Only what went wrong.
    pub(crate) quiet: bool,
    /// The day, for the history of the product's file.
    pub(crate) today: String,
}

const LOCK: &str = "towel.lock";

/// Ends with [`Status::Done`] when all files are as they should be, and with [`Status::No`] when a person has to do
/// something: the file has errors, edits are in conflict, `--check` found differences.
pub(crate) fn render(wish: &Wish<'_>, out: &mut dyn Write) -> anyhow::Result<Status> {
    let file = crate::product::Product::read(wish.file)?;
    let root = std::path::absolute(wish.file)?.parent().map(Path::to_path_buf).unwrap_or_default();
    let folder = Folder::new(wish.out.map_or(root, Path::to_path_buf));
    let lock = read_lock(&folder)?;
    let targets = targets(wish.targets, &lock)?;
    let product =
        Product::new(file.admit_all(wish.env)?).context("this is a bug in towel: a file without environments")?;
    if wish.report {
        return told(wish, &report::findings(&product, &targets, file.sources()), &targets, out);
    }
    let changes = changes(wish, &lock, &product, file.text())?;
    let product = product.with_changes(changes);
    let files = towel_render::render(&product, &targets).files;
    let comparison = compare(&folder, &lock, &targets, &files)?;
    if wish.diff {
        differences(&comparison, &folder, out)?;
    }
    let dry = wish.check || wish.diff;
    if !dry {
        carry_out(&comparison, &folder, wish.prune)?;
        let origin = Origin { source: file.text(), environment: wish.env, changes: product.changes() };
        let next = comparison.lock(&lock, &targets, &origin, wish.prune).to_text();
        folder.write(LOCK, &next)?;
    }
    answer(wish, &comparison, dry, out)
}

fn read_lock(folder: &Folder) -> anyhow::Result<Lock> {
    match folder.read(LOCK)? {
        Some(text) => Lock::read(&text).map_err(|error| {
            let help = "take it back from version control; without it, edited files cannot be told from rendered ones";
            Failure::usage(error.to_string()).help(help).into()
        }),
        None => Ok(Lock::default()),
    }
}

fn targets(names: &[String], lock: &Lock) -> anyhow::Result<Vec<Target>> {
    if names.is_empty() {
        let before = lock.targets();
        return Ok(if before.is_empty() { Target::ALL.to_vec() } else { before });
    }
    let mut targets: Vec<Target> = names.iter().map(|name| known(name)).collect::<anyhow::Result<_>>()?;
    targets.sort_unstable();
    targets.dedup();
    Ok(targets)
}

fn known(name: &str) -> anyhow::Result<Target> {
    Target::named(name).ok_or_else(|| {
        let all: Vec<String> = Target::ALL.iter().map(|target| format!("`{}`", target.name())).collect();
        Failure::usage(format!("there is no target `{name}`")).help(format!("there are {}", all.join(", "))).into()
    })
}

/// The history of the product's file, with what changed since the docs were last rendered from it.
fn changes(wish: &Wish<'_>, lock: &Lock, product: &Product, text: &str) -> anyhow::Result<Vec<Entry>> {
    let mut changes = lock.changes().to_vec();
    let Some((before, None)) = lock.source(Target::Docs)? else { return Ok(changes) };
    if before != text
        && wish.env.is_none()
        && let Some(entry) = Entry::between(&before, product, &wish.today)
    {
        changes.insert(0, entry);
    }
    Ok(changes)
}

/// Git is asked only for files that need an ancestor and cannot be rendered again.
fn compare(folder: &Folder, lock: &Lock, targets: &[Target], files: &[File]) -> anyhow::Result<Plan> {
    let paths = files.iter().map(|file| file.path.as_str()).chain(lock.paths());
    let there: HashMap<&str, Option<String>> =
        paths.map(|path| Ok((path, folder.read(path)?))).collect::<anyhow::Result<_>>()?;
    let compared = |base: &Base| plan(lock, targets, files, base, |path| there.get(path).cloned().flatten());
    let first = compared(&Base::default());
    let edited = first.changes.iter().filter(|(_, change, _)| matches!(change, Change::Conflict(_)));
    let edited: Vec<String> = edited.map(|(path, ..)| path.clone()).collect();
    if edited.is_empty() {
        return Ok(first);
    }
    Ok(compared(&ancestors(folder.root(), lock, targets, &edited)?))
}

fn carry_out(plan: &Plan, folder: &Folder, prune: bool) -> anyhow::Result<()> {
    for (path, change, file) in &plan.changes {
        match (change, file) {
            (Change::Create | Change::Update, Some(file)) => folder.write(path, &file.contents)?,
            (Change::Merge(merged) | Change::Conflict(merged), Some(_)) => folder.write(path, merged)?,
            (Change::Obsolete, None) if prune => folder.remove(path)?,
            _ => {}
        }
    }
    Ok(())
}

/// What would be written, as differences that `patch` understands.
fn differences(plan: &Plan, folder: &Folder, out: &mut dyn Write) -> anyhow::Result<()> {
    for (path, change, file) in &plan.changes {
        let new = match (change, file) {
            (Change::Create | Change::Update, Some(file)) => file.contents.as_str(),
            (Change::Merge(merged) | Change::Conflict(merged), _) => merged,
            (Change::Obsolete, _) => "",
            _ => continue,
        };
        let old = folder.read(path)?;
        let mut options = diffy::DiffOptions::new();
        options.set_original_filename(if old.is_some() { format!("a/{path}") } else { "/dev/null".to_owned() });
        options.set_modified_filename(if new.is_empty() { "/dev/null".to_owned() } else { format!("b/{path}") });
        write!(out, "{}", options.create_patch(old.as_deref().unwrap_or_default(), new))?;
    }
    Ok(())
}

fn told(
    wish: &Wish<'_>,
    findings: &[report::FindingView],
    targets: &[Target],
    out: &mut dyn Write,
) -> anyhow::Result<Status> {
    if wish.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&serde_json::json!({ "findings": findings }))?)?;
    } else {
        report::tell(findings, targets, out)?;
    }
    Ok(Status::Done)
}

fn answer(wish: &Wish<'_>, plan: &Plan, dry: bool, out: &mut dyn Write) -> anyhow::Result<Status> {
    if wish.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&serde_json::json!({ "files": said::views(plan) }))?)?;
    } else if !wish.diff {
        said::tell(plan, dry, wish.quiet, out)?;
    }
    let unsettled = plan.changes.iter().any(|(_, change, _)| !change.is_settled());
    let for_a_person = |change: &Change| matches!(change, Change::Conflict(_) | Change::Unresolved | Change::Foreign);
    let no =
        if wish.check { unsettled } else { !dry && plan.changes.iter().any(|(_, change, _)| for_a_person(change)) };
    if no && wish.check && !wish.json {
        writeln!(out, "help: `towel render` brings them up to date, `towel render --diff` shows how")?;
    }
    Ok(if no { Status::No } else { Status::Done })
}
