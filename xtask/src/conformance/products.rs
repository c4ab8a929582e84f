//! Products to judge: every example, and random ones, each rendered into a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;
use towel_testkit::random::product_of;

use crate::repository::root;

/// Folders of rendered products, gone with this value.
pub(super) struct Products {
    _folder: TempDir,
    /// One for each product.
    pub(super) folders: Vec<PathBuf>,
}

/// Fewer examples than this were never committed.
const EXAMPLES: usize = 5;

/// Renders all examples, and the random products of the first `random` seeds that have no errors.
pub(super) fn render_all(towel: &Path, random: u64) -> Result<Products> {
    let folder = TempDir::new().context("cannot make a temporary folder")?;
    let mut folders = Vec::new();
    for example in examples()? {
        let name = example.file_name().context("an example is a folder")?;
        let place = folder.path().join(name);
        std::fs::create_dir(&place)?;
        std::fs::copy(example.join("towel.yaml"), place.join("towel.yaml")).context("cannot copy an example")?;
        render(towel, &place)?;
        folders.push(place);
    }
    for seed in 0..random {
        let place = folder.path().join(format!("random-{seed}"));
        std::fs::create_dir(&place)?;
        std::fs::write(place.join("towel.yaml"), product_of(seed)).context("cannot write a product")?;
        if has_errors(towel, &place)? {
            std::fs::remove_dir_all(&place)?;
            continue;
        }
        render(towel, &place)?;
        if seed % UNIT_TESTED != 0 {
            leave_unit_tests_out(&place)?;
        }
        folders.push(place);
    }
    let sound = u64::try_from(folders.len())?;
    ensure!(sound * 3 > random * 2, "most random products have errors; the generator lags behind the rules");
    Ok(Products { _folder: folder, folders })
}

/// promtool opens a database for each unit test of an alert, so that those of a few hundred products would take longer than
/// everything else together. The same alerts come again and again: every so many random products is enough, and each example.
const UNIT_TESTED: u64 = 10;

fn leave_unit_tests_out(place: &Path) -> Result<()> {
    let monitoring = place.join("deploy/monitoring");
    let environments = std::fs::read_dir(&monitoring).context("nothing watches a random product")?;
    let folders = environments.map(|entry| Ok(entry?.path())).chain([Ok(monitoring)]);
    for folder in folders.collect::<Result<Vec<_>>>()? {
        let tests = folder.join("prometheus/tests");
        if tests.is_dir() {
            std::fs::remove_dir_all(&tests).with_context(|| format!("cannot remove `{}`", tests.display()))?;
        }
    }
    Ok(())
}

/// What is committed beside each example is what would be rendered today.
pub(super) fn check_committed(towel: &Path) -> Result<usize> {
    let mut stale = 0;
    for example in examples()? {
        let ended = towel_render(towel, &example, &["--check"])?;
        if !ended.status.success() {
            stale += 1;
            println!("{}: its rendered files are not up to date", example.display());
            print!("{}", String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()));
        }
    }
    Ok(stale)
}

/// Examples whose rendered files are committed.
fn examples() -> Result<Vec<PathBuf>> {
    let folder = root()?.join("examples");
    let entries = std::fs::read_dir(&folder).with_context(|| format!("cannot list `{}`", folder.display()))?;
    let mut examples = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.join("towel.lock").is_file() {
            examples.push(path);
        }
    }
    examples.sort();
    ensure!(examples.len() >= EXAMPLES, "only {} examples have rendered files beside them", examples.len());
    Ok(examples)
}

fn render(towel: &Path, folder: &Path) -> Result<()> {
    let ended = towel_render(towel, folder, &["--quiet"])?;
    if !ended.status.success() {
        let told = String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned();
        bail!("`{}` cannot be rendered: {told}", folder.display());
    }
    Ok(())
}

fn towel_render(towel: &Path, folder: &Path, arguments: &[&str]) -> Result<std::process::Output> {
    let file = folder.join("towel.yaml");
    Command::new(towel).arg("--file").arg(file).arg("render").args(arguments).output().context("cannot run towel")
}

fn has_errors(towel: &Path, folder: &Path) -> Result<bool> {
    let file = folder.join("towel.yaml");
    let ended = Command::new(towel).arg("--file").arg(file).args(["check", "--quiet"]).output();
    match ended.context("cannot run towel")?.status.code() {
        Some(0) => Ok(false),
        Some(1) => Ok(true),
        other => bail!("`towel check` ended with {other:?} on a random product"),
    }
}
