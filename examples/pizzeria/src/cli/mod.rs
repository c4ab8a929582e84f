//! The command line of the sample product.

mod command;
mod options;
mod quantity;

pub use command::main_from;
