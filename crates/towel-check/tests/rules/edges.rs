//! Where the rules about measuring, environments and providers begin to bite, and what does not count.

use crate::product::Product;

/// The codes that are found in a product made of `rest`.
fn check(rest: &str, expected: &[&str]) {
    let product = Product::read(&format!("towel: 1\nname: shop\n{rest}"));
    assert_eq!(product.codes(), expected, "{rest}\n{}", product.shown());
}

/// An API with more of its own.
fn api(more: &str) -> String {
    format!("services: {{ api: {{ run: ./api, port: 3000, health: {{ ready: / }}, {more} }} }}\n")
}

fn alert(body: &str) -> String {
    format!("{}alerts: [{{ name: It, severity: info, {body} }}]\n", api("metrics: /metrics"))
}

#[test]
fn a_promise_is_measured_at_the_bound_of_a_bucket() {
    let product = |buckets: &str, within: &str| {
        api(&format!("metrics: {{ buckets: [{buckets}] }}, slo: {{ latency: {{ p95: {within} }} }}"))
    };
    check(&product("100ms, 200ms", "200ms"), &[]);
    check(&product("100ms, 200ms", "0.1s"), &[]);
    check(&product("100ms, 200ms", "199ms"), &["latency-between-buckets"]);
    check(&product("100ms, 200ms", "50ms"), &["latency-between-buckets"]);
    check(&product("100ms, 200ms", "201ms"), &["latency-above-buckets"]);
    check(&product("100ms, 100ms", "100ms"), &["buckets-not-rising"]);
}

#[test]
fn buckets_that_are_not_declared_are_those_of_the_clients_and_only_suspected() {
    let product = |within: &str| {
        Product::read(&format!(
            "towel: 1\nname: shop\n{}",
            api(&format!("metrics: /metrics, slo: {{ latency: {{ p95: {within} }} }}"))
        ))
    };
    assert!(product("250ms").codes().is_empty());
    assert_eq!(
        (product("200ms").codes(), product("200ms").severities()),
        (vec!["latency-between-buckets"], vec!["warning"])
    );
    assert_eq!((product("11s").codes(), product("11s").severities()), (vec!["latency-above-buckets"], vec!["warning"]));
}

#[test]
fn an_alert_is_judged_by_what_its_metrics_name_says() {
    check(&alert("metric: cache_used_ratio, above: 0.99"), &[]);
    check(&alert("metric: cache_used_ratio, above: 1"), &["ratio-above-one"]);
    check(&alert("metric: http_request_seconds, above: 99"), &[]);
    check(&alert("metric: http_request_seconds, above: 100"), &["seconds-taken-for-milliseconds"]);
    // A backup may well be hours old.
    check(&alert("metric: backup_age_seconds, above: 14400"), &[]);
    check(&alert("metric: orders_total, rate: 5m, above: 100"), &[]);
    check(&alert("metric: orders_total, below: 0"), &["counter-without-rate", "alert-never-fires"]);
    check(&alert("metric: balance, below: 0"), &[]);
    check(&alert("metric: balance, rate: 5m, below: 0"), &["alert-never-fires"]);
    check(&alert("metric: players_online, rate: 5m, below: 1"), &["rate-of-a-gauge"]);
    check(&alert("metric: \"sum(rate(x[5m]))\", above: 1"), &["metric-not-a-name"]);
    check(&alert("metric: job:requests:rate5m, above: 1"), &[]);
}

#[test]
fn metrics_of_exporters_need_no_service_that_has_some() {
    let product = |metric: &str| {
        format!("{}alerts: [{{ name: It, severity: info, metric: {metric}, above: 5 }}]\n", api("drain: 1s"))
    };
    check(&product("pg_locks_count"), &[]);
    check(&product("orders_open"), &["alert-without-metrics"]);
}

#[test]
fn only_an_address_that_is_a_key_is_a_secret() {
    let product = |channel: &str| format!("{}notify: {{ deploys: [{{ {channel} }}] }}\n", api("drain: 1s"));
    check(&product("webhook: \"https://hooks.shop.example/deploys-of-the-whole-company\""), &[]);
    check(&product("webhook: \"https://chat.example/hooks/8f3kd92hd7s6a5k3j2h1g0f9\""), &["webhook-in-plain-text"]);
    check(&product("webhook: \"https://hooks.slack.com/services/T0/B0/x\""), &["webhook-in-plain-text"]);
    check(&product("discord: \"https://chat.example/x\""), &["webhook-in-plain-text"]);
}

#[test]
fn a_machine_of_a_developer_mails_nothing() {
    let product = |class: &str| {
        format!(
            "environments: {{ here: {{ class: {class} }} }}\n{}notify: {{ deploys: [{{ email: a@b.example }}] }}\n",
            api("drain: 1s")
        )
    };
    check(&product("dev"), &[]);
    check(&product("staging"), &["email-without-mail"]);
}

#[test]
fn quoted_operators_and_a_shell_that_is_named_are_fine() {
    let product = |run: &str| format!("services: {{ api: {{ run: {run} }} }}\n");
    check(&product("\"sh -c 'a && b'\""), &[]);
    check(&product("\"/bin/bash -c 'a | b'\""), &[]);
    check(&product("\"node -e 'a && b'\""), &[]);
    check(&product("./api --greeting=a&b"), &[]);
    check(&product("./api | tee log"), &["command-needs-a-shell"]);
    check(&product("cd api"), &["command-needs-a-shell"]);
    check(&product("DEBUG=1 ./api"), &["command-needs-a-shell"]);
}

#[test]
fn a_week_is_full_only_when_no_minute_is_left() {
    let product = |second: &str| {
        format!(
            "{}freezes:\n  - {{ name: A, weekly: \"Fri 16:00..Mon 08:00\", override: X }}\n  - {{ name: B, weekly: \"{second}\", override: X }}\n",
            api("drain: 1s")
        )
    };
    check(&product("Mon 08:00..Fri 16:00"), &["freezes-leave-no-gap"]);
    check(&product("Mon 07:00..Fri 17:00"), &["freezes-leave-no-gap"]);
    check(&product("Mon 08:00..Fri 15:59"), &[]);
    check(&product("Mon 08:01..Fri 16:00"), &[]);
}

#[test]
fn a_provider_keeps_snapshots_for_one_to_35_days() {
    let product = |kind: &str, kept: &str| {
        format!("datastores: {{ db: {{ kind: {kind}, managed: {{ by: aws, snapshots: {kept} }} }} }}\n")
    };
    check(&product("postgres", "35d"), &[]);
    check(&product("postgres", "36d"), &["snapshots-out-of-range"]);
    check(&product("redis", "1d"), &[]);
    check(&product("redis", "23h"), &["snapshots-out-of-range"]);
    check(&product("s3", "365d"), &[]);
    check(&product("rabbitmq", "7d"), &["kind-not-managed"]);
}

#[test]
fn several_servers_need_somebody_to_replicate_them() {
    let product = |kind: &str, engine: &str| {
        format!(
            "environments: {{ here: {{ class: staging, engine: {engine} }} }}\n\
             datastores: {{ db: {{ kind: {kind}, version: \"1\", storage: 1Gi, replicas: 3 }} }}\n"
        )
    };
    check(&product("postgres", "kubernetes"), &["servers-not-replicated"]);
    check(&product("mongodb", "kubernetes"), &[]);
    check(&product("rabbitmq", "kubernetes"), &[]);
    check(&product("postgres", "local"), &[]);
}

#[test]
fn a_target_at_the_limit_is_never_exceeded() {
    let product = |cpu: &str, target: &str| {
        api(&format!("resources: {{ cpu: {cpu} }}, replicas: 2..4, scale_on: {{ cpu: {target} }}"))
    };
    check(&product("250m..250m", "99%"), &[]);
    check(&product("250m..250m", "100%"), &["scale-target-above-limit"]);
    check(&product("250m..500m", "199%"), &[]);
    check(&product("250m..500m", "200%"), &["scale-target-above-limit"]);
}

#[test]
fn the_stages_of_a_rollout_fit_its_deadline_to_the_second() {
    let product = |deadline: &str| {
        api(&format!(
            "drain: 10s, rollout: {{ strategy: rolling, deadline: {deadline}, before: [{{ run: ./m, within: 5m }}] }}"
        ))
    };
    // 5 min + start 30 s + drain 10 s = 340 s
    check(&product("340s"), &[]);
    check(&product("339s"), &["stages-exceed-deadline"]);
}

#[test]
fn one_probe_may_stand_for_less_than_the_error_budget() {
    let product = |every: &str| {
        format!(
            "{}probes: [{{ url: \"http://${{env.domain}}/\", every: {every} }}]\n",
            api("expose: { host: \"${env.domain}\" }, slo: { availability: 99.9% }")
        )
    };
    // 0.1 % × 30 d = 43 min 12 s
    check(&product("43m"), &[]);
    check(&product("44m"), &["probe-coarser-than-budget"]);
}

#[test]
fn environments_may_share_a_name_in_different_clusters_and_paths_of_a_host() {
    let environments = |one: &str, other: &str| {
        format!(
            "environments:\n  staging: {{ class: staging, engine: kubernetes, {one} }}\n\
             \x20 try: {{ class: staging, engine: kubernetes, {other} }}\n"
        )
    };
    let service = |host: &str| {
        format!(
            "services: {{ api: {{ image: \"r/api:${{version}}\", port: 3000, health: {{ ready: / }}, expose: {{ host: \"{host}\" }} }} }}\n"
        )
    };
    let apart =
        environments("context: a, namespace: x, domain: a.example", "context: b, namespace: x, domain: b.example");
    check(&(apart.clone() + &service("${env.domain}")), &[]);
    check(&(apart + &service("shop.example")), &["one-host-two-environments"]);
    let same_domain = environments("context: a, domain: a.example", "context: a, domain: a.example");
    check(&(same_domain + &service("api.${env.domain}")), &["one-host-two-environments"]);
    let default = environments("context: a, namespace: shop-try, domain: a.example", "context: a, domain: b.example");
    check(&(default + &service("${env.domain}")), &["one-namespace-two-environments"]);
}

#[test]
fn names_leave_room_for_what_a_cluster_adds() {
    let product = |length: usize, more: &str| {
        format!(
            "environments: {{ here: {{ class: staging, engine: kubernetes }} }}\n\
             datastores: {{ {}: {{ kind: redis{more} }} }}\nbackup_stores: {{ near: {{ path: /b }} }}\n",
            "a".repeat(length)
        )
    };
    let backup = ", backup: { every: 4h, keep: { daily: 7 }, to: [near] }";
    check(&product(52, ""), &[]);
    check(&product(53, ""), &["name-too-long-for-the-cluster"]);
    check(&product(45, backup), &[]);
    check(&product(46, backup), &["name-too-long-for-the-cluster"]);
}
