//! In which order the items of several lists stand in one.

use crate::yaml::Yaml;

/// What all items are called, when each has a name of its own.
pub(super) fn names(list: &[Yaml], by: &dyn Fn(&Yaml) -> Option<String>) -> Option<Vec<String>> {
    let names: Vec<String> = list.iter().map(by).collect::<Option<_>>()?;
    let unique: std::collections::HashSet<&str> = names.iter().map(String::as_str).collect();
    (unique.len() == names.len()).then_some(names)
}

/// All that is in any list, in an order that is that of every list. None when there is no such order.
pub(super) fn union<'y>(lists: &[Vec<&'y str>]) -> Option<Vec<&'y str>> {
    let mut left: Vec<&[&str]> = lists.iter().map(Vec::as_slice).collect();
    let mut order = Vec::new();
    loop {
        left.retain(|list| !list.is_empty());
        if left.is_empty() {
            return Some(order);
        }
        let is_first = |name: &&str| left.iter().all(|list| list.iter().skip(1).all(|later| later != name));
        let next = left.iter().filter_map(|list| list.first().copied()).find(is_first)?;
        for list in &mut left {
            if let Some((first, rest)) = list.split_first()
                && *first == next
            {
                *list = rest;
            }
        }
        order.push(next);
    }
}

pub(super) fn in_any_order<'y>(lists: &[Vec<&'y str>]) -> Vec<&'y str> {
    let mut order: Vec<&str> = Vec::new();
    for name in lists.iter().flatten() {
        if !order.contains(name) {
            order.push(name);
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_union_keeps_the_order_of_every_list() {
        let of = |lists: &[&[&'static str]]| union(&lists.iter().map(|list| list.to_vec()).collect::<Vec<_>>());
        assert_eq!(of(&[&["a", "c"], &["b", "c"], &["a", "b"]]), Some(vec!["a", "b", "c"]));
        assert_eq!(of(&[&["a"], &[]]), Some(vec!["a"]));
        assert_eq!(of(&[&["a", "b"], &["b", "a"]]), None);
    }
}
