//! Tests of the pages: every link leads somewhere, every alert has a runbook, every command exists.

use std::collections::{BTreeMap, BTreeSet};

use crate::alarm::alarms;
use crate::ownership::product;
use crate::{Entry, Product, Target, names, render};

const SHOP: &str = include_str!("../../tests/render/sample.yaml");
const COMMAND_LINE: &str = include_str!("../../../towel/src/cli.rs");

fn shop() -> Product {
    product(SHOP, None).unwrap()
}

fn pages(product: &Product) -> BTreeMap<String, String> {
    render(product, &[Target::Docs]).files.into_iter().map(|file| (file.path, file.contents)).collect()
}

/// What follows `](` in a page, up to `)`.
fn links(page: &str) -> impl Iterator<Item = &str> {
    page.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// The path that a link leads to from a page, without `..`.
fn target(page: &str, link: &str) -> String {
    let mut folders: Vec<&str> = page.split('/').collect();
    folders.pop();
    for part in link.split('/') {
        match part {
            ".." => _ = folders.pop(),
            part => folders.push(part),
        }
    }
    folders.join("/")
}

fn leads_somewhere(product: &Product) {
    let pages = pages(product);
    for (path, page) in pages.iter().filter(|(path, _)| path.ends_with(".md")) {
        for link in links(page).filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = target(path, file);
            let there = pages.get(&target).unwrap_or_else(|| panic!("{path}: {link} leads to {target}"));
            assert!(anchor.is_empty() || there.contains(&format!("\n## {anchor}\n")), "{path}: {link} has no heading");
        }
    }
}

#[test]
fn every_link_leads_to_a_page() {
    leads_somewhere(&shop());
    leads_somewhere(&product("towel: 1\nname: p\nservices: { api: { run: ./api, port: 3000 } }", None).unwrap());
    (0..40)
        .map(towel_testkit::random::product_of)
        .filter_map(|text| product(&text, None))
        .for_each(|it| leads_somewhere(&it));
}

#[test]
fn every_alert_of_every_environment_has_a_runbook_with_all_parts() {
    let (product, parts) =
        (shop(), ["What it means", "Who notices", "Find the cause", "End it", "It is over when", "When exactly"]);
    let pages = pages(&product);
    for alarm in product.stacks().iter().flat_map(alarms) {
        let page = &pages[&names::runbook_path(&alarm.name)];
        for part in parts {
            let (_, rest) =
                page.split_once(&format!("\n## {part}\n")).unwrap_or_else(|| panic!("{}: {part}", alarm.name));
            let body = rest.split("\n## ").next().unwrap();
            assert!(body.trim().len() > 10, "{}: {part} is empty", alarm.name);
        }
        assert!(!page.contains("{{"), "{}: a template is left over", alarm.name);
    }
}

#[test]
fn the_index_lists_every_runbook() {
    let pages = pages(&shop());
    let index = &pages["docs/platform/runbooks/README.md"];
    let runbooks: BTreeSet<&str> =
        pages.keys().filter_map(|path| path.strip_prefix("docs/platform/runbooks/")).collect();
    for name in runbooks.into_iter().filter(|name| *name != "README.md") {
        assert!(index.contains(&format!("({name})")), "{name}");
    }
}

/// Lines in blocks of shell.
fn commands(page: &str) -> Vec<&str> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in page.lines().map(str::trim) {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside {
            found.push(line);
        }
    }
    found
}

#[test]
fn towel_has_every_command_and_option_that_pages_tell_people_to_type() {
    let variant = |command: &str| {
        let mut letters = command.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    let mut seen = BTreeSet::new();
    for (path, page) in pages(&shop()) {
        for line in commands(&page).into_iter().filter(|line| line.starts_with("towel ")) {
            let words: Vec<&str> = line.split_whitespace().skip(1).collect();
            let words = if words[0] == "--env" { &words[2..] } else { &words[..] };
            let known =
                [" {", "(", ","].iter().any(|end| COMMAND_LINE.contains(&format!("    {}{end}", variant(words[0]))));
            assert!(known, "{path}: towel has no command `{}`", words[0]);
            // What `exec` runs has options of its own.
            let own = words.iter().take_while(|word| **word != "exec");
            for option in own.filter(|word| word.starts_with("--")) {
                let field = option.trim_start_matches('-').replace('-', "_");
                let named = COMMAND_LINE.contains(&format!("{field}: "))
                    || COMMAND_LINE.contains(&format!("long = \"{field}\""));
                assert!(named, "{path}: towel has no option `{option}`");
            }
            seen.insert(words[0].to_owned());
        }
    }
    assert!(seen.len() > 8, "{seen:?}");
}

#[test]
fn clusters_are_asked_with_kubectl_and_machines_with_towel() {
    let pages = pages(&shop());
    let playbook = &pages["docs/platform/playbooks/service-down.md"];
    assert!(playbook.contains("# dev\n   towel status\n"), "{playbook}");
    assert!(playbook.contains("# production\n   kubectl --context production -n shop-production get "), "{playbook}");
}

#[test]
fn no_value_of_a_person_breaks_a_table() {
    let text = SHOP
        .replace("Orders and payments", "\"Orders | payments <b> `x`\"")
        .replace("npm run migrate", "sh -c 'a | b'");
    let pages = pages(&product(&text, None).unwrap());
    for (path, page) in pages.iter().filter(|(path, _)| path.ends_with(".md")) {
        let mut columns = None;
        for line in page.lines() {
            let count = line.replace("\\|", "").matches('|').count();
            columns = line.starts_with('|').then(|| columns.unwrap_or(count));
            assert!(columns.is_none_or(|columns| columns == count), "{path}: {line}");
        }
    }
    assert!(
        pages["docs/platform/README.md"].contains("Orders \\| payments \\<b> \\`x\\`"),
        "{}",
        pages["docs/platform/README.md"]
    );
}

#[test]
fn changes_are_told_by_day() {
    let entry = Entry { date: "2026-11-21".to_owned(), lines: vec!["dev: `services.api` added".to_owned()] };
    let page = pages(&shop().with_changes(vec![entry])).remove("docs/platform/CHANGELOG.md").unwrap();
    assert!(page.ends_with("\n## 2026-11-21\n\n- dev: `services.api` added\n"), "{page}");
}
