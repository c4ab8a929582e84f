//! Every tool accepts a good product, and refuses one with a fault that it must find.

use std::path::Path;

use tempfile::TempDir;

use super::judge::{Judge, judge};
use super::rendered::Rendered;
use super::toolbox::Toolbox;
use super::*;
use crate::repository::root;

/// A copy of the good product, in a folder of its own.
fn product() -> TempDir {
    let good = root().unwrap().join("xtask/src/conformance/tools/fixtures/good");
    let copy = tempfile::tempdir().unwrap();
    let rendered = Rendered::read(&good).unwrap();
    for name in rendered.names(&["**"]) {
        let target = copy.path().join(name);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(good.join(name), target).unwrap();
    }
    copy
}

fn judged(judge: Judge, folder: &Path) -> Vec<Report> {
    judge(&Toolbox::open().unwrap(), &[Rendered::read(folder).unwrap()]).unwrap()
}

/// With one text in one file replaced, the tool says a word of its own about that file, and nothing else has changed.
fn refuses(judge: Judge, tool: &str, file: &str, (from, to): (&str, &str), says: &str) {
    let product = product();
    let path = product.path().join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "`{file}` has no `{from}`");
    std::fs::write(&path, text.replace(from, to)).unwrap();
    let reports = judged(judge, product.path());
    let verdicts: Vec<String> = reports
        .iter()
        .flat_map(|report| &report.verdicts)
        .filter(|v| v.tool == tool)
        .map(ToString::to_string)
        .collect();
    assert!(
        verdicts.iter().any(|verdict| verdict.contains(says)),
        "`{from}` → `{to}`: {tool} says {verdicts:#?}, not `{says}`"
    );
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_all_of_them_accept_a_good_product() {
    let product = product();
    let before = Rendered::read(product.path()).unwrap();
    let rendered = [Rendered::read(product.path()).unwrap()];
    let reports = judge(&rendered).unwrap();
    for report in &reports {
        assert!(report.verdicts.is_empty(), "{:#?}", report.verdicts);
        assert!(report.files > 0, "{} judged nothing", report.tool);
        println!("{:26} {:>3} files {:>6.2} s", report.tool, report.files, report.took.as_secs_f64());
    }
    let names = |one: &Rendered| one.names(&["**"]).map(ToOwned::to_owned).collect::<Vec<_>>();
    assert_eq!(names(&Rendered::read(product.path()).unwrap()), names(&before), "a judge wrote into what it judged");
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_kustomize_refuses_a_patch_without_a_target() {
    let overlay = "deploy/kubernetes/overlays/production/kustomization.yaml";
    refuses(kubernetes::judge, "kustomize", overlay, ("name: backend", "name: bakend"), "bakend");
    refuses(kubernetes::judge, "kustomize", overlay, ("../../base", "../../bas"), "bas");
    refuses(kubernetes::judge, "kustomize", overlay, ("patches:", "patchesJson6902:"), "deprecated");
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_kubeconform_refuses_what_the_cluster_would_drop() {
    let base = "deploy/kubernetes/base/backend.yaml";
    refuses(kubernetes::judge, "kubeconform", base, ("minAvailable: 1", "minAvailabel: 1"), "minAvailabel");
    refuses(kubernetes::judge, "kubeconform", base, ("containerPort: 3001", "containerPort: http"), "containerPort");
    refuses(kubernetes::judge, "kubeconform", base, ("type: PathPrefix", "type: Prefix"), "Prefix");
    refuses(kubernetes::judge, "kubeconform", base, ("parentRefs:", "parents:"), "parents");
    refuses(kubernetes::judge, "kubeconform", base, ("policy/v1", "policy/v1beta1"), "could not find schema");
    let chart = "deploy/helm/shop/templates/service.yaml";
    refuses(kubernetes::judge, "kubeconform", chart, ("externalName:", "externalHost:"), "externalHost");
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_kube_score_refuses_what_works_and_is_not_safe() {
    let base = "deploy/kubernetes/base/backend.yaml";
    refuses(kubernetes::judge, "kube-score", base, ("readOnlyRootFilesystem: true", "privileged: true"), "privileged");
    refuses(kubernetes::judge, "kube-score", base, ("memory: 256Mi", "hugepages-2Mi: 2Mi"), "container-resources");
    refuses(kubernetes::judge, "kube-score", base, ("path: /ready", "path: /live"), "pod-probes");
    refuses(kubernetes::judge, "kube-score", base, (":1.4.2", ":latest"), "container-image-tag");
    refuses(
        kubernetes::judge,
        "kube-score",
        base,
        ("podSelector:\n    matchLabels:\n      app", "podSelector:\n    matchLabels:\n      ap"),
        "networkpolicy",
    );
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_helm_refuses_values_against_the_schema_and_broken_templates() {
    let values = "deploy/helm/shop/values-production.yaml";
    refuses(kubernetes::judge, "helm lint", values, ("8080", "web"), "port");
    refuses(kubernetes::judge, "helm template", values, ("port", "prot"), "prot");
    let chart = "deploy/helm/shop/templates/service.yaml";
    refuses(kubernetes::judge, "helm template", chart, (".Values.port }}", ".Values.port | nope }}"), "nope");
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_promtool_refuses_bad_configuration_rules_and_failing_tests() {
    let config = "deploy/monitoring/prometheus/prometheus.yaml";
    refuses(
        prometheus::judge,
        "promtool check config",
        config,
        ("scrape_interval", "scrape_intervall"),
        "scrape_intervall",
    );
    let rules = "deploy/monitoring/prometheus/rules/backend.yaml";
    refuses(prometheus::judge, "promtool check rules", rules, ("up{", "up{{"), "parse error");
    refuses(prometheus::judge, "promtool test rules", rules, ("== 0", "== 2"), "BackendDown");
    let tests = "deploy/monitoring/prometheus/tests/backend.yaml";
    refuses(prometheus::judge, "promtool test rules", tests, ("severity: critical", "severity: warning"), "warning");
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_amtool_refuses_bad_configuration_and_wrong_routes() {
    let config = "deploy/monitoring/alertmanager/alertmanager.yaml";
    refuses(
        alertmanager::judge,
        "amtool check-config",
        config,
        ("receiver: loud", "receiver: lod"),
        "undefined receiver",
    );
    refuses(alertmanager::judge, "amtool config routes test", config, ("\"critical\"", "\"page\""), "must reach loud");
    let cases = "deploy/monitoring/alertmanager/routes.test.yaml";
    refuses(alertmanager::judge, "amtool config routes test", cases, ("[quiet]", "[loud]"), "must reach loud");
    refuses(alertmanager::judge, "amtool config routes test", cases, ("receivers", "receiver"), "needs `receivers`");
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_promtool_refuses_what_a_dashboard_cannot_ask() {
    let dashboard = "deploy/monitoring/grafana/dashboards/backend.json";
    refuses(dashboards::judge, "dashboards", dashboard, ("sum by", "summ by"), "promql");
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_workflows_are_refused_for_mistakes_and_for_risks() {
    let workflow = ".github/workflows/backend.yaml";
    refuses(actionlint::judge, "actionlint", workflow, ("timeout-minutes", "timeout-minuts"), "timeout-minuts");
    refuses(actionlint::judge, "actionlint", workflow, ("npm test", "echo $X"), "SC2086");
    let caller = ".github/workflows/release.yaml";
    refuses(actionlint::judge, "actionlint", caller, ("version: 1.4.2", "verison: 1.4.2"), "verison");
    refuses(
        zizmor::judge,
        "zizmor",
        workflow,
        ("@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2", "@v4"),
        "unpinned-uses",
    );
    refuses(zizmor::judge, "zizmor", workflow, ("npm test", "echo ${{ github.head_ref }}"), "template-injection");
    refuses(
        zizmor::judge,
        "zizmor",
        workflow,
        ("permissions:\n      contents: read", "permissions: write-all"),
        "excessive-permissions",
    );
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_check_jsonschema_refuses_dependabot_and_schemas_that_are_none() {
    refuses(json_schema::judge, "check-jsonschema", ".github/dependabot.yaml", ("weekly", "wekly"), "wekly");
    let schema = "deploy/helm/shop/values.schema.json";
    refuses(json_schema::judge, "check-jsonschema", schema, ("\"integer\"", "\"int\""), "int");
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_hadolint_refuses_bad_dockerfiles() {
    let file = "backend/Dockerfile";
    refuses(hadolint::judge, "hadolint", file, ("node:22.11.0-bookworm-slim AS", "node:latest AS"), "DL3007");
    refuses(
        hadolint::judge,
        "hadolint",
        file,
        ("ENTRYPOINT [\"node\", \"dist/main.js\"]", "ENTRYPOINT node dist/main.js"),
        "DL3025",
    );
    refuses(hadolint::judge, "hadolint", file, ("RUN npm ci", "RNU npm ci"), "error");
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_compose_refuses_what_docker_compose_would() {
    refuses(compose::judge, "compose", "compose.yaml", ("depends_on", "depend_on"), "depend_on");
    refuses(compose::judge, "compose", "compose.yaml", ("      database:\n", "      databse:\n"), "databse");
    refuses(
        compose::judge,
        "compose",
        "compose.yaml",
        ("compose/start.sh", "compose/begin.sh"),
        "begin.sh, which is not there",
    );
    refuses(compose::judge, "compose", "compose.yaml", ("DATABASE_PASSWORD:?", "OTHER_PASSWORD:?"), "OTHER_PASSWORD");
    refuses(
        compose::judge,
        "compose",
        "compose.yaml",
        ("${DATABASE_PASSWORD:?see .env.example}", "${NOWHERE}"),
        "NOWHERE",
    );
    refuses(compose::judge, "compose", "compose.yaml", ("name: shop", "version: \"3\""), "obsolete");
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_terraform_refuses_form_and_arguments_that_no_provider_knows() {
    let main = "deploy/terraform/main.tf";
    refuses(terraform::judge, "terraform fmt", main, ("  length  = 32", "  length = 32"), "main.tf");
    refuses(terraform::judge, "terraform", main, ("special = false", "sepcial = false"), "sepcial");
    refuses(
        terraform::judge,
        "terraform",
        main,
        ("random_password.postgres.result", "random_password.postgres.value"),
        "value",
    );
    refuses(terraform::judge, "terraform", main, ("var.namespace", "var.namespce"), "namespce");
    refuses(terraform::judge, "terraform", "deploy/terraform/production.tfvars", ("namespace", "namespce"), "namespce");
    let aws = "deploy/terraform/aws/main.tf";
    refuses(terraform::judge, "terraform", aws, ("multi_az ", "multi_zone "), "multi_zone");
    refuses(terraform::judge, "terraform", aws, ("aws_db_instance", "aws_db_instanz"), "aws_db_instanz");
    refuses(
        terraform::judge,
        "terraform",
        aws,
        ("allocated_storage       = 20", "allocated_storage       = \"big\""),
        "number",
    );
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_ansible_refuses_unknown_modules_and_loose_style() {
    let playbook = "deploy/ansible/playbook.yaml";
    refuses(ansible::judge, "ansible-playbook", playbook, ("builtin.apt:", "builtin.apdt:"), "apdt");
    refuses(ansible::judge, "ansible-lint", playbook, ("ansible.builtin.apt:", "apt:"), "fqcn");
    refuses(ansible::judge, "ansible-lint", playbook, ("state: present", "sate: present"), "sate");
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_nginx_refuses_what_it_would_not_start_with() {
    let config = "frontend/nginx.conf";
    refuses(nginx::judge, "nginx", config, ("listen", "lisen"), "unknown directive");
    refuses(nginx::judge, "nginx", config, ("index.html;\n    }", "index.html;\n"), "unexpected end of file");
    refuses(
        nginx::judge,
        "nginx",
        config,
        ("try_files $uri /index.html", "proxy_pass http://api:3001/$x"),
        "unknown \"x\" variable",
    );
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_nginx_accepts_names_that_are_found_elsewhere() {
    let product = product();
    let config = "server {\n  listen 8080;\n  location / { proxy_pass http://api:3001; }\n  location /x { fastcgi_pass php:9000; include fastcgi_params; }\n}\n";
    std::fs::write(product.path().join("frontend/nginx.conf"), config).unwrap();
    let reports = judged(nginx::judge, product.path());
    assert!(reports[0].verdicts.is_empty(), "{:#?}", reports[0].verdicts);
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_scripts_yaml_json_and_pictures_are_read_by_their_judges() {
    refuses(shellcheck::judge, "shellcheck", "deploy/compose/start.sh", ("\"ready: $1\"", "ready: $1"), "SC2086");
    refuses(
        yamllint::judge,
        "yamllint",
        "compose.yaml",
        ("    build: backend\n", "    build: a\n    build: b\n"),
        "key-duplicates",
    );
    refuses(
        yamllint::judge,
        "yamllint",
        "compose.yaml",
        ("volumes:\n  data: {}", "volumes:\n  data: 0755"),
        "octal-values",
    );
    refuses(json::judge, "json", "backend/railway.json", ("\"builder\"", "\"dockerfilePath\""), "stands twice");
    refuses(svg::judge, "svg", "docs/platform/architecture.svg", ("</svg>", ""), "no element");
    refuses(
        svg::judge,
        "svg",
        "docs/platform/architecture.svg",
        ("www.w3.org/2000/svg", "example.test"),
        "its root is",
    );
}

#[test]
#[ignore = "needs the tools of .ci/tools"]
fn needs_tools_backstage_refuses_entities_that_it_could_not_take_in() {
    let catalog = "catalog-info.yaml";
    refuses(catalog::judge, "backstage", catalog, ("  owner: group:events\n", ""), "owner");
    refuses(catalog::judge, "backstage", catalog, ("name: api", "name: an api"), "an api");
    refuses(catalog::judge, "backstage", catalog, ("kind: Component", "kind: Komponent"), "Komponent");
}
