//! Free text that says something.

use std::borrow::Cow;

use super::{About, Fault, Json, Word, words};

/// Text with something in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) String);

words!(Text);

impl Word for Text {
    fn about() -> About {
        About { article: Cow::Borrowed("text"), code: "wrong-type", examples: &[], json: Json::Text }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        if text.is_empty() {
            let fault = Fault::because("this text is empty").help("give it a value or remove the key");
            return Err(Fault { code: Some("missing-value"), ..fault });
        }
        Ok(Self(text.to_owned()))
    }
}
