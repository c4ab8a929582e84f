//! Which variables an environment may find in `.env`, who uses them, and which it cannot do without.

use towel_check::CheckedStack;
use towel_model::{
    Channel, DatastoreField, DatastoreKind, EngineKind, Reference, Secret, Service, Template, Variable, VariableKind,
};

use super::form::Form;
use crate::compose;
use crate::names::{self, is_required, password_variable, version_variable};
use crate::prometheus::SLACK_SECRET;
use crate::server::Server;

/// One variable of one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Demand {
    pub(super) name: String,
    pub(super) form: Form,
    pub(super) group: Group,
    /// What it is, as lines for people.
    pub(super) about: Vec<String>,
    /// Services that get it, with the name that it has there.
    pub(super) users: Vec<(String, String)>,
    pub(super) need: Need,
}

/// Where it stands among the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Group {
    /// Passwords of datastores and their pages.
    Datastores,
    /// Of the services that use it.
    Users,
    /// Which version of an image runs.
    Versions,
}

/// What happens without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// Nothing.
    None,
    /// Docker Compose refuses to start; `towel up` makes it itself or does without.
    Compose,
    /// Nothing is deployed.
    All,
}

/// Whether the target `compose` has a file for the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Composed {
    Yes,
    No,
}

impl Composed {
    pub(super) fn by_engine(stack: &CheckedStack) -> Self {
        if *stack.environment.engine == EngineKind::Local { Self::Yes } else { Self::No }
    }
}

/// All variables of an environment, in the order in which a file holds them.
pub(super) fn demands(stack: &CheckedStack, composed: Composed) -> Vec<Demand> {
    let mut demands = Vec::new();
    // In a cluster, passwords and versions are not taken from a file.
    if composed == Composed::Yes {
        demands.extend(passwords(stack));
        demands.extend(versions(stack));
    }
    demands.extend(stack.secrets.iter().map(|secret| of_secret(stack, secret, composed)));
    if composed == Composed::Yes {
        demands.extend(slack(stack));
    }
    for service in &stack.services {
        let open = service.env.iter().filter(|variable| variable.value.is_none());
        for variable in open {
            let demand = of_variable(stack, service, variable);
            match demands.iter_mut().find(|other| other.name == demand.name) {
                Some(other) => merge(other, demand),
                None => demands.push(demand),
            }
        }
    }
    demands
}

/// The variables of a Compose environment's `.env`, and whether it cannot start without them.
pub(crate) fn wanted(stack: &CheckedStack) -> Vec<(String, bool)> {
    let demands = demands(stack, Composed::Yes).into_iter();
    demands.map(|demand| (demand.name, demand.need > Need::None)).collect()
}

/// The same variable once more: two services share it, or a secret and a variable have one name.
pub(super) fn merge(into: &mut Demand, other: Demand) {
    into.need = into.need.max(other.need);
    for line in other.about {
        if !into.about.contains(&line) {
            into.about.push(line);
        }
    }
    for user in other.users {
        if !into.users.contains(&user) {
            into.users.push(user);
        }
    }
    if into.form == Form::Of(VariableKind::Text) {
        into.form = other.form;
    }
}

fn passwords(stack: &CheckedStack) -> Vec<Demand> {
    let of_datastore = |datastore: &towel_model::Datastore| {
        let server = Server::of(datastore, stack);
        let has_password = |to: &Reference| match to {
            Reference::Datastore { name, field } => {
                *name == *datastore.name && matches!(field, DatastoreField::Url | DatastoreField::Password)
            }
            _ => false,
        };
        let name = password_variable(&datastore.name);
        Demand {
            users: users(stack, has_password),
            about: vec![format!("Of `{}` in {}.", server.user, server.reference())],
            form: Form::LettersAndDigits,
            group: Group::Datastores,
            need: Need::Compose,
            name,
        }
    };
    let mut demands: Vec<Demand> = stack.datastores.iter().map(of_datastore).collect();
    let has_pages = |kind| stack.datastores.iter().any(|datastore| *datastore.kind == kind);
    if compose::has_password_pages(stack) {
        let pages = [(DatastoreKind::Postgres, "pgAdmin"), (DatastoreKind::Mongodb, "mongo-express")];
        let pages: Vec<&str> = pages.into_iter().filter(|(kind, _)| has_pages(*kind)).map(|(_, page)| page).collect();
        demands.push(Demand {
            name: compose::ADMIN_PASSWORD.to_owned(),
            form: Form::LettersAndDigits,
            group: Group::Datastores,
            about: vec![format!("Of {}, under the profile `tools` of compose.yaml.", pages.join(" and "))],
            users: Vec::new(),
            need: Need::Compose,
        });
    }
    demands
}

/// Versions of images that are pulled. What is built here has one without being told.
fn versions(stack: &CheckedStack) -> Vec<Demand> {
    let says_version = |template: &Template| template.references().any(|(to, _)| *to == Reference::Version);
    let mut demands = Vec::new();
    for service in stack.services.iter().filter(|service| compose::runs(service)) {
        let built = compose::is_built_here(stack, service);
        let wanted = compose::templates(stack, service).any(says_version) || (!built && service.image.is_none());
        if wanted {
            demands.push(Demand {
                name: version_variable(&service.name),
                form: Form::Of(VariableKind::Text),
                group: Group::Versions,
                about: vec![],
                users: vec![(service.name.to_string(), version_variable(&service.name))],
                need: if built { Need::None } else { Need::Compose },
            });
        }
    }
    demands
}

fn of_secret(stack: &CheckedStack, secret: &Secret, composed: Composed) -> Demand {
    let reference = Reference::Secret(secret.name.to_string());
    let says = |template: &Template| template.references().any(|(to, _)| *to == reference);
    let mut form = Form::Of(VariableKind::Text);
    let mut users = Vec::new();
    let mut about: Vec<String> = secret.description.iter().map(|text| sentence(text)).collect();
    for service in &stack.services {
        for variable in &service.env {
            let Some(template) = variable.value.as_ref().filter(|template| says(template)) else { continue };
            users.push((service.name.to_string(), variable.name.to_string()));
            if template.parts.len() == 1 {
                form = Form::Of(variable.kind);
            }
            let line = variable.description.as_ref().map(|text| sentence(text));
            about.extend(line.filter(|line| !about.contains(line)));
        }
    }
    about.extend(secret.generate.as_ref().map(|length| {
        format!(
            "{0} letters and digits; `openssl rand -hex {1}` makes them, and `towel up` does by itself.",
            length.value,
            length.value.div_ceil(2)
        )
    }));
    about.extend(secret.rotate.as_ref().map(|age| format!("To be replaced every {}.", crate::quantity::window(**age))));
    let by_compose = composed == Composed::Yes && secret.required_in.is_empty() && !users.is_empty();
    let need = match (is_required(stack, secret), by_compose) {
        (true, _) => Need::All,
        (false, true) => Need::Compose,
        (false, false) => Need::None,
    };
    Demand { name: names::variable(&secret.name), form, group: Group::Users, about, users, need }
}

/// What Alertmanager needs for channels of Slack, which the file names without a secret.
fn slack(stack: &CheckedStack) -> Option<Demand> {
    let mut heard = stack.notify.iter().filter(|notification| *notification.of != "deploys");
    let to_slack = heard.any(|it| it.to.iter().any(|channel| matches!(channel, Channel::Slack(_))));
    let is_declared = stack.secrets.iter().any(|secret| *secret.name == SLACK_SECRET);
    (to_slack && !is_declared).then(|| Demand {
        name: names::variable(SLACK_SECRET),
        form: Form::Of(VariableKind::Url),
        group: Group::Users,
        about: vec!["An incoming webhook of the Slack workspace, by which Alertmanager tells of alerts.".to_owned()],
        users: Vec::new(),
        need: Need::None,
    })
}

/// Services and their variables in which such a reference stands.
fn users(stack: &CheckedStack, wanted: impl Fn(&Reference) -> bool) -> Vec<(String, String)> {
    let mut users = Vec::new();
    for service in &stack.services {
        let says = |template: &Template| template.references().any(|(to, _)| wanted(to));
        let variables = service.env.iter().filter(|variable| variable.value.as_ref().is_some_and(|value| says(value)));
        users.extend(variables.map(|variable| (service.name.to_string(), variable.name.to_string())));
    }
    users
}

fn of_variable(stack: &CheckedStack, service: &Service, variable: &Variable) -> Demand {
    let environment = &stack.environment;
    let here = |place: &str| place == environment.name.as_str() || place == environment.class.name();
    Demand {
        name: variable.name.to_string(),
        form: Form::Of(variable.kind),
        group: Group::Users,
        about: variable.description.iter().map(|text| sentence(text)).collect(),
        users: vec![(service.name.to_string(), variable.name.to_string())],
        need: if variable.required_in.iter().any(|place| here(place)) { Need::All } else { Need::None },
    }
}

/// Ends with a point.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}
