//! `cargo xtask bench render`: a big product checked and rendered, beside kustomize and helm on the same objects.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::repository::build_towel;

const SERVICES: usize = 1000;
const ENVIRONMENTS: [&str; 3] = ["staging", "rehearsal", "production"];
const ROUNDS: usize = 5;
/// Goals of the design: check and render of everything, and against the tools that teams use today.
const MOST: Duration = Duration::from_millis(500);
const TIMES_FASTER: f64 = 20.0;

/// Measures, prints, and fails when a goal is missed.
pub(super) fn run(arguments: &[String]) -> Result<()> {
    ensure!(arguments.is_empty(), "`bench render` takes no arguments");
    let bench = Bench::prepare()?;
    let mut rounds: Vec<[Took; 5]> = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(bench.round()?);
    }
    bench.tell(&rounds)
}

/// One run of one program.
#[derive(Debug, Clone, Copy)]
struct Took {
    time: Duration,
    memory: u64,
}

struct Bench {
    folder: TempDir,
    towel: PathBuf,
    kustomize: (String, &'static [&'static str]),
    helm: String,
}

const NAMES: [&str; 5] = [
    "check",
    "check, render and compare all targets",
    "check, render and write kubernetes alone",
    "kustomize build, an overlay after another",
    "helm template, an environment after another",
];

impl Bench {
    fn prepare() -> Result<Self> {
        let folder = TempDir::new().context("cannot make a folder")?;
        std::fs::write(folder.path().join("towel.yaml"), product()).context("cannot write the product")?;
        let bench = Self {
            towel: build_towel(&["--release"])?,
            kustomize: tool("kubectl")
                .map(|kubectl| (kubectl, &["kustomize"][..]))
                .or_else(|_| tool("kustomize").map(|kustomize| (kustomize, &["build"][..])))?,
            helm: tool("helm")?,
            folder,
        };
        bench.run(&bench.towel, &["render", "--quiet"], None)?;
        Ok(bench)
    }

    /// Each program once, in turn.
    fn round(&self) -> Result<[Took; 5]> {
        let check = self.run(&self.towel, &["check", "--quiet"], None)?;
        let all = self.run(&self.towel, &["render", "--check", "--quiet"], None)?;
        let fresh = self.folder.path().join("fresh");
        let fresh = fresh.to_str().context("the temporary folder has no plain name")?;
        let alone = self.run(&self.towel, &["render", "kubernetes", "--quiet", "--out", fresh], None)?;
        std::fs::remove_dir_all(fresh).context("cannot remove what was rendered")?;
        let (program, first) = &self.kustomize;
        let kustomize = self.each(|environment| {
            let overlay = format!("deploy/kubernetes/overlays/{environment}");
            (program.clone(), [*first, &[overlay.as_str()]].concat().iter().map(ToString::to_string).collect())
        })?;
        let helm = self.each(|environment| {
            let values = format!("deploy/helm/big/values-{environment}.yaml");
            let arguments = ["template", "big", "deploy/helm/big", "--values", &values];
            (self.helm.clone(), arguments.map(str::to_owned).to_vec())
        })?;
        Ok([check, all, alone, kustomize, helm])
    }

    /// One program for each environment, one after another.
    fn each(&self, command: impl Fn(&str) -> (String, Vec<String>)) -> Result<Took> {
        let mut sum = Took { time: Duration::ZERO, memory: 0 };
        for environment in ENVIRONMENTS {
            let (program, arguments) = command(environment);
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let out = self.folder.path().join("out.yaml");
            let took = self.run(Path::new(&program), &arguments, Some(&out))?;
            sum = Took { time: sum.time + took.time, memory: sum.memory.max(took.memory) };
        }
        Ok(sum)
    }

    fn run(&self, program: &Path, arguments: &[&str], out: Option<&Path>) -> Result<Took> {
        let shown = || format!("{} {}", program.display(), arguments.join(" "));
        let out: Stdio = match out {
            Some(path) => std::fs::File::create(path)?.into(),
            None => Stdio::null(),
        };
        let began = Instant::now();
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(self.folder.path())
            .stdout(out)
            .spawn()
            .with_context(|| format!("cannot run `{}`", shown()))?;
        let mut memory = 0;
        let status = loop {
            memory = high_water(child.id()).unwrap_or(memory).max(memory);
            if let Some(status) = child.try_wait()? {
                break status;
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        ensure!(status.success(), "`{}` failed with {status}", shown());
        Ok(Took { time: began.elapsed(), memory })
    }

    fn tell(&self, rounds: &[[Took; 5]]) -> Result<()> {
        let files = count(self.folder.path())?;
        println!(
            "{SERVICES} services in {} environments, {files} rendered files, {ROUNDS} rounds:",
            ENVIRONMENTS.len()
        );
        let middle = |index: usize| median(rounds.iter().map(|round| round[index].time).collect());
        for (index, name) in NAMES.iter().enumerate() {
            let memory = rounds.iter().map(|round| round[index].memory).max().unwrap_or(0);
            println!("  {name:44} {:>7} ms {:>6} MiB", middle(index).as_millis(), memory >> 20);
        }
        let ratio = |index: usize| {
            let ratios = rounds.iter().map(|round| round[index].time.as_secs_f64() / round[2].time.as_secs_f64());
            let mut ratios: Vec<f64> = ratios.collect();
            ratios.sort_by(f64::total_cmp);
            ratios[ratios.len() / 2]
        };
        let (kustomize, helm) = (ratio(3), ratio(4));
        println!("  kubernetes alone is {kustomize:.0} times faster than kustomize, {helm:.0} times faster than helm");
        ensure!(middle(1) < MOST, "the goal of {} ms for everything is missed", MOST.as_millis());
        ensure!(kustomize.min(helm) >= TIMES_FASTER, "the goal of {TIMES_FASTER} times faster is missed");
        Ok(())
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The most memory that a process has used so far.
fn high_water(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

fn count(folder: &Path) -> Result<usize> {
    let mut files = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        files += if entry.file_type()?.is_dir() { count(&entry.path())? } else { 1 };
    }
    Ok(files)
}

/// On the path, or among the tools that `.ci/tools` installs.
fn tool(name: &str) -> Result<String> {
    let installed = std::env::var_os("TOWEL_TOOLS").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/towel-tools"),
        PathBuf::from,
    );
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(installed.join("bin")).chain(std::env::split_paths(&path));
    match folders.map(|folder| folder.join(name)).find(|place| place.is_file()) {
        Some(place) => Ok(place.display().to_string()),
        None => bail!("`{name}` is not installed; `.ci/tools` installs it"),
    }
}

/// Services of every stack, each with what services usually have, and a few datastores.
fn product() -> String {
    let mut text = String::from("towel: 1\nname: big\nrepository: github.com/example/big\nenvironments:\n");
    for environment in ENVIRONMENTS {
        let class = if environment == "production" { "production" } else { "staging" };
        writeln!(
            text,
            "  {environment}: {{ class: {class}, engine: kubernetes, context: {environment}, namespace: big-{environment}, domain: {environment}.big.example }}"
        ).expect("a String takes everything");
    }
    text.push_str("services:\n");
    let stacks = ["nestjs", "node", "nextjs", "python", "go", "rust"];
    for number in 0..SERVICES {
        let stack = stacks[number % stacks.len()];
        let store = number % 4;
        write!(
            text,
            "  s{number}:\n    stack: {stack}\n    source: services/s{number}\n    image: ghcr.io/example/s{number}:${{version}}\n    run: ./s{number}\n    \
             port: {}\n    health: {{ live: /health/live, ready: /health/ready }}\n    metrics: /metrics\n    needs: [d{store}]\n    \
             env: {{ LOG_LEVEL: info, STORE_URL: \"${{d{store}.url}}\", JWT_SECRET: \"${{secret.jwt}}\" }}\n    \
             resources: {{ cpu: 100m..500m, memory: 128Mi..512Mi }}\n    replicas: 3..6\n    scale_on: {{ cpu: 70% }}\n    \
             expose: {{ host: \"s{number}.${{env.domain}}\" }}\n    slo: {{ availability: 99.5%, traffic: 50/s }}\n",
            2000 + number
        ).expect("a String takes everything");
    }
    text.push_str("datastores:\n");
    for (number, kind) in ["redis", "rabbitmq", "redis", "rabbitmq"].iter().enumerate() {
        let version = if *kind == "redis" { "7.4" } else { "4.0" };
        writeln!(
            text,
            "  d{number}: {{ kind: {kind}, version: \"{version}\", storage: 10Gi, backup: {{ every: 4h, keep: {{ daily: 7 }}, to: [here, offsite], rpo: 6h, drill: weekly }} }}"
        ).expect("a String takes everything");
    }
    text.push_str(
        "backup_stores:\n  here: { path: /var/backups }\n  offsite: { s3: big-backups, region: eu-west-3, offsite: true }\n\
         secrets:\n  jwt: { generate: 64 }\n",
    );
    text
}
