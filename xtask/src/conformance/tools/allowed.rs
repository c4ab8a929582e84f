//! Complaints that are not heeded, each with its reason. Everything else that a tool says fails the judgement.

use super::places::fits;
use super::verdict::{Report, Verdict};

/// A complaint that is known and meant to stay.
#[derive(Debug)]
pub(super) struct Allowed {
    tool: &'static str,
    rule: &'static str,
    /// A pattern of the file's path.
    file: &'static str,
    /// A part of the complaint; empty for every complaint of the rule.
    about: &'static str,
    reason: &'static str,
}

/// The whole table.
pub(super) const ALLOWED: &[Allowed] = &[
    Allowed {
        tool: "kube-score",
        rule: "pod-probes",
        file: "**",
        about: "missing a livenessProbe",
        reason: "a service that declares no liveness question has none: starting it again would be a guess",
    },
    Allowed {
        tool: "terraform",
        rule: "Provider development overrides are in effect",
        file: "**",
        about: "",
        reason: "that is how the judge brings its own providers, and says nothing about the files",
    },
    Allowed {
        tool: "zizmor",
        rule: "self-repository",
        file: "**/.github/workflows/*",
        about: "",
        reason: "a call of a workflow by `./` takes the same commit as `$/`, works with older runners, and actionlint can follow it",
    },
    Allowed {
        tool: "kube-score",
        rule: "container-image-pull-policy",
        file: "**",
        about: "",
        reason: "an image is named by its version, which never moves; pulling it at every start would need the registry to be up",
    },
    Allowed {
        tool: "kube-score",
        rule: "container-security-context-user-group-id",
        file: "**",
        about: "StatefulSet/",
        reason: "official images of datastores own their files as users such as 999, and start as nobody else",
    },
    Allowed {
        tool: "kube-score",
        rule: "container-security-context-user-group-id",
        file: "**",
        about: "CronJob/",
        reason: "a backup runs in the image of its datastore, as the user that the image has",
    },
    Allowed {
        tool: "kube-score",
        rule: "container-security-context-user-group-id",
        file: "**",
        about: "Job/batch",
        reason: "what prepares a datastore runs in its image, as the user that the image has",
    },
    Allowed {
        tool: "kube-score",
        rule: "networkpolicy-targets-pod",
        file: "**",
        about: "allow-acme-solver",
        reason: "cert-manager starts these pods when a certificate is due, and no manifest holds them",
    },
    Allowed {
        tool: "kube-score",
        rule: "networkpolicy-targets-pod",
        file: "**",
        about: ".gateway:",
        reason: "the gateway's controller starts these pods, and no manifest holds them",
    },
];

/// Takes out what the table allows, and counts it by its reason.
pub(super) fn sift(report: &mut Report, table: &[Allowed]) {
    let (verdicts, reasons) = (&mut report.verdicts, &mut report.allowed);
    verdicts.retain(|verdict| match table.iter().find(|allowed| allowed.covers(verdict)) {
        Some(allowed) => {
            *reasons.entry(format!("{}[{}]: {}", allowed.tool, allowed.rule, allowed.reason)).or_default() += 1;
            false
        }
        None => true,
    });
}

impl Allowed {
    fn covers(&self, verdict: &Verdict) -> bool {
        let file = verdict.file.to_string_lossy();
        (self.tool, self.rule) == (verdict.tool, verdict.rule.as_str())
            && fits(self.file, file.trim_start_matches('/'))
            && verdict.what.contains(self.about)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_has_a_reason_and_stands_once() {
        for (at, entry) in ALLOWED.iter().enumerate() {
            assert!(entry.reason.split_whitespace().count() >= 5, "{entry:?} needs a reason");
            let same = |other: &Allowed| {
                (other.tool, other.rule, other.file, other.about) == (entry.tool, entry.rule, entry.file, entry.about)
            };
            assert!(!ALLOWED[..at].iter().any(same), "{entry:?} stands twice");
        }
    }

    #[test]
    fn only_the_rule_of_the_tool_in_the_file_about_the_thing_is_allowed() {
        let allowed =
            Allowed { tool: "hadolint", rule: "DL1", file: "**/api/Dockerfile", about: "user", reason: "why" };
        let verdict = |tool, file, rule, what: &str| Verdict::new(tool, file, rule, what);
        let verdicts = vec![
            verdict("hadolint", "/p/api/Dockerfile", "DL1", "a user is bad"),
            verdict("hadolint", "/p/api/Dockerfile", "DL2", "a user is bad"),
            verdict("hadolint", "/p/web/Dockerfile", "DL1", "a user is bad"),
            verdict("hadolint", "/p/api/Dockerfile", "DL1", "a group is bad"),
            verdict("zizmor", "/p/api/Dockerfile", "DL1", "a user is bad"),
        ];
        let mut report = Report::of("hadolint", 2, || Ok(verdicts)).unwrap();
        sift(&mut report, &[allowed]);
        assert_eq!(report.verdicts.len(), 4);
        assert_eq!(report.allowed.into_iter().collect::<Vec<_>>(), [("hadolint[DL1]: why".to_owned(), 1)]);
    }
}
