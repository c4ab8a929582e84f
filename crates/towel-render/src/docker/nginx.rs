//! nginx.conf for pages, and for PHP.

use towel_model::Ask;

use super::{Build, Kind, public};
use crate::file::origin;
use crate::quantity;

/// What both have in common, up to their `server`.
fn beginning(build: &Build<'_>) -> String {
    format!(
        r#"{origin}worker_processes 2;
# In-flight answers may take so long after nginx is told to stop.
worker_shutdown_timeout {drain}s;
error_log stderr warn;
# Everything that nginx writes is in /tmp: the rest of the image may be read-only.
pid /tmp/nginx.pid;

events {{
    worker_connections 1024;
}}

http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;

    # As it was asked for, but without what stands behind `?`: that may hold secrets.
    map $request_uri $asked {{
        "~^(?<path>[^?]*)" $path;
    }}
    log_format json escape=json
        '{{"time":"$time_iso8601","level":"info","method":"$request_method","path":"$asked","status":$status,'
        '"duration":$request_time,"bytes":$bytes_sent,"client":"$http_x_forwarded_for","agent":"$http_user_agent"}}';
    access_log /dev/stdout json;

    client_body_temp_path /tmp/client_body;
    proxy_temp_path /tmp/proxy;
    fastcgi_temp_path /tmp/fastcgi;
    uwsgi_temp_path /tmp/uwsgi;
    scgi_temp_path /tmp/scgi;

    sendfile on;
    tcp_nopush on;
    server_tokens off;
    # What stands in front keeps connections open; closing them first would make it fail requests.
    keepalive_timeout 75s;
    # The port that users see is another.
    absolute_redirect off;

    gzip on;
    gzip_vary on;
    gzip_proxied any;
    gzip_min_length 1024;
    gzip_types text/css text/plain text/xml application/javascript application/json application/manifest+json application/wasm
        application/xml image/svg+xml;

"#,
        origin = origin("#", &build.origin()),
        drain = quantity::seconds(*build.service.drain).max(1),
    )
}

/// Headers that make browsers stricter. `add_header` in a location would drop them all, so they stand in the server.
const HEADERS: &str = r#"
        add_header X-Content-Type-Options nosniff always;
        add_header X-Frame-Options SAMEORIGIN always;
        add_header Referrer-Policy strict-origin-when-cross-origin always;
        add_header Content-Security-Policy "base-uri 'self'; frame-ancestors 'self'; object-src 'none'" always;
        # Browsers take it only over TLS, which ends in front of this.
        add_header Strict-Transport-Security "max-age=31536000" always;
"#;

/// Hidden files are nobody's business, but for what proves to an authority who owns a domain.
const HIDDEN: &str = r"
        location ~ /\.(?!well-known/) {
            return 404;
        }
";

pub(super) fn pages(build: &Build<'_>) -> String {
    let port = build.port().unwrap_or(8080);
    let root = if public::filled_by_shell(build).is_some() { "/tmp/site" } else { "/site" };
    let health = health(build);
    format!(
        r#"{beginning}    # The name of these changes with their contents.
    map $uri $cache_control {{
        default no-cache;
        "~^/(assets|static/(css|js|media)|_app/immutable|_astro|_next/static|_nuxt)/" "public, max-age=31536000, immutable";
        "~(-[0-9A-Z]{{8}}|\.[0-9a-f]{{8,}})\.(js|mjs|css)$" "public, max-age=31536000, immutable";
    }}

    server {{
        listen {port};
        server_name _;
        root {root};
        index index.html;
{HEADERS}        # Of answers that are well only: an error must not be kept for a year.
        add_header Cache-Control $cache_control;
{health}{HIDDEN}
        # A page that asks for a file which a newer version no longer has must not get a page instead.
        location ~ "\.(js|mjs|css|map|json|wasm|woff2?|png|jpe?g|gif|webp|avif|svg|ico)$" {{
            try_files $uri =404;
        }}

        # The application finds out itself which page a path means.
        location / {{
            try_files $uri $uri/ /index.html;
        }}
    }}
}}
"#,
        beginning = beginning(build),
    )
}

pub(super) fn php(build: &Build<'_>) -> String {
    let port = build.port().unwrap_or(8080);
    format!(
        r"{beginning}    server {{
        listen {port};
        server_name _;
        root /app/public;
        client_max_body_size 20m;
{HEADERS}{HIDDEN}
        location / {{
            try_files $uri /index.php$is_args$args;
        }}

        location = /index.php {{
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME $document_root/index.php;
            fastcgi_param DOCUMENT_ROOT $document_root;
            # `Proxy:` in a request would become the variable that HTTP clients take for their proxy.
            fastcgi_param HTTP_PROXY '';
            fastcgi_pass unix:/tmp/php-fpm.sock;
            fastcgi_read_timeout 60s;
        }}

        # Nothing else is run, whatever was uploaded.
        location ~ \.php$ {{
            return 404;
        }}
    }}
}}
",
        beginning = beginning(build),
    )
}

/// Answers on the declared paths of probes; `/` is a page and answers for itself.
fn health(build: &Build<'_>) -> String {
    debug_assert!(build.kind == Kind::Static);
    let probes = [&build.service.health.live, &build.service.health.ready].into_iter().flatten();
    let mut paths: Vec<&str> = probes
        .filter_map(|probe| match &probe.ask {
            Ask::Http(path) if path != "/" => Some(path.split('?').next().unwrap_or(path)),
            Ask::Http(_) | Ask::Tcp | Ask::Run(_) => None,
        })
        .collect();
    paths.dedup();
    if paths.is_empty() {
        paths.push("/healthz");
    }
    let location = |path: &&str| {
        format!(
            "\n        location = {} {{\n            access_log off;\n            default_type text/plain;\n            \
             return 200 ok;\n        }}\n",
            quoted(path)
        )
    };
    paths.iter().map(location).collect()
}

fn quoted(path: &str) -> String {
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte));
    if plain { path.to_owned() } else { format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\"")) }
}
