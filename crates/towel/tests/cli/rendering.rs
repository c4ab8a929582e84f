//! `towel render` beside files that people edit: merged, never overwritten, and told apart.

use towel_testkit::{Output, Project};

const PRODUCT: &str = "\
towel: 1
name: shop
environments:
  production: { class: production, engine: kubernetes, context: live, namespace: shop, domain: shop.example }
services:
  api:
    image: ghcr.io/example/api:${version}
    port: 3000
    health: { ready: /ready }
    env: { JWT_SECRET: \"${secret.jwt}\" }
secrets:
  jwt: { generate: 64 }
";

const FACTS: &str = "deploy/terraform/product.tf";

fn shop() -> Project {
    Project::new().file("towel.yaml", PRODUCT)
}

fn render(project: &Project, arguments: &[&str]) -> Output {
    project.towel(env!("CARGO_BIN_EXE_towel"), &[&["render"], arguments].concat())
}

fn change(project: &Project, from: &str, to: &str) {
    let text = project.read("towel.yaml");
    assert!(text.contains(from), "{text}");
    project.write("towel.yaml", text.replace(from, to));
}

#[test]
fn a_second_rendering_changes_nothing_and_check_says_so() {
    let shop = shop();
    let missing = render(&shop, &["terraform", "--check"]).expect(1);
    assert!(missing.stdout.contains("help: `towel render` brings them up to date"), "{missing:?}");
    assert!(!shop.path("deploy").exists() && !shop.path("towel.lock").exists(), "--check writes nothing");
    render(&shop, &["terraform"]).expect(0);
    let (facts, lock) = (shop.read(FACTS), shop.read("towel.lock"));
    let again = render(&shop, &[]).expect(0).stdout;
    assert!(again.ends_with("unchanged\n") && !again.contains("created"), "{again}");
    assert_eq!((shop.read(FACTS), shop.read("towel.lock")), (facts, lock));
    render(&shop, &["--check"]).expect(0);
}

#[test]
fn an_edit_and_a_change_elsewhere_are_merged_and_the_edit_survives_the_next_rendering() {
    let shop = shop();
    render(&shop, &["terraform", "--quiet"]).expect(0);
    shop.write(FACTS, shop.read(FACTS) + "\n# ours\n");
    assert!(render(&shop, &["--check"]).expect(0).stdout.contains("edited     deploy/terraform/product.tf"));
    change(&shop, "context: live", "context: main");
    let merged = render(&shop, &[]).expect(0).stdout;
    assert!(merged.contains("merged     deploy/terraform/product.tf"), "{merged}");
    let facts = shop.read(FACTS);
    assert!(facts.contains("= \"main\"") && facts.ends_with("\n# ours\n"), "{facts}");
    render(&shop, &["--check"]).expect(0);
}

#[test]
fn an_edit_of_the_same_line_gets_marks_and_is_an_error_until_they_are_gone() {
    let shop = shop();
    render(&shop, &["terraform", "--quiet"]).expect(0);
    shop.write(FACTS, shop.read(FACTS).replace("\"live\"", "\"mine\""));
    change(&shop, "context: live", "context: main");
    let diff = render(&shop, &["--diff"]).expect(0).stdout;
    assert!(diff.contains("+<<<<<<< as it is here\n") && diff.contains("+>>>>>>> as towel renders it\n"), "{diff}");
    assert!(render(&shop, &["--quiet"]).expect(1).stdout.contains("conflict   deploy/terraform/product.tf"));
    let marked = shop.read(FACTS);
    assert!(marked.contains("\"mine\"") && marked.contains("\"main\""), "nothing is lost: {marked}");
    assert!(render(&shop, &["--check"]).expect(1).stdout.contains("unresolved"));
    assert_eq!(shop.read(FACTS), marked);
    let decided: Vec<&str> =
        marked.lines().filter(|line| !line.starts_with(['<', '=', '>']) && !line.contains("\"main\"")).collect();
    shop.write(FACTS, decided.join("\n") + "\n");
    render(&shop, &["--check"]).expect(0);
}

#[test]
fn an_ancestor_that_cannot_be_rendered_again_is_found_in_git() {
    let shop = shop();
    render(&shop, &["terraform", "--quiet"]).expect(0);
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@shop.example"];
        let ended = std::process::Command::new("git")
            .arg("-C")
            .arg(shop.path(""))
            .args(identity)
            .args(arguments)
            .output()
            .unwrap();
        assert!(ended.status.success(), "{ended:?}");
    };
    // As if an older towel had rendered it: what is recorded gives something else today.
    let older = shop.read(FACTS).replace("locals {", "# By an older towel.\nlocals {");
    let digest = |text: &str| {
        shop.write("sum", text);
        let ended = std::process::Command::new("sha256sum").arg(shop.path("sum")).output().unwrap();
        String::from_utf8(ended.stdout).unwrap()[..64].to_owned()
    };
    let lock = shop.read("towel.lock").replace(&digest(&shop.read(FACTS)), &digest(&older));
    shop.write("towel.lock", lock);
    shop.write(FACTS, &older);
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "As rendered"]);
    shop.write(FACTS, older + "\n# ours\n");
    change(&shop, "context: live", "context: main");
    let merged = render(&shop, &[]).expect(0).stdout;
    assert!(merged.contains("merged     deploy/terraform/product.tf"), "{merged}");
    let facts = shop.read(FACTS);
    assert!(facts.contains("\"main\"") && facts.ends_with("# ours\n") && !facts.contains("older towel"), "{facts}");
}

#[test]
fn files_that_towel_did_not_make_are_left_alone_and_named() {
    let shop = shop().file(FACTS, "# mine\n");
    let said = render(&shop, &["terraform", "--quiet"]).expect(1).stdout;
    assert_eq!(
        said,
        format!("  foreign    {FACTS:<50} not made by towel, and left alone; move it away to have it rendered\n")
    );
    assert_eq!(shop.read(FACTS), "# mine\n");
    assert!(shop.path("deploy/terraform/versions.tf").exists());
}

#[test]
fn what_is_no_longer_rendered_goes_when_asked_unless_it_was_edited() {
    let shop = shop();
    render(&shop, &["terraform", "--quiet"]).expect(0);
    change(&shop, "    env: { JWT_SECRET: \"${secret.jwt}\" }\n", "");
    change(&shop, "secrets:\n  jwt: { generate: 64 }\n", "");
    let secrets = "deploy/terraform/secrets.tf";
    assert!(render(&shop, &["--quiet"]).expect(0).stdout.contains("`towel render --prune` removes it"));
    assert!(shop.path(secrets).exists());
    let text = shop.read(secrets);
    shop.write(secrets, text.clone() + "# ours\n");
    assert!(render(&shop, &["--prune"]).expect(0).stdout.contains("edited by hand: remove it yourself"));
    assert!(shop.path(secrets).exists());
    shop.write(secrets, text);
    render(&shop, &["--prune"]).expect(0);
    assert!(!shop.path(secrets).exists());
    render(&shop, &["--check"]).expect(0);
}

#[test]
fn faults_of_the_file_a_damaged_lock_and_unknown_targets_are_told_before_anything_is_written() {
    let shop = shop();
    let unknown = render(&shop, &["docer"]).expect(2).stderr;
    assert!(unknown.starts_with("error: there is no target `docer`\n help: there are `docker`, "), "{unknown}");
    shop.write("towel.lock", "{}");
    let damaged = render(&shop, &["terraform"]).expect(2).stderr;
    assert!(
        damaged.contains("`towel.lock` is not what towel writes") && damaged.contains("version control"),
        "{damaged}"
    );
    std::fs::remove_file(shop.path("towel.lock")).unwrap();
    change(&shop, "port: 3000", "port: 3000\n    needs: [nothing]");
    let faulty = render(&shop, &["terraform"]).expect(1).stderr;
    assert!(faulty.contains("error[unknown-need]"), "{faulty}");
    assert!(!shop.path("deploy").exists());
}

#[test]
fn a_dotenv_file_is_told_what_it_lacks_and_what_it_has_in_vain() {
    let product = PRODUCT.replace("engine: kubernetes, context: live, namespace: shop, ", "engine: local, ");
    let product = product.replace("jwt: { generate: 64 }", "jwt: { required_in: [production] }");
    let shop = Project::new().file("towel.yaml", &product).file(".env", "JTW=x\n");
    let told = render(&shop, &["--dotenv", ".env"]).expect(1).stdout;
    assert!(told.starts_with(".env:1: ") && told.contains("JWT"), "{told}");
    let json: serde_json::Value =
        serde_json::from_str(&render(&shop, &["--dotenv", ".env", "--json"]).expect(1).stdout).unwrap();
    let kinds: Vec<&str> = json["gaps"].as_array().unwrap().iter().map(|gap| gap["gap"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"unknown") && kinds.contains(&"missing"), "{json}");
    shop.write(".env", "JWT=x\nAPI_VERSION=v1\n");
    let told = render(&shop, &["--dotenv", ".env"]).expect(0).stdout;
    assert!(!told.contains("JWT"), "{told}");
    let missing = render(&shop, &["--dotenv", "nowhere"]).expect(2).stderr;
    assert!(missing.contains("`nowhere` cannot be read"), "{missing}");
}

#[test]
fn programs_get_every_file_and_what_became_of_it() {
    let shop = shop();
    let told = render(&shop, &["terraform", "--json"]).expect(0).stdout;
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let files = told["files"].as_array().unwrap();
    assert!(
        files.iter().any(|file| file["path"] == FACTS && file["target"] == "terraform" && file["change"] == "created"),
        "{told}"
    );
    let report = render(&shop, &["terraform", "--report", "--json"]).expect(0).stdout;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let generated =
        report["findings"].as_array().unwrap().iter().find(|it| it["key"] == "secrets.jwt.generate").unwrap();
    assert_eq!((&generated["treatment"], &generated["line"]), (&"kept".into(), &12.into()));
}
