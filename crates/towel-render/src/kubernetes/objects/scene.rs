//! One environment while its objects are made: what several of them ask for, found once.

use std::collections::{BTreeMap, HashMap};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use towel_model::{Datastore, EnvironmentField, Ingress, Reference, Service, ServiceField, Stack, Template};

use crate::server::Server;

/// One environment, with its parts by name.
pub(crate) struct Scene<'a> {
    pub(crate) stack: &'a Stack,
    services: HashMap<&'a str, &'a Service>,
    datastores: HashMap<&'a str, &'a Datastore>,
    /// Who needs a service or a datastore, in the order of the file.
    needers: HashMap<&'a str, Vec<&'a str>>,
    /// Hosts at which services are exposed, each once.
    hosts: Vec<String>,
    /// The place of a host among them, and the service that named it first.
    places: HashMap<String, (usize, &'a str)>,
}

/// Something that a service needs.
pub(super) enum Need<'a> {
    Service(&'a Service),
    Datastore(&'a Datastore),
}

impl<'a> Scene<'a> {
    pub(crate) fn of(stack: &'a Stack) -> Self {
        let services = stack.services.iter().map(|it| (it.name.as_str(), it)).collect();
        let datastores = stack.datastores.iter().map(|it| (it.name.as_str(), it)).collect();
        let mut needers: HashMap<&str, Vec<&str>> = HashMap::new();
        for service in &stack.services {
            for need in names_of_needs(service) {
                needers.entry(need).or_default().push(&service.name);
            }
        }
        let (hosts, places) = (Vec::new(), HashMap::new());
        let mut scene = Self { stack, services, datastores, needers, hosts, places };
        for service in &stack.services {
            let Some(host) = scene.host(service) else { continue };
            if !scene.places.contains_key(&host) {
                scene.places.insert(host.clone(), (scene.hosts.len(), &service.name));
                scene.hosts.push(host);
            }
        }
        scene
    }

    /// The host at which a service is exposed. Names know no case.
    pub(super) fn host(&self, service: &Service) -> Option<String> {
        let expose = service.expose.as_ref()?;
        service.port.as_ref()?;
        self.settled(&expose.host).map(|host| host.to_lowercase())
    }

    /// Every such host, in the order of the file.
    pub(super) fn hosts(&self) -> &[String] {
        &self.hosts
    }

    /// Its place among them, and the service that named it first.
    pub(super) fn place(&self, host: &str) -> (usize, &'a str) {
        self.places.get(host).copied().unwrap_or_default()
    }

    pub(super) fn service(&self, name: &str) -> Option<&'a Service> {
        self.services.get(name).copied()
    }

    pub(super) fn datastore(&self, name: &str) -> Option<&'a Datastore> {
        self.datastores.get(name).copied()
    }

    /// Whether limits, policies and budgets belong here; see the table of classes.
    pub(super) fn confines(&self) -> bool {
        self.stack.environment.class.confines()
    }

    /// A cluster's front door.
    pub(super) fn ingress(&self) -> Option<&'a Ingress> {
        self.stack.environment.ingress.as_ref()
    }

    pub(super) fn needers(&self, name: &str) -> &[&'a str] {
        self.needers.get(name).map_or(&[], Vec::as_slice)
    }

    /// What a service needs, each once, in the order of the file.
    pub(super) fn needs(&self, service: &'a Service) -> impl Iterator<Item = Need<'a>> {
        names_of_needs(service).into_iter().filter_map(|name| {
            let service = self.services.get(name).map(|service| Need::Service(service));
            service.or_else(|| self.datastores.get(name).map(|datastore| Need::Datastore(datastore)))
        })
    }

    /// What a service or datastore of the product calls itself, that nothing of the product is called like.
    pub(super) fn apart(&self, name: &str) -> String {
        let mut name = name.to_owned();
        while self.services.contains_key(name.as_str()) || self.datastores.contains_key(name.as_str()) {
            name.push_str("-x");
        }
        name
    }

    /// What every object of `name` is labelled with.
    pub(super) fn labels(&self, name: &str, component: &str) -> BTreeMap<String, String> {
        let mut labels = self.selector(name);
        labels.insert("app.kubernetes.io/component".to_owned(), component.to_owned());
        labels.insert("app.kubernetes.io/managed-by".to_owned(), "towel".to_owned());
        labels
    }

    /// What its pods are found by. It can never be changed on a Deployment, so it holds nothing that could.
    pub(super) fn selector(&self, name: &str) -> BTreeMap<String, String> {
        BTreeMap::from([
            ("app.kubernetes.io/name".to_owned(), name.to_owned()),
            ("app.kubernetes.io/part-of".to_owned(), self.stack.name.to_string()),
        ])
    }

    pub(super) fn metadata(&self, name: impl Into<String>, part: &str, component: &str) -> ObjectMeta {
        ObjectMeta { name: Some(name.into()), labels: Some(self.labels(part, component)), ..ObjectMeta::default() }
    }

    pub(super) fn server(&self, datastore: &Datastore) -> Server {
        Server::of(datastore, self.stack)
    }

    /// What a reference stands for, when that is known before a deploy and no secret.
    pub(super) fn known(&self, to: &Reference) -> Option<String> {
        let environment = &self.stack.environment;
        match to {
            Reference::Environment(EnvironmentField::Name) => Some(environment.name.to_string()),
            Reference::Environment(EnvironmentField::Domain) => {
                Some(environment.domain_or_localhost().unwrap_or_default().to_owned())
            }
            Reference::Service { name, field } => {
                let port = self.services.get(name.as_str())?.port.as_ref().map(|port| port.value);
                Some(match (field, port) {
                    (ServiceField::Url, Some(port)) => format!("http://{name}:{port}"),
                    (ServiceField::Url, None) => format!("http://{name}"),
                    (ServiceField::Host, _) => name.clone(),
                    (ServiceField::Port, port) => port.unwrap_or_default().to_string(),
                })
            }
            Reference::Version | Reference::Secret(_) | Reference::Datastore { .. } => None,
        }
    }

    /// The text, when all that it refers to is known before a deploy.
    pub(super) fn settled(&self, template: &Template) -> Option<String> {
        template.fill(|to| self.known(to).ok_or(())).ok()
    }
}

/// What it says that it needs, each once; its variables refer to nothing else, or `check` refuses them.
fn names_of_needs(service: &Service) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::with_capacity(service.needs.len());
    for need in &service.needs {
        if need.value != service.name.value && !names.contains(&need.as_str()) {
            names.push(need);
        }
    }
    names
}
