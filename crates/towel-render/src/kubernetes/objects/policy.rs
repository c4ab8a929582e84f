//! Who may talk to whom: nobody, but for what the product says.

use std::collections::BTreeMap;

use k8s_openapi::api::networking::v1::{
    NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort,
    NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use towel_model::{Datastore, DatastoreKind, IngressApi, Service};

use super::scene::{Need, Scene};
use super::service::component;
use super::shorthand::{filled, matching, some, texts};
use super::variable::Variables;
use super::{exporter, outside};
use crate::kubernetes::object::{Object, Part};

/// Where Prometheus runs.
const MONITORING: &str = "monitoring";

/// Carried by the pods of a gateway, whichever controller makes them.
const GATEWAY_LABEL: &str = "gateway.networking.k8s.io/gateway-name";

/// What one kind of pod may be sent and may send.
#[derive(Default)]
pub(super) struct Traffic {
    pub(super) ingress: Vec<NetworkPolicyIngressRule>,
    pub(super) egress: Vec<NetworkPolicyEgressRule>,
}

impl Traffic {
    pub(super) fn admit(&mut self, from: Vec<NetworkPolicyPeer>, ports: &[u16]) {
        if !from.is_empty() {
            self.ingress.push(NetworkPolicyIngressRule { from: Some(from), ports: Some(tcp(ports)) });
        }
    }

    pub(super) fn allow(&mut self, to: Vec<NetworkPolicyPeer>, ports: &[u16]) {
        self.egress.push(NetworkPolicyEgressRule { to: Some(to), ports: Some(tcp(ports)) });
    }

    /// Names have to be resolved before anything can be called; answers that do not fit UDP come by TCP.
    pub(super) fn resolve(&mut self) {
        let port = |protocol| NetworkPolicyPort {
            protocol: some(protocol),
            port: Some(IntOrString::Int(53)),
            ..NetworkPolicyPort::default()
        };
        let to = Some(vec![namespace("kube-system")]);
        self.egress.push(NetworkPolicyEgressRule { to, ports: Some(vec![port("UDP"), port("TCP")]) });
    }

    /// The policy of the pods that `selector` finds.
    pub(super) fn policy(self, metadata: ObjectMeta, selector: LabelSelector) -> NetworkPolicy {
        NetworkPolicy {
            metadata,
            spec: Some(NetworkPolicySpec {
                pod_selector: Some(selector),
                policy_types: texts(["Ingress", "Egress"]),
                ingress: filled(self.ingress),
                egress: filled(self.egress),
            }),
        }
    }
}

fn tcp(ports: &[u16]) -> Vec<NetworkPolicyPort> {
    let port = |port: &u16| NetworkPolicyPort {
        protocol: some("TCP"),
        port: Some(IntOrString::Int((*port).into())),
        ..NetworkPolicyPort::default()
    };
    ports.iter().map(port).collect()
}

/// The pods of a part of the product.
pub(super) fn pods(scene: &Scene<'_>, name: &str) -> NetworkPolicyPeer {
    NetworkPolicyPeer { pod_selector: Some(matching(scene.selector(name))), ..NetworkPolicyPeer::default() }
}

/// Where Prometheus asks from.
pub(super) fn monitoring() -> NetworkPolicyPeer {
    namespace(MONITORING)
}

fn namespace(name: &str) -> NetworkPolicyPeer {
    let labels = BTreeMap::from([("kubernetes.io/metadata.name".to_owned(), name.to_owned())]);
    NetworkPolicyPeer { namespace_selector: Some(matching(labels)), ..NetworkPolicyPeer::default() }
}

fn labelled(key: &str, value: &str) -> LabelSelector {
    matching(BTreeMap::from([(key.to_owned(), value.to_owned())]))
}

/// The name of the policy of `name`'s pods.
pub(super) fn policy_name(name: &str) -> String {
    format!("allow-{name}")
}

/// The policy of a service.
pub(super) fn of_service<'a>(scene: &Scene<'a>, service: &'a Service, variables: &Variables) -> Option<Object<'a>> {
    if !scene.confines() {
        return None;
    }
    let name = service.name.as_str();
    let mut traffic = Traffic::default();
    if let Some(port) = &service.port {
        admit_callers(scene, service, port.value, &mut traffic);
    }
    traffic.resolve();
    for need in scene.needs(service) {
        match need {
            Need::Service(needed) => {
                needed.port.iter().for_each(|port| traffic.allow(vec![pods(scene, &needed.name)], &[port.value]));
            }
            Need::Datastore(datastore) => reach(scene, datastore, &mut traffic),
        }
    }
    let buckets = scene.needs(service).any(|need| matches!(need, Need::Datastore(it) if is_outside(it)));
    let outside = outside::ports(service, variables, buckets);
    if !outside.is_empty() {
        traffic.allow(outside::internet(), &outside);
    }
    let rules = traffic.egress.len();
    let metadata = scene.metadata(policy_name(name), name, component(service));
    let object = Object::of(Part::Service(name), traffic.policy(metadata, matching(scene.selector(name))));
    if outside.is_empty() {
        return Some(object);
    }
    let why = "What it holds an address or a secret of is outside; networks within stay closed.";
    Some(object.explained(format!("spec.egress.{}.to", rules - 1), why))
}

fn admit_callers(scene: &Scene<'_>, service: &Service, port: u16, traffic: &mut Traffic) {
    if service.expose.is_some() {
        traffic.admit(front_door(scene), &[port]);
    }
    let callers = scene.needers(&service.name).iter().map(|name| pods(scene, name)).collect();
    traffic.admit(callers, &[port]);
    if service.metrics.is_some() {
        traffic.admit(vec![monitoring()], &[port]);
    }
}

/// Controllers run a gateway's pods beside themselves or beside the Gateway.
fn front_door(scene: &Scene<'_>) -> Vec<NetworkPolicyPeer> {
    let Some(ingress) = scene.ingress() else { return Vec::new() };
    let mut peers = vec![namespace(&ingress.namespace)];
    if *ingress.api == IngressApi::Gateway {
        let pods = super::gateway::names(scene).into_iter().map(|name| labelled(GATEWAY_LABEL, &name));
        peers.extend(pods.map(|it| NetworkPolicyPeer { pod_selector: Some(it), ..NetworkPolicyPeer::default() }));
    }
    peers
}

/// A provider's buckets are reached by HTTPS at public addresses.
fn is_outside(datastore: &Datastore) -> bool {
    datastore.managed.is_some() && *datastore.kind == DatastoreKind::S3
}

/// Lets a pod reach a datastore: the pods of one that runs here, the provider's network for one that does not.
pub(super) fn reach(scene: &Scene<'_>, datastore: &Datastore, traffic: &mut Traffic) {
    let port = scene.server(datastore).port;
    match &datastore.managed {
        None => traffic.allow(vec![pods(scene, &datastore.name)], &[port]),
        Some(_) if is_outside(datastore) => {}
        Some(_) => traffic.allow(outside::provider(), &[port]),
    }
}

/// The policy of a datastore that runs here; `helpers` are pods that look after it.
pub(super) fn of_datastore<'a>(
    scene: &Scene<'a>,
    datastore: &'a Datastore,
    component: &str,
    helpers: &[String],
) -> Object<'a> {
    let name = datastore.name.as_str();
    let port = scene.server(datastore).port;
    let mut traffic = Traffic::default();
    let callers = scene.needers(name).iter().copied().chain(helpers.iter().map(String::as_str));
    let mut callers: Vec<NetworkPolicyPeer> = callers.map(|name| pods(scene, name)).collect();
    if *datastore.kind == DatastoreKind::Mongodb {
        // Members of a replica set call each other.
        callers.insert(0, pods(scene, name));
        traffic.resolve();
        traffic.allow(vec![pods(scene, name)], &[port]);
    }
    traffic.admit(callers, &[port]);
    exporter::port(scene, datastore).iter().for_each(|port| traffic.admit(vec![monitoring()], &[*port]));
    let metadata = scene.metadata(policy_name(name), name, component);
    Object::of(Part::Datastore(name), traffic.policy(metadata, matching(scene.selector(name))))
}

/// What holds for the whole namespace.
pub(super) fn of_product<'a>(scene: &Scene<'a>, objects: &mut Vec<Object<'a>>) {
    if !scene.confines() {
        return;
    }
    let mut nothing = Traffic::default();
    nothing.resolve();
    let deny = nothing.policy(product_metadata(scene, "default-deny"), LabelSelector::default());
    let why = "What no other policy allows is refused, but for the resolving of names.";
    objects.push(Object::of(Part::Product("network"), deny).explained("spec.podSelector", why));
    let Some(ingress) = scene.ingress().filter(|_| !scene.hosts().is_empty()) else { return };
    if ingress.issuer.is_some() {
        objects.push(solver(scene));
    }
    if *ingress.api == IngressApi::Gateway {
        objects.extend(super::gateway::names(scene).iter().map(|gateway| gateway_pods(scene, gateway)));
    }
}

fn product_metadata(scene: &Scene<'_>, name: impl Into<String>) -> ObjectMeta {
    scene.metadata(name, &scene.stack.name, "platform")
}

/// cert-manager proves that a host is ours by a pod of a minute that answers there.
fn solver<'a>(scene: &Scene<'a>) -> Object<'a> {
    let mut traffic = Traffic::default();
    traffic.admit(front_door(scene), &[8089]);
    let metadata = product_metadata(scene, policy_name(&scene.apart("acme-solver")));
    let policy = traffic.policy(metadata, labelled("acme.cert-manager.io/http01-solver", "true"));
    let why = "The answer to a certificate authority that asks whether a host is ours.";
    Object::of(Part::Product("network"), policy).explained("spec.podSelector", why)
}

/// Controllers that run a gateway's pods beside the Gateway put them under `default-deny`.
fn gateway_pods<'a>(scene: &Scene<'a>, gateway: &str) -> Object<'a> {
    let mut traffic = Traffic::default();
    traffic.ingress.push(NetworkPolicyIngressRule { from: None, ports: Some(tcp(&[80, 443])) });
    traffic.resolve();
    let everything = NetworkPolicyPeer { pod_selector: Some(LabelSelector::default()), ..NetworkPolicyPeer::default() };
    let controller = scene.ingress().map(|ingress| namespace(&ingress.namespace));
    let to = Some(std::iter::once(everything).chain(controller).collect());
    traffic.egress.push(NetworkPolicyEgressRule { to, ports: None });
    let metadata = product_metadata(scene, policy_name(&format!("{gateway}.gateway")));
    let policy = traffic.policy(metadata, labelled(GATEWAY_LABEL, gateway));
    let why = "The front door itself, where its controller runs it in this namespace.";
    Object::of(Part::Product("network"), policy).explained("spec.podSelector", why)
}
