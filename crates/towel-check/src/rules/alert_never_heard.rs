//! An alert fires and nobody is told.

use towel_model::{Severity, Stack};
use towel_source::Diagnostic;

use crate::phrase::names;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("alert-never-heard", include_str!("alert-never-heard.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for alert in &stack.alerts {
        let severity = match alert.severity.value {
            Severity::Critical => "critical",
            Severity::Warning => "warning",
            // For the record: nobody need be told.
            Severity::Info => continue,
        };
        if stack.notify.iter().any(|notification| *notification.of == severity && !notification.to.is_empty()) {
            continue;
        }
        let heard: Vec<&str> = stack.notify.iter().map(|notification| notification.of.as_str()).collect();
        let found_here = RULE
            .found(format!("nobody hears alert `{}`", alert.name))
            .at(alert.severity.span, format!("`notify:` tells nobody of `{severity}`"))
            .help(format!("add `{severity}: [{{ slack: \"#CHANNEL\" }}]` to `notify:`"));
        found.push(if heard.is_empty() {
            found_here
        } else {
            found_here.note(format!("somebody hears of {}", names(heard)))
        });
    }
}
