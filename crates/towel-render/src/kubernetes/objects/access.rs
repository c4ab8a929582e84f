//! What a pipeline's account may do: apply the kinds that are rendered, and look at what becomes of them.

use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{PolicyRule, Role, RoleBinding, RoleRef, Subject};

use super::all::Kinds;
use super::scene::Scene;
use super::shorthand::texts;
use crate::kubernetes::object::{Object, Part};
use crate::names;

const CHANGE: [&str; 6] = ["get", "list", "watch", "create", "patch", "delete"];
const LOOK: [&str; 3] = ["get", "list", "watch"];

/// The account, its role for applying `kinds`, and their binding. Only an administrator can apply these.
pub(crate) fn objects<'a>(scene: &Scene<'a>, kinds: &Kinds) -> Vec<Object<'a>> {
    let name = scene.apart("towel-deployer");
    let metadata = || scene.metadata(name.as_str(), &scene.stack.name, "platform");
    let account =
        ServiceAccount { metadata: metadata(), automount_service_account_token: Some(false), ..Default::default() };
    let role = Role { metadata: metadata(), rules: Some(rules(kinds)) };
    let subject = Subject {
        kind: "ServiceAccount".to_owned(),
        name: name.clone(),
        namespace: Some(names::namespace(scene.stack)),
        ..Subject::default()
    };
    let role_ref =
        RoleRef { api_group: "rbac.authorization.k8s.io".to_owned(), kind: "Role".to_owned(), name: name.clone() };
    let binding = RoleBinding { metadata: metadata(), role_ref, subjects: Some(vec![subject]) };
    let part = Part::Product("access");
    vec![Object::of(part, account), Object::of(part, role), Object::of(part, binding)]
}

fn rules(rendered: &Kinds) -> Vec<PolicyRule> {
    let mut rules: Vec<PolicyRule> = Vec::new();
    let mut kinds: Vec<(&str, &str)> =
        rendered.iter().filter_map(|(api, kind)| Some((group(api), plural(kind)?))).collect();
    // A deploy records what it released, and runs what has to be run before.
    kinds.extend([("", "configmaps"), ("batch", "jobs")]);
    kinds.sort_unstable();
    kinds.dedup();
    for (group, resource) in kinds {
        match rules.iter_mut().find(|rule| rule.api_groups.as_ref().is_some_and(|it| it.iter().any(|it| it == group))) {
            Some(rule) => rule.resources.get_or_insert_default().push(resource.to_owned()),
            None => rules.push(rule(group, [resource], CHANGE)),
        }
    }
    if rendered.iter().any(|(_, kind)| *kind == "PersistentVolumeClaim") {
        // Deleting one deletes what is on it.
        rules.push(rule("", ["persistentvolumeclaims"], ["get", "list", "watch", "create", "patch"]));
    }
    rules.push(rule("apps", ["replicasets"], LOOK));
    rules.push(rule("", ["pods", "pods/log", "events"], LOOK));
    // Who holds the lock of a deploy.
    rules.push(rule("coordination.k8s.io", ["leases"], CHANGE));
    rules
}

fn rule<const R: usize, const V: usize>(group: &str, resources: [&str; R], verbs: [&str; V]) -> PolicyRule {
    PolicyRule {
        api_groups: texts([group]),
        resources: texts(resources),
        verbs: verbs.map(str::to_owned).to_vec(),
        ..PolicyRule::default()
    }
}

fn group(api: &'static str) -> &'static str {
    api.split_once('/').map_or("", |(group, _)| group)
}

/// The kinds that a deploy applies; the namespace is there before it, and nobody gives himself rights.
fn plural(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "ConfigMap" => "configmaps",
        "CronJob" => "cronjobs",
        "Deployment" => "deployments",
        "Gateway" => "gateways",
        "HTTPRoute" => "httproutes",
        "HorizontalPodAutoscaler" => "horizontalpodautoscalers",
        "Ingress" => "ingresses",
        "Job" => "jobs",
        "NetworkPolicy" => "networkpolicies",
        "PodDisruptionBudget" => "poddisruptionbudgets",
        "Service" => "services",
        "ServiceAccount" => "serviceaccounts",
        "StatefulSet" => "statefulsets",
        _ => return None,
    })
}
