//! HEALTHCHECK: the declared probe, asked with a program that the final image really has.

use std::time::Duration;

use towel_model::{Ask, Probe, Service};

use super::command::literal_words;
use super::{Build, Kind};
use crate::quantity;

/// The probe that the image asks. Compose waits for it before it starts what depends on the service, so readiness it is.
pub(super) fn probe(service: &Service) -> Option<&Probe> {
    service.health.ready.as_ref().or(service.health.live.as_ref()).map(|probe| &probe.value)
}

/// The instruction; none when nothing is declared, or when the probe's command is not the same everywhere.
pub(super) fn instruction(build: &Build<'_>) -> Option<String> {
    let probe = probe(build.service)?;
    let words = words(build, probe)?;
    let start = *build.service.health.start;
    Some(format!(
        "HEALTHCHECK --interval={} --timeout={} --start-period={} --retries={} \\\n    CMD {}\n",
        quantity::duration(probe.every),
        quantity::duration(probe.within),
        quantity::duration(start),
        probe.failures,
        exec(&words),
    ))
}

/// A JSON array, the form that runs without a shell.
pub(super) fn exec<T: AsRef<str>>(words: &[T]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| serde_json::Value::from(word.as_ref()).to_string()).collect();
    format!("[{}]", quoted.join(", "))
}

fn words(build: &Build<'_>, probe: &Probe) -> Option<Vec<String>> {
    match &probe.ask {
        Ask::Run(command) => literal_words(command).filter(|words| !words.is_empty()),
        ask => question(build.kind, build.port()?, ask, probe.within),
    }
}

/// How an image of that kind asks its own port; none for a command, which is a question itself.
pub(crate) fn question(kind: Kind, port: u16, ask: &Ask, within: Duration) -> Option<Vec<String>> {
    match ask {
        Ask::Run(_) => None,
        Ask::Http(path) => Some(ask_http(kind, port, path, within)),
        Ask::Tcp => Some(ask_tcp(kind, port, within)),
    }
}

/// Well is 200 to 399; a redirect is an answer and is not followed.
fn ask_http(kind: Kind, port: u16, path: &str, within: Duration) -> Vec<String> {
    let url = format!("http://127.0.0.1:{port}{path}");
    let seconds = quantity::seconds(within);
    match kind {
        Kind::Nestjs | Kind::Node | Kind::Nextjs => owned([
            "node",
            "-e",
            &format!(
                "fetch({}, {{ redirect: 'manual' }}).then(({{ status }}) => process.exit(status < 400 ? 0 : 1), () => process.exit(1))",
                in_quotes(&url)
            ),
        ]),
        Kind::Static => owned(["wget", "-q", "-T", &seconds.to_string(), "-O", "/dev/null", &url]),
        Kind::Php => owned([
            "php",
            "-r",
            &format!(
                "$o = ['http' => ['follow_location' => 0, 'ignore_errors' => true, 'timeout' => {seconds}]]; \
                 $f = @fopen({}, 'r', false, stream_context_create($o)); \
                 exit($f && preg_match('~^HTTP/\\S+ [23]~', stream_get_meta_data($f)['wrapper_data'][0]) ? 0 : 1);",
                in_quotes(&url)
            ),
        ]),
        Kind::Python => owned([
            "python",
            "-c",
            &format!(
                "from http.client import HTTPConnection as C; c = C('127.0.0.1', {port}, timeout={seconds}); \
                 c.request('GET', {}); raise SystemExit(not 200 <= c.getresponse().status < 400)",
                in_quotes(path)
            ),
        ]),
        Kind::Go => owned(["/usr/local/bin/healthcheck", &url]),
        Kind::Rust | Kind::Flutter => owned([
            "curl",
            "--fail",
            "--silent",
            "--show-error",
            "--output",
            "/dev/null",
            "--max-time",
            &seconds.to_string(),
            &url,
        ]),
    }
}

fn ask_tcp(kind: Kind, port: u16, within: Duration) -> Vec<String> {
    let seconds = quantity::seconds(within);
    match kind {
        Kind::Nestjs | Kind::Node | Kind::Nextjs => owned([
            "node",
            "-e",
            &format!(
                "require('net').connect({port}, '127.0.0.1').on('connect', () => process.exit(0)).on('error', () => process.exit(1))"
            ),
        ]),
        Kind::Static => owned(["nc", "-z", "-w", &seconds.to_string(), "127.0.0.1", &port.to_string()]),
        Kind::Php => {
            owned(["php", "-r", &format!("exit(@fsockopen('127.0.0.1', {port}, $n, $m, {seconds}) ? 0 : 1);")])
        }
        Kind::Python => owned([
            "python",
            "-c",
            &format!("import socket; socket.create_connection(('127.0.0.1', {port}), {seconds}).close()"),
        ]),
        Kind::Go => owned(["/usr/local/bin/healthcheck", &format!("tcp://127.0.0.1:{port}")]),
        Kind::Rust | Kind::Flutter => owned(["bash", "-c", &format!("</dev/tcp/127.0.0.1/{port}")]),
    }
}

fn owned<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

/// A string of JavaScript, Python and PHP alike. Paths hold neither quotes nor backslashes unless somebody means harm.
fn in_quotes(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
