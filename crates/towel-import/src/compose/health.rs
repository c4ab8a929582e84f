//! `healthcheck`: the question, and how often it is asked.

use crate::account::Cursor;
use crate::draft::{Noted, Probe, Question};
use crate::read::{command_line, duration, fill, own_url, question};

/// Readiness, and the time allowed for the start.
#[derive(Default)]
pub(super) struct Health {
    pub(super) ready: Option<Noted<Probe>>,
    pub(super) start: Option<Noted<String>>,
}

/// The health check of a service that listens there.
pub(super) fn convert(service: &Cursor<'_>, port: Option<u16>) -> Health {
    let Some(check) = service.get("healthcheck") else { return Health::default() };
    if check.get("disable").is_some_and(|disable| disable.is_on()) {
        check.left_out("it switches off the image's own check, which towel does not ask anyway");
        return Health::default();
    }
    let Some(test) = check.get("test") else { return Health::default() };
    let Some(command) = command(&test) else {
        check.left_out("it switches off the image's own check, which towel does not ask anyway");
        return Health::default();
    };
    let asks = question(&command, port);
    let note = match &asks {
        Question::Get(_) => {
            test.approximated("towel asks this path itself, from outside the container");
            None
        }
        Question::Tcp => {
            test.approximated("towel knocks at the port itself, from outside the container");
            None
        }
        Question::Run(_) => {
            test.approximated("the command runs where the service runs: on this machine it needs its tools here");
            Some("runs where the service runs".to_owned())
        }
    };
    let time = |key: &str| {
        let at = check.get(key)?;
        let time = duration(&fill(at.peek()?).text);
        if time.is_some() {
            at.converted();
        }
        time
    };
    let failures = check.get("retries").and_then(|at| {
        let count = fill(at.peek()?).text.parse::<u32>().ok().filter(|count| *count > 0)?;
        at.converted();
        Some(count)
    });
    let probe = Probe { question: asks, every: time("interval"), within: time("timeout"), failures };
    Health { ready: Some(Noted { value: probe, note }), start: start(&check) }
}

/// The port of this machine that a health check asks.
pub(super) fn port(service: &Cursor<'_>) -> Option<u16> {
    own_url(&command(&service.find(&["healthcheck", "test"])?)?)?.0
}

fn start(check: &Cursor<'_>) -> Option<Noted<String>> {
    let at = check.get("start_period")?;
    let time = duration(&fill(at.peek()?).text)?;
    at.approximated("the time allowed until it is ready; in Compose failures only began to count then");
    Some(Noted::new(time, "raise it if the first start takes longer"))
}

/// The command that is run; none for `NONE`.
fn command(test: &Cursor<'_>) -> Option<String> {
    let text = |cursor: &Cursor<'_>| Some(fill(cursor.node().text()?).text);
    if !test.is_list() {
        return text(test).filter(|text| !text.is_empty());
    }
    let words: Vec<String> = test.items().iter().filter_map(text).collect();
    match words.split_first() {
        Some((first, rest)) if first == "CMD-SHELL" => Some(rest.join(" ")),
        Some((first, rest)) if first == "CMD" && !rest.is_empty() => Some(command_line(rest)),
        _ => None,
    }
}
