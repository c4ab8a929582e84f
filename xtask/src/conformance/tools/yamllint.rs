//! yamllint: keys that stand twice, indentation that changes, values that are not what they seem.

use anyhow::{Context, Result, ensure};

use super::call::{BATCH, Told};
use super::rendered::{Rendered, different};
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const TOOL: &str = "yamllint";
const YAML: [&str; 2] = ["**/*.yaml", "**/*.yml"];

/// Charts' templates are no YAML before Helm has filled them in; `towel.yaml` is a person's own.
const NOT_RENDERED_YAML: [&str; 2] = ["/templates/", "/towel.yaml"];

/// Lengths of lines are left to the renderer; what could be read in two ways is not.
const RULES: &str = "rules: {anchors: {forbid-unused-anchors: true}, colons: enable, commas: enable, \
    brackets: {max-spaces-inside: 1}, braces: {max-spaces-inside: 1}, empty-lines: {max: 1}, hyphens: enable, \
    indentation: {indent-sequences: consistent}, key-duplicates: enable, new-line-at-end-of-file: enable, new-lines: enable, \
    octal-values: {forbid-implicit-octal: true}, trailing-spaces: enable, truthy: {check-keys: false}}";

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let mut files = different(rendered, &YAML)?;
    files.retain(|file| !NOT_RENDERED_YAML.iter().any(|part| file.to_string_lossy().contains(part)));
    let report = Report::of(TOOL, files.len(), || {
        let mut verdicts = Vec::new();
        for batch in files.chunks(BATCH) {
            let call = toolbox.call(TOOL)?.args(["--format", "parsable", "--config-data", RULES]).args(batch);
            verdicts.extend(read(&call.run()?)?);
        }
        Ok(verdicts)
    })?;
    Ok(vec![report])
}

fn read(told: &Told) -> Result<Vec<Verdict>> {
    let verdicts: Vec<_> = told.out.lines().map(read_line).collect::<Result<_>>()?;
    ensure!(told.succeeded || !verdicts.is_empty(), "yamllint failed: {}", told.all());
    Ok(verdicts)
}

/// `file:line:column: [level] message (rule)`
fn read_line(line: &str) -> Result<Verdict> {
    let parts = line.split_once(": [").and_then(|(place, told)| Some((place, told.split_once("] ")?.1)));
    let (place, told) = parts.with_context(|| format!("yamllint said what is not understood: {line}"))?;
    let mut place = place.rsplitn(3, ':');
    let (_column, number, file) = (place.next(), place.next().unwrap_or_default(), place.next().unwrap_or_default());
    let (message, rule) = told.rsplit_once(" (").unwrap_or((told, ""));
    Ok(Verdict::new(TOOL, file, rule.trim_end_matches(')'), format!("line {number}: {message}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_into_file_rule_and_message() {
        let line = "/p/a.yaml:3:1: [error] duplication of key \"a\" in mapping (key-duplicates)";
        let expected = "/p/a.yaml: yamllint[key-duplicates]: line 3: duplication of key \"a\" in mapping";
        assert_eq!(read_line(line).unwrap().to_string(), expected);
        assert!(read_line("Traceback").is_err());
    }

    #[test]
    fn a_failure_without_a_line_is_an_error() {
        let told = Told { succeeded: false, out: String::new(), err: "invalid config".to_owned() };
        assert!(read(&told).unwrap_err().to_string().contains("invalid config"));
    }
}
