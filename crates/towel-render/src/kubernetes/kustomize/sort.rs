//! Sorts one group of objects of all environments into the base and the overlays.

use super::generator::Generator;
use super::image::Images;
use super::layer::Layer;
use super::share::{Shared, written};
use crate::kubernetes::object::{Object, Part};

/// A base, and an overlay for each environment.
pub(super) struct Layers<'a> {
    pub(super) base: Layer<'a>,
    pub(super) overlays: Vec<Layer<'a>>,
}

/// The objects of one environment, taken out one by one.
struct Stock<'a> {
    objects: Vec<Option<Object<'a>>>,
    generators: Vec<Generator>,
}

/// From the group's objects in each environment.
pub(super) fn sort<'a>(objects: Vec<Vec<Object<'a>>>, images: &Images<'_>) -> Layers<'a> {
    let mut stocks: Vec<Stock<'a>> = objects.into_iter().map(Stock::of).collect();
    let overlays = stocks.iter().map(|_| Layer::default()).collect();
    let mut layers = Layers { base: Layer::default(), overlays };
    layers.share_objects(&mut stocks, images);
    layers.share_generators(&stocks);
    for (overlay, stock) in layers.overlays.iter_mut().zip(stocks) {
        for object in stock.objects.into_iter().flatten() {
            overlay.resources.push(object.part, written(object, images));
        }
    }
    layers
}

impl<'a> Layers<'a> {
    fn share_objects(&mut self, stocks: &mut [Stock<'a>], images: &Images<'_>) {
        for places in places_in_all(stocks) {
            let pairs = places.iter().zip(stocks.iter_mut());
            let taken = pairs.filter_map(|(place, stock)| stock.objects.get_mut(*place).and_then(Option::take));
            let Some(shared) = Shared::of(taken.collect(), images) else { continue };
            self.base.resources.push(shared.part, shared.base);
            let changes = shared.patches.into_iter().zip(shared.replicas);
            for (overlay, (patch, replicas)) in self.overlays.iter_mut().zip(changes) {
                patch.into_iter().for_each(|patch| overlay.patches.push(shared.part, patch));
                overlay.replicas.extend(replicas);
            }
        }
    }

    fn share_generators(&mut self, stocks: &[Stock<'a>]) {
        let of = |stock: &'_ Stock<'a>, name: &str| stock.generators.iter().position(|it| it.name == name);
        let Some(first) = stocks.first() else { return };
        let mut shared: Vec<Generator> = Vec::new();
        for generator in &first.generators {
            let all = stocks.iter().map(|stock| stock.generators.get(of(stock, &generator.name)?));
            shared.extend(all.collect::<Option<Vec<_>>>().and_then(|all| Generator::shared(&all)));
        }
        for (overlay, stock) in self.overlays.iter_mut().zip(stocks) {
            let own = stock.generators.iter().filter_map(|it| match shared.iter().find(|base| base.name == it.name) {
                Some(base) => it.beyond(base),
                None => Some(it.whole()),
            });
            overlay.generators = own.collect();
        }
        self.base.generators = shared.iter().map(Generator::whole).collect();
    }
}

impl<'a> Stock<'a> {
    fn of(objects: Vec<Object<'a>>) -> Self {
        let mut generators = Vec::new();
        let mut rest = Vec::with_capacity(objects.len());
        for object in objects {
            match Generator::of(&object) {
                Some(generator) => generators.push(generator),
                None => rest.push(Some(object)),
            }
        }
        Self { objects: rest, generators }
    }

    fn place(&self, object: &Object<'_>) -> Option<usize> {
        let same = |it: &Object<'_>| it.kind == object.kind && it.name == object.name;
        self.objects.iter().position(|it| it.as_ref().is_some_and(same))
    }
}

/// For each object that every environment has, its place in each.
fn places_in_all(stocks: &[Stock<'_>]) -> Vec<Vec<usize>> {
    let Some(first) = stocks.first() else { return Vec::new() };
    let shareable = first.objects.iter().flatten().filter(|object| !is_of_overlays(object.part));
    shareable.filter_map(|object| stocks.iter().map(|stock| stock.place(object)).collect()).collect()
}

/// What an administrator applies stands whole in each overlay, so that he can read it in one place.
fn is_of_overlays(part: Part<'_>) -> bool {
    matches!(part, Part::Product("access" | "namespace"))
}
