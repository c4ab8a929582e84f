//! Makes a draft hang together: what is referred to is needed and declared, and nobody waits in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::{Draft, Noted, Secret, Service, complete, made_here, references};

/// Adds the needs and secrets that follow from references, takes away needs that lead nowhere or in a circle. Says
/// what had to be given up.
pub(crate) fn settle(draft: &mut Draft) -> Vec<String> {
    let mut given_up = Vec::new();
    tell_variables_apart(draft);
    tell_images_apart(draft, &mut given_up);
    complete(draft, &mut given_up);
    let stores: BTreeSet<String> = draft.datastores.iter().map(|store| store.name.clone()).collect();
    let services: BTreeSet<String> = draft.services.iter().map(|service| service.name.clone()).collect();
    let mut waits = Waits::default();
    for service in &mut draft.services {
        let name = service.name.clone();
        let mut known = BTreeSet::new();
        service.needs.retain(|need| {
            let exists = stores.contains(&need.value) || services.contains(&need.value);
            let circle = exists && !waits.add(&name, &need.value);
            if !exists || circle {
                let why = if circle { "waits in a circle" } else { "is no part of the product" };
                given_up.push(format!("`{name}` no longer needs `{}`, which {why}", need.value));
            }
            exists && !circle && known.insert(need.value.clone())
        });
    }
    for service in &mut draft.services {
        follow_references(service, &stores, &services, &mut waits, &mut given_up);
    }
    declare_secrets(draft);
    given_up
}

/// Secrets, datastores' passwords and services' versions are variables in the end, and must not share one.
fn tell_variables_apart(draft: &mut Draft) {
    let stores: Vec<(String, String)> =
        draft.datastores.iter().map(|store| (format!("{}_PASSWORD", shell(&store.name)), store.name.clone())).collect();
    let versions: Vec<String> =
        draft.services.iter().map(|service| format!("{}_VERSION", shell(&service.name))).collect();
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    let mut put = |text: &mut String| {
        for reference in references(&text.clone()).into_iter().filter_map(|it| it.strip_prefix("secret.")) {
            let variable = shell(reference);
            let before = format!("${{secret.{reference}}}");
            let after = if let Some((_, store)) = stores.iter().find(|(password, _)| *password == variable) {
                // Whoever set this variable meant that password.
                format!("${{{store}.password}}")
            } else if versions.contains(&variable) {
                format!("${{secret.{reference}_value}}")
            } else {
                format!("${{secret.{}}}", first.entry(variable).or_insert_with(|| reference.to_owned()))
            };
            *text = text.replace(&before, &after);
        }
    };
    for variable in draft.services.iter_mut().flat_map(|service| &mut service.env) {
        put(&mut variable.value);
        variable.literal.iter_mut().for_each(&mut put);
    }
}

/// What is built from two folders cannot be one image.
fn tell_images_apart(draft: &mut Draft, given_up: &mut Vec<String>) {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    for service in &mut draft.services {
        let (Some(source), Some(image)) = (&service.source, &mut service.image) else { continue };
        let Some(name) = image.value.strip_suffix(":${version}").map(str::to_owned) else { continue };
        let known = first.entry(name.clone()).or_insert_with(|| source.value.clone());
        if *known != source.value {
            image.value = format!("{name}-{}:${{version}}", service.name);
            image.note = Some(format!("`{name}` is built from `{known}`"));
            given_up.push(format!("`{}` has an image of its own: `{name}` is built from `{known}`", service.name));
        }
    }
}

/// A name as a variable of a shell.
fn shell(name: &str) -> String {
    name.chars().map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' }).collect()
}

/// Which service waits for which others.
#[derive(Default)]
struct Waits {
    of: BTreeMap<String, BTreeSet<String>>,
}

impl Waits {
    /// Lets `one` wait for `other`, unless `other` waits for `one` already.
    fn add(&mut self, one: &str, other: &str) -> bool {
        if self.leads(other, one) {
            return false;
        }
        self.of.entry(one.to_owned()).or_default().insert(other.to_owned());
        true
    }

    fn leads(&self, from: &str, to: &str) -> bool {
        let (mut open, mut seen) = (vec![from], BTreeSet::new());
        while let Some(name) = open.pop() {
            if name == to {
                return true;
            }
            if seen.insert(name) {
                open.extend(self.of.get(name).into_iter().flatten().map(String::as_str));
            }
        }
        false
    }
}

/// Needs what its variables refer to; a reference that cannot stay gives way to what stood there before.
fn follow_references(
    service: &mut Service,
    stores: &BTreeSet<String>,
    services: &BTreeSet<String>,
    waits: &mut Waits,
    given_up: &mut Vec<String>,
) {
    let name = service.name.clone();
    let mut added: Vec<Noted<String>> = Vec::new();
    for variable in &mut service.env {
        let named: Vec<String> = references(&variable.value)
            .into_iter()
            .filter_map(|reference| reference.split_once('.'))
            .filter(|(part, _)| !matches!(*part, "env" | "secret") && *part != name)
            .map(|(part, _)| part.to_owned())
            .collect();
        for part in named {
            let known = |needs: &[Noted<String>]| needs.iter().any(|need| need.value == part);
            if known(&service.needs) || known(&added) {
                continue;
            }
            let exists = stores.contains(&part) || services.contains(&part);
            if exists && waits.add(&name, &part) {
                added.push(Noted::new(part, format!("`{}` refers to it", variable.name)));
                continue;
            }
            let literal = variable.literal.take().unwrap_or_default();
            let why = if exists { "would wait in a circle" } else { "is no part of the product" };
            given_up
                .push(format!("`{}` of `{name}` stays `{literal}`: `{part}`, to which it leads, {why}", variable.name));
            variable.value = literal;
            break;
        }
    }
    service.needs.extend(added);
}

/// Declares what is referred to, and nothing else.
fn declare_secrets(draft: &mut Draft) {
    let values = draft.services.iter().flat_map(|service| service.env.iter());
    let mut wanted: Vec<(String, String)> = Vec::new();
    for variable in values {
        for reference in references(&variable.value) {
            if let Some(secret) = reference.strip_prefix("secret.") {
                wanted.push((secret.to_owned(), variable.name.clone()));
            }
        }
    }
    draft.secrets.retain(|secret| wanted.iter().any(|(name, _)| *name == secret.name));
    for (name, variable) in wanted {
        if draft.secrets.iter().all(|secret| secret.name != name) {
            let own = made_here(&variable);
            let note = if own {
                "only this product has to know it: towel makes it".to_owned()
            } else {
                format!("`{}=…` in `.env` beside this file", name.to_uppercase())
            };
            draft.secrets.push(Secret { name, generate: own.then_some(64), note: Some(note) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Datastore, DatastoreKind, Variable};
    use super::*;

    fn service(name: &str, needs: &[&str], variables: &[(&str, &str)]) -> Service {
        Service {
            name: name.to_owned(),
            needs: needs.iter().map(|need| Noted::plain((*need).to_owned())).collect(),
            env: variables
                .iter()
                .map(|(name, value)| Variable {
                    name: (*name).to_owned(),
                    value: (*value).to_owned(),
                    literal: Some("as before".to_owned()),
                    note: None,
                })
                .collect(),
            ..Service::default()
        }
    }

    fn needs(service: &Service) -> Vec<&str> {
        service.needs.iter().map(|need| need.value.as_str()).collect()
    }

    #[test]
    fn what_is_referred_to_is_needed_and_declared() {
        let mut draft = Draft {
            services: vec![service("api", &["gone"], &[("A", "${db.url}"), ("JWT_SECRET", "${secret.jwt}")])],
            datastores: vec![Datastore::new("db".to_owned(), Noted::plain(DatastoreKind::Postgres))],
            ..Draft::default()
        };
        let given_up = settle(&mut draft);
        assert_eq!(needs(&draft.services[0]), ["db"]);
        assert_eq!(draft.secrets[0].name, "jwt");
        assert_eq!(draft.secrets[0].generate, Some(64));
        assert_eq!(given_up, ["`api` no longer needs `gone`, which is no part of the product"]);
    }

    #[test]
    fn no_two_values_share_a_variable() {
        let values = [
            ("A", "${secret.db_password}"),
            ("B", "${secret.api_version}"),
            ("C", "${secret.stripe-key}"),
            ("D", "${secret.stripe_key}"),
        ];
        let mut draft = Draft {
            services: vec![service("api", &[], &values)],
            datastores: vec![Datastore::new("db".to_owned(), Noted::plain(DatastoreKind::Postgres))],
            ..Draft::default()
        };
        settle(&mut draft);
        let values: Vec<&str> = draft.services[0].env.iter().map(|variable| variable.value.as_str()).collect();
        assert_eq!(
            values,
            ["${db.password}", "${secret.api_version_value}", "${secret.stripe-key}", "${secret.stripe-key}"]
        );
        assert_eq!(draft.secrets.len(), 2);
        assert_eq!(needs(&draft.services[0]), ["db"]);
    }

    #[test]
    fn two_services_that_refer_to_each_other_do_not_wait_in_a_circle() {
        let mut draft = Draft {
            services: vec![service("api", &[], &[("W", "${web.url}")]), service("web", &["api"], &[])],
            ..Draft::default()
        };
        let given_up = settle(&mut draft);
        assert_eq!((needs(&draft.services[0]), needs(&draft.services[1])), (vec![], vec!["api"]));
        assert_eq!(draft.services[0].env[0].value, "as before");
        assert_eq!(given_up.len(), 1);
    }
}
