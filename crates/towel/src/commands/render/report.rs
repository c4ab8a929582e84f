//! `towel render --report`: what each target keeps, approximates and drops, with the line of `towel.yaml`.

use std::io::Write;

use serde::Serialize;
use towel_render::{Finding, Product, Rendering, Target, Treatment};
use towel_source::Sources;

/// What becomes of one line, for programs.
#[derive(Debug, Serialize)]
pub(super) struct FindingView {
    target: &'static str,
    key: String,
    treatment: &'static str,
    why: Option<String>,
    file: String,
    line: usize,
}

/// Every line of the file in every one of `targets`.
pub(super) fn findings(product: &Product, targets: &[Target], sources: &Sources) -> Vec<FindingView> {
    Rendering::report(product, targets).into_iter().map(|finding| view(finding, sources)).collect()
}

fn view(finding: Finding, sources: &Sources) -> FindingView {
    let source = sources.get(finding.span.file);
    let (treatment, why) = match finding.treatment {
        Treatment::Kept => ("kept", None),
        Treatment::Approximated(why) => ("approximated", Some(why.into_owned())),
        Treatment::Dropped(why) => ("dropped", Some(why.into_owned())),
        Treatment::Elsewhere => unreachable!("this is a bug in towel: it is none of the target's business"),
    };
    FindingView {
        target: finding.target.name(),
        key: finding.path,
        treatment,
        why,
        file: source.map_or_else(String::new, |source| source.name().to_owned()),
        line: source.map_or(0, |source| source.position(finding.span.start).line),
    }
}

/// For people: a line for each target, and below it what it does not say as it was meant.
pub(super) fn tell(findings: &[FindingView], targets: &[Target], out: &mut dyn Write) -> std::io::Result<()> {
    for target in targets {
        let of: Vec<&FindingView> = findings.iter().filter(|finding| finding.target == target.name()).collect();
        let count = |treatment: &str| of.iter().filter(|finding| finding.treatment == treatment).count();
        writeln!(
            out,
            "{}: {} kept, {} approximated, {} dropped",
            target.name(),
            count("kept"),
            count("approximated"),
            count("dropped")
        )?;
        for finding in of.iter().filter(|finding| finding.treatment != "kept") {
            let FindingView { file, line, key, treatment, why, .. } = finding;
            writeln!(out, "  {file}:{line}: `{key}` is {treatment}: {}", why.as_deref().unwrap_or_default())?;
        }
    }
    Ok(())
}
