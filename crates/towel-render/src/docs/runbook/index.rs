//! All runbooks in one table.

use super::page::told;
use super::scene::Known;
use crate::alarm::severity;
use crate::docs::markdown::Page;
use crate::docs::words::{capital, sentence};

/// The page that lists them, the gravest first.
pub(in crate::docs) fn index(known: &[Known<'_>]) -> String {
    let mut page = Page::new("Runbooks", "");
    page.paragraph("Each alert has a runbook of its name: what it means, how to find the cause, how to end it. Alerts carry its address as `runbook_url`.");
    let mut rows: Vec<(&'static str, Vec<String>)> = known
        .iter()
        .map(|known| {
            let alarm = &known.alarm;
            let environments: Vec<&str> =
                known.shells.iter().map(|shell| shell.stack().environment.name.as_str()).collect();
            let row = vec![
                format!("[{0}]({0}.md)", alarm.name),
                severity(alarm.severity).to_owned(),
                sentence(&capital(&told(&alarm.summary))),
                environments.join(", "),
            ];
            (severity(alarm.severity), row)
        })
        .collect();
    rows.sort_by_key(|(severity, _)| ["critical", "warning", "info"].iter().position(|it| it == severity));
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, row)| row).collect();
    page.table(&["Alert", "Severity", "What", "Watches"], &rows);
    page.finish()
}
