//! A mapping with known keys, and the one declaration from which everything about it is made.

use super::Kind;

/// A mapping with known keys.
#[derive(Debug)]
pub(crate) struct Table {
    /// What it describes, e.g. `rollout`; unique.
    pub(crate) name: &'static str,
    /// What it is for, a paragraph in lines.
    pub(crate) doc: &'static [&'static str],
    /// Its keys, in the order in which people should meet them.
    pub(crate) keys: &'static [Key],
}

/// A key of a table.
#[derive(Debug)]
pub(crate) struct Key {
    /// As it is written.
    pub(crate) name: &'static str,
    /// What it is for, in lines.
    pub(crate) doc: &'static [&'static str],
    /// Whether the table makes no sense without it.
    pub(crate) required: bool,
    /// What holds when it is left out, in words.
    pub(crate) default: Option<&'static str>,
    /// What may stand under it.
    pub(crate) kind: fn() -> Kind,
}

impl Table {
    /// The key of that name.
    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Whether an empty mapping is complete.
    pub(crate) fn may_be_empty(&self) -> bool {
        self.keys.iter().all(|key| !key.required)
    }
}

/// Declares the keys of a mapping. Makes a struct with one optional field for each key, its reader,
/// and the table from which schema and reference are made; the compiler reports a key that is
/// declared and never used, since its field is then dead.
macro_rules! keys {
    (
        $(#[doc = $about:literal])+
        $name:ident = $table:literal {
            $(
                $(#[doc = $doc:literal])+
                $field:ident $(as $written:literal)? $(($required:ident))? : $type:ty $(, default $default:literal)?;
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone)]
        pub(crate) struct $name {
            $($(#[doc = $doc])+ pub(crate) $field: Option<$type>,)+
            /// The whole mapping.
            #[allow(dead_code, reason = "not every mapping is pointed at as a whole")]
            pub(crate) span: towel_source::Span,
        }

        impl $name {
            /// Its keys.
            pub(crate) const TABLE: &'static $crate::key::Table = &$crate::key::Table {
                name: $table,
                doc: &[$($about),+],
                keys: &[$($crate::key::Key {
                    name: $crate::key::keys!(@name $field $($written)?),
                    doc: &[$($doc),+],
                    required: $crate::key::keys!(@required $($required)?),
                    default: $crate::key::keys!(@default $($default)?),
                    kind: <$type as $crate::key::Read>::kind,
                }),+],
            };
        }

        impl $crate::key::Read for $name {
            fn kind() -> $crate::key::Kind {
                $crate::key::Kind::Table(Self::TABLE)
            }

            fn read(node: &towel_source::Node, reader: &mut $crate::key::Reader<'_>) -> Option<Self> {
                let fields = reader.fields(node, Self::TABLE)?;
                Some(Self {
                    $($field: fields.read($crate::key::keys!(@name $field $($written)?), reader),)+
                    span: node.span,
                })
            }
        }
    };
    (@name $field:ident $written:literal) => { $written };
    (@name $field:ident) => { stringify!($field) };
    (@required required) => { true };
    (@required) => { false };
    (@default $default:literal) => { Some($default) };
    (@default) => { None };
}

/// Declares the words that stand for the variants of an enum.
macro_rules! choices {
    ($type:ty { $($name:literal => $variant:expr, $doc:literal;)+ }) => {
        impl $type {
            /// The words and what they mean.
            pub(crate) const CHOICES: &'static [$crate::key::Choice] =
                &[$($crate::key::Choice { name: $name, doc: $doc }),+];
        }

        impl $crate::key::Read for $type {
            fn kind() -> $crate::key::Kind {
                $crate::key::Kind::Choice(Self::CHOICES)
            }

            fn read(node: &towel_source::Node, reader: &mut $crate::key::Reader<'_>) -> Option<Self> {
                match reader.choose(node, Self::CHOICES)? {
                    $($name => Some($variant),)+
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use {choices, keys};
