//! Compose files that are spelt in odd ways, and those that everybody has.

use crate::support::{imported, nothing_is_lost, sound, told, try_import};

#[test]
fn two_services_that_name_each_other_are_told_of_and_do_not_wait_in_a_circle() {
    let text = "services:\n  web: { image: 'w:1', ports: ['80:80'], environment: { API: 'http://api:90' } }\n  \
        api: { image: 'a:1', expose: [90], environment: { WEB: 'http://web:80' } }\n";
    let imported = imported(&[("c.yaml", text)], &["c.yaml"]);
    let text = sound(&imported.draft);
    assert!(text.contains("API: ${api.url}") && text.contains("WEB: http://web:80"), "{text}");
    assert!(imported.account.items.iter().any(|item| item.line.is_none() && item.why.contains("circle")));
    nothing_is_lost(&[("c.yaml", text_of_circle())], "c.yaml");
}

const fn text_of_circle() -> &'static str {
    "services:\n  web: { image: 'w:1', ports: ['80:80'], links: ['api:backend'] }\n  api: { image: 'a:1', expose: ['90'] }\n"
}

#[test]
fn awkward_spellings_are_understood() {
    let text = r##"
services:
  Web_App:
    image: registry.example:5000/acme/web
    ports:
      - target: 8080
        published: "8080-8090"
        protocol: tcp
        mode: host
      - 9000/udp
    environment: ["A=b=c", "EMPTY=", "1BAD=x", "HTML=<a href=\"#\">"]
    healthcheck: { test: ["NONE"] }
    depends_on: [my.db]
    stop_signal: SIGINT
    mem_limit: 1.5g
    cpus: 2
    pids_limit: 0x10
    init: Yes
  my.db:
    image: docker.io/library/mariadb:11@sha256:0123456789abcdef
    tmpfs: /var/lib/mysql
  "2nd":
    image: "busybox:1.36"
    entrypoint: ["/bin/sh", "-c"]
    command: "while true; do echo 'it''s me'; sleep 1h; done"
    network_mode: service:Web_App
"##;
    let files = [("docker-compose.yml", text)];
    nothing_is_lost(&files, "docker-compose.yml");
    let imported = imported(&files, &["docker-compose.yml"]);
    let text = sound(&imported.draft);
    assert_eq!(imported.draft.services.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["web-app", "n2nd"]);
    assert_eq!(imported.draft.datastores[0].name, "my-db");
    assert_eq!(imported.draft.datastores[0].version.as_ref().unwrap().value, "11");
    assert!(text.contains("A: b=c") && text.contains("EMPTY: \"\"") && text.contains("memory: 1536Mi"), "{text}");
    assert!(told(&imported, "services.Web_App.environment[2]").why.contains("1BAD"));
}

#[test]
fn several_files_are_one_product_and_later_ones_replace() {
    let base = "services:\n  api: { image: 'api:1', environment: { A: one, B: two } }\n";
    let over = "services:\n  api: { environment: { B: three }, ports: ['80:8080'] }\n  db: { image: 'postgres:15' }\n";
    let imported =
        imported(&[("compose.yaml", base), ("compose.prod.yaml", over)], &["compose.yaml", "compose.prod.yaml"]);
    let text = sound(&imported.draft);
    assert!(text.contains("A: one") && text.contains("B: three") && text.contains("kind: postgres"), "{text}");
}

#[test]
fn files_that_cannot_be_read_say_where() {
    let said = try_import(&[("compose.yaml", "services: [\n")], &["compose.yaml"]).unwrap_err();
    assert!(said.contains("compose.yaml:1:11"), "{said}");
    let said = try_import(&[("notes.yaml", "shopping: [bread]\n")], &["notes.yaml"]).unwrap_err();
    assert!(said.contains("error[unknown-format]") && said.contains("help: run `towel init` without"), "{said}");
    let twice = "services:\n  a: { image: 'a:1' }\n  a: { image: 'b:1' }\n";
    assert!(try_import(&[("compose.yaml", twice)], &["compose.yaml"]).unwrap_err().contains("given twice"));
}

#[test]
fn values_of_a_file_that_git_ignores_are_never_copied() {
    let compose = "services:\n  api: { build: ., env_file: [.env, ./app.env] }\n";
    let files = [
        ("compose.yaml", compose),
        (".gitignore", "# local\n.env*\n!.env.example\n"),
        (".env", "ADMIN_EMAIL=ceo@example.com\nDEBUG=1\n"),
        ("app.env", "MODE=fast\nAPI_TOKEN=hidden\n"),
    ];
    nothing_is_lost(&files, "compose.yaml");
    let text = sound(&imported(&files, &["compose.yaml"]).draft);
    for line in
        ["ADMIN_EMAIL: ${secret.admin_email}", "DEBUG: ${secret.debug}", "MODE: fast", "API_TOKEN: ${secret.api_token}"]
    {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    assert!(!text.contains("ceo@") && !text.contains("hidden"), "{text}");
}

#[test]
fn a_command_belongs_to_the_code_that_it_runs() {
    let compose = "services:\n  app: { image: 'acme/app:${TAG}', command: serve }\n  worker: { image: 'acme/app:${TAG}', command:         [celery, -A, app, worker] }\n  search: { image: 'getmeili/meilisearch:v1.7', command: [meilisearch, --no-analytics] }\n";
    let files = [("compose.yaml", compose)];
    nothing_is_lost(&files, "compose.yaml");
    let imported = imported(&files, &["compose.yaml"]);
    let text = sound(&imported.draft);
    assert!(text.contains("run: serve") && text.contains("run: celery -A app worker"), "{text}");
    assert!(text.contains("image: acme/app:${version}") && !text.contains("no-analytics"), "{text}");
    assert!(told(&imported, "services.search.command").why.contains("another's image"));
}

#[test]
fn secrets_that_are_files_become_values() {
    let compose = r#"
services:
  api:
    image: acme/api:1
    environment: { STRIPE_KEY_FILE: /run/secrets/stripe }
    secrets: [stripe]
secrets: { stripe: { file: ./stripe.txt } }
"#;
    let files = [("compose.yaml", compose)];
    nothing_is_lost(&files, "compose.yaml");
    let text = sound(&imported(&files, &["compose.yaml"]).draft);
    assert!(text.contains("STRIPE_KEY: ${secret.stripe}") && text.contains("stripe: {}"), "{text}");
}

#[test]
fn the_usual_files_of_the_web_pass_all_rules() {
    let wordpress = r#"
services:
  wordpress:
    image: wordpress
    restart: always
    ports: ["8080:80"]
    environment:
      WORDPRESS_DB_HOST: db
      WORDPRESS_DB_USER: exampleuser
      WORDPRESS_DB_PASSWORD: examplepass
      WORDPRESS_DB_NAME: exampledb
    volumes: ["wordpress:/var/www/html"]
  db:
    image: mysql:8.0
    environment:
      MYSQL_DATABASE: exampledb
      MYSQL_USER: exampleuser
      MYSQL_PASSWORD: examplepass
      MYSQL_RANDOM_ROOT_PASSWORD: '1'
    volumes: ["db:/var/lib/mysql"]
volumes:
  wordpress:
  db:
"#;
    nothing_is_lost(&[("compose.yaml", wordpress)], "compose.yaml");
    let text = sound(&imported(&[("compose.yaml", wordpress)], &["compose.yaml"]).draft);
    for line in [
        "WORDPRESS_DB_HOST: ${db.host}",
        "WORDPRESS_DB_USER: ${db.user}",
        "WORDPRESS_DB_PASSWORD: ${db.password}",
        "WORDPRESS_DB_NAME: ${db.name}",
        "port: 80",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    let sail = r#"
services:
  laravel.test:
    build:
      context: ./vendor/laravel/sail/runtimes/8.3
      args: { WWWGROUP: "${WWWGROUP}" }
    image: sail-8.3/app
    extra_hosts: ["host.docker.internal:host-gateway"]
    ports: ["${APP_PORT:-80}:80", "${VITE_PORT:-5173}:${VITE_PORT:-5173}"]
    environment: { WWWUSER: "${WWWUSER}", LARAVEL_SAIL: 1, XDEBUG_MODE: "${SAIL_XDEBUG_MODE:-off}" }
    volumes: [".:/var/www/html"]
    networks: [sail]
    depends_on: [mysql]
  mysql:
    image: mysql/mysql-server:8.0
    ports: ["${FORWARD_DB_PORT:-3306}:3306"]
    environment: { MYSQL_ROOT_PASSWORD: "${DB_PASSWORD}", MYSQL_ALLOW_EMPTY_PASSWORD: 1 }
    volumes: ["sail-mysql:/var/lib/mysql"]
    healthcheck: { test: [CMD, mysqladmin, ping, "-p${DB_PASSWORD}"], retries: 3, timeout: 5s }
networks: { sail: { driver: bridge } }
volumes: { sail-mysql: { driver: local } }
"#;
    nothing_is_lost(&[("docker-compose.yml", sail)], "docker-compose.yml");
}

#[test]
fn a_health_check_tells_the_port_when_nothing_else_does() {
    let compose = "services: { api: { image: 'a:1', healthcheck: { test: 'wget -q http://127.0.0.1:9000/ok' } } }\n";
    nothing_is_lost(&[("compose.yaml", compose)], "compose.yaml");
    let text = sound(&imported(&[("compose.yaml", compose)], &["compose.yaml"]).draft);
    assert!(text.contains("port: 9000") && text.contains("ready: /ok"), "{text}");
}
