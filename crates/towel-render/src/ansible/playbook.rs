//! The playbook, its inventory, and the values that a person fills in.

use towel_check::CheckedStack;
use towel_model::Class;

use crate::compose::{Setting, front_door, tls};
use crate::env;
use crate::yaml::{Map, Yaml};

/// Environments of a single machine that is no developer's.
pub(super) fn is_hosted(stack: &CheckedStack) -> bool {
    *stack.environment.class != Class::Dev && *stack.environment.engine == towel_model::EngineKind::Local
}

/// `shop_vps`: Ansible wants no dashes in the names of groups.
fn group(setting: &Setting<'_>) -> String {
    setting.project().replace('-', "_")
}

/// One play for each environment.
pub(super) fn playbook(settings: &[Setting<'_>]) -> Yaml {
    Yaml::list(settings.iter().map(play).collect::<Vec<_>>())
}

fn play(setting: &Setting<'_>) -> Map {
    let import = |name: &'static str, file: &'static str| {
        Map::new().with("name", name).with("ansible.builtin.import_tasks", file)
    };
    Map::new()
        .with("name", format!("Run {} on its host", setting.project()))
        .with("hosts", group(setting))
        .with("become", true)
        .with("vars", variables(setting))
        .with("pre_tasks", [debian()])
        .with("tasks", [import("Prepare the host", "tasks/host.yaml"), import("Run the stack", "tasks/stack.yaml")])
        .with("handlers", [import("Act on changes", "tasks/handlers.yaml")])
}

fn debian() -> Map {
    let assert = Map::new()
        .with(
            "that",
            [
                "ansible_facts['distribution'] == 'Debian'",
                "ansible_facts['distribution_major_version'] is version('13', '>=')",
            ],
        )
        .with(
            "fail_msg",
            "the host has to run Debian 13 or newer: older ones bring a Docker Compose that does not know this file",
        )
        .with("quiet", true);
    Map::new().with("name", "Refuse a host that brings no usable Docker Compose").with("ansible.builtin.assert", assert)
}

fn variables(setting: &Setting<'_>) -> Map {
    let stack = setting.stack;
    let required: Vec<String> =
        env::wanted(stack).into_iter().filter(|(_, required)| *required).map(|(name, _)| name).collect();
    let compose = ["docker", "compose", "--env-file", ".env", "--file"].map(str::to_owned);
    let compose: Vec<String> = compose.into_iter().chain([setting.path()]).collect();
    let door = front_door(*setting);
    Map::new()
        .with("stack_environment", stack.environment.name.to_string())
        .with("stack_project", setting.project())
        .with("stack_folder", format!("/opt/{}", setting.project()))
        .with("stack_ssh_port", 22_u32)
        .with("stack_compose", Yaml::row(compose))
        .with("stack_mounts", door.is_some())
        .with("stack_front_door", door.unwrap_or_default())
        .with("stack_tls", certificate(setting))
        .with("stack_required", required)
        .with(
            "stack_missing",
            "{{ stack_required | reject('in', stack_env | dict2items | selectattr('value') | map(attribute='key')) }}",
        )
}

/// The files of the certificate and its key. Those with an absolute path are the host's own.
fn certificate(setting: &Setting<'_>) -> Vec<Map> {
    let Some(tls) = tls(setting.stack) else { return Vec::new() };
    let files = [(&tls.certificate, "{{ stack_tls_certificate }}"), (&tls.key, "{{ stack_tls_key }}")];
    let ours = files.into_iter().filter(|(path, _)| !path.starts_with('/'));
    ours.map(|(path, content)| Map::new().with("path", path.to_string()).with("content", content)).collect()
}

/// Hosts by group, to be replaced by real ones.
pub(super) fn inventory(settings: &[Setting<'_>]) -> Yaml {
    let mut inventory = Map::new();
    for setting in settings {
        let domain = setting.stack.environment.domain_or_localhost().unwrap_or("localhost").to_owned();
        let host = Map::new().with("ansible_host", domain).with("ansible_user", "admin");
        let hosts = Map::new().with(format!("{}-1", setting.project()), host);
        inventory.insert(group(setting), Map::new().with("hosts", hosts));
    }
    Map::new()
        .comment(
            "Copy to inventory.yaml and name your hosts.\n\
             ansible-playbook --inventory deploy/ansible/inventory.yaml --ask-vault-pass deploy/ansible/playbook.yaml",
        )
        .with("all", Map::new().with("children", inventory))
        .into()
}

/// The values of one environment's `.env`.
pub(super) fn vault(setting: &Setting<'_>) -> Yaml {
    let mut values = Map::new();
    for (name, required) in env::wanted(setting.stack) {
        values = if required { values } else { values.comment("May stay empty.") }.with(name, "");
    }
    let map = Map::new()
        .comment(format!(
            "Copy to deploy/ansible/group_vars/{}/vault.yaml, fill it in, and encrypt it: ansible-vault encrypt FILE\n\
             What each variable is for, .env.example says.",
            group(setting)
        ))
        .with("stack_env", values);
    if certificate(setting).is_empty() {
        return map.into();
    }
    map.comment("The certificate with its chain, and its key, as PEM text.")
        .with("stack_tls_certificate", "")
        .with("stack_tls_key", "")
        .into()
}

/// Where the example of an environment's values is written.
pub(super) fn vault_path(setting: &Setting<'_>) -> String {
    format!("deploy/ansible/vault.{}.example.yaml", setting.stack.environment.name.as_str())
}
