//! PHP with Composer.

use towel_model::DatastoreKind;

use super::{Toolchain, Variants};
use crate::docker::PHP_VERSION;
use crate::github::action::{COMPOSER, PHP};
use crate::github::component::Component;
use crate::github::step::{expression, run, uses};
use crate::yaml::Map;

/// A script that is not there is told of and does not stop anything, so that a young project starts with what it has.
const SCRIPT: &str = r#"if jq --exit-status --arg name "$SCRIPT" '.scripts[$name]' composer.json > /dev/null; then
  composer run-script "$SCRIPT"
else
  echo "::warning::composer.json has no script \"$SCRIPT\", so nothing was checked"
fi
"#;

const UNIT: &str = r#"if jq --exit-status '.scripts["test:cov"]' composer.json > /dev/null; then
  composer run-script test:cov
else
  composer run-script test
fi
"#;

pub(super) fn toolchain(component: &Component<'_>) -> Toolchain {
    let setup = vec![php(component, "none"), install(component)];
    let list = [("lint", "lint"), ("format", "format:check"), ("types", "types")];
    let suites = [("integration", "test:integration"), ("e2e", "test:e2e")];
    Toolchain {
        checks: Variants::scripts(&list, SCRIPT),
        unit: vec![php(component, "pcov"), install(component), run("Test", UNIT)],
        coverage: "coverage",
        suites: Some(Variants::scripts(&suites, SCRIPT)),
        audit: vec![php(component, "none"), run("Audit packages", "composer audit --locked")],
        ecosystem: "composer",
        // CodeQL does not read PHP; the check of types is what there is.
        codeql: None,
        setup,
    }
}

fn php(component: &Component<'_>, coverage: &'static str) -> Map {
    let mut extensions = vec!["bcmath", "intl", "pcntl", "zip"];
    let all = [
        (&[DatastoreKind::Postgres] as &[DatastoreKind], &["pdo_pgsql"] as &[&str]),
        (&[DatastoreKind::Mysql, DatastoreKind::Mariadb], &["pdo_mysql"]),
        (&[DatastoreKind::Mongodb], &["mongodb"]),
        (&[DatastoreKind::Redis], &["redis"]),
        (&[DatastoreKind::Rabbitmq], &["amqp", "sockets"]),
    ];
    for (kinds, needed) in all {
        if component.needs(kinds) {
            extensions.extend_from_slice(needed);
        }
    }
    let with = Map::new()
        .with("php-version", PHP_VERSION)
        .with("extensions", extensions.join(", "))
        .with("coverage", coverage);
    uses("Set up PHP", PHP, with)
}

/// It keeps downloads by the lock file.
fn install(component: &Component<'_>) -> Map {
    let with = Map::new()
        .with("working-directory", component.place().to_owned())
        .with("ignore-cache", expression("startsWith(github.ref, 'refs/heads/release/') && 'yes' || 'no'"));
    uses("Install packages", COMPOSER, with)
}
