//! The same product gives the same bytes; no two files share a path; every file says where it came from.

use std::collections::BTreeSet;

use towel_render::{Target, render};

use crate::sample::{SAMPLE, product};

#[test]
fn the_same_product_gives_the_same_bytes() {
    assert_eq!(render(&product(SAMPLE), Target::ALL), render(&product(SAMPLE), Target::ALL));
}

#[test]
fn a_target_alone_renders_what_it_renders_among_all() {
    let all = render(&product(SAMPLE), Target::ALL);
    for target in Target::ALL {
        let alone = render(&product(SAMPLE), &[*target]).files;
        let among: Vec<_> = all.files.iter().filter(|file| file.target == *target).cloned().collect();
        assert_eq!(alone, among, "{}", target.name());
    }
}

#[test]
fn no_two_files_share_a_path_and_none_leads_out_of_the_folder() {
    let mut seen = BTreeSet::new();
    for file in render(&product(SAMPLE), Target::ALL).files {
        assert!(
            !file.path.starts_with('/') && !file.path.split('/').any(|part| matches!(part, ".." | "." | "")),
            "{}",
            file.path
        );
        assert!(seen.insert(file.path.clone()), "{} is rendered twice", file.path);
    }
}

#[test]
fn every_file_ends_with_one_line_break_and_says_where_it_came_from() {
    for file in render(&product(SAMPLE), Target::ALL).files {
        assert!(file.contents.ends_with('\n') && !file.contents.ends_with("\n\n"), "{} ends oddly", file.path);
        assert!(
            !file.contents.lines().any(|line| line.ends_with([' ', '\t'])),
            "{} has spaces at a line's end",
            file.path
        );
        let has_comments = !file.path.ends_with(".json");
        let head: String = file.contents.lines().take(5).collect();
        assert!(
            !has_comments || head.contains("Rendered by towel from towel.yaml"),
            "{} does not say where it came from",
            file.path
        );
    }
}
