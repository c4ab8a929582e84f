//! Names of alerts: CamelCase, and unique in an environment.

use std::collections::HashSet;

use super::{Alarm, Kind};

/// `OrdersDb` for `orders-db`: letters and digits, words begin with a capital.
pub(super) fn camel(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    };
    words.map(capital).collect()
}

/// Gives every alert a name of its own. A name that a person wrote stays; two that fall together are numbered.
pub(super) fn tell_apart(alarms: &mut [Alarm]) {
    // Runbooks are files, and some file systems take `Api` and `API` for the same.
    let mut taken = HashSet::new();
    let (declared, derived): (Vec<_>, Vec<_>) = alarms.iter_mut().partition(|alarm| alarm.kind == Kind::Declared);
    for alarm in declared.into_iter().chain(derived) {
        let plain = alarm.name.clone();
        let mut number = 2;
        while !taken.insert(alarm.name.to_ascii_lowercase()) {
            alarm.name = format!("{plain}{number}");
            number += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::camel;

    #[test]
    fn names_are_written_in_camel_case() {
        assert_eq!(
            [camel("orders-db"), camel("No checkins"), camel("NoCheckins")],
            ["OrdersDb", "NoCheckins", "NoCheckins"]
        );
        assert_eq!(camel("https://shop.example/a"), "HttpsShopExampleA");
    }
}
