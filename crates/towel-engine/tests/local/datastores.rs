//! Datastores from installed servers: set up once, ready when they answer a query, stopped without loss.

use std::time::Duration;

use towel_engine::datastore::DatastoreView;
use towel_engine::local::LocalEngine;
use towel_engine::{Engine, Phase};
use towel_model::{Datastore, DatastoreField, DatastoreKind, Part, Reference, Template};

use crate::world::*;

fn datastore(name: &str, kind: DatastoreKind) -> Datastore {
    Datastore {
        name: name.to_owned().into(),
        kind: kind.into(),
        version: None,
        replicas: 1.into(),
        storage: None,
        max_connections: Some(37.into()),
        backup: None,
        managed: None,
        span: towel_source::Span::default(),
    }
}

async fn wait_store(engine: &LocalEngine, wanted: impl Fn(&DatastoreView) -> bool) -> DatastoreView {
    // A first set-up on a slow machine takes its time.
    for _ in 0..1200 {
        if let Some(view) = engine.datastores().into_iter().find(|view| wanted(view)) {
            return view;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("waited in vain: {:#?}\n{:?}", engine.datastores(), engine.logs().tail("db", None, 30));
}

fn is_ready(view: &DatastoreView) -> bool {
    view.state.phase == Phase::Ready
}

/// A service that stores with one command and reads with another, which must print `kept`.
struct Client<'a> {
    world: &'a World,
    engine: &'a LocalEngine,
}

impl Client<'_> {
    async fn run(&self, command: &str) -> Vec<String> {
        let field = |field| Part::Reference {
            to: Reference::Datastore { name: "db".to_owned(), field },
            span: towel_source::Span::default(),
        };
        let template = |field_name| Template { text: "${db}".to_owned(), parts: vec![field(field_name)] };
        let mut workload = worker(1, "sleep 1000");
        workload.service.env = vec![
            variable("URL", template(DatastoreField::Url)),
            variable("DBPORT", template(DatastoreField::Port)),
            variable("DBUSER", template(DatastoreField::User)),
            variable("DBPASSWORD", template(DatastoreField::Password)),
            variable("DBNAME", template(DatastoreField::Name)),
        ];
        let script = self.world.path("script.sh");
        std::fs::write(&script, command).unwrap();
        let command = Template::literal(format!("sh '{}'", script.display()));
        let report = self.engine.run_once(&workload, &command, PATIENCE).await.unwrap();
        assert_eq!(report.code, Some(0), "{report:?}");
        report.last_lines
    }
}

/// Set up, written to, killed, recovered, stopped, started by another supervisor: the data is there.
async fn check(kind: DatastoreKind, store: &str, read: &str) {
    let world = World::new();
    let engine = world.engine().await;
    let wanted = [datastore("db", kind)];
    engine.start_datastores(&wanted).await.unwrap();
    let first = wait_store(&engine, is_ready).await;
    let client = Client { world: &world, engine: &engine };
    client.run(store).await;
    assert_eq!(client.run(read).await.last().unwrap(), "kept");

    kill_process(first.pid.unwrap());
    let again = wait_store(&engine, |view| is_ready(view) && view.restarts == 1).await;
    assert_eq!(again.binding, first.binding, "a restart moves nothing");
    assert_eq!(client.run(read).await.last().unwrap(), "kept");

    drop(engine);
    let engine = world.engine().await;
    engine.start_datastores(&wanted).await.unwrap();
    let adopted = wait_store(&engine, is_ready).await;
    assert_eq!((adopted.pid, adopted.restarts), (again.pid, 0), "it was taken over, not started again");

    engine.shut_down(false).await.unwrap();
    assert!(!is_alive(adopted.pid.unwrap()));
    drop(engine);
    let engine = world.engine().await;
    engine.start_datastores(&wanted).await.unwrap();
    let back = wait_store(&engine, is_ready).await;
    assert_eq!(back.binding, first.binding);
    let client = Client { world: &world, engine: &engine };
    assert_eq!(client.run(read).await.last().unwrap(), "kept");

    // No longer declared, it is stopped; its data stays until it is asked to go.
    engine.start_datastores(&[]).await.unwrap();
    wait_until("it is stopped", || engine.datastores().is_empty()).await;
    assert!(!is_alive(back.pid.unwrap()));
    assert!(world.state().join("data/db/server").exists());
    let elsewhere = std::fs::canonicalize(world.state().join("data/db/server")).unwrap();
    engine.shut_down(true).await.unwrap();
    assert!(!world.state().join("data").exists() && !elsewhere.exists());
}

#[tokio::test]
#[ignore = "needs an installed postgres"]
async fn needs_postgres_it_keeps_its_data_through_every_kind_of_end() {
    let store = "psql -q \"$URL\" -c 'create table t (v text)' -c \"insert into t values ('kept')\"";
    let read = "test \"$(psql -At \"$URL\" -c 'show max_connections')\" = 37 && psql -At \"$URL\" -c 'select v from t'";
    check(DatastoreKind::Postgres, store, read).await;
}

#[tokio::test]
#[ignore = "needs an installed mariadb"]
async fn needs_mariadb_it_keeps_its_data_through_every_kind_of_end() {
    let client = "MYSQL_PWD=$DBPASSWORD mariadb -h127.0.0.1 -P$DBPORT -u$DBUSER -N $DBNAME";
    let store = format!("{client} -e \"create table t (v text); insert into t values ('kept')\"");
    let read = format!("test \"$({client} -e 'select @@max_connections')\" = 37 && {client} -e 'select v from t'");
    check(DatastoreKind::Mariadb, &store, &read).await;
    check(DatastoreKind::Mysql, &store, &read).await;
}

#[tokio::test]
#[ignore = "needs an installed redis"]
async fn needs_redis_it_keeps_its_data_through_every_kind_of_end() {
    let client = "redis-cli --no-auth-warning -u \"$URL\"";
    let store = format!("{client} set k kept");
    let read = format!("{client} config get maxclients | grep -qx 37 && {client} get k");
    check(DatastoreKind::Redis, &store, &read).await;
}

#[tokio::test]
#[ignore = "needs an installed redis"]
async fn needs_redis_it_moves_when_its_port_was_taken_while_it_was_down() {
    let world = World::new();
    let engine = world.engine().await;
    let wanted = [datastore("db", DatastoreKind::Redis)];
    engine.start_datastores(&wanted).await.unwrap();
    let before = wait_store(&engine, is_ready).await.binding.unwrap();
    engine.shut_down(false).await.unwrap();
    drop(engine);
    let _stranger = std::net::TcpListener::bind(("127.0.0.1", before.port)).unwrap();
    let engine = world.engine().await;
    engine.start_datastores(&wanted).await.unwrap();
    let after = wait_store(&engine, is_ready).await.binding.unwrap();
    assert_ne!(after.port, before.port);
    assert_eq!(after.password, before.password);
    engine.shut_down(true).await.unwrap();
}

#[tokio::test]
#[ignore = "needs an installed rabbitmq"]
async fn needs_rabbitmq_it_opens_its_virtual_host_after_every_kind_of_end() {
    // It brings no client; that the probe opened the virtual host as the user is what can be asked.
    check(DatastoreKind::Rabbitmq, "true", "echo kept").await;
}

#[tokio::test]
async fn a_kind_that_is_not_run_says_so_and_so_does_the_service_that_needs_it() {
    let world = World::new();
    let engine = world.engine().await;
    engine.start_datastores(&[datastore("db", DatastoreKind::Mongodb)]).await.unwrap();
    let failed = wait_store(&engine, |view| view.state.phase == Phase::Failed).await;
    assert!(failed.state.reason.starts_with("the local engine does not run mongodb yet"), "{}", failed.state.reason);
    let mut workload = worker(1, "sleep 1000");
    let url = Reference::Datastore { name: "db".to_owned(), field: DatastoreField::Url };
    let part = Part::Reference { to: url, span: towel_source::Span::default() };
    workload.service.needs = vec!["db".to_owned().into()];
    workload.service.env = vec![variable("URL", Template { text: "${db.url}".to_owned(), parts: vec![part] })];
    engine.apply(&workload, 1).await.unwrap();
    let service = wait_phase(&engine, Phase::Failed).await;
    let expected = "`URL` of `api` has no value: `db` does not run: the local engine does not run mongodb yet";
    assert!(service.state.reason.starts_with(expected), "{}", service.state.reason);
    // With a URL of its own it need not wait for anybody.
    workload.release = towel_engine::ReleaseId(2);
    workload.service.env = vec![variable("URL", Template::literal("mongodb://elsewhere"))];
    engine.apply(&workload, 1).await.unwrap();
    wait_phase(&engine, Phase::Ready).await;
    engine.shut_down(true).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_installed_is_named_with_its_package() {
    let world = World::new();
    let mut settings = world.settings();
    settings.environment = vec![("PATH".to_owned(), "/nowhere".to_owned())];
    let engine = LocalEngine::new(settings).unwrap();
    engine.adopt().await.unwrap();
    engine.start_datastores(&[datastore("db", DatastoreKind::Redis)]).await.unwrap();
    let failed = wait_store(&engine, |view| view.state.phase == Phase::Failed).await;
    let expected = "no redis server is installed: on Debian and Ubuntu, run `apt-get install redis-server`";
    assert_eq!(failed.state.reason, expected);
    let mut workload = worker(1, "sleep 1000");
    workload.service.needs = vec!["db".to_owned().into()];
    engine.apply(&workload, 1).await.unwrap();
    let reason = format!("waits for `db` ({expected})");
    wait_for(&engine, "a reason", |all| all.iter().any(|one| one.state.reason == reason)).await;
    engine.shut_down(true).await.unwrap();
}
