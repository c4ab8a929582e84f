//! What workflows must hold, whatever the product.

use serde_json::Value;

use crate::docker::PRODUCT;
use crate::ownership::product;
use crate::{Target, render};

fn files() -> Vec<(String, String)> {
    let product = product(PRODUCT, None).expect("the sample has no errors");
    render(&product, &[Target::Github]).files.into_iter().map(|file| (file.path, file.contents)).collect()
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

fn workflows() -> Vec<(String, Value)> {
    let workflows = files().into_iter().filter(|(path, _)| path.starts_with(".github/workflows/"));
    workflows.map(|(path, text)| (path, yaml(&text))).collect()
}

fn workflow(name: &str) -> Value {
    let path = format!(".github/workflows/{name}.yaml");
    workflows().into_iter().find(|(other, _)| *other == path).unwrap_or_else(|| panic!("no `{path}`")).1
}

fn jobs(workflow: &Value) -> impl Iterator<Item = (&String, &Value)> {
    workflow["jobs"].as_object().unwrap().iter()
}

fn steps(job: &Value) -> &Vec<Value> {
    job["steps"].as_array().unwrap()
}

#[test]
fn each_component_has_a_pipeline_and_the_product_has_the_rest() {
    let paths: Vec<String> = files().into_iter().map(|(path, _)| path).collect();
    let names: Vec<&str> = paths.iter().filter_map(|path| path.strip_prefix(".github/")).collect();
    insta::assert_snapshot!(names.join(" ").replace("workflows/", ""), @"nestjs.yaml node.yaml nextjs.yaml static.yaml php.yaml python.yaml go.yaml rust.yaml app.yaml release.yaml security.yaml deploy.yaml platform.yaml dependabot.yaml rulesets/main.json");
}

#[test]
fn every_action_is_named_by_a_commit_with_its_version_beside_it() {
    for (path, text) in files() {
        for line in text.lines().filter_map(|line| line.trim().strip_prefix("uses: ")) {
            let (action, version) = line.split_once(" # ").unwrap_or_else(|| panic!("{path}: {line} has no version"));
            let (_, commit) = action.split_once('@').unwrap();
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{path}: {line}");
            assert!(version.contains('.'), "{path}: {line}");
        }
    }
}

#[test]
fn nothing_may_more_than_it_has_to_or_run_without_an_end() {
    for (path, workflow) in workflows() {
        assert_eq!(workflow["permissions"], serde_json::json!({ "contents": "read" }), "{path}");
        assert!(workflow["concurrency"]["group"].is_string(), "{path}");
        for (id, job) in jobs(&workflow) {
            assert!(job["timeout-minutes"].as_u64().is_some_and(|minutes| minutes <= 360), "{path}: {id}");
            assert!(job["permissions"].is_object(), "{path}: {id}");
            let uses_secrets = job.to_string().contains("${{ secrets.");
            assert!(!uses_secrets || job["environment"].is_object(), "{path}: {id} has secrets and no environment");
            for step in steps(job).iter().filter(|step| step["name"] == "Check out") {
                assert_eq!(step["with"]["persist-credentials"], false, "{path}: {id}");
            }
        }
    }
}

#[test]
fn no_script_holds_an_expression() {
    for (path, workflow) in workflows() {
        for step in jobs(&workflow).flat_map(|(_, job)| steps(job)) {
            let script = step["run"].as_str().unwrap_or_default();
            assert!(!script.contains("${{"), "{path}: {script}");
        }
    }
}

#[test]
fn branch_rules_wait_for_jobs_that_there_are() {
    let text = files().into_iter().find(|(path, _)| path == ".github/rulesets/main.json").unwrap().1;
    let rules: Value = serde_json::from_str(&text).unwrap();
    let rules = rules["rules"].as_array().unwrap();
    let checks = rules.iter().find(|rule| rule["type"] == "required_status_checks").unwrap();
    let checks = checks["parameters"]["required_status_checks"].as_array().unwrap();
    let all = workflows();
    let of_pull_requests = all.iter().filter(|(_, workflow)| workflow["on"]["pull_request"].is_object());
    let names: Vec<&str> =
        of_pull_requests.flat_map(|(_, workflow)| jobs(workflow)).filter_map(|(_, job)| job["name"].as_str()).collect();
    assert_eq!(checks.len(), 10);
    for check in checks {
        assert!(names.contains(&check["context"].as_str().unwrap()), "{check}");
    }
    // A workflow with a filter of paths would leave a pull request waiting for a check that never comes.
    for (path, workflow) in &all {
        assert!(workflow["on"]["pull_request"]["paths"].is_null(), "{path}");
    }
}

#[test]
fn integration_tests_have_the_datastores_that_are_declared() {
    let services = workflow("python")["jobs"]["integration"]["services"].clone();
    assert_eq!(services["documents"]["image"], "mongo:8.0");
    assert_eq!(services["old"]["image"], "mariadb:11.4");
    let env = workflow("nestjs")["jobs"]["integration"]["env"].clone();
    assert_eq!(env["DATABASE_URL"], "postgres://app:ci-${{ github.run_id }}@127.0.0.1:5432/app");
    assert_eq!(env["NODE_ENV"], "test");
    let php = workflow("php")["jobs"]["integration"].clone();
    assert!(php["services"]["files"].is_null() && php["steps"].to_string().contains("Start files"));
}

#[test]
fn production_is_shipped_to_after_staging_with_the_word_and_the_name() {
    let deploy = workflow("deploy");
    let production = &deploy["jobs"]["production"];
    assert_eq!(production["needs"], serde_json::json!(["tests", "staging"]));
    assert_eq!(production["environment"]["name"], "production");
    let names: Vec<&str> = steps(production).iter().filter_map(|step| step["name"].as_str()).collect();
    let place = |name: &str| names.iter().position(|other| *other == name).unwrap();
    assert!(place("Ask who said yes") < place("Ship nestjs") && place("Ship nestjs") < place("Ship nextjs"));
    let ship = &steps(production)[place("Ship nestjs")];
    let script = ship["run"].as_str().unwrap();
    assert!(
        script.contains("--approved-by \"$APPROVED_BY\"") && script.contains("${OVERRIDE:+--override \"$OVERRIDE\"}")
    );
    assert_eq!(ship["env"]["TOWEL_SECRET_DISCORD"], "${{ secrets.DISCORD }}");
}

#[test]
fn too_many_services_for_an_input_each_share_one() {
    let more: String = (0..30)
        .map(|number| {
            format!("  more{number}: {{ stack: go, source: more{number}, image: \"ghcr.io/example/more{number}:${{version}}\" }}\n")
        })
        .collect();
    let text = PRODUCT.replacen("services:\n", &format!("services:\n{more}"), 1);
    let product = product(&text, None).expect("the sample has no errors");
    let files = render(&product, &[Target::Github]).files;
    let deploy = files.iter().find(|file| file.path.ends_with("/deploy.yaml")).unwrap();
    let inputs = yaml(&deploy.contents)["on"]["workflow_dispatch"]["inputs"].clone();
    assert_eq!(inputs.as_object().unwrap().len(), 4);
}

#[test]
fn a_newer_version_of_anything_waits_for_a_week() {
    let text = files().into_iter().find(|(path, _)| path == ".github/dependabot.yaml").unwrap().1;
    let updates = yaml(&text)["updates"].as_array().unwrap().clone();
    let ecosystems: Vec<&str> = updates.iter().filter_map(|update| update["package-ecosystem"].as_str()).collect();
    let expected = "github-actions npm composer pip gomod cargo pub docker docker-compose terraform";
    assert_eq!(ecosystems.join(" "), expected);
    assert!(updates.iter().all(|update| update["cooldown"]["default-days"] == 7));
}

#[test]
fn the_pipeline_of_a_phone() {
    let text = files().into_iter().find(|(path, _)| path == ".github/workflows/app.yaml").unwrap().1;
    insta::assert_snapshot!(text);
}
