//! What was rendered last time: the common ancestor of a person's edits and the new rendering.

use std::collections::BTreeMap;

use towel_source::Sources;

use super::lock::digest;
use super::{Lock, LockError};
use crate::{Product, Target, render};

/// The files of the last rendering, as far as they could be had again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base {
    contents: BTreeMap<String, String>,
}

impl Base {
    /// Renders again what the lock's sources gave. A newer towel may render differently; such files are left out, since
    /// their digest shows that they are not what was there.
    pub fn rendered_again(lock: &Lock, targets: &[Target]) -> Result<Self, LockError> {
        let mut base = Self::default();
        for target in targets {
            let Some((source, environment)) = lock.source(*target)? else { continue };
            let Some(product) = product(&source, environment) else { continue };
            for file in render(&product.with_changes(lock.changes().to_vec()), &[*target]).files {
                base.offer(lock, &file.path, file.contents);
            }
        }
        Ok(base)
    }

    /// Takes `contents` for `path` when they are what was rendered there; says whether.
    pub fn offer(&mut self, lock: &Lock, path: &str, contents: String) -> bool {
        let fits = lock.digest_at(path).is_some_and(|wanted| wanted == digest(&contents));
        if fits {
            self.contents.insert(path.to_owned(), contents);
        }
        fits
    }

    /// Whether it is not known what was rendered at `path`.
    pub fn lacks(&self, path: &str) -> bool {
        !self.contents.contains_key(path)
    }

    /// What was rendered at `path`.
    pub(super) fn at(&self, path: &str) -> Option<&str> {
        self.contents.get(path).map(String::as_str)
    }
}

/// The product of an earlier `towel.yaml`; none when today's rules refuse it.
pub(crate) fn product(source: &str, environment: Option<&str>) -> Option<Product> {
    let mut sources = Sources::new();
    let (file, _) = sources.add_bytes("towel.yaml", source.as_bytes().to_vec());
    let model = towel_model::read(&sources, file).model?;
    let names = model.environments().iter().map(|it| it.name.to_string());
    let wanted = names.filter(|name| environment.is_none_or(|wanted| wanted == name));
    let stacks = wanted.map(|name| towel_check::admit(model.stack(&name).0?).ok().map(|(stack, _)| stack));
    Product::new(stacks.collect::<Option<Vec<_>>>()?)
}
