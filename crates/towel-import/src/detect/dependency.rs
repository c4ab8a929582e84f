//! Libraries that speak to datastores.

use crate::draft::DatastoreKind::{self, Mariadb, Mongodb, Mysql, Postgres, Rabbitmq, Redis, S3};

/// Of npm packages.
pub(super) const NODE: &[(&str, DatastoreKind)] = &[
    ("pg", Postgres),
    ("postgres", Postgres),
    ("pg-promise", Postgres),
    ("@neondatabase/serverless", Postgres),
    ("@prisma/adapter-pg", Postgres),
    ("mysql2", Mysql),
    ("mysql", Mysql),
    ("mariadb", Mariadb),
    ("mongodb", Mongodb),
    ("mongoose", Mongodb),
    ("@nestjs/mongoose", Mongodb),
    ("ioredis", Redis),
    ("redis", Redis),
    ("bullmq", Redis),
    ("bull", Redis),
    ("@nestjs/bullmq", Redis),
    ("connect-redis", Redis),
    ("amqplib", Rabbitmq),
    ("amqp-connection-manager", Rabbitmq),
    ("rhea", Rabbitmq),
    ("@aws-sdk/client-s3", S3),
    ("minio", S3),
];

/// Of Composer packages and PHP's extensions.
pub(super) const PHP: &[(&str, DatastoreKind)] = &[
    ("ext-pdo_pgsql", Postgres),
    ("ext-pgsql", Postgres),
    ("ext-pdo_mysql", Mysql),
    ("ext-mysqli", Mysql),
    ("ext-mongodb", Mongodb),
    ("mongodb/mongodb", Mongodb),
    ("mongodb/laravel-mongodb", Mongodb),
    ("doctrine/mongodb-odm-bundle", Mongodb),
    ("ext-redis", Redis),
    ("predis/predis", Redis),
    ("symfony/redis-messenger", Redis),
    ("ext-amqp", Rabbitmq),
    ("php-amqplib/php-amqplib", Rabbitmq),
    ("symfony/amqp-messenger", Rabbitmq),
    ("league/flysystem-aws-s3-v3", S3),
];

/// Of Python packages.
pub(super) const PYTHON: &[(&str, DatastoreKind)] = &[
    ("psycopg", Postgres),
    ("psycopg2", Postgres),
    ("psycopg2-binary", Postgres),
    ("asyncpg", Postgres),
    ("pg8000", Postgres),
    ("mysqlclient", Mysql),
    ("pymysql", Mysql),
    ("aiomysql", Mysql),
    ("asyncmy", Mysql),
    ("mysql-connector-python", Mysql),
    ("mariadb", Mariadb),
    ("pymongo", Mongodb),
    ("motor", Mongodb),
    ("mongoengine", Mongodb),
    ("beanie", Mongodb),
    ("redis", Redis),
    ("django-redis", Redis),
    ("rq", Redis),
    ("pika", Rabbitmq),
    ("aio-pika", Rabbitmq),
    ("minio", S3),
    ("django-storages", S3),
    ("aioboto3", S3),
];

/// Of Go modules, by how their paths begin.
pub(super) const GO: &[(&str, DatastoreKind)] = &[
    ("github.com/lib/pq", Postgres),
    ("github.com/jackc/pgx", Postgres),
    ("gorm.io/driver/postgres", Postgres),
    ("github.com/go-sql-driver/mysql", Mysql),
    ("gorm.io/driver/mysql", Mysql),
    ("go.mongodb.org/mongo-driver", Mongodb),
    ("github.com/redis/go-redis", Redis),
    ("github.com/go-redis/redis", Redis),
    ("github.com/gomodule/redigo", Redis),
    ("github.com/hibiken/asynq", Redis),
    ("github.com/rabbitmq/amqp091-go", Rabbitmq),
    ("github.com/streadway/amqp", Rabbitmq),
    ("github.com/aws/aws-sdk-go-v2/service/s3", S3),
    ("github.com/minio/minio-go", S3),
];

/// Of Rust crates; `name:feature` where only a feature tells.
pub(super) const RUST: &[(&str, DatastoreKind)] = &[
    ("sqlx:postgres", Postgres),
    ("diesel:postgres", Postgres),
    ("diesel-async:postgres", Postgres),
    ("sea-orm:sqlx-postgres", Postgres),
    ("tokio-postgres", Postgres),
    ("postgres", Postgres),
    ("deadpool-postgres", Postgres),
    ("sqlx:mysql", Mysql),
    ("diesel:mysql", Mysql),
    ("sea-orm:sqlx-mysql", Mysql),
    ("mysql_async", Mysql),
    ("mongodb", Mongodb),
    ("redis", Redis),
    ("fred", Redis),
    ("deadpool-redis", Redis),
    ("lapin", Rabbitmq),
    ("amqprs", Rabbitmq),
    ("aws-sdk-s3", S3),
    ("rust-s3", S3),
];

/// Databases in a file beside the program.
pub(super) const FILES: &[&str] = &[
    "better-sqlite3",
    "sqlite3",
    "sqlite",
    "github.com/mattn/go-sqlite3",
    "modernc.org/sqlite",
    "rusqlite",
    "sqlx:sqlite",
    "diesel:sqlite",
    "aiosqlite",
    "ext-pdo_sqlite",
    "ext-sqlite3",
];

/// What the dependencies speak to, each kind once.
pub(super) fn stores(
    names: &[String],
    table: &[(&str, DatastoreKind)],
    why: impl Fn(&str) -> String,
) -> Vec<(DatastoreKind, String)> {
    let mut found: Vec<(DatastoreKind, String)> = Vec::new();
    for (known, kind) in table {
        let met = names
            .iter()
            .any(|name| name == known || name.strip_prefix(known).is_some_and(|rest| rest.starts_with("/v")));
        if met && found.iter().all(|(other, _)| other != kind) {
            found.push((*kind, why(known)));
        }
    }
    found
}
