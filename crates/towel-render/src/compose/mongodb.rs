//! MongoDB as a set of servers: its members, what they trust each other by, and the container that makes them one.

use towel_model::{Datastore, DatastoreField, DatastoreKind};

use super::environment::password;
use super::needs;
use super::setting::Setting;
use super::workload::bounded;
use crate::server::Server;
use crate::yaml::{Map, Yaml};

/// Name of the set.
const SET: &str = "rs0";

/// Whether several servers keep the same data.
pub(super) fn is_set(datastore: &Datastore) -> bool {
    *datastore.kind == DatastoreKind::Mongodb && datastore.replicas.value > 1
}

/// Names of the members' containers; none when there is no set.
pub(super) fn members(setting: Setting<'_>, datastore: &Datastore) -> Vec<String> {
    if !is_set(datastore) {
        return Vec::new();
    }
    let name = datastore.name.as_str();
    let further = (2..=datastore.replicas.value).map(|number| setting.unused(&format!("{name}-{number}")));
    std::iter::once(name.to_owned()).chain(further).collect()
}

/// Name of the container that makes the members a set.
pub(super) fn initiation(setting: Setting<'_>, datastore: &Datastore) -> String {
    setting.unused(&format!("{}-initiate", datastore.name.as_str()))
}

/// The datastore's URL says that it is a set.
pub(super) fn with_set(datastore: &Datastore, field: DatastoreField, fact: String) -> String {
    if is_set(datastore) && field == DatastoreField::Url { format!("{fact}&replicaSet={SET}") } else { fact }
}

/// How a member of a set is started, instead of the image's own way.
pub(super) fn member(first: bool, datastore: &Datastore) -> Vec<(&'static str, Yaml)> {
    let most =
        datastore.max_connections.as_ref().map_or_else(String::new, |most| format!(" --maxConns {}", most.value));
    let script = format!(
        "# Members trust each other by a key that all derive from the same password.\n\
         umask 077\n\
         printf %s \"$$SET_PASSWORD\" | sha256sum | cut -c -64 > /tmp/key\n\
         exec docker-entrypoint.sh mongod --replSet {SET} --keyFile /tmp/key{most}\n"
    );
    let environment = Map::new();
    let environment = if first {
        environment.with("MONGO_INITDB_ROOT_USERNAME", "app").with("MONGO_INITDB_ROOT_PASSWORD", password(datastore))
    } else {
        environment
    };
    vec![
        ("entrypoint", Yaml::list([Yaml::text("sh"), Yaml::text("-c"), script.into()])),
        ("environment", environment.with("SET_PASSWORD", password(datastore)).into()),
    ]
}

/// Makes the members a set when they are none yet, and waits until one of them takes writes.
pub(super) fn initiator(setting: Setting<'_>, datastore: &Datastore) -> Map {
    let server = Server::of(datastore, setting.stack);
    let members = members(setting, datastore);
    let list: Vec<String> = members
        .iter()
        .enumerate()
        .map(|(place, member)| format!("{{ _id: {place}, host: '{member}:{}' }}", server.port))
        .collect();
    let script = format!(
        "const password = encodeURIComponent(process.env.SET_PASSWORD);\n\
         const admin = connect('mongodb://{user}:' + password + '@{host}:{port}/admin?directConnection=true');\n\
         try {{\n  admin.adminCommand({{ replSetGetStatus: 1 }});\n}} catch (error) {{\n\
         \x20 if (error.codeName !== 'NotYetInitialized') throw error;\n\
         \x20 admin.adminCommand({{ replSetInitiate: {{ _id: '{SET}', members: [{list}] }} }});\n}}\n\
         while (!admin.hello().primary) sleep(500);\n",
        user = server.user,
        host = datastore.name.as_str(),
        port = server.port,
        list = list.join(", "),
    );
    let command = ["mongosh", "--quiet", "--nodb", "--eval"].map(Yaml::text).into_iter().chain([script.into()]);
    bounded(
        Map::new()
            .with("image", server.reference())
            .with("command", Yaml::list(command))
            .with("environment", Map::new().with("SET_PASSWORD", password(datastore)))
            .with("depends_on", needs::depends_on(needs::healthy(members)))
            .with("networks", Yaml::row(["data"]))
            .with("restart", "on-failure")
            .with("user", format!("{0}:{0}", server.uid))
            .with("cap_drop", Yaml::row(["ALL"]))
            .with("security_opt", Yaml::row(["no-new-privileges:true"])),
    )
}
