//! Details of the sample's objects.

use serde_json::{Value, json};

use super::finish::finished;
use super::sample::sample;

fn object(environment: &str, id: &str) -> Value {
    let product = sample();
    let stack = product.clustered().find(|stack| stack.environment.name.as_str() == environment).unwrap();
    let objects = finished(stack);
    let ids: Vec<&String> = objects.keys().collect();
    objects.get(id).unwrap_or_else(|| panic!("there is no {id} among {ids:?}")).clone()
}

fn variable(environment: &str, name: &str) -> Value {
    let api = object(environment, "Deployment/api");
    let variables = api.pointer("/spec/template/spec/containers/0/env").unwrap().as_array().unwrap().clone();
    variables.into_iter().find(|it| it["name"] == name).unwrap_or_default()
}

#[test]
fn a_variable_made_from_secrets_keeps_its_dollars() {
    let text = variable("staging", "DSN")["value"].clone();
    assert_eq!(
        text,
        "host=$(TOWEL_DATASTORE_DATABASE_HOST) password=$(TOWEL_DATASTORE_DATABASE_PASSWORD) options=$$(none) app=$(TOWEL_VERSION)"
    );
    let label = variable("staging", "TOWEL_VERSION").pointer("/valueFrom/fieldRef/fieldPath").unwrap().clone();
    assert_eq!(label, "metadata.labels['app.kubernetes.io/version']");
}

#[test]
fn a_secret_is_optional_where_nobody_requires_it() {
    let source = |environment: &str| variable(environment, "JWT")["valueFrom"]["secretKeyRef"].clone();
    assert_eq!(source("staging"), json!({ "name": "shop-secrets", "key": "jwt", "optional": true }));
    assert_eq!(source("production"), json!({ "name": "shop-secrets", "key": "jwt" }));
    // A text around it has no value without it.
    assert_eq!(
        variable("staging", "TOWEL_SECRET_JWT")["valueFrom"]["secretKeyRef"],
        json!({ "name": "shop-secrets", "key": "jwt" })
    );
}

#[test]
fn an_autoscaler_is_quick_up_and_slow_down() {
    let spec = object("production", "HorizontalPodAutoscaler/api")["spec"].clone();
    assert_eq!((&spec["minReplicas"], &spec["maxReplicas"]), (&json!(3), &json!(10)));
    let percent = |place: usize| spec["metrics"][place]["resource"]["target"]["averageUtilization"].clone();
    assert_eq!((percent(0), percent(1)), (json!(70), json!(80)));
    assert_eq!(
        spec["behavior"],
        json!({
            "scaleUp": { "stabilizationWindowSeconds": 60, "policies": [{ "type": "Percent", "value": 100, "periodSeconds": 15 }] },
            "scaleDown": { "stabilizationWindowSeconds": 300, "policies": [{ "type": "Percent", "value": 10, "periodSeconds": 60 }] },
        })
    );
}

#[test]
fn the_front_door_leads_to_https() {
    let gateway = object("staging", "Gateway/shop");
    assert_eq!(gateway["metadata"]["annotations"]["cert-manager.io/cluster-issuer"], "letsencrypt");
    let listeners = gateway["spec"]["listeners"].as_array().unwrap();
    assert_eq!(listeners.len(), 3, "one for HTTP, and one for each host though two services share one");
    let redirect = object("staging", "HTTPRoute/https-redirect");
    assert_eq!(redirect["spec"]["rules"][0]["filters"][0]["requestRedirect"]["scheme"], "https");
    let route = object("staging", "HTTPRoute/api");
    assert_eq!(route["spec"]["rules"][0]["timeouts"], json!({ "request": "0s" }));
}

#[test]
fn nginx_is_told_by_annotations_and_a_certificate_belongs_to_one_ingress() {
    let of = |service: &str| object("production", &format!("Ingress/{service}"))["metadata"]["annotations"].clone();
    assert_eq!(of("api")["nginx.ingress.kubernetes.io/limit-rpm"], "100");
    assert_eq!(of("api")["nginx.ingress.kubernetes.io/affinity"], "cookie");
    let issuer = "cert-manager.io/cluster-issuer";
    assert_eq!((of("web")[issuer].as_str(), of("admin")[issuer].as_str()), (Some("letsencrypt"), None));
}

#[test]
fn a_service_reaches_outside_only_what_its_variables_tell_of() {
    let outside = |service: &str| {
        let policy = object("production", &format!("NetworkPolicy/allow-{service}"));
        let rules = policy["spec"]["egress"].as_array().unwrap().clone();
        let rule = rules.into_iter().find(|rule| !rule["to"][0]["ipBlock"].is_null())?;
        Some(rule["ports"].as_array().unwrap().iter().map(|it| it["port"].as_i64().unwrap()).collect::<Vec<_>>())
    };
    assert_eq!(outside("api"), Some(vec![443]));
    assert_eq!(outside("worker"), Some(vec![443, 465, 587]));
    assert_eq!(outside("admin"), None);
}

#[test]
fn a_replica_set_is_made_by_a_job_that_may_run_again() {
    let product = sample();
    let stack = product.clustered().find(|stack| stack.environment.name.as_str() == "production").unwrap();
    let objects = finished(stack);
    let (_, job) = objects.iter().find(|(id, _)| id.starts_with("Job/documents-init-")).unwrap();
    let script = job.pointer("/spec/template/spec/containers/0/command/2").unwrap().as_str().unwrap();
    assert!(
        script.contains("'documents-0.documents:27017', 'documents-1.documents:27017', 'documents-2.documents:27017'")
    );
    assert_eq!(objects["StatefulSet/documents"]["spec"]["replicas"], 3);
    assert_eq!(objects["Service/documents"]["spec"]["publishNotReadyAddresses"], true);
    assert_eq!(objects["StatefulSet/database"]["spec"]["replicas"], 1);
}

#[test]
fn what_a_provider_runs_is_not_rendered_and_still_reached() {
    let product = sample();
    let staging = product.clustered().next().unwrap();
    let objects = finished(staging);
    assert!(!objects.keys().any(|id| id.ends_with("/files")), "{:?}", objects.keys());
}
