//! `pizzeria api`, `pizzeria web` and `pizzeria load`.

use std::ffi::OsString;
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use super::options::Options;
use super::quantity::{duration, share, size};
use crate::load::{Load, Summary};
use crate::server::{Faults, ServeError, ServerSettings};
use crate::{ApiSettings, WebSettings, api, web};

const HELP: &str = "\
the sample product of towel

pizzeria api [OPTIONS]     menu and orders; PORT, HOST and REDIS_URL come from the environment
pizzeria web [OPTIONS]     the page; PORT, HOST, API_URL and PUBLIC_API_URL come from the environment
pizzeria load --url URL [--per-second N] [--for TIME] [--sockets N]
                           requests to an API at a constant rate; ends with 1 when one failed

options of api and web, also taken from PIZZERIA_VERSION, PIZZERIA_ERROR_RATE and so on:
  --version WORD         what it says it is [v1]
  --error-rate SHARE     answer so many requests with 500: 0.5 or 50%
  --latency TIME         answer later: 200ms
  --slow-start TIME      answer 503 for so long after the start: 5s
  --never-ready          never become ready
  --crash-after N        end, without a word, after so many requests
  --ignore-sigterm       do not hear SIGTERM
  --leak SIZE            keep so many bytes with each request: 1Mi
  --record FILE          add a line to FILE for each answer spoilt by --error-rate
  --linger TIME          accept connections for so long after SIGTERM [500ms]
  --finish TIME          let requests finish for so long after that [20s]
";

const OF_SERVERS: [&str; 11] = [
    "version",
    "error-rate",
    "latency",
    "slow-start",
    "never-ready",
    "crash-after",
    "ignore-sigterm",
    "leak",
    "record",
    "linger",
    "finish",
];

/// Exit status of a crash on purpose.
const CRASHED: u8 = 70;

/// Runs what the arguments (without the program's name) say; messages go to standard error.
pub fn main_from(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
    match run(arguments) {
        Ok(code) => code,
        Err(wrong) => {
            complain(&format!("error: {wrong}\nhelp: see `pizzeria --help`"));
            ExitCode::from(2)
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<ExitCode, String> {
    match arguments.next().as_deref() {
        Some("api") => {
            let settings = api_settings(&Options::read(arguments, &OF_SERVERS, environment)?)?;
            Ok(ended(runtime()?.block_on(api(settings))))
        }
        Some("web") => {
            let settings = web_settings(&Options::read(arguments, &OF_SERVERS, environment)?)?;
            Ok(ended(runtime()?.block_on(web(settings))))
        }
        Some("load") => put_load(&Options::read(arguments, &["url", "per-second", "for", "sockets"], environment)?),
        Some("--help" | "-h" | "help") => {
            say(HELP);
            Ok(ExitCode::SUCCESS)
        }
        Some(other) => Err(format!("there is no `{other}`; there is api, web and load")),
        None => Err("say what to run: api, web or load".to_owned()),
    }
}

#[expect(clippy::disallowed_methods, reason = "the sample is a program of its own and reads its own environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    // Two threads are plenty for a sample, and a hundred instances of it fit on a small machine.
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().map_err(|error| format!("cannot start: {error}"))
}

fn ended(result: Result<(), ServeError>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(ServeError::Crashed) => ExitCode::from(CRASHED),
        Err(error) => {
            complain(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn api_settings(options: &Options) -> Result<ApiSettings, String> {
    Ok(ApiSettings {
        server: server_settings(options, 4000)?,
        redis_url: options.variable("REDIS_URL"),
        memory_limit: options.variable("PIZZERIA_MEMORY_LIMIT").map(|text| size(&text)).transpose()?,
    })
}

fn web_settings(options: &Options) -> Result<WebSettings, String> {
    Ok(WebSettings {
        server: server_settings(options, 4100)?,
        api_url: options.variable("API_URL").unwrap_or_else(|| "http://127.0.0.1:4000".to_owned()),
        public_api_url: options.variable("PUBLIC_API_URL"),
    })
}

fn server_settings(options: &Options, usual_port: u16) -> Result<ServerSettings, String> {
    let host = options.variable("HOST").unwrap_or_else(|| "127.0.0.1".to_owned());
    let host: IpAddr = host.parse().map_err(|_not_one| format!("HOST: `{host}` is not an address"))?;
    let port = match options.variable("PORT") {
        Some(port) => port.parse().map_err(|_not_one| format!("PORT: `{port}` is not a port"))?,
        None => usual_port,
    };
    let usual = ServerSettings::default();
    Ok(ServerSettings {
        address: SocketAddr::new(host, port),
        version: options.text("version").unwrap_or(usual.version),
        linger: options.value("linger", duration)?.unwrap_or(usual.linger),
        finish: options.value("finish", duration)?.unwrap_or(usual.finish),
        faults: faults(options)?,
    })
}

fn faults(options: &Options) -> Result<Faults, String> {
    Ok(Faults {
        error_rate: options.value("error-rate", share)?.unwrap_or_default(),
        latency: options.value("latency", duration)?.unwrap_or_default(),
        slow_start: options.value("slow-start", duration)?.unwrap_or_default(),
        never_ready: options.switch("never-ready")?,
        crash_after: options.value("crash-after", count)?,
        ignore_sigterm: options.switch("ignore-sigterm")?,
        leak: options.value("leak", size)?.unwrap_or_default(),
        record: options.text("record").map(Into::into),
    })
}

fn count(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_not_one| format!("`{text}` is not a number"))
}

fn put_load(options: &Options) -> Result<ExitCode, String> {
    let url = options.text("url").ok_or("`--url` is missing: where does the API answer?")?;
    let per_second = options.value("per-second", count)?.unwrap_or(100);
    let sockets = options.value("sockets", count)?.unwrap_or(0);
    let time = options.value("for", duration)?.unwrap_or(Duration::from_secs(10));
    let load = Load::new(&url, per_second as f64).map_err(|error| error.to_string())?;
    let load = load.sockets(usize::try_from(sockets).map_err(|error| error.to_string())?);
    let summary = runtime()?.block_on(async {
        let running = load.begin();
        tokio::time::sleep(time).await;
        running.stop().await
    });
    say(&told(&summary));
    Ok(if summary.counts.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn told(summary: &Summary) -> String {
    let counts = &summary.counts;
    let mut text = format!(
        "{} requests, {} failed, half within {:.1?}, 95% within {:.1?}, 99% within {:.1?}\n",
        counts.requests, counts.failed, counts.p50, counts.p95, counts.p99
    );
    for failure in &summary.examples {
        text.push_str(&format!("  after {:.1?}: {}\n", failure.after, failure.what));
    }
    text
}

fn say(text: &str) {
    // Whoever closed the pipe has read enough.
    drop(std::io::stdout().write_all(text.as_bytes()));
}

fn complain(text: &str) {
    drop(writeln!(std::io::stderr(), "{text}"));
}
