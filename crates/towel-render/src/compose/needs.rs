//! What a container waits for before it starts.

use towel_model::{DatastoreKind, Service};

use super::artefact::runs;
use super::setting::Setting;
use super::{health, mongodb, store};
use crate::yaml::Map;

/// A container and the state for which it is waited.
pub(super) type Awaited = (String, &'static str);

const HEALTHY: &str = "service_healthy";
const STARTED: &str = "service_started";
const DONE: &str = "service_completed_successfully";

/// All that a service needs, without its own hooks.
pub(super) fn of(setting: Setting<'_>, service: &Service) -> Vec<Awaited> {
    let mut needs = Vec::new();
    for need in &service.needs {
        if let Some(other) = setting.stack.service(need).filter(|other| runs(other)) {
            needs.push((other.name.to_string(), readiness(other)));
        }
        if let Some(datastore) = setting.stack.datastore(need) {
            needs.extend(mongodb::members(setting, datastore).into_iter().map(|member| (member, HEALTHY)));
            match *datastore.kind {
                DatastoreKind::Mongodb if mongodb::is_set(datastore) => {
                    needs.push((mongodb::initiation(setting, datastore), DONE));
                }
                DatastoreKind::S3 => {
                    needs.extend([
                        (datastore.name.to_string(), HEALTHY),
                        (store::bucket_maker(setting, datastore), DONE),
                    ]);
                }
                _ => needs.push((datastore.name.to_string(), HEALTHY)),
            }
        }
    }
    needs
}

/// A container without a health check can only be waited for until it was started.
pub(super) fn readiness(service: &Service) -> &'static str {
    if health::is_checked(service) { HEALTHY } else { STARTED }
}

/// A container that has to have done its work.
pub(super) fn finished(name: String) -> Awaited {
    (name, DONE)
}

/// Containers that must answer.
pub(super) fn healthy(names: impl IntoIterator<Item = String>) -> Vec<Awaited> {
    names.into_iter().map(|name| (name, HEALTHY)).collect()
}

/// As `depends_on`.
pub(super) fn depends_on(awaited: Vec<Awaited>) -> Map {
    awaited.into_iter().map(|(name, condition)| (name, Map::new().with("condition", condition).inline())).collect()
}
