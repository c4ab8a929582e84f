//! Commands that a person on call types, as each environment needs them.

use towel_check::CheckedStack;
use towel_model::{Class, Datastore, DatastoreField, DatastoreKind, EngineKind, Part, Reference, Stack, Template};

use super::directory::Directory;
use super::question::{self, Question};
use super::words::is_managed;
use crate::names;

/// The command line of one environment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shell<'a> {
    directory: &'a Directory<'a>,
    stack: &'a CheckedStack,
    /// Whether `towel` takes this environment when none is named.
    is_default: bool,
}

impl<'a> Shell<'a> {
    pub(super) fn of(directory: &'a Directory<'a>, all: &[Directory<'_>]) -> Self {
        let local = |directory: &Directory<'_>| *directory.stack().environment.class == Class::Dev;
        let only = all.iter().filter(|other| local(other)).count() == 1;
        Self { directory, stack: directory.stack(), is_default: only && local(directory) }
    }

    pub(super) fn directory(&self) -> &'a Directory<'a> {
        self.directory
    }

    pub(super) fn stack(&self) -> &'a CheckedStack {
        self.stack
    }

    pub(super) fn in_cluster(&self) -> bool {
        *self.stack.environment.engine == EngineKind::Kubernetes
    }

    /// `towel status`, `towel --env vps status`.
    pub(super) fn towel(&self, command: &str) -> String {
        if self.is_default {
            format!("towel {command}")
        } else {
            format!("towel --env {} {command}", self.stack.environment.name.as_str())
        }
    }

    /// `kubectl --context production -n shop get pods`.
    pub(super) fn kubectl(&self, command: &str) -> String {
        let context = self.stack.environment.context.as_ref();
        let context = context.map_or_else(String::new, |context| format!(" --context {}", context.as_str()));
        format!("kubectl{context} -n {} {command}", names::namespace(self.stack))
    }

    fn choose(&self, cluster: &str, local: &str) -> String {
        if self.in_cluster() { self.kubectl(cluster) } else { self.towel(local) }
    }

    /// What runs, and which versions.
    pub(super) fn status(&self) -> String {
        self.choose("get deployments,statefulsets,pods -o wide", "status")
    }

    /// The instances of one service or datastore.
    pub(super) fn instances(&self, name: &str) -> String {
        self.choose(&format!("get pods -l app.kubernetes.io/name={name} -o wide"), "status")
    }

    /// What they print, as it comes.
    pub(super) fn logs(&self, name: &str) -> String {
        self.choose(
            &format!("logs -l app.kubernetes.io/name={name} --prefix --tail=100 -f"),
            &format!("logs {name} -f"),
        )
    }

    /// What instances printed before they ended.
    pub(super) fn last_words(&self, name: &str) -> String {
        self.choose(
            &format!("logs -l app.kubernetes.io/name={name} --prefix --tail=100 --previous"),
            &format!("logs {name} -n 200"),
        )
    }

    pub(super) fn events(&self) -> String {
        self.choose("get events --sort-by=.lastTimestamp", "events -n 100")
    }

    /// Why the instances of one part are as they are.
    pub(super) fn reasons(&self, name: &str) -> String {
        self.choose(&format!("describe pods -l app.kubernetes.io/name={name}"), "events -n 100")
    }

    pub(super) fn top(&self, name: &str) -> String {
        self.choose(&format!("top pods -l app.kubernetes.io/name={name} --containers"), "top")
    }

    /// All instances, the hungriest first.
    pub(super) fn hungriest(&self, by: &str) -> String {
        self.choose(&format!("top pods --sort-by={by}"), "top")
    }

    pub(super) fn restart(&self, name: &str) -> String {
        self.choose(&format!("rollout restart deployment/{name}"), &format!("restart {name}"))
    }

    pub(super) fn rollback(&self, name: &str) -> String {
        self.choose(&format!("rollout undo deployment/{name}"), &format!("rollback {name}"))
    }

    /// Which versions there were.
    pub(super) fn history(&self, name: &str) -> String {
        self.choose(&format!("rollout history deployment/{name}"), &format!("history {name}"))
    }

    /// How a rollout stands.
    pub(super) fn rollout(&self, name: &str) -> String {
        self.choose(&format!("rollout status deployment/{name} --timeout=10s"), "status --watch")
    }

    /// Ends a rollout that hangs.
    pub(super) fn abort(&self, name: &str) -> String {
        self.choose(&format!("rollout undo deployment/{name}"), &format!("abort {name}"))
    }

    /// So many instances; an autoscaler is told of its new bounds instead.
    pub(super) fn scale(&self, name: &str) -> String {
        let Some(service) = self.directory.service(name) else { return String::new() };
        let replicas = service.replicas.value;
        if !self.in_cluster() {
            return self.towel(&format!("scale {name} {}", replicas.max + 1));
        }
        if replicas.min == replicas.max {
            return self.kubectl(&format!("scale deployment/{name} --replicas={}", replicas.max * 2));
        }
        let patch = format!("{{\"spec\":{{\"minReplicas\":{},\"maxReplicas\":{}}}}}", replicas.max, replicas.max * 2);
        self.kubectl(&format!("patch hpa/{name} --patch '{patch}'"))
    }

    /// Whether it answers by itself, past everything in front of it.
    pub(super) fn ask(&self, name: &str) -> Option<String> {
        let service = self.directory.service(name)?;
        let (port, ready) =
            (service.port.as_ref()?.value, service.health.ready.as_ref().or(service.health.live.as_ref())?);
        let towel_model::Ask::Http(path) = &ready.ask else { return None };
        if !self.in_cluster() {
            // The machine hands out a port for each instance; `status` shows it.
            return None;
        }
        let forward = self.kubectl(&format!("port-forward deployment/{name} {port}"));
        Some(format!("{forward} &\ncurl -i http://localhost:{port}{path}"))
    }

    /// A question to a datastore, in its own language.
    pub(super) fn query(&self, datastore: &Datastore, question: Question) -> Option<String> {
        let kind = *datastore.kind;
        let text = question::text(kind, question)?;
        if !self.in_cluster() {
            // A service has the address and the password already.
            let (service, variable) = holder(self.directory, datastore)?;
            let client = question::with_url(kind, &format!("${variable}"), text)?;
            return Some(self.towel(&format!("exec {service} sh -c '{client}'")));
        }
        let client = question::beside(kind, text);
        let within = format!("exec statefulset/{} -- {client}", datastore.name.as_str());
        (!is_managed(datastore, self.stack)).then(|| self.kubectl(&within))
    }

    /// The provider's events about what it runs, where it does.
    pub(super) fn provider(&self, datastore: &Datastore) -> Option<String> {
        let managed = datastore.managed.as_ref().filter(|_| is_managed(datastore, self.stack))?;
        let region =
            managed.region.as_ref().map_or_else(String::new, |region| format!(" --region {}", region.as_str()));
        match *datastore.kind {
            DatastoreKind::Postgres | DatastoreKind::Mysql | DatastoreKind::Mariadb => {
                Some(format!("aws rds describe-events --duration 1440{region}"))
            }
            DatastoreKind::Redis => Some(format!("aws elasticache describe-events --duration 1440{region}")),
            DatastoreKind::Mongodb | DatastoreKind::Rabbitmq | DatastoreKind::S3 => {
                Some(format!("aws health describe-events{region}"))
            }
        }
    }

    /// The jobs that back a datastore up, and what the last ones printed.
    pub(super) fn backups(&self, datastore: &str) -> Vec<String> {
        if !self.in_cluster() {
            return Vec::new();
        }
        vec![
            self.kubectl(&format!("get cronjobs,jobs -l app.kubernetes.io/name={datastore}.backup")),
            self.kubectl(&format!(
                "logs -l app.kubernetes.io/name={datastore}.backup --all-containers --prefix --tail=50"
            )),
        ]
    }

    /// Another backup, now.
    pub(super) fn back_up(&self, datastore: &str) -> Option<String> {
        let job = format!("create job {datastore}-backup-now --from=cronjob/{datastore}-backup");
        self.in_cluster().then(|| self.kubectl(&job))
    }
}

/// A service that has a datastore's URL in a variable.
fn holder<'s>(directory: &Directory<'s>, datastore: &Datastore) -> Option<(&'s str, &'s str)> {
    let is_url = |value: &Template| match value.parts.as_slice() {
        [Part::Reference { to: Reference::Datastore { name, field: DatastoreField::Url }, .. }] => {
            *name == datastore.name.value
        }
        _ => false,
    };
    directory.needers(&datastore.name).iter().find_map(|service| {
        let variable = service.env.iter().find(|variable| variable.value.as_deref().is_some_and(is_url))?;
        Some((service.name.as_str(), variable.name.as_str()))
    })
}

/// The commands of several environments under their names; without them where all say the same.
pub(super) fn by_environment(shells: &[Shell<'_>], command: impl Fn(&Shell<'_>) -> Vec<String>) -> Vec<String> {
    let each: Vec<(String, Vec<String>)> = shells
        .iter()
        .map(|shell| (environment(shell.stack), command(shell)))
        .filter(|(_, commands)| !commands.is_empty())
        .collect();
    if let [(_, only)] = each.as_slice() {
        return only.clone();
    }
    each.into_iter().flat_map(|(name, commands)| std::iter::once(format!("# {name}")).chain(commands)).collect()
}

fn environment(stack: &Stack) -> String {
    stack.environment.name.to_string()
}
