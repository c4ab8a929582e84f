//! What several formats have in common: interpolation, commands, quantities, probes, addresses of other parts.

mod command;
mod dotenv;
mod environment;
mod interpolation;
mod parties;
mod probe;
mod quantity;

pub(crate) use command::{command_line, in_folder, shell_line};
pub(crate) use dotenv::dotenv;
pub(crate) use environment::{Raw, RawValue, variables};
pub(crate) use interpolation::{Piece, fill, pieces};
pub(crate) use parties::{Parties, Party, What, url};
pub(crate) use probe::{own_url, question};
pub(crate) use quantity::{bytes, cores, duration, memory_range, processor_range, seconds};
