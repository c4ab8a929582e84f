//! The front door: nginx before all services that are exposed.

use std::net::IpAddr;

use towel_check::CheckedStack;
use towel_model::{Service, Stack, Tls};

use super::setting::Setting;
use super::workload::{bounded, restart, scratch};
use super::{needs, nginx};
use crate::file::Files;
use crate::yaml::{Map, Yaml};

/// Where nginx listens within its container: a port that it may open without rights.
pub(super) const PORT: u16 = 8080;

/// Where the front door is on the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listen {
    /// An address; an IPv6 one in brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// Where the file says, else where the local engine's gateway would be. Docker wants an address: any name but `localhost`
/// could mean every network, so it is taken for this machine alone.
pub(crate) fn listen(stack: &Stack) -> Listen {
    let given = stack.environment.gateway.as_ref().and_then(|gateway| gateway.listen.as_ref());
    let given = given.and_then(|address| {
        let (host, port) = address.rsplit_once(':')?;
        let is_address = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        let host = if is_address { host } else { "127.0.0.1" };
        Some(Listen { host: host.to_owned(), port: port.parse().ok()? })
    });
    given.unwrap_or(Listen { host: "127.0.0.1".to_owned(), port: 8080 })
}

/// The certificate that the front door shows.
pub(crate) fn tls(stack: &Stack) -> Option<&Tls> {
    stack.environment.gateway.as_ref()?.tls.as_ref()
}

/// The name of the front door's container; none when nothing is exposed.
pub(crate) fn front_door(setting: Setting<'_>) -> Option<String> {
    (!exposed(setting).is_empty()).then(|| setting.unused("proxy"))
}

/// Whether something is exposed.
pub(crate) fn has_front_door(stack: &CheckedStack) -> bool {
    !exposed(Setting { stack, main: true }).is_empty()
}

/// Whether requests from outside reach it.
pub(super) fn is_exposed(service: &Service) -> bool {
    service.expose.is_some() && service.port.is_some()
}

/// Services that are exposed and run in this file.
pub(super) fn exposed(setting: Setting<'_>) -> Vec<&Service> {
    setting.services().filter(|service| is_exposed(service)).collect()
}

/// The proxy's configuration, when there is a proxy.
pub(super) fn files(setting: Setting<'_>, files: &mut Files) {
    if !exposed(setting).is_empty() {
        files.text(setting.mounted("nginx.conf"), nginx::configuration(setting));
    }
}

/// The container; none when nothing is exposed.
pub(super) fn container(setting: Setting<'_>) -> Option<(String, Map)> {
    let services = exposed(setting);
    if services.is_empty() {
        return None;
    }
    let Listen { host, port } = listen(setting.stack);
    let awaited = services.iter().map(|service| (service.name.to_string(), needs::readiness(service)));
    let ask = ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8081/"];
    let check = Map::new()
        .with("test", Yaml::row(ask))
        .with("interval", "5s")
        .with("timeout", "2s")
        .with("retries", 3_u32)
        .with("start_period", "10s");
    let container = Map::new()
        .with("image", crate::docker::NGINX)
        .with("ports", [format!("{host}:{port}:{PORT}")])
        .with("volumes", volumes(setting))
        .with("tmpfs", scratch(&["/tmp"]))
        .with("depends_on", needs::depends_on(awaited.collect()))
        .with("healthcheck", check)
        .with("networks", Yaml::row(["edge"]))
        // nginx ends requests under way on SIGQUIT, which its image asks Docker to send.
        .with("stop_grace_period", "1m")
        .with("restart", restart(setting))
        .with("read_only", true);
    let container = if tls(setting.stack).is_some() {
        // The key is the machine's user's alone, so root reads it; requests are served as another user.
        container
            .with("user", "0:0")
            .with("cap_drop", Yaml::row(["ALL"]))
            .with("cap_add", Yaml::row(["CHOWN", "DAC_OVERRIDE", "SETGID", "SETUID"]))
    } else {
        container.with("cap_drop", Yaml::row(["ALL"]))
    };
    let container = container.with("security_opt", Yaml::row(["no-new-privileges:true"]));
    Some((front_door(setting)?, bounded(container)))
}

fn volumes(setting: Setting<'_>) -> Vec<String> {
    let mut volumes = vec![format!("{}:/etc/nginx/nginx.conf:ro", setting.mount("nginx.conf"))];
    if let Some(tls) = tls(setting.stack) {
        volumes.push(format!("{}:/etc/nginx/tls/certificate.pem:ro", setting.beside(&tls.certificate)));
        volumes.push(format!("{}:/etc/nginx/tls/key.pem:ro", setting.beside(&tls.key)));
    }
    volumes
}
