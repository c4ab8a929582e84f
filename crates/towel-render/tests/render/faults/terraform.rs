//! Fault 48: what holds data and may be destroyed by a slip.

use super::artefacts::Artefacts;
use super::fault::{Detector, Fault};
use super::hcl::{Block, blocks};

pub(super) const DETECTORS: &[Detector] = &[Detector {
    name: "data that a slip destroys",
    numbers: &[48],
    find: unprotected,
    bad: &[
        "=== t/a.tf\nresource \"aws_db_instance\" \"db\" {\n  deletion_protection = true\n}\n",
        "=== t/a.tf\nresource \"aws_s3_bucket\" \"b\" {\n  lifecycle {\n    prevent_destroy = false\n  }\n}\n",
    ],
    good: &[
        "=== t/a.tf\nresource \"aws_s3_bucket\" \"b\" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\nresource \"aws_iam_role\" \"r\" {\n}\n",
    ],
}];

/// Resources that hold data which nothing else has.
const STATEFUL: [&str; 14] = [
    "aws_db_instance",
    "aws_db_cluster",
    "aws_rds_cluster",
    "aws_rds_cluster_instance",
    "aws_docdb_cluster",
    "aws_dynamodb_table",
    "aws_ebs_volume",
    "aws_efs_file_system",
    "aws_elasticache_replication_group",
    "aws_mq_broker",
    "aws_s3_bucket",
    "aws_kms_key",
    "kubernetes_persistent_volume_claim",
    "kubernetes_persistent_volume_claim_v1",
];

fn unprotected(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, text) in artefacts.files().filter(|(path, _)| path.ends_with(".tf")) {
        let stateful = blocks(text).into_iter().filter(|block| {
            block.keyword == "resource" && block.labels.first().is_some_and(|kind| STATEFUL.contains(&kind.as_str()))
        });
        let guarded = |block: &Block| {
            block.inner("lifecycle").iter().any(|it| it.attribute("prevent_destroy").as_deref() == Some("true"))
        };
        faults.extend(
            stateful
                .filter(|block| !guarded(block))
                .map(|block| Fault::new(path, format!("{:?} may be destroyed", block.labels))),
        );
    }
    faults
}
