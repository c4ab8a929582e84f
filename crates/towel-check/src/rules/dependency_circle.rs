//! Services need each other in a circle, so none can start first.

use std::collections::HashMap;

use towel_model::{Service, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("dependency-circle", include_str!("dependency-circle.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let numbers: HashMap<&str, usize> =
        stack.services.iter().enumerate().map(|(number, service)| (service.name.as_str(), number)).collect();
    let needs: Vec<Vec<usize>> = stack
        .services
        .iter()
        .map(|service| service.needs.iter().filter_map(|need| numbers.get(need.as_str()).copied()).collect())
        .collect();
    for circle in circles(&needs) {
        let members: Vec<&Service> = circle.iter().map(|&number| &stack.services[number]).collect();
        found.push(describe(&members));
    }
}

fn describe(members: &[&Service]) -> Diagnostic {
    let (first, next) = (members[0], members[1 % members.len()]);
    let mut path: Vec<&str> = members.iter().map(|service| service.name.as_str()).collect();
    path.push(path[0]);
    let message = match members {
        [only] => format!("`{}` needs itself", only.name),
        _ => format!("{} services need each other in a circle", members.len()),
    };
    let mut diagnostic = RULE.found(message);
    for (place, service) in members.iter().enumerate() {
        let next = members[(place + 1) % members.len()];
        if let Some(need) = service.needs.iter().find(|need| need.value == next.name.value) {
            diagnostic = diagnostic.also(need.span, format!("`{}` waits for `{}`", service.name, next.name));
        }
    }
    diagnostic.note(format!("the circle: {}", path.join(" → "))).help(format!(
        "remove one of the needs, e.g. `{}` from `{}`; a service that can wait should try again",
        next.name, first.name
    ))
}

/// Each circle that a depth-first walk meets, without its start repeated, in the order of the file.
fn circles(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut state = vec![Mark::New; needs.len()];
    let mut found = Vec::new();
    for start in 0..needs.len() {
        if state[start] == Mark::New {
            walk(start, needs, &mut state, &mut found);
        }
    }
    found
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    New,
    OnPath,
    Done,
}

// A loop with its own stack: thousands of services in a chain must not overflow the thread's.
fn walk(start: usize, needs: &[Vec<usize>], state: &mut [Mark], found: &mut Vec<Vec<usize>>) {
    let mut path = vec![(start, 0)];
    state[start] = Mark::OnPath;
    while let Some(&(service, edge)) = path.last() {
        let Some(&next) = needs[service].get(edge) else {
            state[service] = Mark::Done;
            path.pop();
            continue;
        };
        path.last_mut().expect("the loop's condition saw it").1 += 1;
        match state[next] {
            Mark::New => {
                state[next] = Mark::OnPath;
                path.push((next, 0));
            }
            Mark::OnPath => {
                let from = path.iter().position(|(member, _)| *member == next).expect("marked as on the path");
                found.push(path[from..].iter().map(|(member, _)| *member).collect());
            }
            Mark::Done => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::circles;

    #[test]
    fn a_circle_is_found_once_and_a_diamond_is_none() {
        assert_eq!(circles(&[vec![1], vec![2], vec![0]]), [vec![0, 1, 2]]);
        assert!(circles(&[vec![1, 2], vec![3], vec![3], vec![]]).is_empty());
    }

    #[test]
    fn a_tail_that_leads_into_a_circle_is_no_member() {
        assert_eq!(circles(&[vec![1], vec![2], vec![1]]), [vec![1, 2]]);
    }

    #[test]
    fn two_circles_are_two_findings() {
        assert_eq!(circles(&[vec![1], vec![0], vec![2]]), [vec![0, 1], vec![2]]);
    }
}
