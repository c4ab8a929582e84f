//! `loki.yaml`: one process that keeps the logs of one environment, for a time.

use towel_model::{Class, Stack};

use crate::yaml::{Map, Yaml};

const FOLDER: &str = "/loki";

/// The whole configuration.
pub(super) fn document(stack: &Stack) -> Yaml {
    Map::new()
        .comment("One product, one tenant. Whoever reaches the port may read: keep it inside.")
        .with("auth_enabled", false)
        .blank()
        .with("server", Map::new().with("http_listen_port", 3100_i64).with("grpc_listen_port", 9096_i64))
        .blank()
        .with("common", common())
        .blank()
        .with("schema_config", schema())
        .blank()
        .with("limits_config", limits(stack))
        .blank()
        .comment("Without the compactor nothing is ever removed.")
        .with("compactor", compactor())
        .blank()
        .with("analytics", Map::new().with("reporting_enabled", false))
        .into()
}

fn common() -> Map {
    let files = Map::new()
        .with("chunks_directory", format!("{FOLDER}/chunks"))
        .with("rules_directory", format!("{FOLDER}/rules"));
    Map::new()
        .with("instance_addr", "127.0.0.1")
        .with("path_prefix", FOLDER)
        .with("replication_factor", 1_i64)
        .with("ring", Map::new().with("kvstore", Map::new().with("store", "inmemory")))
        .with("storage", Map::new().with("filesystem", files))
}

/// What is stored is read by the schema of its day, so an entry is never changed, only followed by another.
fn schema() -> Map {
    let first = Map::new()
        .with("from", "2024-04-01")
        .with("store", "tsdb")
        .with("object_store", "filesystem")
        .with("schema", "v13")
        .with("index", Map::new().with("prefix", "index_").with("period", "24h"));
    Map::new()
        .comment("Add an entry with a later date to change something; never change one.")
        .with("configs", vec![first])
}

fn limits(stack: &Stack) -> Map {
    Map::new()
        .with("retention_period", kept(*stack.environment.class))
        // One service that prints in a loop must not crowd out the others.
        .with("per_stream_rate_limit", "3MB")
        .with("per_stream_rate_limit_burst", "15MB")
        .with("reject_old_samples", true)
        .with("reject_old_samples_max_age", "168h")
        .with("max_line_size", "256KB")
        .with("max_line_size_truncate", true)
}

/// A week on a developer's machine; where users are, as long as their promises are counted over.
const fn kept(class: Class) -> &'static str {
    match class {
        Class::Dev => "168h",
        Class::Staging => "336h",
        Class::Production => "720h",
    }
}

fn compactor() -> Map {
    Map::new()
        .with("working_directory", format!("{FOLDER}/compactor"))
        .with("retention_enabled", true)
        .with("delete_request_store", "filesystem")
}
