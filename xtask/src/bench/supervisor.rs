//! `cargo xtask bench supervisor`: what a supervisor of a hundred idle instances uses.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;

use super::product::told;
use crate::repository::{build_towel, root};

const INSTANCES: usize = 100;
/// Seconds between two questions of a probe. Each instance has two, and questions are what an idle supervisor
/// spends its time on; what `every:` is set to matters more than anything else here.
const EVERY: usize = 5;
/// Its probes have settled by then.
const SETTLE: Duration = Duration::from_secs(10);
const WATCH: Duration = Duration::from_secs(30);
/// A hundred processes start on a slow machine within this time, or something is wrong.
const START: Duration = Duration::from_secs(300);
/// Goals of the design: resident bytes, and share of a core.
const MOST_MEMORY: u64 = 50 << 20;
const MOST_CPU: f64 = 0.01;

/// Measures, prints, and fails when a goal is missed.
pub(super) fn run(arguments: &[String]) -> Result<()> {
    ensure!(arguments.is_empty(), "`bench supervisor` takes no arguments");
    bench(&root()?)
}

/// Starts [`INSTANCES`] instances under the release build's supervisor and watches it for [`WATCH`].
pub(super) fn bench(root: &Path) -> Result<()> {
    ensure!(root.join("Cargo.toml").is_file(), "`{}` is not the repository", root.display());
    let product = Crowd::start()?;
    let supervisor = product.wait_until_ready()?;
    std::thread::sleep(SETTLE);
    let (before, began) = (cpu_seconds(supervisor)?, Instant::now());
    std::thread::sleep(WATCH);
    let share = (cpu_seconds(supervisor)? - before) / began.elapsed().as_secs_f64();
    let (memory, highest) = (status_bytes(supervisor, "VmRSS:")?, status_bytes(supervisor, "VmHWM:")?);
    let shims = product.shims()?;
    let shim_memory: u64 = shims.iter().filter_map(|pid| proportional_bytes(*pid)).sum();
    let questions = 2 * INSTANCES / EVERY;
    println!("supervisor of {INSTANCES} idle instances with {questions} probes a second, over {} s:", WATCH.as_secs());
    println!(
        "  resident  {:6.1} MiB (goal: below {:.0}); at most {:.1} MiB",
        mib(memory),
        mib(MOST_MEMORY),
        mib(highest)
    );
    println!("  cpu       {:6.2} % of a core (goal: below {:.0} %)", share * 100.0, MOST_CPU * 100.0);
    println!(
        "  shims     {:6.2} MiB each, shared pages divided among them",
        mib(shim_memory) / shims.len().max(1) as f64
    );
    ensure!(memory < MOST_MEMORY && share < MOST_CPU, "a goal is missed");
    Ok(())
}

/// A product of one service with many instances; dropped, it is taken down.
struct Crowd {
    towel: PathBuf,
    folder: TempDir,
}

impl Crowd {
    fn start() -> Result<Self> {
        let towel = build_towel(&["--release"])?;
        let folder =
            tempfile::Builder::new().prefix("towel-bench-").tempdir().context("cannot make a temporary folder")?;
        let product = Self { towel, folder };
        let description = description(&product.towel);
        std::fs::write(product.folder.path().join("towel.yaml"), description).context("cannot write towel.yaml")?;
        let started = product.run(&["up", "--detach", "--version", "v1"])?;
        ensure!(started.status.success(), "`towel up` failed\n{}", told(&started));
        Ok(product)
    }

    fn run(&self, arguments: &[&str]) -> Result<Output> {
        // Files and not pipes: the supervisor that `up` leaves behind would keep pipes open.
        let (out, err) = (self.folder.path().join("out"), self.folder.path().join("err"));
        let status = Command::new(&self.towel)
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(&out)?)
            .stderr(std::fs::File::create(&err)?)
            .status()
            .context("cannot run towel")?;
        Ok(Output { status, stdout: std::fs::read(&out)?, stderr: std::fs::read(&err)? })
    }

    /// Returns the supervisor's pid.
    fn wait_until_ready(&self) -> Result<u32> {
        let began = Instant::now();
        while self.records("instance.json")?.iter().filter(|record| record["ready"] == true).count() < INSTANCES {
            if began.elapsed() > START {
                let status = self.run(&["status"])?;
                bail!("not all instances became ready within {} s\n{}", START.as_secs(), told(&status));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        // The supervisor started the shims, so it is their parent.
        let shim = *self.shims()?.first().context("there is no shim")?;
        let stat = std::fs::read_to_string(format!("/proc/{shim}/stat")).context("a shim has ended")?;
        let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
        parent.context("a shim has no parent")
    }

    fn shims(&self) -> Result<Vec<u32>> {
        let pid = |status: &Value| u32::try_from(status["shim"]["pid"].as_u64()?).ok();
        Ok(self.records("status.json")?.iter().filter_map(pid).collect())
    }

    fn records(&self, file: &str) -> Result<Vec<Value>> {
        let folder = self.folder.path().join(".towel/dev/run/instances");
        let entries = std::fs::read_dir(&folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
        let read = |path: PathBuf| serde_json::from_slice(&std::fs::read(path).ok()?).ok();
        Ok(entries.flatten().filter_map(|entry| read(entry.path().join(file))).collect())
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        match self.run(&["down"]) {
            Ok(output) if output.status.success() => (),
            Ok(output) => eprintln!("warning: `towel down` failed; processes may be left\n{}", told(&output)),
            Err(error) => eprintln!("warning: `towel down` could not be run; processes may be left: {error:#}"),
        }
    }
}

fn description(towel: &Path) -> String {
    format!(
        "towel: 1
name: crowd
environments:
  dev: {{ class: dev, engine: local }}
services:
  api:
    run: {} pizzeria api --version ${{version}}
    port: 4000
    health:
      live: {{ get: /health/live, every: {EVERY}s }}
      ready: {{ get: /health/ready, every: {EVERY}s }}
    replicas: {INSTANCES}
    drain: 1s
",
        towel.display()
    )
}

/// User and system time that the process used so far.
fn cpu_seconds(pid: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).context("the supervisor has ended")?;
    let (_, rest) = stat.rsplit_once(") ").context("its /proc/PID/stat makes no sense")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
    let both = ticks(11).zip(ticks(12)).context("its /proc/PID/stat is too short")?;
    // Linux counts hundredths of a second for programs, whatever its own clock does.
    Ok((both.0 + both.1) / 100.0)
}

fn status_bytes(pid: u32, field: &str) -> Result<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).context("the supervisor has ended")?;
    kibibytes(&text, field).with_context(|| format!("its /proc/PID/status has no {field}"))
}

fn proportional_bytes(pid: u32) -> Option<u64> {
    kibibytes(&std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?, "Pss:")
}

fn kibibytes(text: &str, field: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|count| count * 1024)
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / (1 << 20) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_proc_is_read_in_bytes() {
        assert_eq!(kibibytes("VmHWM:\t  300 kB\nVmRSS:\t  204 kB\n", "VmRSS:"), Some(204 * 1024));
        assert_eq!(kibibytes("Pss: 3 kB\n", "VmRSS:"), None);
    }

    #[test]
    fn this_process_uses_time_and_memory() {
        let own = std::process::id();
        assert!(cpu_seconds(own).unwrap() >= 0.0);
        assert!(status_bytes(own, "VmRSS:").unwrap() > 100_000);
        assert!(proportional_bytes(own).unwrap() > 100_000);
    }
}
