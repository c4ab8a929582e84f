//! Rendered routes and receivers, read back.
