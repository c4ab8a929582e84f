//! Why keys of blueprints have no counterpart.

use crate::account::Reason;

const PLAN: &str = "plans are Render's; write `resources:`, and `towel render render` picks one";
const BUILD: &str = "`towel render docker` writes the Dockerfile that builds it";
const SOURCE: &str = "what is built and when is your pipeline's: `towel render github` writes one";
const PREVIEWS: &str = "towel has no preview environments";
const ACCESS: &str = "who reaches a datastore follows from `needs:`";

/// By the order of its rows, the first that fits gives the reason.
pub(crate) const REASONS: &[Reason] = &[
    ("version", "the blueprint's own version"),
    ("previews.**", PREVIEWS),
    ("previewsEnabled", PREVIEWS),
    ("previewsExpireAfterDays", PREVIEWS),
    ("**.previews.**", PREVIEWS),
    ("**.previewValue", PREVIEWS),
    ("**.previewPlan", PREVIEWS),
    ("**.previewDiskSizeGB", PREVIEWS),
    ("**.pullRequestPreviewsEnabled", PREVIEWS),
    ("**.initialDeployHook", "a command for the first deploy only has no key; `rollout: before:` runs before each"),
    ("**.plan", PLAN),
    ("**.region", "where it runs is the engine's: a cluster's region"),
    ("**.repo", SOURCE),
    ("**.branch", SOURCE),
    ("**.autoDeploy*", SOURCE),
    ("**.buildFilter.**", SOURCE),
    ("**.buildCommand", BUILD),
    ("**.dockerfilePath", BUILD),
    ("**.dockerContext", BUILD),
    ("**.dockerCommand", "`startCommand` stands"),
    ("**.registryCredential.**", "who may pull is the engine's business"),
    ("**.image.**", "who may pull is the engine's business"),
    ("**.staticPublishPath", "towel takes `dist`, `build` or `out`, whichever the stack makes"),
    ("**.headers.**", "headers of static files have no key; `towel render docker` writes an nginx.conf"),
    ("**.routes.**", "rewrites have no key; unknown paths of a static service lead to its first page"),
    ("**.disk.**", "instances of towel's services keep no files: use a datastore (`kind: s3` for files)"),
    ("**.ipAllowList.**", ACCESS),
    ("**.maxmemoryPolicy", "towel starts redis with a policy of its own"),
    ("**.databaseName", "towel names the database itself: `${NAME.name}`"),
    ("**.user", "towel makes the user itself: `${NAME.user}`"),
    ("**.highAvailability.**", "write `replicas:` for the datastore in production"),
    ("**.readReplicas.**", "write `replicas:` for the datastore in production"),
    ("**.storageAutoscalingEnabled", "`storage:` is a fixed size"),
    ("**.datadog*", "metrics go to Prometheus: `metrics:`"),
    ("**.maintenanceMode.**", "towel's gateway has no maintenance page"),
    ("**.renderSubdomainPolicy", "a service is exposed at `expose: host:` only"),
    ("**.scaling.**", "this is no number that could be read"),
    ("**.numInstances", "`scaling` stands"),
    ("**.healthCheckPath", "it listens on no port"),
    ("**.domain", "`domains` stands"),
    ("**.schedule", "towel runs no jobs at set times"),
    ("**.fromService.type", "the name says which part is meant"),
    ("envVarGroups.**", "no service that came over takes from this group"),
    ("**.envVarGroups.**", "no service that came over takes from this group"),
    ("**.networkIsolation.**", "what may reach what follows from `needs:`"),
    ("**.permissions.**", "who may change what is the cluster's and your code host's business"),
    ("**.x-*", "a key of your own"),
];
