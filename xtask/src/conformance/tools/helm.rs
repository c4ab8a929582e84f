//! Helm: every chart is linted and templated with the values of every environment.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::call::Told;
use super::kubernetes::{Objects, keep};
use super::rendered::Rendered;
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const LINT: &str = "helm lint";
const TEMPLATE: &str = "helm template";
const CLUSTER: &str = "1.30.0";
const CHARTS: [&str; 1] = ["deploy/helm/*/Chart.yaml"];

/// A chart and one environment's values.
#[derive(Debug)]
struct Release {
    chart: PathBuf,
    values: PathBuf,
}

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered], objects: &mut Vec<Objects>) -> Result<[Report; 2]> {
    let mut releases = Vec::new();
    for one in rendered {
        for chart in one.folders(&CHARTS) {
            releases.extend(releases_of(one, &chart));
        }
    }
    let linted = Report::of(LINT, releases.len(), || {
        let mut verdicts = Vec::new();
        for release in &releases {
            let told =
                toolbox.call("helm")?.args(["lint", "--strict", "--values"]).arg(&release.values).arg(&release.chart);
            verdicts.extend(lint_verdicts(&release.values, &told.run()?));
        }
        Ok(verdicts)
    })?;
    let templated = Report::of(TEMPLATE, releases.len(), || {
        let mut verdicts = Vec::new();
        for release in &releases {
            let call = toolbox.call("helm")?.args(["template", "judged"]).arg(&release.chart);
            // Without a cluster, Helm takes it for an ancient one, and charts say what they need.
            let told = call.args(["--kube-version", CLUSTER]).arg("--values").arg(&release.values).run()?;
            match told.succeeded {
                true => keep(toolbox, release.values.clone(), &told.out, objects)?,
                false => verdicts.push(Verdict::new(TEMPLATE, &release.values, "", told.err)),
            }
        }
        Ok(verdicts)
    })?;
    Ok([linted, templated])
}

/// One for each `values-<env>.yaml`; `values.yaml` alone where there is none.
fn releases_of(rendered: &Rendered, chart: &Path) -> Vec<Release> {
    let own = |pattern: &str| {
        let files = rendered.paths(&[pattern]).into_iter();
        files.filter(|file| file.parent() == Some(chart)).collect::<Vec<_>>()
    };
    let mut values = own("deploy/helm/*/values-*.yaml");
    if values.is_empty() {
        values = own("deploy/helm/*/values.yaml");
    }
    values.into_iter().map(|values| Release { chart: chart.to_owned(), values }).collect()
}

fn lint_verdicts(values: &Path, told: &Told) -> Vec<Verdict> {
    let lines = told.out.lines().filter(|line| line.starts_with("[ERROR]") || line.starts_with("[WARNING]"));
    let mut verdicts: Vec<_> = lines.map(|line| Verdict::new(LINT, values, "", line)).collect();
    if verdicts.is_empty() && !told.succeeded {
        verdicts.push(Verdict::new(LINT, values, "", told.all()));
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_without_a_line_of_its_own_is_a_verdict_too() {
        let told = |succeeded, out: &str| Told { succeeded, out: out.to_owned(), err: "broken".to_owned() };
        let read =
            |told: &Told| lint_verdicts(Path::new("v.yaml"), told).into_iter().map(|v| v.what).collect::<Vec<_>>();
        assert_eq!(read(&told(false, "[INFO] icon\n[WARNING] a: b\n")), ["[WARNING] a: b"]);
        assert_eq!(read(&told(false, "==> Linting")), ["broken\n==> Linting"]);
        assert!(read(&told(true, "[INFO] Chart.yaml: icon is recommended\n")).is_empty());
    }
}
