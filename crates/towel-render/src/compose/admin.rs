//! Pages for looking into datastores, and a catcher of mail: under the profile `tools`, for developers only.

use towel_model::{Datastore, DatastoreKind, Stack};

use super::environment::required;
use super::setting::{Setting, is_for_developers};
use super::workload::{bounded, scratch};
use super::{image, mongodb, needs, proxy};
use crate::file::Files;
use crate::server::Server;
use crate::yaml::{Map, Yaml};

/// The variable of a `.env` file that holds the password of admin pages that ask for one of their own.
pub(crate) const PASSWORD: &str = "ADMIN_PAGES_PASSWORD";

/// A tool's name, where it is reached, and its container without what all tools have.
pub(super) struct Tool {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) container: Map,
}

/// Whether some page asks for [`PASSWORD`].
pub(crate) fn has_password_pages(stack: &Stack) -> bool {
    let has_page = |kind| matches!(kind, DatastoreKind::Postgres | DatastoreKind::Mongodb);
    is_for_developers(stack) && stack.datastores.iter().any(|datastore| has_page(*datastore.kind))
}

/// All tools of a developer's file, by name.
pub(super) fn containers(setting: Setting<'_>) -> Vec<Tool> {
    if !setting.is_for_developers() {
        return Vec::new();
    }
    let mut tools = vec![mail_catcher(setting)];
    tools.extend(pgadmin(setting));
    let documents = of_kinds(setting, &[DatastoreKind::Mongodb]);
    tools.extend(documents.iter().enumerate().map(|(place, datastore)| mongo_express(setting, datastore, place)));
    tools.extend(adminer(setting));
    tools.into_iter().map(|tool| Tool { container: with_common(tool.container), ..tool }).collect()
}

/// What pages are told about the datastores.
pub(super) fn files(setting: Setting<'_>, files: &mut Files) {
    if setting.is_for_developers() && has(setting, &[DatastoreKind::Postgres]) {
        files.json(setting.mounted("pgadmin.json"), &pgadmin_servers(setting));
    }
}

/// Consoles that a datastore's own server brings along.
pub(super) fn console_ports(setting: Setting<'_>, datastore: &Datastore) -> Vec<String> {
    let inside = match *datastore.kind {
        DatastoreKind::Rabbitmq => 15672,
        DatastoreKind::S3 => 9001,
        _ => return Vec::new(),
    };
    if !setting.is_for_developers() {
        return Vec::new();
    }
    let place = of_kinds(setting, &[*datastore.kind]).iter().position(|other| other.name == datastore.name);
    published(port(setting, inside, place.unwrap_or(0)), inside)
}

/// A port of this machine alone. Several of a kind get ports one after the other, and none takes the front door's.
fn port(setting: Setting<'_>, wanted: u16, place: usize) -> u16 {
    let mut port = wanted.saturating_add(u16::try_from(place).unwrap_or(u16::MAX));
    while port == proxy::listen(setting.stack).port {
        port = port.saturating_add(100);
    }
    port
}

fn published(port: u16, inside: u16) -> Vec<String> {
    vec![format!("127.0.0.1:{port}:{inside}")]
}

fn of_kinds<'a>(setting: Setting<'a>, kinds: &[DatastoreKind]) -> Vec<&'a Datastore> {
    setting.stack.datastores.iter().filter(|datastore| kinds.contains(&datastore.kind)).collect()
}

fn has(setting: Setting<'_>, kinds: &[DatastoreKind]) -> bool {
    !of_kinds(setting, kinds).is_empty()
}

/// Takes every mail at port 1025 and shows it instead of sending it.
fn mail_catcher(setting: Setting<'_>) -> Tool {
    let (name, port) = (setting.unused("mailpit"), port(setting, 8025, 0));
    let container = Map::new()
        .with("image", image::MAILPIT)
        .with("ports", published(port, 8025))
        .with("healthcheck", asked(Yaml::row(["CMD", "/mailpit", "readyz"])))
        .with("networks", Yaml::row(["services"]))
        .with("read_only", true)
        .with("tmpfs", scratch(&["/tmp"]))
        .with("user", "1000:1000");
    let about =
        format!("Takes mail at smtp://{name}:1025 and shows it at http://127.0.0.1:{port} instead of sending it.");
    Tool { name, about, container }
}

fn pgadmin(setting: Setting<'_>) -> Option<Tool> {
    if !has(setting, &[DatastoreKind::Postgres]) {
        return None;
    }
    let port = port(setting, 5050, 0);
    let environment = Map::new()
        .with("PGADMIN_DEFAULT_EMAIL", "admin@example.com")
        .with("PGADMIN_DEFAULT_PASSWORD", required(PASSWORD))
        // A port that a program without rights may open.
        .with("PGADMIN_LISTEN_PORT", "8080")
        // It would start by `sudo`, which has no rights here.
        .with("PGADMIN_DISABLE_POSTFIX", "true");
    let container = Map::new()
        .with("image", image::PGADMIN)
        .with("environment", environment)
        .with("volumes", [format!("{}:/pgadmin4/servers.json:ro", setting.mount("pgadmin.json"))])
        .with("ports", published(port, 8080))
        .with("healthcheck", asked(fetched("http://127.0.0.1:8080/misc/ping")))
        .with("networks", Yaml::row(["edge", "data"]));
    let about = format!("http://127.0.0.1:{port}, as admin@example.com");
    Some(Tool { name: setting.unused("pgadmin"), about, container })
}

fn pgadmin_servers(setting: Setting<'_>) -> serde_json::Value {
    let servers = of_kinds(setting, &[DatastoreKind::Postgres]);
    let entries = servers.iter().enumerate().map(|(place, datastore)| {
        let server = Server::of(datastore, setting.stack);
        let entry = serde_json::json!({
            "Name": datastore.name.as_str(),
            "Group": setting.stack.name.as_str(),
            "Host": datastore.name.as_str(),
            "Port": server.port,
            "MaintenanceDB": server.database,
            "Username": server.user,
            "SSLMode": "prefer",
        });
        ((place + 1).to_string(), entry)
    });
    serde_json::json!({ "Servers": entries.collect::<serde_json::Map<_, _>>() })
}

fn mongo_express(setting: Setting<'_>, datastore: &Datastore, place: usize) -> Tool {
    let port = port(setting, 8090, place);
    let name = datastore.name.as_str();
    let server = Server::of(datastore, setting.stack);
    let password = super::environment::password(datastore);
    let url = format!("mongodb://{}:{password}@{name}:{}/?authSource=admin", server.user, server.port);
    let awaited = match mongodb::is_set(datastore) {
        true => vec![needs::finished(mongodb::initiation(setting, datastore))],
        false => needs::healthy([name.to_owned()]),
    };
    let environment = Map::new()
        .with("ME_CONFIG_MONGODB_URL", url)
        .with("ME_CONFIG_BASICAUTH", "true")
        .with("ME_CONFIG_BASICAUTH_USERNAME", "admin")
        .with("ME_CONFIG_BASICAUTH_PASSWORD", required(PASSWORD));
    let container = Map::new()
        .with("image", image::MONGO_EXPRESS)
        .with("environment", environment)
        .with("ports", published(port, 8081))
        .with("depends_on", needs::depends_on(awaited))
        .with("healthcheck", asked(fetched("http://127.0.0.1:8081/status")))
        .with("networks", Yaml::row(["edge", "data"]));
    let wanted = if place == 0 { "mongo-express".to_owned() } else { format!("mongo-express-{name}") };
    Tool { name: setting.unused(&wanted), about: format!("http://127.0.0.1:{port}, as admin"), container }
}

fn adminer(setting: Setting<'_>) -> Option<Tool> {
    let first = *of_kinds(setting, &[DatastoreKind::Mysql, DatastoreKind::Mariadb]).first()?;
    let (port, user) = (port(setting, 8070, 0), Server::of(first, setting.stack).user);
    let container = Map::new()
        .with("image", image::ADMINER)
        .with("environment", Map::new().with("ADMINER_DEFAULT_SERVER", first.name.to_string()))
        .with("ports", published(port, 8080))
        .with("healthcheck", asked(fetched("http://127.0.0.1:8080/")))
        .with("networks", Yaml::row(["edge", "data"]));
    let about = format!("http://127.0.0.1:{port}, as {user} with the password of the datastore");
    Some(Tool { name: setting.unused("adminer"), about, container })
}

fn fetched(url: &str) -> Yaml {
    Yaml::row(["CMD", "wget", "-q", "-O", "/dev/null", url].map(str::to_owned))
}

fn asked(test: Yaml) -> Map {
    Map::new()
        .with("test", test)
        .with("interval", "10s")
        .with("timeout", "5s")
        .with("retries", 3_u32)
        .with("start_period", "30s")
}

fn with_common(container: Map) -> Map {
    bounded(
        container
            .with("profiles", Yaml::row(["tools"]))
            .ordered(&["image", "profiles"])
            .with("restart", "on-failure")
            .with("cap_drop", Yaml::row(["ALL"]))
            .with("security_opt", Yaml::row(["no-new-privileges:true"])),
    )
}
