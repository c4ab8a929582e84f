//! Equality of entries that carry their place: the place does not count.
//!
//! A release read back from a journal has lost its places, and a comment above a service moves them: neither
//! makes it another service.

/// Compares all fields but `span`. A field that is not named here does not compile.
macro_rules! equal_wherever_written {
    ($type:ident { $($field:ident),+ $(,)? }) => {
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                let Self { $($field,)+ span: _ } = self;
                $($field == &other.$field)&&+
            }
        }
    };
}

pub(crate) use equal_wherever_written;
