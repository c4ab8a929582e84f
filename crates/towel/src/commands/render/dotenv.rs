//! `towel render --dotenv FILE`: what a `.env` file lacks for an environment.

use std::io::Write;
use std::path::Path;

use serde::Serialize;
use towel_check::CheckedStack;
use towel_render::GapKind;

use crate::exit::{Failure, Status};

/// What is wrong with one variable, for programs.
#[derive(Debug, Serialize)]
struct GapView {
    variable: String,
    line: Option<usize>,
    gap: &'static str,
    message: String,
}

/// Tells everything that is wrong with the file. The answer is no when a value is missing or of a wrong type; what the file
/// has in vain is told and harms nobody.
pub(crate) fn gaps(stack: &CheckedStack, file: &Path, json: bool, out: &mut dyn Write) -> anyhow::Result<Status> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::usage(format!("`{}` cannot be read: {error}", file.display()))
            .help("`towel render env` writes `.env.example`; copy it to `.env` and fill it in")
    })?;
    let gaps = towel_render::gaps(stack, &text);
    let grave = gaps.iter().any(|gap| matches!(gap.kind, GapKind::Missing { .. } | GapKind::WrongType { .. }));
    if json {
        let views: Vec<GapView> = gaps.iter().map(view).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&serde_json::json!({ "gaps": views }))?)?;
    } else {
        for gap in &gaps {
            let line = gap.line.map_or_else(String::new, |line| format!(":{line}"));
            writeln!(out, "{}{line}: {gap}", file.display())?;
        }
        if gaps.is_empty() {
            writeln!(out, "{}: gives all that `{}` needs", file.display(), stack.environment.name)?;
        }
    }
    Ok(if grave { Status::No } else { Status::Done })
}

fn view(gap: &towel_render::Gap) -> GapView {
    let kind = match gap.kind {
        GapKind::Missing { .. } => "missing",
        GapKind::WrongType { .. } => "wrong_type",
        GapKind::Unknown { .. } => "unknown",
        GapKind::Twice { .. } => "twice",
    };
    GapView { variable: gap.variable.clone(), line: gap.line, gap: kind, message: gap.to_string() }
}
