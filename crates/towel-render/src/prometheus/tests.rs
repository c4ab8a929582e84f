//! Rendered configuration and rules, read back.
