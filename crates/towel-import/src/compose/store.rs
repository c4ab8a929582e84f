//! A service that is a database, a cache, a broker or a bucket: a datastore.

use super::file::{Entry, Known, says_nothing};

use crate::account::Cursor;
use crate::draft::{Datastore, DatastoreKind, Image, Noted};
use crate::read::fill;

/// Variables of images that hold the user.
pub(super) const USERS: [&str; 9] = [
    "POSTGRES_USER",
    "POSTGRESQL_USERNAME",
    "MYSQL_USER",
    "MARIADB_USER",
    "MONGO_INITDB_ROOT_USERNAME",
    "MONGODB_ROOT_USER",
    "RABBITMQ_DEFAULT_USER",
    "MINIO_ROOT_USER",
    "MINIO_ACCESS_KEY",
];
/// Those that hold the password.
pub(super) const PASSWORDS: [&str; 12] = [
    "POSTGRES_PASSWORD",
    "POSTGRESQL_PASSWORD",
    "MYSQL_PASSWORD",
    "MARIADB_PASSWORD",
    "MYSQL_ROOT_PASSWORD",
    "MARIADB_ROOT_PASSWORD",
    "MONGO_INITDB_ROOT_PASSWORD",
    "MONGODB_ROOT_PASSWORD",
    "REDIS_PASSWORD",
    "RABBITMQ_DEFAULT_PASS",
    "MINIO_ROOT_PASSWORD",
    "MINIO_SECRET_KEY",
];
/// Those that hold the database.
pub(super) const DATABASES: [&str; 6] = [
    "POSTGRES_DB",
    "POSTGRESQL_DATABASE",
    "MYSQL_DATABASE",
    "MARIADB_DATABASE",
    "MONGO_INITDB_DATABASE",
    "RABBITMQ_DEFAULT_VHOST",
];

/// What a service keeps data as, with the image that says so; none when it is no datastore.
pub(super) fn kind<'a>(service: &Cursor<'a>) -> Option<(DatastoreKind, Cursor<'a>)> {
    if service.get("build").is_some() {
        return None;
    }
    let at = service.get("image")?;
    DatastoreKind::of_image(&fill(at.peek()?).text).map(|kind| (kind, at))
}

/// The datastore.
pub(super) fn convert(entry: &Entry<'_>, known: &Known<'_, '_>) -> Option<Datastore> {
    let (kind, image) = kind(&entry.at)?;
    let text = fill(image.peek()?).text;
    let mut store = Datastore::new(entry.name.clone(), Noted::plain(kind));
    match (Image::of(&text).version(), kind.usual_version()) {
        (Some(version), _) => {
            account_image(kind, &text, &version, &image);
            store.version = Some(Noted::new(version, text.clone()));
        }
        (None, Some(usual)) => {
            image.approximated(format!(
                "a {} datastore; the tag says no version, so `{usual}` was written",
                kind.name()
            ));
            store.version = Some(Noted::new(usual.to_owned(), format!("a guess: `{text}` says no version")));
        }
        (None, None) => image.approximated(format!("a {} datastore, of no version of its own", kind.name())),
    }
    store.storage = storage(entry, known, kind);
    store.max_connections = connections(&entry.at);
    for (_, at) in entry.at.get("environment").map(|list| list.each()).unwrap_or_default() {
        at.left_out("towel makes user, password and database itself: `${NAME.user}`, `.password`, `.name`");
    }
    Some(store)
}

fn account_image(kind: DatastoreKind, text: &str, version: &str, image: &Cursor<'_>) {
    let plain = format!("{}:{version}", if kind == DatastoreKind::Mongodb { "mongo" } else { kind.name() });
    if text == plain {
        image.converted();
    } else {
        image.approximated(format!(
            "became `kind: {}`, version {version}; the variant of the image is towel's choice",
            kind.name()
        ));
    }
}

/// A named volume or a bind mount is where its data lies; its size stands nowhere.
fn storage(entry: &Entry<'_>, known: &Known<'_, '_>, kind: DatastoreKind) -> Option<Noted<String>> {
    let mut kept = None;
    for at in entry.at.get("volumes").map(|volumes| volumes.items()).unwrap_or_default() {
        let (source, target) = volume(&at)?;
        let data = ["/var/lib/", "/data", "/bitnami", "/export", "pgdata"].iter().any(|it| target.contains(it));
        let Some(source) = source.filter(|_| data && !target.contains("initdb")) else {
            at.left_out(match target.contains("initdb") {
                true => "scripts at the first start are not run: put them into migrations",
                false => "files of a datastore are towel's own",
            });
            continue;
        };
        at.approximated("became `storage:`; the data itself stays where it is: dump it there and restore it here");
        if let Some(declared) = known.root.find(&["volumes", &source]).filter(|it| says_nothing(it.node())) {
            declared.approximated(format!("became `storage:` of `{}`", entry.name));
        }
        kept = Some(Noted::new("10Gi".to_owned(), format!("a guess: the volume `{source}` has no size")));
    }
    if kept.is_none() && kind != DatastoreKind::S3 {
        return None;
    }
    kept
}

/// Source and target of a volume in both forms; no source for one without a name.
pub(super) fn volume(at: &Cursor<'_>) -> Option<(Option<String>, String)> {
    if at.is_mapping() {
        let text = |key: &str| at.get(key).and_then(|it| Some(fill(it.node().text()?).text));
        return Some((text("source"), text("target")?));
    }
    let text = fill(at.node().text()?).text;
    let mut parts = text.split(':');
    let (first, second) = (parts.next()?.to_owned(), parts.next());
    Some(match second {
        Some(target) => (Some(first), target.to_owned()),
        None => (None, first),
    })
}

/// `-c max_connections=200`, `--max-connections=200`, `--maxConns 200`.
fn connections(service: &Cursor<'_>) -> Option<Noted<String>> {
    let at = service.get("command")?;
    let words: Vec<String> = if at.is_list() {
        at.items().iter().filter_map(|word| Some(fill(word.node().text()?).text)).collect()
    } else {
        fill(at.peek()?).text.split_whitespace().map(str::to_owned).collect()
    };
    let named = |word: &str| {
        let word = word.trim_start_matches('-').trim_start_matches('c').replace('-', "_");
        Some(word.split_once("max_connections=")?.1.parse::<u32>().ok()?.to_string())
    };
    let found = words.iter().find_map(|word| named(word))?;
    at.approximated("became `max_connections:`; what else the command says is left to towel");
    Some(Noted::plain(found))
}
