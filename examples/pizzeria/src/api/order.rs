//! Orders: what is on the menu, what was asked for, and how far it is.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// What can be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Dish {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) cents: u32,
}

pub(super) const MENU: [Dish; 6] = [
    Dish { name: "margherita", title: "Margherita", cents: 850 },
    Dish { name: "marinara", title: "Marinara", cents: 750 },
    Dish { name: "funghi", title: "Funghi", cents: 950 },
    Dish { name: "diavola", title: "Diavola", cents: 1050 },
    Dish { name: "quattro-formaggi", title: "Quattro formaggi", cents: 1150 },
    Dish { name: "ortolana", title: "Ortolana", cents: 990 },
];

/// How far an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    Received,
    Dough,
    Oven,
    Ready,
    Delivered,
}

pub(super) const STAGES: [Stage; 5] = [Stage::Received, Stage::Dough, Stage::Oven, Stage::Ready, Stage::Delivered];

/// How long an order stays at a stage.
pub(super) const STEP: Duration = Duration::from_secs(2);

/// An order as it is kept. Its stage follows from its age, so that nothing has to be written again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) id: String,
    pub(super) pizza: String,
    pub(super) name: String,
    /// Milliseconds since 1970; none for an order that was derived from its id.
    pub(super) placed: Option<u64>,
}

/// An order as it is told.
#[derive(Debug, Serialize)]
pub(super) struct Progress<'a> {
    #[serde(flatten)]
    pub(super) order: &'a Order,
    pub(super) stage: Stage,
}

impl Order {
    /// The order that a client names by `key`: the same key is the same order on every instance.
    pub(super) fn new(key: &str, pizza: Option<&str>, name: Option<&str>) -> Self {
        let hash = hash_of(key);
        let pizza = pizza.unwrap_or_else(|| dish_of(hash));
        Self {
            id: format!("{hash:016x}"),
            pizza: pizza.to_owned(),
            name: name.unwrap_or("guest").to_owned(),
            placed: Some(now()),
        }
    }

    /// The order of an id that this instance has not seen: another one took it, long enough ago.
    pub(super) fn derived(id: &str) -> Option<Self> {
        let hash = Some(id).filter(|id| id.len() == 16).and_then(|id| u64::from_str_radix(id, 16).ok())?;
        let (pizza, name) = (dish_of(hash).to_owned(), "guest".to_owned());
        Some(Self { id: format!("{hash:016x}"), pizza, name, placed: None })
    }

    /// The order with how far it is now.
    pub(super) fn progress(&self) -> Progress<'_> {
        self.at(stage_at(self.placed, now()))
    }

    /// The order with a stage.
    pub(super) fn at(&self, stage: Stage) -> Progress<'_> {
        Progress { order: self, stage }
    }
}

fn stage_at(placed: Option<u64>, now: u64) -> Stage {
    let Some(placed) = placed else { return Stage::Delivered };
    let age = Duration::from_millis(now.saturating_sub(placed));
    let steps = (age.as_millis() / STEP.as_millis()) as usize;
    STAGES[steps.min(STAGES.len() - 1)]
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn dish_of(hash: u64) -> &'static str {
    MENU[(hash % MENU.len() as u64) as usize].name
}

/// FNV-1a: spreads keys well enough for ids, and is the same on every machine.
fn hash_of(key: &str) -> u64 {
    key.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_is_the_same_order_everywhere() {
        let (one, other) = (Order::new("k1", None, None), Order::new("k1", None, None));
        assert_eq!((&one.id, &one.pizza), (&other.id, &other.pizza));
        assert_ne!(one.id, Order::new("k2", None, None).id);
        assert_eq!(Order::derived(&one.id).unwrap().pizza, one.pizza);
    }

    #[test]
    fn only_ids_that_could_have_been_given_out_are_derived() {
        assert!(Order::derived("0123456789abcdef").is_some());
        assert!(Order::derived("none").is_none());
        assert!(Order::derived("0123456789abcdefg").is_none());
    }

    #[test]
    fn an_order_moves_on_with_its_age() {
        assert_eq!(stage_at(Some(1000), 1000), Stage::Received);
        assert_eq!(stage_at(Some(1000), 3500), Stage::Dough);
        assert_eq!(stage_at(Some(1000), 99_000), Stage::Delivered);
        assert_eq!(stage_at(None, 0), Stage::Delivered);
    }
}
