//! Sorts the objects of all environments into a base and an overlay for each.

use std::collections::HashMap;

use towel_check::CheckedStack;

use super::generator::Generator;
use super::image::Images;
use super::layer::Layer;
use super::share::{Shared, written};
use crate::kubernetes::object::{Object, Part};

/// A base, and an overlay for each environment.
pub(crate) struct Kustomization<'a> {
    pub(super) base: Layer<'a>,
    pub(super) overlays: Vec<(&'a CheckedStack, Layer<'a>)>,
}

/// The objects of one environment, taken out one by one.
struct Stock<'a> {
    objects: Vec<Option<Object<'a>>>,
    generators: Vec<Generator>,
}

impl<'a> Kustomization<'a> {
    /// From each environment with all of its objects.
    pub(crate) fn of(environments: Vec<(&'a CheckedStack, Vec<Object<'a>>)>) -> Self {
        let stacks: Vec<&CheckedStack> = environments.iter().map(|(stack, _)| *stack).collect();
        let images = Images::of(&stacks);
        let mut stocks: Vec<Stock<'a>> = environments.into_iter().map(|(_, objects)| Stock::of(objects)).collect();
        let overlay =
            |stack: &&'a CheckedStack| (*stack, Layer { images: images.of_overlay(stack), ..Layer::default() });
        let mut kustomization = Self { base: Layer::default(), overlays: stacks.iter().map(overlay).collect() };
        kustomization.share_objects(&mut stocks, &images);
        kustomization.share_generators(&stocks);
        for ((_, overlay), stock) in kustomization.overlays.iter_mut().zip(stocks) {
            for object in stock.objects.into_iter().flatten() {
                overlay.resources.push(object.part, written(object, &images));
            }
        }
        kustomization
    }

    fn share_objects(&mut self, stocks: &mut [Stock<'a>], images: &Images<'_>) {
        for places in places_in_all(stocks) {
            let taken = places
                .iter()
                .zip(stocks.iter_mut())
                .filter_map(|(place, stock)| stock.objects.get_mut(*place).and_then(Option::take));
            let Some(shared) = Shared::of(taken.collect(), images) else { continue };
            self.base.resources.push(shared.part, shared.base);
            let changes = shared.patches.into_iter().zip(shared.replicas);
            for ((_, overlay), (patch, replicas)) in self.overlays.iter_mut().zip(changes) {
                patch.into_iter().for_each(|patch| overlay.patches.push(shared.part, patch));
                overlay.replicas.extend(replicas);
            }
        }
    }

    fn share_generators(&mut self, stocks: &[Stock<'a>]) {
        let mut shared: HashMap<String, Generator> = HashMap::new();
        let by_name: Vec<HashMap<&str, &Generator>> = stocks.iter().map(Stock::generators_by_name).collect();
        for generator in stocks.first().iter().flat_map(|stock| &stock.generators) {
            let all: Option<Vec<_>> = by_name.iter().map(|it| it.get(generator.name.as_str()).copied()).collect();
            if let Some(base) = all.and_then(|all| Generator::shared(&all)) {
                self.base.generators.push(base.whole());
                shared.insert(base.name.clone(), base);
            }
        }
        for ((_, overlay), stock) in self.overlays.iter_mut().zip(stocks) {
            overlay.generators = stock
                .generators
                .iter()
                .filter_map(|generator| match shared.get(&generator.name) {
                    Some(base) => generator.beyond(base),
                    None => Some(generator.whole()),
                })
                .collect();
        }
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

    fn generators_by_name(&self) -> HashMap<&str, &Generator> {
        self.generators.iter().map(|generator| (generator.name.as_str(), generator)).collect()
    }

    fn is_at(&self, place: usize, object: &Object<'_>) -> bool {
        let found = self.objects.get(place).and_then(Option::as_ref);
        found.is_some_and(|found| found.kind == object.kind && found.name == object.name)
    }
}

/// Finds objects of one environment in another. They are made in the same order, so the next is mostly the one that
/// stands behind the last.
struct Search<'s, 'a> {
    stock: &'s Stock<'a>,
    next: usize,
    places: Option<HashMap<(&'static str, &'s str), usize>>,
}

impl<'s, 'a> Search<'s, 'a> {
    fn place(&mut self, object: &Object<'_>) -> Option<usize> {
        let place = if self.stock.is_at(self.next, object) { self.next } else { self.look_up(object)? };
        self.next = place + 1;
        Some(place)
    }

    fn look_up(&mut self, object: &Object<'_>) -> Option<usize> {
        let objects = self.stock.objects.iter().enumerate();
        let places = self.places.get_or_insert_with(|| {
            let found = objects.filter_map(|(place, object)| Some((place, object.as_ref()?)));
            found.map(|(place, object)| ((object.kind, object.name.as_str()), place)).collect()
        });
        places.get(&(object.kind, object.name.as_str())).copied()
    }
}

/// For each object that every environment has, its place in each.
fn places_in_all(stocks: &[Stock<'_>]) -> Vec<Vec<usize>> {
    let Some((first, others)) = stocks.split_first() else { return Vec::new() };
    let mut others: Vec<Search<'_, '_>> = others.iter().map(|stock| Search { stock, next: 0, places: None }).collect();
    let mut all = Vec::with_capacity(first.objects.len());
    for (place, object) in first.objects.iter().enumerate() {
        let Some(object) = object.as_ref().filter(|object| !is_of_overlays(object.part)) else { continue };
        // Every search goes on, found or not, so that each stays beside the others.
        let found: Vec<Option<usize>> = others.iter_mut().map(|search| search.place(object)).collect();
        let places: Option<Vec<usize>> = std::iter::once(Some(place)).chain(found).collect();
        all.extend(places);
    }
    all
}

/// What an administrator applies stands whole in each overlay, so that he can read it in one place.
fn is_of_overlays(part: Part<'_>) -> bool {
    matches!(part, Part::Product("access" | "namespace"))
}
