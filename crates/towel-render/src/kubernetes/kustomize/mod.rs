//! Objects of several environments as a Kustomize base, which holds what they share, and an overlay for each.

mod difference;
mod generator;
mod image;
mod kustomization;
mod layer;
mod share;
mod write;

pub(super) use kustomization::Kustomization;
