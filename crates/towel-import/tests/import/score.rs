//! Score files.

use crate::support::{imported, nothing_is_lost, sound, told};

pub(crate) const API: &str = r#"
apiVersion: score.dev/v1b1
metadata:
  name: orders-api
  annotations: { team: orders }
service:
  ports:
    www: { port: 80, targetPort: 8080 }
    admin: { port: 9000, protocol: TCP }
containers:
  main:
    image: ghcr.io/acme/orders
    command: ["/bin/orders"]
    args: ["--config", "/etc/orders.yaml"]
    variables:
      LOG_LEVEL: info
      DATABASE_URL: "postgresql://${resources.db.username}:${resources.db.password}@${resources.db.host}:${resources.db.port}/${resources.db.name}"
      QUEUE: ${resources.queue.uri}
      BILLING: http://${resources.billing.hostname}:${resources.billing.port}
      PUBLIC_URL: https://${resources.dns.host}/
      WHO: ${metadata.name}
      API_TOKEN: ${resources.env.API_TOKEN}
      ODD: ${resources.volume.source}
      PRICE: "$${literal}"
    files:
      /etc/orders.yaml: { content: "a: 1", mode: "0644", noExpand: true }
    volumes:
      /data: { source: "${resources.volume}", readOnly: true }
    resources:
      requests: { cpu: 100m, memory: 128Mi }
      limits: { cpu: "1", memory: 512M }
    livenessProbe:
      httpGet: { path: /livez, port: 8080 }
    readinessProbe:
      httpGet:
        path: /readyz
        port: 8080
        scheme: HTTP
        httpHeaders: [{ name: X-A, value: b }]
  sidecar:
    image: envoyproxy/envoy:v1.30
    before: { main: { ready: healthy } }
resources:
  db:
    type: postgres
    class: large
    metadata: { annotations: { a: b } }
    params: { version: "16", extensions: [{ name: uuid }] }
  queue: { type: amqp, id: shared.queue }
  billing: { type: service }
  dns: { type: dns }
  env: { type: environment }
  volume: { type: volume }
  route:
    type: route
    params: { host: "${resources.dns.host}", path: /orders, port: 80 }
"#;
const BILLING: &str = "apiVersion: score.dev/v1b1\nmetadata: { name: billing }\nservice: { ports: { web: { port: 8000 } } }\n\
    containers:\n  main:\n    image: .\n    readinessProbe: { exec: { command: [ /bin/ok, --fast ] } }\n\
    resources: { q: { type: amqp, id: shared.queue } }\n";

#[test]
fn no_key_is_lost() {
    nothing_is_lost(&[("score.yaml", API)], "score.yaml");
    nothing_is_lost(&[("score.yaml", BILLING)], "score.yaml");
}

#[test]
fn workloads_of_several_files_are_one_product_and_share_resources_by_their_id() {
    let files = [("orders.yaml", API), ("billing.yaml", BILLING)];
    let imported = imported(&files, &["orders.yaml", "billing.yaml"]);
    let text = sound(&imported.draft);
    for line in [
        "DATABASE_URL: postgresql://${db.user}:${db.password}@${db.host}:${db.port}/${db.name}",
        "QUEUE: ${shared-queue.url}",
        "BILLING: http://${billing.host}:${billing.port}",
        "PUBLIC_URL: https://${env.domain}/",
        "WHO: orders-api",
        "API_TOKEN: ${secret.api_token}",
        "PRICE: $${literal}",
        "port: 8080",
        "live: /livez",
        "cpu: 100m..1",
        "memory: 128Mi..512Mi",
        "version: \"16\"",
        "expose: { host: \"${env.domain}\", path: /orders }",
        "run: /bin/ok --fast",
        "image: ghcr.io/acme/orders:${version}",
        "image: shop-billing:${version}",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    assert_eq!(imported.draft.datastores.iter().filter(|store| store.name == "shared-queue").count(), 1);
}

#[test]
fn what_has_no_counterpart_is_told_of() {
    let imported = imported(&[("score.yaml", API)], &["score.yaml"]);
    sound(&imported.draft);
    assert_eq!(told(&imported, "containers.sidecar").line, Some(40));
    assert!(told(&imported, "containers.main.variables.ODD").why.contains("${resources.volume.source}"));
    assert!(told(&imported, "containers.main.files").why.contains("image"));
    assert!(told(&imported, "resources.volume").why.contains("`volume`"));
    assert!(told(&imported, "resources.queue.type").why.contains("guessed"));
}
