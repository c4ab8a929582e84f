//! The other parts of a product as variables name them: by host, by URL, by credentials.

use crate::draft::DatastoreKind;

/// All parts that a variable may lead to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parties {
    all: Vec<Party>,
}

/// A part, and how others name it.
#[derive(Debug, Clone)]
pub(crate) struct Party {
    /// Its host names, with the port where that tells parts of one host apart.
    pub(crate) hosts: Vec<(String, Option<u16>)>,
    /// Its name in the new file.
    pub(crate) name: String,
    /// What it is.
    pub(crate) what: What,
}

/// What a part is.
#[derive(Debug, Clone)]
pub(crate) enum What {
    /// It keeps data.
    Store {
        /// What it is.
        kind: DatastoreKind,
        /// Its user, password and database as the source has them.
        user: Option<String>,
        /// The password.
        password: Option<String>,
        /// The database.
        database: Option<String>,
    },
    /// It runs code.
    Service {
        /// Where it listens.
        port: Option<u16>,
    },
}

/// An address in towel's notation, and what was lost on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// The part to which it leads.
    pub(crate) part: String,
    /// The value.
    pub(crate) value: String,
    /// What no longer stands in it.
    pub(crate) lost: Option<String>,
    /// Whether it is the host alone.
    pub(crate) host_only: bool,
}

/// A URL taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Url<'a> {
    pub(crate) scheme: &'a str,
    pub(crate) user: Option<&'a str>,
    pub(crate) host: &'a str,
    pub(crate) port: Option<u16>,
    /// With its `/`.
    pub(crate) path: &'a str,
    /// With its `?`.
    pub(crate) query: &'a str,
}

/// Takes a URL apart; none when it is no single one.
pub(crate) fn url(text: &str) -> Option<Url<'_>> {
    let (scheme, rest) = text.split_once("://")?;
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.' | ':');
    if scheme.is_empty() || !scheme.chars().all(fits) || rest.contains(char::is_whitespace) {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let (host, port) = match host.rsplit_once(':') {
        Some((name, port)) => (name, if port.is_empty() { None } else { Some(port.parse().ok()?) }),
        None => (host, None),
    };
    if host.contains(',') {
        return None;
    }
    let query = rest.find('?').unwrap_or(rest.len());
    Some(Url { scheme, user, host, port, path: &rest[..query], query: &rest[query..] })
}

impl Parties {
    pub(crate) fn new(all: Vec<Party>) -> Self {
        Self { all }
    }

    /// The part of that name in the new file.
    pub(crate) fn named(&self, name: &str) -> Option<&Party> {
        self.all.iter().find(|party| party.name == name)
    }

    /// The part that answers there.
    pub(crate) fn at(&self, host: &str, port: Option<u16>) -> Option<&Party> {
        let answers = |party: &&Party| {
            let fits = |one: &(String, Option<u16>)| {
                one.0.eq_ignore_ascii_case(host) && one.1.is_none_or(|only| port == Some(only))
            };
            party.hosts.iter().any(fits)
        };
        self.all.iter().find(answers)
    }

    /// A value that leads to a part, as a reference to it.
    pub(crate) fn address(&self, value: &str) -> Option<Address> {
        if let Some(url) = url(value) {
            return self.at(url.host, url.port).and_then(|party| party.by_url(&url));
        }
        if let Some((host, port)) = value.split_once(':') {
            let port: u16 = port.parse().ok()?;
            let party = self.at(host, Some(port))?;
            return Some(party.found(format!("{}:{}", party.field("host"), party.field("port"))));
        }
        let party = self.at(value, None)?;
        Some(Address { host_only: true, ..party.found(party.field("host")) })
    }
}

impl Party {
    /// `${name.field}`.
    pub(crate) fn field(&self, field: &str) -> String {
        format!("${{{}.{field}}}", self.name)
    }

    fn found(&self, value: String) -> Address {
        Address { part: self.name.clone(), value, lost: None, host_only: false }
    }

    fn by_url(&self, url: &Url<'_>) -> Option<Address> {
        match &self.what {
            What::Service { port } => {
                if url.port.is_some() && port.is_some() && url.port != *port {
                    return None;
                }
                let rest = format!("{}{}", if url.path == "/" { "" } else { url.path }, url.query);
                let base = match url.scheme {
                    "http" => self.field("url"),
                    scheme => format!("{scheme}://{}:{}", self.field("host"), self.field("port")),
                };
                Some(self.found(format!("{base}{rest}")))
            }
            What::Store { kind, .. } if kind.speaks(url.scheme) => {
                let mut found = self.found(format!("{}{}", self.field("url"), url.query));
                let path = url.path.trim_matches('/');
                if *kind == DatastoreKind::Redis && !path.is_empty() && path != "0" {
                    found.lost = Some(format!("database number {path} of redis is not chosen any more"));
                }
                Some(found)
            }
            What::Store { kind, .. } => {
                let mut value = format!("{}://", url.scheme);
                if url.user.is_some() {
                    value.push_str(&format!("{}:{}@", self.field("user"), self.field("password")));
                }
                value.push_str(&format!("{}:{}", self.field("host"), self.field("port")));
                if *kind != DatastoreKind::S3 && url.path.len() > 1 {
                    value.push_str(&format!("/{}", self.field("name")));
                } else {
                    value.push_str(url.path);
                }
                value.push_str(url.query);
                Some(self.found(value))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parties() -> Parties {
        let store = |name: &str, kind| Party {
            hosts: vec![(name.to_owned(), None)],
            name: name.to_owned(),
            what: What::Store { kind, user: None, password: None, database: None },
        };
        let api = Party {
            hosts: vec![("api".to_owned(), None)],
            name: "api".to_owned(),
            what: What::Service { port: Some(3000) },
        };
        Parties::new(vec![store("db", DatastoreKind::Postgres), store("cache", DatastoreKind::Redis), api])
    }

    fn check(value: &str, expected: Option<&str>) {
        assert_eq!(parties().address(value).map(|found| found.value).as_deref(), expected, "{value}");
    }

    #[test]
    fn addresses_become_references() {
        check("postgres://app:pw@db:5432/app?schema=public", Some("${db.url}?schema=public"));
        check(
            "postgresql+asyncpg://app:pw@db/app",
            Some("postgresql+asyncpg://${db.user}:${db.password}@${db.host}:${db.port}/${db.name}"),
        );
        check("jdbc:postgresql://db:5432/app", Some("jdbc:postgresql://${db.host}:${db.port}/${db.name}"));
        check("redis://cache:6379/1", Some("${cache.url}"));
        check("db", Some("${db.host}"));
        check("db:5432", Some("${db.host}:${db.port}"));
        check("http://api:3000/v1", Some("${api.url}/v1"));
        check("ws://api:3000", Some("ws://${api.host}:${api.port}"));
    }

    #[test]
    fn other_texts_are_left_alone() {
        for text in ["http://api:9000/", "https://example.com/", "database", "a:b", "mongodb://a:1,b:2/x", "12:30"] {
            check(text, None);
        }
    }
}
