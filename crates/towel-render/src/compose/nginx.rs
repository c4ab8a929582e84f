//! The front door's nginx configuration: hosts, paths, WebSockets, sticky clients and rate limits.

use std::collections::HashMap;
use std::fmt::Write;

use towel_model::{Rate, Service};

use super::environment::domain;
use super::proxy::{PORT, exposed, tls};
use super::setting::Setting;
use crate::file::origin;

/// The whole file.
pub(super) fn configuration(setting: Setting<'_>) -> String {
    let services = exposed(setting);
    let mut text = origin("#", "services.*.expose");
    text.push_str("# Sends requests for the product's hosts to the services that are exposed.\n");
    if tls(setting.stack).is_some() {
        text.push_str("user daemon;\n");
    }
    text.push_str(BASE);
    if tls(setting.stack).is_some() {
        text.push_str(TLS);
    }
    limits(&services, &mut text);
    sticky(setting, &services, &mut text);
    text.push_str(HEALTH);
    let hosts = hosts(setting, &services);
    let has_default = hosts.first().is_some_and(|(host, _)| is_catch_all(setting, host));
    for (place, (host, services)) in hosts.iter().enumerate() {
        server(setting, host, services, has_default && place == 0, &mut text);
    }
    if !has_default {
        unknown_host(setting, &mut text);
    }
    text.push_str("}\n");
    text
}

const BASE: &str = "\
worker_processes auto;
error_log stderr warn;
# All but /tmp is read-only here.
pid /tmp/nginx.pid;

events {
    worker_connections 1024;
}

http {
    access_log /dev/stdout;
    server_tokens off;
    server_names_hash_bucket_size 256;
    client_body_temp_path /tmp/client_body;
    fastcgi_temp_path /tmp/fastcgi;
    proxy_temp_path /tmp/proxy;
    scgi_temp_path /tmp/scgi;
    uwsgi_temp_path /tmp/uwsgi;

    # Docker's DNS. It is asked again, since a container that is replaced has another address.
    resolver 127.0.0.11 valid=5s ipv6=off;

    # Services say themselves how much they take.
    client_max_body_size 0;
    proxy_buffering off;
    proxy_connect_timeout 5s;
    proxy_http_version 1.1;
    proxy_set_header Connection $connection_header;
    proxy_set_header Host $http_host;
    proxy_set_header Upgrade $upgrade;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Host $http_host;
    proxy_set_header X-Forwarded-Proto $scheme;
    map $upgrade $connection_header {
        \"\" \"\";
        default upgrade;
    }
";

const TLS: &str = "
    ssl_certificate /etc/nginx/tls/certificate.pem;
    ssl_certificate_key /etc/nginx/tls/key.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
";

const HEALTH: &str = "
    # Asked by the container's health check.
    server {
        listen 127.0.0.1:8081;
        access_log off;
        return 204;
    }
";

/// Hosts in the order of the file, the one that answers to unknown names first, each with its services.
fn hosts<'a>(setting: Setting<'_>, services: &[&'a Service]) -> Vec<(String, Vec<&'a Service>)> {
    let mut hosts: Vec<(String, Vec<&Service>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for service in services {
        let Some(host) = host(setting, service) else { continue };
        match places.get(&host).and_then(|place| hosts.get_mut(*place)) {
            Some((_, services)) => services.push(service),
            None => {
                places.insert(host.clone(), hosts.len());
                hosts.push((host, vec![service]));
            }
        }
    }
    if let Some(place) = hosts.iter().position(|(host, _)| is_catch_all(setting, host)) {
        let first = hosts.remove(place);
        hosts.insert(0, first);
    }
    hosts
}

fn host(setting: Setting<'_>, service: &Service) -> Option<String> {
    let expose = service.expose.as_ref()?;
    let filled = super::environment::filled(setting, service, &expose.host);
    Some(filled.to_ascii_lowercase())
}

/// As with the local engine, a developer reaches what is exposed at the domain itself by any name.
fn is_catch_all(setting: Setting<'_>, host: &str) -> bool {
    setting.is_for_developers() && host == domain(setting)
}

fn listen(setting: Setting<'_>, is_default: bool) -> String {
    let ssl = if tls(setting.stack).is_some() { " ssl" } else { "" };
    let default = if is_default { " default_server" } else { "" };
    format!("        listen {PORT}{default}{ssl};\n")
}

fn server(setting: Setting<'_>, host: &str, services: &[&Service], is_default: bool, text: &mut String) {
    text.push_str("\n    server {\n");
    text.push_str(&listen(setting, is_default));
    line(text, format_args!("        server_name {host};"));
    text.push_str("        set $upgrade \"\";\n");
    let mut services = services.to_vec();
    // The first expression that fits is taken, so longer paths come first.
    services.sort_by_key(|service| std::cmp::Reverse(path(service).len()));
    services.iter().for_each(|service| location(service, text));
    text.push_str("    }\n");
}

fn unknown_host(setting: Setting<'_>, text: &mut String) {
    text.push_str("\n    # Other hosts lead nowhere.\n    server {\n");
    text.push_str(&listen(setting, true));
    text.push_str("        server_name _;\n        return 404;\n    }\n");
}

/// The path without its query and last slash; empty for the root.
fn path(service: &Service) -> &str {
    let path = service.expose.as_ref().map_or("", |expose| expose.path.as_str());
    path.split('?').next().unwrap_or_default().trim_end_matches('/')
}

fn location(service: &Service, text: &mut String) {
    let (Some(expose), Some(port)) = (&service.expose, &service.port) else { return };
    match path(service) {
        "" => text.push_str("\n        location / {\n"),
        // A prefix that ends between two parts of the path: `/api` is not for `/apix`.
        path => line(text, format_args!("\n        location ~ \"^{}(/|$)\" {{", expression(path))),
    }
    if expose.rate_limit.is_some() {
        line(text, format_args!("            limit_req zone={}{};", service.name.as_str(), burst(service)));
    }
    if expose.websocket {
        text.push_str("            set $upgrade $http_upgrade;\n            # A WebSocket may be silent for long.\n");
        text.push_str("            proxy_read_timeout 1h;\n            proxy_send_timeout 1h;\n");
    }
    if expose.sticky {
        text.push_str("            add_header Set-Cookie $sticky_cookie always;\n");
        line(text, format_args!("            set $backend ${{{}}}:{};", container_variable(service), port.value));
    } else {
        line(text, format_args!("            set $backend {}:{};", service.name.as_str(), port.value));
    }
    text.push_str(
        "            # A name in a variable is looked up at each request, one written out only at the start.\n",
    );
    text.push_str("            proxy_pass http://$backend;\n        }\n");
}

/// Paths as expressions that match nothing else.
fn expression(path: &str) -> String {
    let mut text = String::new();
    for letter in path.chars() {
        if "\\.+*?()[]{}|^$\"".contains(letter) {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

fn limits(services: &[&Service], text: &mut String) {
    let limited =
        |service: &&Service| Some((service.name.to_string(), service.expose.as_ref()?.rate_limit.as_ref()?.value));
    let limits: Vec<(String, Rate)> = services.iter().filter_map(limited).collect();
    if limits.is_empty() {
        return;
    }
    text.push_str("\n    limit_req_status 429;\n");
    for (name, rate) in limits {
        line(text, format_args!("    limit_req_zone $binary_remote_addr zone={name}:10m rate={};", rate_of(rate).0));
    }
}

/// The rate as nginx counts, and whether that is exact.
pub(super) fn rate_of(rate: Rate) -> (String, bool) {
    let (second, minute) = (rate.per_second(), rate.per_second() * 60.0);
    let is_whole = |rate: f64| rate >= 1.0 && (rate - rate.round()).abs() < 1e-9;
    if is_whole(second) {
        (format!("{}r/s", second.round()), true)
    } else {
        // Rounded up: nobody is refused what the file allows.
        (format!("{}r/m", minute.ceil().max(1.0)), is_whole(minute))
    }
}

/// A whole period's worth may come at once.
fn burst(service: &Service) -> String {
    let rate = service.expose.as_ref().and_then(|expose| expose.rate_limit.as_ref());
    let at_once = rate.map_or(1.0, |rate| rate.count.floor());
    if at_once > 1.0 { format!(" burst={} nodelay", at_once - 1.0) } else { String::new() }
}

/// One container for each client, chosen by a cookie that the first answer sets.
fn sticky(setting: Setting<'_>, services: &[&Service], text: &mut String) {
    let is_sticky = |service: &&&Service| service.expose.as_ref().is_some_and(|expose| expose.sticky);
    let services: Vec<&&Service> = services.iter().filter(is_sticky).collect();
    if services.is_empty() {
        return;
    }
    let secure = if tls(setting.stack).is_some() { "; Secure" } else { "" };
    let cookie = format!("towel_sticky=$request_id; Path=/; HttpOnly; SameSite=Lax{secure}");
    text.push_str(
        "\n    # A client stays with its container: a cookie, made with its first answer, chooses one of them.\n",
    );
    text.push_str("    map $cookie_towel_sticky $sticky_key {\n        \"\" $request_id;\n");
    text.push_str("        default $cookie_towel_sticky;\n    }\n");
    line(text, format_args!("    map $cookie_towel_sticky $sticky_cookie {{\n        \"\" \"{cookie}\";"));
    text.push_str("        default \"\";\n    }\n");
    services.iter().for_each(|service| choice(setting, service, text));
}

fn choice(setting: Setting<'_>, service: &Service, text: &mut String) {
    let (name, count) = (service.name.as_str(), service.replicas.min.max(1));
    line(text, format_args!("    split_clients $sticky_key ${} {{", container_variable(service)));
    for number in 1..=count {
        let container = format!("{}-{name}-{number}", setting.project());
        if number == count {
            line(text, format_args!("        * {container};"));
        } else {
            line(text, format_args!("        {:.2}% {container};", 100.0 / f64::from(count)));
        }
    }
    text.push_str("    }\n");
}

fn container_variable(service: &Service) -> String {
    format!("{}_container", service.name.replace('-', "_"))
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a String takes everything");
}
