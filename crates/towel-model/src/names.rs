//! What a file declares, known before its references are read.

use towel_source::Node;

use crate::Environment;

/// Names that a file declares, in its order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    pub(crate) services: Vec<String>,
    pub(crate) datastores: Vec<String>,
    pub(crate) environments: Vec<String>,
    pub(crate) teams: Vec<String>,
    lookup: std::collections::HashMap<String, Declared>,
}

/// What a name in `${NAME.field}` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Declared {
    /// A service.
    Service,
    /// A datastore.
    Datastore,
}

impl Names {
    /// The names of a file.
    pub(crate) fn of(root: &Node) -> Self {
        let keys = |section: &str| -> Vec<String> {
            let entries = root.get(section).and_then(Node::mapping).into_iter().flat_map(|mapping| mapping.entries());
            entries.map(|entry| entry.key.value.clone()).collect()
        };
        let (services, datastores, mut declared) = (keys("services"), keys("datastores"), keys("environments"));
        if declared.is_empty() {
            declared.push(Environment::IMPLICIT.to_owned());
        }
        let mut lookup = std::collections::HashMap::new();
        lookup.extend(datastores.iter().map(|name| (name.clone(), Declared::Datastore)));
        lookup.extend(services.iter().map(|name| (name.clone(), Declared::Service)));
        Self { services, datastores, environments: declared, teams: keys("teams"), lookup }
    }

    /// What stands under that name.
    pub(crate) fn find(&self, name: &str) -> Option<Declared> {
        self.lookup.get(name).copied()
    }
}
