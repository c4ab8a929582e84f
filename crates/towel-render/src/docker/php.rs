//! Dockerfiles of PHP: one image with php-fpm behind nginx, or the bare interpreter for what does not listen.

use super::command::literal;
use super::datastores::{Client, clients};
use super::ending::{Ending, Entrypoint, beginning, packages};
use super::{Build, base};
use crate::quantity;

const BUILD: &str = r#"RUN <<"EOF"
set -eu
if [ -f bin/console ]; then
    # Symfony does not start without this file. Variables of the environment go before it.
    echo APP_ENV=prod > .env
    mkdir -p var
fi
if [ -f artisan ]; then
    mkdir -p bootstrap/cache storage/framework/cache storage/framework/sessions storage/framework/views storage/logs
fi
composer dump-autoload --no-dev --classmap-authoritative
if php -r 'exit(isset(json_decode(file_get_contents("composer.json"), true)["scripts"]["post-install-cmd"]) ? 0 : 1);'; then
    composer run-script --no-dev --no-interaction post-install-cmd
fi
# The folders that frameworks write to; they are given to the service below.
mkdir -p /writable
for folder in var storage bootstrap/cache; do
    if [ -d "$folder" ]; then
        mkdir -p "/writable/$folder"
        cp -r "$folder/." "/writable/$folder/"
    fi
done
EOF

"#;

const SERVE: &str = r#"# nginx and php-fpm are one service: they live and end together. A supervisor that starts one of them again by itself would
# hide from whoever runs the container that half of it is gone.
COPY --chmod=0755 <<"EOF" /usr/local/bin/serve
#!/bin/bash
set -u

php-fpm --nodaemonize &
fpm=$!
nginx -g 'daemon off;' &
web=$!

stop() {
    # nginx first: the requests that it still has need php-fpm.
    kill -QUIT "$web"
    wait "$web"
    kill -QUIT "$fpm"
    wait "$fpm"
    exit 0
}
trap stop TERM INT QUIT

wait -n "$fpm" "$web"
echo "nginx or php-fpm ended by itself, so both do" >&2
kill -TERM "$fpm" "$web" 2>/dev/null
wait
exit 1
EOF

"#;

pub(super) fn dockerfile(build: &Build<'_>) -> String {
    match build.port() {
        Some(_) => [start(build, base::PHP_FPM), web(build)].concat(),
        None => [start(build, base::PHP_CLI), worker(build)].concat(),
    }
}

/// Extensions that frameworks need, and those that speak to the datastores that are needed.
fn extensions(build: &Build<'_>) -> String {
    let mut extensions = vec!["bcmath", "intl", "opcache", "pcntl", "zip"];
    for client in clients(build) {
        extensions.extend_from_slice(match client {
            Client::Postgres => &["pdo_pgsql"],
            Client::Mysql => &["pdo_mysql"],
            Client::Mongodb => &["mongodb"],
            Client::Redis => &["redis"],
            Client::Rabbitmq => &["amqp", "sockets"],
            Client::S3 => &[],
        });
    }
    extensions.join(" ")
}

/// Everything up to the built application.
fn start(build: &Build<'_>, image: &str) -> String {
    let beginning = beginning(build, image);
    format!(
        r#"{beginning}FROM {image} AS base
COPY --from={installer} /usr/bin/install-php-extensions /usr/local/bin/
RUN install-php-extensions {extensions} && \
    mv "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini"
COPY <<"EOF" /usr/local/etc/php/conf.d/zz-towel.ini
; Code in an image does not change, so it is read once.
opcache.validate_timestamps = 0
opcache.max_accelerated_files = 20000
realpath_cache_size = 4096K
expose_php = off
EOF

WORKDIR /app

FROM base AS build
COPY --from={composer} /usr/bin/composer /usr/local/bin/
ENV COMPOSER_ALLOW_SUPERUSER=1 \
    COMPOSER_CACHE_DIR=/var/cache/composer \
    COMPOSER_HOME=/build/.composer
# Only what decides the packages, so that this layer lasts until they change. A private registry's key comes as a secret
# and stays out of every layer: docker build --secret id=composer,src=$HOME/.composer/auth.json
COPY composer.json composer.lock* symfony.lock* ./
RUN --mount=type=cache,target=/var/cache/composer \
    --mount=type=secret,id=composer,target=/build/.composer/auth.json,required=false \
    composer install --no-dev --no-interaction --no-progress --no-scripts --no-autoloader

COPY . .
{BUILD}FROM base
"#,
        installer = base::PHP_EXTENSIONS,
        composer = base::COMPOSER,
        extensions = extensions(build),
    )
}

const APPLICATION: &str =
    "# Owned by root: the service cannot change its own code, but for the folders that its framework writes to.
COPY --from=build /app ./
COPY --from=build --chown=10001:10001 /writable ./
";

fn worker(build: &Build<'_>) -> String {
    let command = literal(build.service).unwrap_or_else(|| ["php", "worker.php"].map(str::to_owned).to_vec());
    let ending = Ending { build, signal: "SIGTERM", entrypoint: Entrypoint::Init, command };
    [packages(&["tini=0.19.*"]), APPLICATION.to_owned(), ending.text()].concat()
}

fn web(build: &Build<'_>) -> String {
    let command = vec!["/usr/local/bin/serve".to_owned()];
    let ending = Ending { build, signal: "SIGTERM", entrypoint: Entrypoint::Nothing, command };
    let drain = quantity::seconds(*build.service.drain).max(1);
    let (children, why) = children(build);
    let configuration = build.nginx();
    format!(
        r#"{packages}{APPLICATION}COPY {configuration} /etc/nginx/nginx.conf
COPY <<"EOF" /usr/local/etc/php-fpm.d/zz-towel.conf
[global]
error_log = /dev/stderr
; Work that has begun may take so long after SIGQUIT.
process_control_timeout = {drain}s

[www]
listen = /tmp/php-fpm.sock
{why}pm = dynamic
pm.max_children = {children}
pm.start_servers = {spare}
pm.min_spare_servers = 1
pm.max_spare_servers = {spare}
; nginx has written the request down already.
access.log = /dev/null
catch_workers_output = yes
decorate_workers_output = no
clear_env = no
EOF

{SERVE}{ending}"#,
        packages = packages(&["nginx-light=1.22.*"]),
        spare = children.min(2),
        ending = ending.text(),
    )
}

/// How many requests are worked on at once. Each may hold a connection to every datastore.
fn children(build: &Build<'_>) -> (u32, &'static str) {
    match build.service.pool.iter().map(|(_, count)| count.value).min() {
        Some(count) => (count.max(1), "; Each child may hold a connection, and `pool` says how many there may be.\n"),
        None => (10, ""),
    }
}
