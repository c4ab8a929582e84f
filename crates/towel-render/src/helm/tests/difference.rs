//! Where two sets of objects differ, in a line.

use std::collections::BTreeMap;

use serde_json::Value;

/// Fails at the first object that one has and the other has not, or that is not the same in both.
pub(super) fn assert_same(what: &str, found: &BTreeMap<String, Value>, wanted: &BTreeMap<String, Value>) {
    let missing: Vec<&String> = wanted.keys().filter(|id| !found.contains_key(*id)).collect();
    let more: Vec<&String> = found.keys().filter(|id| !wanted.contains_key(*id)).collect();
    assert!(missing.is_empty() && more.is_empty(), "{what}: {missing:?} are missing, {more:?} are nobody's");
    for (id, object) in found {
        if let Some(difference) = difference(object, &wanted[id], "") {
            panic!("{what}: {id} differs at {difference}");
        }
    }
}

/// The first place where two values differ, and both.
fn difference(found: &Value, wanted: &Value, path: &str) -> Option<String> {
    if found == wanted {
        return None;
    }
    let inner: Vec<(String, &Value, &Value)> = match (found, wanted) {
        (Value::Object(one), Value::Object(other)) if one.len() == other.len() => {
            one.iter().filter_map(|(key, value)| Some((key.clone(), value, other.get(key)?))).collect()
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            one.iter().zip(other).enumerate().map(|(place, (one, other))| (place.to_string(), one, other)).collect()
        }
        _ => Vec::new(),
    };
    let mut deeper = inner.into_iter().filter_map(|(key, one, other)| difference(one, other, &format!("{path}/{key}")));
    deeper.next().or_else(|| Some(format!("{path}:\n  chart  {found}\n  wanted {wanted}")))
}
