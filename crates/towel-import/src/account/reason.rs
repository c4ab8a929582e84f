//! Why keys are not converted, as tables: one row for each key that has no counterpart.

/// Keys of this pattern are not converted, for this reason. In a pattern, `*` is one key or item, `**` any number.
pub(crate) type Reason = (&'static str, &'static str);

/// The reason of the first row whose pattern fits.
pub(crate) fn reason_for<'t>(path: &[String], table: &'t [Reason]) -> Option<&'t str> {
    table.iter().find(|(pattern, _)| fits(path, &pattern.split('.').collect::<Vec<_>>())).map(|(_, why)| *why)
}

fn fits(path: &[String], pattern: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => (0..=path.len()).any(|skipped| fits(&path[skipped..], rest)),
        (Some((wanted, pattern)), Some((key, path))) => same(wanted, key) && fits(path, pattern),
        _ => false,
    }
}

fn same(wanted: &str, key: &str) -> bool {
    match wanted.split_once('*') {
        Some((before, after)) => {
            key.len() >= before.len() + after.len() && key.starts_with(before) && key.ends_with(after)
        }
        None => wanted == key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_keys() {
        let path = |text: &str| text.split('.').map(str::to_owned).collect::<Vec<_>>();
        let table: &[Reason] = &[("services.*.build.**", "built elsewhere"), ("**.x-*", "yours"), ("x-*", "yours")];
        assert_eq!(reason_for(&path("services.api.build.args"), table), Some("built elsewhere"));
        assert_eq!(reason_for(&path("services.api.build"), table), Some("built elsewhere"));
        assert_eq!(reason_for(&path("x-defaults"), table), Some("yours"));
        assert_eq!(reason_for(&path("services.api.x-a"), table), Some("yours"));
        assert_eq!(reason_for(&path("services.api.image"), table), None);
    }
}
