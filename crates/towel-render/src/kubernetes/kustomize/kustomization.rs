//! Sorts the objects of all environments into a base and an overlay for each.

use std::collections::HashMap;

use towel_check::CheckedStack;

use super::generator::Generator;
use super::image::Images;
use super::layer::Layer;
use super::share::{Shared, name_image};
use crate::kubernetes::object::{Object, Part};

/// A base, and an overlay for each environment.
pub(crate) struct Kustomization<'a> {
    pub(super) base: Layer<'a>,
    pub(super) overlays: Vec<(&'a CheckedStack, Layer<'a>)>,
}

/// The objects of one environment, taken out one by one.
struct Stock<'a> {
    objects: Vec<Option<Object<'a>>>,
    generators: Vec<Generator<'a>>,
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
            for mut object in stock.objects.into_iter().flatten() {
                name_image(&mut object, &images);
                overlay.resources.push(object.part, object.tree);
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
        let mut shared: HashMap<String, Generator<'a>> = HashMap::new();
        let by_name: Vec<HashMap<&str, &Generator<'a>>> = stocks.iter().map(Stock::generators_by_name).collect();
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

    fn generators_by_name(&self) -> HashMap<&str, &Generator<'a>> {
        self.generators.iter().map(|generator| (generator.name.as_str(), generator)).collect()
    }

    fn places(&self) -> HashMap<(&'static str, &str), usize> {
        let objects = self.objects.iter().enumerate().filter_map(|(place, object)| Some((place, object.as_ref()?)));
        objects.map(|(place, object)| ((object.kind, object.name.as_str()), place)).collect()
    }
}

/// For each object that every environment has, its place in each.
fn places_in_all(stocks: &[Stock<'_>]) -> Vec<Vec<usize>> {
    let all: Vec<_> = stocks.iter().map(Stock::places).collect();
    let first = stocks.first().iter().flat_map(|stock| stock.objects.iter().flatten()).collect::<Vec<_>>();
    let shareable = first.iter().filter(|object| !is_of_overlays(object.part));
    shareable
        .filter_map(|it| all.iter().map(|places| places.get(&(it.kind, it.name.as_str())).copied()).collect())
        .collect()
}

/// What an administrator applies stands whole in each overlay, so that he can read it in one place.
fn is_of_overlays(part: Part<'_>) -> bool {
    matches!(part, Part::Product("access" | "namespace"))
}
