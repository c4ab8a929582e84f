//! Walks through PromQL.

use super::promql::{Expr, Matcher, Selector, read};

/// The expressions of which one is made.
pub(super) fn parts(expression: &Expr) -> Vec<&Expr> {
    match expression {
        Expr::Call { of, .. } | Expr::Aggregate { of, .. } => of.iter().collect(),
        Expr::Negative(of) | Expr::Subquery(of) => vec![of],
        Expr::Both { left, right, .. } => vec![left, right],
        Expr::Number(_) | Expr::Text(_) | Expr::Selector(_) => Vec::new(),
    }
}

/// Every expression within one, itself first, each with those that it stands in.
pub(super) fn all(expression: &Expr) -> Vec<(Vec<&Expr>, &Expr)> {
    fn walk<'e>(expression: &'e Expr, above: &[&'e Expr], found: &mut Vec<(Vec<&'e Expr>, &'e Expr)>) {
        found.push((above.to_vec(), expression));
        let below: Vec<&Expr> = above.iter().copied().chain([expression]).collect();
        parts(expression).into_iter().for_each(|part| walk(part, &below, found));
    }
    let mut found = Vec::new();
    walk(expression, &[], &mut found);
    found
}

/// The function or aggregation of an expression: `rate`, `sum`.
pub(super) fn function(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Call { name, .. } | Expr::Aggregate { name, .. } => Some(name),
        _ => None,
    }
}

/// Every selector within an expression.
pub(super) fn selectors(expression: &Expr) -> Vec<&Selector> {
    let all = all(expression).into_iter();
    all.filter_map(|(_, it)| if let Expr::Selector(selector) = it { Some(selector) } else { None }).collect()
}

/// A selector's matchers of one label.
pub(super) fn matchers<'s>(selector: &'s Selector, label: &'s str) -> impl Iterator<Item = &'s Matcher> {
    selector.matchers.iter().filter(move |it| it.label == label)
}

/// A matcher that stands alone.
pub(super) fn matcher(text: &str) -> Option<Matcher> {
    let Ok(Expr::Selector(selector)) = read(&format!("{{{text}}}")) else { return None };
    selector.matchers.into_iter().next()
}

/// Its value, when it is the same always.
pub(super) fn constant(expression: &Expr) -> Option<f64> {
    match expression {
        Expr::Number(number) => Some(*number),
        Expr::Negative(of) => Some(-constant(of)?),
        Expr::Both { left, sign, right, .. } => {
            let (left, right) = (constant(left)?, constant(right)?);
            match sign.as_str() {
                "+" => Some(left + right),
                "-" => Some(left - right),
                "*" => Some(left * right),
                "/" => Some(left / right),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Numbers that stand in it.
pub(super) fn numbers(expression: &Expr) -> Vec<f64> {
    all(expression).into_iter().filter_map(|(_, it)| constant(it)).collect()
}

/// Something that is compared with a figure.
pub(super) struct Comparison<'e> {
    pub(super) of: &'e Expr,
    /// `>`, as seen from the left.
    pub(super) sign: &'e str,
    pub(super) with: f64,
}

/// Every comparison with a figure.
pub(super) fn comparisons(expression: &Expr) -> Vec<Comparison<'_>> {
    let found = all(expression).into_iter().filter_map(|(_, it)| {
        let Expr::Both { left, sign, right, .. } = it else { return None };
        let turned = match sign.as_str() {
            ">" => "<",
            ">=" => "<=",
            "<" => ">",
            "<=" => ">=",
            "==" | "!=" => sign,
            _ => return None,
        };
        match (constant(left), constant(right)) {
            (None, Some(with)) => Some(Comparison { of: left, sign, with }),
            (Some(with), None) => Some(Comparison { of: right, sign: turned, with }),
            _ => None,
        }
    });
    found.collect()
}

#[test]
fn a_comparison_is_seen_from_the_left() {
    let expression = read("0.5 < sum(rate(a_total[5m])) / 2 * (1 + 1)").unwrap();
    let comparisons = comparisons(&expression);
    assert_eq!((comparisons[0].sign, comparisons[0].with), (">", 0.5));
    assert_eq!(selectors(&expression)[0].range, Some(300.0));
}

#[test]
fn a_matcher_stands_alone() {
    assert!(matcher("severity=~\"critical|warning\"").unwrap().is_match("warning"));
    assert!(matcher("severity=\"critical\"").is_some_and(|it| !it.is_match("warning")));
}
