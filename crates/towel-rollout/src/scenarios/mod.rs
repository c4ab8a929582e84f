//! Rollouts from beginning to end, against a scripted engine and simulated traffic.

mod bench;
mod shipping;
