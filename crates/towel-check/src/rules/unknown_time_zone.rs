//! A freeze is given in a time zone that does not exist.

use jiff::tz::TimeZoneDatabase;
use towel_model::Stack;
use towel_source::Diagnostic;

use crate::phrase::nearest;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("unknown-time-zone", include_str!("unknown-time-zone.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if stack.freezes.is_empty() {
        return;
    }
    // The bundled one: this crate reads no files, and an answer must not depend on the machine.
    let zones = TimeZoneDatabase::bundled();
    for freeze in &stack.freezes {
        if zones.get(&freeze.timezone).is_err() {
            let known: Vec<String> = zones.available().map(|zone| zone.as_str().to_owned()).collect();
            let help = match nearest(&freeze.timezone, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write an IANA name such as `Europe/Paris` or `UTC`".to_owned(),
            };
            found.push(
                RULE.found(format!("`{}` is no time zone", freeze.timezone))
                    .at(freeze.timezone.span, format!("`{}` would hold at no known time", freeze.name))
                    .help(help),
            );
        }
    }
}
