//! One service's configuration as code for Railway.

use serde_json::{Map, Value, json};
use towel_model::{Ask, Service, Strategy};

use crate::compose::Folders;
use crate::docker::{folder, within};
use crate::quantity;

const SCHEMA: &str = "https://railway.com/railway.schema.json";

/// Where it stands and what is in it; none for a service that is not built from source.
pub(super) fn config(service: &Service, folders: &Folders) -> Option<(String, Value)> {
    service.stack.as_ref()?;
    let source = folder(service.source.as_ref()?)?;
    let file = if folders.is_shared(service) {
        format!("railway.{}.json", service.name.as_str())
    } else {
        "railway.json".into()
    };
    let mut build = Map::new();
    build.insert("builder".into(), json!("DOCKERFILE"));
    build.insert("dockerfilePath".into(), json!(folders.dockerfile(service)));
    // Without the leading slash, patterns would start at the service's root directory.
    let pattern = if source.is_empty() { "/**".to_owned() } else { format!("/{source}/**") };
    build.insert("watchPatterns".into(), json!([pattern]));
    let document = json!({ "$schema": SCHEMA, "build": build, "deploy": deploy(service) });
    Some((within(&source, &file), document))
}

fn deploy(service: &Service) -> Value {
    let mut deploy = Map::new();
    let mut set = |key: &str, value: Value| _ = deploy.insert(key.to_owned(), value);
    if let Some(commands) = before(service) {
        set("preDeployCommand", json!(commands));
    }
    if let Some(path) = health_path(service) {
        set("healthcheckPath", json!(path));
        set("healthcheckTimeout", json!(quantity::seconds(*service.health.start)));
    }
    set("restartPolicyType", json!("ON_FAILURE"));
    set("restartPolicyMaxRetries", json!(10));
    // The old version goes on for a moment, so that no request meets neither.
    if has_overlap(service) {
        set("overlapSeconds", json!(OVERLAP));
    }
    set("drainingSeconds", json!(quantity::seconds(*service.stop)));
    set("numReplicas", json!(service.replicas.min.max(1)));
    Value::Object(deploy)
}

/// Seconds for which both versions take requests.
const OVERLAP: u32 = 10;

/// `recreate` is for services of which two versions must not run at once.
pub(super) fn has_overlap(service: &Service) -> bool {
    service.port.is_some() && *service.rollout.strategy != Strategy::Recreate
}

/// The path that is asked before a version gets traffic.
pub(super) fn health_path(service: &Service) -> Option<&str> {
    let probe = service.health.ready.as_ref().or(service.health.live.as_ref()).filter(|_| service.port.is_some())?;
    match &probe.ask {
        Ask::Http(path) => Some(path),
        Ask::Tcp | Ask::Run(_) => None,
    }
}

/// The hooks as command lines; none when one needs a value that only a running service has.
pub(super) fn before(service: &Service) -> Option<Vec<String>> {
    let hooks = &service.rollout.before;
    let is_literal = hooks.iter().all(|hook| hook.run.references().next().is_none());
    // Railway takes one command line.
    let line = hooks.iter().map(|hook| hook.run.text.as_str()).collect::<Vec<_>>().join(" && ");
    (is_literal && !hooks.is_empty()).then(|| vec![line])
}
