//! Images: of others as they are, of one's own with the version that is being shipped.

use super::file::{Entry, Known};
use crate::account::Cursor;
use crate::draft::{Image, Noted, escape};
use crate::files::{join, normal};
use crate::read::{Piece, fill, pieces};

/// The image of a service with `build`, or one that is pulled.
pub(super) fn convert(entry: &Entry<'_>, known: &Known<'_, '_>) -> Option<Noted<String>> {
    let built = entry.at.get("build").is_some();
    let Some(at) = entry.at.get("image") else {
        let guess = format!("{}-{}:${{version}}", known.product, entry.name);
        return built.then(|| Noted::new(guess, "a guess: write the registry to which you push it"));
    };
    let raw = at.peek()?;
    let filled = fill(raw);
    let image = Image::of(&filled.text);
    if !built && !tag_is_variable(raw) {
        if filled.defaults.is_empty() && filled.missing.is_empty() {
            at.converted();
        } else {
            at.approximated("variables in it became their defaults");
        }
        return Some(Noted::plain(escape(image_of(&filled.text))));
    }
    let name = image.name.trim_start_matches('/').trim_end_matches(':');
    let versioned = format!("{}:${{version}}", escape(name));
    match (image.tag.filter(|tag| !tag.is_empty()), tag_is_variable(raw)) {
        (_, true) => at.approximated("the tag is what `towel deploy` ships: `${version}`"),
        (Some(tag), false) => at.approximated(format!("it is built here, so `{tag}` became `${{version}}`")),
        (None, false) => at.approximated("it is built here, so its tag is `${version}`"),
    }
    Some(Noted::new(versioned, format!("was {raw}")))
}

/// An image whose variables are empty is still one: `/api:1` is `api:1`.
fn image_of(text: &str) -> &str {
    text.trim_start_matches('/').trim_end_matches(':')
}

/// Whether what follows the last `:` begins with a variable.
fn tag_is_variable(raw: &str) -> bool {
    let mut text = String::new();
    let mut variable_tag = false;
    for piece in pieces(raw) {
        match piece {
            Piece::Text(piece) => {
                text.push_str(&piece);
                if piece.contains('/') {
                    variable_tag = false;
                }
            }
            Piece::Variable { .. } => variable_tag |= text.ends_with(':'),
        }
    }
    variable_tag
}

/// The folder from which a service is built.
pub(super) fn context(entry: &Entry<'_>, known: &Known<'_, '_>) -> Option<String> {
    let build = entry.at.get("build")?;
    let context = if build.is_mapping() { build.get("context")? } else { build };
    normal(&join(&known.around.folder, &fill(context.node().text()?).text))
}

/// Whether a service's image is one's own: it is built here, shipped by a variable tag, or another service builds it.
pub(super) fn is_own(entry: &Entry<'_>, known: &Known<'_, '_>) -> bool {
    let image = |at: &Cursor<'_>| at.get("image").and_then(|image| Some(image.node().text()?.to_owned()));
    let own = image(&entry.at);
    let built =
        known.entries.iter().any(|other| other.at.get("build").is_some() && own.is_some() && image(&other.at) == own);
    entry.at.get("build").is_some() || built || own.is_some_and(|own| tag_is_variable(&own))
}

/// Whether two services run the same code.
pub(super) fn built_alike(one: &Cursor<'_>, other: &Cursor<'_>) -> bool {
    let context = |service: &Cursor<'_>| {
        let build = service.get("build")?;
        let context = if build.is_mapping() {
            build.get("context")?.node().text()?.to_owned()
        } else {
            build.node().text()?.to_owned()
        };
        Some(context.trim_start_matches("./").trim_end_matches('/').to_owned())
    };
    let image = |service: &Cursor<'_>| service.get("image").and_then(|at| Some(at.node().text()?.to_owned()));
    match (context(one), context(other)) {
        (Some(one), Some(other)) => one == other,
        _ => image(one).is_some() && image(one) == image(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_counts_as_tag_only_behind_the_last_colon() {
        assert!(tag_is_variable("acme/api:${TAG:-latest}"));
        assert!(!tag_is_variable("${REGISTRY:-localhost}:5000/api:1"));
        assert!(!tag_is_variable("localhost:${PORT}/api:1"));
        assert!(!tag_is_variable("acme/api"));
    }
}
