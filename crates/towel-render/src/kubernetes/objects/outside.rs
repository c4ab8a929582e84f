//! Which ports of the internet a service calls, as far as its variables tell.

use k8s_openapi::api::networking::v1::{IPBlock, NetworkPolicyPeer};
use towel_model::{Reference, Service};

use super::shorthand::some;
use super::variable::Variables;

/// Whoever calls a stranger holds its address or a credential for it: the ports of URLs in plain variables, HTTPS for
/// whoever holds a secret, and the submission of mail where a secret is called after it.
pub(super) fn ports(service: &Service, variables: &Variables, buckets: bool) -> Vec<u16> {
    let mut ports: Vec<u16> = variables.plain.values().filter_map(|text| port_of(text)).collect();
    ports.extend(buckets.then_some(443));
    ports.extend(variables.taken.iter().filter_map(|variable| port_of(variable.value.as_deref()?)));
    for variable in &service.env {
        let references = variable.value.iter().flat_map(|value| value.references());
        for secret in references.filter_map(|(to, _)| if let Reference::Secret(name) = to { Some(name) } else { None })
        {
            ports.push(443);
            if [variable.name.as_str(), secret].into_iter().any(is_about_mail) {
                ports.extend([465, 587]);
            }
        }
    }
    ports.sort_unstable();
    ports.dedup();
    ports
}

fn is_about_mail(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("mail") || name.contains("smtp")
}

/// The port of a URL outside of the cluster; names without a point are the cluster's own.
pub(super) fn port_of(text: &str) -> Option<u16> {
    let (scheme, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, port.parse().ok()));
    if !name.contains('.') {
        return None;
    }
    port.or(match scheme {
        "https" | "wss" => Some(443),
        "http" | "ws" => Some(80),
        "smtp" => Some(587),
        "smtps" => Some(465),
        "postgres" | "postgresql" => Some(5432),
        "mysql" => Some(3306),
        "mongodb" => Some(27017),
        "redis" | "rediss" => Some(6379),
        "amqp" => Some(5672),
        "amqps" => Some(5671),
        _ => None,
    })
}

/// Addresses that only networks of somebody's own have: clusters, providers' private networks, a node's metadata.
const PRIVATE: [&str; 4] = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"];

/// All of the internet, and nothing of the cluster's or the provider's own network.
pub(super) fn internet() -> Vec<NetworkPolicyPeer> {
    let except = PRIVATE.into_iter().chain(["169.254.0.0/16"]).map(str::to_owned).collect();
    let six = ["fc00::/7", "fe80::/10"].map(str::to_owned).to_vec();
    vec![block("0.0.0.0/0", Some(except)), block("::/0", Some(six))]
}

/// The provider's private network, where the datastores are that it runs.
pub(super) fn provider() -> Vec<NetworkPolicyPeer> {
    PRIVATE.into_iter().map(|cidr| block(cidr, None)).collect()
}

fn block(cidr: &str, except: Option<Vec<String>>) -> NetworkPolicyPeer {
    let cidr = some(cidr).unwrap_or_default();
    NetworkPolicyPeer { ip_block: Some(IPBlock { cidr, except }), ..NetworkPolicyPeer::default() }
}

#[cfg(test)]
mod tests {
    use super::port_of;

    #[test]
    fn a_url_tells_its_port_when_it_leads_outside() {
        let ports = [
            "https://api.shop.example/v1",
            "http://user:secret@hooks.example:8443",
            "http://backend:3001",
            "postgres://db.example/app",
            "gopher://a.example",
            "production",
        ];
        assert_eq!(ports.map(port_of), [Some(443), Some(8443), None, Some(5432), None, None]);
    }
}
