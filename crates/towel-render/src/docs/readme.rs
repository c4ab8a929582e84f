//! The first page: what the product is, its parts, where it runs, who is told of what, where to look.

use towel_check::CheckedStack;
use towel_model::{EngineKind, Notification, Stack};

use super::backups;
use super::link::From;
use super::markdown::{Page, code, plain};
use super::settings::{self, Section};
use super::words::{channel, hours, joined, kind, place, sentence, time};
use crate::quantity::number;
use crate::{Product, names};

/// The first page.
pub(super) fn page(product: &Product) -> String {
    let stack = product.strictest();
    let mut page = Page::new(&stack.name, "");
    if let Some(about) = &stack.description {
        page.paragraph(sentence(&plain(about)));
    }
    belongs(&mut page, stack);
    page.paragraph("![Architecture](architecture.svg)");
    page.paragraph("The same picture for Mermaid is in [architecture.mmd](architecture.mmd).");
    parts(&mut page, stack);
    environments(&mut page, product);
    teams(&mut page, stack);
    told(&mut page, product);
    watched(&mut page, product);
    secrets(&mut page, stack);
    look(&mut page, product);
    page.finish()
}

fn belongs(page: &mut Page, stack: &Stack) {
    let mut words = Vec::new();
    words.extend(stack.owner.as_ref().map(|owner| format!("It belongs to the team {}.", owner.as_str())));
    words.extend(names::repository_url(stack).map(|url| format!("Its source is at <{url}>.")));
    if let Some(budget) = &stack.budget {
        words.push(format!("A month may cost {} {}.", number(budget.amount), budget.currency));
    }
    words.push(format!("Times without a zone are those of {}.", stack.timezone.as_str()));
    page.paragraph(words.join(" "));
}

fn parts(page: &mut Page, stack: &Stack) {
    page.heading("Parts");
    let services = stack.services.iter().map(|service| {
        let owner = service.owner.as_ref().or(stack.owner.as_ref()).map_or_else(String::new, |owner| owner.to_string());
        let about = service.description.as_ref().map_or_else(String::new, |about| plain(about));
        let built = service.stack.as_ref().map_or_else(String::new, |stack| stack.to_string());
        vec![From::Top.service(&service.name), built, about, owner]
    });
    page.table(&["Service", "Built with", "What for", "Owner"], &services.collect::<Vec<_>>());
    let clients = stack.clients.iter().map(|client| {
        let owner = client.owner.as_ref().or(stack.owner.as_ref()).map_or_else(String::new, |owner| owner.to_string());
        let about = client.description.as_ref().map_or_else(String::new, |about| plain(about));
        let needs: Vec<String> = client.needs.iter().map(|need| From::Top.service(need)).collect();
        vec![
            client.name.to_string(),
            format!("{}, in {}", client.stack.as_str(), code(&client.source)),
            about,
            owner,
            joined(&needs),
        ]
    });
    page.table(&["Client", "Built with", "What for", "Owner", "Calls"], &clients.collect::<Vec<_>>());
    let datastores = stack.datastores.iter().map(|datastore| {
        let name = &datastore.name.value;
        let users = stack.services.iter().filter(|service| service.needs.iter().any(|need| need.value == *name));
        let users: Vec<String> = users.map(|service| From::Top.service(&service.name)).collect();
        let version = datastore.version.as_ref().map_or_else(String::new, |version| format!(" {}", version.value));
        vec![From::Top.datastore(name), format!("{}{version}", kind(*datastore.kind)), joined(&users)]
    });
    page.table(&["Datastore", "What", "Used by"], &datastores.collect::<Vec<_>>());
}

fn environments(page: &mut Page, product: &Product) {
    page.heading("Environments");
    let stacks = product.stacks();
    let names: Vec<&str> = stacks.iter().map(|stack| stack.environment.name.as_str()).collect();
    let sections: Vec<Vec<Section>> = stacks.iter().map(|stack| vec![environment(stack)]).collect();
    settings::write_below(page, &names, &sections);
}

fn environment(stack: &CheckedStack) -> Section {
    let environment = &stack.environment;
    let mut section = Section::new("");
    section.set("class", environment.class.name().to_owned());
    section.set("runs on", place(stack));
    section.set("domain", environment.domain.as_ref().map(|domain| code(domain)));
    if *environment.engine == EngineKind::Kubernetes {
        section.set("context", environment.context.as_ref().map(|context| code(context)));
        section.set("namespace", code(&names::namespace(stack)));
    }
    if let Some(ingress) = &environment.ingress {
        let api = match *ingress.api {
            towel_model::IngressApi::Gateway => "Gateway API",
            towel_model::IngressApi::Ingress => "Ingress",
        };
        let issuer = ingress.issuer.as_ref();
        let issuer =
            issuer.map_or_else(|| "plain HTTP".to_owned(), |issuer| format!("certificates from {}", code(issuer)));
        section.set(
            "front door",
            format!("{api}, class {}, in {}, {issuer}", code(&ingress.class), code(&ingress.namespace)),
        );
    }
    if let Some(gateway) = &environment.gateway {
        section.set("answers at", gateway.listen.as_ref().map(|listen| code(listen)));
        section.set(
            "certificate",
            gateway.tls.as_ref().map(|tls| format!("{}, key {}", code(&tls.certificate), code(&tls.key))),
        );
    }
    section.set("takes versions from", environment.after.as_ref().map(|after| after.to_string()));
    section.set("approval", environment.approval.then(|| "a person says yes to each deploy".to_owned()));
    section
}

fn teams(page: &mut Page, stack: &Stack) {
    if stack.teams.is_empty() {
        return;
    }
    page.heading("Teams");
    let text = |text: Option<String>| text.unwrap_or_default();
    let rows = stack.teams.iter().map(|team| {
        let slack = text(team.slack.as_ref().map(|slack| code(slack)));
        vec![team.name.to_string(), slack, text(team.email.as_ref().map(|email| email.to_string()))]
    });
    page.table(&["Team", "Slack", "E-mail"], &rows.collect::<Vec<_>>());
}

fn told(page: &mut Page, product: &Product) {
    let stack = product.first();
    if stack.notify.is_empty() {
        return;
    }
    page.heading("Who is told");
    let rows = stack.notify.iter().map(|notification| {
        vec![of(notification).to_owned(), notification.to.iter().map(channel).collect::<Vec<_>>().join(", ")]
    });
    page.table(&["Of what", "Where"], &rows.collect::<Vec<_>>());
    if let Some(mail) = &stack.mail {
        let user = mail.user.as_ref().map_or_else(String::new, |user| format!(" as {}", code(&user.text)));
        page.paragraph(format!("Mail is sent from {} by {}{user}.", code(&mail.from), code(&mail.server)));
    }
}

fn of(notification: &Notification) -> &str {
    match notification.of.as_str() {
        "critical" => "critical alerts, which wake somebody",
        "warning" => "warnings, for working hours",
        "info" => "what is kept for the record",
        "deploys" => "deploys and rollbacks",
        "watchdog" => "that alerting works, all the time",
        other => other,
    }
}

fn watched(page: &mut Page, product: &Product) {
    let names: Vec<&str> = product.stacks().iter().map(|stack| stack.environment.name.as_str()).collect();
    let sections: Vec<Vec<Section>> = product.stacks().iter().map(|stack| vec![probes(stack), alerts(stack)]).collect();
    settings::write(page, &names, &sections);
}

fn probes(stack: &CheckedStack) -> Section {
    let mut section = Section::new("Asked from outside");
    for probe in &stack.probes {
        let url = names::in_environment(&probe.url, stack).unwrap_or_else(|| probe.url.text.clone());
        section.set(code(&url), format!("every {}, expects {}", time(*probe.every), probe.expect.value));
    }
    section
}

fn alerts(stack: &CheckedStack) -> Section {
    let mut section = Section::new("Figures that are watched");
    for alert in &stack.alerts {
        let rate = alert.rate.as_ref().map_or_else(String::new, |over| format!(", as a rate over {},", time(**over)));
        let bound = |word: &str, bound: &Option<towel_source::Spanned<f64>>| {
            bound.as_ref().map(|bound| format!("{word} {}", number(bound.value)))
        };
        let bounds: Vec<String> =
            bound("below", &alert.below).into_iter().chain(bound("above", &alert.above)).collect();
        let during = alert.during.as_ref().map_or_else(String::new, |during| format!(", from {}", hours(during.value)));
        let severity = crate::alarm::severity(*alert.severity);
        let text = format!(
            "{}{rate} {} for {}{during} ({severity})",
            code(&alert.metric),
            bounds.join(" or "),
            time(*alert.hold)
        );
        section.set(alert.name.to_string(), text);
    }
    section
}

fn secrets(page: &mut Page, stack: &Stack) {
    if stack.secrets.is_empty() {
        return;
    }
    page.heading("Secrets");
    page.paragraph("Their values stand in no file. Each environment keeps its own.");
    let rows = stack.secrets.iter().map(|secret| {
        let required: Vec<&str> = secret.required_in.iter().map(|place| place.as_str()).collect();
        let made = secret.generate.as_ref().map(|length| format!("made by towel, {} characters", length.value));
        let rotate = secret.rotate.as_ref().map(|rotate| format!("replaced every {}", time(**rotate)));
        let about = secret.description.as_ref().map_or_else(String::new, |about| plain(about));
        let kept: Vec<String> = made.into_iter().chain(rotate).collect();
        vec![code(&secret.name), about, joined(&required), kept.join(", ")]
    });
    page.table(&["Secret", "What for", "Required in", "Kept"], &rows.collect::<Vec<_>>());
}

fn look(page: &mut Page, product: &Product) {
    page.heading("Where to look");
    let mut lines = vec![
        format!(
            "Something is broken: {}, {}.",
            From::Top.page("a service is down", "playbooks/service-down.md"),
            From::Top.page("much processor or memory is used", "playbooks/high-cpu-or-memory.md")
        ),
        format!("An alert fired: {}.", From::Top.page("runbooks", "runbooks/README.md")),
        format!("A version is to be shipped, or taken back: {}.", From::Top.page("deploying", "deploying.md")),
    ];
    if backups::is_there(product) {
        lines.push(format!("Data is to be brought back: {}.", From::Top.page("backups", "backups.md")));
    }
    lines.push(format!("What changed in towel.yaml: {}.", From::Top.page("changes", "CHANGELOG.md")));
    page.list(lines);
}
