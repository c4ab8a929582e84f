//! How a version reaches users, what can stop it, and how to go back.

use towel_check::CheckedStack;
use towel_model::{Service, Stack, Strategy};

use super::command::{Shell, by_environment};
use super::link::From;
use super::markdown::{Page, code};
use super::words::{freeze, joined, strategy, time};
use crate::quantity::number;
use crate::{Product, names};

/// The page about deploys.
pub(super) fn page(product: &Product, shells: &[Shell<'_>]) -> String {
    let mut page = Page::new("Deploying", "");
    let stacks = product.stacks();
    let stack = product.strictest();
    page.paragraph("A version is shipped service by service. It ends in one of three ways: healthy, rolled back, or failed with the reason.");
    order(&mut page, stacks);
    shipping(&mut page, product, shells);
    happens(&mut page, stack);
    services(&mut page, shells);
    freezes(&mut page, product, shells);
    approval(&mut page, product);
    back(&mut page, product, shells);
    page.finish()
}

fn order(page: &mut Page, stacks: &[CheckedStack]) {
    page.heading("Environments in order");
    let rows = stacks.iter().map(|stack| {
        let environment = &stack.environment;
        let after = environment
            .after
            .as_ref()
            .map_or_else(String::new, |after| format!("only versions that are healthy in {}", after.as_str()));
        let approval = if environment.approval { "required" } else { "not needed" };
        let backup = if saves(stack) { "before each deploy" } else { "no" };
        vec![
            environment.name.to_string(),
            environment.class.name().to_owned(),
            after,
            approval.to_owned(),
            backup.to_owned(),
        ]
    });
    page.table(&["Environment", "Class", "Takes", "Approval", "Backup"], &rows.collect::<Vec<_>>());
}

fn saves(stack: &Stack) -> bool {
    stack.environment.class.backs_up_before_deploys()
        && stack.datastores.iter().any(|datastore| datastore.backup.is_some())
}

fn shipping(page: &mut Page, product: &Product, shells: &[Shell<'_>]) {
    page.heading("Shipping a version");
    let Some(service) = example(product.strictest()) else { return };
    let name = service.name.as_str();
    page.code("sh", &by_environment(shells, |shell| ship(shell, name)));
    if shells.iter().any(Shell::in_cluster) {
        page.paragraph("In a cluster these commands only set the version of the Deployment, and Kubernetes replaces its instances one by one. Freezes, backups before a deploy, canaries and going back by itself, as they are described below, are what `towel deploy` does.");
    }
}

fn ship(shell: &Shell<'_>, name: &str) -> Vec<String> {
    let Some(service) = shell.directory().service(name) else { return Vec::new() };
    if !shell.in_cluster() {
        let approved = if shell.stack().environment.approval { " --approved-by NAME" } else { "" };
        return vec![shell.towel(&format!("deploy {name} VERSION{approved}"))];
    }
    let image = service.image.as_ref().map(|image| {
        let text = names::image_repository(&image.text);
        text.to_owned()
    });
    let set = image.map(|image| shell.kubectl(&format!("set image deployment/{name} {name}={image}:VERSION")));
    set.into_iter().chain([shell.kubectl(&format!("rollout status deployment/{name}"))]).collect()
}

fn example(stack: &Stack) -> Option<&Service> {
    stack.services.iter().find(|service| service.expose.is_some()).or_else(|| stack.services.first())
}

fn happens(page: &mut Page, stack: &CheckedStack) {
    page.heading("What happens");
    let mut steps: Vec<String> = Vec::new();
    if !stack.freezes.is_empty() {
        steps.push(format!(
            "Is it frozen? In {} there are times without deploys; see below.",
            stack.environment.name.as_str()
        ));
    }
    steps.push("One deploy of a service at a time: another one waits for its turn.".to_owned());
    steps.push(
        "The file, the secrets and the version are checked. What is missing is said before anything is touched."
            .to_owned(),
    );
    if saves(stack) {
        let saved: Vec<&str> =
            stack.datastores.iter().filter(|datastore| datastore.backup.is_some()).map(|it| it.name.as_str()).collect();
        steps.push(format!(
            "{} {} backed up. Without a good backup nothing is shipped.",
            joined(&saved),
            if saved.len() == 1 { "is" } else { "are" }
        ));
    }
    if stack.services.iter().any(|service| !service.rollout.before.is_empty()) {
        steps.push("Commands that are to run once before, such as migrations, run with the new version. If one fails, nothing else happens.".to_owned());
    }
    if stack.services.iter().any(|service| *service.rollout.strategy == Strategy::Canary) {
        steps.push("Canary: new instances start beside the old ones and get a share of traffic once they are ready. Their failures and answering times are compared with the old ones' at the same time; the share grows only while they are no worse.".to_owned());
    }
    if stack.services.iter().any(|service| *service.rollout.strategy == Strategy::Rolling) {
        steps.push("Rolling: instance by instance, each once the one before is ready.".to_owned());
    }
    steps.push("Old instances finish what they are doing before they end.".to_owned());
    if stack.services.iter().any(|service| !service.rollout.smoke.is_empty()) {
        steps.push("A few requests are tried. If one is not answered as it should be, it goes back.".to_owned());
    }
    let steps: Vec<(String, Vec<String>)> = steps.into_iter().map(|step| (step, Vec::new())).collect();
    page.steps(&steps);
}

/// Environments in which a service is shipped in the same way share a row.
fn services(page: &mut Page, shells: &[Shell<'_>]) {
    page.heading("Services");
    let mut rows: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
    for service in shells.iter().take(1).flat_map(|shell| &shell.stack().services) {
        // Rows of this service only: another one's are never alike.
        let first = rows.len();
        for shell in shells {
            let stack = shell.stack();
            let Some(service) = shell.directory().service(&service.name) else { continue };
            let row = shipped(service);
            match rows[first..].iter_mut().find(|(known, _)| *known == row) {
                Some((_, environments)) => environments.push(&stack.environment.name),
                None => rows.push((row, vec![&stack.environment.name])),
            }
        }
    }
    let rows = rows.into_iter().map(|(mut row, environments)| {
        row.insert(
            1,
            if environments.len() == shells.len() { "everywhere".to_owned() } else { environments.join(", ") },
        );
        row
    });
    page.table(&["Service", "Where", "Strategy", "Shares of traffic", "At most"], &rows.collect::<Vec<_>>());
}

fn shipped(service: &Service) -> Vec<String> {
    let rollout = &service.rollout;
    let steps: Vec<String> = rollout.steps.iter().map(|step| format!("{}%", number(step.0))).collect();
    let canary = *rollout.strategy == Strategy::Canary;
    vec![
        From::Top.service(&service.name),
        strategy(*rollout.strategy).to_owned(),
        if canary { format!("{}, {} each", steps.join(", "), time(*rollout.bake)) } else { String::new() },
        time(*rollout.deadline),
    ]
}

fn freezes(page: &mut Page, product: &Product, shells: &[Shell<'_>]) {
    let mut rows: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
    for stack in product.stacks() {
        for it in &stack.freezes {
            let word = it
                .override_word
                .as_ref()
                .map_or_else(|| "nothing".to_owned(), |word| code(&format!("--override {}", word.as_str())));
            let row = vec![it.name.to_string(), freeze(&it.window), it.timezone.to_string(), word];
            match rows.iter_mut().find(|(known, _)| *known == row) {
                Some((_, environments)) => environments.push(&stack.environment.name),
                None => rows.push((row, vec![&stack.environment.name])),
            }
        }
    }
    if rows.is_empty() {
        return;
    }
    page.heading("Times without deploys");
    let rows = rows.into_iter().map(|(mut row, environments)| {
        row.insert(1, environments.join(", "));
        row
    });
    page.table(&["Name", "Where", "When", "Zone", "Let through by"], &rows.collect::<Vec<_>>());
    let frozen: Vec<Shell<'_>> = shells.iter().copied().filter(|shell| !shell.stack().freezes.is_empty()).collect();
    page.paragraph("Whether it is frozen now:");
    page.code("sh", &by_environment(&frozen, |shell| vec![shell.towel("freeze")]));
    page.paragraph(
        "The word is for emergencies. That it was used, by whom and why, is recorded: say why with `--why`.",
    );
}

fn approval(page: &mut Page, product: &Product) {
    let asked: Vec<&str> = product
        .stacks()
        .iter()
        .filter(|stack| stack.environment.approval)
        .map(|stack| stack.environment.name.as_str())
        .collect();
    if asked.is_empty() {
        return;
    }
    page.heading("Approval");
    page.paragraph(format!(
        "A deploy to {} needs somebody who says yes, and that is recorded: `--approved-by NAME`.",
        joined(&asked)
    ));
}

fn back(page: &mut Page, product: &Product, shells: &[Shell<'_>]) {
    page.heading("Going back");
    page.paragraph("To the version before, with the configuration that it ran with. Nothing stands in the way: no freeze, no canary, no backup.");
    let Some(service) = example(product.strictest()) else { return };
    let name = service.name.as_str();
    let lines = by_environment(shells, |shell| vec![shell.history(name), shell.rollback(name)]);
    page.code("sh", &lines);
    let undo = product.strictest().services.iter().filter(|service| !service.rollout.before.is_empty());
    let undo: Vec<String> = undo.map(|service| From::Top.service(&service.name)).collect();
    if !undo.is_empty() {
        page.paragraph(format!("What ran before a deploy is not undone: the commands of {} have to leave data that the version before can still read.", joined(&undo)));
    }
}
