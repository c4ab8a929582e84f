//! What the objects of a sample product promise, and that Kustomize builds exactly them.

mod finish;
mod needs_kubectl;
mod read;
mod sample;
