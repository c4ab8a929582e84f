//! Entry of the target `render`: one blueprint, for the strictest environment.

use super::service::{Whole, service};
use super::{store, variable};
use crate::Product;
use crate::file::Files;
use crate::yaml::{Map, Yaml};

/// Writes the files of this target.
pub(crate) fn render(product: &Product, files: &mut Files) {
    let stack = product.strictest();
    let whole = Whole::of(stack);
    let services = stack.services.iter().filter_map(|it| service(&whole, it));
    let mut services: Vec<Map> = services.collect();
    if services.is_empty() {
        return;
    }
    services.extend(stack.datastores.iter().filter_map(|datastore| store::key_value(stack, datastore)));
    let databases: Vec<Map> =
        stack.datastores.iter().filter_map(|datastore| store::database(stack, datastore)).collect();
    let previews = Map::new().with("generation", "manual").with("expireAfterDays", 3_u32);
    let document = Map::new()
        .comment("A preview costs what the product costs, so only pull requests that ask for one get it.")
        .with("previews", previews)
        .blank()
        .comment("Variables with `sync: false` are asked for when the blueprint is first applied.")
        .with("services", services)
        .blank()
        .unless_empty("databases", databases)
        .blank()
        .unless_empty("envVarGroups", variable::groups(stack, &whole.users));
    let name = stack.environment.name.as_str();
    files.yaml("render.yaml", &format!("environments.{name}"), &Yaml::Map(document));
}
