//! `${resources.db.host}` and its like in towel's notation.

use super::resource::{Resource, Resources};
use crate::draft::{escape, is_secret, secret_name};

/// A text with placeholders, and those that could not be followed.
pub(super) fn follow(text: &str, resources: &Resources, workload: &str) -> (String, Vec<String>) {
    let mut done = String::new();
    let mut lost = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        done.push_str(&escape(before));
        if let Some(after) = after.strip_prefix('$') {
            // `$${` is literal in Score as well.
            done.push_str(if after.starts_with('{') { "$$" } else { "$" });
            rest = after;
            continue;
        }
        let Some((inside, after)) = after.strip_prefix('{').and_then(|inside| inside.split_once('}')) else {
            done.push_str(if after.starts_with('{') { "$$" } else { "$" });
            rest = after;
            continue;
        };
        match reference(inside, resources, workload) {
            Some(reference) => done.push_str(&reference),
            None => lost.push(format!("`${{{inside}}}`")),
        }
        rest = after;
    }
    done.push_str(&escape(rest));
    (done, lost)
}

fn reference(inside: &str, resources: &Resources, workload: &str) -> Option<String> {
    if inside == "metadata.name" {
        return Some(workload.to_owned());
    }
    let (name, field) = inside.strip_prefix("resources.")?.split_once('.')?;
    match resources.get(name)? {
        Resource::Dns => Some("${env.domain}".to_owned()),
        Resource::Environment => {
            let secret = secret_name(field);
            is_secret(&secret).then(|| format!("${{secret.{secret}}}"))
        }
        Resource::Workload(name) => {
            let field = match field {
                "hostname" | "host" | "name" => "host",
                "port" => "port",
                "url" | "uri" => "url",
                _ => return None,
            };
            Some(format!("${{{name}.{field}}}"))
        }
        Resource::Store(name) => {
            let field = match field {
                "host" | "hostname" | "endpoint" => "host",
                "port" => "port",
                "user" | "username" | "access_key_id" | "aws_access_key_id" => "user",
                "password" | "secret_key" | "aws_secret_key" => "password",
                "name" | "database" | "bucket" | "vhost" => "name",
                "uri" | "url" | "connection" | "connectionString" => "url",
                _ => return None,
            };
            Some(format!("${{{name}.{field}}}"))
        }
    }
}
