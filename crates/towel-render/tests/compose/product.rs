//! The product that is started.

use std::fs;
use std::path::Path;

use towel_render::{Product, Target, render};
use towel_source::{Sources, human};

/// Renders Compose files into a folder, where `.env` is filled in as a person would.
pub(crate) fn write(text: &str, environment: &str, folder: &Path) {
    for file in render(&product(text), &[Target::Compose, Target::Env]).files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file.contents).unwrap();
    }
    fs::write(folder.join(".env"), environment).unwrap();
}

fn product(text: &str) -> Product {
    let mut sources = Sources::new();
    let file = sources.add("towel.yaml", text);
    let model = towel_model::read(&sources, file).model.unwrap();
    let names: Vec<String> = model.environments().iter().map(|environment| environment.name.to_string()).collect();
    let stacks = names.iter().map(|name| {
        let admitted = towel_check::admit(model.stack(name).0.unwrap());
        let refused = |found: Vec<_>| panic!("{}", human(&found, &sources, towel_source::Colour::None));
        admitted.map_or_else(refused, |(stack, _)| stack)
    });
    Product::new(stacks.collect()).unwrap()
}
