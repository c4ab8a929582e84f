//! `cargo xtask fuzz`: builds every target of `fuzz/` with coverage counters, by the stable compiler, and runs each for a while.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::repository::root;

/// What makes LLVM count the edges that a run takes and record what it compares; libFuzzer reads both.
/// Only flags that the stable compiler passes on, so no other toolchain is needed.
const COUNT_EDGES: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Inputs from which a target begins, folders or single files, besides `fuzz/seeds/TARGET`.
const SEEDS: &[(&str, &str)] =
    &[("yaml", "crates/towel-model/tests/corpus"), ("yaml", "crates/towel-model/tests/language.yaml")];

/// An input on which a run takes longer is a fault.
const SECONDS_FOR_ONE_INPUT: u32 = 10;
/// An input for which a run takes more memory is a fault.
const MEGABYTES: u32 = 2048;

/// `[--seconds N]`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let seconds = match arguments {
        [] => 60,
        [flag, seconds] if flag == "--seconds" => {
            seconds.parse().with_context(|| format!("`{seconds}` is not a number of seconds"))?
        }
        _ => bail!("allowed: `cargo xtask fuzz [--seconds 60]`"),
    };
    fuzz(&root()?, seconds)
}

/// Builds and runs every target in `fuzz/fuzz_targets` for that long. Fails on the first input that a target
/// does not survive.
pub(crate) fn fuzz(root: &Path, seconds: u64) -> Result<()> {
    let targets = targets(root)?;
    let programs = build(root)?;
    for target in &targets {
        println!("fuzzing `{target}` for {seconds} s");
        feed(root, &programs, target, seconds)?;
    }
    Ok(())
}

fn targets(root: &Path) -> Result<Vec<String>> {
    let folder = root.join("fuzz/fuzz_targets");
    let mut names = Vec::new();
    for file in std::fs::read_dir(&folder).with_context(|| format!("cannot list `{}`", folder.display()))? {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.file_stem().and_then(|name| name.to_str()).context("a target's name is not UTF-8")?;
            names.push(name.to_owned());
        }
    }
    ensure!(!names.is_empty(), "there is no target in `{}`", folder.display());
    names.sort();
    Ok(names)
}

/// Builds all targets and returns the folder of the programs.
fn build(root: &Path) -> Result<PathBuf> {
    let host = host()?;
    let folder = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("fuzz/target"), |it| PathBuf::from(it).join("fuzz"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--bins"])
        // With the host named as the target, build scripts and macros are spared the counters.
        .args(["--target", &host, "--manifest-path"])
        .arg(root.join("fuzz/Cargo.toml"))
        .arg("--target-dir")
        .arg(&folder)
        .env("RUSTFLAGS", COUNT_EDGES)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "the targets of `fuzz` do not build");
    Ok(folder.join(host).join("release"))
}

/// The compiler's own platform, e.g. `x86_64-unknown-linux-gnu`.
fn host() -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().context("cannot run rustc")?;
    let text = String::from_utf8(output.stdout).context("rustc does not speak UTF-8")?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say what its host is")
}

fn feed(root: &Path, programs: &Path, target: &str, seconds: u64) -> Result<()> {
    let corpus = root.join("fuzz/corpus").join(target);
    let artifacts = root.join("fuzz/artifacts").join(target);
    for folder in [&corpus, &artifacts] {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    }
    let program = programs.join(target);
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) =
        seeds(root, target).into_iter().partition(|seed| seed.is_dir());
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let status = Command::new(&program)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-timeout={SECONDS_FOR_ONE_INPUT}"))
        .arg(format!("-rss_limit_mb={MEGABYTES}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args((!files.is_empty()).then(|| format!("-seed_inputs={}", files.join(","))))
        .args(["-print_final_stats=1", "-verbosity=0"])
        .arg(&corpus)
        .args(folders)
        .status()
        .with_context(|| format!("cannot run `{}`", program.display()))?;
    let again = program.display();
    ensure!(
        status.success(),
        "`{target}` did not survive an input; it lies in `{}`, and `{again} FILE` repeats it",
        artifacts.display()
    );
    Ok(())
}

/// What there is to begin with.
fn seeds(root: &Path, target: &str) -> Vec<PathBuf> {
    let own = root.join("fuzz/seeds").join(target);
    let shared = SEEDS.iter().filter(|(name, _)| *name == target).map(|(_, folder)| root.join(folder));
    std::iter::once(own).chain(shared).filter(|seed| seed.exists()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_declared_as_a_program() {
        let root = root().unwrap();
        let manifest = std::fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap();
        for target in targets(&root).unwrap() {
            assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target}");
        }
    }

    #[test]
    fn the_shared_seeds_exist() {
        let root = root().unwrap();
        for (target, seed) in SEEDS {
            assert!(root.join(seed).exists(), "{target}: {seed}");
        }
    }

    #[test]
    fn a_time_that_is_no_number_is_refused() {
        let refused = run(&["--seconds".to_owned(), "long".to_owned()]).unwrap_err();
        assert_eq!(refused.to_string(), "`long` is not a number of seconds");
    }
}
