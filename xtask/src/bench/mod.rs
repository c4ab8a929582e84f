//! Measurements of the real thing, by the name of what is measured.

mod gateway;
mod measure;
mod product;
mod render;
mod rollout;
mod supervisor;

pub(crate) use measure::run;
