//! An alert has a name that can be neither a label nor a file.

use towel_model::{Alert, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("alert-name-not-plain", include_str!("alert-name-not-plain.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.alerts.iter().filter_map(describe));
}

fn describe(alert: &Alert) -> Option<Diagnostic> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    if alert.name.chars().all(allowed) {
        return None;
    }
    let plain = plain(&alert.name);
    let fault = RULE
        .found(format!("the name of alert `{}` cannot be that of its runbook", alert.name))
        .at(alert.name.span, "more than letters, digits, `_` and `-`");
    Some(if plain.is_empty() {
        fault.help("write it in one word, such as `NoOrders`")
    } else {
        fault.help(format!("write it in one word: `{plain}`")).suggest(alert.name.span, plain)
    })
}

/// `No orders / hour` as `NoOrdersHour`.
fn plain(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}
