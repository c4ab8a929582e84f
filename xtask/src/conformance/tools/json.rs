//! Every JSON file is JSON, and no key stands twice in an object.

use std::collections::HashSet;
use std::fmt;

use anyhow::{Context, Result};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::rendered::{Rendered, different};
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const TOOL: &str = "json";

pub(super) fn judge(_toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let files = different(rendered, &["**/*.json"])?;
    let report = Report::of(TOOL, files.len(), || {
        let mut verdicts = Vec::new();
        for file in &files {
            let text = std::fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
            verdicts.extend(refuse(&text).map(|what| Verdict::new(TOOL, file, "", what)));
        }
        Ok(verdicts)
    })?;
    Ok(vec![report])
}

fn refuse(text: &str) -> Option<String> {
    serde_json::from_str::<Once>(text).err().map(|error| error.to_string())
}

/// Any JSON in which every object has each key once.
struct Once;

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Keys)
    }
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Once;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Once, A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            map.next_value::<Once>()?;
            if let Some(key) = seen.replace(key) {
                return Err(A::Error::custom(format!("the key `{key}` stands twice")));
            }
        }
        Ok(Once)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Once, A::Error> {
        while list.next_element::<Once>()?.is_some() {}
        Ok(Once)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_str<E>(self, _: &str) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_unit<E>(self) -> Result<Once, E> {
        Ok(Once)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_stands_twice_is_found_at_any_depth() {
        assert_eq!(refuse(r#"{ "a": [{ "b": 1, "c": null }, { "b": true }], "d": 1.5, "e": -2, "f": "x" }"#), None);
        let twice = refuse(r#"[{ "a": { "b": 1, "b": 2 } }]"#).unwrap();
        assert!(twice.contains("`b` stands twice"), "{twice}");
        assert!(refuse("{ \"a\": 1, }").is_some() && refuse("").is_some() && refuse("{} {}").is_some());
    }
}
