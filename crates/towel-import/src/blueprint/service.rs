//! A service of a blueprint.

use super::file::{Entry, Kind, Known};
use super::{scaling, variables};
use crate::account::Cursor;
use crate::draft::{Image, Noted, Probe, Question, Service, escape};
use crate::files::{join, normal};
use crate::read::{in_folder, seconds, shell_line};

/// The service.
pub(super) fn convert(entry: &Entry<'_>, known: &Known<'_, '_>) -> Service {
    let at = &entry.at;
    let folder = folder(at, known);
    let mut service = Service {
        name: entry.name.clone(),
        stack: stack(entry, &folder, known),
        image: Some(image(entry, known)),
        run: command(at, &folder),
        before: before(at, &folder),
        drain: drain(at),
        ..Service::default()
    };
    if at.get("image").is_none() {
        service.source = Some(Noted::plain(if folder.is_empty() { ".".to_owned() } else { folder }));
    }
    let (env, told) = variables::convert(at, known);
    service.env = env;
    if entry.kind != Kind::Worker {
        service.port = Some(told.map_or_else(
            || {
                Noted::new(
                    if entry.kind == Kind::Static { 8080 } else { 10000 },
                    "a guess: the blueprint names no port",
                )
            },
            |port| Noted::new(port, "was `PORT`"),
        ));
        service.ready = Some(ready(at, entry.kind));
    }
    scaling::convert(at, &mut service);
    service
}

fn folder(at: &Cursor<'_>, known: &Known<'_, '_>) -> String {
    let given = at.get("rootDir").or_else(|| at.get("dockerContext"));
    let Some(given) = given else { return normal(&known.around.folder).unwrap_or_default() };
    match given.peek().and_then(|text| normal(&join(&known.around.folder, text))) {
        Some(folder) => {
            given.converted();
            folder
        }
        None => {
            given.left_out("it lies outside the folder of the file");
            String::new()
        }
    }
}

fn stack(entry: &Entry<'_>, folder: &str, known: &Known<'_, '_>) -> Option<Noted<String>> {
    let runtime = entry.at.get("runtime").or_else(|| entry.at.get("env"));
    if entry.kind == Kind::Static {
        if let Some(runtime) = runtime {
            runtime.converted();
        }
        return Some(Noted::plain("static".to_owned()));
    }
    let seen = crate::detect::stack_of(known.around.files, folder);
    let runtime = runtime?;
    match (runtime.peek()?, seen) {
        (_, Some((stack, why))) => {
            runtime.approximated(format!("became `stack: {stack}`, seen in the source"));
            Some(Noted::new(stack, why))
        }
        (name @ ("node" | "python" | "go" | "rust"), None) => {
            runtime.converted();
            Some(Noted::plain(name.to_owned()))
        }
        (name, None) => {
            runtime.left_out(format!("towel has no stack `{name}`; its image is run as it is"));
            None
        }
    }
}

fn image(entry: &Entry<'_>, known: &Known<'_, '_>) -> Noted<String> {
    let guess = format!("{}-{}:${{version}}", known.around.product, entry.name);
    let url = entry.at.get("image").and_then(|image| if image.is_mapping() { image.get("url") } else { Some(image) });
    let Some((url, text)) = url.as_ref().and_then(|url| Some((url, url.peek()?))) else {
        return Noted::new(guess, "a guess: Render builds it and names no image");
    };
    let image = Image::of(text);
    if image.tag.is_none() && !image.pinned {
        url.approximated("without a tag: `${version}` was added, which is what `towel deploy` ships");
        return Noted::new(format!("{}:${{version}}", escape(text)), "the blueprint names no tag");
    }
    url.converted();
    Noted::new(escape(text), "write `${version}` for the tag if it is yours to ship")
}

fn command(at: &Cursor<'_>, folder: &str) -> Option<Noted<String>> {
    let at = at.get("startCommand").or_else(|| at.get("dockerCommand"))?;
    let text = at.peek().filter(|text| !text.trim().is_empty())?;
    at.approximated("became `run:`, which is for this machine and for images that towel builds");
    Some(Noted::plain(in_folder(folder, &escape(&shell_line(text)))))
}

fn before(at: &Cursor<'_>, folder: &str) -> Vec<Noted<String>> {
    let Some(at) = at.get("preDeployCommand") else { return Vec::new() };
    let Some(text) = at.peek().filter(|text| !text.trim().is_empty()) else { return Vec::new() };
    at.converted();
    vec![Noted::plain(in_folder(folder, &escape(&shell_line(text))))]
}

fn ready(at: &Cursor<'_>, kind: Kind) -> Noted<Probe> {
    let path = at.get("healthCheckPath").and_then(|path| path.text()).filter(|path| path.starts_with('/'));
    match (path, kind) {
        (Some(path), _) => Noted::plain(Probe::of(Question::Get(path.to_owned()))),
        (None, Kind::Static) => Noted::new(Probe::of(Question::Get("/".to_owned())), "its first page"),
        (None, _) => {
            let note = "a guess: the blueprint has no health check path; one that says whether it can serve is better";
            Noted::new(Probe::of(Question::Tcp), note)
        }
    }
}

fn drain(at: &Cursor<'_>) -> Option<Noted<String>> {
    let at = at.get("maxShutdownDelaySeconds")?;
    let time = seconds(at.peek()?)?;
    at.approximated("became `drain:`; five seconds more until the instance is killed");
    Some(Noted::plain(time))
}
