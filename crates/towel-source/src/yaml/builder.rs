//! From the parser's events to a tree, without recursion.

use std::borrow::Cow;

use granit_parser::{Event, Placement, ScalarStyle, StructureStyle, Tag};

use super::expansion::{Expansion, MOST_DEPTH, too_deep};
use super::{Comment, Entry, Mapping, Node, Scalar, Style, Value, fault};
use crate::{Diagnostic, Source, Span, Spanned};

/// Why building ends before the events do.
pub(super) enum Stop {
    /// All that is wanted has been read.
    Finished,
    /// A fault at this offset, already reported, makes the rest meaningless.
    At(usize),
}

/// What has been read when a syntax error appears.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before {
    /// The scalar read last.
    pub(super) scalar: Option<Span>,
    /// The `[` or `{` that is open, the outermost one.
    pub(super) flow: Option<Span>,
}

/// A collection that has begun and not ended.
struct Open {
    span: Span,
    flow: bool,
    anchor: usize,
    comments: Vec<Comment>,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<Entry>, key: Option<(Spanned<String>, Vec<Comment>)> },
}

pub(super) struct Builder<'a> {
    source: &'a Source,
    diagnostics: &'a mut Vec<Diagnostic>,
    open: Vec<Open>,
    root: Option<Node>,
    documents: usize,
    comments: Vec<Comment>,
    expansion: Expansion,
    last_scalar: Option<Span>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(source: &'a Source, diagnostics: &'a mut Vec<Diagnostic>) -> Self {
        Self {
            source,
            diagnostics,
            open: Vec::new(),
            root: None,
            documents: 0,
            comments: Vec::new(),
            expansion: Expansion::default(),
            last_scalar: None,
        }
    }

    /// What a syntax error follows.
    pub(super) fn before(&self) -> Before {
        Before { scalar: self.last_scalar, flow: self.open.iter().find(|open| open.flow).map(|open| open.span) }
    }

    pub(super) fn finish(self) -> Option<Node> {
        let mut root = self.root?;
        root.comments.extend(self.comments);
        Some(root)
    }

    pub(super) fn take(&mut self, event: Event<'_>, at: granit_parser::Span) -> Result<(), Stop> {
        let span = self.span(&at);
        match event {
            Event::DocumentStart(..) => self.start_document(span)?,
            Event::Comment(text, placement) => self.comment(Comment { span, text: text.into_owned() }, placement),
            Event::Scalar(text, style, anchor, tag) => {
                self.check_tag(tag.as_deref(), &at);
                self.last_scalar = Some(span);
                let node = self.scalar(text, style, span);
                self.anchor(anchor, &node)?;
                self.place(node)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.check_tag(tag.as_deref(), &at);
                self.begin(span, style, anchor, Content::Sequence(Vec::new()))?;
            }
            Event::MappingStart(style, anchor, tag) => {
                self.check_tag(tag.as_deref(), &at);
                self.begin(span, style, anchor, Content::Mapping { entries: Vec::new(), key: None })?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            Event::Alias(id) => {
                let taken = self.expansion.take(id, span, self.open.len());
                let node = self.or_stop(taken, span)?;
                self.place(node)?;
            }
            Event::UnresolvedAlias(name) => {
                self.diagnostics.push(fault::unknown_anchor(span, &name));
                self.place(Node { alias: Some(span), ..Node::new(span, Value::Null) })?;
            }
            _ => {}
        }
        Ok(())
    }

    fn start_document(&mut self, span: Span) -> Result<(), Stop> {
        self.documents += 1;
        if self.documents == 1 {
            return Ok(());
        }
        self.diagnostics.push(
            Diagnostic::error("several-documents", "this file holds more than one YAML document")
                .at(fault::non_empty(self.source, span), "a second one begins here and is not read")
                .help("remove the `---` or `...`, or move the rest to a file of its own"),
        );
        Err(Stop::Finished)
    }

    fn comment(&mut self, comment: Comment, placement: Placement) {
        if placement == Placement::Right
            && let Some(node) = self.last_node()
        {
            node.comments.push(comment);
            return;
        }
        self.comments.push(comment);
    }

    /// The value that was completed last in the collection that is open.
    fn last_node(&mut self) -> Option<&mut Node> {
        match &mut self.open.last_mut()?.content {
            Content::Sequence(items) => items.last_mut(),
            Content::Mapping { entries, key: None } => entries.last_mut().map(|entry| &mut entry.value),
            Content::Mapping { key: Some(_), .. } => None,
        }
    }

    fn scalar(&self, text: Cow<'_, str>, style: ScalarStyle, span: Span) -> Node {
        if style == ScalarStyle::Plain && (span.is_empty() || matches!(&*text, "~" | "null" | "Null" | "NULL" | "")) {
            return Node::new(span, Value::Null);
        }
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
            _ => Style::Quoted,
        };
        let span = if style == Style::Block { self.trimmed(span) } else { span };
        Node::new(span, Value::Scalar(Scalar { text: text.into_owned(), style }))
    }

    fn anchor(&mut self, id: usize, node: &Node) -> Result<(), Stop> {
        if id == 0 {
            return Ok(());
        }
        let closed = self.expansion.close(id, node);
        self.or_stop(closed, node.span)
    }

    fn begin(&mut self, span: Span, style: StructureStyle, anchor: usize, content: Content) -> Result<(), Stop> {
        if self.open.len() >= MOST_DEPTH {
            self.diagnostics.push(too_deep(fault::non_empty(self.source, span)));
            return Err(Stop::At(span.start as usize));
        }
        if anchor != 0 {
            self.expansion.open(anchor);
        }
        // Comments above a block collection belong to its first key or item.
        let flow = style == StructureStyle::Flow;
        let comments = if flow && !self.awaits_key() { std::mem::take(&mut self.comments) } else { Vec::new() };
        self.open.push(Open { span, flow, anchor, comments, content });
        Ok(())
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Mapping { key: None, .. }, .. }))
    }

    fn end(&mut self, end: Span) -> Result<(), Stop> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let span = open.extent(end);
        let value = match open.content {
            Content::Sequence(items) => Value::Sequence(items),
            Content::Mapping { entries, .. } => Value::Mapping(self.mapping(entries)),
        };
        let node = Node { comments: open.comments, ..Node::new(span, value) };
        self.anchor(open.anchor, &node)?;
        self.place(node)
    }

    /// Puts a completed node where it belongs: root, item, key or value.
    fn place(&mut self, mut node: Node) -> Result<(), Stop> {
        let comments = std::mem::take(&mut self.comments);
        match self.open.last_mut().map(|open| &mut open.content) {
            None => {
                node.comments.splice(0..0, comments);
                self.root = Some(node);
            }
            Some(Content::Sequence(items)) => {
                node.comments.splice(0..0, comments);
                items.push(node);
            }
            Some(Content::Mapping { key: key @ None, .. }) => {
                let text = fault::key_text(self.source, &node).map_err(|found| {
                    self.diagnostics.push(*found);
                    Stop::At(node.span.start as usize)
                })?;
                *key = Some((Spanned::new(text, node.span), comments));
            }
            Some(Content::Mapping { entries, key }) => {
                let Some((key, above)) = key.take() else { return Ok(()) };
                node.comments.splice(0..0, comments);
                if node.span.is_empty() {
                    node.span = key.span;
                }
                entries.push(Entry { key, value: node, comments: above });
            }
        }
        Ok(())
    }

    /// Reports duplicate keys and resolves `<<`.
    fn mapping(&mut self, entries: Vec<Entry>) -> Mapping {
        let mut first = std::collections::HashMap::with_capacity(entries.len());
        for entry in &entries {
            if let Some(earlier) = first.insert(entry.key.value.as_str(), entry.key.span) {
                self.diagnostics.push(
                    Diagnostic::error("duplicate-key", format!("`{}` is given twice", fault::shorten(&entry.key)))
                        .at(entry.key.span, "given again here")
                        .also(earlier, "first given here")
                        .help("keep one of them"),
                );
            }
        }
        if !first.contains_key("<<") {
            return Mapping::new(entries);
        }
        let own: std::collections::HashSet<String> = first.into_keys().map(str::to_owned).collect();
        let mut merged = Vec::with_capacity(entries.len());
        for entry in entries {
            if entry.key.value == "<<" {
                merged.extend(self.merged(entry.value).filter(|entry| !own.contains(&entry.key.value)));
            } else {
                merged.push(entry);
            }
        }
        Mapping::new(merged)
    }

    /// The entries that a `<<` brings in; of several mappings, the first to name a key wins.
    fn merged(&mut self, value: Node) -> impl Iterator<Item = Entry> + use<> {
        let sources = match value.value {
            Value::Sequence(items) => items,
            _ => vec![value],
        };
        let mut entries = Vec::new();
        for source in sources {
            let at = source.alias.unwrap_or(source.span);
            match source.value {
                Value::Mapping(mapping) => entries.extend(mapping.into_entries()),
                // An alias that stands for nothing has been reported already.
                Value::Null if source.alias == Some(source.span) => {}
                _ => self.diagnostics.push(fault::bad_merge(at)),
            }
        }
        entries.into_iter()
    }

    fn check_tag(&mut self, tag: Option<&Tag>, at: &granit_parser::Span) {
        let Some(tag) = tag else { return };
        // Types come from the key, so a tag of the core schema can only repeat or contradict them.
        if tag.is_yaml_core_schema() || tag.suffix().is_empty() {
            return;
        }
        let span = at.tag_span().map_or_else(|| self.span(at), |span| self.span(&span));
        self.diagnostics.push(
            Diagnostic::error("unknown-tag", "YAML tags have no meaning here")
                .at(fault::non_empty(self.source, span), "this tag")
                .help("remove it, or put the text in quotes if it is meant as text"),
        );
    }

    fn or_stop<T>(&mut self, result: Result<T, Box<Diagnostic>>, at: Span) -> Result<T, Stop> {
        result.map_err(|found| {
            self.diagnostics.push(*found);
            Stop::At(at.start as usize)
        })
    }

    fn span(&self, at: &granit_parser::Span) -> Span {
        let range = at.byte_range().unwrap_or(0..0);
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(self.source.id(), offset(range.start), offset(range.end))
    }

    /// Without the line ends and the indentation of the line after it.
    fn trimmed(&self, span: Span) -> Span {
        let kept = self.source.slice(span).trim_end().len();
        Span { end: span.start + u32::try_from(kept).unwrap_or(0), ..span }
    }
}

impl Open {
    /// From the first to the last character. The parser ends a block where the next token begins.
    fn extent(&self, end: Span) -> Span {
        if self.flow {
            return self.span.to(end);
        }
        let (first, last) = match &self.content {
            Content::Sequence(items) => {
                (items.first().map(|item| item.written_at()), items.last().map(|item| item.written_at()))
            }
            Content::Mapping { entries, .. } => {
                (entries.first().map(|entry| entry.key.span), entries.last().map(|entry| entry.value.written_at()))
            }
        };
        match (first, last) {
            (Some(first), Some(last)) => first.to(last),
            _ => self.span,
        }
    }
}
