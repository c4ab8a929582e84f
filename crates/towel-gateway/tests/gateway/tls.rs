//! TLS with PEM files that change.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::support::{App, Gateway, one, until};

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Writes a new pair; returns the certificate.
    fn write(&self) -> CertificateDer<'static> {
        let made = rcgen::generate_simple_self_signed(["shop.example".to_owned()]).unwrap();
        std::fs::write(Path::new(&self.path("cert.pem")), made.cert.pem()).unwrap();
        std::fs::write(Path::new(&self.path("key.pem")), made.signing_key.serialize_pem()).unwrap();
        made.cert.der().clone()
    }
}

async fn connect(
    address: SocketAddr,
    trusted: CertificateDer<'static>,
    protocol: &str,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let stream = TcpStream::connect(address).await.unwrap();
    TlsConnector::from(Arc::new(config)).connect("shop.example".try_into().unwrap(), stream).await
}

#[tokio::test]
async fn requests_come_over_tls_and_say_so() {
    let (app, files) = (App::start("app").await, Files::new());
    let certificate = files.write();
    let table = one(1, &[("v1", 1, &[("a", app.address)])]).tls(&files.path("cert.pem"), &files.path("key.pem"));
    let (_gateway, address) = Gateway::with(&table.0).await;
    let mut stream = connect(address, certificate, "http/1.1").await.unwrap();
    stream.write_all(b"GET /headers HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"x-forwarded-proto\": \"https\""), "{answer}");
}

#[tokio::test]
async fn files_that_changed_are_read_when_the_table_is_put_again() {
    let (app, files) = (App::start("app").await, Files::new());
    let first = files.write();
    let table = one(1, &[("v1", 1, &[("a", app.address)])]).tls(&files.path("cert.pem"), &files.path("key.pem"));
    let (gateway, address) = Gateway::with(&table.0).await;
    let second = files.write();
    assert!(connect(address, first.clone(), "http/1.1").await.is_ok());
    gateway.put(&table.0).await;
    assert!(connect(address, second, "http/1.1").await.is_ok());
    assert!(connect(address, first, "http/1.1").await.is_err());
    until("the failure is counted", || async {
        gateway.admin.metrics().await.unwrap().contains("towel_gateway_tls_handshake_failures_total 1\n")
    })
    .await;
}

#[tokio::test]
async fn files_that_cannot_be_used_are_named_and_the_old_table_stays() {
    let (app, files) = (App::start("app").await, Files::new());
    files.write();
    let gateway = Gateway::start().await;
    let table = |certificate: &str, key: &str| {
        one(1, &[("v1", 1, &[("a", app.address)])]).tls(&files.path(certificate), &files.path(key)).0
    };
    std::fs::write(files.path("empty.pem"), "").unwrap();
    let other = rcgen::generate_simple_self_signed(["other.example".to_owned()]).unwrap();
    std::fs::write(files.path("other.pem"), other.signing_key.serialize_pem()).unwrap();
    for (certificate, key, file, reason) in [
        ("missing.pem", "key.pem", "missing.pem", "No such file"),
        ("empty.pem", "key.pem", "empty.pem", "no certificate"),
        ("cert.pem", "cert.pem", "cert.pem", "no private key"),
        ("cert.pem", "other.pem", "other.pem", "does not go with"),
    ] {
        let refused = gateway.admin.put_table(&table(certificate, key)).await.unwrap_err().to_string();
        assert!(refused.contains(file) && refused.contains(reason), "{refused}");
    }
    assert_eq!(gateway.admin.stats().await.unwrap().generation, 0);
}
