//! A service's page: what it is, how it is reached, what it needs, how it is run and shipped, what it promises.

use towel_check::CheckedStack;
use towel_model::{Service, Stack, VariableKind};

use super::command::{Shell, by_environment};
use super::directory::Directory;
use super::link::From;
use super::markdown::{Page, code, plain};
use super::settings::{self, Section};
use super::words::{capital, cpu, insufficient, joined, memory, probe, range, rate, sentence, strategy, time};
use crate::alarm::Alarm;
use crate::names;
use crate::quantity::number;

/// The page of the service called `name`.
pub(super) fn page(shells: &[Shell<'_>], name: &str, alarms: &[&Alarm]) -> String {
    let mut page = Page::new(name, &format!("services.{name}"));
    let Some(directory) = strictest(shells) else { return page.finish() };
    let Some(service) = directory.service(name) else { return page.finish() };
    if let Some(about) = &service.description {
        page.paragraph(sentence(&plain(about)));
    }
    introduce(&mut page, directory.stack(), service);
    let of: Vec<(&CheckedStack, &Service)> =
        shells.iter().filter_map(|shell| Some((shell.stack(), shell.directory().service(name)?))).collect();
    let environments: Vec<&str> = of.iter().map(|(stack, _)| stack.environment.name.as_str()).collect();
    let sections: Vec<Vec<Section>> = of.iter().map(|(stack, service)| sections(stack, service)).collect();
    neighbours(&mut page, directory, service);
    settings::write(&mut page, &environments, &sections);
    variables(&mut page, &of);
    watched(&mut page, alarms);
    commands(&mut page, shells, name);
    page.finish()
}

fn introduce(page: &mut Page, stack: &Stack, service: &Service) {
    let owner = service.owner.as_ref().or(stack.owner.as_ref());
    let mut words: Vec<String> = Vec::new();
    if let Some(owner) = owner {
        let team = stack.teams.iter().find(|team| team.name.value == owner.value);
        let channel = team.and_then(|team| team.slack.as_ref()).map(|slack| format!(", on Slack in {}", code(slack)));
        words.push(format!("It belongs to the team {}{}.", owner.as_str(), channel.unwrap_or_default()));
    }
    let built = service.stack.as_ref().map(|stack| format!("It is built with {}", stack.as_str()));
    let source = service.source.as_ref().map(|source| format!("its source is in {}", code(source)));
    let parts: Vec<String> = built.into_iter().chain(source).collect();
    if !parts.is_empty() {
        words.push(sentence(&capital(&joined(&parts))));
    }
    if !words.is_empty() {
        page.paragraph(words.join(" "));
    }
}

fn strictest<'a>(shells: &[Shell<'a>]) -> Option<&'a Directory<'a>> {
    shells.iter().max_by_key(|shell| *shell.stack().environment.class).map(Shell::directory)
}

/// What it needs and who needs it.
fn neighbours(page: &mut Page, directory: &Directory<'_>, service: &Service) {
    let needs: Vec<String> = service.needs.iter().map(|need| directory.link(From::Folder, need)).collect();
    let mut needed = directory.needer_links(From::Folder, &service.name);
    let clients = directory.callers(&service.name).iter();
    needed.extend(clients.map(|client| format!("the client {}", client.name.as_str())));
    if needs.is_empty() && needed.is_empty() {
        return;
    }
    page.heading("Neighbours");
    let mut lines = Vec::new();
    lines.extend((!needs.is_empty()).then(|| format!("It needs {}.", joined(&needs))));
    lines.extend((!needed.is_empty()).then(|| format!("It is needed by {}.", joined(&needed))));
    page.list(lines);
}

fn sections(stack: &Stack, service: &Service) -> Vec<Section> {
    vec![reached(stack, service), run(service), health(service), shipped(service), promises(service)]
}

fn reached(stack: &Stack, service: &Service) -> Section {
    let mut section = Section::new("How it is reached");
    section.set("port", service.port.as_ref().map(|port| port.value.to_string()));
    if let Some(expose) = &service.expose {
        let host = names::in_environment(&expose.host, stack).unwrap_or_else(|| expose.host.text.clone());
        section.set("address", code(&format!("{host}{}", expose.path.trim_end_matches('/'))));
        section.set("WebSocket", expose.websocket.then(|| "yes".to_owned()));
        section.set("a client stays with its instance", expose.sticky.then(|| "yes".to_owned()));
        section.set("most requests of one address", expose.rate_limit.as_ref().map(|limit| rate(limit.value)));
    }
    section
}

fn run(service: &Service) -> Section {
    let mut section = Section::new("How it runs");
    section.set("image", service.image.as_ref().map(|image| code(&image.text)));
    section.set("command, without a container", service.run.as_ref().map(|run| code(&run.text)));
    section.set("instances", range(service.replicas.value));
    if let Some(scale_on) = &service.scale_on {
        let share = |of: &str, share: Option<f64>| share.map(|share| format!("{}% of {of}", number(share)));
        let cpu = share("the processor asked for", scale_on.cpu.as_ref().map(|it| it.0));
        let memory = share("the memory asked for", scale_on.memory.as_ref().map(|it| it.0));
        section.set("more instances above", cpu.into_iter().chain(memory).collect::<Vec<_>>().join(", or "));
    }
    section.set("processor", service.resources.cpu.as_ref().map(|of| cpu(of.value)));
    section.set("memory", service.resources.memory.as_ref().map(|of| memory(of.value)));
    for (datastore, pool) in &service.pool {
        section.set(format!("connections to {}, each instance", datastore.as_str()), pool.value.to_string());
    }
    section.set("time to finish requests", time(*service.drain));
    section.set("then it is killed after", time(*service.stop));
    section
}

fn health(service: &Service) -> Section {
    let mut section = Section::new("How its health is known");
    let health = &service.health;
    section.set("lives", health.live.as_ref().map(|it| probe(it)));
    section.set("is ready", health.ready.as_ref().map(|it| probe(it)));
    section.set("time to start", (health.live.is_some() || health.ready.is_some()).then(|| time(*health.start)));
    if let Some(metrics) = &service.metrics {
        section.set("metrics", code(&metrics.path));
        section.set("counter of requests", code(&metrics.requests));
        section.set("histogram of durations", code(&metrics.duration));
        let bounds: Vec<String> = metrics.bounds().iter().map(|bound| time(*bound)).collect();
        section.set("its buckets", bounds.join(", "));
    }
    section
}

fn shipped(service: &Service) -> Section {
    let rollout = &service.rollout;
    let mut section = Section::new("How a version is shipped");
    section.set("strategy", strategy(*rollout.strategy).to_owned());
    let steps: Vec<String> = rollout.steps.iter().map(|step| format!("{}%", number(step.0))).collect();
    section.set("shares of traffic", steps.join(", "));
    section.set("least time at a step", time(*rollout.bake));
    section.set("most time for all", time(*rollout.deadline));
    section.set("instances on top meanwhile", rollout.surge.value.to_string());
    section.set("too little traffic to judge", insufficient(*rollout.on_insufficient).to_owned());
    let before = rollout.before.iter().map(|hook| format!("{} within {}", code(&hook.run.text), time(hook.within)));
    section.set("run once before", before.collect::<Vec<_>>().join("\n"));
    let smoke = rollout.smoke.iter().map(|smoke| {
        format!(
            "{} answers {} within {}",
            code(&format!("GET {}", smoke.get.as_str())),
            smoke.expect,
            time(smoke.within)
        )
    });
    section.set("tried afterwards", smoke.collect::<Vec<_>>().join("\n"));
    section
}

fn promises(service: &Service) -> Section {
    let mut section = Section::new("What it promises");
    let Some(slo) = &service.slo else { return section };
    section.set("requests that succeed", slo.availability.as_ref().map(|share| format!("{}%", number(share.0))));
    for (quantile, within) in &slo.latency {
        section.set(format!("{}% of answers within", number((quantile * 1e6).round() / 1e4)), time(**within));
    }
    section.set("over", time(*slo.over));
    section.set("expected traffic", slo.traffic.as_ref().map(|traffic| rate(traffic.value)));
    section
}

/// The contract: every variable, its value in each environment when they differ, and where it must have one.
fn variables(page: &mut Page, of: &[(&CheckedStack, &Service)]) {
    let mut names: Vec<&str> = Vec::new();
    for variable in of.iter().flat_map(|(_, service)| &service.env) {
        if !names.contains(&variable.name.as_str()) {
            names.push(&variable.name);
        }
    }
    if names.is_empty() {
        return;
    }
    page.heading("Environment variables");
    let rows: Vec<Vec<String>> = names.iter().map(|name| row(name, of)).collect();
    page.table(&["Name", "Value", "What for"], &rows);
}

fn row(name: &str, of: &[(&CheckedStack, &Service)]) -> Vec<String> {
    let all = of.iter().map(|(stack, service)| {
        let variable = service.env.iter().find(|variable| variable.name.value == *name);
        let value = variable.and_then(|variable| variable.value.as_ref()).map(|value| code(&value.text));
        (stack.environment.name.as_str(), value)
    });
    let values: Vec<(&str, Option<String>)> = all.collect();
    let alike = values.iter().all(|(_, value)| Some(value) == values.first().map(|(_, first)| first));
    let value = if alike {
        values.first().and_then(|(_, value)| value.clone()).unwrap_or_default()
    } else {
        let each = values.iter().filter_map(|(environment, value)| Some(format!("{environment}: {}", value.as_ref()?)));
        each.collect::<Vec<_>>().join("\n")
    };
    let variable = of.iter().rev().find_map(|(_, service)| service.env.iter().find(|it| it.name.value == *name));
    let mut notes: Vec<String> = Vec::new();
    if let Some(variable) = variable {
        notes.extend(variable.description.as_ref().map(|about| sentence(&plain(about))));
        notes.extend(kind(variable.kind).map(str::to_owned));
        let required: Vec<&str> = variable.required_in.iter().map(|place| place.as_str()).collect();
        notes.extend((!required.is_empty()).then(|| format!("Required in {}.", joined(&required))));
    }
    vec![code(name), value, notes.join(" ")]
}

const fn kind(kind: VariableKind) -> Option<&'static str> {
    match kind {
        VariableKind::Text => None,
        VariableKind::Url => Some("A URL."),
        VariableKind::Integer => Some("A whole number."),
        VariableKind::Boolean => Some("`true` or `false`."),
        VariableKind::Port => Some("A port."),
    }
}

fn watched(page: &mut Page, alarms: &[&Alarm]) {
    if alarms.is_empty() {
        return;
    }
    page.heading("Alerts");
    page.list(
        alarms
            .iter()
            .map(|alarm| format!("{}: {}", From::Folder.runbook(&alarm.name), super::runbook::told(&alarm.summary))),
    );
}

fn commands(page: &mut Page, shells: &[Shell<'_>], name: &str) {
    page.heading("By hand");
    page.code(
        "sh",
        &by_environment(shells, |shell| {
            vec![
                shell.instances(name),
                shell.logs(name),
                shell.top(name),
                shell.history(name),
                shell.restart(name),
                shell.rollback(name),
            ]
        }),
    );
}
