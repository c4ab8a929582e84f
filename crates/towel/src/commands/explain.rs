//! `towel explain`: the page behind a code, or the table of all codes.

use std::io::Write;

use towel_check::{Explanation, explain as page_of, explanations, nearest_code};

use crate::exit::{Failure, Status};

/// Prints the page of `code`, or without one a line for each code.
///
/// Ends with [`Status::Done`] (0); a code that does not exist is wrong usage (2), and the failure's
/// help offers the nearest one.
pub(crate) fn explain(code: Option<&str>, json: bool, out: &mut dyn Write) -> anyhow::Result<Status> {
    match code {
        Some(code) => one(code, json, out)?,
        None if json => writeln!(out, "{:#}", serde_json::json!({ "codes": all() }))?,
        None => table(out)?,
    }
    Ok(Status::Done)
}

fn one(code: &str, json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    // People copy the code with the brackets around it.
    let code = code.trim_matches(['[', ']']);
    let Some(page) = page_of(code) else { return Err(unknown(code).into()) };
    if json {
        let explanation = explanations().into_iter().find(|explanation| explanation.code == code);
        let mut object = explanation.map_or_else(|| serde_json::json!({ "code": code }), |found| as_json(&found));
        object["page"] = page.into();
        writeln!(out, "{object:#}")?;
    } else {
        writeln!(out, "{}", page.trim_end())?;
    }
    Ok(())
}

fn unknown(code: &str) -> Failure {
    let help = match nearest_code(code) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`towel explain` lists all codes".to_owned(),
    };
    Failure::usage(format!("there is no code `{code}`")).help(help)
}

fn all() -> Vec<serde_json::Value> {
    explanations().iter().map(as_json).collect()
}

fn as_json(explanation: &Explanation) -> serde_json::Value {
    serde_json::json!({
        "code": explanation.code,
        "severity": explanation.severity.name(),
        "summary": explanation.summary,
    })
}

fn table(out: &mut dyn Write) -> anyhow::Result<()> {
    let rows = explanations();
    let width = rows.iter().map(|row| row.code.len()).max().unwrap_or(0);
    for row in rows {
        writeln!(out, "{:width$}  {:7}  {}", row.code, row.severity.name(), row.summary.trim_end_matches('.'))?;
    }
    writeln!(out, "\n`towel explain CODE` shows why it matters, the arithmetic and an example")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(code: Option<&str>, json: bool) -> String {
        let mut out = Vec::new();
        assert_eq!(explain(code, json, &mut out).unwrap(), Status::Done);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_code_has_its_page_with_or_without_brackets() {
        assert!(printed(Some("dependency-circle"), false).starts_with("# dependency-circle\n"));
        assert_eq!(printed(Some("[dependency-circle]"), false), printed(Some("dependency-circle"), false));
    }

    #[test]
    fn without_a_code_every_code_has_a_line() {
        let table = printed(None, false);
        for explanation in explanations() {
            assert!(table.lines().any(|line| line.starts_with(&format!("{} ", explanation.code))), "{table}");
        }
    }

    #[test]
    fn a_misspelt_code_is_wrong_usage_and_the_nearest_is_offered() {
        let error = explain(Some("dependency-circel"), false, &mut Vec::new()).unwrap_err();
        let failure = error.downcast::<Failure>().unwrap();
        assert_eq!(failure.status, Status::Usage);
        assert_eq!(failure.help.as_deref(), Some("did you mean `dependency-circle`?"));
    }

    #[test]
    fn programs_get_the_same_as_json() {
        let page: serde_json::Value = serde_json::from_str(&printed(Some("slo-cannot-fire"), true)).unwrap();
        assert_eq!(page["severity"], "error");
        assert!(page["page"].as_str().unwrap().contains("## Wrong"));
        let list: serde_json::Value = serde_json::from_str(&printed(None, true)).unwrap();
        assert_eq!(list["codes"].as_array().unwrap().len(), explanations().len());
    }
}
