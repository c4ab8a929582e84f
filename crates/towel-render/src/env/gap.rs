//! What is wrong with a given `.env` file: what an environment lacks in it, cannot use, or does not know.

use std::fmt;

use towel_check::CheckedStack;

use super::assignment::{Assignment, assignments};
use super::demand::{Composed, Demand, Need, demands};

/// Something that is wrong with one variable of a `.env` file. Never holds a value: values are secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Its name.
    pub variable: String,
    /// Its line, counted from 1; none when it is not there.
    pub line: Option<usize>,
    /// What is wrong.
    pub kind: GapKind,
}

/// What is wrong with a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GapKind {
    /// The environment cannot do without it, and it is not there or empty.
    Missing {
        /// Services that use it; none for a password of a datastore that nothing needs.
        users: Vec<String>,
        /// Whether only Docker Compose needs it, because `towel up` makes it or does without.
        only_compose: bool,
    },
    /// Its value has another form than it needs.
    WrongType {
        /// The form, with its article.
        expected: &'static str,
    },
    /// Nothing uses it.
    Unknown {
        /// What it was probably meant to be.
        meant: Option<String>,
    },
    /// It stands there twice; the last one counts.
    Twice {
        /// The line before.
        before: usize,
    },
}

/// Everything that is wrong with the `.env` file `text` for the environment of `stack`: first what the file has, in the
/// order of its lines, then what it lacks.
pub fn gaps(stack: &CheckedStack, text: &str) -> Vec<Gap> {
    let demands = demands(stack, Composed::by_engine(stack));
    let given = assignments(text);
    let mut gaps = Vec::new();
    for (place, assignment) in given.iter().enumerate() {
        gaps.extend(of_assignment(stack, &demands, assignment, given.get(..place).unwrap_or_default()));
    }
    let lacks = demands.iter().filter(|demand| demand.need > Need::None);
    let lacks = lacks.filter(|demand| value(&given, &demand.name).is_none_or(str::is_empty));
    gaps.extend(lacks.map(|demand| Gap {
        variable: demand.name.clone(),
        line: given.iter().rev().find(|it| it.name == demand.name).map(|it| it.line),
        kind: GapKind::Missing {
            users: demand.users.iter().map(|(service, _)| service.clone()).collect(),
            only_compose: demand.need == Need::Compose,
        },
    }));
    gaps
}

/// The last one counts.
fn value<'a>(given: &[Assignment<'a>], name: &str) -> Option<&'a str> {
    given.iter().rev().find(|assignment| assignment.name == name).map(|assignment| assignment.value)
}

fn of_assignment(
    stack: &CheckedStack,
    demands: &[Demand],
    assignment: &Assignment<'_>,
    before: &[Assignment<'_>],
) -> Option<Gap> {
    let Assignment { line, name, value } = *assignment;
    let kind = if let Some(earlier) = before.iter().rev().find(|earlier| earlier.name == name) {
        GapKind::Twice { before: earlier.line }
    } else if let Some(demand) = demands.iter().find(|demand| demand.name == name) {
        let expected = demand.form.about().filter(|_| !value.is_empty() && !demand.form.fits(value))?;
        GapKind::WrongType { expected }
    } else if is_known_elsewhere(stack, name) {
        return None;
    } else {
        GapKind::Unknown { meant: nearest(name, demands) }
    };
    Some(Gap { variable: name.to_owned(), line: Some(line), kind })
}

/// Variables of the contract that the file itself gives, and those that Compose and Docker read.
fn is_known_elsewhere(stack: &CheckedStack, name: &str) -> bool {
    let of_tools = name.starts_with("COMPOSE_") || name.starts_with("DOCKER_") || name.starts_with("TOWEL_");
    of_tools || stack.services.iter().flat_map(|service| &service.env).any(|variable| *variable.name == name)
}

/// A third of the name may be wrong.
fn nearest(name: &str, demands: &[Demand]) -> Option<String> {
    let plain = name.to_ascii_uppercase();
    let most = (plain.chars().count().min(30) + 1) / 3;
    let near = demands.iter().map(|demand| (strsim::damerau_levenshtein(&plain, &demand.name), &demand.name));
    let nearest = near.filter(|(distance, _)| *distance <= most).min_by_key(|(distance, _)| *distance);
    nearest.map(|(_, name)| name.clone())
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.variable;
        match &self.kind {
            GapKind::Missing { users, only_compose } => {
                let state = if self.line.is_some() { "is empty" } else { "is missing" };
                write!(f, "`{name}` {state}")?;
                if !users.is_empty() {
                    let users: Vec<String> = users.iter().map(|user| format!("`{user}`")).collect();
                    write!(f, "; used by {}", users.join(", "))?;
                }
                if *only_compose { f.write_str("; Docker Compose refuses to start without it") } else { Ok(()) }
            }
            GapKind::WrongType { expected } => write!(f, "`{name}` is not {expected}"),
            GapKind::Unknown { meant: Some(meant) } => write!(f, "nothing uses `{name}`; did you mean `{meant}`?"),
            GapKind::Unknown { meant: None } => write!(f, "nothing uses `{name}`"),
            GapKind::Twice { before } => {
                write!(f, "`{name}` is there twice, before in line {before}; the last one counts")
            }
        }
    }
}
