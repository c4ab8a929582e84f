//! Databases, caches and brokers: what they do, and how near to their limits they are.

use towel_model::{Datastore, DatastoreKind, Stack};

use super::dashboard::Dashboard;
use super::grid::Row;
use super::panel::{ORANGE, Panel, RED, Unit};
use super::scraped::{datastores, job, up};
use crate::quantity::window;

/// None without datastores whose series there are.
pub(super) fn databases(stack: &Stack) -> Option<Dashboard> {
    let about = "Whether each datastore answers, what it does, and how near to its limits it is.";
    let rows: Vec<Row> = datastores(stack).map(|datastore| row(stack, datastore)).collect();
    (!rows.is_empty()).then(|| Dashboard::new("database", "Databases", about).rows(rows))
}

fn row(stack: &Stack, datastore: &Datastore) -> Row {
    let job = job(datastore);
    let mut panels = vec![
        Panel::states("Answers")
            .about("Whether the datastore answers its exporter.")
            .ask(up(datastore), "{{instance}}"),
    ];
    panels.extend(match *datastore.kind {
        DatastoreKind::Postgres => postgres(stack, datastore, &job),
        DatastoreKind::Mysql | DatastoreKind::Mariadb => mysql(stack, datastore, &job),
        DatastoreKind::Mongodb => mongodb(stack, datastore, &job),
        DatastoreKind::Redis => redis(stack, datastore, &job),
        DatastoreKind::Rabbitmq => rabbitmq(stack, datastore, &job),
        DatastoreKind::S3 => minio(&job),
    });
    panels.extend(backup(datastore));
    Row::new(title(datastore), 3, panels)
}

fn title(datastore: &Datastore) -> String {
    let backup = datastore.backup.as_ref().and_then(|backup| backup.rpo.as_ref());
    let promise = backup.map_or_else(String::new, |rpo| format!(", at most {} of data may be lost", window(**rpo)));
    format!("{} ({}{promise})", datastore.name.as_str(), kind_name(*datastore.kind))
}

/// How old the newest good backup is, in each store.
fn backup(datastore: &Datastore) -> Option<Panel> {
    let backup = datastore.backup.as_ref()?;
    let name = datastore.name.as_str();
    let newest = format!("max by (store) (towel_backup_last_success_timestamp_seconds{{datastore=\"{name}\"}})");
    let panel = Panel::graph("Age of the newest backup", Unit::Seconds).ask(format!("time() - {newest}"), "{{store}}");
    Some(match &backup.rpo {
        Some(rpo) => panel
            .about(format!(
                "Time since the newest good backup in each store. At most {} of data may be lost.",
                window(**rpo)
            ))
            .from(rpo.as_secs_f64(), RED),
        None => panel.about("Time since the newest good backup in each store."),
    })
}

fn minio(job: &str) -> Vec<Panel> {
    let rate = |metric: &str| format!("sum(rate({metric}{{{job}}}[$__rate_interval]))");
    vec![
        Panel::graph("Requests", Unit::RequestsPerSecond)
            .about("Requests a second, and those of them that failed.")
            .ask(rate("minio_s3_requests_total"), "all")
            .ask(rate("minio_s3_requests_errors_total"), "failed"),
        Panel::graph("Traffic", Unit::BytesPerSecond)
            .about("Bytes a second in and out.")
            .ask(rate("minio_s3_traffic_received_bytes"), "in")
            .ask(rate("minio_s3_traffic_sent_bytes"), "out"),
        Panel::graph("Room left", Unit::Bytes)
            .about("What can still be stored.")
            .ask(format!("min(minio_cluster_capacity_usable_free_bytes{{{job}}})"), "left"),
    ]
}

/// As people write it.
pub(super) const fn kind_name(kind: DatastoreKind) -> &'static str {
    match kind {
        DatastoreKind::Postgres => "PostgreSQL",
        DatastoreKind::Mysql => "MySQL",
        DatastoreKind::Mariadb => "MariaDB",
        DatastoreKind::Mongodb => "MongoDB",
        DatastoreKind::Redis => "Redis",
        DatastoreKind::Rabbitmq => "RabbitMQ",
        DatastoreKind::S3 => "S3",
    }
}

/// Open connections, coloured by the declared limit, with what services may open.
fn connections(stack: &Stack, datastore: &Datastore) -> Panel {
    let mut lines = vec!["Open connections.".to_owned()];
    lines.extend(stack.services.iter().filter_map(|service| {
        let pool = service.pool.iter().find(|(name, _)| name.value == datastore.name.value)?.1.value;
        Some(format!("Each instance of `{}` opens up to {pool}.", service.name.as_str()))
    }));
    let panel = Panel::graph("Connections", Unit::Count);
    let Some(most) = &datastore.max_connections else { return panel.about(lines.join(" ")) };
    lines.push(format!("The server accepts {}; the lines are at 80% and 100% of it.", most.value));
    let most = f64::from(most.value);
    panel.about(lines.join(" ")).from(most * 0.8, ORANGE).from(most, RED)
}

fn postgres(stack: &Stack, datastore: &Datastore, job: &str) -> Vec<Panel> {
    let hits = format!("sum(rate(pg_stat_database_blks_hit{{{job}}}[$__rate_interval]))");
    let reads = format!("sum(rate(pg_stat_database_blks_read{{{job}}}[$__rate_interval]))");
    vec![
        connections(stack, datastore).ask(format!("sum by (instance) (pg_stat_database_numbackends{{{job}}})"), "open"),
        Panel::graph("Transactions", Unit::PerSecond)
            .about("Transactions a second. Many that are rolled back point at errors in services.")
            .ask(format!("sum(rate(pg_stat_database_xact_commit{{{job}}}[$__rate_interval]))"), "committed")
            .ask(format!("sum(rate(pg_stat_database_xact_rollback{{{job}}}[$__rate_interval]))"), "rolled back"),
        Panel::graph("Reads from memory", Unit::Share)
            .about("The share of blocks that were in memory already. Below 95% the server needs more memory, or a query an index.")
            .ask(format!("{hits} / ({hits} + {reads})"), "from memory")
            .rising_to_good()
            .from(0.9, ORANGE)
            .from(0.95, "green"),
        Panel::graph("Size", Unit::Bytes).about("Size of each database on disk.").ask(format!("pg_database_size_bytes{{{job}, datname!~\"template.*\"}}"), "{{datname}}"),
        Panel::graph("Deadlocks", Unit::PerSecond)
            .about("Transactions that waited for each other until one was ended.")
            .ask(format!("sum by (datname) (rate(pg_stat_database_deadlocks{{{job}}}[$__rate_interval]))"), "{{datname}}"),
    ]
}

fn mysql(stack: &Stack, datastore: &Datastore, job: &str) -> Vec<Panel> {
    let rate = |metric: &str| format!("sum(rate({metric}{{{job}}}[$__rate_interval]))");
    let requests = rate("mysql_global_status_innodb_buffer_pool_read_requests");
    vec![
        connections(stack, datastore).ask(format!("mysql_global_status_threads_connected{{{job}}}"), "open"),
        Panel::graph("Queries", Unit::PerSecond)
            .about("Queries a second, and those of them that took longer than `long_query_time`.")
            .ask(rate("mysql_global_status_queries"), "all")
            .ask(rate("mysql_global_status_slow_queries"), "slow"),
        Panel::graph("Reads from memory", Unit::Share)
            .about("The share of pages that were in the buffer pool already. Below 95% the server needs more memory, or a query an index.")
            .ask(format!("1 - {} / {requests}", rate("mysql_global_status_innodb_buffer_pool_reads")), "from memory")
            .rising_to_good()
            .from(0.9, ORANGE)
            .from(0.95, "green"),
        Panel::graph("Waits for locks", Unit::PerSecond)
            .about("Row locks that a transaction had to wait for.")
            .ask(rate("mysql_global_status_innodb_row_lock_waits"), "waits"),
        Panel::graph("Running threads", Unit::Count).about("Connections that run a query right now.").ask(format!("mysql_global_status_threads_running{{{job}}}"), "running"),
    ]
}

fn mongodb(stack: &Stack, datastore: &Datastore, job: &str) -> Vec<Panel> {
    vec![
        connections(stack, datastore)
            .ask(format!("mongodb_ss_connections{{{job}, conn_type=\"current\"}}"), "{{instance}}"),
        Panel::stacked("Operations", Unit::PerSecond).about("Operations a second, by kind.").ask(
            format!("sum by (legacy_op_type) (rate(mongodb_ss_opcounters{{{job}}}[$__rate_interval]))"),
            "{{legacy_op_type}}",
        ),
        Panel::graph("Memory", Unit::Bytes)
            .about("Memory that the server holds.")
            // The exporter tells it in mebibytes.
            .ask(format!("mongodb_ss_mem_resident{{{job}}} * 1024 * 1024"), "{{instance}}"),
        Panel::graph("Documents", Unit::PerSecond).about("Documents read and changed a second, by kind.").ask(
            format!("sum by (doc_op_type) (rate(mongodb_ss_metrics_document{{{job}}}[$__rate_interval]))"),
            "{{doc_op_type}}",
        ),
        Panel::graph("Waiting operations", Unit::Count)
            .about("Operations that wait for a lock. They should be none, most of the time.")
            .ask(format!("mongodb_ss_globalLock_currentQueue{{{job}, count_type=\"total\"}}"), "{{instance}}"),
    ]
}

fn redis(stack: &Stack, datastore: &Datastore, job: &str) -> Vec<Panel> {
    let rate = |metric: &str| format!("sum(rate({metric}{{{job}}}[$__rate_interval]))");
    let (hits, misses) = (rate("redis_keyspace_hits_total"), rate("redis_keyspace_misses_total"));
    vec![
        connections(stack, datastore).ask(format!("redis_connected_clients{{{job}}}"), "{{instance}}"),
        Panel::graph("Commands", Unit::PerSecond)
            .about("Commands a second.")
            .ask(rate("redis_commands_processed_total"), "commands"),
        Panel::graph("Keys found", Unit::Share)
            .about("The share of look-ups that found their key. What is low for a cache may be right for a store.")
            .ask(format!("{hits} / ({hits} + {misses})"), "found"),
        Panel::graph("Memory", Unit::Bytes)
            .about("Memory for data, and its limit (none while it is 0).")
            .ask(format!("redis_memory_used_bytes{{{job}}}"), "used")
            .ask(format!("redis_memory_max_bytes{{{job}}}"), "limit"),
        Panel::graph("Keys given up", Unit::PerSecond)
            .about("Keys removed because memory was full, and because their time was over.")
            .ask(rate("redis_evicted_keys_total"), "memory was full")
            .ask(rate("redis_expired_keys_total"), "time was over"),
    ]
}

fn rabbitmq(stack: &Stack, datastore: &Datastore, job: &str) -> Vec<Panel> {
    let rate = |metric: &str| format!("sum(rate({metric}{{{job}}}[$__rate_interval]))");
    vec![
        connections(stack, datastore).ask(format!("sum(rabbitmq_connections{{{job}}})"), "open"),
        Panel::graph("Messages that wait", Unit::Count)
            .about("Ready: nobody has taken them. Taken: somebody has, and has not said that it is done. Both rising means that consumers are too slow, or gone.")
            .ask(format!("sum(rabbitmq_queue_messages_ready{{{job}}})"), "ready")
            .ask(format!("sum(rabbitmq_queue_messages_unacked{{{job}}})"), "taken"),
        Panel::graph("Messages", Unit::PerSecond)
            .about("Messages in and out a second.")
            .ask(rate("rabbitmq_global_messages_received_total"), "in")
            .ask(rate("rabbitmq_global_messages_delivered_total"), "out"),
        Panel::graph("Memory", Unit::Bytes)
            .about("Memory in use, and the limit above which publishers are held back.")
            .ask(format!("sum(rabbitmq_process_resident_memory_bytes{{{job}}})"), "used")
            .ask(format!("sum(rabbitmq_resident_memory_limit_bytes{{{job}}})"), "limit"),
        Panel::graph("Disk left", Unit::Bytes)
            .about("Disk space left, and the limit below which publishers are held back.")
            .ask(format!("min(rabbitmq_disk_space_available_bytes{{{job}}})"), "left")
            .ask(format!("max(rabbitmq_disk_space_available_limit_bytes{{{job}}})"), "limit"),
    ]
}
