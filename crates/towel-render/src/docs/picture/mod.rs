//! The architecture as a picture: who needs whom, drawn from left to right.

mod arrange;
mod draw;
mod graph;
mod layers;
mod mermaid;
mod order;
mod palette;
mod width;

pub(super) use draw::svg;
pub(super) use mermaid::mermaid;

#[cfg(test)]
mod tests;
