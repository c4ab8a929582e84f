//! The chart: a template for each part, the values of all environments, and their schema.

use std::borrow::Cow;
use std::rc::Rc;

use towel_check::CheckedStack;

use super::align::Aligned;
use super::door::{BY_GATEWAY, Door};
use super::draft::Partial;
use super::naming::expression;
use super::part::{Context, build, place};
use super::setting::Setting;
use super::template::template;
use super::value::{Leaf, Node, Section, Shape};
use super::{about, front, schema};
use crate::file::{Files, origin};
use crate::kubernetes::object::Part;
use crate::names;
use crate::yaml::Yaml;

/// A chart before it is written.
pub(super) struct Chart<'a> {
    stacks: &'a [&'a CheckedStack],
    templates: Vec<(String, String)>,
    values: Section,
    /// Environments from the strictest on.
    order: Vec<usize>,
}

impl<'a> Chart<'a> {
    /// From all environments, and their objects side by side.
    pub(super) fn of(stacks: &'a [&'a CheckedStack], mut parts: Vec<Aligned<'_>>) -> Self {
        let product = stacks.first().map_or("", |stack| stack.name.as_str());
        let hosts = front::hosts(&mut parts, stacks.len());
        let door = Door::of(stacks, &mut parts);
        let partial = partial(&parts, &door);
        let context = Context { stacks, product, hosts, door, partial };
        let mut order: Vec<usize> = (0..stacks.len()).collect();
        order.sort_by_key(|place| {
            let class = stacks.get(*place).map(|stack| *stack.environment.class);
            (std::cmp::Reverse(class), std::cmp::Reverse(*place))
        });
        let mut chart = Self { stacks, templates: Vec::new(), values: environment(stacks), order };
        let mut sections = Vec::new();
        for aligned in parts {
            let mut built = build(aligned, &context);
            chart.templates.push(template(&built));
            let mut values = std::mem::take(&mut built.draft.values);
            values.comment = Some(describe(stacks, built.part));
            sections.push((built.part, values));
        }
        context.door.add_to(&mut chart.values);
        // First what the product is made of, then what surrounds it.
        sections.sort_by_key(|(part, _)| rank(*part));
        for (part, values) in sections {
            let is_empty = values.entries.is_empty() && matches!(part, Part::Product(_));
            if !is_empty {
                chart.values.attach(&place(part), values);
            }
        }
        chart
    }

    /// Writes all files.
    pub(super) fn write(self, files: &mut Files) {
        let Some(first) = self.stacks.first() else { return };
        let product = first.name.as_str();
        let folder = format!("deploy/helm/{product}");
        files.yaml(format!("{folder}/Chart.yaml"), "", &Yaml::Map(about::manifest(first)));
        let mut ignored = origin("#", "");
        ignored.push_str(about::IGNORED);
        files.text(format!("{folder}/.helmignore"), ignored);
        self.write_values(&folder, files);
        files.json(format!("{folder}/values.schema.json"), &schema::schema(product, &self.values, &self.order));
        files.text(format!("{folder}/templates/_helpers.tpl"), about::helpers(product));
        files.text(format!("{folder}/templates/NOTES.txt"), about::notes(product));
        for (name, text) in self.templates {
            files.text(format!("{folder}/templates/{name}"), text);
        }
    }

    fn write_values(&self, folder: &str, files: &mut Files) {
        let strictest = self.order.first().and_then(|place| self.stacks.get(*place));
        let mut text = origin("#", "");
        text.push_str(&format!(
            "#\n# As in {}; the files beside this one say what differs elsewhere.\n\
             # No registry has `unreleased`: without a version nothing new starts, and what runs goes on running.\n\n",
            strictest.map_or("", |stack| stack.environment.name.as_str())
        ));
        Yaml::Map(self.values.defaults(&self.order)).write_to(&mut text);
        files.text(format!("{folder}/values.yaml"), text);
        for (place, stack) in self.stacks.iter().enumerate() {
            let environment = stack.environment.name.as_str();
            let path = format!("{folder}/values-{environment}.yaml");
            let mut text = origin("#", &format!("environments.{environment}"));
            text.push_str(&format!(
                "#\n# helm upgrade --install {} {folder} --namespace {} --values {path}\n\n",
                stack.name.as_str(),
                names::namespace(stack),
            ));
            Yaml::Map(self.values.beyond(place, &self.order)).write_to(&mut text);
            files.text(path, text);
        }
    }
}

fn environment(stacks: &[&CheckedStack]) -> Section {
    let name = |stack: &&CheckedStack| Setting::Is(Yaml::from(stack.environment.name.to_string()));
    let about = "The environment's name, by which its backups are kept apart from others'".to_owned();
    let leaf = Leaf { settings: stacks.iter().map(name).collect(), shape: Shape::Any, about };
    Section { comment: None, entries: vec![("environment".to_owned(), Node::Leaf(leaf))] }
}

/// Parts that not every environment has, and the values that say so.
fn partial(parts: &[Aligned<'_>], door: &Door) -> Rc<[Partial]> {
    let partial = parts.iter().filter(|aligned| !aligned.present.iter().all(|it| *it));
    let each = partial.filter_map(|aligned| {
        let (Part::Service(name) | Part::Datastore(name)) = aligned.part else { return None };
        let path: Vec<String> = place(aligned.part).into_iter().chain(["enabled".to_owned()]).collect();
        let condition = expression(".Values", &path);
        Some(Partial { name: name.to_owned(), present: aligned.present.clone(), condition })
    });
    // Who deploys may change Gateways where there are some.
    let gateway = Partial {
        name: "gateway.networking.k8s.io".to_owned(),
        present: door.by_gateway(),
        condition: BY_GATEWAY.to_owned(),
    };
    each.chain([gateway]).collect()
}

fn rank(part: Part<'_>) -> u8 {
    match part {
        Part::Service(_) => 0,
        Part::Datastore(_) => 1,
        Part::Product(_) => 2,
    }
}

/// What a reader of the values is told about a part.
fn describe(stacks: &[&CheckedStack], part: Part<'_>) -> Cow<'static, str> {
    match part {
        Part::Product("namespace") => {
            "Helm needs the namespace before it can install anything. With `create` and `--take-ownership`, the chart labels it, so\n\
             that pods which ask for more than these do are refused there."
                .into()
        }
        Part::Product("access") => "The account of pipelines that deploy with `towel`.".into(),
        Part::Product(_) => "".into(),
        Part::Service(name) => {
            let mut services = stacks.iter().flat_map(|stack| &stack.services).filter(|it| it.name.as_str() == name);
            services.find_map(|it| it.description.as_ref()).map_or_else(String::new, |it| it.to_string()).into()
        }
        Part::Datastore(_) => "".into(),
    }
}
