//! Other tools' files as a draft, with an account of every key.

use towel_source::{Diagnostic, Node, Sources, parse};

use crate::account::{Account, Fate, Item, Ledger};
use crate::draft::{Draft, Noted, settle, unite};
use crate::files::Files;
use crate::format::Format;
use crate::{blueprint, compose, draft, kamal, score};

/// A file to be converted.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its path, relative to the root of the folder tree.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What came of the files.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The product.
    pub draft: Draft,
    /// What became of every key, of all files.
    pub account: Account,
    /// The format of each file.
    pub formats: Vec<(String, Format)>,
}

/// Files that cannot be read.
#[derive(Debug)]
pub struct Unreadable {
    /// Why.
    pub diagnostics: Vec<Diagnostic>,
    /// The files, to show the places.
    pub sources: Sources,
}

/// What a converter gets to know besides the file.
pub(crate) struct Around<'a> {
    /// The folder tree.
    pub(crate) files: &'a dyn Files,
    /// The folder of the file, within the tree.
    pub(crate) folder: String,
    /// The product's name, when the file gives none.
    pub(crate) product: String,
}

/// Converts files. `folder` is the name of the folder in which they lie, which names the product if nothing else does.
pub fn import(inputs: &[Input], files: &dyn Files, folder: &str) -> Result<Imported, Box<Unreadable>> {
    let mut sources = Sources::new();
    let mut diagnostics = Vec::new();
    let mut roots = Vec::new();
    for input in inputs {
        let id = sources.add(input.name.clone(), input.text.clone());
        let source = sources.get(id).expect("it was added above");
        let (root, found) = parse(source);
        // A tag such as `!reset` is no reason to read nothing; its value is accounted for like any other.
        let (tags, errors): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| found.code == "unknown-tag");
        let format = root.as_ref().and_then(Format::of);
        if errors.is_empty() && root.is_some() && format.is_none() {
            diagnostics.push(unknown_format(source.span()));
        }
        diagnostics.extend(errors);
        roots.extend(root.zip(format).map(|(root, format)| (input, root, format, tags)));
    }
    if !diagnostics.is_empty() {
        return Err(Box::new(Unreadable { diagnostics, sources }));
    }
    let mut drafts = Vec::new();
    let mut account = Account::default();
    let mut formats = Vec::new();
    for (input, root, format, tags) in &roots {
        let around =
            Around { files, folder: crate::files::folder_of(&input.name).to_owned(), product: draft::name(folder) };
        let (draft, part) = convert(input, root, *format, &around, &sources);
        drafts.push(draft);
        account.converted += part.converted;
        account.items.extend(part.items);
        account.items.extend(tags.iter().map(|tag| tag_item(tag, input, &sources)));
        formats.push((input.name.clone(), *format));
    }
    let mut draft = unite(drafts);
    let name = Noted::new(draft::name(folder), "the folder's name");
    draft.name.get_or_insert(name);
    for why in settle(&mut draft) {
        account.items.push(Item { fate: Fate::Approximated, file: String::new(), line: None, key: String::new(), why });
    }
    draft.remarks = remarks(&formats);
    Ok(Imported { draft, account, formats })
}

fn convert(input: &Input, root: &Node, format: Format, around: &Around<'_>, sources: &Sources) -> (Draft, Account) {
    let ledger = Ledger::default();
    let cursor = crate::account::Cursor::root(root, &ledger);
    let (draft, table) = match format {
        Format::Compose => (compose::convert(&cursor, around), compose::REASONS),
        Format::Score => (score::convert(&cursor, around), score::REASONS),
        Format::Kamal => (kamal::convert(&cursor, around), kamal::REASONS),
        Format::Render => (blueprint::convert(&cursor, around), blueprint::REASONS),
    };
    let account = ledger.close(root, table, &input.name, sources);
    (draft, account)
}

fn unknown_format(span: towel_source::Span) -> Diagnostic {
    Diagnostic::error("unknown-format", "this file is of no format that can be converted")
        .at(span, "looked at its first keys")
        .note("a compose file has a mapping `services`, a Render blueprint a list `services`")
        .note("a Score file has `apiVersion: score.dev/v1b1`, a Kamal file has `service` and `image`")
        .help("run `towel init` without `--from` to have the repository looked at instead")
}

fn tag_item(tag: &Diagnostic, input: &Input, sources: &Sources) -> Item {
    let line = tag.primary().and_then(|span| Some(sources.get(span.file)?.position(span.start).line));
    let written = tag.primary().map_or("", |span| sources.slice(span)).to_owned();
    Item {
        fate: Fate::LeftOut,
        file: input.name.clone(),
        line,
        key: written,
        why: "towel gives tags no meaning; the value was read without it".to_owned(),
    }
}

fn remarks(formats: &[(String, Format)]) -> Vec<String> {
    let names: Vec<&str> = formats.iter().map(|(name, _)| name.as_str()).collect();
    vec![
        format!("Made by `towel init --from {}`.", names.join(" --from ")),
        "Comments say what was guessed or is not quite the same. Keep what is right, mend the rest, drop the comments."
            .to_owned(),
    ]
}
