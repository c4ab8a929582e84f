//! One object of all environments as one tree: what differs becomes a value, and what only some have a condition.

use super::draft::{Draft, identity, title};
use super::hole::{Form, border, is_marked};
use super::naming::{expression, leaf};
use super::order::{in_any_order, names, union};
use super::script::around;
use super::setting::Setting;
use super::value::{Leaf, Shape};
use crate::yaml::{Map, Yaml};

/// One object while it is merged.
pub(super) struct Merge<'d> {
    pub(super) draft: &'d mut Draft,
    pub(super) kind: &'static str,
    pub(super) name: &'d str,
    /// Where its values are kept.
    pub(super) section: Vec<String>,
    /// The way to what is merged now.
    pub(super) path: Vec<String>,
}

/// What an environment has at one place.
#[derive(Clone, Copy)]
enum Seen<'y> {
    /// Nobody asks.
    Unused,
    /// There is nothing there.
    Absent,
    Has(&'y Yaml),
}

impl<'y> Seen<'y> {
    fn value(self) -> Option<&'y Yaml> {
        match self {
            Self::Has(value) => Some(value),
            Self::Unused | Self::Absent => None,
        }
    }
}

impl Merge<'_> {
    /// The tree of the object; environments without it do not count.
    pub(super) fn object(&mut self, trees: &[Option<Map>]) -> Map {
        let maps: Vec<Option<&Map>> = trees.iter().map(Option::as_ref).collect();
        let mut present = maps.iter().flatten();
        let Some(first) = present.next() else { return Map::new() };
        if present.all(|other| other == first) { (*first).clone() } else { self.map(&maps) }
    }

    fn map(&mut self, maps: &[Option<&Map>]) -> Map {
        let keys: Vec<Vec<&str>> = maps.iter().flatten().map(|map| map.iter().map(|(key, _)| key).collect()).collect();
        let mut pieces = Vec::new();
        for key in union(&keys).unwrap_or_else(|| in_any_order(&keys)) {
            let seen: Vec<Seen<'_>> = maps
                .iter()
                .map(|map| map.map_or(Seen::Unused, |map| map.get(key).map_or(Seen::Absent, Seen::Has)))
                .collect();
            let (condition, value) = self.within(key, |merge| merge.entry(&seen));
            let piece = with_comment(maps, key, value);
            pieces.push((condition, piece));
        }
        // In a list, the first entry stands behind the dash, so it has to be there.
        if let Some(place) = pieces.iter().position(|(condition, _)| condition.is_none()) {
            let always = pieces.remove(place);
            pieces.insert(0, always);
        }
        pieces.into_iter().fold(Map::new(), |map, (condition, piece)| match condition {
            None => map.followed_by(piece),
            Some(condition) => {
                let begin = border(self.draft.holes.mark(Form::If, condition, ""));
                let end = border(self.draft.holes.mark(Form::End, "", ""));
                map.followed_by(begin).followed_by(piece).followed_by(end)
            }
        })
    }

    fn within<T>(&mut self, step: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step.to_owned());
        let made = work(self);
        self.path.pop();
        made
    }

    /// An entry that environments may lack, and the condition under which it is there.
    fn entry(&mut self, seen: &[Seen<'_>]) -> (Option<String>, Yaml) {
        if !seen.iter().any(|it| matches!(it, Seen::Absent)) {
            return (None, self.merge(seen));
        }
        let condition = self.known_condition();
        if condition.is_none() && seen.iter().filter_map(|it| it.value()).all(|it| is_scalar(it) && !is_marked(it)) {
            return self.optional(seen);
        }
        let condition = condition.unwrap_or_else(|| {
            let flags = seen.iter().map(|it| match it {
                Seen::Unused => None,
                Seen::Absent => Some(false),
                Seen::Has(_) => Some(true),
            });
            let flags: Vec<Option<bool>> = flags.collect();
            self.condition_of_part(&flags).unwrap_or_else(|| {
                let mut path = self.value_path();
                path.push("enabled".to_owned());
                let about = format!("Whether there is {}", self.about());
                self.draft.put(&path, Leaf::flag(flags, about))
            })
        });
        let rest: Vec<Seen<'_>> =
            seen.iter().map(|it| if matches!(it, Seen::Absent) { Seen::Unused } else { *it }).collect();
        (Some(condition), self.merge(&rest))
    }

    fn known_condition(&self) -> Option<String> {
        let path = self.path.join("|");
        let mut conditions = self.draft.conditions.iter();
        conditions.find(|(kind, at, _)| *kind == self.kind && *at == path).map(|(.., condition)| condition.clone())
    }

    /// Who talks to a part is there when the part is.
    fn condition_of_part(&self, flags: &[Option<bool>]) -> Option<String> {
        let name = self.path.last()?;
        let fits =
            |present: &[bool]| flags.iter().zip(present).all(|(flag, present)| flag.is_none_or(|it| it == *present));
        let part = self.draft.partial.iter().find(|part| part.name == *name && fits(&part.present))?;
        Some(part.condition.clone())
    }

    /// A text or number that is there when it has a value.
    fn optional(&mut self, seen: &[Seen<'_>]) -> (Option<String>, Yaml) {
        let (path, value) = self.whole(seen);
        let (last, above) = path.split_last().map_or(("", &[][..]), |(last, above)| (last.as_str(), above));
        (Some(format!("hasKey {} \"{last}\"", expression(&self.draft.variable, above))), value)
    }

    fn merge(&mut self, seen: &[Seen<'_>]) -> Yaml {
        let mut values = seen.iter().filter_map(|it| it.value());
        let Some(first) = values.next() else { return Yaml::Null };
        if values.all(|other| other == first) {
            return first.clone();
        }
        let merged = match first {
            Yaml::Map(_) => collect(seen, as_map).map(|maps| Yaml::Map(self.map(&maps))),
            Yaml::List(_) => collect(seen, as_list).and_then(|lists| self.list(&lists)).map(Yaml::List),
            Yaml::Row(_) => collect(seen, as_row).and_then(|rows| self.side_by_side(&rows)).map(Yaml::Row),
            Yaml::Text(text) if text.contains('\n') => self.script(seen),
            _ => None,
        };
        merged.unwrap_or_else(|| self.whole(seen).1)
    }

    /// A text of several lines that differ in one place.
    fn script(&mut self, seen: &[Seen<'_>]) -> Option<Yaml> {
        let texts = seen.iter().filter_map(|it| it.value()).map(as_text).collect::<Option<Vec<&str>>>()?;
        let (before, after) = around(&texts)?;
        let settings = seen.iter().map(|it| match it.value().and_then(as_text) {
            Some(text) => {
                let own = text.get(before.len()..text.len() - after.len()).unwrap_or_default();
                Setting::Is(Yaml::from(own.to_owned()))
            }
            None => Setting::Unused,
        });
        let leaf = Leaf { settings: settings.collect(), shape: Shape::Any, about: self.about() };
        let path = self.value_path();
        let expression = self.draft.put(&path, leaf);
        let mark = self.draft.holes.mark(Form::Within, expression, "");
        Some(Yaml::from(format!("{before}{mark}{after}")))
    }

    /// None when the lists have nothing to compare them by.
    fn list(&mut self, lists: &[Option<&[Yaml]>]) -> Option<Vec<Yaml>> {
        let named = |by: &dyn Fn(&Yaml) -> Option<String>| {
            lists.iter().map(|list| names(list.unwrap_or_default(), by)).collect::<Option<Vec<_>>>()
        };
        if let Some(names) = named(&|item| identity(item).map(std::borrow::Cow::into_owned)) {
            return self.by_name(lists, &names);
        }
        let of_peers = matches!(self.path.last().map(String::as_str), Some("from" | "to"));
        if !of_peers && let Some(merged) = self.side_by_side(lists) {
            return Some(merged);
        }
        let names = named(&|item| matches!(item, Yaml::Map(_)).then(|| written(item)))?;
        self.by_name(lists, &names)
    }

    /// Items that are called the same belong together.
    fn by_name(&mut self, lists: &[Option<&[Yaml]>], names: &[Vec<String>]) -> Option<Vec<Yaml>> {
        let words: Vec<Vec<&str>> = names.iter().map(|names| names.iter().map(String::as_str).collect()).collect();
        let order = union(&words)?;
        let mut merged = Vec::with_capacity(order.len());
        for (place, name) in order.into_iter().enumerate() {
            let items = lists.iter().zip(&words).map(|(list, words)| {
                let Some(list) = list else { return Seen::Unused };
                let place = words.iter().position(|word| *word == name);
                place.and_then(|place| list.get(place)).map_or(Seen::Absent, Seen::Has)
            });
            let seen: Vec<Seen<'_>> = items.collect();
            let first = seen.iter().find_map(|it| it.value());
            let step = match first.map(|item| (identity(item), title(item))) {
                Some((Some(name), None)) => self.draft.holes.label(&name).to_owned(),
                Some((_, Some(title))) => title,
                _ => format!("item{}", place + 1),
            };
            let (condition, value) = self.within(&step, |merge| merge.entry(&seen));
            match condition {
                None => merged.push(value),
                Some(condition) => {
                    merged.push(Yaml::Map(border(self.draft.holes.mark(Form::If, condition, ""))));
                    merged.push(value);
                    merged.push(Yaml::Map(border(self.draft.holes.mark(Form::End, "", ""))));
                }
            }
        }
        Some(merged)
    }

    /// Lists of one length whose items are alike.
    fn side_by_side(&mut self, lists: &[Option<&[Yaml]>]) -> Option<Vec<Yaml>> {
        let first = lists.iter().flatten().next()?;
        let alike =
            |other: &[Yaml]| other.len() == first.len() && other.iter().zip(*first).all(|(a, b)| are_alike(a, b));
        if !lists.iter().flatten().all(|other| alike(other)) {
            return None;
        }
        let merged = (0..first.len()).map(|place| {
            let seen: Vec<Seen<'_>> = lists
                .iter()
                .map(|list| list.and_then(|list| list.get(place)).map_or(Seen::Unused, Seen::Has))
                .collect();
            match first.len() {
                1 => Some(self.merge(&seen)),
                _ => Some(self.within(&format!("item{}", place + 1), |merge| merge.merge(&seen))),
            }
        });
        merged.collect()
    }

    /// All of it as one value: its path, and what asks for it.
    fn whole(&mut self, seen: &[Seen<'_>]) -> (Vec<String>, Yaml) {
        let settings: Vec<Setting> = seen
            .iter()
            .enumerate()
            .map(|(environment, it)| match it {
                Seen::Unused => Setting::Unused,
                Seen::Absent => Setting::Absent,
                Seen::Has(value) => Setting::Is(self.draft.holes.restored(value, environment)),
            })
            .collect();
        let (form, around) = form(&settings);
        let path = self.value_path();
        let path = self.draft.values.put(&path, Leaf { settings, shape: Shape::Any, about: self.about() });
        let expression = expression(&self.draft.variable, &path);
        let label = path.last().map_or("", String::as_str);
        let mark = self.draft.holes.mark(form, format!("{around}{expression}"), label);
        (path, Yaml::from(mark))
    }

    fn value_path(&self) -> Vec<String> {
        self.section.iter().cloned().chain(leaf(&self.path, &self.draft.name)).collect()
    }

    fn about(&self) -> String {
        format!("`{}` of the {} `{}`", self.path.join("."), self.kind, self.name)
    }
}

/// How a value is asked for, and what has to stand before it.
fn form(settings: &[Setting]) -> (Form, &'static str) {
    let values = || settings.iter().filter_map(Setting::value);
    if values().any(|it| !is_scalar(it)) {
        (Form::Block, "")
    } else if values().all(|it| matches!(it, Yaml::Text(_))) {
        (Form::Text, "")
    } else if values().any(|it| matches!(it, Yaml::Text(_))) {
        (Form::Plain, "toJson ")
    } else if values().any(|it| matches!(it, Yaml::Integer(number) if number.abs() >= 100_000)) {
        // Numbers that are as big as this one are written with an exponent otherwise.
        (Form::Plain, "int64 ")
    } else {
        (Form::Plain, "")
    }
}

fn is_scalar(value: &Yaml) -> bool {
    !matches!(value, Yaml::Map(_) | Yaml::Inline(_) | Yaml::List(_) | Yaml::Row(_))
}

/// Whether two items can be merged into one without a condition on their first entry.
fn are_alike(one: &Yaml, other: &Yaml) -> bool {
    match (one, other) {
        (Yaml::Map(one), Yaml::Map(other)) => one.iter().map(|(key, _)| key).eq(other.iter().map(|(key, _)| key)),
        (one, other) => is_scalar(one) && is_scalar(other),
    }
}

/// The same view of all values; none when one has another form.
fn collect<'y, T: ?Sized>(seen: &[Seen<'y>], view: impl Fn(&'y Yaml) -> Option<&'y T>) -> Option<Vec<Option<&'y T>>> {
    seen.iter().map(|it| it.value().map_or(Some(None), |value| view(value).map(Some))).collect()
}

fn as_text(value: &Yaml) -> Option<&str> {
    match value {
        Yaml::Text(text) => Some(text),
        _ => None,
    }
}

fn as_map(value: &Yaml) -> Option<&Map> {
    match value {
        Yaml::Map(map) => Some(map),
        _ => None,
    }
}

fn as_list(value: &Yaml) -> Option<&[Yaml]> {
    match value {
        Yaml::List(items) => Some(items),
        _ => None,
    }
}

fn as_row(value: &Yaml) -> Option<&[Yaml]> {
    match value {
        Yaml::Row(items) => Some(items),
        _ => None,
    }
}

fn written(item: &Yaml) -> String {
    let mut text = String::new();
    item.write_to(&mut text);
    text
}

/// The entry with its comment, where all environments have the same.
fn with_comment(maps: &[Option<&Map>], key: &str, value: Yaml) -> Map {
    let bare = |map: &&Map| map.chosen(|it, _| (it == key).then_some(Yaml::Null));
    let mut comments = maps.iter().flatten().map(bare).filter(|map| !map.is_empty());
    let first = comments.next().unwrap_or_default();
    if comments.any(|other| other != first) {
        return Map::new().with(key.to_owned(), value);
    }
    let mut value = Some(value);
    first.map_values(|_, _| value.take().unwrap_or(Yaml::Null))
}
