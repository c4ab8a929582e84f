//! References inside texts: each `${…}` is resolved or reported.

use towel_source::{Diagnostic, Node, Scalar, Span, Value};

use crate::declared::suggest;
use crate::key::{Kind, Read, Reader, nearest, shorten};
use crate::names::Declared;
use crate::word::{About, Json, SecretName, Word};
use crate::{DatastoreField, EnvironmentField, Part, Reference, ServiceField, Template};

/// A template with something in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filled(pub(crate) Template);

/// What a template may refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Version,
    Environment,
    Secret,
}

impl Read for Template {
    fn kind() -> Kind {
        Kind::Word(About { article: "text".into(), code: "wrong-type", examples: &[], json: Json::Text })
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Value::Scalar(scalar) = &node.value else {
            reader.wrong_type(node, &Self::kind());
            return None;
        };
        Scan { node, scalar, reader, searched: 0, parts: Vec::new(), literal: String::new() }.template()
    }
}

impl Read for Filled {
    fn kind() -> Kind {
        Template::kind()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.text().is_some_and(|text| text.trim().is_empty()) {
            reader.report(
                Diagnostic::error("missing-value", "this text is empty")
                    .at(node.span, "expected text")
                    .help("give it a value or remove the key"),
            );
            return None;
        }
        Template::read(node, reader).map(Self)
    }
}

/// A text in which references are looked for.
struct Scan<'s, 'r, 'a> {
    node: &'s Node,
    scalar: &'s Scalar,
    reader: &'r mut Reader<'a>,
    /// How much of the source has been passed: references are found in it in order.
    searched: usize,
    parts: Vec<Part>,
    literal: String,
}

impl Scan<'_, '_, '_> {
    fn template(mut self) -> Option<Template> {
        let mut rest = self.scalar.text.as_str();
        let mut sound = true;
        while let Some((before, after)) = rest.split_once('$') {
            self.literal.push_str(before);
            if let Some(after) = after.strip_prefix('$') {
                self.literal.push('$');
                rest = after;
            } else if let Some(inside) = after.strip_prefix('{') {
                let Some((inside, after)) = inside.split_once('}') else {
                    self.unterminated(inside);
                    return None;
                };
                sound &= self.reference(inside);
                rest = after;
            } else {
                self.literal.push('$');
                rest = after;
            }
        }
        self.literal.push_str(rest);
        self.end_literal();
        if self.parts.is_empty() {
            self.parts.push(Part::Text(String::new()));
        }
        sound.then(|| Template { text: self.scalar.text.clone(), parts: self.parts })
    }

    fn end_literal(&mut self) {
        if !self.literal.is_empty() {
            self.parts.push(Part::Text(std::mem::take(&mut self.literal)));
        }
    }

    fn reference(&mut self, inside: &str) -> bool {
        let span = self.place(&format!("${{{inside}}}"));
        self.end_literal();
        match resolve(inside.trim(), span, self.reader) {
            Ok(to) => self.parts.push(Part::Reference { to, span }),
            Err(found) => {
                self.reader.report(*found);
                return false;
            }
        }
        true
    }

    fn unterminated(&mut self, inside: &str) {
        let span = self.place("${");
        let end =
            inside.find(|letter: char| letter.is_whitespace() || matches!(letter, '/' | ':')).unwrap_or(inside.len());
        self.reader.report(
            Diagnostic::error("unterminated-reference", "a `${` is not closed")
                .at(span, "it is opened here")
                .help(format!("write `${{{}}}`, or `$${{` if no reference is meant", shorten(&inside[..end]))),
        );
    }

    /// Where a piece of the text stands in the source. Escapes and folding may hide it; then it is the whole text.
    fn place(&mut self, piece: &str) -> Span {
        let source = self.reader.source.slice(self.node.span);
        let Some(found) = source.get(self.searched..).and_then(|rest| rest.find(piece)) else { return self.node.span };
        let start = self.searched + found;
        self.searched = start + piece.len();
        let offset = |at: usize| self.node.span.start + u32::try_from(at).unwrap_or(0);
        Span { start: offset(start), end: offset(self.searched), ..self.node.span }
    }
}

/// What stands between `${` and `}`.
fn resolve(inside: &str, span: Span, reader: &Reader<'_>) -> Result<Reference, Box<Diagnostic>> {
    let unknown = |message: String| Diagnostic::error("unknown-reference", message).at(span, "refers to nothing");
    let Some((name, field)) = inside.split_once('.') else {
        if inside == "version" {
            return Ok(Reference::Version);
        }
        return Err(Box::new(no_reference(
            inside,
            unknown(format!("`${{{}}}` refers to nothing", shorten(inside))),
            reader,
        )));
    };
    let pick = |what: &str, fields: &[&str]| {
        let message = format!("{what} has no `{}`", shorten(field));
        let fault = unknown(message).note(format!("allowed: `{}`", fields.join("`, `")));
        Box::new(match nearest(field, fields.iter().copied()) {
            Some(near) => {
                fault.help(format!("did you mean `${{{name}.{near}}}`?")).suggest(span, format!("${{{name}.{near}}}"))
            }
            None => fault,
        })
    };
    match name {
        "env" => environment_field(field).ok_or_else(|| pick("the environment", &["name", "domain"])),
        "secret" => match SecretName::parse(field) {
            Ok(name) => Ok(Reference::Secret(name.0)),
            Err(fault) => Err(Box::new(fault.explain(field, span, &SecretName::about()))),
        },
        _ => match reader.names.find(name) {
            Some(Declared::Service) => service_field(field)
                .map(|field| Reference::Service { name: name.to_owned(), field })
                .ok_or_else(|| pick(&format!("service `{name}`"), &["url", "host", "port"])),
            Some(Declared::Datastore) => {
                datastore_field(field).map(|field| Reference::Datastore { name: name.to_owned(), field }).ok_or_else(
                    || pick(&format!("datastore `{name}`"), &["url", "host", "port", "user", "password", "name"]),
                )
            }
            None => {
                let fault = unknown(format!("there is no service or datastore `{}`", shorten(name)));
                Err(Box::new(unknown_name(name, field, span, fault, reader)))
            }
        },
    }
}

fn environment_field(field: &str) -> Option<Reference> {
    match field {
        "name" => Some(Reference::Environment(EnvironmentField::Name)),
        "domain" => Some(Reference::Environment(EnvironmentField::Domain)),
        _ => None,
    }
}

fn service_field(field: &str) -> Option<ServiceField> {
    match field {
        "url" => Some(ServiceField::Url),
        "host" => Some(ServiceField::Host),
        "port" => Some(ServiceField::Port),
        _ => None,
    }
}

fn datastore_field(field: &str) -> Option<DatastoreField> {
    match field {
        "url" => Some(DatastoreField::Url),
        "host" => Some(DatastoreField::Host),
        "port" => Some(DatastoreField::Port),
        "user" => Some(DatastoreField::User),
        "password" => Some(DatastoreField::Password),
        "name" => Some(DatastoreField::Name),
        _ => None,
    }
}

/// `${FOO}`: a misspelt `version`, a part without its field, or a shell's variable.
fn no_reference(inside: &str, fault: Diagnostic, reader: &Reader<'_>) -> Diagnostic {
    let what = reader.names.find(inside).is_some();
    if what || matches!(inside, "env" | "secret") {
        let field = match (inside, what) {
            ("env", _) => "name",
            ("secret", _) => "NAME",
            _ => "url",
        };
        return fault.help(format!("say what of it: `${{{inside}.{field}}}`"));
    }
    let fault = fault.note(
        "allowed: `${version}`, `${env.name}`, `${env.domain}`, `${secret.NAME}`, `${DATASTORE.url}`, `${SERVICE.url}`",
    );
    if nearest(inside, ["version"].into_iter()).is_some() {
        return fault.help("did you mean `${version}`?");
    }
    fault.help(format!("write `$${{{}}}` if the program itself is to see it", shorten(inside)))
}

fn unknown_name(name: &str, field: &str, span: Span, fault: Diagnostic, reader: &Reader<'_>) -> Diagnostic {
    let declared = reader.names.services.iter().chain(&reader.names.datastores).map(String::as_str);
    match nearest(name, declared.clone().chain(["env", "secret"])) {
        Some(near) => {
            let meant = format!("${{{near}.{field}}}");
            fault.help(format!("did you mean `{meant}`?")).suggest(span, meant)
        }
        None => suggest(fault, name, span, declared),
    }
}

impl Reader<'_> {
    /// Reports references that make no sense where the template stands.
    pub(crate) fn restrict(&mut self, template: &Template, allowed: &[Scope]) {
        for (to, span) in template.references() {
            let scope = match to {
                Reference::Version => Some(Scope::Version),
                Reference::Environment(_) => Some(Scope::Environment),
                Reference::Secret(_) => Some(Scope::Secret),
                Reference::Datastore { .. } | Reference::Service { .. } => None,
            };
            if scope.is_none_or(|scope| !allowed.contains(&scope)) {
                let forms: Vec<&str> = allowed.iter().map(|scope| scope.form()).collect();
                self.report(
                    Diagnostic::error("reference-out-of-place", "this cannot be referred to here")
                        .at(span, "not known when this text is needed")
                        .note(format!("allowed here: {}", forms.join(", "))),
                );
            }
        }
    }
}

impl Scope {
    fn form(self) -> &'static str {
        match self {
            Self::Version => "`${version}`",
            Self::Environment => "`${env.name}`, `${env.domain}`",
            Self::Secret => "`${secret.NAME}`",
        }
    }
}
