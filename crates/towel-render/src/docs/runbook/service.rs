//! Advice about services: down, failing, slow, crashing, hungry, stuck.

use towel_model::Stack;

use super::advice::Advice;
use super::scene::Known;
use crate::docs::command::Shell;
use crate::docs::link::From;
use crate::docs::words::{cpu, joined, memory, range};
use crate::names;

/// The alert's service and what is said of it again and again.
struct Subject<'k, 'a> {
    known: &'k Known<'a>,
    name: &'k str,
}

impl<'k, 'a> Subject<'k, 'a> {
    fn of(known: &'k Known<'a>) -> Self {
        Self { known, name: &known.alarm.subject }
    }

    fn status(&self) -> Vec<String> {
        self.known.command(|shell| shell.instances(self.name))
    }

    fn logs(&self) -> Vec<String> {
        self.known.command(|shell| shell.logs(self.name))
    }

    fn last_words(&self) -> Vec<String> {
        self.known.command(|shell| shell.last_words(self.name))
    }

    fn reasons(&self) -> Vec<String> {
        self.known.command(|shell| shell.reasons(self.name))
    }

    fn history(&self) -> Vec<String> {
        self.known.command(|shell| shell.history(self.name))
    }

    fn rollback(&self) -> Vec<String> {
        self.known.command(|shell| shell.rollback(self.name))
    }

    fn restart(&self) -> Vec<String> {
        self.known.command(|shell| shell.restart(self.name))
    }

    fn scale(&self) -> Vec<String> {
        self.known.command(|shell| shell.scale(self.name))
    }

    fn top(&self) -> Vec<String> {
        self.known.command(|shell| shell.top(self.name))
    }

    fn stack(&self) -> &'a Stack {
        self.known.stack()
    }

    /// The dashboard of the service in the strictest environment.
    fn dashboard(&self) -> String {
        let stack = self.stack();
        format!("`{} · {} {}`", self.name, stack.name.as_str(), stack.environment.name.as_str())
    }

    /// Who reaches it from outside, the services that need it, the clients that call it.
    fn who(&self) -> String {
        let directory = self.known.directory();
        let mut who: Vec<String> = Vec::new();
        if let Some(expose) = self.known.service().and_then(|service| service.expose.as_ref()) {
            let host = names::in_environment(&expose.host, self.stack()).unwrap_or_else(|| expose.host.text.clone());
            who.push(format!("whoever opens `{host}`"));
        }
        who.extend(directory.needer_links(From::Folder, self.name));
        who.extend(directory.callers(self.name).iter().map(|client| format!("the client {}", client.name.as_str())));
        joined(&who)
    }

    /// Links to what it needs.
    fn needs(&self) -> String {
        let needs = self.known.service().map(|service| service.needs.as_slice()).unwrap_or_default();
        let links: Vec<String> = needs.iter().map(|need| self.known.directory().link(From::Folder, need)).collect();
        joined(&links)
    }

    fn suffers(&self, how: &str, otherwise: &str) -> String {
        let who = self.who();
        if who.is_empty() { otherwise.to_owned() } else { format!("{how} This hits {who}.") }
    }

    /// What stands behind it may be the cause.
    fn check_needs(&self, advice: Advice) -> Advice {
        let needs = self.needs();
        if needs.is_empty() {
            return advice;
        }
        let status = self.known.command(|shell| shell.status());
        advice.find(format!("Look at what it needs: {needs}. If one of them is down, go on with its runbook."), status)
    }

    fn check_release(&self, advice: Advice) -> Advice {
        advice.find("Was a version shipped shortly before? Compare the times.", self.history())
    }

    fn go_back(&self, advice: Advice) -> Advice {
        advice.mend("If it began with a new version, go back first and look for the cause afterwards.", self.rollback())
    }
}

pub(super) fn down(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let mut advice = Advice::new(
        format!("Prometheus reaches no instance of `{}`: they crashed, they do not start, or nothing of them is there.", it.name),
        it.suffers("It cannot be used now.", "Nobody calls it directly; its work stays undone and piles up."),
    )
    .find("See which instances there are and in which state.", it.status())
    .find("Read what they printed last.", it.logs())
    .find("When they start again and again, the reason is in what they printed before they ended.", it.last_words())
    .find("Read the events: an image that cannot be pulled, memory that ran out, a probe that fails, no room on any node.", it.reasons());
    advice = it.check_needs(advice);
    advice = it.go_back(it.check_release(advice));
    advice
        .mend("Start it again if it hangs. A restart that helps only for a while is no cure: keep the logs.", it.restart())
        .over(format!("All instances of `{}` are ready, and the alert is resolved within two minutes. The dashboard {} shows requests again.", it.name, it.dashboard()))
}

pub(super) fn missing(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let declared = it.known.service().map_or_else(String::new, |service| range(service.replicas.value));
    let advice = Advice::new(
        format!("`{}` runs with fewer instances than declared ({declared}).", it.name),
        "Nobody yet, as long as the remaining instances carry the load. The next failure will be noticed.",
    )
    .find("See which instances are missing or not ready.", it.status())
    .find(
        "Read the events of those: no room on any node, an image that cannot be pulled, a probe that fails.",
        it.reasons(),
    )
    .find("Read what they printed.", it.logs());
    it.go_back(it.check_release(advice))
        .mend("If there is no room, make some: a bigger cluster, or fewer of something else.", Vec::new())
        .over("As many instances are ready as are declared.")
}

pub(super) fn burning(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let slo = it.known.service().and_then(|service| service.slo.as_ref());
    let promise = slo.and_then(|slo| Some((slo.availability.as_ref()?, slo.over.value)));
    let promise = promise.map_or_else(String::new, |(share, over)| {
        format!(" The promise is {}% over {}.", crate::quantity::number(share.0), crate::docs::words::time(over))
    });
    let advice = Advice::new(
        format!("So many requests to `{}` fail that its error budget will not last.{promise}", it.name),
        it.suffers("Some requests get an error.", "Some of its requests get an error."),
    );
    failures(&it, advice).over(format!(
        "The share of failures is below the promise again on {}; the alert ends when its short window is clean. What was spent of the budget stays spent.",
        it.dashboard()
    ))
}

pub(super) fn failing(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let advice = Advice::new(
        format!("`{}` answers a part of its requests with a status of 500 or above.", it.name),
        it.suffers("Some requests get an error.", "Some of its requests get an error."),
    );
    failures(&it, advice).over(format!("Failures on {} are back to where they were.", it.dashboard()))
}

fn failures(it: &Subject<'_, '_>, advice: Advice) -> Advice {
    let advice = advice
        .find(
            format!(
                "Open the dashboard {}: since when, which methods and statuses, one instance or all?",
                it.dashboard()
            ),
            Vec::new(),
        )
        .find("Read the errors.", it.logs());
    let advice = it.check_release(it.check_needs(advice));
    it.go_back(advice)
        .mend("If only some instances fail, replace them.", it.restart())
        .mend("If it is overloaded, give it more instances for now.", it.scale())
}

pub(super) fn slow(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let advice = Advice::new(
        format!("`{}` takes longer to answer than it should.", it.name),
        it.suffers("Answers take longer.", "Its answers take longer."),
    )
    .find(
        format!(
            "Open the dashboard {}: all requests, or a part of them? Is there more traffic than usual?",
            it.dashboard()
        ),
        Vec::new(),
    )
    .find("See whether it is short of processor or memory.", it.top())
    .find("Look for slow queries, time-outs and retries.", it.logs());
    let advice = it.check_release(it.check_needs(advice));
    it.go_back(advice)
        .mend("If there is more to do than usual, give it more instances for now.", it.scale())
        .over(format!("The quantiles on {} are below their line again.", it.dashboard()))
}

pub(super) fn quiet(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let advice = Advice::new(
        format!("No requests of `{}` are counted, so nobody can say whether its promises are kept.", it.name),
        "Perhaps nobody: there may be nothing to do. Perhaps everybody: they cannot reach it.",
    )
    .find("See whether it runs.", it.status())
    .find("Try it the way users do, from outside. An address that does not answer means name service, certificate or front door.", known.commands(|shell| address(shell, it.name).into_iter().collect()))
    .find("See whether its metrics are still counted under the names in towel.yaml.", known.commands(|shell| shell.ask(it.name).into_iter().collect()));
    it.check_release(advice)
        .mend(
            "Mend what keeps requests away. If there are none at these hours, say so in towel.yaml (`slo.traffic`).",
            Vec::new(),
        )
        .over("Requests are counted again.")
}

fn address(shell: &Shell<'_>, service: &str) -> Option<String> {
    let (stack, service) = (shell.stack(), shell.directory().service(service)?);
    let expose = service.expose.as_ref()?;
    let host = names::in_environment(&expose.host, stack)?;
    let ingress = stack.environment.ingress.as_ref()?;
    let scheme = if ingress.issuer.is_some() { "https" } else { "http" };
    Some(format!("curl -i {scheme}://{host}{}", expose.path.as_str()))
}

pub(super) fn crashing(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let advice = Advice::new(
        format!("Instances of `{}` start, end and start again.", it.name),
        it.suffers("Requests that were under way are lost at each crash.", "What it was doing is lost at each crash."),
    )
    .find("Read what they printed before they ended.", it.last_words())
    .find("See how they ended: `OOMKilled` means that memory ran out, `Error` that the program gave up, a failed liveness probe that it hung.", it.reasons());
    let advice = it.check_release(it.check_needs(advice));
    it.go_back(advice)
        .mend("If a variable or a secret is missing or wrong, put it right and start the service again.", it.restart())
        .mend(
            "If memory ran out, raise `resources.memory` in towel.yaml; that hides a leak only for a while.",
            Vec::new(),
        )
        .over("No instance has been started again for ten minutes.")
}

pub(super) fn hungry(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let limit = it.known.service().and_then(|service| service.resources.memory.as_ref());
    let limit = limit.map_or_else(String::new, |of| format!(" It asks for {}.", memory(of.value)));
    Advice::new(
        format!("An instance of `{}` is near its memory limit. At the limit it is killed.{limit}", it.name),
        "Nobody yet. When it is killed, the requests that it was answering are lost.",
    )
    .find("See which instances, and whether it is one or all.", it.top())
    .find(
        format!(
            "Open the dashboard {}: a slow rise over hours is a leak; a step came with a version or with traffic.",
            it.dashboard()
        ),
        Vec::new(),
    )
    .find("Was a version shipped when it began?", it.history())
    .mend("For now: start it again, one instance at a time. That gives the time to look for the cause.", it.restart())
    .mend(
        "If there is simply more to do, give it more instances, or raise `resources.memory` in towel.yaml.",
        it.scale(),
    )
    .mend("If it began with a new version, go back.", it.rollback())
    .over("Memory on the dashboard stays below nine tenths of the limit.")
}

pub(super) fn throttled(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let limit = it.known.service().and_then(|service| service.resources.cpu.as_ref());
    let limit = limit.map_or_else(String::new, |of| format!(" It asks for {}.", cpu(of.value)));
    Advice::new(
        format!("`{}` wants more processor time than its limit allows and is made to wait.{limit}", it.name),
        it.suffers("Answers take longer.", "Its work takes longer."),
    )
    .find("See how much each instance uses.", it.top())
    .find(
        format!(
            "Open the dashboard {}: more requests than usual, or the same with more work for each?",
            it.dashboard()
        ),
        Vec::new(),
    )
    .find("Was a version shipped when it began?", it.history())
    .mend("For now: more instances.", it.scale())
    .mend("Raise `resources.cpu` in towel.yaml if it needs more in normal times.", Vec::new())
    .mend("If it began with a new version, go back.", it.rollback())
    .over("It waits in fewer than a quarter of its time slices.")
}

pub(super) fn full(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let declared = it.known.service().map_or_else(String::new, |service| range(service.replicas.value));
    let advice = Advice::new(
        format!("`{}` already runs with as many instances as it may have ({declared}).", it.name),
        "Nobody yet. More load cannot be answered with more instances any more; it makes answers slower.",
    )
    .find(
        format!(
            "Open the dashboard {}: is there more traffic, or does each request cost more than before?",
            it.dashboard()
        ),
        Vec::new(),
    )
    .find("See how much each instance uses.", it.top());
    let opens = it.known.service().map(|service| service.pool.as_slice()).unwrap_or_default();
    let pools: Vec<String> = opens
        .iter()
        .map(|(datastore, pool)| format!("{} to {}", pool.value, From::Folder.datastore(datastore)))
        .collect();
    let advice = if pools.is_empty() {
        advice
    } else {
        let step = "Before you add instances: do the datastores have connections for them? Each instance opens up to";
        advice.find(format!("{step} {}.", joined(&pools)), Vec::new())
    };
    advice
        .mend("For now: more instances.", it.scale())
        .mend(
            "Raise the upper end of `replicas` in towel.yaml; `towel check` says whether the rest still adds up.",
            vec!["towel check".to_owned()],
        )
        .over("It runs with fewer instances than it may have.")
}

pub(super) fn stuck(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    Advice::new(
        format!("A new version of `{}` is being shipped and its instances do not become ready.", it.name),
        "Nobody, as a rule: the old instances still answer. But neither this version nor a later one arrives.",
    )
    .find("See how it stands.", known.command(|shell| shell.rollout(it.name)))
    .find("See which instances are not ready, and why.", it.reasons())
    .find("Read what the new instances print.", it.logs())
    .mend("End it: the old version stays.", known.command(|shell| shell.abort(it.name)))
    .over("No rollout is under way, and all instances run one version.")
}
