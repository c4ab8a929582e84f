//! A small HTTP/1.1 client: where a server answers, connections to it, and single requests.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, HOST};
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A connection on which requests can be sent, one after the other.
pub(crate) type Connection = SendRequest<Full<Bytes>>;

/// Where a server answers: the `http://host:port` part of a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    authority: HeaderValue,
    host: String,
    port: u16,
}

/// Why a text is no origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{url}` is not an address: {reason}; write it like `http://127.0.0.1:8080`")]
pub struct AddressError {
    url: String,
    reason: String,
}

impl Origin {
    /// Reads `http://host:port`; what follows the port is left out.
    pub fn parse(url: &str) -> Result<Self, AddressError> {
        let refuse = |reason: &str| AddressError { url: url.to_owned(), reason: reason.to_owned() };
        let uri: Uri = url.parse().map_err(|error: http::uri::InvalidUri| refuse(&error.to_string()))?;
        if uri.scheme_str() != Some("http") {
            return Err(refuse("it does not begin with `http://`"));
        }
        let authority = uri.authority().ok_or_else(|| refuse("it has no host"))?;
        Ok(Self {
            authority: HeaderValue::from_str(authority.as_str()).map_err(|error| refuse(&error.to_string()))?,
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(80),
        })
    }

    /// The same server, asked under another name: what goes into the `Host` header.
    pub fn with_host(mut self, host: &str) -> Result<Self, AddressError> {
        let refuse =
            |error: http::header::InvalidHeaderValue| AddressError { url: host.to_owned(), reason: error.to_string() };
        self.authority = HeaderValue::from_str(host).map_err(refuse)?;
        Ok(self)
    }

    /// What goes into the `Host` header.
    pub fn authority(&self) -> &str {
        self.authority.to_str().unwrap_or(&self.host)
    }

    pub(crate) async fn dial(&self) -> std::io::Result<TcpStream> {
        // Names under `.localhost` are this machine by definition, but not every resolver knows it.
        let host = if self.host == "localhost" || self.host.ends_with(".localhost") { "127.0.0.1" } else { &self.host };
        let stream = TcpStream::connect((host, self.port)).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    pub(crate) async fn connect(&self) -> Result<Connection, AskError> {
        let stream = self.dial().await.map_err(AskError::Connect)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(AskError::Broken)?;
        // A connection that breaks is noticed by whoever waits for its answer.
        tokio::spawn(async move { drop(connection.await) });
        Ok(sender)
    }

    /// One GET on a connection of its own.
    pub(crate) async fn get(&self, path: &str, within: Duration) -> Result<Response<Bytes>, AskError> {
        let request = Request::get(path)
            .header(CONNECTION, "close")
            .body(Full::default())
            .map_err(|error| AskError::Request(error.to_string()))?;
        let asking = async { send(&mut self.connect().await?, self, request).await };
        timeout(within, asking).await.map_err(|_elapsed| AskError::Late(within))?
    }
}

/// Sends `request` and waits for the whole answer.
pub(crate) async fn send(
    connection: &mut Connection,
    origin: &Origin,
    mut request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, AskError> {
    request.headers_mut().insert(HOST, origin.authority.clone());
    connection.ready().await.map_err(AskError::Broken)?;
    let (parts, body) = connection.send_request(request).await.map_err(AskError::Broken)?.into_parts();
    let body = body.collect().await.map_err(AskError::Broken)?.to_bytes();
    Ok(Response::from_parts(parts, body))
}

/// Why a request did not get a good answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Nobody listens there.
    #[error("cannot connect: {0}")]
    Connect(#[source] std::io::Error),
    /// The connection ended before the whole answer had come.
    #[error("the connection broke: {0}")]
    Broken(#[source] hyper::Error),
    /// No whole answer in time.
    #[error("no answer within {0:?}")]
    Late(Duration),
    /// An answer that is not 2xx.
    #[error("answered {0}")]
    Status(StatusCode),
    /// The request could not be written down.
    #[error("not a request: {0}")]
    Request(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_keeps_host_and_port_and_drops_the_path() {
        let origin = Origin::parse("http://api.localhost:8080/orders").unwrap();
        assert_eq!(
            (origin.authority(), origin.host.as_str(), origin.port),
            ("api.localhost:8080", "api.localhost", 8080)
        );
        assert_eq!(Origin::parse("http://[::1]:81").unwrap().host, "::1");
        assert_eq!(Origin::parse("http://pizza").unwrap().port, 80);
    }

    #[test]
    fn an_origin_without_http_is_refused_with_an_example() {
        let error = Origin::parse("https://pizza").unwrap_err().to_string();
        assert_eq!(
            error,
            "`https://pizza` is not an address: it does not begin with `http://`; write it like `http://127.0.0.1:8080`"
        );
        assert!(Origin::parse("127.0.0.1:80").is_err());
    }

    #[tokio::test]
    async fn names_under_localhost_are_this_machine() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(Origin::parse(&format!("http://api.localhost:{port}")).unwrap().dial().await.is_ok());
    }
}
