//! Advice about datastores: down, crowded, full, behind.

use super::advice::Advice;
use super::scene::Known;
use crate::docs::command::Shell;
use crate::docs::link::From;
use crate::docs::question::Question;
use crate::docs::words::{is_managed, joined, kind};

struct Subject<'k, 'a> {
    known: &'k Known<'a>,
    name: &'k str,
}

impl<'k, 'a> Subject<'k, 'a> {
    fn of(known: &'k Known<'a>) -> Self {
        Self { known, name: &known.alarm.subject }
    }

    fn kind(&self) -> &'static str {
        self.known.datastore().map_or("", |datastore| kind(*datastore.kind))
    }

    /// Services that need it.
    fn users(&self) -> String {
        joined(&self.known.directory().needer_links(From::Folder, self.name))
    }

    fn users_suffer(&self, how: &str) -> String {
        let users = self.users();
        if users.is_empty() { "No service of this product needs it.".to_owned() } else { format!("{users} {how}") }
    }

    fn instances(&self) -> Vec<String> {
        self.of_ours(|shell| shell.instances(self.name))
    }

    fn logs(&self) -> Vec<String> {
        self.of_ours(|shell| shell.logs(self.name))
    }

    fn reasons(&self) -> Vec<String> {
        self.of_ours(|shell| shell.reasons(self.name))
    }

    /// Commands where nobody else runs it: a provider's server is none of the cluster's.
    fn of_ours(&self, command: impl Fn(&Shell<'_>) -> String) -> Vec<String> {
        self.known.commands(|shell| {
            let managed =
                shell.directory().datastore(self.name).is_some_and(|datastore| is_managed(datastore, shell.stack()));
            if managed { Vec::new() } else { vec![command(shell)] }
        })
    }

    fn ask(&self, question: Question) -> Vec<String> {
        self.known.commands(|shell| {
            let datastore = shell.directory().datastore(self.name);
            datastore.and_then(|datastore| shell.query(datastore, question)).into_iter().collect()
        })
    }

    /// Where a provider runs it, it knows best.
    fn ask_provider(&self, advice: Advice) -> Advice {
        let commands = self.known.commands(|shell| {
            let datastore = shell.directory().datastore(self.name);
            datastore.and_then(|datastore| shell.provider(datastore)).into_iter().collect()
        });
        if commands.is_empty() {
            advice
        } else {
            advice.find(
                "Where the provider runs it, read the provider's events: a failover, maintenance, a full disk.",
                commands,
            )
        }
    }

    fn dashboard(&self) -> String {
        let stack = self.known.stack();
        format!("`Databases · {} {}`", stack.name.as_str(), stack.environment.name.as_str())
    }
}

pub(super) fn down(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let restart = it.of_ours(|shell| {
        let statefulset = format!("rollout restart statefulset/{}", it.name);
        if shell.in_cluster() { shell.kubectl(&statefulset) } else { shell.towel("up --detach") }
    });
    let advice = Advice::new(
        format!("`{}` ({}) does not answer, or the exporter that asks it is gone.", it.name, it.kind()),
        it.users_suffer("cannot do without it: they answer with errors or not at all."),
    )
    .find("See whether it runs.", it.instances())
    .find("Read what it printed: a full disk, damaged files, memory that ran out.", it.logs())
    .find("Read the events: a volume that cannot be attached, a node that is gone.", it.reasons());
    let saved = known.datastore().is_some_and(|datastore| datastore.backup.is_some());
    let damaged = if saved {
        "If its data is damaged, do not try any further: [restore the last good backup](../backups.md)."
    } else {
        "If its data is damaged, it is lost: towel.yaml names no backup of it."
    };
    it.ask_provider(advice)
        .mend("If the disk is full, make it bigger before anything else; a database that starts on a full disk stops again.", Vec::new())
        .mend("Start it again, once. It recovers by itself from its log; let it finish.", restart)
        .mend(damaged, Vec::new())
        .over(format!("It answers on {}, and the errors of the services that use it are gone.", it.dashboard()))
}

pub(super) fn crowded(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let most = known.datastore().and_then(|datastore| datastore.max_connections.as_ref());
    let most = most.map_or_else(String::new, |most| format!(" It accepts {}.", most.value));
    let pools: Vec<String> = known
        .directory()
        .needers(it.name)
        .iter()
        .filter_map(|service| {
            let pool = service.pool.iter().find(|(name, _)| *name.value == *it.name)?.1.value;
            let most = service.replicas.max + service.rollout.surge.value;
            Some(format!(
                "{} up to {pool} × {most} = {}",
                From::Folder.service(&service.name),
                u64::from(pool) * u64::from(most)
            ))
        })
        .collect();
    let pools =
        if pools.is_empty() { String::new() } else { format!(" By towel.yaml they may be: {}.", joined(&pools)) };
    Advice::new(
        format!("Most connections of `{}` are taken.{most}", it.name),
        it.users_suffer("will be refused new connections when the rest is gone: instances that start then do not become ready."),
    )
    .find(format!("See who holds them.{pools}"), it.ask(Question::Connections))
    .find("More than that means a leak, or somebody who is not in the file. Many idle ones mean pools that are too big.", Vec::new())
    .find("Look for instances that are left over from a rollout.", known.command(|shell| shell.status()))
    .mend("Start the service with the leak again; its connections are freed.", known.commands(|shell| {
        let users = shell.directory().needers(it.name).iter();
                users.map(|service| shell.restart(&service.name)).collect()
    }))
    .mend("For good: smaller pools, fewer instances, a pooler in between, or a higher `max_connections`. `towel check` does the sum.", vec!["towel check".to_owned()])
    .over(format!("Connections on {} stay below the first line.", it.dashboard()))
}

pub(super) fn filling(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let grow = known.commands(|shell| {
        let claims = shell.kubectl("get persistentvolumeclaims");
        if shell.in_cluster() { vec![claims] } else { vec!["df -h".to_owned()] }
    });
    let subject = if it.name.is_empty() { "a node".to_owned() } else { format!("`{}`", it.name) };
    let advice = Advice::new(
        format!("The disk of {subject} is nearly full."),
        "Nobody yet. When it is full, nothing can be written any more, and a database may stop altogether.",
    )
    .find("See how full it is, and how fast that grew.", grow);
    let advice =
        if it.name.is_empty() { advice } else { advice.find("See what takes the room.", it.ask(Question::Sizes)) };
    it.ask_provider(advice)
        .mend("Remove what is not needed: old data, temporary tables, logs. Take a backup before you remove data.", Vec::new())
        .mend("Make the volume bigger: raise `storage` in towel.yaml, render, and enlarge the claim. Volumes can grow, never shrink.", Vec::new())
        .over(format!("Enough is free again on {}.", it.dashboard()))
}

pub(super) fn behind(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let advice = Advice::new(
        format!("Not all servers of `{}` follow the one that is written to.", it.name),
        "Nobody yet. If the one that is written to fails now, newest data may be lost, or nothing can take its place.",
    )
    .find("Ask the servers how they stand.", it.ask(Question::Replicas))
    .find("See which server is missing or not ready.", it.instances())
    .find("Read what it printed.", it.logs());
    it.ask_provider(advice)
        .mend("If one server is gone, let it come back and catch up; watch that it gets nearer.", it.reasons())
        .mend("If it is too far behind to catch up, remove its data and let it copy everything again.", Vec::new())
        .over("All servers follow.")
}

pub(super) fn forgetting(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    Advice::new(
        format!("The memory of `{}` is full, or nearly.", it.name),
        it.users_suffer(
            "find fewer of their keys, which makes them slower; sessions or queues kept there may be lost.",
        ),
    )
    .find("See where memory went.", it.ask(Question::Memory))
    .find("Look for the biggest keys.", it.ask(Question::Sizes))
    .find("Are there keys without an expiry? They stay for ever.", Vec::new())
    .mend("Give keys an expiry, or remove what is not needed.", Vec::new())
    .mend("Give it more memory.", Vec::new())
    .over(format!("Memory on {} stays below nine tenths, and no keys are given up.", it.dashboard()))
}

pub(super) fn piling(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let needers = known.directory().needers(it.name).iter();
    let consumers: Vec<String> = needers.map(|service| service.name.to_string()).collect();
    let scale = known
        .commands(|shell| consumers.iter().map(|name| shell.scale(name)).filter(|line| !line.is_empty()).collect());
    Advice::new(
        format!("More messages come into `{}` than are taken out.", it.name),
        it.users_suffer("do late what they should do now."),
    )
    .find(
        "See which queue grows, and how many consumers it has. No consumer means that a service is gone.",
        it.ask(Question::Queues),
    )
    .find("See whether those who take messages run.", known.command(|shell| shell.status()))
    .find(
        "Read what they print: one message that always fails can hold up all others.",
        known.commands(|shell| consumers.iter().map(|name| shell.logs(name)).collect()),
    )
    .mend(
        "Start them again if they hang.",
        known.commands(|shell| consumers.iter().map(|name| shell.restart(name)).collect()),
    )
    .mend("If there is more to do than usual, give them more instances for now.", scale)
    .over(format!("Messages that wait become fewer on {}.", it.dashboard()))
}
