//! `towel init`: a first file from a repository or from another tool's file.

use insta::assert_snapshot;
use towel_testkit::{Output, Project};

use crate::support::TOWEL;

const COMPOSE: &str = "services:\n  api:\n    build: ./api\n    restart: always\n    ports: [\"8080:3000\"]\n    environment:\n      \
    DATABASE_URL: postgres://app:app@db:5432/app\n      API_TOKEN: hunter2\n    depends_on: { db: { condition: service_healthy } }\n  \
    db:\n    image: postgres:16\n    volumes: [data:/var/lib/postgresql/data]\nvolumes: { data: }\n";

fn repository() -> Project {
    Project::new()
        .file(".git/config", "[remote \"origin\"]\n\turl = https://token@github.com/acme/shop.git\n")
        .file("package.json", "{\n  \"dependencies\": { \"express\": \"5\", \"pg\": \"8\" },\n  \"scripts\": { \"start\": \"node index.js\" }\n}\n")
        .file("index.js", "app.get('/healthz', ok)\napp.listen(process.env.PORT ?? 4000)\n")
        .file(".env.example", "DATABASE_URL=postgres://u:p@localhost:5432/shop\nSTRIPE_KEY=\n")
        .file("node_modules/left/package.json", "{ \"dependencies\": { \"next\": \"15\" } }")
}

fn run(project: &Project, arguments: &[&str]) -> Output {
    project.towel(TOWEL, arguments)
}

#[test]
fn a_repository_gets_a_file_that_passes_its_own_check() {
    let project = repository();
    let said = run(&project, &["init"]).expect(0);
    assert_snapshot!(said.stdout, @r"
    looked at 4 files

    found
      service    app       node      .
          package.json:2 depends on `express`
          port 4000 (index.js:2)
      datastore  postgres  postgres
          package.json:2 depends on `pg`
          .env.example:1 DATABASE_URL

    wrote towel.yaml; `towel check` finds no fault in it

    next
      1. read towel.yaml: the comment beside each guess says where it came from
      2. put STRIPE_KEY into `.env` beside it, as NAME=value
      3. `towel check` while you edit, `towel up` to run it here
    ");
    assert_snapshot!(project.read("towel.yaml"), @r#"
    # Made by `towel init` from what lies in this repository.
    # Comments say where each guess came from. Keep what is right, mend the rest, drop the comments.

    towel: 1                          # version of the language
    name: shop                        # the repository's name
    repository: github.com/acme/shop  # .git/config:2

    environments:
      dev: { class: dev, engine: local }  # this machine: `towel up`
      # when there is a cluster; `towel check` says what production needs besides:
      # production:
      #   class: production
      #   engine: kubernetes
      #   context: production             # of your kubeconfig
      #   namespace: shop
      #   domain: shop.example

    services:
      app:
        stack: node                          # package.json:2 depends on `express`
        source: .
        image: ghcr.io/acme/shop:${version}  # a guess: GitHub's registry
        run: node index.js                   # package.json:3
        port: 4000                           # index.js:2
        health:
          ready: /healthz                    # index.js:1
        needs: [postgres]                    # package.json:2 depends on `pg`
        env:
          DATABASE_URL: ${postgres.url}      # .env.example:1
          STRIPE_KEY: ${secret.stripe_key}   # .env.example:2 gives no value
        expose: { host: "${env.domain}" }    # a guess: remove it if only other services call it

    datastores:
      postgres:
        kind: postgres  # package.json:2 depends on `pg`; .env.example:1 DATABASE_URL
        version: "17"   # a guess: write the version that you run

    # values come from `.env` beside this file, or `TOWEL_SECRET_NAME` in the environment of `towel up`
    secrets:
      stripe_key: {}  # `STRIPE_KEY=…` in `.env` beside this file
    "#);
    run(&project, &["check"]).expect(0);
}

#[test]
fn a_file_that_is_there_is_never_replaced_unasked() {
    let project = repository().file("towel.yaml", "towel: 1\n");
    let said = run(&project, &["init"]).expect(2);
    assert!(
        said.stderr.contains("`towel.yaml` is there already") && said.stderr.contains("--force"),
        "{}",
        said.stderr
    );
    assert_eq!(project.read("towel.yaml"), "towel: 1\n");
    run(&project, &["init", "--out", "other.yaml"]).expect(0);
    assert_eq!(project.read("towel.yaml"), "towel: 1\n");
    run(&project, &["--file", "other.yaml", "check"]).expect(0);
    run(&project, &["init", "--force", "--quiet"]).expect(0);
    assert_eq!(project.read("towel.yaml"), project.read("other.yaml"));
}

#[test]
fn a_dry_run_prints_the_file_alone_and_writes_nothing() {
    let project = repository();
    let said = run(&project, &["init", "--dry-run"]).expect(0);
    assert!(said.stdout.starts_with("# Made by `towel init`") && said.stdout.ends_with("`.env` beside this file\n"));
    assert!(said.stderr.contains("would write towel.yaml"), "{}", said.stderr);
    assert!(!project.path("towel.yaml").exists());
}

#[test]
fn another_tools_file_is_converted_with_an_account_of_every_key() {
    let project = Project::new().file("compose.yaml", COMPOSE);
    let said = run(&project, &["init", "--from", "compose.yaml"]).expect(0);
    assert_snapshot!(said.stdout, @r"
    read compose.yaml, a compose file

    found
      service    api  -         api
      datastore  db   postgres

    not quite the same
      became `port:` and `expose:`; `8080` of this machine became a name at towel's front door
          compose.yaml:5  services.api.ports[0]
      towel makes user and password itself
          compose.yaml:7  services.api.environment.DATABASE_URL
      looks secret, so its value is not copied: put `API_TOKEN=…` into `.env`
          compose.yaml:8  services.api.environment.API_TOKEN
      became `storage:`; the data itself stays where it is: dump it there and restore it here
          compose.yaml:12  services.db.volumes[0]
      became `storage:` of `db`
          compose.yaml:13  volumes.data

    left out
      towel starts an instance again whenever it ends, with growing pauses
          compose.yaml:4  services.api.restart

    3 values came over as they were, 5 keys not quite, 1 key not at all

    wrote towel.yaml; `towel check` finds no fault in it

    next
      1. read towel.yaml: the comment beside each guess says where it came from
      2. put API_TOKEN into `.env` beside it, as NAME=value
      3. `towel check` while you edit, `towel up` to run it here
    ");
    let text = project.read("towel.yaml");
    assert!(text.contains("DATABASE_URL: ${db.url}") && !text.contains("hunter2"), "{text}");
    run(&project, &["check"]).expect(0);
}

#[test]
fn programs_get_the_same_as_json() {
    let project = Project::new().file("deploy/compose.yaml", COMPOSE);
    let said = run(&project, &["--json", "init", "--from", "deploy/compose.yaml", "--dry-run"]).expect(0);
    let answer: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(answer["from"][0], serde_json::json!({ "file": "deploy/compose.yaml", "format": "compose" }));
    assert_eq!((answer["written"].as_bool(), answer["errors"].as_u64()), (Some(false), Some(0)));
    assert_eq!(answer["secrets"], serde_json::json!(["API_TOKEN"]));
    // The folder of a build is relative to the compose file there, and to `towel.yaml` here.
    assert_eq!(answer["parts"][0]["folder"], "deploy/api");
    let restart = answer["keys"].as_array().unwrap().iter().find(|key| key["key"] == "services.api.restart").unwrap();
    assert_eq!((restart["fate"].as_str(), restart["line"].as_u64()), (Some("left_out"), Some(4)));
    assert!(answer["text"].as_str().unwrap().contains("source: deploy/api"));
    let answer = run(&repository(), &["--json", "init"]).expect(0);
    let answer: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!((answer["parts"][0]["what"].as_str(), answer["written"].as_bool()), (Some("node"), Some(true)));
}

#[test]
fn what_cannot_be_read_ends_with_2_and_its_place() {
    let project = Project::new()
        .file("broken.yaml", "services: [\n")
        .file("notes.yaml", "bread: 2\n")
        .file("bytes.yaml", [0xff, 0xfe]);
    let said = run(&project, &["init", "--from", "nothing.yaml"]).expect(2);
    assert!(said.stderr.contains("there is no file `nothing.yaml`"), "{}", said.stderr);
    let said = run(&project, &["init", "--from", "broken.yaml"]).expect(2);
    assert!(said.stderr.contains("broken.yaml:1:11"), "{}", said.stderr);
    let said = run(&project, &["init", "--from", "notes.yaml"]).expect(2);
    assert!(said.stderr.contains("of no format that can be converted"), "{}", said.stderr);
    let said = run(&project, &["init", "--from", "bytes.yaml"]).expect(2);
    assert!(said.stderr.contains("not UTF-8"), "{}", said.stderr);
    assert!(!project.path("towel.yaml").exists());
}

#[test]
fn a_folder_without_anything_that_runs_gets_no_file() {
    let project = Project::new().file("README.md", "# hello\n");
    let said = run(&project, &["init"]).expect(1);
    assert!(said.stderr.contains("nothing was found") && said.stderr.contains("help"), "{}", said.stderr);
    assert!(!project.path("towel.yaml").exists());
}
