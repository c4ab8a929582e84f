//! Why keys of Score files have no counterpart.

use crate::account::Reason;

/// By the order of its rows, the first that fits gives the reason.
pub(crate) const REASONS: &[Reason] = &[
    ("metadata.annotations.**", "annotations are not passed on"),
    ("metadata.**", "only the name is read"),
    ("service.ports.*.protocol", "TCP is what is meant anyway"),
    ("service.ports.**", "this is no port that could be read"),
    ("containers.*.files.**", "files belong into the image, or into a variable"),
    ("containers.*.volumes.**", "instances of towel's services keep no files: use a datastore (`kind: s3` for files)"),
    ("containers.*.before.**", "a service runs one container"),
    ("containers.*.resources.**", "this is no amount that could be read"),
    ("containers.*.*Probe.httpGet.scheme", "instances are asked without TLS"),
    ("containers.*.*Probe.httpGet.host", "instances are asked at their own address"),
    ("containers.*.*Probe.httpGet.httpHeaders.**", "probes send no headers"),
    ("containers.*.livenessProbe.**", "towel knows no such key of a probe"),
    ("containers.*.readinessProbe.**", "towel knows no such key of a probe"),
    ("resources.*.class", "towel has one way to run each kind"),
    ("resources.*.id", "it says which workloads share it; only datastores are shared"),
    ("resources.*.metadata.**", "annotations are not passed on"),
    ("resources.*.params.port", "the service's own port is exposed"),
    ("resources.*.params.**", "parameters of a provisioner; towel has keys of its own for what it knows"),
    ("resources.*.type", "this type is not known"),
];
