//! `cargo xtask bench gateway`: the gateway beside nginx and HAProxy, in turn, on the same upstream.

mod echo;
mod load;
mod report;
mod rivals;
mod setting;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::runtime::Runtime;

use crate::repository::root;
use echo::Echo;
use load::{Measured, http, websocket};
use report::Series;
use rivals::Rival;
use setting::Setting;

/// How long and how often is measured.
struct Plan {
    rounds: u32,
    time: Duration,
}

/// What clients do.
#[derive(Clone, Copy)]
enum Case {
    Small,
    Large,
    WebSocket,
}

impl Case {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Small, "small answers"), (Self::Large, "64 KiB answers"), (Self::WebSocket, "WebSocket echo")];
}

/// `[--rounds 5] [--seconds 8]`.
pub(super) fn run(arguments: &[String]) -> Result<()> {
    bench(&root()?, &Plan::read(arguments)?)
}

/// Measures every case on every rival in turn, round after round, so that whatever else the machine does meanwhile
/// meets all of them.
fn bench(root: &Path, plan: &Plan) -> Result<()> {
    rivals::check_installed()?;
    let setting = Setting::new(root)?;
    let runtime = Runtime::new().context("cannot start a runtime")?;
    let echo = runtime.block_on(Echo::start())?;
    let _upstream = rivals::upstream(&setting)?;
    let rivals = rivals::start(&setting, echo.address)?;
    for (case, name) in Case::ALL {
        let mut series: Vec<Series> = rivals.iter().map(|rival| Series::new(rival.name)).collect();
        for round in 0..plan.rounds {
            eprintln!("{name}, round {} of {}", round + 1, plan.rounds);
            for (rival, series) in rivals.iter().zip(&mut series) {
                series.add(measure(case, rival, plan.time, &runtime)?);
            }
        }
        report::print(name, &series);
    }
    Ok(())
}

fn measure(case: Case, rival: &Rival, time: Duration, runtime: &Runtime) -> Result<Measured> {
    match case {
        Case::Small => http(&rival.url("/"), time),
        Case::Large => http(&rival.url("/64k"), time),
        Case::WebSocket => runtime.block_on(websocket(rival.address(), time)),
    }
    .with_context(|| format!("{} cannot be measured", rival.name))
}

impl Plan {
    fn read(arguments: &[String]) -> Result<Self> {
        let mut plan = Self { rounds: 5, time: Duration::from_secs(8) };
        for pair in arguments.chunks(2) {
            let [flag, value] = pair else { bail!("`{}` needs a number", pair.concat()) };
            let number: u32 = value.parse().with_context(|| format!("`{value}` is not a number"))?;
            ensure!(number > 0, "`{flag}` must be above 0");
            match flag.as_str() {
                "--rounds" => plan.rounds = number,
                "--seconds" => plan.time = Duration::from_secs(number.into()),
                other => bail!("`{other}` is unknown; there is --rounds and --seconds"),
            }
        }
        Ok(plan)
    }
}
