//! Damaged inputs: whatever is missing or odd, the file that is written passes all rules, or nothing is written.

use towel_import::{Folder, detect};

use crate::support::{sound, try_import};
use crate::{compose, detect as repositories, kamal, render, score};

const SAMPLES: [(&str, &str); 5] = [
    ("compose.yaml", compose::SHOP),
    ("score.yaml", score::API),
    ("deploy.yml", kamal::DEPLOY),
    ("render.yaml", render::BLUEPRINT),
    ("projects.yaml", render::PROJECTS),
];

fn check(name: &str, text: &str) -> bool {
    match try_import(&[(name, text)], &[name]) {
        Ok(imported) => {
            sound(&imported.draft);
            true
        }
        Err(said) => {
            assert!(said.starts_with("error["), "{said}");
            false
        }
    }
}

#[test]
fn a_file_in_which_any_line_is_missing_still_gives_a_sound_one() {
    for (name, text) in SAMPLES {
        let lines: Vec<&str> = text.lines().collect();
        let mut read = 0;
        for missing in 0..lines.len() {
            let rest: Vec<&str> =
                lines.iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, line)| *line).collect();
            read += usize::from(check(name, &rest.join("\n")));
        }
        assert!(read * 2 > lines.len(), "most of {name} is read without a line: {read} of {}", lines.len());
    }
}

#[test]
fn a_file_in_which_any_value_is_odd_still_gives_a_sound_one() {
    for (name, text) in SAMPLES {
        for odd in ["", "ünïcødé 🧻", "${", "-1", "[a, b]", "{ a: b }", "\"\\u0007\""] {
            let lines: Vec<&str> = text.lines().collect();
            for at in 0..lines.len() {
                let Some((key, _)) = lines[at].split_once(": ") else { continue };
                let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
                changed[at] = format!("{key}: {odd}");
                check(name, &changed.join("\n"));
            }
        }
    }
}

#[test]
fn a_repository_in_which_any_file_is_missing_or_odd_still_gives_a_sound_file() {
    for at in 0..repositories::MONOREPO.len() {
        for odd in
            [None, Some(""), Some("ünïcødé 🧻 = { [ \"\n"), Some("[]"), Some("{\"dependencies\": [], \"scripts\": 3}")]
        {
            let files = repositories::MONOREPO.iter().enumerate().filter_map(|(number, (path, text))| {
                let text = if number == at { odd? } else { text };
                Some((*path, text))
            });
            sound(&detect(&Folder::new(files), "shop").draft);
        }
    }
}
