//! The front door by Gateway API: a Gateway, a route for each service, and one that leads to HTTPS.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use towel_model::Ingress;

use super::frontdoor::{Exposed, certificate};
use super::scene::Scene;
use super::service::component;
use crate::kubernetes::object::{Object, Part};
use crate::yaml::Map;

const API: &str = "gateway.networking.k8s.io/v1";

/// A Gateway has at most 64 listeners; one of them is for plain HTTP.
const HOSTS: usize = 63;

/// The product's Gateways; more than one only beyond so many hosts.
pub(super) fn names(scene: &Scene<'_>) -> Vec<String> {
    (0..scene.hosts().len().div_ceil(HOSTS)).map(|place| name(scene, place)).collect()
}

fn name(scene: &Scene<'_>, place: usize) -> String {
    let product = scene.stack.name.as_str();
    if place == 0 { product.to_owned() } else { format!("{product}-{}", place + 1) }
}

/// Adds the Gateways, and the way from HTTP to HTTPS.
pub(super) fn add<'a>(scene: &Scene<'a>, door: &Ingress, objects: &mut Vec<Object<'a>>) {
    for (place, hosts) in scene.hosts().chunks(HOSTS).enumerate() {
        objects.push(gateway(scene, door, name(scene, place), hosts));
    }
    if door.issuer.is_some() {
        objects.push(redirect(scene));
    }
}

fn gateway<'a>(scene: &Scene<'a>, door: &Ingress, name: String, hosts: &[String]) -> Object<'a> {
    let issuer = door.issuer.as_ref();
    let annotations =
        issuer.map(|issuer| BTreeMap::from([("cert-manager.io/cluster-issuer".to_owned(), issuer.to_string())]));
    let metadata = ObjectMeta { annotations, ..scene.metadata(name, &scene.stack.name, "platform") };
    let http = Map::new().with("name", "http").with("port", 80).with("protocol", "HTTP");
    let secure = hosts.iter().filter(|_| issuer.is_some()).map(|host| https(host));
    let listeners: Vec<Map> = std::iter::once(http.with("allowedRoutes", from_here())).chain(secure).collect();
    let spec = Map::new().with("gatewayClassName", door.class.to_string()).with("listeners", listeners);
    Object::custom(Part::Product("gateway"), API, "Gateway", &metadata, spec)
}

fn https(host: &str) -> Map {
    let secret = Map::new().with("name", certificate(host));
    let tls = Map::new().with("mode", "Terminate").with("certificateRefs", [secret]);
    Map::new()
        .with("name", section(host))
        .with("port", 443)
        .with("protocol", "HTTPS")
        .with("hostname", host.to_owned())
        .with("tls", tls)
        .with("allowedRoutes", from_here())
}

fn from_here() -> Map {
    Map::new().with("namespaces", Map::new().with("from", "Same"))
}

fn section(host: &str) -> String {
    host.replace('*', "any")
}

fn redirect<'a>(scene: &Scene<'a>) -> Object<'a> {
    let parents: Vec<Map> = names(scene).into_iter().map(|name| parent(name, "http".to_owned())).collect();
    let to = Map::new().with("scheme", "https").with("statusCode", 301);
    let filter = Map::new().with("type", "RequestRedirect").with("requestRedirect", to);
    let spec = Map::new().with("parentRefs", parents).with("rules", [Map::new().with("filters", [filter])]);
    let metadata = scene.metadata(scene.apart("https-redirect"), &scene.stack.name, "platform");
    Object::custom(Part::Product("gateway"), API, "HTTPRoute", &metadata, spec)
}

fn parent(gateway: String, section: String) -> Map {
    Map::new().with("name", gateway).with("sectionName", section)
}

/// The route to a service.
pub(super) fn route<'a>(scene: &Scene<'a>, door: &Ingress, exposed: &Exposed<'a>) -> Object<'a> {
    let service = exposed.service;
    let name = service.name.to_string();
    let (place, _) = scene.place(&exposed.host);
    let section = if door.issuer.is_some() { section(&exposed.host) } else { "http".to_owned() };
    let path = Map::new().with("type", "PathPrefix").with("value", exposed.expose.path.to_string());
    let backend = Map::new().with("name", name.clone()).with("port", exposed.port);
    let mut rule = Map::new().with("matches", [Map::new().with("path", path)]).with("backendRefs", [backend]);
    if exposed.expose.websocket {
        // A connection that stays open is one long request.
        let timeouts = Map::new().with("request", "0s");
        rule = rule.comment("WebSockets stay open: a limit would cut them.").with("timeouts", timeouts);
    }
    let spec = Map::new()
        .with("parentRefs", [parent(self::name(scene, place / HOSTS), section)])
        .with("hostnames", vec![exposed.host.clone()])
        .with("rules", [rule]);
    let metadata = scene.metadata(name, &service.name, component(service));
    Object::custom(Part::Service(&service.name), API, "HTTPRoute", &metadata, spec)
}
