//! How the cluster asks an instance whether it has started, is ready and lives.

use std::time::Duration;

use k8s_openapi::api::core::v1::{Container, ExecAction, HTTPGetAction, Probe, TCPSocketAction};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use towel_model::{Ask, Service, Template};

use super::scene::Scene;
use super::shorthand::{count, some};
use crate::words::words;

/// Fills in the probes of a service.
pub(super) fn watch(scene: &Scene<'_>, service: &Service, port: Option<&str>, container: &mut Container) {
    let door = || port.map(knock);
    let health = &service.health;
    let live = health.live.as_ref().and_then(|probe| asked(scene, probe, port));
    let ready = health.ready.as_ref().and_then(|probe| asked(scene, probe, port));
    let ready = if health.ready.is_none() { ready.or_else(door) } else { ready };
    // Nobody said how it lives. That it takes connections asks for nothing that stands behind it: a service whose
    // database is away is alive. Where that is asked already, a second time would tell nothing more.
    let knocks = ready.as_ref().is_some_and(|ready| ready.tcp_socket.is_some());
    let live = if health.live.is_none() && !knocks { live.or_else(|| door().map(patient)) } else { live };
    container.startup_probe = live.as_ref().or(ready.as_ref()).map(|asked| starting(asked, health.start.value));
    container.liveness_probe = live;
    container.readiness_probe = ready.map(|ready| Probe { success_threshold: successes(service), ..ready });
}

/// Whether a cluster can ask it: a command must not depend on what is only known once it runs.
pub(crate) fn is_askable(ask: &Ask) -> bool {
    match ask {
        Ask::Http(_) | Ask::Tcp => true,
        Ask::Run(command) => super::variable::is_plain(command),
    }
}

fn asked(scene: &Scene<'_>, probe: &towel_model::Probe, port: Option<&str>) -> Option<Probe> {
    let question = match &probe.ask {
        Ask::Http(path) => get(path, port?),
        Ask::Tcp => knock(port?),
        Ask::Run(command) => run(scene, command)?,
    };
    Some(Probe {
        period_seconds: Some(at_least_a_second(probe.every)),
        timeout_seconds: Some(at_least_a_second(probe.within)),
        failure_threshold: Some(count(probe.failures)),
        ..question
    })
}

/// One success is the API's own default, and the only value that liveness may have.
fn successes(service: &Service) -> Option<i32> {
    let wanted = service.health.ready.as_ref()?.successes;
    (wanted > 1).then(|| count(wanted))
}

pub(super) fn get(path: &str, port: &str) -> Probe {
    let get =
        HTTPGetAction { path: some(path), port: IntOrString::String(port.to_owned()), ..HTTPGetAction::default() };
    Probe { http_get: Some(get), ..every(5) }
}

pub(super) fn knock(port: &str) -> Probe {
    let socket = TCPSocketAction { port: IntOrString::String(port.to_owned()), ..TCPSocketAction::default() };
    Probe { tcp_socket: Some(socket), ..every(5) }
}

pub(super) fn execute(command: Vec<String>) -> Probe {
    Probe { exec: Some(ExecAction { command: Some(command) }), ..every(5) }
}

fn every(seconds: i32) -> Probe {
    Probe { period_seconds: Some(seconds), timeout_seconds: Some(2), failure_threshold: Some(3), ..Probe::default() }
}

/// A minute of silence before anything is started again.
pub(super) fn patient(probe: Probe) -> Probe {
    Probe { period_seconds: Some(10), failure_threshold: Some(6), ..probe }
}

fn run(scene: &Scene<'_>, command: &Template) -> Option<Probe> {
    let words = words(command);
    let words: Option<Vec<String>> = words.iter().map(|word| scene.settled(word)).collect();
    words.filter(|words| !words.is_empty()).map(execute)
}

/// The same question, asked often, for as long as a start may take.
pub(super) fn starting(asked: &Probe, within: Duration) -> Probe {
    let within = at_least_a_second(within);
    let period = (within / 6).clamp(1, 10);
    Probe {
        period_seconds: Some(period),
        failure_threshold: Some((within + period - 1) / period),
        success_threshold: None,
        ..asked.clone()
    }
}

fn at_least_a_second(duration: Duration) -> i32 {
    super::shorthand::seconds(duration).max(1)
}
