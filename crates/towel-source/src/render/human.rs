//! Findings as a person reads them: the lines of the file, what is wrong there, why, and what to do.

use std::fmt::Write as _;

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Patch, Renderer, Snippet, normalize_untrusted_str,
};

use crate::{Diagnostic, Fix, Severity, Source, Sources, Span};

/// Whether the text carries terminal colours. It reads the same without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// ANSI escapes.
    Ansi,
    /// Plain text.
    None,
}

/// Each finding with its lines, separated by empty lines; nothing when there is none.
pub fn human(found: &[Diagnostic], sources: &Sources, colour: Colour) -> String {
    let renderer = match colour {
        Colour::Ansi => Renderer::styled().hyperlink(false),
        Colour::None => Renderer::plain(),
    };
    let mut text = String::new();
    for diagnostic in found {
        text.push_str(renderer.render(&groups(diagnostic, sources)).trim_end());
        text.push_str("\n\n");
    }
    text
}

/// One line such as `error: 3 errors, 1 warning`; none when nothing was found.
pub fn summary(found: &[Diagnostic]) -> Option<String> {
    let worst = found.iter().map(|diagnostic| diagnostic.severity).min()?;
    let mut line = format!("{}: ", worst.name());
    let mut separator = "";
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let count = found.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        if count > 0 {
            let plural = if count == 1 { "" } else { "s" };
            write!(line, "{separator}{count} {}{plural}", severity.name()).expect("a String takes any text");
            separator = ", ";
        }
    }
    Some(line)
}

fn groups<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(clean(&diagnostic.message)).id(diagnostic.code.as_ref());
    let notes = diagnostic.notes.iter().map(|note| Level::NOTE.message(clean(note)).into());
    let fixes: Vec<Group<'a>> = diagnostic
        .fixes
        .iter()
        .enumerate()
        .filter_map(|(number, fix)| fix_group(fix, diagnostic.help.first().filter(|_| number == 0), sources))
        .collect();
    // The first remedy in words and the first change belong together, and are shown as one.
    let told = diagnostic.help.iter().skip(usize::from(!fixes.is_empty()));
    let help = told.map(|help| Level::HELP.message(clean(help)).into());
    let elements: Vec<Element<'a>> = snippets(diagnostic, sources).into_iter().chain(notes).chain(help).collect();
    let main = if elements.is_empty() { Group::with_title(title) } else { title.elements(elements) };
    std::iter::once(main).chain(fixes).collect()
}

/// Text from the file may hold escapes that would steer the reader's terminal.
fn clean(text: &str) -> String {
    text.split('\n').map(normalize_untrusted_str).collect::<Vec<_>>().join("\n")
}

/// The labels file by file, the primary one's file first.
fn snippets<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Element<'a>> {
    let mut files = Vec::new();
    for label in &diagnostic.labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files.into_iter().filter_map(|file| sources.get(file)).map(|source| snippet(diagnostic, source).into()).collect()
}

fn snippet<'a>(diagnostic: &'a Diagnostic, source: &'a Source) -> Snippet<'a, Annotation<'a>> {
    let labels: Vec<_> = diagnostic.labels.iter().filter(|label| label.span.file == source.id()).collect();
    let window = Window::around(labels.iter().map(|label| label.span), source);
    let primary = diagnostic.labels.first();
    let annotations = labels.into_iter().map(|label| {
        let is_primary = primary.is_some_and(|first| std::ptr::eq(first, label));
        let kind = if is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let text = (!label.message.is_empty()).then(|| clean(&label.message));
        kind.span(window.range(label.span)).label(text)
    });
    Snippet::source(window.text).path(source.name()).line_start(window.first_line).annotations(annotations)
}

fn fix_group<'a>(fix: &'a Fix, words: Option<&String>, sources: &'a Sources) -> Option<Group<'a>> {
    let source = sources.get(fix.span.file)?;
    let window = Window::around([fix.span].into_iter(), source);
    let title = words.map_or(if fix.safe { "this mends it" } else { "this may mend it" }, String::as_str);
    let patch = Patch::new(window.range(fix.span), fix.replacement.as_str());
    let snippet = Snippet::source(window.text).path(source.name()).line_start(window.first_line).patch(patch);
    Some(Level::HELP.secondary_title(clean(title)).element(snippet))
}

/// The lines that are shown. The renderer walks through all text that it is given, which for a large
/// file with many findings takes longer than finding them.
struct Window<'a> {
    text: &'a str,
    start: usize,
    first_line: usize,
}

impl<'a> Window<'a> {
    fn around(spans: impl Iterator<Item = Span>, source: &'a Source) -> Self {
        let text = source.text();
        let (start, end) = spans.fold((text.len(), 0), |(start, end), span| {
            (start.min(span.start as usize), end.max(span.end.max(span.start) as usize))
        });
        let start = floor(text, start.min(end));
        let end = floor(text, end);
        let from = text[..start].rfind('\n').map_or(0, |before| before + 1);
        let to = text[end..].find('\n').map_or(text.len(), |after| end + after);
        let first_line = source.position(u32::try_from(from).unwrap_or(u32::MAX)).line;
        Self { text: &text[from..to], start: from, first_line }
    }

    fn range(&self, span: Span) -> std::ops::Range<usize> {
        let inside = |at: u32| floor(self.text, (at as usize).saturating_sub(self.start));
        inside(span.start)..inside(span.end.max(span.start))
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
