//! From a file to a model: parse, read, merge what environments restate, build a stack for each.

use std::collections::HashSet;

use towel_source::{Diagnostic, FileId, Node, Sources, parse};

use crate::circle::check_circles;
use crate::datastore::DatastoreKeys;
use crate::environment::{EnvironmentKeys, Setting};
use crate::key::{Named, Read, Reader};
use crate::names::Names;
use crate::product::ProductKeys;
use crate::restatement::Restatements;
use crate::service::ServiceKeys;
use crate::{Environment, EnvironmentField, Model, Reference, Stack, Template};

/// What reading a file came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The model; none when the file is no YAML, or no mapping.
    pub model: Option<Model>,
    /// Everything that was found, in all environments, each once.
    pub diagnostics: Vec<Diagnostic>,
}

impl Reading {
    /// Whether nothing keeps the file from being used.
    pub fn is_sound(&self) -> bool {
        self.model.is_some() && !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads a file among `sources`. Never fails: it returns what it found.
pub fn read(sources: &Sources, file: FileId) -> Reading {
    let Some(source) = sources.get(file) else {
        let diagnostics = vec![Diagnostic::error("empty-file", "there is no such file")];
        return Reading { model: None, diagnostics };
    };
    let (root, diagnostics) = parse(source);
    let Some(root) = root else { return Reading { model: None, diagnostics: in_order(diagnostics) } };
    let mut reader = Reader::new(source, Names::of(&root), diagnostics);
    let product = ProductKeys::read(&root, &mut reader);
    let model = product.map(|product| {
        product.check(&mut reader);
        build_model(&File::of(product), &root, &mut reader)
    });
    Reading { model, diagnostics: in_order(reader.finish()) }
}

/// In the order of the file, in which people mend it.
fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|found| found.primary().map_or(0, |span| span.start));
    diagnostics
}

/// A file's keys, with what may be restated set apart.
struct File {
    product: ProductKeys,
    environments: Named<EnvironmentKeys>,
    services: Named<ServiceKeys>,
    datastores: Named<DatastoreKeys>,
}

impl File {
    fn of(mut product: ProductKeys) -> Self {
        Self {
            environments: product.environments.take().unwrap_or_default(),
            services: product.services.take().unwrap_or_default(),
            datastores: product.datastores.take().unwrap_or_default(),
            product,
        }
    }
}

fn build_model(file: &File, root: &Node, reader: &mut Reader<'_>) -> Model {
    let environments = environments(file, reader);
    check_circles(environments.iter().map(|(environment, _)| environment), reader);
    if environments.is_empty() {
        // No environment could be read; everything else is still looked at.
        build_stack(file, root, &Setting { environment: Environment::implicit() }, None, reader);
    }
    let errors_of_all = reader.errors();
    let mut model = Model { environments: Vec::new(), stacks: Vec::new() };
    for (environment, keys) in environments {
        let setting = Setting { environment };
        let errors_before = reader.errors();
        let stack = build_stack(file, root, &setting, keys, reader);
        let sound = errors_of_all == 0 && reader.errors() == errors_before;
        model.stacks.push(stack.filter(|_| sound));
        model.environments.push(setting.environment);
    }
    model
}

/// Most environments of one product: a stack is built for each.
const MOST_ENVIRONMENTS: usize = 100;

/// The environments that could be read, with what they restate; a file that declares none gets an implicit one.
fn environments<'f>(file: &'f File, reader: &mut Reader<'_>) -> Vec<(Environment, Option<&'f EnvironmentKeys>)> {
    if reader.names.environments == [Environment::IMPLICIT] && file.environments.entries.is_empty() {
        return vec![(Environment::implicit(), None)];
    }
    let declared = &file.environments.entries;
    if let Some((name, _)) = declared.get(MOST_ENVIRONMENTS) {
        reader.report(
            Diagnostic::error("environments-too-many", format!("there are more than {MOST_ENVIRONMENTS} environments"))
                .at(name.span, "this one and those after it are not read")
                .help("environments that come and go need not be declared one by one"),
        );
    }
    declared
        .iter()
        .take(MOST_ENVIRONMENTS)
        .filter_map(|(name, keys)| Some((keys.build(name, reader)?, Some(keys))))
        .collect()
}

fn build_stack(
    file: &File,
    root: &Node,
    setting: &Setting,
    keys: Option<&EnvironmentKeys>,
    reader: &mut Reader<'_>,
) -> Option<Stack> {
    let stack = file.product.clone().build(setting, reader);
    let restated = keys.and_then(|keys| keys.services.as_ref());
    let over = Restatements::of(restated, root.get("services"), "service", reader);
    let mut services = Vec::with_capacity(file.services.entries.len());
    for (name, base) in &file.services.entries {
        services.extend(over.apply(name, base, reader).map(|keys| keys.build(name, setting, reader)));
    }
    let restated = keys.and_then(|keys| keys.datastores.as_ref());
    let over = Restatements::of(restated, root.get("datastores"), "datastore", reader);
    let mut datastores = Vec::with_capacity(file.datastores.entries.len());
    for (name, base) in &file.datastores.entries {
        datastores.extend(over.apply(name, base, reader).and_then(|keys| keys.build(name)));
    }
    let stack = Stack { services, datastores, ..stack? };
    check_references(&stack, reader);
    Some(stack)
}

/// Reports references that mean something in the file and nothing in this environment.
fn check_references(stack: &Stack, reader: &mut Reader<'_>) {
    let environment = &stack.environment;
    let services: HashSet<&str> = stack.services.iter().map(|service| service.name.as_str()).collect();
    let datastores: HashSet<&str> = stack.datastores.iter().map(|datastore| datastore.name.as_str()).collect();
    let mut without_domain = Vec::new();
    for (to, span) in stack.templates().flat_map(Template::references) {
        let removed = match to {
            Reference::Service { name, .. } if !services.contains(name.as_str()) => name,
            Reference::Datastore { name, .. } if !datastores.contains(name.as_str()) => name,
            Reference::Environment(EnvironmentField::Domain) => {
                without_domain.extend(environment.domain_or_localhost().is_none().then_some(span));
                continue;
            }
            _ => continue,
        };
        let message = format!("there is no `{removed}` in environment `{}`", environment.name);
        reader.report(
            Diagnostic::error("unknown-reference", message)
                .at(span, "refers to nothing there")
                .help(format!("remove this there too, or keep `{removed}`")),
        );
    }
    if !without_domain.is_empty() {
        let fault = Diagnostic::error("missing-domain", format!("environment `{}` has no domain", environment.name))
            .at(environment.name.span, "no `domain:`")
            .help("add `domain:` to the environment");
        let places = without_domain.into_iter().take(5);
        reader.report(places.fold(fault, |fault, span| fault.also(span, "needed here")));
    }
}
