//! IANA time zones, from the database that is built in.

use std::borrow::Cow;

use jiff::tz::TimeZoneDatabase;

use super::{About, Fault, Json, Word, words};
use crate::key::nearest;

/// The name of a time zone as the database spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone(pub(crate) String);

words!(Zone);

impl Word for Zone {
    fn about() -> About {
        About {
            article: Cow::Borrowed("a time zone"),
            code: "unknown-timezone",
            examples: &["Europe/Paris", "UTC"],
            json: Json::Pattern(Cow::Borrowed(r"[A-Za-z]+([/_+-][A-Za-z0-9_+-]+)*")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        // The machine's own database is not asked: the same file means the same everywhere.
        let database = TimeZoneDatabase::bundled();
        let known = database.get(text).ok().and_then(|zone| zone.iana_name().map(str::to_owned));
        if known.as_deref() == Some(text) {
            return Ok(Self(text.to_owned()));
        }
        let names: Vec<String> = database.available().map(|name| name.as_str().to_owned()).collect();
        let city = |name: &&str| name.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(text));
        let all = || names.iter().map(String::as_str);
        let near = known.or_else(|| all().find(city).or_else(|| nearest(text, all())).map(str::to_owned));
        Err(near.map_or_else(|| Fault::form().help("give its IANA name"), Fault::meant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::about::shown;

    #[test]
    fn a_zone_is_known_by_its_iana_name() {
        let zone = |text: &str| shown(text, |word: Zone| word.0);
        assert_eq!(zone("Europe/Paris"), "Europe/Paris");
        assert_eq!(zone("UTC"), "UTC");
        assert_eq!(zone("europe/paris"), "`europe/paris` is not a time zone; write `Europe/Paris`");
        assert_eq!(zone("Europe/Pariss"), "`Europe/Pariss` is not a time zone; write `Europe/Paris`");
        assert_eq!(zone("Paris"), "`Paris` is not a time zone; write `Europe/Paris`");
        assert_eq!(zone("Middle-earth/Shire"), "`Middle-earth/Shire` is not a time zone; give its IANA name");
    }
}
