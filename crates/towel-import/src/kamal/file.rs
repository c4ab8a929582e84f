//! A deploy file as a whole: a service for each role, a part for each accessory.

use super::role::{self, Role};
use super::{accessory, proxy, variables};
use crate::account::Cursor;
use crate::draft::{Draft, Names, Noted, Service, escape};
use crate::files::{join, normal};
use crate::import::Around;
use crate::read::{Parties, seconds};

/// What all roles share.
pub(super) struct Shared<'a> {
    pub(super) root: Cursor<'a>,
    pub(super) image: Option<Noted<String>>,
    pub(super) source: Option<Noted<String>>,
    pub(super) stack: Option<Noted<String>>,
    pub(super) drain: Option<Noted<String>>,
    pub(super) start: Option<Noted<String>>,
    pub(super) parties: Parties,
}

/// Converts a deploy file.
pub(crate) fn convert(root: &Cursor<'_>, around: &Around<'_>) -> Draft {
    let mut draft = Draft::default();
    let product = root.get("service").and_then(|name| name.text()).map(crate::draft::name);
    let product = product.unwrap_or_else(|| around.product.clone());
    draft.name = Some(Noted::plain(product.clone()));
    let mut names = Names::default();
    let roles = role::roles(root, &product, &mut names);
    let accessories = accessory::all(root, &mut names);
    let parties = Parties::new(accessories.iter().map(|one| one.party(root)).collect());
    let (source, stack) = source(root, around);
    let shared = Shared {
        root: root.clone(),
        image: image(root),
        source,
        stack,
        drain: drain(root),
        start: start(root),
        parties,
    };
    for one in &roles {
        let service = service(one, &shared, &mut draft);
        draft.services.push(service);
    }
    for one in &accessories {
        one.convert(&shared, &mut draft);
    }
    draft
}

fn service(role: &Role<'_>, shared: &Shared<'_>, draft: &mut Draft) -> Service {
    let (env, told) = variables::of_role(role, shared);
    let mut service = Service {
        name: role.name.clone(),
        image: shared.image.clone(),
        source: shared.source.clone(),
        stack: shared.stack.clone(),
        env,
        drain: role.drain().or_else(|| shared.drain.clone()),
        replicas: role.replicas(),
        run: role.command(),
        ..Service::default()
    };
    role.amounts(&mut service);
    if role.has_proxy() {
        proxy::convert(role, shared, &mut service, draft, told);
        service.start.clone_from(&shared.start);
    }
    service
}

/// Registry, name and the version that is being shipped.
fn image(root: &Cursor<'_>) -> Option<Noted<String>> {
    let at = root.get("image")?;
    let name = at.text()?;
    let server = root.find(&["registry", "server"]);
    let registry = server.as_ref().and_then(|server| server.peek()).filter(|text| !text.contains("<%"));
    if let (Some(_), Some(server)) = (registry, &server) {
        server.converted();
    }
    let full = match registry {
        Some(registry) if !name.starts_with(registry) => format!("{registry}/{name}"),
        _ => name.to_owned(),
    };
    let full = full.trim_start_matches("https://");
    Some(Noted::new(format!("{}:${{version}}", escape(full)), "Kamal's tag is the version as well"))
}

fn source(root: &Cursor<'_>, around: &Around<'_>) -> (Option<Noted<String>>, Option<Noted<String>>) {
    // The file lies in `config/`, the source beside that folder.
    let above =
        around.folder.strip_suffix("config").map_or(around.folder.as_str(), |above| above.trim_end_matches('/'));
    let context = root.find(&["builder", "context"]);
    let text = context.as_ref().and_then(|context| context.peek()).unwrap_or(".");
    let Some(folder) = normal(&join(above, text)) else { return (None, None) };
    if let Some(context) = context {
        context.converted();
    }
    let stack = crate::detect::stack_of(around.files, &folder).map(|(stack, why)| Noted::new(stack, why));
    let shown = if folder.is_empty() { ".".to_owned() } else { folder };
    (Some(Noted::plain(shown)), stack)
}

fn drain(root: &Cursor<'_>) -> Option<Noted<String>> {
    let at = root.get("drain_timeout")?;
    let time = seconds(at.peek()?)?;
    at.converted();
    Some(Noted::plain(time))
}

fn start(root: &Cursor<'_>) -> Option<Noted<String>> {
    let at = root.get("deploy_timeout")?;
    let time = seconds(at.peek()?)?;
    at.approximated("became `health: start:`, the time allowed until it is ready");
    Some(Noted::plain(time))
}
