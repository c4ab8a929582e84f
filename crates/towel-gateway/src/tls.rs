//! TLS for a listener, from PEM files.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::error::Refused;
use crate::table::TlsFiles;

/// Reads the files and makes ready to serve with them.
pub(crate) fn load(address: SocketAddr, files: &TlsFiles) -> Result<Arc<ServerConfig>, Refused> {
    let refused = |file: &str, reason: String| Refused::Tls { address, file: file.to_owned(), reason };
    let chain = read_chain(&files.certificate).map_err(|reason| refused(&files.certificate, reason))?;
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|e| refused(&files.key, pem_reason(e, "private key")))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|e| refused(&files.key, format!("it does not go with `{}`: {e}", files.certificate)))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    if let Ok(ticketer) = rustls::crypto::ring::Ticketer::new() {
        config.ticketer = ticketer;
    }
    Ok(Arc::new(config))
}

fn read_chain(file: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates = CertificateDer::pem_file_iter(file).map_err(|e| pem_reason(e, "certificate"))?;
    let chain: Vec<_> = certificates.collect::<Result<_, _>>().map_err(|e| pem_reason(e, "certificate"))?;
    if chain.is_empty() {
        Err(pem_reason(rustls::pki_types::pem::Error::NoItemsFound, "certificate"))
    } else {
        Ok(chain)
    }
}

fn pem_reason(error: rustls::pki_types::pem::Error, wanted: &str) -> String {
    use rustls::pki_types::pem::Error;
    match error {
        Error::Io(e) => e.to_string(),
        Error::NoItemsFound => format!("there is no {wanted} in it"),
        other => format!("it is not PEM: {other}"),
    }
}
