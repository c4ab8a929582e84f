//! Kamal's deploy files.

use crate::support::{imported, nothing_is_lost, sound, told, try_import};

pub(crate) const DEPLOY: &str = r#"
service: basecamp_lite
image: acme/basecamp-lite
servers:
  web:
    hosts:
      - 192.0.2.1
      - 192.0.2.2: experiment
    labels: { tier: front }
  jobs:
    hosts: [192.0.2.3]
    cmd: bin/jobs --threads 5
    stop_timeout: 90
    options: { memory: 2g, cpus: 1.5, gpus: all }
    env: { clear: { QUEUE: default } }
proxy:
  ssl: true
  hosts: [app.example.com, www.example.com]
  app_port: 3000
  response_timeout: 30
  path_prefix: "/lite,/oauth"
  healthcheck: { path: /up, interval: 3, timeout: 2 }
  buffering: { requests: true, max_request_body: 40_000_000 }
registry:
  server: registry.example
  username: acme
  password: [REGISTRY_PASSWORD]
env:
  clear:
    RAILS_LOG_LEVEL: warn
    DB_HOST: basecamp_lite-db
    DB_PORT: 3306
    REDIS_URL: redis://192.0.2.9:6379/0
    REVISION: <%= `git rev-parse HEAD` %>
    WEB_CONCURRENCY: 2
  secret:
    - RAILS_MASTER_KEY
    - DB_PASSWORD:MAIN_DB_PASSWORD
  tags: { experiment: { FLAG: on } }
accessories:
  db:
    image: mysql:8.0
    host: 192.0.2.8
    port: "127.0.0.1:3306:3306"
    env: { clear: { MYSQL_DATABASE: lite }, secret: [MYSQL_ROOT_PASSWORD] }
    files: [config/my.cnf:/etc/mysql/my.cnf]
    directories: [data:/var/lib/mysql]
  redis: { image: valkey/valkey, host: 192.0.2.9, port: 6379, cmd: "valkey-server --save ''", volumes: ["/data:/data"] }
  search:
    image: getmeili/meilisearch:v1.7
    roles: [web]
    port: 7700
    env: { secret: [MEILI_MASTER_KEY] }
    options: { memory: 1g }
builder: { arch: amd64, args: { RUBY: "3.3" }, cache: { type: gha } }
boot: { limit: 10, wait: 2 }
drain_timeout: 20
deploy_timeout: 60
readiness_delay: 7
retain_containers: 3
asset_path: /rails/public/assets
hooks_path: .kamal/hooks
aliases: { console: app exec -i "bin/rails console" }
ssh: { user: deploy, port: 2222 }
volumes: ["storage:/rails/storage"]
logging: { driver: local }
"#;

#[test]
fn no_key_is_lost() {
    nothing_is_lost(&[("config/deploy.yml", DEPLOY)], "config/deploy.yml");
    let plain = "service: app\nimage: acme/app\nservers: [192.0.2.1]\nenv: { DB_HOST: a, API_KEY: b }\nproxy: { host: app.example.com }\n";
    nothing_is_lost(&[("deploy.yml", plain)], "deploy.yml");
}

#[test]
fn roles_become_services_and_accessories_datastores() {
    let imported = imported(&[("config/deploy.yml", DEPLOY)], &["config/deploy.yml"]);
    let text = sound(&imported.draft);
    let names: Vec<&str> = imported.draft.services.iter().map(|service| service.name.as_str()).collect();
    assert_eq!(names, ["basecamp-lite", "basecamp-lite-jobs", "search"]);
    assert_eq!(imported.draft.datastores.len(), 2);
    for line in [
        "name: basecamp-lite",
        "image: registry.example/acme/basecamp-lite:${version}",
        "replicas: 2",
        "run: bin/jobs --threads 5",
        "cpu: 1500m",
        "memory: 2Gi",
        "drain: 1m30s",
        "ready: { get: /up, every: 3s, within: 2s }",
        "expose: { host: \"app.${env.domain}\", path: /lite }",
        "#   domain: example.com",
        "DB_HOST: ${db.host}",
        "DB_PORT: ${db.port}",
        "REDIS_URL: ${redis.url}",
        "RAILS_MASTER_KEY: ${secret.rails_master_key}",
        "DB_PASSWORD: ${secret.main_db_password}",
        "QUEUE: default",
        "start: 60s",
    ] {
        let line = line.replace("1m30s", "90s");
        assert!(text.contains(&line), "{line} in\n{text}");
    }
}

#[test]
fn what_has_no_counterpart_is_told_of() {
    let imported = imported(&[("config/deploy.yml", DEPLOY)], &["config/deploy.yml"]);
    sound(&imported.draft);
    assert!(told(&imported, "env.clear.REVISION").why.contains("Ruby"));
    assert!(told(&imported, "servers.web.hosts[1]").why.contains("instance"));
    for key in ["ssh", "boot", "asset_path", "hooks_path", "volumes", "proxy.ssl", "registry.password", "env.tags"] {
        told(&imported, key);
    }
    assert!(imported.account.items.iter().all(|item| !item.why.contains("knows no such key of this format")));
}

#[test]
fn a_file_that_only_ruby_can_read_says_where_it_stops_being_yaml() {
    let text = "service: app\nimage: acme/app\n<% if ENV['X'] %>\nproxy: { host: a.example }\n<% end %>\n";
    let said = try_import(&[("deploy.yml", text)], &["deploy.yml"]).unwrap_err();
    assert!(said.contains("deploy.yml:3"), "{said}");
}
