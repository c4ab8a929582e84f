//! Wrong input: what is said of it, and with which exit status.

use crate::support::{API, Shop};

/// A command's answer with everything that differs from run to run taken out.
fn said(shop: &Shop, status: i32, arguments: &[&str]) -> String {
    let output = shop.towel(arguments).expect(status).scrubbed(&shop.project().scrubber());
    assert_eq!(output.stdout, "", "complaints go to standard error");
    output.stderr
}

#[test]
fn tmp() {
    let shop = Shop::new(API);
    let p = |a: &[&str]| {
        let o = shop.towel(a);
        eprintln!("$ towel {} -> {}\n{}{}", a.join(" "), o.status, o.stdout, o.stderr);
    };
    p(&["up", "-d"]);
    p(&["up", "-d", "--json"]);
    p(&["up", "-d", "--version", "shop=v1"]);
    p(&["status"]);
    p(&["deploy", "api", "v2"]);
    p(&["logs", "api"]);
    p(&["--env", "prod", "up", "-d"]);
    p(&["--env", "prod", "status"]);
    p(&["--file", "other.yaml", "status"]);
    p(&["--file", "other/towel.yaml", "up"]);
    shop.project().write("broken.yaml", "towel: 1\nname: [shop\n");
    p(&["--file", "broken.yaml", "up", "-d"]);
    p(&["--file", "broken.yaml", "status"]);
    shop.project().write("typo.yaml", "towel: 1\nname: shop\nservices:\n  api:\n    run: ./api\n    prot: 3000\n");
    p(&["--file", "typo.yaml", "up", "-d"]);
    shop.project().write(
        "rule.yaml",
        "towel: 1\nname: shop\nservices:\n  api:\n    run: ./api\n    port: 3000\n    needs: [databse]\n",
    );
    p(&["--file", "rule.yaml", "up", "-d"]);
    shop.project().write("k.yaml", "towel: 1\nname: shop\nenvironments:\n  dev: { class: dev, engine: kubernetes, context: k, namespace: shop, domain: shop.example }\nservices:\n  api:\n    image: ghcr.io/e/api:${version}\n    port: 3000\n    health: { ready: / }\n");
    p(&["--file", "k.yaml", "up", "-d", "--version", "v1"]);
    p(&["--file", "k.yaml", "--env", "dev", "up", "-d", "--version", "v1"]);
    p(&["--file", "k.yaml", "--env", "dev", "up", "--version", "v1"]);
    shop.project().write("i.yaml", "towel: 1\nname: shop\nservices:\n  api:\n    image: ghcr.io/e/api:${version}\n    port: 3000\n    health: { ready: / }\n");
    p(&["--file", "i.yaml", "up", "-d", "--version", "v1"]);
    p(&["no-such"]);
    p(&["scale", "api", "many"]);
    p(&["explain", "no-such-code"]);
    let _ = said;
}

#[test]
fn tmp2() {
    let shop = Shop::open(API);
    let p = |a: &[&str]| {
        let o = shop.towel(a);
        eprintln!("$ towel {} -> {}\n{}{}", a.join(" "), o.status, o.stdout, o.stderr);
    };
    for c in [
        &["deploy", "apo", "v1"][..],
        &["rollback", "apo"],
        &["abort", "apo"],
        &["promote", "apo"],
        &["scale", "apo", "2"],
        &["restart", "apo"],
        &["history", "apo"],
        &["logs", "apo"],
        &["exec", "apo", "true"],
        &["deploy", "api", "v1"],
        &["--env", "prod", "status"],
        &["promote", "dev", "prod"],
        &["scale", "api", "0"],
        &["up"],
        &["deploy", "api", ""],
        &["deploy", "api", "../v1"],
        &["deploy", "api", "a b"],
    ] {
        p(c);
    }
    p(&["status"]);
}
