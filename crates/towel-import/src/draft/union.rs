//! Several drafts as one: what a later one says of a part replaces what an earlier one said.

use super::{Draft, Noted, Service};

/// All parts of all drafts. The name is the first one's.
pub(crate) fn unite(drafts: impl IntoIterator<Item = Draft>) -> Draft {
    let mut all = Draft::default();
    for draft in drafts {
        all.remarks.extend(draft.remarks);
        all.name = all.name.or(draft.name);
        all.description = all.description.or(draft.description);
        all.repository = all.repository.or(draft.repository);
        all.domain = all.domain.or(draft.domain);
        for service in draft.services {
            match all.services.iter_mut().find(|known| known.name == service.name) {
                Some(known) => replace(known, service),
                None => all.services.push(service),
            }
        }
        for store in draft.datastores {
            match all.datastores.iter_mut().find(|known| known.name == store.name) {
                Some(known) => {
                    known.version = store.version.or(known.version.take());
                    known.storage = store.storage.or(known.storage.take());
                    known.max_connections = store.max_connections.or(known.max_connections.take());
                    known.replicas = store.replicas.or(known.replicas.take());
                }
                None => all.datastores.push(store),
            }
        }
        let new = draft.clients.into_iter();
        let known: Vec<String> = all.clients.iter().map(|client| client.name.clone()).collect();
        all.clients.extend(new.filter(|client| !known.contains(&client.name)));
        for secret in draft.secrets {
            if all.secrets.iter().all(|known| known.name != secret.name) {
                all.secrets.push(secret);
            }
        }
    }
    // A part cannot be both: what keeps data is not run as a service.
    let stores: Vec<&String> = all.datastores.iter().map(|store| &store.name).collect();
    all.services.retain(|service| !stores.contains(&&service.name));
    all
}

fn replace(known: &mut Service, later: Service) {
    fn over<T>(known: &mut Option<Noted<T>>, later: Option<Noted<T>>) {
        if later.is_some() {
            *known = later;
        }
    }
    over(&mut known.description, later.description);
    over(&mut known.stack, later.stack);
    over(&mut known.source, later.source);
    over(&mut known.image, later.image);
    over(&mut known.run, later.run);
    over(&mut known.port, later.port);
    over(&mut known.metrics, later.metrics);
    over(&mut known.live, later.live);
    over(&mut known.ready, later.ready);
    over(&mut known.start, later.start);
    over(&mut known.cpu, later.cpu);
    over(&mut known.memory, later.memory);
    over(&mut known.replicas, later.replicas);
    over(&mut known.scale_on, later.scale_on);
    over(&mut known.drain, later.drain);
    over(&mut known.expose, later.expose);
    known.remarks.extend(later.remarks);
    known.needs.extend(later.needs);
    known.before.extend(later.before);
    for variable in later.env {
        match known.env.iter_mut().find(|one| one.name == variable.name) {
            Some(one) => *one = variable,
            None => known.env.push(variable),
        }
    }
}
