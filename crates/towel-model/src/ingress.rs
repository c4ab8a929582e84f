//! The front door of a cluster's environment.

use serde::{Deserialize, Serialize};
use towel_source::{Span, Spanned};

use crate::key::{choices, keys};
use crate::word::Name;

/// The front door of a cluster's environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ingress {
    /// With which objects routes are described.
    pub api: Spanned<IngressApi>,
    /// Class of the gateway or ingress controller.
    pub class: Spanned<String>,
    /// The `ClusterIssuer` that certificates come from; none means plain HTTP.
    pub issuer: Option<Spanned<String>>,
    /// Namespace from which the controller reaches services.
    pub namespace: Spanned<String>,
}

/// With which objects routes are described.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IngressApi {
    /// Gateway API.
    Gateway,
    /// Ingress.
    Ingress,
}

choices! {
    IngressApi {
        "gateway" => Self::Gateway, "Gateway API: a Gateway, and a route for each service.";
        "ingress" => Self::Ingress, "An Ingress for each service.";
    }
}

impl IngressApi {
    /// Where controllers of nginx are installed by their own charts.
    const fn namespace(self) -> &'static str {
        match self {
            Self::Gateway => "nginx-gateway",
            Self::Ingress => "ingress-nginx",
        }
    }
}

keys! {
    /// The front door of a cluster's environment.
    IngressKeys = "ingress" {
        /// With which objects routes are described.
        api: Spanned<IngressApi>, default "`gateway`";
        /// Class of the gateway or ingress controller.
        class: Spanned<Name>, default "`nginx`";
        /// The `ClusterIssuer` that certificates come from; `none` for plain HTTP.
        issuer: Spanned<Name>, default "`letsencrypt`";
        /// Namespace from which the controller reaches services.
        namespace: Spanned<Name>, default "`nginx-gateway`, or `ingress-nginx` with the api `ingress`";
    }
}

/// What is written for an issuer when there is none.
const NO_ISSUER: &str = "none";

impl Ingress {
    /// With the defaults where `keys` say nothing; `at` is the environment.
    pub(crate) fn build(keys: Option<IngressKeys>, at: Span) -> Self {
        let (api, class, issuer, namespace) =
            keys.map_or((None, None, None, None), |keys| (keys.api, keys.class, keys.issuer, keys.namespace));
        let api = api.unwrap_or(Spanned::new(IngressApi::Gateway, at));
        let name = |given: Option<Spanned<Name>>, default: &str| {
            given.map_or_else(|| Spanned::new(default.to_owned(), at), |name| name.map(|name| name.0))
        };
        Self {
            class: name(class, "nginx"),
            issuer: Some(name(issuer, "letsencrypt")).filter(|issuer| issuer.as_str() != NO_ISSUER),
            namespace: name(namespace, api.namespace()),
            api,
        }
    }
}
