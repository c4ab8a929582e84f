//! What clusters need before a first deploy: namespaces, secrets, credentials, monitoring.

use towel_check::CheckedStack;
use towel_model::{Channel, Datastore, DatastoreKind, Part, Reference, Secret, Template};

use super::hcl::{Value, assignments, locals};
use crate::Product;
use crate::file::{Files, origin};
use crate::names::{is_required, namespace, secrets_object};
use crate::prometheus::SLACK_SECRET;
use crate::server::Server;

const FOLDER: &str = "deploy/terraform";

pub(super) fn render(product: &Product, files: &mut Files) {
    let stacks: Vec<&CheckedStack> = product.clustered().collect();
    let mut fixed =
        |name: &str, text: &str| files.text(format!("{FOLDER}/{name}"), format!("{}{text}", origin("#", "")));
    fixed("versions.tf", include_str!("cluster/versions.tf"));
    fixed("variables.tf", include_str!("cluster/variables.tf"));
    fixed("namespace.tf", include_str!("cluster/namespace.tf"));
    fixed("monitoring.tf", include_str!("cluster/monitoring.tf"));
    fixed("outputs.tf", include_str!("cluster/outputs.tf"));
    if stacks.iter().any(|stack| !stack.secrets.is_empty()) {
        fixed("secrets.tf", include_str!("cluster/secrets.tf"));
    }
    if stacks.iter().any(|stack| !stack.datastores.is_empty()) {
        fixed("credentials.tf", include_str!("cluster/credentials.tf"));
    }
    fixed("product.tf", &locals(&facts(product, &stacks)));
    for stack in stacks {
        let name = stack.environment.name.as_str();
        let values = assignments(&[("environment", Value::text(name))]);
        files.text(
            format!("{FOLDER}/{name}.tfvars"),
            format!("{}{values}", origin("#", &format!("environments.{name}"))),
        );
    }
}

/// What differs from product to product and from environment to environment; everything else is the same text.
fn facts(product: &Product, stacks: &[&CheckedStack]) -> Vec<(&'static str, Value)> {
    let environments = stacks.iter().map(|stack| (stack.environment.name.to_string(), environment(stack)));
    let mut facts = vec![("product", Value::text(product.name()))];
    let Some(first) = stacks.first() else { return facts };
    if stacks.iter().any(|stack| !stack.secrets.is_empty()) {
        facts.push(("secrets_object", Value::text(secrets_object(first))));
    }
    let told = notification_secrets(stacks);
    facts.push(("notification_secrets", told));
    facts.push(("environments", Value::object(environments)));
    facts
}

fn environment(stack: &CheckedStack) -> Value {
    let environment = &stack.environment;
    let text =
        |text: &Option<towel_source::Spanned<String>>| Value::maybe(text.as_ref().map(|it| Value::text(it.as_str())));
    let mut entries = vec![("context", text(&environment.context)), ("namespace", Value::text(namespace(stack)))];
    if !stack.secrets.is_empty() {
        let generated = |secret: &Secret| secret.generate.as_ref().map(|length| Value::Number(i64::from(length.value)));
        let generated = stack.secrets.iter().filter_map(|secret| Some((secret.name.to_string(), generated(secret)?)));
        entries.push(("generated_secrets", Value::object(generated)));
        let required = stack.secrets.iter().filter(|secret| is_required(stack, secret));
        entries
            .push(("required_secrets", Value::Row(required.map(|secret| Value::text(secret.name.as_str())).collect())));
    }
    if !stack.datastores.is_empty() {
        let datastores =
            stack.datastores.iter().map(|datastore| (datastore.name.to_string(), credentials(datastore, stack)));
        entries.push(("datastores", Value::object(datastores)));
    }
    Value::object(entries)
}

/// What is known of a datastore's account before its password is.
fn credentials(datastore: &Datastore, stack: &CheckedStack) -> Value {
    if datastore.managed.is_some() {
        return Value::object([("managed", Value::Bool(true))]);
    }
    use towel_model::DatastoreField::{Host, Name, Port, Url, User};
    let server = Server::of(datastore, stack);
    let host = datastore.name.as_str();
    let fact = |field| Value::text(server.fact(field, host, "%s"));
    Value::object([
        ("managed", Value::Bool(false)),
        ("url", set_url(datastore, &server).map_or_else(|| fact(Url), Value::Text)),
        ("host", fact(Host)),
        ("port", fact(Port)),
        ("user", fact(User)),
        ("name", fact(Name)),
    ])
}

/// The URL of several servers of MongoDB: a client that knows only one of them does not find the next primary.
fn set_url(datastore: &Datastore, server: &Server) -> Option<String> {
    if *datastore.kind != DatastoreKind::Mongodb || datastore.replicas.value < 2 {
        return None;
    }
    let (name, port) = (datastore.name.as_str(), server.port);
    let members = (0..datastore.replicas.value).map(|number| format!("{name}-{number}.{name}:{port}"));
    let members = members.collect::<Vec<_>>().join(",");
    let Server { user, database, .. } = server;
    Some(format!("mongodb://{user}:%s@{members}/{database}?authSource=admin&replicaSet=rs0"))
}

/// The secrets that Alertmanager reads, each from what it is in the product.
fn notification_secrets(stacks: &[&CheckedStack]) -> Value {
    let mut names: Vec<String> = stacks.iter().flat_map(|stack| told_by(stack)).collect();
    names.sort();
    names.dedup();
    if names.is_empty() {
        return Value::object::<String>([]);
    }
    let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let all = "kubernetes_secret_v1.secrets.data";
    Value::Raw(format!(
        "{{ for name in [{}] : name => {all}[name] if contains(nonsensitive(keys({all})), name) }}",
        names.join(", ")
    ))
}

/// Slack's webhook is no reference in the file; whoever gives a secret of that name has it carried on.
fn told_by(stack: &CheckedStack) -> Vec<String> {
    if stack.secrets.is_empty() {
        return Vec::new();
    }
    let slack = stack.notify.iter().flat_map(|it| &it.to).any(|channel| matches!(channel, Channel::Slack(_)));
    let slack = slack.then(|| SLACK_SECRET.to_owned());
    let channels = stack.notify.iter().filter(|notification| *notification.of != "deploys").flat_map(|it| &it.to);
    let urls = channels.filter_map(|channel| match channel {
        Channel::Discord(url) | Channel::Webhook(url) => Some(&url.value),
        Channel::Slack(_) | Channel::Email(_) => None,
    });
    let mail = stack.mail.iter().flat_map(|mail| [&mail.user, &mail.password]).flatten().map(|text| &text.value);
    slack.into_iter().chain(urls.chain(mail).flat_map(secrets_in)).collect()
}

fn secrets_in(template: &Template) -> Vec<String> {
    let parts = template.parts.iter();
    parts
        .filter_map(|part| match part {
            Part::Reference { to: Reference::Secret(name), .. } => Some(name.clone()),
            Part::Reference { .. } | Part::Text(_) => None,
        })
        .collect()
}
