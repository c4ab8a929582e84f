//! What the objects of a product promise, and that overlays build exactly them.

mod apply;
mod difference;
mod finish;
mod names;
mod needs_kubectl;
mod objects;
mod overlays;
mod promises;
mod read;
mod sample;
