//! Deploys and rollbacks under constant load: what users notice of good versions, and how long a bad one lives.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use pizzeria::load::{Load, Summary};
use tokio::runtime::Runtime;

use super::product::{Product, Release, told};

const HOST: &str = "api.localhost";

/// What is measured.
struct Plan {
    deploys: u32,
    broken: u32,
    per_second: f64,
    bake: String,
    /// WebSockets that stay open; each holds a drain for its whole limit.
    sockets: usize,
}

/// How long a broken version lived, once it had answered badly for the first time.
struct Broken {
    /// Milliseconds from its first bad answer to its last.
    lived: u64,
    /// Bad answers that it gave.
    answers: usize,
    /// Requests of users that failed meanwhile.
    failed: u64,
}

/// `cargo xtask bench rollout [--deploys 100] [--broken 10] [--per-second 100] [--bake 1s] [--sockets 3]`.
pub(super) fn run(arguments: &[String]) -> Result<ExitCode> {
    let plan = Plan::read(arguments)?;
    let runtime = Runtime::new().context("cannot start a runtime")?;
    let product = Product::start(
        3,
        &plan.bake,
        &[
            Release { version: "v1", options: "" },
            Release { version: "v2", options: "" },
            Release { version: "bad", options: "--error-rate 100%" },
        ],
    )?;
    let began = Instant::now();
    let load = Load::new(&product.url, plan.per_second)?.host(HOST)?.sockets(plan.sockets);
    let running = runtime.block_on(async { load.clone().begin() });
    for number in 0..plan.deploys {
        good(&product, number)?;
        println!("{} of {}: {} failed so far", number + 1, plan.deploys, running.snapshot().failed);
    }
    let summary = runtime.block_on(running.stop());
    report_good(&plan, &summary, began);
    let mut lives = Vec::new();
    for _ in 0..plan.broken {
        lives.push(broken(&product, &load, &runtime)?);
    }
    report_broken(&plan, &mut lives);
    let failed = summary.counts.failed + lives.iter().map(|life| life.failed).sum::<u64>();
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Plan {
    fn read(arguments: &[String]) -> Result<Self> {
        let mut plan = Self { deploys: 100, broken: 10, per_second: 100.0, bake: "1s".to_owned(), sockets: 3 };
        for pair in arguments.chunks(2) {
            let [name, value] = pair else { bail!("`{}` needs a value", pair.concat()) };
            match name.as_str() {
                "--deploys" => plan.deploys = value.parse().context("--deploys")?,
                "--broken" => plan.broken = value.parse().context("--broken")?,
                "--sockets" => plan.sockets = value.parse().context("--sockets")?,
                "--per-second" => plan.per_second = value.parse().context("--per-second")?,
                "--bake" => plan.bake.clone_from(value),
                other => {
                    bail!("there is no option `{other}`; there is --deploys, --broken, --per-second, --bake, --sockets")
                }
            }
        }
        Ok(plan)
    }
}

/// A deploy of v2 and then a rollback to v1, in turns.
fn good(product: &Product, number: u32) -> Result<()> {
    let arguments: &[&str] =
        if number.is_multiple_of(2) { &["--json", "deploy", "api", "v2"] } else { &["--json", "rollback", "api"] };
    let output = product.run(arguments)?;
    ensure!(output.status.success(), "`towel {}` did not end well\n{}", arguments.join(" "), told(&output));
    Ok(())
}

/// A deploy of a version that answers everything with 500.
fn broken(product: &Product, load: &Load, runtime: &Runtime) -> Result<Broken> {
    let record = product.record();
    if record.exists() {
        std::fs::remove_file(&record).context("cannot begin a new record")?;
    }
    let running = runtime.block_on(async { load.clone().begin() });
    let output = product.run(&["--json", "deploy", "api", "bad"])?;
    let summary = runtime.block_on(running.stop());
    ensure!(output.status.code() == Some(1), "a broken version was not refused: {}\n{}", output.status, told(&output));
    for failure in &summary.examples {
        println!("  failed after {:.1?}: {}", failure.after, failure.what);
    }
    let text = std::fs::read_to_string(&record).context("the broken version got no request")?;
    let times: Vec<u64> = text.lines().filter_map(|line| line.split(' ').next()?.parse().ok()).collect();
    let (first, last) = (times.iter().min(), times.iter().max());
    let (Some(first), Some(last)) = (first, last) else { bail!("the broken version answered nothing") };
    Ok(Broken { lived: last - first, answers: times.len(), failed: summary.counts.failed })
}

fn report_good(plan: &Plan, summary: &Summary, began: Instant) {
    let counts = &summary.counts;
    println!(
        "\n{} deploys and rollbacks of good versions in {:.0?}, canary at 10, 50, 100 % baked for {}",
        plan.deploys,
        began.elapsed(),
        plan.bake
    );
    println!("  requests           {} at {}/s", counts.requests, plan.per_second);
    println!("  failed             {}", counts.failed);
    println!("  latency            half {:.1?}, 95 % {:.1?}, 99 % {:.1?}", counts.p50, counts.p95, counts.p99);
    println!("  answers by version {:?}", counts.versions);
    let sockets = counts.sockets;
    println!(
        "  WebSockets         {} opened, {} told to come back, {} cut, {} refused",
        sockets.opened, sockets.goodbyes, sockets.cut, sockets.refused
    );
    for failure in &summary.examples {
        println!("  failed after {:.1?}: {}", failure.after, failure.what);
    }
}

fn report_broken(plan: &Plan, lives: &mut [Broken]) {
    lives.sort_by_key(|life| life.lived);
    let (Some(shortest), Some(longest)) = (lives.first(), lives.last()) else { return };
    let middle = lives[lives.len() / 2].lived;
    println!("\n{} deploys of a version that answers everything with 500, at {}/s", lives.len(), plan.per_second);
    println!(
        "  from its first bad answer to its last: {} ms at best, {middle} ms in the middle, {} ms at worst",
        shortest.lived, longest.lived
    );
    println!("  bad answers that it gave: {} at most", lives.iter().map(|life| life.answers).max().unwrap_or_default());
    println!("  requests of users that failed: {}", lives.iter().map(|life| life.failed).sum::<u64>());
}
