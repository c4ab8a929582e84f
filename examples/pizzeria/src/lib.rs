//! The sample product.
