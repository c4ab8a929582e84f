//! A service that runs code.

use super::file::{Entry, Known};
use super::route::{self, Exposed};
use super::{build, dependencies, health, image, port, resources, store, variables};
use crate::account::Cursor;
use crate::draft::{Noted, Probe, Question, Service, escape};
use crate::read::{duration, fill, in_folder};

/// The service, and how it is reached from outside.
pub(super) fn convert(entry: &Entry<'_>, known: &Known<'_, '_>) -> (Service, Option<Exposed>) {
    let at = &entry.at;
    let (needs, before) = dependencies::convert(entry, known);
    let (source, stack) = build::convert(entry, known);
    let (env, told) = variables::convert(entry, known);
    let value = |noted: &Option<Noted<String>>| noted.as_ref().map(|noted| noted.value.clone());
    let mut service = Service {
        name: entry.name.clone(),
        run: command(entry, known, value(&source).as_deref(), value(&stack).as_deref()),
        stack,
        source,
        image: image::convert(entry, known),
        needs,
        before,
        env,
        drain: drain(at),
        ..Service::default()
    };
    resources::convert(at, &mut service);
    let port = port::convert(at, told);
    let published = port.as_ref().and_then(|port| port.published.as_ref().map(|(published, _)| published.clone()));
    service.port = port.map(|port| port.port).or_else(|| told.map(|port| Noted::new(port, "was `PORT`")));
    service.port =
        service.port.or_else(|| health::port(at).map(|port| Noted::new(port, "its health check asks there")));
    let health = health::convert(at, service.port.as_ref().map(|port| port.value));
    (service.ready, service.start) = (health.ready, health.start);
    ask_something(&mut service);
    mounts(at);
    let exposed = route::rule(at).or_else(|| published.map(Exposed::Published)).filter(|_| service.port.is_some());
    (service, exposed)
}

/// A command in place of the image's own. That of another's image is for that image only.
fn command(
    entry: &Entry<'_>,
    known: &Known<'_, '_>,
    source: Option<&str>,
    stack: Option<&str>,
) -> Option<Noted<String>> {
    let service = &entry.at;
    let (command, at) = dependencies::command(service)?;
    if command.starts_with('-') || !image::is_own(entry, known) {
        at.left_out(
            "a command of another's image has no key: put it into an image of your own that begins with that one",
        );
        return None;
    }
    at.approximated("became `run:`, which is for this machine and for images that towel builds");
    let entrypoint = service.get("entrypoint").and_then(|entrypoint| {
        let text = |cursor: &Cursor<'_>| Some(fill(cursor.node().text()?).text);
        let words: Vec<String> = if entrypoint.is_list() {
            entrypoint.items().iter().filter_map(text).collect()
        } else {
            vec![text(&entrypoint)?]
        };
        entrypoint.approximated("put before the command under `run:`");
        (!words.is_empty()).then(|| escape(&words.join(" ")))
    });
    let line = entrypoint.map_or(command.clone(), |entrypoint| format!("{entrypoint} {command}"));
    // The name of a program in Go or Rust is read off the first word.
    let compiled = matches!(stack, Some("go" | "rust"));
    let line = if compiled { line } else { in_folder(source.unwrap_or_default(), &line) };
    Some(Noted::new(line, "was the container's command"))
}

fn drain(service: &Cursor<'_>) -> Option<Noted<String>> {
    let at = service.get("stop_grace_period")?;
    let time = duration(&fill(at.peek()?).text)?;
    at.approximated(
        "became `drain:`; towel first takes the instance out of traffic, then adds five seconds before it kills",
    );
    Some(Noted::plain(time))
}

/// Where nothing tells how to ask for health, the port at least must accept a connection.
fn ask_something(service: &mut Service) {
    if service.ready.is_none() && service.port.is_some() {
        let note = "a guess: the file has no health check; a path that says whether it can serve is better";
        service.ready = Some(Noted::new(Probe::of(Question::Tcp), note));
    }
}

/// What is mounted has no counterpart; why differs.
fn mounts(service: &Cursor<'_>) {
    for at in service.get("volumes").map(|volumes| volumes.items()).unwrap_or_default() {
        let source = store::volume(&at).and_then(|(source, _)| source);
        at.left_out(match source.as_deref() {
            Some(source) if source.contains("docker.sock") => "towel hands nobody the Docker socket",
            Some(source) if source.starts_with(['.', '/', '~', '$']) => {
                "a folder of this machine: on this machine a service with `run:` sees it anyway; in a cluster it belongs into the image"
            }
            Some(_) => "instances of towel's services keep no files: use a datastore (`kind: s3` for files)",
            None => "instances of towel's services keep no files",
        });
    }
}
