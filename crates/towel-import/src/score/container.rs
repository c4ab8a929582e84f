//! The container of a workload.

use super::placeholder::follow;
use super::resource::Resources;
use crate::account::Cursor;
use crate::draft::{Image, Noted, Probe, Question, Service, escape};
use crate::import::Around;
use crate::read::{Parties, Raw, RawValue, bytes, command_line, cores, memory_range, processor_range, variables};

/// Puts what the container says into the service.
pub(super) fn convert(at: &Cursor<'_>, service: &mut Service, resources: &Resources, around: &Around<'_>) {
    service.image = image(at, &service.name, around);
    service.run = command(at);
    env(at, service, resources);
    amounts(at, service);
    if service.port.is_none() {
        service.port = ["readinessProbe", "livenessProbe"].iter().find_map(|key| {
            let port = at.find(&[key, "httpGet", "port"])?;
            let number = port.peek()?.parse().ok()?;
            port.converted();
            Some(Noted::new(number, "its probe asks there"))
        });
    }
    service.live = probe(at, "livenessProbe", service.port.as_ref());
    service.ready = probe(at, "readinessProbe", service.port.as_ref());
    if service.ready.is_none() && service.port.is_some() {
        let note = "a guess: the Score file has no readiness probe; a path that says whether it can serve is better";
        service.ready = Some(Noted::new(Probe::of(Question::Tcp), note));
    }
}

fn image(at: &Cursor<'_>, name: &str, around: &Around<'_>) -> Option<Noted<String>> {
    let at = at.get("image")?;
    let text = at.peek()?;
    if text == "." {
        at.approximated("an image that is built here: write the registry to which you push it");
        return Some(Noted::new(format!("{}-{name}:${{version}}", around.product), "a guess: Score leaves it open"));
    }
    let image = Image::of(text);
    if image.tag.is_none() && !image.pinned {
        at.approximated("without a tag: `${version}` was added, which is what `towel deploy` ships");
        return Some(Noted::new(format!("{}:${{version}}", escape(text)), "the Score file names no tag"));
    }
    at.converted();
    Some(Noted::new(escape(text), "write `${version}` for the tag if it is yours to ship"))
}

fn command(at: &Cursor<'_>) -> Option<Noted<String>> {
    let words = |key: &str| {
        let list = at.get(key)?;
        let words: Vec<&str> = list.items().iter().filter_map(|word| word.node().text()).collect();
        list.approximated("became `run:`, which is for this machine and for images that towel builds");
        (!words.is_empty()).then_some(words)
    };
    let command = words("command");
    let arguments = words("args");
    if command.is_none() {
        if let Some(list) = at.get("args") {
            list.left_out("arguments of the image's own command have no key; put them into the image");
        }
        return None;
    }
    let all: Vec<&str> = command.into_iter().chain(arguments).flatten().collect();
    Some(Noted::new(escape(&command_line(&all)), "was the container's command"))
}

fn env(at: &Cursor<'_>, service: &mut Service, resources: &Resources) {
    let Some(list) = at.get("variables") else { return };
    let mut raw = Vec::new();
    for (name, at) in list.each() {
        let Some(text) = at.peek() else { continue };
        let (value, lost) = follow(text, resources, &service.name);
        if !lost.is_empty() {
            at.approximated(format!("{} could not be followed; nothing stands in its place", lost.join(", ")));
            raw.push(Raw { name, value: RawValue::Ready(value), note: Some(format!("was {text}")), at: None });
        } else if text.contains("${") {
            raw.push(Raw { name, value: RawValue::Ready(value), note: None, at: Some(at) });
        } else {
            raw.push(Raw { name, value: RawValue::Literal(text.replace("$$", "$")), note: None, at: Some(at) });
        }
    }
    let (env, told) = variables(raw, &Parties::default());
    service.env = env;
    if service.port.is_none() {
        service.port = told.map(|port| Noted::new(port, "was `PORT`"));
    }
}

fn amounts(at: &Cursor<'_>, service: &mut Service) {
    let amount = |kind: &str, key: &str, read: fn(&str) -> Option<u64>| {
        let at = at.find(&["resources", kind, key])?;
        let amount = read(at.peek()?)?;
        at.converted();
        Some(amount)
    };
    let cpu = (amount("requests", "cpu", cores), amount("limits", "cpu", cores));
    let memory = (amount("requests", "memory", bytes), amount("limits", "memory", bytes));
    service.cpu = processor_range(cpu.0, cpu.1).map(Noted::plain);
    service.memory = memory_range(memory.0, memory.1).map(Noted::plain);
}

fn probe(at: &Cursor<'_>, key: &str, port: Option<&Noted<u16>>) -> Option<Noted<Probe>> {
    let at = at.get(key)?;
    if let Some(path) = at.find(&["httpGet", "path"]) {
        let text = path.text()?;
        if let Some(asked) = at.find(&["httpGet", "port"]) {
            let same = asked.peek().and_then(|text| text.parse().ok()) == port.map(|port| port.value);
            asked.left_out(if same {
                "the service's own port is asked"
            } else {
                "only the service's own port can be asked"
            });
        }
        let path = if text.starts_with('/') { text.to_owned() } else { format!("/{text}") };
        return Some(Noted::plain(Probe::of(Question::Get(path))));
    }
    let command = at.find(&["exec", "command"])?;
    let words: Vec<&str> = command.items().iter().filter_map(|word| word.node().text()).collect();
    command.approximated("the command runs where the service runs: on this machine it needs its tools here");
    (!words.is_empty()).then(|| Noted::plain(Probe::of(Question::Run(escape(&command_line(&words))))))
}
