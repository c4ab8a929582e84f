//! All judges over all folders.

use std::sync::Mutex;
use std::thread;

use anyhow::Result;

use super::allowed::{ALLOWED, sift};
use super::rendered::Rendered;
use super::toolbox::Toolbox;
use super::verdict::Report;
use super::{
    actionlint, alertmanager, ansible, catalog, compose, dashboards, hadolint, json, json_schema, kubernetes, nginx,
    prometheus, shellcheck, svg, terraform, yamllint, zizmor,
};

/// What one judge makes of all folders.
pub(super) type Judge = fn(&Toolbox, &[Rendered]) -> Result<Vec<Report>>;

/// Those that take longest come first, so that none of them is left alone at the end.
pub(super) const JUDGES: [Judge; 17] = [
    kubernetes::judge,
    terraform::judge,
    yamllint::judge,
    ansible::judge,
    alertmanager::judge,
    prometheus::judge,
    shellcheck::judge,
    nginx::judge,
    zizmor::judge,
    hadolint::judge,
    actionlint::judge,
    compose::judge,
    catalog::judge,
    json_schema::judge,
    dashboards::judge,
    svg::judge,
    json::judge,
];

/// As many as there are processors on the machines that run this; most tools use one.
const SIDE_BY_SIDE: usize = 2;

/// Has every tool judge every folder.
pub(crate) fn judge(rendered: &[Rendered]) -> Result<Vec<Report>> {
    let toolbox = Toolbox::open()?;
    let waiting = Mutex::new(JUDGES.iter());
    let next = || waiting.lock().expect("no judge panics while it holds the queue").next();
    let work = || -> Result<Vec<Report>> {
        let mut reports = Vec::new();
        while let Some(judge) = next() {
            reports.extend(judge(&toolbox, rendered)?);
        }
        Ok(reports)
    };
    let mut reports = Vec::new();
    thread::scope(|scope| -> Result<()> {
        let workers = [(); SIDE_BY_SIDE].map(|()| scope.spawn(work));
        for worker in workers {
            reports.extend(worker.join().expect("a judge that panics is a bug in this chore")?);
        }
        Ok(())
    })?;
    reports.iter_mut().for_each(|report| sift(report, ALLOWED));
    reports.sort_by_key(|report| report.tool);
    Ok(reports)
}
