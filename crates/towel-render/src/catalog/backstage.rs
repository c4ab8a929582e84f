//! Backstage entities: the system, its parts, what they offer and need, and who owns them.

use sha2::{Digest, Sha256};
use towel_check::CheckedStack;
use towel_model::{Class, Client, Datastore, DatastoreKind, EngineKind, Service, Stack, Team};

use crate::Product;
use crate::names;
use crate::yaml::{Map, Yaml};

/// The owner of what nobody is named for. Backstage wants an owner for everything.
const NOBODY: &str = "unowned";

/// Longest name of an entity.
const LONGEST: usize = 63;

/// All entities, the system first.
pub(super) fn entities(product: &Product) -> Vec<Yaml> {
    let stack = product.strictest();
    let of = Catalog { product, stack };
    let mut entities = vec![of.system()];
    entities.extend(stack.services.iter().map(|service| of.service(service)));
    entities.extend(stack.clients.iter().map(|client| of.client(client)));
    entities.extend(stack.services.iter().filter(|service| of.offers_api(service)).map(|service| of.api(service)));
    entities.extend(stack.datastores.iter().map(|datastore| of.datastore(datastore)));
    entities.extend(stack.teams.iter().map(|team| of.team(team)));
    entities.extend(of.is_somebody_missing().then(|| of.nobody()));
    entities
}

struct Catalog<'a> {
    product: &'a Product,
    stack: &'a CheckedStack,
}

impl Catalog<'_> {
    fn system(&self) -> Yaml {
        let name = self.stack.name.as_str();
        let metadata = Map::new()
            .with("name", name.to_owned())
            .maybe("description", self.stack.description.as_ref().map(|text| text.to_string()))
            .with(
                "annotations",
                self.slug().comment("Read from `docs` beside this file.").with("backstage.io/techdocs-ref", "dir:."),
            )
            .unless_empty("links", self.links());
        entity("System", metadata, Map::new().with("owner", self.owner(None)))
    }

    fn service(&self, service: &Service) -> Yaml {
        let name = service.name.as_str();
        let kind = if is_website(service) { "website" } else { "service" };
        let metadata = self
            .metadata(
                name,
                service.description.as_deref().map(String::as_str),
                service.stack.as_deref().map(String::as_str),
            )
            .with("annotations", self.annotations(service.source.as_deref().map(String::as_str)))
            .unless_empty("links", self.addresses(service));
        let spec = self.component(kind, service.owner.as_deref().map(String::as_str));
        let offered = if self.offers_api(service) { vec![Yaml::from(self.name(name))] } else { Vec::new() };
        let needed = service.needs.iter().map(|need| need.value.as_str());
        entity("Component", metadata, self.relations(spec.unless_empty("providesApis", offered), needed))
    }

    fn client(&self, client: &Client) -> Yaml {
        let kind = if *client.stack.value == *"flutter" { "mobile-app" } else { "website" };
        let metadata = self
            .metadata(&client.name, client.description.as_deref().map(String::as_str), Some(&client.stack))
            .with("annotations", self.annotations(Some(&client.source)));
        let spec = self.component(kind, client.owner.as_deref().map(String::as_str));
        entity("Component", metadata, self.relations(spec, client.needs.iter().map(|need| need.value.as_str())))
    }

    fn component(&self, kind: &'static str, owner: Option<&str>) -> Map {
        let live = self.product.stacks().iter().any(|stack| *stack.environment.class == Class::Production);
        Map::new()
            .with("type", kind)
            .with("lifecycle", if live { "production" } else { "experimental" })
            .with("owner", self.owner(owner))
            .with("system", self.stack.name.to_string())
    }

    /// What it calls, and what it cannot be without.
    fn relations<'n>(&self, spec: Map, needs: impl Iterator<Item = &'n str>) -> Map {
        let (mut apis, mut parts) = (Vec::new(), Vec::new());
        for need in needs {
            match self.stack.service(need) {
                Some(service) => {
                    parts.push(format!("component:default/{}", self.name(need)));
                    apis.extend(self.offers_api(service).then(|| self.name(need)));
                }
                None => parts.push(format!("resource:default/{}", self.name(need))),
            }
        }
        spec.unless_empty("consumesApis", apis).unless_empty("dependsOn", parts)
    }

    /// Other parts call it, or outsiders who are no browsers.
    fn offers_api(&self, service: &Service) -> bool {
        let name = &service.name.value;
        let needed = |needs: &[towel_source::Spanned<String>]| needs.iter().any(|need| need.value == *name);
        let called = self.stack.services.iter().any(|other| needed(&other.needs))
            || self.stack.clients.iter().any(|client| needed(&client.needs));
        service.port.is_some() && (called || (service.expose.is_some() && !is_website(service)))
    }

    fn api(&self, service: &Service) -> Yaml {
        let name = service.name.as_str();
        let port = service.port.as_ref().map_or(0, |port| port.value);
        let metadata = self.metadata(name, service.description.as_deref().map(String::as_str), None);
        let mut definition = format!("Inside: http://{name}:{port}\n");
        for (environment, address) in self.addresses_of(service) {
            definition.push_str(&format!("{}: {address}\n", capital(&environment)));
        }
        let spec = self
            .component("http", service.owner.as_deref().map(String::as_str))
            .comment("Where it answers. Put its OpenAPI document here if there is one, and `type: openapi`.")
            .with("definition", definition);
        entity("API", metadata, spec)
    }

    fn datastore(&self, datastore: &Datastore) -> Yaml {
        let version = datastore.version.as_ref().map_or_else(String::new, |version| format!(" {}", version.value));
        let (name, kind) = described(*datastore.kind);
        let metadata = self.metadata(&datastore.name, Some(&format!("{name}{version}")), Some(tag(*datastore.kind)));
        let spec =
            Map::new().with("type", kind).with("owner", self.owner(None)).with("system", self.stack.name.to_string());
        entity("Resource", metadata, spec)
    }

    fn team(&self, team: &Team) -> Yaml {
        let metadata = Map::new()
            .with("name", team.name.to_string())
            .maybe("description", team.slack.as_ref().map(|channel| format!("On Slack: {}", channel.value)));
        let profile = Map::new()
            .with("displayName", capital(&team.name))
            .maybe("email", team.email.as_ref().map(|address| address.to_string()));
        entity("Group", metadata, group(profile))
    }

    fn nobody(&self) -> Yaml {
        let metadata = Map::new().with("name", NOBODY).with("description", "No team is named in towel.yaml (`owner:`)");
        entity("Group", metadata, group(Map::new().with("displayName", "Nobody")))
    }

    fn is_somebody_missing(&self) -> bool {
        // What has no owner of its own has the product's; datastores have no other.
        self.stack.owner.is_none()
    }

    fn owner(&self, own: Option<&str>) -> String {
        let product = self.stack.owner.as_deref().map(String::as_str);
        own.or(product).unwrap_or(NOBODY).to_owned()
    }

    fn metadata(&self, name: &str, description: Option<&str>, tag: Option<&str>) -> Map {
        let tags = tag.map(|tag| Yaml::row([tag.to_owned()]));
        let entity = self.name(name);
        let title = (entity != name).then(|| name.to_owned());
        Map::new()
            .with("name", entity)
            .maybe("title", title)
            .maybe("description", description.map(str::to_owned))
            .maybe("tags", tags)
    }

    /// Names of entities are common to all products of a catalogue, so parts carry the product's name.
    fn name(&self, part: &str) -> String {
        let product = self.stack.name.as_str();
        let name = match part.strip_prefix(product) {
            Some(rest) if rest.is_empty() || rest.starts_with('-') => part.to_owned(),
            _ => format!("{product}-{part}"),
        };
        if name.len() <= LONGEST {
            return name;
        }
        let end: String = Sha256::digest(name.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        format!("{}-{end}", name[..LONGEST - 1 - end.len()].trim_end_matches('-'))
    }

    fn slug(&self) -> Map {
        Map::new().maybe("github.com/project-slug", names::github_slug(self.stack))
    }

    fn annotations(&self, source: Option<&str>) -> Map {
        let folder = source.zip(names::repository_url(self.stack));
        let folder = folder.map(|(source, url)| format!("url:{url}/tree/main/{}/", source.trim_matches(['.', '/'])));
        self.slug()
            .maybe("backstage.io/source-location", folder)
            .with("backstage.io/techdocs-entity", format!("system:default/{}", self.stack.name.as_str()))
    }

    fn links(&self) -> Vec<Yaml> {
        let repository = names::repository_url(self.stack).map(|url| link(&url, "Source", "github"));
        repository.into_iter().collect()
    }

    fn addresses(&self, service: &Service) -> Vec<Yaml> {
        let all = self.addresses_of(service).into_iter();
        all.map(|(environment, address)| link(&address, &capital(&environment), "web")).collect()
    }

    /// Where outsiders reach it, in each cluster: the strictest environment first.
    fn addresses_of(&self, service: &Service) -> Vec<(String, String)> {
        let mut clusters: Vec<&CheckedStack> = self.product.clustered().collect();
        clusters.sort_by_key(|stack| std::cmp::Reverse(*stack.environment.class));
        let of = |stack: &&CheckedStack| {
            Some((stack.environment.name.to_string(), address(stack, stack.service(&service.name)?)?))
        };
        clusters.iter().filter_map(of).collect()
    }
}

fn address(stack: &Stack, service: &Service) -> Option<String> {
    debug_assert!(*stack.environment.engine == EngineKind::Kubernetes, "others have no address that outsiders know");
    let expose = service.expose.as_ref()?;
    let host = names::in_environment(&expose.host, stack)?;
    let secure = stack.environment.ingress.as_ref().is_some_and(|ingress| ingress.issuer.is_some());
    let scheme = if secure { "https" } else { "http" };
    Some(format!("{scheme}://{host}{}", expose.path.as_str()))
}

fn entity(kind: &'static str, metadata: Map, spec: Map) -> Yaml {
    Map::new()
        .with("apiVersion", "backstage.io/v1alpha1")
        .with("kind", kind)
        .with("metadata", metadata)
        .with("spec", spec)
        .into()
}

fn group(profile: Map) -> Map {
    Map::new().with("type", "team").with("profile", profile).with("children", Yaml::row(Vec::<Yaml>::new()))
}

fn link(url: &str, title: &str, icon: &'static str) -> Yaml {
    Map::new().with("url", url.to_owned()).with("title", title.to_owned()).with("icon", icon).into()
}

fn is_website(service: &Service) -> bool {
    service.stack.as_ref().is_some_and(|stack| matches!(stack.as_str(), "nextjs" | "static"))
}

/// As people write it, and what Backstage calls its like.
const fn described(kind: DatastoreKind) -> (&'static str, &'static str) {
    match kind {
        DatastoreKind::Postgres => ("PostgreSQL", "database"),
        DatastoreKind::Mysql => ("MySQL", "database"),
        DatastoreKind::Mariadb => ("MariaDB", "database"),
        DatastoreKind::Mongodb => ("MongoDB", "database"),
        DatastoreKind::Redis => ("Redis", "cache"),
        DatastoreKind::Rabbitmq => ("RabbitMQ", "message-broker"),
        DatastoreKind::S3 => ("Bucket (S3)", "object-storage"),
    }
}

const fn tag(kind: DatastoreKind) -> &'static str {
    match kind {
        DatastoreKind::Postgres => "postgresql",
        DatastoreKind::Mysql => "mysql",
        DatastoreKind::Mariadb => "mariadb",
        DatastoreKind::Mongodb => "mongodb",
        DatastoreKind::Redis => "redis",
        DatastoreKind::Rabbitmq => "rabbitmq",
        DatastoreKind::S3 => "s3",
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
