//! Where the product runs.

use serde::{Deserialize, Serialize};
use towel_source::{Diagnostic, Node, Span, Spanned, Value};

use crate::datastore::DatastoreKeys;
use crate::declared::{EnvironmentName, EnvironmentOrClass};
use crate::ingress::IngressKeys;
use crate::key::{Kind, Named, Read, Reader, choices, keys};
use crate::service::ServiceKeys;
use crate::word::{Address, Host, Name, Text};
use crate::{Class, Ingress};

/// Where the product runs, and how strict towel is about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// Its name.
    pub name: Spanned<String>,
    /// What it is for; sets the defaults.
    pub class: Spanned<Class>,
    /// What runs it.
    pub engine: Spanned<EngineKind>,
    /// Kubernetes context.
    pub context: Option<Spanned<String>>,
    /// Kubernetes namespace.
    pub namespace: Option<Spanned<String>>,
    /// Domain of exposed services; `localhost` for the local engine when none is given.
    pub domain: Option<Spanned<String>>,
    /// Only versions that are healthy in that environment may be shipped.
    pub after: Option<Spanned<String>>,
    /// Whether a person has to say yes to each deploy.
    pub approval: bool,
    /// The local engine's front door.
    pub gateway: Option<GatewaySettings>,
    /// A cluster's front door; always there with the engine `kubernetes`, never with another.
    #[serde(default)]
    pub ingress: Option<Ingress>,
}

/// The front door of a local environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GatewaySettings {
    /// `HOST:PORT` where exposed services answer; `127.0.0.1:8080` when not given.
    pub listen: Option<Spanned<String>>,
    /// Serve TLS with these PEM files (paths relative to `towel.yaml`).
    pub tls: Option<Tls>,
}

/// A certificate chain and its key, as PEM files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tls {
    /// Certificate chain, leaf first.
    pub certificate: Spanned<String>,
    /// Private key.
    pub key: Spanned<String>,
}

/// What runs an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineKind {
    /// Processes (and containers) of this machine.
    Local,
    /// A cluster.
    Kubernetes,
}

keys! {
    /// Where the product runs. Any field of a service or datastore may be restated for it.
    EnvironmentKeys = "environment" {
        /// What it is for; sets the defaults.
        class: Spanned<Class>, default "the environment's name, when that is a class";
        /// What runs it.
        engine: Spanned<EngineKind>, default "`local`";
        /// Kubernetes context.
        context: Spanned<Text>;
        /// Kubernetes namespace.
        namespace: Spanned<Name>;
        /// Domain of exposed services.
        domain: Spanned<Host>, default "`localhost` with the local engine";
        /// Only versions that are healthy in that environment may be shipped.
        after: Spanned<EnvironmentName>;
        /// Whether a person has to say yes to each deploy.
        approval: Spanned<Approval>, default "`none`";
        /// The local engine's front door.
        gateway: GatewayKeys;
        /// A cluster's front door.
        ingress: Spanned<IngressKeys>;
        /// Fields of services that are otherwise here; `null` removes one.
        services: Named<Restated<ServiceKeys>>;
        /// Fields of datastores that are otherwise here; `null` removes one.
        datastores: Named<Restated<DatastoreKeys>>;
    }
}

keys! {
    /// The local engine's front door.
    GatewayKeys = "gateway" {
        /// Where exposed services answer.
        listen: Spanned<Address>, default "127.0.0.1:8080";
        /// Serve TLS.
        tls: TlsKeys;
    }
}

keys! {
    /// A certificate and its key, as PEM files relative to `towel.yaml`.
    TlsKeys = "tls" {
        /// Certificate chain, leaf first.
        certificate (required): Spanned<Text>;
        /// Private key.
        key (required): Spanned<Text>;
    }
}

choices! {
    EngineKind {
        "local" => Self::Local, "Processes and containers of this machine.";
        "kubernetes" => Self::Kubernetes, "A cluster.";
    }
}

/// Whether a person has to say yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Approval {
    Required,
    None,
}

choices! {
    Approval {
        "required" => Self::Required, "A person has to say yes to each deploy.";
        "none" => Self::None, "Nobody has to.";
    }
}

/// Fields that are otherwise in an environment, not read before they are merged with the base.
#[derive(Debug, Clone)]
pub(crate) struct Restated<T> {
    pub(crate) node: Node,
    of: std::marker::PhantomData<T>,
}

impl<T: Read> Read for Restated<T> {
    fn kind() -> Kind {
        match T::kind() {
            Kind::Table(table) => Kind::Restated(table),
            other => other,
        }
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if !matches!(node.value, Value::Mapping(_) | Value::Null) {
            reader.wrong_type(node, &Self::kind());
            return None;
        }
        Some(Self { node: node.clone(), of: std::marker::PhantomData })
    }
}

/// The environment for which things are built.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) environment: Environment,
}

impl Setting {
    pub(crate) fn class(&self) -> Class {
        self.environment.class.value
    }

    /// Whether a list of environments and classes names this one; no list names all.
    pub(crate) fn concerns(&self, list: Option<&[Spanned<EnvironmentOrClass>]>) -> bool {
        let named = |name: &str| *self.environment.name == name || self.class().name() == name;
        list.is_none_or(|list| list.iter().any(|item| named(&item.value.0)))
    }
}

impl EnvironmentKeys {
    /// None when its class is not known; that has been reported then.
    pub(crate) fn build(&self, name: &Spanned<Name>, reader: &mut Reader<'_>) -> Option<Environment> {
        let name = name.clone().map(|name| name.0);
        let named_class = Class::named(&name).map(|class| Spanned::new(class, name.span));
        let Some(class) = self.class.or(named_class) else {
            if reader.errors_within(self.span) == 0 {
                reader.report(no_class(&name));
            }
            return None;
        };
        let engine = self.engine.unwrap_or(Spanned::new(EngineKind::Local, name.span));
        let text = |text: &Option<Spanned<Text>>| text.clone().map(|text| text.map(|text| text.0));
        Some(Environment {
            class,
            engine,
            context: text(&self.context),
            namespace: self.namespace.clone().map(|it| it.map(|it| it.0)),
            domain: self.domain.clone().map(|it| it.map(|it| it.0)),
            after: self.after.clone().map(|it| it.map(|it| it.0)),
            approval: self.approval.is_some_and(|approval| approval.value == Approval::Required),
            gateway: self.gateway.clone().map(GatewayKeys::build),
            ingress: self.ingress(engine, name.span, reader),
            name,
        })
    }

    /// Only a cluster has one. Keys for one that there cannot be are reported.
    fn ingress(&self, engine: Spanned<EngineKind>, at: Span, reader: &mut Reader<'_>) -> Option<Ingress> {
        if engine.value == EngineKind::Kubernetes {
            return Some(Ingress::build(self.ingress.clone().map(|keys| keys.value), at));
        }
        let keys = self.ingress.as_ref()?;
        reader.report(
            Diagnostic::error("conflicting-keys", "the engine `local` has no `ingress`")
                .at(keys.span, "a cluster's front door")
                .also(engine.span, "this runs on a machine")
                .help("describe the front door under `gateway`, or say `engine: kubernetes`"),
        );
        None
    }
}

fn no_class(name: &Spanned<String>) -> Diagnostic {
    Diagnostic::error("missing-key", format!("environment `{name}` has no `class`"))
        .at(name.span, "its name is no class, so it has to say")
        .note("allowed: `dev`, `staging` or `production`")
        .help("add `class:`; it sets the defaults")
}

impl GatewayKeys {
    fn build(self) -> GatewaySettings {
        let tls = self
            .tls
            .and_then(|tls| Some(Tls { certificate: tls.certificate?.map(|it| it.0), key: tls.key?.map(|it| it.0) }));
        GatewaySettings { listen: self.listen.map(|listen| listen.map(|listen| listen.0)), tls }
    }
}

impl Environment {
    /// What a file without environments gets: this machine.
    pub(crate) fn implicit() -> Self {
        Self {
            name: Spanned::from(Self::IMPLICIT.to_owned()),
            class: Spanned::from(Class::Dev),
            engine: Spanned::from(EngineKind::Local),
            context: None,
            namespace: None,
            domain: None,
            after: None,
            approval: false,
            gateway: None,
            ingress: None,
        }
    }

    /// Name of the environment of a file that declares none.
    pub const IMPLICIT: &str = "dev";

    /// What `${env.domain}` stands for; none when a cluster's environment gives no domain.
    pub fn domain_or_localhost(&self) -> Option<&str> {
        match (&self.domain, self.engine.value) {
            (Some(domain), _) => Some(domain),
            (None, EngineKind::Local) => Some("localhost"),
            (None, EngineKind::Kubernetes) => None,
        }
    }
}
