//! A runbook's page.

use towel_model::Severity;

use super::advice::advice;
use super::scene::Known;
use crate::docs::link::From;
use crate::docs::markdown::{Page, code, plain};
use crate::docs::words::{capital, sentence, time};

/// The runbook of one alert.
pub(in crate::docs) fn page(known: &Known<'_>) -> String {
    let alarm = &known.alarm;
    let mut page = Page::new(&alarm.name, "");
    page.paragraph(format!("**{}**", sentence(&capital(&told(&alarm.summary)))));
    facts(&mut page, known);
    let advice = advice(known);
    page.heading("What it means");
    page.paragraph(advice.meaning);
    let description = told(&alarm.description);
    if !description.is_empty() {
        page.paragraph(sentence(&description));
    }
    page.heading("Who notices");
    page.paragraph(advice.impact);
    page.heading("Find the cause");
    page.steps(&advice.find);
    page.heading("End it");
    page.steps(&advice.mend);
    page.heading("It is over when");
    page.paragraph(advice.over);
    expression(&mut page, known);
    page.finish()
}

fn facts(page: &mut Page, known: &Known<'_>) {
    let alarm = &known.alarm;
    let mut rows = vec![vec!["severity".to_owned(), severity(alarm.severity).to_owned()]];
    if known.service().is_some() {
        rows.push(vec!["about".to_owned(), format!("service {}", From::Folder.service(&alarm.subject))]);
    } else if known.datastore().is_some() {
        rows.push(vec!["about".to_owned(), format!("datastore {}", From::Folder.datastore(&alarm.subject))]);
    }
    let environments: Vec<&str> = known.shells.iter().map(|shell| shell.stack().environment.name.as_str()).collect();
    rows.push(vec!["watches".to_owned(), environments.join(", ")]);
    if let Some(team) = &alarm.team {
        rows.push(vec!["owner".to_owned(), owner(known, team)]);
    }
    page.table(&["", ""], &rows);
}

fn owner(known: &Known<'_>, name: &str) -> String {
    let team = known.stack().teams.iter().find(|team| *team.name == name);
    let channel = team.and_then(|team| team.slack.as_ref()).map(|slack| format!(", Slack {}", code(slack)));
    let mail = team.and_then(|team| team.email.as_ref()).map(|mail| format!(", {}", mail.as_str()));
    format!("{name}{}{}", channel.unwrap_or_default(), mail.unwrap_or_default())
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical: somebody is woken",
        Severity::Warning => "warning: for working hours",
        Severity::Info => "info: for the record",
    }
}

fn expression(page: &mut Page, known: &Known<'_>) {
    let alarm = &known.alarm;
    page.heading("When exactly");
    let hold = if alarm.hold.is_zero() {
        "It fires at once when this has a result:".to_owned()
    } else {
        format!("It fires when this has a result for {}:", time(alarm.hold))
    };
    page.paragraph(hold);
    let first = known.expressions.first();
    if known.expressions.iter().all(|expression| Some(expression) == first) {
        page.code("promql", first.map(std::slice::from_ref).unwrap_or_default());
        return;
    }
    let each = known.shells.iter().zip(&known.expressions);
    let lines: Vec<String> = each
        .map(|(shell, expression)| format!("# {}\n{expression}", shell.stack().environment.name.as_str()))
        .collect();
    page.code("promql", &lines);
}

/// An alert's text without the templates of Prometheus: labels stand as `<label>`, the value as N.
pub(in crate::docs) fn told(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let (template, after) = after.split_once("}}").unwrap_or((after, ""));
        let words = template.trim();
        match words.strip_prefix("$labels.") {
            Some(label) => {
                let label = label.split_whitespace().next().unwrap_or_default();
                out.push_str(&if in_code(&out) { format!("<{label}>") } else { plain(&format!("<{label}>")) });
            }
            None if words.contains("humanizePercentage") => out.push_str("N%"),
            None => out.push('N'),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn in_code(text: &str) -> bool {
    text.matches('`').count() % 2 == 1
}
