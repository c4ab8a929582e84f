//! Rule files: one for each service and datastore, and one each for what belongs to none.

use towel_check::CheckedStack;

use crate::alarm::{Alarm, Kind, Record, clock_record, records};
use crate::names;
use crate::quantity::window;
use crate::yaml::{Map, Yaml};

/// The rules of one file.
pub(super) struct RuleFile {
    /// `service-api`: without folder and ending.
    pub(super) name: String,
    /// Which part of `towel.yaml` they follow from.
    pub(super) from: String,
    records: Vec<Record>,
    pub(super) alarms: Vec<Alarm>,
}

impl RuleFile {
    /// Those of an environment, in the order of the list.
    pub(super) fn all(stack: &CheckedStack, alarms: Vec<Alarm>) -> Vec<Self> {
        let mut files: Vec<Self> = Vec::new();
        for alarm in alarms {
            let (name, from) = place(&alarm);
            // Alerts of one subject stand together, so the last file is nearly always the one.
            match files.iter_mut().rev().find(|file| file.name == name) {
                Some(file) => file.alarms.push(alarm),
                None => {
                    let records = recorded(stack, &alarm);
                    files.push(Self { name, from, records, alarms: vec![alarm] });
                }
            }
        }
        files
    }

    pub(super) fn document(&self, stack: &CheckedStack) -> Yaml {
        let group = |what: &str| Map::new().with("name", format!("{}:{what}", self.name));
        let rules =
            |slow: bool| self.records.iter().filter(|record| record.is_slow == slow).map(record).collect::<Vec<_>>();
        let mut groups = Vec::new();
        let (quick, slow) = (rules(false), rules(true));
        if !quick.is_empty() {
            groups.push(group("recording").with("rules", quick));
        }
        if !slow.is_empty() {
            // They look back for an hour and more; a minute more or less changes nothing.
            groups.push(group("slow-recording").with("interval", "1m").with("rules", slow));
        }
        let alerts: Vec<Map> = self.alarms.iter().map(|alarm| alert(alarm, stack)).collect();
        groups.push(group("alerts").with("rules", alerts));
        Map::new().with("groups", groups).into()
    }
}

fn recorded(stack: &CheckedStack, alarm: &Alarm) -> Vec<Record> {
    match alarm.kind {
        Kind::Declared => clock_record(stack).into_iter().collect(),
        kind if kind.subject_label() == Some("service") => {
            stack.service(&alarm.subject).map(records).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// The file of an alert, and the part of `towel.yaml` that it follows from.
fn place(alarm: &Alarm) -> (String, String) {
    let subject = alarm.subject.as_str();
    match (alarm.kind.subject_label(), alarm.kind) {
        (Some("service"), _) => (format!("service-{subject}"), format!("services.{subject}")),
        (Some("datastore"), _) => (format!("datastore-{subject}"), format!("datastores.{subject}")),
        (Some(_), _) => ("secrets".to_owned(), "secrets".to_owned()),
        (None, Kind::ProbeFailing | Kind::CertificateExpiring) => ("probes".to_owned(), "probes".to_owned()),
        (None, Kind::Declared) => ("declared".to_owned(), "alerts".to_owned()),
        (None, _) => ("platform".to_owned(), String::new()),
    }
}

fn record(record: &Record) -> Map {
    Map::new().with("record", record.name.clone()).with("expr", record.expression.clone())
}

fn alert(alarm: &Alarm, stack: &CheckedStack) -> Map {
    let hold = (!alarm.hold.is_zero()).then(|| window(alarm.hold));
    let labels: Map = alarm.labels().into_iter().collect();
    Map::new()
        .with("alert", alarm.name.clone())
        .with("expr", alarm.expression.clone())
        .maybe("for", hold)
        .with("labels", labels)
        .with("annotations", annotations(alarm, stack, str::to_owned))
}

/// The texts of an alert, each as `read` makes of it.
pub(super) fn annotations(alarm: &Alarm, stack: &CheckedStack, read: impl Fn(&str) -> String) -> Map {
    Map::new()
        .with("summary", read(&alarm.summary))
        .with("description", read(&alarm.description))
        .with("runbook_url", names::runbook_url(stack, &alarm.name))
}
