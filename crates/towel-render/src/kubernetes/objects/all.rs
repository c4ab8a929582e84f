//! Every object of one environment, in the order in which they can be applied.

use towel_check::CheckedStack;

use super::scene::Scene;
use super::{access, backup, datastore, product, service};
use crate::kubernetes::object::Object;

/// Every object of one environment, without its namespace: what applies or packs them puts it there.
/// ConfigMaps have their plain names; see [`super::config_name`].
pub(crate) fn objects(stack: &CheckedStack) -> Vec<Object<'_>> {
    let scene = Scene::of(stack);
    let mut objects = Vec::with_capacity(stack.services.len() * 7 + stack.datastores.len() * 6 + 8);
    product::add(&scene, &mut objects);
    for datastore in &scene.stack.datastores {
        datastore::add(&scene, datastore, &mut objects);
        backup::add(&scene, datastore, &mut objects);
    }
    for service in &scene.stack.services {
        service::add(&scene, service, &mut objects);
    }
    access::add(&scene, &mut objects);
    objects
}
