//! Rollouts from beginning to end, against a scripted engine and simulated traffic.

mod bench;
mod crash;
mod evidence;
mod freeze;
mod health;
mod orders;
mod preparation;
mod shipping;
mod sizes;

pub(crate) use bench::canary;
