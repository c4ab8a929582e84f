//! Runs `towel check` and the schema over every description.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};

use super::descriptions::{Description, find};
use super::judged::judge_folders;
use super::products::{check_committed, render_all};
use super::schema::Schema;
use crate::repository::{build_towel, root, texts};

/// So many random products are judged unless another number is given.
const RANDOM: u64 = 30;

/// Shell is rendered within Dockerfiles and workflows only, where hadolint and actionlint have shellcheck judge it.
const MAY_BE_IDLE: [&str; 1] = ["shellcheck"];

/// `cargo xtask conformance [--random N | --rendered DIR…]`: fails when one description, or one rendered folder, fails.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    match arguments.split_first() {
        None => everything(RANDOM),
        Some((option, [count])) if option == "--random" => {
            everything(count.parse().context("`--random` takes a number")?)
        }
        Some((option, folders)) if option == "--rendered" && !folders.is_empty() => {
            let folders: Vec<PathBuf> = folders.iter().map(PathBuf::from).collect();
            Ok(code(judge_folders(&folders)?.refused))
        }
        Some(_) => bail!("usage: cargo xtask conformance [--random N | --rendered DIR…]"),
    }
}

/// Descriptions against the rules, committed files against a fresh rendering, and what is rendered against the tools.
fn everything(random: u64) -> Result<ExitCode> {
    let towel = build_towel(&[])?;
    let failed = check_descriptions(&towel)? + check_committed(&towel)?;
    let products = render_all(&towel, random)?;
    let judged = judge_folders(&products.folders)?;
    // A tool without files approves of everything.
    let idle: Vec<&str> = judged.idle.into_iter().filter(|tool| !MAY_BE_IDLE.contains(tool)).collect();
    ensure!(idle.is_empty(), "nothing was rendered for {}", idle.join(", "));
    Ok(code(failed + judged.refused))
}

fn code(failed: usize) -> ExitCode {
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn check_descriptions(towel: &Path) -> Result<usize> {
    let schema = Schema::compile(serde_json::from_str(&output(towel, &["schema"])?)?)?;
    let descriptions = find(&texts()?);
    let examples = descriptions.iter().filter(|description| description.place.starts_with("examples/")).count();
    ensure!(examples > 0, "there is no example to check");
    let mut failed = 0;
    for description in &descriptions {
        let complaints = complaints(towel, &schema, description)?;
        failed += usize::from(!complaints.is_empty());
        for complaint in complaints {
            println!("{}: {complaint}", description.place);
        }
    }
    println!(
        "conformance: {} descriptions ({examples} examples, {} in documents) against rules and schema, {failed} failed",
        descriptions.len(),
        descriptions.len() - examples,
    );
    Ok(failed)
}

fn complaints(towel: &Path, schema: &Schema, description: &Description) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    match schema.refuse(&description.text) {
        Ok(None) => (),
        Ok(Some(refusal)) => complaints.push(format!("the schema refuses it: {refusal}")),
        Err(error) => complaints.push(format!("{error:#}")),
    }
    // In a folder of its own: what stands in a document must not depend on this repository.
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let file = match description.place.strip_suffix(".yaml") {
        Some(_) => root()?.join(&description.place),
        None => folder.path().join("towel.yaml"),
    };
    if file.starts_with(folder.path()) {
        std::fs::write(&file, &description.text).with_context(|| format!("cannot write `{}`", file.display()))?;
    }
    let checked = Command::new(towel).arg("--file").arg(&file).arg("check").output().context("cannot run towel")?;
    if !checked.status.success() {
        let told = String::from_utf8_lossy(&[checked.stdout, checked.stderr].concat()).into_owned();
        complaints.push(format!("`towel check` ended with {}\n{told}", checked.status));
    }
    Ok(complaints)
}

fn output(towel: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new(towel).args(arguments).output().context("cannot run towel")?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`towel {}` ended with {}: {told}", arguments.join(" "), output.status);
    String::from_utf8(output.stdout).context("towel printed no text")
}
