//! Names that several targets have to agree on: where one says a name, another must mean the same thing.

use towel_model::{EnvironmentField, Reference, Secret, Service, Stack, Template};

/// `SENTRY_DSN` for `sentry_dsn`: the variable of a `.env` file that holds a secret.
pub(crate) fn variable(name: &str) -> String {
    name.chars().map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' }).collect()
}

/// `ORDERS_DB_PASSWORD`: the variable of a `.env` file that holds a datastore's password.
pub(crate) fn password_variable(datastore: &str) -> String {
    format!("{}_PASSWORD", variable(datastore))
}

/// `API_VERSION`: the variable of a `.env` file that holds the version to run.
pub(crate) fn version_variable(service: &str) -> String {
    format!("{}_VERSION", variable(service))
}

/// The cluster's Secret with the values of `secrets:`; its keys are their names.
pub(crate) fn secrets_object(stack: &Stack) -> String {
    format!("{}-secrets", stack.name.as_str())
}

/// The cluster's Secret with a datastore's `url`, `host`, `port`, `user`, `password` and `name`.
pub(crate) fn credentials_object(datastore: &str) -> String {
    format!("{datastore}-credentials")
}

/// The namespace of an environment in its cluster.
pub(crate) fn namespace(stack: &Stack) -> String {
    match &stack.environment.namespace {
        Some(namespace) => namespace.to_string(),
        None => format!("{}-{}", stack.name.as_str(), stack.environment.name.as_str()),
    }
}

/// Prometheus' `job` label of a service. The same in every engine, so that one set of rules fits all.
pub(crate) fn job(service: &Service) -> String {
    service.name.to_string()
}

/// Where the repository can be read, as a URL without a slash at its end.
pub(crate) fn repository_url(stack: &Stack) -> Option<String> {
    let repository = stack.repository.as_ref()?.trim_end_matches('/').trim_end_matches(".git");
    Some(if repository.contains("://") { repository.to_owned() } else { format!("https://{repository}") })
}

/// `owner/name` of a repository on GitHub.
pub(crate) fn github_slug(stack: &Stack) -> Option<String> {
    let url = repository_url(stack)?;
    let slug = url.split_once("github.com/")?.1;
    (slug.split('/').count() == 2).then(|| slug.to_owned())
}

/// A text that holds nothing but facts of the environment; none where they are not known, or it holds more.
pub(crate) fn in_environment(text: &Template, stack: &Stack) -> Option<String> {
    let environment = &stack.environment;
    let filled = text.fill(|to| match to {
        Reference::Environment(EnvironmentField::Name) => Ok(environment.name.to_string()),
        Reference::Environment(EnvironmentField::Domain) => {
            environment.domain_or_localhost().map(str::to_owned).ok_or(())
        }
        Reference::Version | Reference::Secret(_) | Reference::Datastore { .. } | Reference::Service { .. } => Err(()),
    });
    filled.ok()
}

/// The path of an alert's runbook, as the docs target writes it.
pub(crate) fn runbook_path(alert: &str) -> String {
    format!("docs/platform/runbooks/{alert}.md")
}

/// Where a person on call can read an alert's runbook: on the repository's host when it is known.
pub(crate) fn runbook_url(stack: &Stack, alert: &str) -> String {
    let path = runbook_path(alert);
    match repository_url(stack) {
        Some(url) => format!("{url}/blob/main/{path}"),
        None => path,
    }
}

/// The image without tag and digest, when it has no reference but `${version}` and facts of the environment in it.
pub(crate) fn image_repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    let name = image.rfind('/').map_or(0, |slash| slash + 1);
    image[name..].find(':').map_or(image, |colon| &image[..name + colon])
}

/// Whether the file asks for a value of the secret in this environment or its class.
pub(crate) fn is_required(stack: &Stack, secret: &Secret) -> bool {
    let environment = &stack.environment;
    secret
        .required_in
        .iter()
        .any(|place| place.value == environment.name.value || *place.value == *environment.class.name())
}
