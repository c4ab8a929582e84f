//! What people change about services, taken out of their objects and made values.

use super::align::Thing;
use super::draft::{Draft, find};
use super::hole::Form;
use super::part::Context;
use super::setting::Setting;
use super::value::{Leaf, Shape};
use crate::names;
use crate::yaml::{Map, Yaml};

pub(super) const POD: [&str; 3] = ["spec", "template", "spec"];
const VERSION: [&str; 5] = ["spec", "template", "metadata", "labels", "app.kubernetes.io/version"];

/// The values of a service.
pub(super) fn mark_service(service: &str, things: &mut [Thing], context: &Context<'_>, draft: &mut Draft) {
    if let Some(deployment) = of_kind(things, "Deployment") {
        mark_image(service, deployment, context, draft);
        mark_resources(service, deployment, draft);
    }
    mark_counts(service, things, draft);
    mark_variables(context.product, things, draft);
}

pub(super) fn of_kind<'t>(things: &'t mut [Thing], kind: &str) -> Option<&'t mut Thing> {
    things.iter_mut().find(|thing| thing.kind == kind)
}

/// An image taken apart.
struct Image {
    repository: String,
    tag: Option<String>,
    digest: Option<String>,
}

impl Image {
    fn of(text: &str) -> Self {
        let (tagged, digest) = text.split_once('@').map_or((text, None), |(tagged, digest)| (tagged, Some(digest)));
        let repository = names::image_repository(tagged);
        let tag = tagged.strip_prefix(repository).and_then(|rest| rest.strip_prefix(':'));
        Self { repository: repository.to_owned(), tag: tag.map(str::to_owned), digest: digest.map(str::to_owned) }
    }
}

fn mark_image(service: &str, deployment: &mut Thing, context: &Context<'_>, draft: &mut Draft) {
    let container = format!("={service}");
    let pointer = [&POD[..], &["containers", &container, "image"]].concat();
    let images: Vec<_> = deployment
        .trees
        .iter_mut()
        .map(|tree| match find(tree.as_mut()?, &pointer)? {
            Yaml::Text(text) if !text.is_empty() => Some(Image::of(text)),
            _ => None,
        })
        .collect();
    if deployment.trees.iter().zip(&images).any(|(tree, image)| tree.is_some() && image.is_none()) {
        return;
    }
    let mut put = |key: &str, shape, about: &str, of: &dyn Fn(&Image) -> Option<String>| {
        let setting = |image: &Option<Image>| match image.as_ref().map(of) {
            None => Setting::Unused,
            Some(text) => text.map_or(Setting::Absent, |text| Setting::Is(Yaml::from(text))),
        };
        let settings: Vec<Setting> = images.iter().map(setting).collect();
        if settings.iter().any(|it| it.value().is_some()) {
            draft.put(&["image".to_owned(), key.to_owned()], Leaf { settings, shape, about: about.to_owned() });
        }
    };
    put("repository", Shape::Repository, "Where the image is", &|image| Some(image.repository.clone()));
    put("tag", Shape::Tag, "The version that runs; no registry has `unreleased`", &|image| image.tag.clone());
    put("digest", Shape::Digest, "The image itself, whatever its tag", &|image| image.digest.clone());
    let filled = format!("include \"{}.image\" {}.image", context.product, draft.variable);
    let mark = draft.holes.mark(Form::Text, filled, "image");
    for (environment, tree) in deployment.trees.iter_mut().enumerate() {
        tree.iter_mut().for_each(|tree| replace_images(tree, &mark, environment, draft));
    }
    mark_version(deployment, &images, draft);
}

/// All of a service's containers are of its own image.
fn replace_images(tree: &mut Map, mark: &str, environment: usize, draft: &mut Draft) {
    for list in ["initContainers", "containers"] {
        let Some(Yaml::List(containers)) = find(tree, &[&POD[..], &[list]].concat()) else { continue };
        for container in containers {
            let Yaml::Map(container) = container else { continue };
            if let Some(image) = container.get_mut("image") {
                let original = std::mem::replace(image, Yaml::from(mark.to_owned()));
                draft.holes.remember(mark, environment, &original);
            }
        }
    }
}

/// Pods that ask for their version find it in a label, which has to follow the tag.
fn mark_version(deployment: &mut Thing, images: &[Option<Image>], draft: &mut Draft) {
    let around: Vec<Option<(String, String)>> = deployment
        .trees
        .iter_mut()
        .zip(images)
        .filter_map(|(tree, image)| {
            let Yaml::Text(version) = find(tree.as_mut()?, &VERSION)? else { return None };
            let tag = image.as_ref().and_then(|image| image.tag.as_deref());
            let around = tag.and_then(|tag| tag.split_once(version.as_ref()));
            Some(around.map(|(before, after)| (before.to_owned(), after.to_owned())))
        })
        .collect();
    let Some(first) = around.first() else { return };
    let (Some((before, after)), true) = (first, around.iter().all(|other| other == first)) else {
        draft.take(&mut deployment.trees, &VERSION, &["version"], Shape::Tag, "The version, as pods are told it");
        return;
    };
    let mut expression = format!("{}.image.tag", draft.variable);
    for (function, text) in [("trimPrefix", before), ("trimSuffix", after)] {
        if !text.is_empty() {
            expression.push_str(&format!(" | {function} \"{text}\""));
        }
    }
    let mark = draft.holes.mark(Form::Text, expression, "version");
    for (environment, tree) in deployment.trees.iter_mut().enumerate() {
        if let Some(found) = tree.as_mut().and_then(|tree| find(tree, &VERSION)) {
            let original = std::mem::replace(found, Yaml::from(mark.clone()));
            draft.holes.remember(&mark, environment, &original);
        }
    }
}

pub(super) fn mark_resources(main: &str, workload: &mut Thing, draft: &mut Draft) {
    for (list, container) in [("containers", main), ("initContainers", "fill")] {
        let container = format!("={container}");
        let pointer = [&POD[..], &[list, &container, "resources"]].concat();
        let about = "What a container is given, and what it may take";
        draft.take(&mut workload.trees, &pointer, &["resources"], Shape::Resources, about);
    }
}

/// How many instances there are: a number, or a range and what decides within it.
fn mark_counts(service: &str, things: &mut [Thing], draft: &mut Draft) {
    if let Some(deployment) = of_kind(things, "Deployment") {
        // Where an autoscaler decides, the number stands by for the day on which it is switched off.
        let settings: Vec<Setting> = deployment
            .trees
            .iter_mut()
            .map(|tree| match tree.as_mut().and_then(|tree| find(tree, &["spec", "replicas"])) {
                Some(count) => Setting::Is(count.clone()),
                None => Setting::Unused,
            })
            .collect();
        if settings.iter().any(|it| it.value().is_some()) {
            let about = "How many instances there are, unless an autoscaler decides".to_owned();
            let expression = draft.put(&["replicas".to_owned()], Leaf { settings, shape: Shape::Count, about });
            replace(&mut deployment.trees, &["spec", "replicas"], Form::Plain, &expression, draft);
            let at = "spec|replicas".to_owned();
            draft.conditions.push(("Deployment", at, format!("not {}.autoscaling.enabled", draft.variable)));
        }
    }
    let Some(autoscaler) = things.iter_mut().find(|it| it.kind == "HorizontalPodAutoscaler" && it.name == service)
    else {
        return;
    };
    for (key, about) in [("minReplicas", "The fewest instances"), ("maxReplicas", "The most instances")] {
        draft.take(&mut autoscaler.trees, &["spec", key], &["autoscaling", key], Shape::Count, about);
    }
    for metric in ["cpu", "memory"] {
        let item = format!("={metric}");
        let pointer = ["spec", "metrics", &item, "resource", "target", "averageUtilization"];
        let about =
            format!("How much of the {metric} that they ask for instances use before there are more, in per cent");
        let found = draft.take(&mut autoscaler.trees, &pointer, &["autoscaling", metric], Shape::Percent, about);
        if found.is_some() {
            let condition = format!("hasKey {}.autoscaling \"{metric}\"", draft.variable);
            draft.conditions.push(("HorizontalPodAutoscaler", format!("spec|metrics|{metric}"), condition));
        }
    }
}

fn replace(trees: &mut [Option<Map>], pointer: &[&str], form: Form, expression: &str, draft: &mut Draft) {
    let label = pointer.last().copied().unwrap_or_default();
    let mark = draft.holes.mark(form, expression, label);
    for (environment, tree) in trees.iter_mut().enumerate() {
        if let Some(found) = tree.as_mut().and_then(|tree| find(tree, pointer)) {
            let original = std::mem::replace(found, Yaml::from(mark.clone()));
            draft.holes.remember(&mark, environment, &original);
        }
    }
}

/// Plain variables. The name of the ConfigMap ends with a hash of them, so that pods roll when one changes.
fn mark_variables(product: &str, things: &mut [Thing], draft: &mut Draft) {
    let there: Vec<bool> = match of_kind(things, "Deployment") {
        Some(deployment) => deployment.trees.iter().map(Option::is_some).collect(),
        None => return,
    };
    let Some(config) = of_kind(things, "ConfigMap") else { return };
    let port = take_port(config, &there);
    let settings = config.trees.iter_mut().zip(there).map(|(tree, there)| {
        let data = tree.as_mut().and_then(|tree| find(tree, &["data"]));
        match (data, there) {
            (Some(data), _) => Setting::Is(data.clone()),
            (None, true) => Setting::Is(Yaml::Map(Map::new())),
            (None, false) => Setting::Unused,
        }
    });
    let settings: Vec<Setting> = settings.collect();
    let about = "Variables that are no secrets; a number needs quotes".to_owned();
    let mut expression = draft.put(&["env".to_owned()], Leaf { settings, shape: Shape::Environment, about });
    if let Some(port) = port {
        draft
            .prelude
            .push("{{- /* Its port is that of the container and the probes too, so it is no value. */ -}}".to_owned());
        draft.prelude.push(format!("{{{{- $env := merge (dict \"PORT\" \"{port}\") {expression} }}}}"));
        "$env".clone_into(&mut expression);
    }
    replace(&mut config.trees, &["data"], Form::Block, &expression, draft);
    let hash = draft.holes.mark(Form::Within, format!("include \"{product}.hash\" {expression}"), "env");
    let (plain, name) = (config.name.clone(), format!("{}-{hash}", config.name));
    config.trees.iter_mut().flatten().for_each(|tree| rename(tree, &["metadata", "name"], &plain, &name));
    draft.conditions.push(("ConfigMap", String::new(), expression.clone()));
    if let Some(deployment) = of_kind(things, "Deployment") {
        let container = format!("={}", draft.name);
        let sources = [&POD[..], &["containers", &container, "envFrom"]].concat();
        let pointer = [&sources[..], &["0", "configMapRef", "name"]].concat();
        deployment.trees.iter_mut().flatten().for_each(|tree| rename(tree, &pointer, &plain, &name));
        draft.conditions.push(("Deployment", sources.join("|").replace('=', ""), expression));
    }
}

/// The port that all environments agree on, out of their variables.
fn take_port(config: &mut Thing, there: &[bool]) -> Option<String> {
    let used = config.trees.iter_mut().zip(there).filter(|(_, there)| **there);
    let ports: Vec<Option<String>> = used
        .map(|(tree, _)| match find(tree.as_mut()?, &["data", "PORT"])? {
            Yaml::Text(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some(port.to_string()),
            _ => None,
        })
        .collect();
    let port = ports.first()?.clone()?;
    if ports.iter().any(|other| other.as_ref() != Some(&port)) {
        return None;
    }
    for tree in config.trees.iter_mut().flatten() {
        if let Some(Yaml::Map(data)) = tree.get_mut("data") {
            data.remove("PORT");
        }
    }
    Some(port)
}

fn rename(tree: &mut Map, pointer: &[&str], from: &str, to: &str) {
    if let Some(found) = find(tree, pointer).filter(|it| matches!(it, Yaml::Text(text) if text == from)) {
        *found = Yaml::from(to.to_owned());
    }
}
