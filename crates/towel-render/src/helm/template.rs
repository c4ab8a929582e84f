//! The text of a part's template.

use super::naming::expression;
use super::part::{Built, place};
use crate::file;
use crate::kubernetes::object::Part;
use crate::yaml::Yaml;

/// The part's file and its text.
pub(super) fn template(built: &Built<'_>) -> (String, String) {
    let mut text = head(&from(built.part));
    let (variable, section) = (&built.draft.variable, expression(".Values", &place(built.part)));
    if variable.starts_with('$') {
        text.push_str(&format!("{{{{- {variable} := {section} }}}}\n"));
    }
    built.draft.prelude.iter().for_each(|line| text.push_str(&format!("{line}\n")));
    let mut tree = String::new();
    if let Some(condition) = &built.condition {
        text.push_str(&format!("{{{{- if {condition} }}}}\n"));
    }
    for (condition, object) in &built.objects {
        if let Some(condition) = condition {
            text.push_str(&format!("{{{{- if {condition} }}}}\n"));
        }
        text.push_str("---\n");
        tree.clear();
        Yaml::Map(object.clone()).write_to(&mut tree);
        built.draft.holes.fill(&tree, &mut text);
        if condition.is_some() {
            text.push_str("{{- end }}\n");
        }
    }
    if built.condition.is_some() {
        text.push_str("{{- end }}\n");
    }
    (format!("{}.yaml", stem(built.part)), text)
}

/// The line that says where a file comes from, as a comment that Helm leaves out.
pub(super) fn head(from: &str) -> String {
    format!("{{{{- /*{} */ -}}}}\n", file::origin("", from).trim_end())
}

fn from(part: Part<'_>) -> String {
    match part {
        Part::Product(_) => String::new(),
        Part::Service(name) => format!("services.{name}"),
        Part::Datastore(name) => format!("datastores.{name}"),
    }
}

fn stem(part: Part<'_>) -> String {
    // Files of the product have these names; a name of the product's has no point in it.
    const TAKEN: [&str; 4] = ["access", "gateway", "namespace", "network"];
    match part {
        Part::Product(name) => name.to_owned(),
        Part::Service(name) if TAKEN.contains(&name) => format!("service.{name}"),
        Part::Datastore(name) if TAKEN.contains(&name) => format!("datastore.{name}"),
        Part::Service(name) | Part::Datastore(name) => name.to_owned(),
    }
}
