//! Who becomes a `CheckedStack`, and how one fault in several environments is told.

use towel_check::{admit, check_all, check_each};
use towel_model::Stack;
use towel_source::{Diagnostic, Sources};

fn stacks(text: &str) -> Vec<Stack> {
    let mut sources = Sources::new();
    let file = sources.add("towel.yaml", text);
    let reading = towel_model::read(&sources, file);
    assert!(reading.is_sound(), "{:?}", reading.diagnostics);
    let model = reading.model.unwrap();
    model.environments().iter().map(|environment| model.stack(&environment.name).0.unwrap()).collect()
}

fn notes_of(code: &str, found: &[Diagnostic]) -> Vec<String> {
    let matching: Vec<_> = found.iter().filter(|diagnostic| diagnostic.code == code).collect();
    matching.iter().map(|diagnostic| diagnostic.notes.last().cloned().unwrap_or_default()).collect()
}

const WARNED: &str = "towel: 1\nname: shop\nservices: { api: { run: ./api, port: 3000 } }\n";

#[test]
fn a_stack_with_warnings_is_admitted_and_they_are_handed_over() {
    let stack = stacks(WARNED).remove(0);
    let (checked, warnings) = admit(stack.clone()).unwrap();
    assert_eq!(*checked, stack);
    assert_eq!(warnings.iter().map(|found| found.code.as_ref()).collect::<Vec<_>>(), ["port-without-readiness"]);
}

#[test]
fn a_stack_with_an_error_is_refused_with_everything_found() {
    let stack = stacks(&WARNED.replace("3000", "3000, needs: [db]")).remove(0);
    let found = admit(stack).unwrap_err();
    let codes: Vec<_> = found.iter().map(|found| found.code.as_ref()).collect();
    assert!(codes.contains(&"unknown-need") && codes.contains(&"port-without-readiness"), "{codes:?}");
}

const ENVIRONMENTS: &str = "environments: { dev: {}, try: { class: dev }, staging: {} }\n";

#[test]
fn a_fault_that_every_environment_has_is_told_once() {
    let found = check_all(&stacks(&format!("{WARNED}{ENVIRONMENTS}")));
    assert_eq!(notes_of("port-without-readiness", &found), ["in every environment"]);
}

#[test]
fn a_fault_of_some_environments_names_them() {
    let moving = WARNED.replace("./api", "./api, image: api:latest");
    let found = check_all(&stacks(&format!("{moving}{ENVIRONMENTS}")));
    // In dev it is a warning, which is another finding than the error in staging.
    assert_eq!(notes_of("moving-tag", &found), ["in environments `dev` and `try`", "in environment `staging`"]);
}

#[test]
fn with_one_environment_none_is_named() {
    let found = check_all(&stacks(WARNED));
    assert!(!notes_of("port-without-readiness", &found)[0].contains("environment"));
}

#[test]
fn environments_are_compared_only_when_all_are_there() {
    let stacks = stacks(&format!("{WARNED}secrets: {{ old: {{}} }}\n"));
    assert_eq!(notes_of("unused-secret", &check_all(&stacks)).len(), 1);
    assert_eq!(notes_of("unused-secret", &check_each(&stacks)).len(), 0);
}
