//! `deploy.yaml`: ships versions to an environment, by hand or asked by a pipeline.

use towel_check::CheckedStack;
use towel_model::{Channel, Class, EngineKind, Provider, Reference, Service};

use super::action::AWS;
use super::component::{Component, components};
use super::step::{Job, checkout, expression, run_with, uses};
use super::towel;
use crate::names::variable;
use crate::yaml::{Map, Yaml};
use crate::{Product, quantity};

/// The most inputs that GitHub takes.
const INPUTS: usize = 25;
/// `environment`, `skip_tests` and `event_day_override`.
const OTHERS: usize = 3;
/// Installing towel and reaching the environment.
const MARGIN: i64 = 25;
/// What towel records of the reason.
const WHY: &str =
    "${{ github.actor }}, ${{ github.server_url }}/${{ github.repository }}/actions/runs/${{ github.run_id }}";
/// The longest that GitHub lets a job run.
pub(super) const LONGEST: i64 = 360;

/// Environments that are shipped to: not those of developers' machines.
pub(super) fn environments(product: &Product) -> impl Iterator<Item = &CheckedStack> {
    product.stacks().iter().filter(|stack| *stack.environment.class != Class::Dev)
}

/// Services that are shipped, those that others need first.
fn services(product: &Product) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for stack in environments(product) {
        for service in &stack.services {
            visit(stack, service, &mut names, &mut Vec::new());
        }
    }
    names
}

fn visit<'a>(stack: &'a CheckedStack, service: &'a Service, done: &mut Vec<&'a str>, path: &mut Vec<&'a str>) {
    let name = service.name.as_str();
    if done.contains(&name) || path.contains(&name) {
        return;
    }
    path.push(name);
    for needed in service.needs.iter().filter_map(|need| stack.service(need)) {
        visit(stack, needed, done, path);
    }
    path.pop();
    done.push(name);
}

/// Whether each service has an input of its own; all share one when there are too many.
fn inputs_suffice(product: &Product) -> bool {
    services(product).len() + OTHERS <= INPUTS
}

/// What is handed to the workflow for a service, as `gh workflow run --field` takes it.
pub(super) fn input(product: &Product, service: &str, version: &str) -> String {
    if inputs_suffice(product) { format!("{service}={version}") } else { format!("versions={service}={version}") }
}

/// None when nothing is shipped anywhere.
pub(super) fn workflow(product: &Product) -> Option<Yaml> {
    environments(product).next()?;
    let services = services(product);
    let components = components(product);
    let mut jobs = Map::new().with("tests", tests(product, &components, &services).map());
    for stack in environments(product) {
        let name = stack.environment.name.to_string();
        let mut job = ship(product, stack, &services).map();
        if !is_cluster(stack) {
            job.explain(
                "runs-on",
                "towel runs this environment on a machine of its own, and so does this job: on the runner whose label the\n\
                 variable names. The environment's variable TOWEL_FILE says where towel.yaml is there.",
            );
        }
        jobs = jobs.blank().with(job_id(&name), job);
    }
    let workflow = Map::new()
        .with("name", "deploy")
        .with("run-name", format!("Deploy to {}", expression("inputs.environment")))
        .blank()
        .with_bare("on", Map::new().with("workflow_dispatch", Map::new().with("inputs", inputs(product, &services))))
        .blank()
        .with("permissions", super::step::read_only())
        .blank()
        .comment(
            "A rollout is never cut short. Of several that wait for the same services, only the newest is carried out; towel\n\
             itself lets one rollout of a service run at a time.",
        )
        .with("concurrency", concurrency(product, &services))
        .blank()
        .with("env", towel::env())
        .blank()
        .comment(
            "towel asks whether deploys are frozen, looks for the image and the secrets, ships, judges, asks health and goes back\n\
             by itself when that is worse. It tells those who want to hear of deploys how each one ended.",
        )
        .with("jobs", jobs);
    Some(workflow.into())
}

/// `tests` is taken.
fn job_id(environment: &str) -> String {
    if environment == "tests" { "tests-environment".to_owned() } else { environment.to_owned() }
}

fn concurrency(product: &Product, services: &[&str]) -> Map {
    let mut group = format!("deploy-{}", expression("inputs.environment"));
    if inputs_suffice(product) {
        for service in services {
            group.push_str(&expression(&format!("inputs['{service}'] && '-{service}'")));
        }
    } else {
        group.push_str(&format!("-{}", expression("inputs.versions")));
    }
    Map::new().with("group", group).with("cancel-in-progress", false)
}

fn inputs(product: &Product, services: &[&str]) -> Map {
    let names: Vec<String> = environments(product).map(|stack| stack.environment.name.to_string()).collect();
    let text = |about: String| Map::new().with("description", about).with("type", "string");
    let mut inputs = Map::new().with(
        "environment",
        Map::new()
            .with("description", "Where to")
            .with("required", true)
            .with("type", "choice")
            .with("options", Yaml::row(names)),
    );
    if inputs_suffice(product) {
        for service in services {
            inputs.insert((*service).to_owned(), text(format!("Version of {service}; empty leaves it as it is")));
        }
    } else {
        let about = format!("SERVICE=VERSION, with blanks between them, of {}", services.join(", "));
        inputs.insert("versions", text(about).with("required", true));
    }
    let freeze = "The word that lets a deploy through a freeze, such as on the day of an event";
    inputs
        .with(
            "skip_tests",
            Map::new()
                .with("description", "Ship what has not passed its pipeline")
                .with("type", "boolean")
                .with("default", false),
        )
        .with("event_day_override", text(freeze.to_owned()))
}

/// The versions that were asked for, as variables of a step.
fn versions(product: &Product, services: &[&str]) -> Map {
    if inputs_suffice(product) {
        let one = |name: &&str| (format!("{}_VERSION", variable(name)), expression(&format!("inputs['{name}']")));
        services.iter().map(one).collect()
    } else {
        Map::new().with("VERSIONS", expression("inputs.versions"))
    }
}

/// Lines of a script that put a service's version into `$version`.
fn version_of(product: &Product, service: &str) -> String {
    if inputs_suffice(product) {
        return format!("version=${}_VERSION\n", variable(service));
    }
    format!(
        "version=\nfor pair in $VERSIONS; do\n  \
         case \"$pair\" in {service}=*) version=${{pair#*=}} ;; esac\ndone\n"
    )
}

/// Versions are commits; that each of them went through its pipeline is known, and asked.
fn tests(product: &Product, components: &[Component<'_>], services: &[&str]) -> Job {
    let mut script = "passed() {\n  \
         [ -n \"$2\" ] || return 0\n  \
         case \"$2\" in *[!A-Za-z0-9._-]*) echo \"::error::$2 is no version\"; return 1 ;; esac\n  \
         conclusions=$(gh api --paginate \"repos/$GITHUB_REPOSITORY/commits/$2/check-runs?per_page=100\" \\\n    \
         --jq \".check_runs[] | select(.name == \\\"$1\\\") | .conclusion\")\n  \
         if ! grep --quiet --line-regexp success <<< \"$conclusions\"; then\n    \
         echo \"::error::$1 is not what pipelines say of $2: ship another version, or say skip_tests\"\n    \
         return 1\n  \
         fi\n\
         }\n"
    .to_owned();
    for service in services {
        let built =
            |component: &&Component<'_>| component.services.iter().any(|build| *build.service.name == **service);
        if let Some(component) = components.iter().find(built) {
            script.push_str(&version_of(product, service));
            script.push_str(&format!("passed \"{}\" \"$version\"\n", component.verdict()));
        }
    }
    let env = versions(product, services).with("GH_TOKEN", expression("github.token"));
    Job {
        name: "tests".into(),
        condition: Some("${{ !inputs.skip_tests }}".into()),
        minutes: 5,
        permissions: Map::new().with("checks", "read").beside("asks how pipelines ended"),
        steps: vec![run_with("Every version has passed its pipeline", env, script)],
        ..Job::default()
    }
}

fn ship(product: &Product, stack: &CheckedStack, services: &[&str]) -> Job {
    let name = stack.environment.name.as_str();
    let later: Vec<&str> = environments(product)
        .filter(|other| other.environment.after.as_ref().is_some_and(|after| **after == *name))
        .map(|other| other.environment.name.as_str())
        .collect();
    let asked: Vec<String> =
        std::iter::once(name).chain(later).map(|name| format!("inputs.environment == '{name}'")).collect();
    let before = stack.environment.after.as_ref().map(|after| job_id(after));
    let mut needs = vec!["tests".to_owned()];
    needs.extend(before.clone());
    let went_well = match &before {
        Some(before) => format!("needs['{before}'].result == 'success'"),
        None => "needs.tests.result != 'failure'".to_owned(),
    };
    let condition = format!("!cancelled() && {went_well} && ({})", asked.join(" || "));
    let mut steps = reach(stack);
    if stack.environment.approval {
        steps.push(approval(name));
    }
    steps.extend(
        services
            .iter()
            .filter(|service| stack.service(service).is_some())
            .map(|service| deploy(product, stack, service)),
    );
    Job {
        name: name.to_owned(),
        needs,
        condition: Some(expression(&condition)),
        on: (!is_cluster(stack))
            .then(|| Yaml::from(expression(&format!("vars.RUNNER_{} || 'self-hosted'", variable(name))))),
        minutes: u32::try_from(minutes(stack).min(LONGEST)).unwrap_or_default(),
        permissions: allowed(stack),
        environment: Some(environment(stack)),
        steps,
        ..Job::default()
    }
}

/// Every rollout may take until its deadline, one after the other.
pub(super) fn minutes(stack: &CheckedStack) -> i64 {
    let seconds: i64 = stack.services.iter().map(|service| quantity::seconds(*service.rollout.deadline)).sum();
    (seconds + 59) / 60 + MARGIN
}

pub(super) fn is_cluster(stack: &CheckedStack) -> bool {
    *stack.environment.engine == EngineKind::Kubernetes
}

fn allowed(stack: &CheckedStack) -> Map {
    let mut map = super::step::read_only();
    if stack.environment.approval {
        map = map.with("actions", "read").beside("asks who approved this run");
    }
    if is_cluster(stack) && knows_aws(stack) {
        map = map.with("id-token", "write").beside("proves to AWS which run this is");
    }
    map
}

/// GitHub holds its secrets, and asks its reviewers.
fn environment(stack: &CheckedStack) -> Map {
    let environment = &stack.environment;
    let mut map = Map::new();
    if environment.approval {
        map = map.comment("Who says yes is set on GitHub: the environment's required reviewers.");
    }
    map = map.with("name", environment.name.to_string());
    let domain = environment.domain.as_ref().filter(|_| is_cluster(stack));
    map.maybe("url", domain.map(|domain| format!("https://{}", domain.as_str())))
}

/// Where a provider runs datastores, the cluster is reached with the provider's identities.
pub(super) fn knows_aws(stack: &CheckedStack) -> bool {
    stack
        .datastores
        .iter()
        .filter_map(|datastore| datastore.managed.as_ref())
        .any(|managed| *managed.by == Provider::Aws)
}

/// Steps until towel can do something to the environment.
fn reach(stack: &CheckedStack) -> Vec<Map> {
    if !is_cluster(stack) {
        return Vec::new();
    }
    let mut steps = vec![checkout(), towel::install()];
    let context = stack.environment.context.as_ref().map_or_else(|| stack.environment.name.as_str(), |it| it.as_str());
    if knows_aws(stack) {
        let with = Map::new()
            .with("role-to-assume", expression("vars.AWS_DEPLOY_ROLE"))
            .with("aws-region", expression("vars.AWS_REGION"));
        steps.push(uses("Become the role that may deploy", AWS, with));
        let env = Map::new().with("CLUSTER", expression("vars.EKS_CLUSTER")).with("CONTEXT", context.to_owned());
        let script = "aws eks update-kubeconfig --name \"$CLUSTER\" --alias \"$CONTEXT\"";
        steps.push(run_with("Reach the cluster", env, script));
    } else {
        let env = Map::new().with("CONTENTS", expression("secrets.KUBECONFIG"));
        let script = "umask 077\n\
                      printf '%s\\n' \"$CONTENTS\" > \"$RUNNER_TEMP/kubeconfig\"\n\
                      echo \"KUBECONFIG=$RUNNER_TEMP/kubeconfig\" >> \"$GITHUB_ENV\"\n";
        steps.push(run_with("Reach the cluster", env, script));
    }
    steps
}

/// towel records who said yes; without anybody it refuses.
fn approval(environment: &str) -> Map {
    let script = format!(
        "name=$(gh api \"repos/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID/approvals\" --jq \\\n  \
         '[.[] | select(.state == \"approved\" and any(.environments[]; .name == \"{environment}\")) | .user.login] | last // empty')\n\
         if [ -z \"$name\" ]; then\n  \
         echo \"::error::nobody said yes: give the environment {environment} required reviewers\"\n  \
         exit 1\n\
         fi\n\
         echo \"APPROVED_BY=$name\" >> \"$GITHUB_ENV\"\n"
    );
    run_with("Ask who said yes", Map::new().with("GH_TOKEN", expression("github.token")), script)
}

fn deploy(product: &Product, stack: &CheckedStack, service: &str) -> Map {
    let name = stack.environment.name.as_str();
    let mut env = if inputs_suffice(product) {
        Map::new().with("VERSION", expression(&format!("inputs['{service}']")))
    } else {
        Map::new().with("VERSIONS", expression("inputs.versions"))
    };
    env = env.with("OVERRIDE", expression("inputs.event_day_override")).with("WHY", WHY);
    let file = if is_cluster(stack) {
        String::new()
    } else {
        env = env.with("FILE", expression("vars.TOWEL_FILE"));
        " --file \"$FILE\"".to_owned()
    };
    for secret in announced(stack) {
        env.insert(
            format!("TOWEL_SECRET_{}", variable(&secret)),
            expression(&format!("secrets.{}", variable(&secret))),
        );
    }
    let approved = if stack.environment.approval { " --approved-by \"$APPROVED_BY\"" } else { "" };
    let command = |version: &str| {
        format!(
            "towel{file} --env {name} deploy --why \"$WHY\"{approved} ${{OVERRIDE:+--override \"$OVERRIDE\"}} \\\n  \
             -- {service} \"{version}\"\n"
        )
    };
    let title = format!("Ship {service}");
    if inputs_suffice(product) {
        let step = run_with(title, env, command("$VERSION"));
        return step.with("if", format!("inputs['{service}'] != ''")).ordered(&["name", "if"]);
    }
    let command = command("$version").replace('\n', "\n  ");
    let script =
        format!("{}if [ -n \"$version\" ]; then\n  {}\nfi\n", version_of(product, service), command.trim_end());
    run_with(title, env, script)
}

/// Secrets in the addresses that hear of deploys: towel itself tells them, of those that went well and those that did not.
pub(super) fn announced(stack: &CheckedStack) -> Vec<String> {
    let deploys = stack.notify.iter().filter(|notification| *notification.of == "deploys");
    let mut names = Vec::new();
    for channel in deploys.flat_map(|notification| &notification.to) {
        let (Channel::Discord(url) | Channel::Webhook(url)) = channel else { continue };
        for (reference, _) in url.references() {
            if let Reference::Secret(name) = reference
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        }
    }
    names
}
