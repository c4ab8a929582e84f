//! What a load asks for: mostly reads, now and then an order with an Idempotency-Key, now and then on a fresh connection.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE};
use http::{Method, Request};
use http_body_util::Full;

/// One order in so many requests.
const ORDER_EVERY: u64 = 10;
/// One connection of its own in so many requests; coprime to the above, so that orders get some too.
const FRESH_EVERY: u64 = 7;

/// One request of the mix.
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) fresh: bool,
    key: Option<String>,
}

/// The `number`th request of a load whose name is `load`.
pub(super) fn ask(load: &str, number: u64) -> Ask {
    let fresh = number % FRESH_EVERY == FRESH_EVERY - 1;
    if number % ORDER_EVERY == ORDER_EVERY - 1 {
        let key = Some(format!("{load}-{number}"));
        return Ask { method: Method::POST, path: "/orders".to_owned(), fresh, key };
    }
    let path = match number % 3 {
        0 => format!("/orders/{number:016x}"),
        _ => "/menu".to_owned(),
    };
    Ask { method: Method::GET, path, fresh, key: None }
}

impl Ask {
    pub(super) fn request(&self) -> Request<Full<Bytes>> {
        let mut request = Request::builder().method(&self.method).uri(&self.path);
        if self.fresh {
            request = request.header(CONNECTION, "close");
        }
        let mut body = Bytes::new();
        if let Some(key) = &self.key {
            request = request.header("idempotency-key", key).header(CONTENT_TYPE, "application/json");
            body = Bytes::from_static(br#"{"pizza":"margherita","name":"load"}"#);
        }
        request.body(Full::new(body)).expect("paths and keys are made of letters, digits and dashes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_are_orders_each_with_a_key_of_its_own() {
        let asks: Vec<_> = (0..1000).map(|number| ask("test", number)).collect();
        let keys: std::collections::BTreeSet<_> = asks.iter().filter_map(|ask| ask.key.clone()).collect();
        assert_eq!(keys.len(), 100);
        assert!(asks.iter().all(|ask| (ask.method == Method::POST) == ask.key.is_some()));
    }

    #[test]
    fn some_reads_and_some_orders_come_on_fresh_connections() {
        let fresh: Vec<_> = (0..1000).map(|number| ask("test", number)).filter(|ask| ask.fresh).collect();
        assert!(fresh.iter().any(|ask| ask.method == Method::POST));
        assert!(fresh.iter().any(|ask| ask.method == Method::GET));
        assert!((100..200).contains(&fresh.len()));
    }
}
