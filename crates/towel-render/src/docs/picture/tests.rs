//! Tests of the picture: boxes do not touch, text fits, arrows go around boxes, and it is XML.

use towel_model::Stack;

use super::arrange::{Arrangement, FACT, NAME, PADDING, arrange};
use super::graph::{Graph, graph};
use super::width::{bold_width, cut, width, wrap};
use super::{mermaid, svg};
use crate::ownership::product;

const SHOP: &str = include_str!("../../../tests/render/sample.yaml");

fn each_stack(check: impl Fn(&Stack)) {
    let random = (0..120).map(towel_testkit::random::product_of);
    for text in std::iter::once(SHOP.to_owned()).chain(random) {
        if let Some(product) = product(&text, None) {
            product.stacks().iter().for_each(|stack| check(stack));
        }
    }
}

fn arranged(stack: &Stack) -> (Graph, Arrangement) {
    let graph = graph(stack);
    let arrangement = arrange(&graph);
    (graph, arrangement)
}

#[test]
fn no_box_covers_another_or_leaves_the_picture() {
    each_stack(|stack| {
        let (_, picture) = arranged(stack);
        for (place, one) in picture.boxes.iter().enumerate() {
            assert!(one.x >= 0.0 && one.y >= -0.01, "{}", one.name);
            assert!(
                one.x + one.width <= picture.width + 0.01 && one.y + one.height <= picture.height + 0.01,
                "{}",
                one.name
            );
            for other in &picture.boxes[place + 1..] {
                let beside = one.x + one.width <= other.x || other.x + other.width <= one.x;
                let apart = one.y + one.height + 10.0 <= other.y || other.y + other.height + 10.0 <= one.y;
                assert!(beside || apart, "{} covers {}", one.name, other.name);
            }
        }
    });
}

#[test]
fn text_fits_into_its_box() {
    each_stack(|stack| {
        for it in arranged(stack).1.boxes {
            let room = it.width - 2.0 * PADDING + 0.01;
            assert!(bold_width(&it.name, NAME) <= room, "{}", it.name);
            it.lines.iter().for_each(|line| assert!(width(line, FACT) <= room, "{}: {line}", it.name));
        }
    });
}

#[test]
fn arrows_pass_between_boxes() {
    each_stack(|stack| {
        let (_, picture) = arranged(stack);
        for points in &picture.arrows {
            // From the second to the last but one, each pair crosses a column.
            for pair in points[1..points.len().saturating_sub(1)].chunks_exact(2) {
                let ((from, y), (to, end)) = (pair[0], pair[1]);
                assert!((y - end).abs() < 0.01, "an arrow is not level in a column");
                for it in picture.boxes.iter().filter(|it| it.x < to && from < it.x + it.width) {
                    assert!(y <= it.y || y >= it.y + it.height, "an arrow runs through {}", it.name);
                }
            }
        }
    });
}

#[test]
fn what_is_needed_stands_to_the_right() {
    each_stack(|stack| {
        let (graph, picture) = arranged(stack);
        for (from, to) in &graph.edges {
            let (from, to) = (&picture.boxes[*from], &picture.boxes[*to]);
            assert!(from.x + from.width <= to.x, "{} needs {}", from.name, to.name);
        }
    });
}

/// Every element that is opened is closed, and nothing but elements begins with `<`.
fn is_well_formed(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        assert!(!before.contains('>') || before.ends_with("-->") || open.last() == Some(&"style"), "{before}");
        let (tag, after) = after.split_once('>').unwrap();
        rest = after;
        if tag.starts_with("!--") || tag.ends_with('/') {
            continue;
        }
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None => open.push(tag.split_whitespace().next().unwrap()),
        }
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(
        text.split('&').skip(1).all(|after| ["amp;", "lt;", "gt;", "quot;"].iter().any(|it| after.starts_with(it)))
    );
}

#[test]
fn it_is_xml_whatever_people_write() {
    each_stack(|stack| is_well_formed(&svg(stack)));
    let text =
        SHOP.replace("Sells towels", "\"<b>Towels</b> & more\"").replace("Orders and payments", "\"a < b && c\"");
    product(&text, None).unwrap().stacks().iter().for_each(|stack| is_well_formed(&svg(stack)));
}

#[test]
fn mermaid_has_every_part_once() {
    let product = product(SHOP, None).unwrap();
    let text = mermaid(product.strictest());
    for part in [
        "api<br/>",
        "web<br/>",
        "worker<br/>",
        "database<br/>",
        "app<br/>",
        "api.shop.example/v1<br/>",
        "[\"shop.example\"]",
    ] {
        assert_eq!(text.matches(part).count(), 1, "{part}\n{text}");
    }
}

#[test]
fn long_text_is_wrapped_and_cut() {
    assert_eq!(wrap("one two three", 10.0, 1000.0, 2), ["one two three"]);
    let lines = wrap("one two three four five six seven", 10.0, 60.0, 2);
    assert_eq!(lines.len(), 2);
    assert!(lines[1].ends_with('…') && lines.iter().all(|line| width(line, 10.0) <= 60.0), "{lines:?}");
    assert!(width(&cut("incomprehensibilities", 10.0, 50.0), 10.0) <= 50.0);
}
