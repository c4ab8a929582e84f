//! One service.

use super::lines::Lines;
use super::product::noted;
use super::scalar::{as_text, in_block, in_flow};
use crate::draft::{Noted, Probe, Question, Service};

pub(super) fn write(service: &Service, lines: &mut Lines) {
    for remark in &service.remarks {
        lines.comment(1, remark);
    }
    lines.line(1, format!("{}:", service.name), None);
    let texts = [
        ("description", &service.description),
        ("stack", &service.stack),
        ("source", &service.source),
        ("image", &service.image),
        ("run", &service.run),
    ];
    for (key, value) in texts {
        if let Some(value) = value {
            noted(2, key, value, lines);
        }
    }
    if let Some(port) = &service.port {
        lines.line(2, format!("port: {}", port.value), port.note.as_deref());
    }
    health(service, lines);
    if let Some(metrics) = &service.metrics {
        noted(2, "metrics", metrics, lines);
    }
    needs(service, lines);
    env(service, lines);
    running(service, lines);
    expose(service, lines);
    rollout(service, lines);
}

fn health(service: &Service, lines: &mut Lines) {
    if service.live.is_none() && service.ready.is_none() && service.start.is_none() {
        return;
    }
    lines.line(2, "health:", None);
    for (key, probe) in [("live", &service.live), ("ready", &service.ready)] {
        if let Some(probe) = probe {
            lines.line(3, format!("{key}: {}", probe_text(&probe.value)), probe.note.as_deref());
        }
    }
    if let Some(start) = &service.start {
        noted(3, "start", start, lines);
    }
}

fn probe_text(probe: &Probe) -> String {
    let mut keys = vec![match &probe.question {
        Question::Get(path) => format!("get: {}", in_flow(path)),
        Question::Tcp => "tcp: true".to_owned(),
        Question::Run(command) => format!("run: {}", in_flow(command)),
    }];
    keys.extend(probe.every.iter().map(|every| format!("every: {every}")));
    keys.extend(probe.within.iter().map(|within| format!("within: {within}")));
    keys.extend(probe.failures.iter().map(|failures| format!("failures: {failures}")));
    match (&probe.question, keys.len()) {
        (Question::Get(path), 1) => in_block(path),
        _ => format!("{{ {} }}", keys.join(", ")),
    }
}

/// On one line when one comment says it all, else a line for each.
fn needs(service: &Service, lines: &mut Lines) {
    if service.needs.is_empty() {
        return;
    }
    let notes: std::collections::BTreeSet<&str> =
        service.needs.iter().filter_map(|need| need.note.as_deref()).collect();
    if service.needs.len() == 1 || notes.is_empty() {
        let names: Vec<&str> = service.needs.iter().map(|need| need.value.as_str()).collect();
        lines.line(2, format!("needs: [{}]", names.join(", ")), notes.first().copied());
        return;
    }
    lines.line(2, "needs:", None);
    for need in &service.needs {
        lines.line(3, format!("- {}", need.value), need.note.as_deref());
    }
}

fn env(service: &Service, lines: &mut Lines) {
    if service.env.is_empty() {
        return;
    }
    lines.line(2, "env:", None);
    for variable in &service.env {
        lines.line(3, format!("{}: {}", variable.name, as_text(&variable.value)), variable.note.as_deref());
    }
}

fn running(service: &Service, lines: &mut Lines) {
    match (&service.cpu, &service.memory) {
        (None, None) => {}
        (cpu, memory) => {
            lines.line(2, "resources:", None);
            for (key, value) in [("cpu", cpu), ("memory", memory)] {
                if let Some(value) = value {
                    noted(3, key, value, lines);
                }
            }
        }
    }
    if let Some(replicas) = &service.replicas {
        noted(2, "replicas", replicas, lines);
    }
    if let Some(Noted { value: scale, note }) = &service.scale_on {
        let cpu = scale.cpu.iter().map(|share| format!("cpu: {share}"));
        let memory = scale.memory.iter().map(|share| format!("memory: {share}"));
        let keys: Vec<String> = cpu.chain(memory).collect();
        lines.line(2, format!("scale_on: {{ {} }}", keys.join(", ")), note.as_deref());
    }
    if let Some(drain) = &service.drain {
        noted(2, "drain", drain, lines);
    }
}

fn expose(service: &Service, lines: &mut Lines) {
    let Some(Noted { value: expose, note }) = &service.expose else { return };
    let path = expose.path.as_ref().map(|path| format!(", path: {}", in_flow(path))).unwrap_or_default();
    lines.line(2, format!("expose: {{ host: {}{path} }}", in_flow(&expose.host)), note.as_deref());
}

fn rollout(service: &Service, lines: &mut Lines) {
    if service.before.is_empty() {
        return;
    }
    lines.line(2, "rollout:", None);
    lines.line(3, "before:", Some("run once, before the first instance of a new version starts"));
    for command in &service.before {
        lines.line(4, format!("- run: {}", in_block(&command.value)), command.note.as_deref());
    }
}
