//! What an environment restates, laid over the base.

use crate::shown::{faults, reading, stack};

const BASE: &str = "\
towel: 1
name: shop
environments:
  dev: {}
  staging:
    services:
      api:
        replicas: 3..10
        env: { LOG: debug, TOKEN: null }
        resources: { memory: 1Gi }
        needs: []
        slo: null
      worker: null
    datastores:
      db: { storage: 5Gi, backup: null }
services:
  api:
    run: ./api
    needs: [db]
    env: { LOG: info, TOKEN: x, URL: \"${db.url}\" }
    resources: { cpu: 200m, memory: 256Mi..512Mi }
    slo: { availability: 99.9% }
  worker: { run: ./worker }
datastores:
  db: { kind: postgres, storage: 1Gi, backup: { every: 4h, keep: { daily: 7 } } }
";

#[test]
fn mappings_are_merged_key_by_key() {
    let api = stack(BASE, "staging").service("api").unwrap().clone();
    assert_eq!((api.replicas.min, api.replicas.max, api.replicas_given), (3, 10, true));
    assert_eq!(api.resources.cpu.unwrap().max.0, 200);
    assert_eq!(api.resources.memory.unwrap().min.0, 1 << 30);
    let variables: Vec<_> =
        api.env.iter().map(|it| (it.name.as_str(), it.value.as_ref().unwrap().text.as_str())).collect();
    assert_eq!(variables, [("LOG", "debug"), ("URL", "${db.url}")]);
}

#[test]
fn lists_replace_and_null_removes() {
    let staging = stack(BASE, "staging");
    let api = staging.service("api").unwrap();
    assert!(api.needs.is_empty());
    assert!(api.slo.is_none());
    assert!(staging.service("worker").is_none());
    let db = staging.datastore("db").unwrap();
    assert!(db.backup.is_none());
    assert_eq!(db.storage.unwrap().0, 5 << 30);
}

#[test]
fn other_environments_keep_the_base() {
    let dev = stack(BASE, "dev");
    let api = dev.service("api").unwrap();
    assert_eq!((api.replicas.min, api.replicas_given), (1, false));
    assert_eq!(api.env.len(), 3);
    assert!(dev.service("worker").is_some());
    assert!(dev.datastore("db").unwrap().backup.is_some());
}

#[test]
fn a_restated_value_points_to_the_restatement() {
    let (sources, reading) = reading(BASE);
    let staging = reading.model.unwrap().stack("staging").0.unwrap();
    let api = staging.service("api").unwrap();
    assert_eq!(sources.slice(api.replicas.span), "3..10");
    assert_eq!(sources.slice(api.resources.cpu.unwrap().span), "200m");
    assert_eq!(sources.slice(api.run.as_ref().unwrap().span), "./api");
}

#[test]
fn a_fault_in_a_restatement_is_shown_there() {
    let text = BASE.replace("replicas: 3..10", "replicas: 10..3").replace("{ memory: 1Gi }", "{ memroy: 1Gi }");
    insta::assert_snapshot!(faults(&text), @r#"
    error[bad-range] this range ends before it begins
      8:19 `10..3` expected a whole number or a range of them
      note: for example `3`, `3..10`
      help: write `3..10`
      fix: `10..3` → `3..10`
    error[unknown-key] resources has no key `memroy`
      10:22 `memroy` unknown
      help: did you mean `memory`, which is given already?
    "#);
}

#[test]
fn a_fault_in_the_base_is_reported_once_for_all_environments() {
    let text = BASE.replace("run: ./api", "run: ./api\n    port: http");
    insta::assert_snapshot!(faults(&text), @r#"
    error[wrong-type] `http` is not a port
      19:11 `http` expected a port
      note: for example `3000`, `8080`
    "#);
}

#[test]
fn only_what_is_declared_can_be_restated() {
    let text = BASE.replace("      worker: null", "      wroker: null").replace("      db: {", "      bd: {");
    insta::assert_snapshot!(faults(&text), @r#"
    error[unknown-reference] there is no service `wroker` to restate
      13:7 `wroker` not declared
      help: did you mean `worker`?
      fix: `wroker` → `worker`
    error[unknown-reference] there is no datastore `bd` to restate
      15:7 `bd` not declared
      help: did you mean `db`?
      fix: `bd` → `db`
    "#);
}

#[test]
fn what_is_removed_cannot_be_referred_to_there() {
    let text = BASE.replace("TOKEN: x", "TOKEN: \"${worker.url}\"").replace("TOKEN: null", "LEVEL: 1");
    insta::assert_snapshot!(faults(&text), @r#"
    error[unknown-reference] there is no `worker` in environment `staging`
      20:31 `${worker.url}` refers to nothing there
      help: remove this there too, or keep `worker`
    "#);
}

#[test]
fn an_error_in_one_environment_leaves_the_others() {
    let text = BASE.replace("replicas: 3..10", "replicas: many");
    let model = reading(&text).1.model.unwrap();
    assert!(model.stack("staging").0.is_none());
    assert!(model.stack("dev").0.is_some());
}

#[test]
fn an_unknown_environment_is_named_with_its_neighbour() {
    let model = reading(BASE).1.model.unwrap();
    let (stack, found) = model.stack("stagign");
    assert!(stack.is_none());
    assert_eq!(found[0].help, ["did you mean `staging`?"]);
}

#[test]
fn a_file_without_environments_gets_one_for_this_machine() {
    let (_, reading) =
        reading("towel: 1\nname: shop\nservices: { api: { run: ./api, expose: { host: \"${env.domain}\" } } }\n");
    assert!(reading.diagnostics.is_empty());
    let model = reading.model.unwrap();
    let dev = model.stack("dev").0.unwrap();
    assert_eq!(*dev.environment.name, "dev");
    assert_eq!(dev.environment.domain_or_localhost(), Some("localhost"));
}

#[test]
fn anchors_and_merge_keys_share_what_services_have_in_common() {
    let text = "towel: 1\nname: shop\nx-node: &node\n  stack: node\n  health: &health { ready: /r }\n  drain: 5s\nservices:\n  api: { <<: *node, run: ./api, drain: 9s }\n  web: { run: ./web, health: *health }\n";
    let dev = stack(text, "dev");
    let (api, web) = (dev.service("api").unwrap(), dev.service("web").unwrap());
    assert_eq!(api.drain.as_secs(), 9);
    assert_eq!(api.stack.as_ref().unwrap().value, "node");
    assert_eq!(api.health.ready, web.health.ready);
}
