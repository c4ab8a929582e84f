//! What processes of a pod may not do.

use k8s_openapi::api::core::v1::{Capabilities, PodSecurityContext, SeccompProfile, SecurityContext};

use super::shorthand::{some, texts};

/// The user and group of services: a number, because the cluster cannot see from an image that names its user that
/// it is not root; and above those that a node's own accounts have.
pub(super) const USER: i64 = 10_001;

/// A pod of the profile `restricted`, run as `user`.
pub(super) fn pod(user: i64) -> PodSecurityContext {
    PodSecurityContext {
        run_as_non_root: Some(true),
        run_as_user: Some(user),
        run_as_group: Some(user),
        fs_group: Some(user),
        // Only the first start hands a volume over; databases refuse files that others may write.
        fs_group_change_policy: some("OnRootMismatch"),
        seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".to_owned(), ..SeccompProfile::default() }),
        ..PodSecurityContext::default()
    }
}

/// A container of the profile `restricted`, whose own files cannot be changed.
pub(super) fn container() -> SecurityContext {
    SecurityContext {
        allow_privilege_escalation: Some(false),
        read_only_root_filesystem: Some(true),
        capabilities: Some(Capabilities { drop: texts(["ALL"]), ..Capabilities::default() }),
        ..SecurityContext::default()
    }
}
