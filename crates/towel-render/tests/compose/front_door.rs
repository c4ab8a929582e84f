//! nginx reads what is rendered for it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::product;

const SHOP: &str = "\
towel: 1
name: shop
environments:
  dev: { class: dev, engine: local, domain: shop.localhost }
  vps:
    class: staging
    engine: local
    domain: shop.example
    gateway: { listen: \"0.0.0.0:443\", tls: { certificate: certs/shop.pem, key: certs/shop-key.pem } }
services:
  api:
    image: ghcr.io/example/api:${version}
    port: 3000
    health: { ready: /ready }
    replicas: 3
    expose: { host: \"${env.domain}\", path: \"/api/v1.0/{all}\", websocket: true, sticky: true, rate_limit: 10000/h }
  web:
    image: ghcr.io/example/web:${version}
    port: 8080
    health: { ready: / }
    expose: { host: \"${env.domain}\", rate_limit: 5/s }
  docs:
    image: ghcr.io/example/docs:${version}
    port: 8080
    health: { ready: / }
    expose: { host: \"docs.${env.domain}\", sticky: true }
";

#[test]
#[ignore = "needs nginx-light and openssl"]
fn needs_nginx_every_front_door_is_read_without_a_complaint() {
    let folder = tempfile::tempdir().unwrap();
    product::write(SHOP, "", folder.path());
    certify(folder.path());
    for path in ["deploy/compose/nginx.conf", "deploy/compose/vps/nginx.conf"] {
        // The container's folders are this one here.
        let here = format!("{}/", folder.path().display());
        let text = fs::read_to_string(folder.path().join(path)).unwrap();
        let file = folder.path().join("tested.conf");
        fs::write(&file, text.replace("/tmp/", &here).replace("/etc/nginx/tls/", &here)).unwrap();
        let nginx = Command::new("nginx").args(["-t", "-q", "-e", "stderr", "-c"]).arg(&file).output().unwrap();
        let said = String::from_utf8_lossy(&nginx.stderr);
        assert!(nginx.status.success() && said.is_empty(), "{path}: {said}");
    }
}

fn certify(folder: &Path) {
    let arguments =
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=shop.example -keyout key.pem -out certificate.pem";
    let made = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
