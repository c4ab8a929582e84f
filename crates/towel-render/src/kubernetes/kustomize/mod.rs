//! Objects of several environments as a Kustomize base, which holds what they share, and an overlay for each.

mod difference;
mod folder;
mod generator;
mod image;
mod kustomization;
mod layer;
mod share;
mod sort;

pub(super) use kustomization::write;
