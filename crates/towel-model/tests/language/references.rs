//! References inside texts: what they resolve to, and where they stand.

use towel_model::{DatastoreField, EnvironmentField, Part, Reference, ServiceField, Template};

use crate::shown::{faults, reading, stack};

/// A file whose one service has a variable with this value.
fn with(value: &str) -> String {
    format!(
        "towel: 1\nname: shop\nservices:\n  api:\n    run: ./api\n    port: 1\n    env:\n      V: {value}\ndatastores:\n  db: {{ kind: postgres }}\nsecrets: {{ jwt: }}\n"
    )
}

fn value(text: &str) -> Template {
    stack(&with(text), "dev").services[0].env[0].value.clone().unwrap().value
}

#[test]
fn each_form_is_resolved() {
    let only = |text: &str| match value(text).parts.as_slice() {
        [Part::Reference { to, .. }] => to.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(only("${version}"), Reference::Version);
    assert_eq!(only("${env.name}"), Reference::Environment(EnvironmentField::Name));
    assert_eq!(only("${env.domain}"), Reference::Environment(EnvironmentField::Domain));
    assert_eq!(only("${secret.jwt}"), Reference::Secret("jwt".to_owned()));
    assert_eq!(only("${db.password}"), Reference::Datastore { name: "db".to_owned(), field: DatastoreField::Password });
    assert_eq!(only("${api.url}"), Reference::Service { name: "api".to_owned(), field: ServiceField::Url });
    assert_eq!(only("{ secret: jwt, type: text }"), Reference::Secret("jwt".to_owned()));
}

#[test]
fn text_around_references_is_kept_and_a_doubled_dollar_is_one() {
    let filled = |text: &str| value(text).fill(|_| Ok::<_, ()>("X".to_owned())).unwrap();
    assert_eq!(filled("a ${db.url}/${db.name} b"), "a X/X b");
    assert_eq!(filled("$${HOME} costs $5 and 5$"), "${HOME} costs $5 and 5$");
    assert_eq!(filled("\"\""), "");
    assert_eq!(filled("3000"), "3000");
    assert_eq!(filled("yes"), "yes");
}

#[test]
fn a_reference_points_to_its_own_place_in_the_text() {
    let places = |text: &str| {
        let (sources, reading) = reading(&with(text));
        let stack = reading.model.unwrap().stack("dev").0.unwrap();
        let value = stack.services[0].env[0].value.clone().unwrap();
        let places = value.references().map(|(_, span)| {
            let place = sources.get(span.file).unwrap().position(span.start);
            format!("{}:{} {}", place.line, place.column, sources.slice(span))
        });
        places.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(places("a ${db.url} ${db.url}"), "8:12 ${db.url}, 8:22 ${db.url}");
    assert_eq!(places("\"é ${db.url}\\t${db.name}\""), "8:13 ${db.url}, 8:24 ${db.name}");
    assert_eq!(places("|\n        one\n        ${db.url}"), "10:9 ${db.url}");
    assert_eq!(places("\"\\x24{db.url}\""), "8:10 \"\\x24{db.url}\"");
}

#[test]
fn a_misspelt_reference_is_recognised() {
    insta::assert_snapshot!(faults(&with("${bd.url}")), @r#"
    error[unknown-reference] there is no service or datastore `bd`
      8:10 `${bd.url}` refers to nothing
      help: did you mean `${db.url}`?
      fix: `${bd.url}` → `${db.url}`
    "#);
    insta::assert_snapshot!(faults(&with("${db.uri}")), @r#"
    error[unknown-reference] datastore `db` has no `uri`
      8:10 `${db.uri}` refers to nothing
      note: allowed: `url`, `host`, `port`, `user`, `password`, `name`
      help: did you mean `${db.url}`?
      fix: `${db.uri}` → `${db.url}`
    "#);
    insta::assert_snapshot!(faults(&with("${env.domian}")), @r#"
    error[unknown-reference] the environment has no `domian`
      8:10 `${env.domian}` refers to nothing
      note: allowed: `name`, `domain`
      help: did you mean `${env.domain}`?
      fix: `${env.domian}` → `${env.domain}`
    "#);
    insta::assert_snapshot!(faults(&with("${verison}")), @r#"
    error[unknown-reference] `${verison}` refers to nothing
      8:10 `${verison}` refers to nothing
      note: allowed: `${version}`, `${env.name}`, `${env.domain}`, `${secret.NAME}`, `${DATASTORE.url}`, `${SERVICE.url}`
      help: did you mean `${version}`?
    "#);
    insta::assert_snapshot!(faults(&with("${HOME}")), @r#"
    error[unknown-reference] `${HOME}` refers to nothing
      8:10 `${HOME}` refers to nothing
      note: allowed: `${version}`, `${env.name}`, `${env.domain}`, `${secret.NAME}`, `${DATASTORE.url}`, `${SERVICE.url}`
      help: write `$${HOME}` if the program itself is to see it
    "#);
    insta::assert_snapshot!(faults(&with("${db}")), @r#"
    error[unknown-reference] `${db}` refers to nothing
      8:10 `${db}` refers to nothing
      help: say what of it: `${db.url}`
    "#);
    insta::assert_snapshot!(faults(&with("${secret.a b}")), @r#"
    error[bad-name] `a b` is not the name of a secret
      8:10 `${secret.a b}` expected the name of a secret
      note: for example `jwt`, `stripe_key`
      help: a secret's name is made of letters, digits, `_` and `-`, and begins with a letter
    "#);
    insta::assert_snapshot!(faults(&with("http://${db.host:5432/")), @r#"
    error[unterminated-reference] a `${` is not closed
      8:17 `${` it is opened here
      help: write `${db.host}`, or `$${` if no reference is meant
    "#);
}
