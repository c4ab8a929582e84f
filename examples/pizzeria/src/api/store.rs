//! Where orders are kept: in this instance's memory, or in Redis for all instances.

use std::collections::VecDeque;
use std::io;
use std::sync::Mutex;

use super::order::Order;
use super::redis::Redis;
use super::resp::Reply;

/// Orders that are remembered; older ones are derived from their ids.
const REMEMBERED: usize = 1000;
const KEPT_SECONDS: &str = "86400";
const RECENT: &str = "pizzeria:recent";

/// Keeps orders.
#[derive(Debug)]
pub(super) enum Store {
    /// Newest first; gone with the process, unknown to other instances.
    Memory(Mutex<VecDeque<Order>>),
    /// Shared.
    Redis(Box<Redis>),
}

/// An order that is kept now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) order: Order,
    /// Whether it was not there before.
    pub(super) new: bool,
}

impl Store {
    /// Memory without a URL, Redis with one.
    pub(super) fn at(url: Option<&str>) -> Result<Self, String> {
        url.map_or_else(|| Ok(Self::Memory(Mutex::default())), |url| Ok(Self::Redis(Box::new(Redis::at(url)?))))
    }

    /// Keeps an order, unless one with its id is there already: then that one is returned.
    pub(super) async fn place(&self, order: Order) -> io::Result<Placed> {
        match self {
            Self::Memory(orders) => Ok(remember(&mut orders.lock().expect("no holder panics"), order)),
            Self::Redis(redis) => keep(redis, order).await,
        }
    }

    /// The order of this id; derived from it when nobody remembers.
    pub(super) async fn find(&self, id: &str) -> io::Result<Option<Order>> {
        let kept = match self {
            Self::Memory(orders) => {
                orders.lock().expect("no holder panics").iter().find(|order| order.id == id).cloned()
            }
            Self::Redis(redis) => decode(redis.run(&["GET", &key(id)]).await?)?,
        };
        Ok(kept.or_else(|| Order::derived(id)))
    }

    /// The newest orders, newest first.
    pub(super) async fn recent(&self, count: usize) -> io::Result<Vec<Order>> {
        let redis = match self {
            Self::Memory(orders) => {
                return Ok(orders.lock().expect("no holder panics").iter().take(count).cloned().collect());
            }
            Self::Redis(redis) => redis,
        };
        let last = count.saturating_sub(1).to_string();
        let Reply::List(orders) = redis.run(&["LRANGE", RECENT, "0", &last]).await? else { return Ok(Vec::new()) };
        orders.into_iter().filter_map(|order| decode(order).transpose()).collect()
    }

    /// Whether orders can be kept now, and where they are.
    pub(super) async fn check(&self) -> (&'static str, io::Result<()>) {
        match self {
            Self::Memory(_) => ("memory", Ok(())),
            Self::Redis(redis) => ("redis", redis.run(&["PING"]).await.map(drop)),
        }
    }
}

fn remember(orders: &mut VecDeque<Order>, order: Order) -> Placed {
    if let Some(known) = orders.iter().find(|known| known.id == order.id) {
        return Placed { order: known.clone(), new: false };
    }
    orders.push_front(order.clone());
    orders.truncate(REMEMBERED);
    Placed { order, new: true }
}

async fn keep(redis: &Redis, order: Order) -> io::Result<Placed> {
    let text = serde_json::to_string(&order)?;
    // Set only if absent, in one step: of two equal requests at the same time one wins.
    if redis.run(&["SET", &key(&order.id), &text, "NX", "EX", KEPT_SECONDS]).await? == Reply::Nothing {
        let known = decode(redis.run(&["GET", &key(&order.id)]).await?)?;
        return Ok(Placed { order: known.unwrap_or(order), new: false });
    }
    redis.run(&["LPUSH", RECENT, &text]).await?;
    redis.run(&["LTRIM", RECENT, "0", &(REMEMBERED - 1).to_string()]).await?;
    Ok(Placed { order, new: true })
}

fn key(id: &str) -> String {
    format!("pizzeria:order:{id}")
}

fn decode(reply: Reply) -> io::Result<Option<Order>> {
    match reply {
        Reply::Text(text) => Ok(Some(serde_json::from_str(&text)?)),
        _nothing => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_same_order_twice_is_kept_once() {
        let store = Store::at(None).unwrap();
        let first = store.place(Order::new("k", Some("funghi"), Some("Ada"))).await.unwrap();
        let second = store.place(Order::new("k", Some("marinara"), None)).await.unwrap();
        assert!(first.new && !second.new);
        assert_eq!(second.order, first.order);
        assert_eq!(store.recent(10).await.unwrap(), [first.order]);
    }

    #[tokio::test]
    async fn an_order_that_another_instance_took_is_derived() {
        let taken = Order::new("elsewhere", None, None);
        let found = Store::at(None).unwrap().find(&taken.id).await.unwrap().unwrap();
        assert_eq!((found.pizza, found.placed), (taken.pizza, None));
    }
}
