//! What one value is in each environment.

use crate::yaml::Yaml;

/// A value in one environment.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Setting {
    /// Nothing there asks for it.
    Unused,
    /// It must not be there.
    Absent,
    /// It is this.
    Is(Yaml),
}

impl Setting {
    pub(super) fn value(&self) -> Option<&Yaml> {
        match self {
            Self::Is(value) => Some(value),
            Self::Unused | Self::Absent => None,
        }
    }

    /// What a file of an environment has to say, given the chart's `default`.
    pub(super) fn beyond(&self, default: Option<&Yaml>) -> Option<Yaml> {
        match (self, default) {
            (Self::Unused, _) | (Self::Absent, None) => None,
            // Helm takes a value away where another file says that there is none.
            (Self::Absent, Some(_)) => Some(Yaml::Null),
            (Self::Is(value), None) => Some(value.clone()),
            (Self::Is(value), Some(default)) => difference(value, default),
        }
    }
}

/// Helm merges mappings and replaces everything else.
fn difference(value: &Yaml, default: &Yaml) -> Option<Yaml> {
    match (value, default) {
        (value, default) if value == default => None,
        (Yaml::Map(value), Yaml::Map(default)) => {
            let mut map = value.chosen(|key, value| match default.get(key) {
                Some(default) => difference(value, default),
                None => Some(value.clone()),
            });
            for (key, _) in default.iter().filter(|(key, _)| value.get(key).is_none()) {
                map.insert(key.to_owned(), Yaml::Null);
            }
            Some(Yaml::Map(map))
        }
        (value, _) => Some(value.clone()),
    }
}

/// The value that the chart has by itself: that of the strictest environment that has one. `order` begins with it.
pub(super) fn default<'s>(settings: &'s [Setting], order: &[usize]) -> Option<&'s Yaml> {
    let mut used = order.iter().filter_map(|place| settings.get(*place)).filter(|it| **it != Setting::Unused);
    used.next()?.value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Map;

    fn limits(cpu: Option<&'static str>, memory: &'static str) -> Yaml {
        Yaml::Map(Map::new().maybe("cpu", cpu).with("memory", memory))
    }

    #[test]
    fn an_environment_says_only_what_differs_and_takes_away_what_it_has_not() {
        let default = limits(Some("1"), "1Gi");
        assert_eq!(Setting::Is(default.clone()).beyond(Some(&default)), None);
        assert_eq!(
            Setting::Is(limits(None, "2Gi")).beyond(Some(&default)),
            Some(Yaml::Map(Map::new().with("memory", "2Gi").with("cpu", Yaml::Null)))
        );
        assert_eq!(Setting::Absent.beyond(Some(&default)), Some(Yaml::Null));
        assert_eq!(Setting::Unused.beyond(Some(&default)), None);
    }

    #[test]
    fn the_strictest_environment_that_asks_decides_the_default() {
        let settings = [Setting::Is(Yaml::from(1)), Setting::Unused, Setting::Is(Yaml::from(3))];
        assert_eq!(default(&settings, &[1, 2, 0]), Some(&Yaml::from(3)));
        assert_eq!(default(&[Setting::Is(Yaml::from(1)), Setting::Absent], &[1, 0]), None);
    }
}
