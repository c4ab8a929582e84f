//! The example of the language reference.

use crate::shown::{lines, reading, stack};

const EXAMPLE: &str = include_str!("../language.yaml");

#[test]
fn it_reads_without_a_finding_and_gives_three_stacks() {
    let (sources, reading) = reading(EXAMPLE);
    assert_eq!(lines(&sources, &reading.diagnostics), "");
    let model = reading.model.unwrap();
    let names: Vec<&str> = model.environments().iter().map(|environment| environment.name.as_str()).collect();
    assert_eq!(names, ["dev", "staging", "production"]);
    for name in names {
        let (stack, found) = model.stack(name);
        assert!(found.is_empty());
        assert_eq!(*stack.unwrap().environment.name, name);
    }
}

#[test]
fn every_value_of_a_service_is_typed() {
    let stack = stack(EXAMPLE, "production");
    insta::assert_snapshot!(json(stack.service("backend").unwrap()), @r#"
    name "backend"
    stack "nestjs"
    source "backend"
    image.text "ghcr.io/example/checkin-backend:${version}"
    image.parts[0].text "ghcr.io/example/checkin-backend:"
    image.parts[1].reference.to "version"
    run.text "node dist/main.js"
    run.parts[0].text "node dist/main.js"
    port 3001
    health.live.ask.http "/api/v1/health/liveness"
    health.live.every.secs 5
    health.live.every.nanos 0
    health.live.within.secs 2
    health.live.within.nanos 0
    health.live.failures 3
    health.live.successes 1
    health.ready.ask.http "/api/v1/health/readiness"
    health.ready.every.secs 5
    health.ready.every.nanos 0
    health.ready.within.secs 2
    health.ready.within.nanos 0
    health.ready.failures 3
    health.ready.successes 1
    health.start.secs 30
    health.start.nanos 0
    metrics.path "/metrics"
    metrics.requests "http_requests_total"
    metrics.duration "http_request_duration_seconds"
    needs[0] "mongodb"
    needs[1] "redis"
    pool[0][0] "mongodb"
    pool[0][1] 20
    pool[1][0] "redis"
    pool[1][1] 10
    env[0].name "NODE_ENV"
    env[0].value.text "production"
    env[0].value.parts[0].text "production"
    env[0].kind "text"
    env[1].name "MONGODB_URI"
    env[1].value.text "${mongodb.url}"
    env[1].value.parts[0].reference.to.datastore.name "mongodb"
    env[1].value.parts[0].reference.to.datastore.field "url"
    env[1].kind "text"
    env[2].name "REDIS_URL"
    env[2].value.text "${redis.url}"
    env[2].value.parts[0].reference.to.datastore.name "redis"
    env[2].value.parts[0].reference.to.datastore.field "url"
    env[2].kind "text"
    env[3].name "JWT_SECRET"
    env[3].value.text "${secret.jwt}"
    env[3].value.parts[0].reference.to.secret "jwt"
    env[3].kind "text"
    env[4].name "SENTRY_DSN"
    env[4].value.text "${secret.sentry_dsn}"
    env[4].value.parts[0].reference.to.secret "sentry_dsn"
    env[4].kind "url"
    env[4].required_in[0] "production"
    env[4].description "Error tracking"
    resources.cpu.min 200
    resources.cpu.max 500
    resources.memory.min 268435456
    resources.memory.max 536870912
    replicas.min 3
    replicas.max 10
    replicas_given true
    scale_on.cpu 70.0
    scale_on.memory 80.0
    drain.secs 20
    drain.nanos 0
    stop.secs 25
    stop.nanos 0
    expose.host.text "api.${env.domain}"
    expose.host.parts[0].text "api."
    expose.host.parts[1].reference.to.environment "domain"
    expose.path "/"
    expose.websocket true
    expose.sticky true
    expose.rate_limit.count 100.0
    expose.rate_limit.per.secs 1
    expose.rate_limit.per.nanos 0
    rollout.strategy "canary"
    rollout.steps[0] 10.0
    rollout.steps[1] 50.0
    rollout.steps[2] 100.0
    rollout.bake.secs 120
    rollout.bake.nanos 0
    rollout.deadline.secs 1800
    rollout.deadline.nanos 0
    rollout.surge 1
    rollout.before[0].run.text "npm run migrate"
    rollout.before[0].run.parts[0].text "npm run migrate"
    rollout.before[0].within.secs 600
    rollout.before[0].within.nanos 0
    rollout.smoke[0].get "/api/v1/health/readiness"
    rollout.smoke[0].expect 200
    rollout.smoke[0].within.secs 2
    rollout.smoke[0].within.nanos 0
    rollout.on_insufficient "hold"
    slo.availability 99.9
    slo.latency[0][0] 0.95
    slo.latency[0][1].secs 0
    slo.latency[0][1].nanos 200000000
    slo.over.secs 2592000
    slo.over.nanos 0
    slo.traffic.count 5.0
    slo.traffic.per.secs 1
    slo.traffic.per.nanos 0
    "#);
}

#[test]
fn every_value_of_a_datastore_is_typed() {
    let stack = stack(EXAMPLE, "production");
    insta::assert_snapshot!(json(stack.datastore("mongodb").unwrap()), @r#"
    name "mongodb"
    kind "mongodb"
    version "7.0"
    replicas 3
    storage 21474836480
    max_connections 500
    backup.every.secs 14400
    backup.every.nanos 0
    backup.keep.hourly 0
    backup.keep.daily 7
    backup.keep.weekly 4
    backup.keep.monthly 6
    backup.keep.yearly 0
    backup.to[0] "nearby"
    backup.to[1] "offsite"
    backup.rpo.secs 14400
    backup.rpo.nanos 0
    backup.rto.secs 3600
    backup.rto.nanos 0
    backup.drill.secs 604800
    backup.drill.nanos 0
    "#);
    insta::assert_snapshot!(json(&stack.backup_stores), @r#"
    [0].name "nearby"
    [0].place.path "/var/backups/checkin"
    [0].offsite false
    [1].name "offsite"
    [1].place.s3.bucket "checkin-backups"
    [1].place.s3.region "eu-west-3"
    [1].offsite true
    "#);
}

#[test]
fn what_a_provider_runs_and_where_metrics_are_is_typed() {
    let stack = stack(EXAMPLE, "production");
    insta::assert_snapshot!(json(stack.datastore("badges").unwrap()), @r#"
    name "badges"
    kind "s3"
    replicas 1
    managed.by "aws"
    managed.region "eu-west-3"
    managed.multi_az false
    managed.replicate_to "eu-west-1"
    managed.snapshots.secs 2592000
    managed.snapshots.nanos 0
    "#);
    insta::assert_snapshot!(json(&stack.service("frontend").unwrap().metrics), @r#"
    path "/internal/metrics"
    requests "http_requests_total"
    duration "web_request_seconds"
    buckets[0].secs 0
    buckets[0].nanos 100000000
    buckets[1].secs 0
    buckets[1].nanos 500000000
    buckets[2].secs 2
    buckets[2].nanos 0
    "#);
}

#[test]
fn a_cluster_has_a_front_door_and_a_machine_has_none() {
    assert_eq!(stack(EXAMPLE, "dev").environment.ingress, None);
    insta::assert_snapshot!(json(&stack(EXAMPLE, "staging").environment.ingress), @r#"
    api "gateway"
    class "nginx"
    issuer "letsencrypt"
    namespace "nginx-gateway"
    "#);
    let plain = EXAMPLE.replace("issuer: letsencrypt-production", "issuer: none");
    assert_eq!(stack(&plain, "production").environment.ingress.unwrap().issuer, None);
}

#[test]
fn everything_around_is_typed() {
    let mut stack = stack(EXAMPLE, "production");
    stack.services.clear();
    stack.datastores.clear();
    stack.backup_stores.clear();
    insta::assert_snapshot!(json(&stack), @r##"
    name "checkin"
    description "Event check-in for 300 participants"
    owner "events"
    repository "github.com/example/checkin"
    environment.name "production"
    environment.class "production"
    environment.engine "kubernetes"
    environment.context "production"
    environment.namespace "checkin-production"
    environment.domain "checkin.example"
    environment.after "staging"
    environment.approval true
    environment.ingress.api "ingress"
    environment.ingress.class "nginx"
    environment.ingress.issuer "letsencrypt-production"
    environment.ingress.namespace "ingress-nginx"
    clients[0].name "scanner"
    clients[0].stack "flutter"
    clients[0].source "mobile"
    clients[0].owner "events"
    clients[0].description "Scans tickets at the door"
    clients[0].needs[0] "backend"
    secrets[0].name "jwt"
    secrets[0].rotate.secs 7776000
    secrets[0].rotate.nanos 0
    secrets[0].generate 64
    secrets[1].name "sentry_dsn"
    secrets[1].required_in[0] "production"
    freezes[0].name "Event day"
    freezes[0].window.once.from "2026-12-05T06:00:00"
    freezes[0].window.once.to "2026-12-06T02:00:00"
    freezes[0].timezone "Europe/Paris"
    freezes[0].override_word "DEPLOY"
    freezes[1].name "Weekend"
    freezes[1].window.weekly.from 6720
    freezes[1].window.weekly.to 480
    freezes[1].timezone "Europe/Paris"
    freezes[1].override_word "DEPLOY"
    alerts[0].name "NoCheckins"
    alerts[0].metric "checkins_total"
    alerts[0].rate.secs 300
    alerts[0].rate.nanos 0
    alerts[0].below 0.01
    alerts[0].hold.secs 600
    alerts[0].hold.nanos 0
    alerts[0].severity "warning"
    alerts[0].during.min 540
    alerts[0].during.max 1080
    probes[0].url.text "https://${env.domain}/"
    probes[0].url.parts[0].text "https://"
    probes[0].url.parts[1].reference.to.environment "domain"
    probes[0].url.parts[2].text "/"
    probes[0].every.secs 30
    probes[0].every.nanos 0
    probes[0].expect 200
    notify[0].of "critical"
    notify[0].to[0].slack "#checkin-alerts"
    notify[0].to[1].email "ops@checkin.example"
    notify[1].of "warning"
    notify[1].to[0].slack "#checkin-alerts"
    notify[2].of "deploys"
    notify[2].to[0].discord.text "${secret.discord_webhook}"
    notify[2].to[0].discord.parts[0].reference.to.secret "discord_webhook"
    notify[3].of "watchdog"
    notify[3].to[0].webhook.text "${secret.heartbeat_url}"
    notify[3].to[0].webhook.parts[0].reference.to.secret "heartbeat_url"
    mail.from "alerts@checkin.example"
    mail.server "smtp.checkin.example:587"
    mail.user.text "alerts"
    mail.user.parts[0].text "alerts"
    mail.password.text "${secret.smtp_password}"
    mail.password.parts[0].reference.to.secret "smtp_password"
    teams[0].name "events"
    teams[0].slack "#events"
    teams[0].email "events@checkin.example"
    budget.amount 900.0
    budget.currency "USD"
    timezone "UTC"
    "##);
}

#[test]
fn a_stack_read_back_from_a_journal_is_the_same() {
    for environment in ["dev", "staging", "production"] {
        let stack = stack(EXAMPLE, environment);
        let text = serde_json::to_string(&stack).unwrap();
        assert!(serde_json::from_str::<towel_model::Stack>(&text).unwrap() == stack, "{environment}");
    }
}

#[test]
fn a_stack_from_a_journal_that_knew_less_is_still_read() {
    let stack = stack(EXAMPLE, "production");
    let mut old = serde_json::to_value(&stack).unwrap();
    for (at, key) in [("", "clients"), ("", "mail"), ("/environment", "ingress"), ("/datastores/0", "managed")] {
        old.pointer_mut(at).unwrap().as_object_mut().unwrap().remove(key).unwrap();
    }
    old["services"][0]["metrics"] = serde_json::json!("/metrics");
    let read = serde_json::from_value::<towel_model::Stack>(old).unwrap();
    assert!(read.clients.is_empty() && read.mail.is_none() && read.environment.ingress.is_none());
    assert_eq!(read.services, stack.services);
}

#[test]
fn a_comment_above_changes_nothing() {
    for environment in ["dev", "staging", "production"] {
        assert_eq!(stack(&format!("# moved\n{EXAMPLE}"), environment), stack(EXAMPLE, environment));
    }
}

#[test]
fn freezes_concern_only_their_environments() {
    assert_eq!(stack(EXAMPLE, "production").freezes.len(), 2);
    assert!(stack(EXAMPLE, "staging").freezes.is_empty());
}

#[test]
fn a_class_gives_what_is_not_written() {
    let shown = |environment: &str| {
        let frontend = stack(EXAMPLE, environment).service("frontend").unwrap().clone();
        let ready = frontend.health.ready.unwrap().value;
        format!(
            "{environment}: replicas {}..{} given {}, {:?}, bake {:?}, drain {:?}, stop {:?}, ready every {:?} within {:?}",
            frontend.replicas.min,
            frontend.replicas.max,
            frontend.replicas_given,
            frontend.rollout.strategy.value,
            frontend.rollout.bake.value,
            frontend.drain.value,
            frontend.stop.value,
            ready.every,
            ready.within,
        )
    };
    insta::assert_snapshot!(["dev", "staging", "production"].map(shown).join("\n"), @r#"
    dev: replicas 1..1 given false, Recreate, bake 10s, drain 10s, stop 15s, ready every 5s within 2s
    staging: replicas 2..2 given false, Canary, bake 30s, drain 20s, stop 25s, ready every 5s within 2s
    production: replicas 3..3 given false, Canary, bake 120s, drain 30s, stop 35s, ready every 5s within 2s
    "#);
}

/// Compact enough to be read in a test: a line for each value that is not a collection.
fn json(value: &impl serde::Serialize) -> String {
    let mut out = String::new();
    flatten(&serde_json::to_value(value).unwrap(), "", &mut out);
    out
}

fn flatten(value: &serde_json::Value, path: &str, out: &mut String) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, inner) in fields {
                flatten(inner, &format!("{path}.{name}"), out);
            }
        }
        serde_json::Value::Array(items) => {
            for (place, inner) in items.iter().enumerate() {
                flatten(inner, &format!("{path}[{place}]"), out);
            }
        }
        serde_json::Value::Null => {}
        other => {
            out.push_str(&format!("{} {other}\n", path.trim_start_matches('.')));
        }
    }
}
