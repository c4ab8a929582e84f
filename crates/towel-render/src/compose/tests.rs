//! Compose files, read back by a reader of YAML that had no part in writing them.

use std::collections::BTreeSet;

use serde_json::Value;
use towel_testkit::random::product_of;

use crate::ownership::product;
use crate::{File, Target, render};

const SHOP: &str = "\
towel: 1
name: shop
environments:
  dev: { class: dev, engine: local, domain: shop.localhost }
  vps: { class: staging, engine: local, domain: shop.example, gateway: { listen: \"0.0.0.0:8443\" } }
services:
  api:
    description: Orders
    stack: node
    source: api
    image: ghcr.io/example/api:${version}
    port: 3000
    health: { ready: /ready, live: /live }
    needs: [database, cache]
    env: { DATABASE_URL: \"${database.url}\", CACHE: \"${cache.url}\", KEY: \"${secret.key}\", DSN: \"${secret.dsn}\", PRICE: a$b }
    replicas: 2
    drain: 20s
    stop: 25s
    expose: { host: \"${env.domain}\", path: /api, websocket: true, sticky: true, rate_limit: 100/s }
    rollout: { before: [{ run: npm run 'migrate all' }] }
  web:
    stack: static
    source: web
    image: ghcr.io/example/web:${version}
    port: 8080
    health: { ready: / }
    needs: [api]
    env: { API: \"${api.url}\" }
    expose: { host: \"${env.domain}\" }
  helper: { run: ./helper }
datastores:
  database: { kind: postgres, version: \"18\", max_connections: 200 }
  cache: { kind: redis, version: \"7.4\" }
secrets: { key: { generate: 32 }, dsn: { required_in: [production] } }
";

fn files(text: &str) -> Vec<File> {
    let product = product(text, None).unwrap_or_else(|| panic!("not a product:\n{text}"));
    render(&product, &[Target::Compose, Target::Env]).files
}

fn contents<'a>(files: &'a [File], path: &str) -> &'a str {
    let file = files.iter().find(|file| file.path == path);
    file.map_or_else(|| panic!("there is no {path}"), |file| &file.contents)
}

fn read(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn compose(text: &str, path: &str) -> Value {
    read(contents(&files(text), path))
}

/// Every service of every Compose file, with the file.
fn services(files: &[File]) -> Vec<(String, Value, String, Value)> {
    let composed = files.iter().filter(|file| file.path.ends_with(".yaml"));
    let each = composed.flat_map(|file| {
        let document = read(&file.contents);
        let services = document["services"].as_object().unwrap().clone();
        services.into_iter().map(move |(name, service)| (file.path.clone(), document.clone(), name, service))
    });
    each.collect()
}

#[test]
fn developers_build_and_servers_pull() {
    let here = compose(SHOP, "compose.yaml");
    assert_eq!(here["name"], "shop");
    assert_eq!(here["services"]["api"]["build"]["context"], "./api");
    let there = compose(SHOP, "deploy/compose/vps.yaml");
    assert_eq!(there["name"], "shop-vps");
    assert_eq!(there["services"]["api"]["image"], "ghcr.io/example/api:${API_VERSION:?see .env.example}");
    assert!(there["services"]["api"].get("build").is_none());
    assert!(there["services"].get("mailpit").is_none(), "tools are for developers");
    assert_eq!(there["services"]["api"]["restart"], "unless-stopped");
}

#[test]
fn secrets_come_from_the_environment_and_dollars_stay() {
    let environment = &compose(SHOP, "compose.yaml")["services"]["api"]["environment"];
    assert_eq!(environment["DATABASE_URL"], "postgres://app:${DATABASE_PASSWORD:?see .env.example}@database:5432/app");
    assert_eq!(environment["KEY"], "${KEY:?see .env.example}");
    assert_eq!(environment["DSN"], "${DSN:-}", "only production must have it");
    assert_eq!(environment["PRICE"], "a$$b");
    assert_eq!(environment["PORT"], "3000");
}

#[test]
fn a_service_waits_for_what_it_needs_and_for_its_hooks() {
    let services = &compose(SHOP, "compose.yaml")["services"];
    let api = &services["api"];
    assert_eq!(api["depends_on"]["database"]["condition"], "service_healthy");
    assert_eq!(api["depends_on"]["api-before"]["condition"], "service_completed_successfully");
    assert_eq!(services["api-before"]["command"], serde_json::json!(["npm", "run", "migrate all"]));
    assert_eq!(services["web"]["depends_on"]["api"]["condition"], "service_healthy");
    assert_eq!(api["stop_grace_period"], "25s");
}

#[test]
fn a_service_without_an_image_is_left_to_the_machine() {
    assert!(compose(SHOP, "compose.yaml")["services"].get("helper").is_none());
    let alone = "towel: 1\nname: lone\nservices: { helper: { run: ./helper } }\n";
    assert!(files(alone).is_empty(), "there is nothing to compose and nothing to fill in");
}

#[test]
fn data_is_on_a_volume_where_the_image_keeps_it() {
    let database = &compose(SHOP, "compose.yaml")["services"]["database"];
    assert_eq!(database["volumes"], serde_json::json!(["database:/var/lib/postgresql"]));
    let older = SHOP.replace("\"18\"", "\"17\"");
    let database = &compose(&older, "compose.yaml")["services"]["database"];
    assert_eq!(database["volumes"], serde_json::json!(["database:/var/lib/postgresql/data"]));
}

#[test]
fn several_mongodb_servers_become_a_set_before_anybody_connects() {
    let text = SHOP.replace("kind: redis, version: \"7.4\"", "kind: mongodb, version: \"7.0\", replicas: 3");
    let services = &compose(&text, "compose.yaml")["services"];
    let url = services["api"]["environment"]["CACHE"].as_str().unwrap();
    assert!(url.contains("@cache:27017,cache-2:27017,cache-3:27017/app?authSource=admin&replicaSet=rs0"), "{url}");
    assert_eq!(services["api"]["depends_on"]["cache-initiate"]["condition"], "service_completed_successfully");
    assert!(
        services["cache-2"]["environment"].get("MONGO_INITDB_ROOT_USERNAME").is_none(),
        "one member makes the account"
    );
    assert_eq!(services["cache-initiate"]["depends_on"].as_object().unwrap().len(), 3);
}

#[test]
fn the_front_door_knows_paths_sockets_sticky_clients_and_limits() {
    let files = files(SHOP);
    let here = contents(&files, "deploy/compose/nginx.conf");
    for line in [
        "listen 8080 default_server;",
        "server_name shop.localhost;",
        "location ~ \"^/api(/|$)\" {",
        "limit_req_zone $binary_remote_addr zone=api:10m rate=100r/s;",
        "limit_req zone=api burst=99 nodelay;",
        "set $upgrade $http_upgrade;",
        "50.00% shop-api-1;",
        "set $backend web:8080;",
    ] {
        assert!(here.contains(line), "{line} is not in\n{here}");
    }
    let there = contents(&files, "deploy/compose/vps/nginx.conf");
    assert!(there.contains("return 404;") && !there.contains("server_name shop.localhost"));
    let proxy = &compose(SHOP, "deploy/compose/vps.yaml")["services"]["proxy"];
    assert_eq!(proxy["ports"], serde_json::json!(["0.0.0.0:8443:8080"]));
}

#[test]
fn helpers_give_way_to_services_of_their_name() {
    let text = SHOP.replace("  web:\n", "  proxy:\n");
    let services = &compose(&text, "compose.yaml")["services"];
    assert_eq!(services["proxy"]["image"], "shop-proxy:dev");
    assert!(services["towel-proxy"]["image"].as_str().unwrap().contains("nginx"));
}

/// Faults that Compose files of others have, looked for in those of random products.
#[test]
fn no_random_product_gets_a_compose_file_with_a_known_fault() {
    let texts = (0..60).map(product_of).filter(|text| product(text, None).is_some());
    let mut composed = 0;
    for text in texts {
        let files = files(&text);
        for (path, document, name, service) in services(&files) {
            let place = format!("{path}: {name} of\n{text}");
            waits_for_what_can_be_awaited(&document, &service, &place);
            pins_and_bounds(&service, &place);
            declares_what_it_uses(&document, &service, &place);
            composed += 1;
        }
        asks_for_documented_variables(&files);
    }
    assert!(composed > 300, "only {composed} containers were looked at");
}

fn waits_for_what_can_be_awaited(document: &Value, service: &Value, place: &str) {
    for (other, how) in service["depends_on"].as_object().into_iter().flatten() {
        let awaited = &document["services"][other];
        assert!(awaited.is_object(), "nothing is called {other}, {place}");
        match how["condition"].as_str().unwrap() {
            "service_healthy" => {
                assert!(awaited["healthcheck"]["test"].is_array(), "{other} is never healthy, {place}");
            }
            "service_completed_successfully" => {
                assert!(awaited.get("healthcheck").is_none(), "{other} never ends, {place}");
            }
            started => assert_eq!(started, "service_started", "{place}"),
        }
    }
}

fn pins_and_bounds(service: &Value, place: &str) {
    let image = service["image"].as_str().unwrap();
    let tag = image.rsplit('/').next().unwrap().split_once(':').map(|(_, tag)| tag);
    assert!(tag.is_some_and(|tag| tag != "latest" && !tag.is_empty()), "{image} may be anything, {place}");
    assert_eq!(service["logging"]["options"]["max-size"], "10m", "{place}");
    assert_eq!(service["security_opt"], serde_json::json!(["no-new-privileges:true"]), "{place}");
    for port in service["ports"].as_array().into_iter().flatten() {
        assert!(port.as_str().unwrap().matches(':').count() >= 2, "{port} is open to every network, {place}");
    }
}

fn declares_what_it_uses(document: &Value, service: &Value, place: &str) {
    for network in service["networks"].as_array().unwrap() {
        assert!(document["networks"].get(network.as_str().unwrap()).is_some(), "no network {network}, {place}");
    }
    for volume in service["volumes"].as_array().into_iter().flatten() {
        let source = volume.as_str().unwrap().split(':').next().unwrap();
        let is_path = source.starts_with(['.', '/']);
        assert!(is_path || document["volumes"].get(source).is_some(), "no volume {source}, {place}");
    }
    for value in service["environment"].as_object().into_iter().flatten().filter(|(key, _)| key.ends_with("PASSWORD")) {
        assert!(value.1.as_str().unwrap().starts_with("${"), "{} has a password in it, {place}", value.0);
    }
}

fn asks_for_documented_variables(files: &[File]) {
    let Some(example) = files.iter().find(|file| file.path == ".env.example") else { return };
    let is_given = |line: &&str| !line.starts_with('#') && line.contains('=');
    let given: BTreeSet<&str> =
        example.contents.lines().filter(is_given).filter_map(|line| line.split('=').next()).collect();
    for file in files.iter().filter(|file| file.path.ends_with(".yaml")) {
        for part in file.contents.split("${").skip(1).filter_map(|part| part.split_once(":?")) {
            assert!(
                given.contains(part.0),
                "{} wants {}, which .env.example has not:\n{}",
                file.path,
                part.0,
                example.contents
            );
        }
    }
}
