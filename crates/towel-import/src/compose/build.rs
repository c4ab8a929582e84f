//! `build`: the folder of the source, and what it is built with.

use super::file::{Entry, Known};
use crate::draft::Noted;
use crate::files::{join, normal};
use crate::read::fill;

/// The folder of the source, and the stack that is found there.
pub(super) fn convert(entry: &Entry<'_>, known: &Known<'_, '_>) -> (Option<Noted<String>>, Option<Noted<String>>) {
    let Some(build) = entry.at.get("build") else { return (None, None) };
    let context = if build.is_mapping() { build.get("context") } else { Some(build.clone()) };
    let Some(context) = context else {
        return (None, None);
    };
    let Some(text) = context.peek().map(|text| fill(text).text) else { return (None, None) };
    if text.contains("://") || text.starts_with("git@") {
        context.left_out("its source is another repository; only its image is known here");
        return (None, None);
    }
    let Some(folder) = normal(&join(&known.around.folder, &text)) else {
        context.left_out(format!("`{text}` lies outside the folder of the file"));
        return (None, None);
    };
    context.converted();
    let stack = crate::detect::stack_of(known.around.files, &folder);
    let stack = stack.map(|(stack, why)| Noted::new(stack, why));
    let shown = if folder.is_empty() { ".".to_owned() } else { folder };
    (Some(Noted::plain(shown)), stack)
}
