//! `towel demo`: starts the sample product, ships a good and a bad version under load, tells what happened.

mod product;
mod story;
mod tour;

pub(crate) use tour::demo;
