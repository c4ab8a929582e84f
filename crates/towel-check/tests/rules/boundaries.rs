//! Where each arithmetic begins to bite, and what does not count.

use crate::product::Product;

/// The codes that are found in a product made of `rest`.
fn check(rest: &str, expected: &[&str]) {
    let product = Product::read(&format!("towel: 1\nname: shop\n{rest}"));
    assert_eq!(product.codes(), expected, "{}", product.shown());
}

const DB: &str = "needs: [db], env: { URL: \"${db.url}\" }";

#[test]
fn pools_count_the_surge_except_for_recreate() {
    let product = |strategy: &str, most: u32| {
        format!(
            "services: {{ api: {{ run: ./api, {DB}, pool: {{ db: 10 }}, replicas: 4, rollout: {{ strategy: {strategy} }} }} }}\n\
             datastores: {{ db: {{ kind: mysql, max_connections: {most} }} }}\n"
        )
    };
    check(&product("recreate", 50), &[]);
    check(&product("recreate", 49), &["pools-leave-no-headroom"]);
    check(&product("recreate", 39), &["pool-exceeds-connections"]);
    check(&product("canary", 49), &["pool-exceeds-connections"]);
    check(&product("canary", 50), &["pools-leave-no-headroom"]);
    check(&product("canary", 63), &[]);
}

#[test]
fn pools_of_all_services_are_added_and_postgres_keeps_three() {
    let product = |second: u32| {
        format!(
            "services:\n  a: {{ run: ./a, {DB}, pool: {{ db: 50 }} }}\n  b: {{ run: ./b, {DB}, pool: {{ db: {second} }} }}\n\
             datastores: {{ db: {{ kind: postgres }} }}\n"
        )
    };
    check(&product(47), &["pools-leave-no-headroom"]);
    check(&product(48), &["pool-exceeds-connections"]);
}

#[test]
fn servers_without_a_known_limit_are_counted_only_when_one_is_given() {
    let product = |limit: &str| {
        format!(
            "services: {{ api: {{ run: ./api, {DB}, pool: {{ db: 90000 }} }} }}\ndatastores: {{ db: {{ kind: mongodb{limit} }} }}\n"
        )
    };
    check(&product(""), &[]);
    check(&product(", max_connections: 500"), &["pool-exceeds-connections"]);
}

#[test]
fn a_backup_that_exactly_meets_its_rpo_is_fine_when_its_duration_is_known() {
    let product = |times: &str| {
        format!(
            "services: {{ api: {{ run: ./api }} }}\nbackup_stores: {{ near: {{ path: /b }} }}\n\
             datastores: {{ db: {{ kind: redis, backup: {{ {times}, keep: {{ daily: 1 }}, to: [near] }} }} }}\n"
        )
    };
    check(&product("every: 3h, takes: 1h, rpo: 4h"), &[]);
    check(&product("every: 3h, takes: 61m, rpo: 4h"), &["backup-slower-than-rpo"]);
    check(&product("every: 4h"), &[]);
}

#[test]
fn an_slo_of_93_06_percent_can_just_fire() {
    let product = |slo: &str| {
        format!("services: {{ api: {{ run: ./api, port: 1, health: {{ ready: / }}, slo: {{ {slo} }} }} }}\n")
    };
    check(&product("availability: 93.05%"), &["slo-cannot-fire"]);
    check(&product("availability: 93.06%"), &[]);
    // 2 % × 7 d ÷ 1 h = 3.36
    check(&product("availability: 71%, over: 7d"), &[]);
    check(&product("availability: 70%, over: 7d"), &["slo-cannot-fire"]);
    // 1 ÷ (14.4 × 0.1 %) = 69.4
    check(&product("availability: 99.9%, traffic: 69/h"), &["slo-one-error-pages"]);
    check(&product("availability: 99.9%, traffic: 70/h"), &[]);
}

#[test]
fn a_canary_at_a_tenth_needs_52_requests_in_15_minutes() {
    let product = |traffic: &str| {
        format!(
            "services: {{ api: {{ run: ./api, port: 1, health: {{ ready: / }}, \
             rollout: {{ strategy: canary, steps: [10%, 100%] }}, slo: {{ traffic: {traffic} }} }} }}\n"
        )
    };
    // 52 ÷ (0.1 × 15 min) = 34.7 a minute
    check(&product("34/min"), &["canary-starved-of-traffic"]);
    check(&product("35/min"), &[]);
}

#[test]
fn what_is_an_error_in_staging_may_be_a_warning_in_dev() {
    let product = |class: &str| {
        format!(
            "environments: {{ here: {{ class: {class} }} }}\nservices:\n  api:\n    run: ./api\n    image: api:latest\n\
             \x20   env: {{ TOKEN: abc, DSN: {{ required_in: [here] }} }}\n"
        )
    };
    let severities = |class: &str| Product::read(&format!("towel: 1\nname: shop\n{}", product(class))).severities();
    assert_eq!(severities("dev"), ["warning"; 3]);
    assert_eq!(severities("staging"), ["error"; 3]);
}

#[test]
fn an_environment_may_mend_what_the_base_leaves_open() {
    check(
        "environments: { staging: { services: { api: { env: { DSN: https://sentry.example/1 } } } } }\n\
         services: { api: { run: ./api, env: { DSN: { required_in: [staging] } } } }\n",
        &[],
    );
}

#[test]
fn secrets_and_empty_values_are_no_plain_text() {
    check(
        "services:\n  api:\n    run: ./api\n    env:\n      PASSWORD: \"\"\n      API_TOKEN: ${secret.t}\n      PASSWORD_MIN_LENGTH: \"8\"\n\
         secrets: { t: {} }\n",
        &[],
    );
}

#[test]
fn a_chain_of_ten_thousand_services_overflows_no_stack() {
    let mut services = String::from("services:\n  s0: { run: ./s }\n");
    for number in 1..10_000 {
        services.push_str(&format!("  s{number}: {{ run: ./s, needs: [s{}] }}\n", number - 1));
    }
    check(&services, &[]);
    check(&services.replace("s0: { run: ./s }", "s0: { run: ./s, needs: [s9999] }"), &["dependency-circle"]);
}
