//! The example of the language reference.

use crate::shown::{lines, reading};

const EXAMPLE: &str = include_str!("../language.yaml");

#[test]
fn it_reads_without_a_finding_and_gives_three_stacks() {
    let (sources, reading) = reading(EXAMPLE);
    assert_eq!(lines(&sources, &reading.diagnostics), "");
    let model = reading.model.unwrap();
    let names: Vec<&str> = model.environments().iter().map(|environment| environment.name.as_str()).collect();
    assert_eq!(names, ["dev", "staging", "production"]);
    for name in names {
        let (stack, found) = model.stack(name);
        assert!(found.is_empty());
        assert_eq!(*stack.unwrap().environment.name, name);
    }
}
