//! `towel render`: every artefact from the file, beside what people made of earlier ones.

mod ancestors;
mod dotenv;
mod files;
mod report;
mod run;
mod said;

pub(crate) use dotenv::gaps;
pub(crate) use run::{Wish, render};
