//! Reading whole files: the language's example, defaults, merges, and what is wrong with bad ones.
#![allow(clippy::unwrap_used)]

mod language {
    mod example;
}
mod shown;
