//! The file as a whole: head, environments, and each section.

use super::lines::Lines;
use super::scalar::{in_block, in_flow, quoted};
use super::service;
use crate::draft::{Client, Datastore, Draft, Noted, Secret};

/// The text of `towel.yaml`.
pub fn write(draft: &Draft) -> String {
    let mut lines = Lines::default();
    for remark in &draft.remarks {
        lines.comment(0, remark);
    }
    lines.end();
    head(draft, &mut lines);
    environments(draft, &mut lines);
    section(&draft.services, "services", "", &mut lines, service::write);
    section(
        &draft.clients,
        "clients",
        "run on users' devices: built and tested, never run by towel",
        &mut lines,
        client,
    );
    section(&draft.datastores, "datastores", "", &mut lines, datastore);
    if !draft.secrets.is_empty() {
        let from = "values come from `.env` beside this file, or `TOWEL_SECRET_NAME` in the environment of `towel up`";
        lines.comment(0, from);
        lines.line(0, "secrets:", None);
        draft.secrets.iter().for_each(|one| secret(one, &mut lines));
    }
    lines.finish()
}

fn head(draft: &Draft, lines: &mut Lines) {
    lines.line(0, "towel: 1", Some("version of the language"));
    let name = draft.name.clone().unwrap_or_else(|| Noted::new("product".to_owned(), "a name is needed: choose one"));
    noted(0, "name", &name, lines);
    for (key, value) in [("description", &draft.description), ("repository", &draft.repository)] {
        if let Some(value) = value {
            noted(0, key, value, lines);
        }
    }
    lines.end();
}

/// This machine; and what production would take, for the reader to take up.
fn environments(draft: &Draft, lines: &mut Lines) {
    let name = draft.name.as_ref().map_or("product", |name| name.value.as_str());
    let domain = draft.domain.clone().unwrap_or_else(|| format!("{name}.example"));
    lines.line(0, "environments:", None);
    lines.line(1, "dev: { class: dev, engine: local }", Some("this machine: `towel up`"));
    lines.comment(1, "when there is a cluster; `towel check` says what production needs besides:");
    lines.comment(1, "production:");
    lines.comment(1, "  class: production");
    lines.comment(1, "  engine: kubernetes");
    lines.comment(1, "  context: production             # of your kubeconfig");
    lines.comment(1, &format!("  namespace: {name}"));
    lines.comment(1, &format!("  domain: {domain}"));
    lines.end();
}

fn section<T>(parts: &[T], title: &str, note: &str, lines: &mut Lines, write: fn(&T, &mut Lines)) {
    if parts.is_empty() {
        return;
    }
    lines.line(0, format!("{title}:"), (!note.is_empty()).then_some(note));
    for part in parts {
        write(part, lines);
        lines.end();
    }
}

fn client(client: &Client, lines: &mut Lines) {
    lines.line(1, format!("{}:", client.name), None);
    noted(2, "stack", &client.stack, lines);
    lines.line(2, format!("source: {}", in_block(&client.source)), None);
}

fn datastore(store: &Datastore, lines: &mut Lines) {
    lines.line(1, format!("{}:", store.name), None);
    lines.line(2, format!("kind: {}", store.kind.value.name()), store.kind.note.as_deref());
    if let Some(version) = &store.version {
        // In quotes: editors take `17` and `8.4` for numbers.
        lines.line(2, format!("version: {}", quoted(&version.value)), version.note.as_deref());
    }
    let rest =
        [("replicas", &store.replicas), ("storage", &store.storage), ("max_connections", &store.max_connections)];
    for (key, value) in rest {
        if let Some(value) = value {
            noted(2, key, value, lines);
        }
    }
}

fn secret(secret: &Secret, lines: &mut Lines) {
    let value = secret.generate.map_or_else(|| "{}".to_owned(), |length| format!("{{ generate: {length} }}"));
    lines.line(1, format!("{}: {value}", in_flow(&secret.name)), secret.note.as_deref());
}

/// `key: value  # note`.
pub(super) fn noted(depth: usize, key: &str, value: &Noted<String>, lines: &mut Lines) {
    lines.line(depth, format!("{key}: {}", in_block(&value.value)), value.note.as_deref());
}
