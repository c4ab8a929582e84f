//! Every key that the Compose Specification gives to a service, one by one.

use crate::support::{imported, nothing_is_lost, sound};

/// A key and a value of the form that the specification gives it.
const KEYS: &[(&str, &str)] = &[
    ("annotations", "{ a: b }"),
    ("attach", "false"),
    ("blkio_config", "{ weight: 300, device_read_bps: [{ path: /dev/sda, rate: 12mb }] }"),
    ("cap_add", "[NET_ADMIN]"),
    ("cap_drop", "[ALL]"),
    ("cgroup", "host"),
    ("cgroup_parent", "m-executor-abcd"),
    ("command", "serve --now"),
    ("configs", "[{ source: motd, target: /etc/motd, mode: 0440 }]"),
    ("container_name", "it"),
    ("cpu_count", "2"),
    ("cpu_percent", "50"),
    ("cpu_period", "100000"),
    ("cpu_quota", "50000"),
    ("cpu_rt_period", "400ms"),
    ("cpu_rt_runtime", "95ms"),
    ("cpu_shares", "73"),
    ("cpus", "1.5"),
    ("cpuset", "0-3"),
    ("credential_spec", "{ file: my.json }"),
    ("depends_on", "[db]"),
    (
        "deploy",
        "{ mode: replicated, endpoint_mode: vip, replicas: 3, labels: { a: b }, placement: { constraints: [disktype=ssd], preferences: [{ spread: zone }], max_replicas_per_node: 1 }, resources: { limits: { cpus: '1', memory: 1g, pids: 10 }, reservations: { devices: [{ capabilities: [gpu], count: 1 }] } }, rollback_config: { order: stop-first }, update_config: { delay: 5s }, restart_policy: { max_attempts: 3 } }",
    ),
    ("develop", "{ watch: [{ path: ., action: sync, target: /app }] }"),
    ("device_cgroup_rules", "['c 1:3 mr']"),
    ("devices", "['/dev/ttyUSB0:/dev/ttyUSB0']"),
    ("dns", "9.9.9.9"),
    ("dns_opt", "[use-vc]"),
    ("dns_search", "[dc1.example]"),
    ("domainname", "example"),
    ("driver_opts", "{ a: b }"),
    ("entrypoint", "/start.sh"),
    ("env_file", "none.env"),
    ("environment", "{ A: b }"),
    ("expose", "['3000']"),
    ("extends", "{ file: other.yaml, service: base }"),
    ("external_links", "[redis]"),
    ("extra_hosts", "{ somehost: 162.242.195.82 }"),
    ("gpus", "all"),
    ("group_add", "[mail]"),
    ("healthcheck", "{ test: 'true', interval: 10s, timeout: 5s, retries: 2, start_period: 20s, start_interval: 1s }"),
    ("hostname", "it"),
    ("init", "true"),
    ("ipc", "host"),
    ("isolation", "default"),
    ("label_file", "labels.txt"),
    ("labels", "[a=b]"),
    ("links", "['db:database']"),
    ("logging", "{ driver: syslog, options: { syslog-address: 'tcp://10.0.0.1:514' } }"),
    ("mac_address", "02:42:ac:11:65:43"),
    ("mem_limit", "512m"),
    ("mem_reservation", "256m"),
    ("mem_swappiness", "10"),
    ("memswap_limit", "1g"),
    ("models", "[llm]"),
    ("network_mode", "host"),
    ("networks", "{ front: { aliases: [it], ipv4_address: 172.16.238.10 } }"),
    ("oom_kill_disable", "true"),
    ("oom_score_adj", "100"),
    ("pid", "host"),
    ("pids_limit", "10"),
    ("platform", "linux/arm64"),
    ("ports", "[{ name: web, target: 80, published: '8080', host_ip: 127.0.0.1, app_protocol: http }]"),
    ("post_start", "[{ command: ./do.sh, user: root, privileged: true }]"),
    ("pre_stop", "[{ command: ./undo.sh }]"),
    ("privileged", "true"),
    ("profiles", "[front]"),
    ("provider", "{ type: awesomecloud, options: { type: mysql } }"),
    ("pull_policy", "always"),
    ("pull_refresh_after", "24h"),
    ("read_only", "true"),
    ("restart", "on-failure:3"),
    ("runtime", "runc"),
    ("scale", "2"),
    ("secrets", "[tls, { source: key, target: /k, mode: 0400 }]"),
    ("security_opt", "['label:user:USER']"),
    ("shm_size", "64mb"),
    ("stdin_open", "true"),
    ("stop_grace_period", "1m30s"),
    ("stop_signal", "SIGUSR1"),
    ("storage_opt", "{ size: 1G }"),
    ("sysctls", "{ net.core.somaxconn: 1024 }"),
    ("tmpfs", "[/run]"),
    ("tty", "true"),
    ("ulimits", "{ nproc: 65535, nofile: { soft: 20000, hard: 40000 } }"),
    ("use_api_socket", "true"),
    ("user", "'1000:1000'"),
    ("userns_mode", "host"),
    ("uts", "host"),
    ("volumes", "[{ type: bind, source: ./a, target: /a, read_only: true, bind: { propagation: shared } }]"),
    ("volumes_from", "[db:ro]"),
    ("working_dir", "/app"),
    ("x-own", "{ a: b }"),
];
/// Keys of `build`.
const BUILD: &[&str] = &[
    "dockerfile: D",
    "dockerfile_inline: FROM scratch",
    "args: { A: b }",
    "ssh: [default]",
    "cache_from: [a]",
    "cache_to: [b]",
    "additional_contexts: { r: ./r }",
    "entitlements: [network.host]",
    "extra_hosts: ['a=1.2.3.4']",
    "isolation: x",
    "privileged: true",
    "labels: { a: b }",
    "no_cache: true",
    "pull: true",
    "network: host",
    "platforms: [linux/amd64]",
    "provenance: true",
    "sbom: true",
    "secrets: [a]",
    "shm_size: 1g",
    "tags: ['a:b']",
    "target: t",
    "ulimits: { nofile: 1 }",
];

#[test]
fn each_key_of_a_service_is_converted_or_told_of_for_a_reason_of_its_own() {
    for (key, value) in KEYS {
        let text = format!("services:\n  db: {{ image: 'postgres:16' }}\n  it:\n    image: it:1\n    {key}: {value}\n");
        let files = [("compose.yaml", text.as_str())];
        nothing_is_lost(&files, "compose.yaml");
        let imported = imported(&files, &["compose.yaml"]);
        sound(&imported.draft);
        let unnamed: Vec<_> =
            imported.account.items.iter().filter(|item| item.why.contains("knows no such key")).collect();
        assert!(unnamed.is_empty() || *key == "driver_opts", "{key}: {unnamed:?}");
    }
}

#[test]
fn each_key_of_a_datastore_is_converted_or_told_of() {
    for (key, value) in KEYS.iter().filter(|(key, _)| *key != "extends") {
        let text =
            format!("services:\n  it:\n    image: postgres:16\n    {key}: {value}\n  db: {{ image: 'redis:7' }}\n");
        nothing_is_lost(&[("compose.yaml", text.as_str())], "compose.yaml");
    }
}

#[test]
fn each_key_of_a_build_is_told_of() {
    for line in BUILD {
        let text = format!("services:\n  it:\n    build:\n      context: ./it\n      {line}\n");
        let files = [("compose.yaml", text.as_str())];
        nothing_is_lost(&files, "compose.yaml");
        assert!(
            imported(&files, &["compose.yaml"]).account.items.iter().all(|item| !item.why.contains("no such key")),
            "{line}"
        );
    }
}
