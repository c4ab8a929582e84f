//! The front door by Ingress: one for each service, with what nginx is told by annotations.

use std::collections::BTreeMap;

use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress as IngressObject, IngressBackend, IngressRule,
    IngressServiceBackend, IngressSpec, IngressTLS, ServiceBackendPort,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use towel_model::Ingress;

use super::frontdoor::{Exposed, certificate, limit_per};
use super::scene::Scene;
use super::service::component;
use crate::kubernetes::object::{Object, Part};

/// The Ingress of a service.
pub(super) fn ingress<'a>(scene: &Scene<'a>, door: &Ingress, exposed: &Exposed<'a>) -> Object<'a> {
    let name = exposed.service.name.as_str();
    let annotations = annotations(scene, door, exposed);
    let tls = door.issuer.as_ref().map(|_| {
        vec![IngressTLS { hosts: Some(vec![exposed.host.clone()]), secret_name: Some(certificate(&exposed.host)) }]
    });
    let ingress = IngressObject {
        metadata: ObjectMeta {
            annotations: (!annotations.is_empty()).then_some(annotations),
            ..scene.metadata(name, name, component(exposed.service))
        },
        spec: Some(IngressSpec {
            ingress_class_name: Some(door.class.to_string()),
            tls,
            rules: Some(vec![rule(exposed)]),
            ..IngressSpec::default()
        }),
        ..IngressObject::default()
    };
    Object::of(Part::Service(name), ingress)
}

fn rule(exposed: &Exposed<'_>) -> IngressRule {
    let port = ServiceBackendPort { number: Some(exposed.port), name: None };
    let service = IngressServiceBackend { name: exposed.service.name.to_string(), port: Some(port) };
    let path = HTTPIngressPath {
        path: Some(exposed.expose.path.to_string()),
        path_type: "Prefix".to_owned(),
        backend: IngressBackend { service: Some(service), ..IngressBackend::default() },
    };
    IngressRule { host: Some(exposed.host.clone()), http: Some(HTTPIngressRuleValue { paths: vec![path] }) }
}

fn annotations(scene: &Scene<'_>, door: &Ingress, exposed: &Exposed<'_>) -> BTreeMap<String, String> {
    let mut annotations = BTreeMap::new();
    let first = scene.place(&exposed.host).1 == exposed.service.name.as_str();
    // A certificate belongs to one Ingress; the others of its host only use it.
    if let Some(issuer) = door.issuer.as_ref().filter(|_| first) {
        annotations.insert("cert-manager.io/cluster-issuer".to_owned(), issuer.to_string());
    }
    if !is_nginx(door) {
        return annotations;
    }
    let mut nginx = |key: &str, value: String| {
        annotations.insert(format!("nginx.ingress.kubernetes.io/{key}"), value);
    };
    if door.issuer.is_some() {
        nginx("ssl-redirect", "true".to_owned());
    }
    if let Some(rate) = &exposed.expose.rate_limit {
        let (unit, count, _) = limit_per(rate.value);
        nginx(&format!("limit-{unit}"), count.to_string());
    }
    if exposed.expose.sticky {
        nginx("affinity", "cookie".to_owned());
        nginx("session-cookie-name", format!("{}-instance", exposed.service.name.as_str()));
    }
    if exposed.expose.websocket {
        // A connection may be silent for an hour before it is taken for dead.
        nginx("proxy-read-timeout", "3600".to_owned());
        nginx("proxy-send-timeout", "3600".to_owned());
    }
    annotations
}

/// Annotations are each controller's own; these are nginx's.
pub(crate) fn is_nginx(door: &Ingress) -> bool {
    door.class.contains("nginx")
}
