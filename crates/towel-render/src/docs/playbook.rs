//! Playbooks: a service is down; much processor or memory is used. With this product's names.

use towel_model::{Service, Stack};

use super::command::{Shell, by_environment};
use super::link::From;
use super::markdown::Page;
use super::words::{cpu, joined, memory, range};
use crate::Product;

/// Status, logs, events, restart, rollback.
pub(super) fn service_down(product: &Product, shells: &[Shell<'_>]) -> String {
    let mut page = Page::new("A service is down", "");
    let Some(example) = example(product.strictest()) else { return page.finish() };
    let name = example.name.as_str();
    let of = |command: fn(&Shell<'_>, &str) -> String| by_environment(shells, |shell| vec![command(shell, name)]);
    page.paragraph(format!("The commands say `{name}`; put the service in its place that is down. Each step is worth a minute, no more. Say in the channel what you see and do."));
    page.heading("Steps");
    page.steps(&[
        ("**Status.** What runs, which version, and since when? Is it one service or several? Several at once mean something that they share: a datastore, a node, the network.".to_owned(), by_environment(shells, |shell| vec![shell.status()])),
        ("**Logs.** What does it say? What did it say before it ended?".to_owned(), by_environment(shells, |shell| {
            let last = shell.last_words(name);
            if shell.in_cluster() { vec![shell.logs(name), last] } else { vec![shell.logs(name)] }
        })),
        ("**Events.** What happened to it? An image that cannot be pulled, memory that ran out, a probe that fails, no room.".to_owned(), of(|shell, name| if shell.in_cluster() { shell.reasons(name) } else { shell.events() })),
        ("**Restart.** Once, if it hangs. If it helps only for a while, go on; the logs of the time before are what you need.".to_owned(), of(|shell, name| shell.restart(name))),
        ("**Rollback.** If it began with a version, go back. Look for the cause afterwards.".to_owned(), by_environment(shells, |shell| vec![shell.history(name), shell.rollback(name)])),
    ]);
    page.paragraph(format!(
        "It is over when all instances are ready and the alert is resolved. See also {}.",
        From::Folder.page("how versions are shipped and taken back", "deploying.md")
    ));
    services(&mut page, product.strictest(), shells);
    page.finish()
}

/// Find the instance, read the figures, scale for now, investigate.
pub(super) fn high_use(product: &Product, shells: &[Shell<'_>]) -> String {
    let mut page = Page::new("Much processor or memory is used", "");
    let Some(example) = example(product.strictest()) else { return page.finish() };
    let name = example.name.as_str();
    let stack = product.strictest();
    page.paragraph(format!("The commands say `{name}`; put the service in its place that you have found."));
    page.heading("Steps");
    page.steps(&[
        ("**Find it.** Which instance uses most? One of a service, or all of them?".to_owned(), by_environment(shells, |shell| {
            if shell.in_cluster() { vec![shell.hungriest("cpu"), shell.hungriest("memory")] } else { vec![shell.hungriest("cpu")] }
        })),
        (format!("**Read its figures.** The dashboard `{name} · {} {}` shows processor and memory beside requests. More requests, or more work for each? A slow rise of memory over hours is a leak; a step came with a version or with traffic.", stack.name.as_str(), stack.environment.name.as_str()), by_environment(shells, |shell| vec![shell.top(name), shell.history(name)])),
        ("**Scale for now**, when there is more to do than usual. Look at the table first: more instances open more connections.".to_owned(), by_environment(shells, |shell| vec![shell.scale(name)])),
        ("**Investigate.** Slow queries, retries, a loop. If it began with a version, go back; if it is a leak, start it again now and then until it is mended.".to_owned(), by_environment(shells, |shell| vec![shell.logs(name), shell.rollback(name)])),
        ("**Afterwards.** If it needs more in normal times, say so under `resources` and `replicas` in towel.yaml, and see whether the rest still adds up.".to_owned(), vec!["towel check".to_owned()]),
    ]);
    limits(&mut page, stack);
    page.finish()
}

fn example(stack: &Stack) -> Option<&Service> {
    stack.services.iter().find(|service| service.expose.is_some()).or_else(|| stack.services.first())
}

fn services(page: &mut Page, stack: &Stack, shells: &[Shell<'_>]) {
    page.heading("Who is hit");
    let name = &stack.environment.name.value;
    let Some(shell) = shells.iter().find(|shell| shell.stack().environment.name.value == *name) else { return };
    let directory = shell.directory();
    let rows = stack.services.iter().map(|service| {
        let clients = directory.callers(&service.name).iter().map(|client| client.name.to_string());
        let outside = service.expose.iter().map(|_| "users".to_owned());
        let needers = directory.needer_links(From::Folder, &service.name);
        let hit: Vec<String> = outside.chain(needers).chain(clients).collect();
        let needs: Vec<String> = service.needs.iter().map(|need| directory.link(From::Folder, need)).collect();
        vec![From::Folder.service(&service.name), joined(&hit), joined(&needs)]
    });
    page.table(&["When this is down", "these are hit", "and these may be the cause"], &rows.collect::<Vec<_>>());
}

fn limits(page: &mut Page, stack: &Stack) {
    page.heading("What each may use");
    let rows = stack.services.iter().map(|service| {
        let of = &service.resources;
        let pools: Vec<String> = service
            .pool
            .iter()
            .map(|(datastore, pool)| format!("{} to {}", pool.value, From::Folder.datastore(datastore)))
            .collect();
        vec![
            From::Folder.service(&service.name),
            of.cpu.as_ref().map_or_else(String::new, |it| cpu(it.value)),
            of.memory.as_ref().map_or_else(String::new, |it| memory(it.value)),
            range(service.replicas.value),
            joined(&pools),
        ]
    });
    page.table(
        &["Service", "Processor", "Memory", "Instances", "Connections, each instance"],
        &rows.collect::<Vec<_>>(),
    );
    page.paragraph(format!("These are the figures of {}.", stack.environment.name.as_str()));
}
