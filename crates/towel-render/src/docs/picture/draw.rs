//! The picture as SVG.

use towel_model::Stack;

use super::arrange::{Arrangement, LINE, NAME, PADDING, Placed, arrange};
use super::graph::{Graph, Shape, graph};
use super::palette::STYLE;
use super::width::{cut, width};
use crate::file::origin;

const MARGIN: f64 = 28.0;
/// Title, line about it, and headings of the columns.
const TOP: f64 = 108.0;
/// The legend.
const BOTTOM: f64 = 56.0;
/// Room for title and legend when there is little else.
const NARROWEST: f64 = 620.0;

/// The architecture of one environment.
pub(in crate::docs) fn svg(stack: &Stack) -> String {
    let graph = graph(stack);
    let arrangement = arrange(&graph);
    let wide = arrangement.width.max(NARROWEST) + 2.0 * MARGIN;
    let high = arrangement.height + TOP + BOTTOM + MARGIN;
    let mut out = String::new();
    let mut drawing = Drawing { out: &mut out, graph: &graph };
    drawing.open(stack, wide, high);
    drawing.title(stack, wide);
    drawing.headings(&arrangement);
    arrangement.arrows.iter().for_each(|points| drawing.arrow(points));
    arrangement.boxes.iter().for_each(|placed| drawing.node(placed));
    drawing.legend(high, wide);
    out.push_str("</svg>\n");
    out
}

struct Drawing<'a> {
    out: &'a mut String,
    graph: &'a Graph,
}

impl Drawing<'_> {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn open(&mut self, stack: &Stack, wide: f64, high: f64) {
        let (wide, high) = (pixels(wide.ceil()), pixels(high.ceil()));
        self.out.push_str(&format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" width=\"{wide}\" height=\"{high}\" role=\"img\" aria-labelledby=\"title about\">\n"
        ));
        let comment = origin("<!--", "");
        self.line(&format!("{} -->", comment.trim_end()));
        self.line(&format!("<title id=\"title\">The architecture of {}</title>", escaped(&stack.name)));
        self.line(&format!("<desc id=\"about\">{}</desc>", escaped(&self.spoken())));
        self.line(&format!("<style>\n{STYLE}</style>"));
        self.line("<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path class=\"head\" d=\"M0 0.5 L8 4 L0 7.5 z\"/></marker></defs>");
        self.line(&format!("<rect class=\"page\" width=\"{wide}\" height=\"{high}\"/>"));
    }

    /// What is drawn, in words, for who does not see it.
    fn spoken(&self) -> String {
        let name = |node: usize| self.graph.nodes[node].name.as_str();
        let needs: Vec<String> =
            self.graph.edges.iter().map(|(from, to)| format!("{} needs {}", name(*from), name(*to))).collect();
        if needs.is_empty() { "No part needs another.".to_owned() } else { format!("{}.", needs.join("; ")) }
    }

    fn title(&mut self, stack: &Stack, wide: f64) {
        let about = stack.description.as_ref().map(|about| format!("{about}. ", about = about.trim_end_matches('.')));
        let about = format!("{}In {}.", about.unwrap_or_default(), stack.environment.name.as_str());
        let about = cut(&about, 12.0, wide - 2.0 * MARGIN);
        self.text("title", MARGIN, MARGIN + 18.0, &cut(&stack.name, 22.0, wide - 2.0 * MARGIN));
        self.text("about", MARGIN, MARGIN + 40.0, &about);
    }

    /// One heading over each run of columns of one kind.
    fn headings(&mut self, arrangement: &Arrangement) {
        let mut last = None;
        for (x, _, shape) in &arrangement.columns {
            if last != Some(*shape) {
                self.text("heading", MARGIN + x, TOP - 16.0, heading(*shape));
            }
            last = Some(*shape);
        }
    }

    /// Curves between columns, straight lines through them.
    fn arrow(&mut self, points: &[(f64, f64)]) {
        let mut path = String::new();
        for (place, (x, y)) in points.iter().map(|(x, y)| (x + MARGIN, y + TOP)).enumerate() {
            if place == 0 {
                path.push_str(&format!("M{} {}", pixels(x), pixels(y)));
            } else if place.is_multiple_of(2) {
                path.push_str(&format!(" L{} {}", pixels(x), pixels(y)));
            } else {
                let (from, start) = points[place - 1];
                let (from, start) = (from + MARGIN, start + TOP);
                let middle = pixels((from + x) / 2.0);
                path.push_str(&format!(
                    " C{middle} {} {middle} {} {} {}",
                    pixels(start),
                    pixels(y),
                    pixels(x),
                    pixels(y)
                ));
            }
        }
        self.line(&format!("<path class=\"arrow\" marker-end=\"url(#head)\" d=\"{path}\"/>"));
    }

    fn node(&mut self, placed: &Placed) {
        let shape = self.graph.nodes[placed.node].shape;
        let (x, y) = (placed.x + MARGIN, placed.y + TOP);
        self.shape(shape, x, y, placed.width, placed.height);
        let lid = if shape == Shape::Datastore { 8.0 } else { 0.0 };
        let mut foot = y + PADDING + lid + NAME - 2.0;
        self.text("name", x + PADDING, foot, &placed.name);
        for line in &placed.lines {
            foot += LINE;
            self.text("fact", x + PADDING, foot, line);
        }
    }

    fn shape(&mut self, shape: Shape, x: f64, y: f64, width: f64, height: f64) {
        let (left, top, wide, high) = (pixels(x), pixels(y), pixels(width), pixels(height));
        let rectangle = |class: &str, round: f64| {
            format!(
                "<rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{high}\" rx=\"{round}\"/>"
            )
        };
        match shape {
            Shape::Client => self.line(&rectangle("client", 14.0)),
            Shape::Address => self.line(&rectangle("address", (height / 2.0).min(24.0))),
            Shape::Service => self.line(&rectangle("service", 4.0)),
            Shape::Datastore => self.cylinder(x, y, width, height),
        }
    }

    fn cylinder(&mut self, x: f64, y: f64, width: f64, height: f64) {
        let (bend, half) = (7.0, pixels(width / 2.0));
        let (left, right, top, bottom) = (pixels(x), pixels(x + width), pixels(y + bend), pixels(y + height - bend));
        self.line(&format!(
            "<path class=\"datastore\" d=\"M{left} {top} A{half} {bend} 0 0 1 {right} {top} L{right} {bottom} A{half} {bend} 0 0 1 {left} {bottom} Z\"/>"
        ));
        self.line(&format!("<path class=\"lid\" d=\"M{left} {top} A{half} {bend} 0 0 0 {right} {top}\"/>"));
    }

    fn legend(&mut self, high: f64, wide: f64) {
        let foot = high - MARGIN;
        self.line(&format!(
            "<line class=\"rule\" x1=\"{MARGIN}\" y1=\"{0}\" x2=\"{1}\" y2=\"{0}\"/>",
            pixels(foot - 30.0),
            pixels(wide - MARGIN)
        ));
        let mut x = MARGIN;
        for (shape, words) in [
            (Shape::Client, "runs on users' devices"),
            (Shape::Address, "address on the outside"),
            (Shape::Service, "service"),
            (Shape::Datastore, "keeps data"),
        ] {
            if self.graph.nodes.iter().any(|node| node.shape == shape) {
                self.shape(shape, x, foot - 16.0, 26.0, 20.0);
                self.text("key", x + 34.0, foot - 2.0, words);
                x += 34.0 + width(words, 12.0) + 22.0;
            }
        }
        if !self.graph.edges.is_empty() {
            let middle = foot - 6.0;
            self.line(&format!(
                "<path class=\"arrow\" marker-end=\"url(#head)\" d=\"M{} {1} L{2} {1}\"/>",
                pixels(x),
                pixels(middle),
                pixels(x + 26.0)
            ));
            self.text("key", x + 34.0, foot - 2.0, "needs");
        }
    }

    fn text(&mut self, class: &str, x: f64, y: f64, text: &str) {
        self.line(&format!("<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>", pixels(x), pixels(y), escaped(text)));
    }
}

const fn heading(shape: Shape) -> &'static str {
    match shape {
        Shape::Client => "CLIENTS",
        Shape::Address => "ADDRESSES",
        Shape::Service => "SERVICES",
        Shape::Datastore => "DATASTORES",
    }
}

/// Tenths of a pixel are enough.
fn pixels(value: f64) -> String {
    format!("{}", (value * 10.0).round() / 10.0)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
