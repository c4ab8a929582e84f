//! A product read from text, with everything that is found about it.

use towel_source::{Colour, Diagnostic, Sources, human, in_order};

use crate::page::Marks;

/// What was found, and where to show it.
pub(crate) struct Product {
    sources: Sources,
    found: Vec<Diagnostic>,
}

impl Product {
    pub(crate) fn marks(&self) -> Marks {
        self.found
            .iter()
            .map(|diagnostic| {
                let line = diagnostic
                    .primary()
                    .map_or(0, |span| self.sources.get(span.file).map_or(0, |source| source.position(span.start).line));
                (line, diagnostic.severity.name().to_owned(), diagnostic.code.to_string())
            })
            .collect()
    }

    pub(crate) fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    pub(crate) fn codes(&self) -> Vec<&str> {
        self.found.iter().map(|diagnostic| diagnostic.code.as_ref()).collect()
    }

    pub(crate) fn severities(&self) -> Vec<&'static str> {
        self.found.iter().map(|diagnostic| diagnostic.severity.name()).collect()
    }

    pub(crate) fn shown(&self) -> String {
        human(&self.found, &self.sources, Colour::None)
    }
}

impl Product {
    /// Reads a product and finds all there is to find.
    pub(crate) fn read(text: &str) -> Self {
        let mut sources = Sources::new();
        let file = sources.add("towel.yaml", text);
        let reading = towel_model::read(&sources, file);
        let mut found = reading.diagnostics;
        if let Some(model) = reading.model {
            let names = model.environments().iter().map(|environment| environment.name.as_str());
            let stacks: Vec<_> = names.filter_map(|name| model.stack(name).0).collect();
            found.extend(towel_check::check_all(&stacks));
        }
        Self { sources, found: in_order(found) }
    }
}
