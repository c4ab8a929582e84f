//! Machines and containers: processor, memory, disk and network, and what the cluster says of its pods.

use towel_model::Stack;

use super::dashboard::Dashboard;
use super::grid::Row;
use super::panel::{ORANGE, Panel, RED, Unit};
use super::scraped::{all_containers, container_label, in_cluster};
use crate::names;

/// What everything runs on.
pub(super) fn infrastructure(stack: &Stack) -> Dashboard {
    let about = "Processor, memory, disk and network of the machines, and what each container takes of them.";
    let dashboard = Dashboard::new("infrastructure", "Infrastructure", about)
        .row(Row::new("Machines", 4, machines()))
        .row(Row::new("Containers", 3, containers(stack)));
    if in_cluster(stack) { dashboard.row(Row::new("Cluster", 3, cluster(stack))) } else { dashboard }
}

fn machines() -> Vec<Panel> {
    let idle = "avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[$__rate_interval]))";
    // Other kinds of file systems are views of the same disk, or none at all.
    let disk = "fstype!~\"tmpfs|overlay|squashfs|ramfs|iso9660\"";
    let used = |of: &str| format!("1 - node_{of}_avail_bytes{{{disk}}} / node_{of}_size_bytes{{{disk}}}");
    let network = |way: &str| {
        format!(
            "sum by (instance) (rate(node_network_{way}_bytes_total{{device!~\"lo|veth.*|docker.*|cni.*\"}}[$__rate_interval]))"
        )
    };
    vec![
        Panel::graph("Processor", Unit::Share)
            .about("The share of all cores in use.")
            .ask(format!("1 - {idle}"), "{{instance}}")
            .from(0.9, RED),
        Panel::graph("Memory", Unit::Share)
            .about("The share of memory that programs could not have any more.")
            .ask("1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes", "{{instance}}")
            .from(0.9, RED),
        Panel::graph("Disks", Unit::Share)
            .about("The share of each file system that is used. Full ones stop databases.")
            .ask(used("filesystem"), "{{instance}} {{mountpoint}}")
            .from(0.8, ORANGE)
            .from(0.9, RED),
        Panel::graph("Network", Unit::BytesPerSecond)
            .about("Bytes a second in and out.")
            .ask(network("receive"), "{{instance}} in")
            .ask(network("transmit"), "{{instance}} out"),
    ]
}

fn containers(stack: &Stack) -> Vec<Panel> {
    let (of, label) = (all_containers(stack), container_label(stack));
    let legend = format!("{{{{{label}}}}}");
    let sum = |expression: String| format!("sum by ({label}) ({expression})");
    let waited = format!("rate(container_cpu_cfs_throttled_periods_total{{{of}}}[$__rate_interval])");
    let periods = format!("rate(container_cpu_cfs_periods_total{{{of}}}[$__rate_interval])");
    vec![
        Panel::stacked("Processor", Unit::Cores)
            .about("Cores in use, by container.")
            .ask(sum(format!("rate(container_cpu_usage_seconds_total{{{of}}}[$__rate_interval])")), &*legend),
        Panel::stacked("Memory", Unit::Bytes)
            .about("Memory in use that cannot be given back, by container.")
            .ask(sum(format!("container_memory_working_set_bytes{{{of}}}")), &*legend),
        Panel::graph("Held back", Unit::Share)
            .about("The share of time slices in which a container had to wait because it was at its limit of processor time.")
            .ask(format!("{} / {}", sum(waited), sum(periods)), &*legend)
            .from(0.25, ORANGE),
    ]
}

fn cluster(stack: &Stack) -> Vec<Panel> {
    let of = format!("namespace=\"{}\"", names::namespace(stack));
    vec![
        Panel::graph("Pods that are not ready", Unit::Count)
            .about("Pods that should take requests and do not.")
            .ask(format!("sum by (pod) (kube_pod_status_ready{{{of}, condition=\"false\"}}) > 0"), "{{pod}}")
            .from(1.0, ORANGE),
        Panel::graph("Restarts", Unit::Count)
            .about("Containers that were started again within ten minutes.")
            .ask(format!("sum by (container) (increase(kube_pod_container_status_restarts_total{{{of}}}[10m]))"), "{{container}}")
            .from(1.0, ORANGE)
            .from(3.0, RED),
        Panel::graph("Volumes", Unit::Share)
            .about("The share of each volume that is used.")
            .ask(format!("kubelet_volume_stats_used_bytes{{{of}}} / kubelet_volume_stats_capacity_bytes{{{of}}}"), "{{persistentvolumeclaim}}")
            .from(0.8, ORANGE)
            .from(0.9, RED),
        Panel::graph("Instances", Unit::Count)
            .about("Instances that are ready, by deployment.")
            .ask(format!("kube_deployment_status_replicas_ready{{{of}}}"), "{{deployment}}"),
        Panel::graph("Room to grow", Unit::Count)
            .about("Instances that autoscaling may still add. At 0 it cannot help any more.")
            .ask(format!("kube_horizontalpodautoscaler_spec_max_replicas{{{of}}} - kube_horizontalpodautoscaler_status_current_replicas{{{of}}}"), "{{horizontalpodautoscaler}}")
            .rising_to_good()
            .from(1.0, "green"),
        Panel::graph("Nodes that are not ready", Unit::Count)
            .about("Machines of the cluster that take no pods.")
            .ask("sum by (node) (kube_node_status_condition{condition=\"Ready\", status!=\"true\"}) > 0", "{{node}}")
            .from(1.0, RED),
    ]
}
