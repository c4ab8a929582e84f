//! How things are said in prose: kinds, times, amounts, probes, windows.

use std::time::Duration;

use towel_check::CheckedStack;
use towel_model::{
    Ask, Channel, Cpu, Datastore, DatastoreKind, EngineKind, Keep, OnInsufficient, Probe, Range, Rate, Size, Stack,
    Strategy, WeekRange, Window,
};

use super::markdown::code;
use crate::quantity::{self, number, window};

/// As people write it.
pub(super) const fn kind(kind: DatastoreKind) -> &'static str {
    match kind {
        DatastoreKind::Postgres => "PostgreSQL",
        DatastoreKind::Mysql => "MySQL",
        DatastoreKind::Mariadb => "MariaDB",
        DatastoreKind::Mongodb => "MongoDB",
        DatastoreKind::Redis => "Redis",
        DatastoreKind::Rabbitmq => "RabbitMQ",
        DatastoreKind::S3 => "S3",
    }
}

/// Whether a provider runs it in this environment.
pub(super) fn is_managed(datastore: &Datastore, stack: &Stack) -> bool {
    datastore.managed.is_some() && *stack.environment.engine == EngineKind::Kubernetes
}

/// `4h`, `30d`.
pub(super) fn time(duration: Duration) -> String {
    let broken = duration.as_secs() > 0 && duration.as_secs() < 60 && duration.subsec_millis() > 0;
    if broken { format!("{}s", number(duration.as_secs_f64())) } else { window(duration) }
}

/// `3`, or `3 to 10`.
pub(super) fn range(range: Range<u32>) -> String {
    if range.min == range.max { range.min.to_string() } else { format!("{} to {}", range.min, range.max) }
}

/// Asked for, and the limit.
pub(super) fn cpu(range: Range<Cpu>) -> String {
    asked(&quantity::cpu(range.min), &quantity::cpu(range.max))
}

/// Asked for, and the limit.
pub(super) fn memory(range: Range<Size>) -> String {
    asked(&quantity::size(range.min), &quantity::size(range.max))
}

fn asked(least: &str, most: &str) -> String {
    if least == most { format!("{least}, no more") } else { format!("{least}, at most {most}") }
}

/// `100/s`.
pub(super) fn rate(rate: Rate) -> String {
    let per = match rate.per.as_secs() {
        1 => "s".to_owned(),
        60 => "min".to_owned(),
        3600 => "h".to_owned(),
        86_400 => "day".to_owned(),
        _ => time(rate.per),
    };
    format!("{}/{per}", number(rate.count))
}

/// What is asked, how often, and when it counts.
pub(super) fn probe(probe: &Probe) -> String {
    let asked = match &probe.ask {
        Ask::Http(path) => code(&format!("GET {path}")),
        Ask::Tcp => "a connection to its port".to_owned(),
        Ask::Run(command) => code(&command.text),
    };
    let (every, within) = (time(probe.every), time(probe.within));
    let successes =
        if probe.successes > 1 { format!(", well after {} in a row", probe.successes) } else { String::new() };
    format!("{asked} every {every}, answered within {within}; failed after {} in a row{successes}", probe.failures)
}

/// The way of shipping.
pub(super) const fn strategy(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::Canary => "canary",
        Strategy::Rolling => "rolling",
        Strategy::Recreate => "recreate",
    }
}

/// What happens when there is never enough traffic to judge.
pub(super) const fn insufficient(what: OnInsufficient) -> &'static str {
    match what {
        OnInsufficient::Hold => "it stays at the step and says so",
        OnInsufficient::Promote => "it goes on",
        OnInsufficient::Rollback => "it goes back",
    }
}

/// `7 daily, 4 weekly`.
pub(super) fn kept(keep: Keep) -> String {
    let counts = [
        (keep.hourly, "hourly"),
        (keep.daily, "daily"),
        (keep.weekly, "weekly"),
        (keep.monthly, "monthly"),
        (keep.yearly, "yearly"),
    ];
    let kept: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, of)| format!("{count} {of}")).collect();
    kept.join(", ")
}

/// When a freeze holds.
pub(super) fn freeze(window: &Window) -> String {
    match window {
        Window::Once { from, to } => format!("from {} until {}", moment(&from.to_string()), moment(&to.to_string())),
        Window::Weekly(range) => {
            format!("every week from {} until {}", weekday(range.value, true), weekday(range.value, false))
        }
    }
}

fn moment(text: &str) -> String {
    let text = text.replace('T', " ");
    text.strip_suffix(":00").filter(|short| short.len() == 16).map_or(text.clone(), str::to_owned)
}

fn weekday(range: WeekRange, start: bool) -> String {
    let minute = if start { range.from } else { range.to };
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let day = days.get((minute / 1440) as usize % 7).copied().unwrap_or_default();
    format!("{day} {:02}:{:02}", minute % 1440 / 60, minute % 60)
}

/// `09:00 to 18:00`.
pub(super) fn hours(range: Range<u32>) -> String {
    let time = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    format!("{} to {}", time(range.min), time(range.max))
}

/// Where somebody hears of something. Webhooks stand as they were written: their secrets are names.
pub(super) fn channel(channel: &Channel) -> String {
    match channel {
        Channel::Slack(name) => format!("Slack {}", code(name)),
        Channel::Email(address) => format!("e-mail to {}", code(address)),
        Channel::Discord(url) => format!("Discord ({})", code(&url.text)),
        Channel::Webhook(url) => format!("webhook ({})", code(&url.text)),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn joined<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// What happens in an environment, as a person on call says it.
pub(super) fn place(stack: &CheckedStack) -> String {
    match *stack.environment.engine {
        EngineKind::Local => "one machine".to_owned(),
        EngineKind::Kubernetes => "Kubernetes".to_owned(),
    }
}

/// With a full stop at its end.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// The same with a capital at its beginning.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
