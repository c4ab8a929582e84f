//! MongoDB as a replica set: how members start, and the Job that makes them one.

use std::fmt::Write;

use k8s_openapi::api::batch::v1::{Job, JobSpec};
use k8s_openapi::api::core::v1::{Container, PodSpec, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use sha2::{Digest, Sha256};
use towel_model::Datastore;

use super::datastore::{helper_resources, servers};
use super::policy::{self, Traffic, policy_name};
use super::scene::Scene;
use super::security;
use super::server_setup::shell;
use super::shorthand::{from_secret, matching, mount, scratch, some, value};
use crate::kubernetes::object::{Object, Part};
use crate::names;

/// Starts one member.
pub(super) fn start(limit: Option<u32>) -> String {
    let most = limit.map(|limit| format!(" --maxConns {limit}")).unwrap_or_default();
    format!(
        "umask 077\n\
         # Members know each other by this key. It follows from the password, so that there is no second secret to keep.\n\
         printf %s \"$MONGO_INITDB_ROOT_PASSWORD\" | sha256sum | cut -c 1-64 >/tmp/keyfile\n\
         # The first member makes the account, and the others copy it with everything else.\n\
         case $(uname -n) in\n\
         *-0) ;;\n\
         *) unset MONGO_INITDB_ROOT_USERNAME MONGO_INITDB_ROOT_PASSWORD ;;\n\
         esac\n\
         exec docker-entrypoint.sh mongod --replSet rs0 --keyFile /tmp/keyfile --bind_ip_all{most}\n"
    )
}

/// The addresses of the members, which hold in whatever namespace they are.
pub(super) fn members(datastore: &Datastore) -> Vec<String> {
    let name = datastore.name.as_str();
    (0..servers(datastore)).map(|place| format!("{name}-{place}.{name}:27017")).collect()
}

/// What the pods of the Job are called, which no service can be.
pub(super) fn helper(datastore: &Datastore) -> String {
    format!("{}.initiate", datastore.name.as_str())
}

/// The Job, and what its pods may reach.
pub(super) fn add<'a>(scene: &Scene<'a>, datastore: &'a Datastore, objects: &mut Vec<Object<'a>>) {
    let part = Part::Datastore(&datastore.name);
    let helper = helper(datastore);
    objects.push(Object::of(part, job(scene, datastore, &helper)));
    if scene.confines() {
        let mut traffic = Traffic::default();
        traffic.resolve();
        policy::reach(scene, datastore, &mut traffic);
        let metadata = scene.metadata(policy_name(&helper), &helper, "initiation");
        objects.push(Object::of(part, traffic.policy(metadata, matching(scene.selector(&helper)))));
    }
}

fn job(scene: &Scene<'_>, datastore: &Datastore, helper: &str) -> Job {
    let labels = scene.labels(helper, "initiation");
    let template = PodTemplateSpec {
        metadata: Some(ObjectMeta { labels: Some(labels), ..ObjectMeta::default() }),
        spec: Some(pod(scene, datastore)),
    };
    let spec = JobSpec {
        // Members may take minutes to get their volumes.
        backoff_limit: Some(20),
        ttl_seconds_after_finished: Some(3600),
        template,
        ..JobSpec::default()
    };
    // A Job can never be changed, so another one has another name.
    let name = format!("{}-init-{}", datastore.name.as_str(), hash(&spec));
    Job { metadata: scene.metadata(name, helper, "initiation"), spec: Some(spec), ..Job::default() }
}

fn hash(spec: &JobSpec) -> String {
    let text = serde_json::to_string(spec).expect("a Job holds nothing that JSON cannot");
    let mut hash = Sha256::digest(text.as_bytes()).iter().take(3).fold(String::new(), |mut hash, byte| {
        write!(hash, "{byte:02x}").expect("a String takes everything");
        hash
    });
    // With the longest name that a StatefulSet may have, a pod's label has room for so many.
    hash.truncate(5);
    hash
}

fn pod(scene: &Scene<'_>, datastore: &Datastore) -> PodSpec {
    let server = scene.server(datastore);
    let secret = |name: &str, key: &str| from_secret(name, names::credentials_object(&datastore.name), key, true);
    let container = Container {
        name: "initiate".to_owned(),
        image: Some(server.reference()),
        command: Some(shell(&script(datastore))),
        env: Some(vec![secret("MONGO_USER", "user"), secret("MONGO_PASSWORD", "password"), value("HOME", "/tmp")]),
        resources: Some(helper_resources(scene)),
        security_context: Some(security::container()),
        volume_mounts: Some(vec![mount("tmp", "/tmp")]),
        ..Container::default()
    };
    PodSpec {
        service_account_name: some(&datastore.name),
        automount_service_account_token: Some(false),
        enable_service_links: Some(false),
        restart_policy: some("OnFailure"),
        security_context: Some(security::pod(server.uid)),
        containers: vec![container],
        volumes: Some(vec![scratch("tmp")]),
        ..PodSpec::default()
    }
}

/// May be run again at any time: what is there already is left alone.
fn script(datastore: &Datastore) -> String {
    let members = members(datastore);
    let first = members.first().map(String::as_str).unwrap_or_default();
    let list = members.iter().map(|member| format!("'{member}'")).collect::<Vec<_>>().join(", ");
    format!(
        "cat >/tmp/initiate.js <<'END'\n\
         const members = [{list}];\n\
         const account = [process.env.MONGO_USER, process.env.MONGO_PASSWORD];\n\
         let admin = db.getSiblingDB('admin');\n\
         admin.auth(...account);\n\
         let config;\n\
         try {{\n\
         \x20 config = rs.conf();\n\
         }} catch (error) {{\n\
         \x20 if (error.codeName !== 'NotYetInitialized') throw error;\n\
         \x20 rs.initiate({{ _id: 'rs0', members: [{{ _id: 0, host: members[0] }}] }});\n\
         }}\n\
         while (!admin.hello().primary) sleep(1000);\n\
         // Only the primary changes the set, and it may have moved since.\n\
         const primary = new Mongo(`mongodb://${{admin.hello().primary}}/?directConnection=true`);\n\
         db = primary.getDB('admin');\n\
         db.auth(...account);\n\
         const present = rs.conf().members.map((member) => member.host);\n\
         members.filter((member) => !present.includes(member)).forEach((member) => rs.add(member));\n\
         END\n\
         exec mongosh --quiet \"mongodb://{first}/?directConnection=true\" --file /tmp/initiate.js\n"
    )
}
