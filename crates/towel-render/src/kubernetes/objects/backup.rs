//! Backups of a datastore: a CronJob that dumps it, proves the dump, and takes it to every store.

use std::time::Duration;

use k8s_openapi::api::batch::v1::{CronJob, CronJobSpec, JobSpec, JobTemplateSpec};
use k8s_openapi::api::core::v1::{
    Container, EnvVar, EphemeralVolumeSource, PersistentVolumeClaim, PersistentVolumeClaimTemplate,
    PersistentVolumeClaimVolumeSource, PodSpec, PodTemplateSpec, Volume,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use towel_model::{Backup, BackupPlace, BackupStore, Datastore, Size};
use towel_source::Spanned;

use super::datastore::{claim_spec, helper_resources, user};
use super::policy::{self, Traffic, policy_name};
use super::scene::Scene;
use super::schedule::Schedule;
use super::server_setup::shell;
use super::shorthand::{from_secret, matching, mount, scratch, seconds, some, value};
use super::{dump, outside, security};
use crate::kubernetes::object::{Object, Part};
use crate::names;

/// The client of stores that speak S3.
const S3_CLIENT: &str = "amazon/aws-cli:2.37.5";

/// What a volume is taken to be where the file gives no size.
const SMALL: Size = Size(1 << 30);

/// What the pods are called, which no service can be.
pub(super) fn helper(datastore: &Datastore) -> String {
    format!("{}.backup", datastore.name.as_str())
}

/// Whether there is something to dump and somewhere to take it.
pub(super) fn is_rendered(scene: &Scene<'_>, datastore: &Datastore) -> bool {
    dump::is_dumped(*datastore.kind) && datastore.backup.as_ref().is_some_and(|it| stores(scene, it).next().is_some())
}

fn stores<'s>(scene: &'s Scene<'_>, backup: &'s Backup) -> impl Iterator<Item = &'s BackupStore> {
    scene.stack.backup_stores.iter().filter(|store| backup.to.iter().any(|name| name.value == store.name.value))
}

/// Adds the backups of a datastore.
pub(super) fn add<'a>(scene: &Scene<'a>, datastore: &'a Datastore, objects: &mut Vec<Object<'a>>) {
    let Some(backup) = datastore.backup.as_ref().filter(|_| is_rendered(scene, datastore)) else { return };
    let part = Part::Datastore(&datastore.name);
    let helper = helper(datastore);
    for store in stores(scene, backup).filter(|store| matches!(store.place, BackupPlace::Path(_))) {
        let metadata = scene.metadata(claim_name(datastore, store), &helper, "backup");
        // Dumps are compressed, so as much again as the data has room for several.
        let spec = Some(claim_spec(Size(room(datastore).0.saturating_mul(2))));
        objects.push(Object::of(part, PersistentVolumeClaim { metadata, spec, ..PersistentVolumeClaim::default() }));
    }
    objects.push(Object::of(part, cron_job(scene, datastore, backup, &helper)));
    if scene.confines() {
        objects.push(policy_of(scene, datastore, backup, &helper));
    }
}

fn room(datastore: &Datastore) -> Size {
    datastore.storage.as_ref().map_or(SMALL, |size| size.value)
}

/// The container that takes dumps to a store, and the volume that it takes them to.
fn way(store: &BackupStore) -> String {
    let mut way = format!("to-{}", store.name.as_str());
    // Names of the language are as long as the cluster's at most.
    way.truncate(63);
    way.truncate(way.trim_end_matches('-').len());
    way
}

fn claim_name(datastore: &Datastore, store: &BackupStore) -> String {
    format!("{}.{}", datastore.name.as_str(), store.name.as_str())
}

fn policy_of<'a>(scene: &Scene<'a>, datastore: &'a Datastore, backup: &Backup, helper: &str) -> Object<'a> {
    let mut traffic = Traffic::default();
    traffic.resolve();
    policy::reach(scene, datastore, &mut traffic);
    let ports = stores(scene, backup).filter_map(|store| match &store.place {
        BackupPlace::Path(_) => None,
        BackupPlace::S3 { endpoint, .. } => Some(endpoint.as_ref().and_then(|it| outside::port_of(it)).unwrap_or(443)),
    });
    let mut ports: Vec<u16> = ports.collect();
    ports.sort_unstable();
    ports.dedup();
    if !ports.is_empty() {
        traffic.allow(outside::internet(), &ports);
    }
    let metadata = scene.metadata(policy_name(helper), helper, "backup");
    Object::of(Part::Datastore(&datastore.name), traffic.policy(metadata, matching(scene.selector(helper))))
}

fn cron_job(scene: &Scene<'_>, datastore: &Datastore, backup: &Backup, helper: &str) -> CronJob {
    let every = backup.every.value;
    // One that hangs is ended, so that the next can begin: two never run at once.
    let most = backup.takes.as_ref().map_or(every, |takes| takes.value * 4);
    let labels = ObjectMeta { labels: Some(scene.labels(helper, "backup")), ..ObjectMeta::default() };
    let job = JobSpec {
        active_deadline_seconds: Some(seconds(most).max(60).into()),
        backoff_limit: Some(2),
        template: PodTemplateSpec { metadata: Some(labels.clone()), spec: Some(pod(scene, datastore, backup)) },
        ..JobSpec::default()
    };
    CronJob {
        metadata: scene.metadata(format!("{}-backup", datastore.name.as_str()), helper, "backup"),
        spec: Some(CronJobSpec {
            schedule: Schedule::every(every, &datastore.name).line,
            time_zone: Some(scene.stack.timezone.to_string()),
            concurrency_policy: some("Forbid"),
            starting_deadline_seconds: Some(seconds((every / 2).min(Duration::from_secs(3600))).max(60).into()),
            successful_jobs_history_limit: Some(3),
            failed_jobs_history_limit: Some(3),
            job_template: JobTemplateSpec { metadata: Some(labels), spec: Some(job) },
            ..CronJobSpec::default()
        }),
        ..CronJob::default()
    }
}

fn pod(scene: &Scene<'_>, datastore: &Datastore, backup: &Backup) -> PodSpec {
    let server = scene.server(datastore);
    let dump = Container {
        name: "dump".to_owned(),
        image: Some(server.reference()),
        command: Some(shell(&dump::script(datastore))),
        env: Some(dump::environment(datastore)),
        ..helper_container(scene)
    };
    let folder = |store: &BackupStore| match store.place {
        BackupPlace::Path(_) => Some(claimed(&claim_name(datastore, store), store)),
        BackupPlace::S3 { .. } => None,
    };
    let mut volumes = vec![work(room(datastore)), scratch("tmp")];
    volumes.extend(stores(scene, backup).filter_map(folder));
    PodSpec {
        service_account_name: some(&datastore.name),
        automount_service_account_token: Some(false),
        enable_service_links: Some(false),
        restart_policy: some("Never"),
        security_context: Some(security::pod(user(&server))),
        init_containers: Some(vec![dump]),
        containers: stores(scene, backup).map(|store| taker(scene, datastore, backup, store)).collect(),
        volumes: Some(volumes),
        ..PodSpec::default()
    }
}

fn helper_container(scene: &Scene<'_>) -> Container {
    Container {
        resources: Some(helper_resources(scene)),
        security_context: Some(security::container()),
        volume_mounts: Some(vec![mount("work", "/dump"), mount("tmp", "/tmp")]),
        ..Container::default()
    }
}

/// A volume of the pod's own: a dump may be bigger than what a node has to spare.
fn work(size: Size) -> Volume {
    let template = PersistentVolumeClaimTemplate { spec: claim_spec(size), ..PersistentVolumeClaimTemplate::default() };
    let ephemeral = EphemeralVolumeSource { volume_claim_template: Some(template) };
    Volume { name: "work".to_owned(), ephemeral: Some(ephemeral), ..Volume::default() }
}

fn claimed(claim: &str, store: &BackupStore) -> Volume {
    let source = PersistentVolumeClaimVolumeSource { claim_name: claim.to_owned(), read_only: None };
    Volume { name: way(store), persistent_volume_claim: Some(source), ..Volume::default() }
}

/// Takes a finished dump to one store. Stores do not wait for each other: one that fails does not cost the others.
fn taker(scene: &Scene<'_>, datastore: &Datastore, backup: &Backup, store: &BackupStore) -> Container {
    let base = helper_container(scene);
    let name = way(store);
    match &store.place {
        BackupPlace::Path(path) => {
            let folder =
                if path.starts_with('/') { path.trim_end_matches('/').to_owned() } else { "/store".to_owned() };
            let mut mounts = base.volume_mounts.unwrap_or_default();
            mounts.push(mount(&name, &folder));
            Container {
                image: Some(scene.server(datastore).reference()),
                command: Some(shell(&keep(&folder, kept(backup)))),
                volume_mounts: Some(mounts),
                name,
                ..base
            }
        }
        BackupPlace::S3 { bucket, region, endpoint } => Container {
            image: some(S3_CLIENT),
            command: Some(shell(&upload(scene, datastore, bucket))),
            env: Some(s3_environment(&store.name, region.as_ref(), endpoint.as_ref())),
            name,
            ..base
        },
    }
}

fn kept(backup: &Backup) -> u32 {
    let keep = &backup.keep;
    (keep.hourly + keep.daily + keep.weekly + keep.monthly + keep.yearly).max(1)
}

fn keep(folder: &str, kept: u32) -> String {
    format!(
        "cd {folder}\n\
         for file in /dump/*; do\n\
         \x20 cp \"$file\" part\n\
         \x20 mv part \"${{file##*/}}\"\n\
         done\n\
         sha256sum -c \"$(basename /dump/*.sha256)\"\n\
         # The newest {kept} stay. Nothing is removed before the new one has arrived whole.\n\
         ls -1t -- *.sha256 | tail -n +{} | while read -r old; do rm -f -- \"${{old%.sha256}}\".*; done\n",
        kept + 1
    )
}

fn upload(scene: &Scene<'_>, datastore: &Datastore, bucket: &str) -> String {
    let (product, environment) = (scene.stack.name.as_str(), scene.stack.environment.name.as_str());
    let folder = format!("{product}/{environment}/{}", datastore.name.as_str());
    format!(
        "for file in /dump/*; do\n\
         \x20 key=\"{folder}/${{file##*/}}\"\n\
         \x20 aws s3 cp --only-show-errors \"$file\" \"s3://{bucket}/$key\"\n\
         \x20 arrived=$(aws s3api head-object --bucket \"{bucket}\" --key \"$key\" --query ContentLength --output text)\n\
         \x20 test \"$arrived\" = \"$(stat -c %s \"$file\")\"\n\
         done\n"
    )
}

/// Without the Secret, the client looks for an identity that the cluster's provider gives to the account.
fn s3_environment(store: &str, region: Option<&Spanned<String>>, endpoint: Option<&Spanned<String>>) -> Vec<EnvVar> {
    let secret = |name: &str, key: &str| from_secret(name, names::credentials_object(store), key, false);
    let mut env = vec![
        secret("AWS_ACCESS_KEY_ID", "user"),
        secret("AWS_SECRET_ACCESS_KEY", "password"),
        value("AWS_DEFAULT_REGION", region.map_or("us-east-1", |region| region.as_str())),
    ];
    env.extend(endpoint.map(|endpoint| value("AWS_ENDPOINT_URL", endpoint.as_str())));
    env.push(value("HOME", "/tmp"));
    env
}
