//! What charts promise, and that Helm makes of them exactly the objects of each environment.

mod chart;
mod difference;
mod needs_helm;
mod objects;
mod sample;
