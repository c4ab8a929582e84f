//! Which labels the result of an expression has.

use std::collections::BTreeSet;

use super::monitoring::Monitoring;
use super::promql::{Expr, Grouping};
use super::query;

/// Labels of a result.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Labels {
    /// All that a series may have.
    Any,
    /// These and no others.
    Only(BTreeSet<String>),
}

impl Labels {
    fn none() -> Self {
        Self::Only(BTreeSet::new())
    }

    /// Whether a result may have the label.
    pub(super) fn may_have(&self, label: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(labels) => labels.contains(label),
        }
    }

    fn grouped(self, grouping: &Grouping) -> Self {
        match (grouping, self) {
            (Grouping::None, labels) => labels,
            (Grouping::Only(wanted), labels) => {
                Self::Only(wanted.iter().filter(|label| labels.may_have(label)).cloned().collect())
            }
            (Grouping::Without(_), Self::Any) => Self::Any,
            (Grouping::Without(unwanted), Self::Only(labels)) => {
                Self::Only(labels.into_iter().filter(|label| !unwanted.contains(label)).collect())
            }
        }
    }

    fn both(self, other: Self) -> Self {
        match (self, other) {
            (Self::Any, other) | (other, Self::Any) => other,
            (Self::Only(left), Self::Only(right)) => Self::Only(left.intersection(&right).cloned().collect()),
        }
    }
}

/// The labels of an expression's result.
pub(super) fn labels(expression: &Expr, watch: &Monitoring) -> Labels {
    let of_part = |part: Option<&Expr>| part.map_or_else(Labels::none, |part| labels(part, watch));
    match expression {
        Expr::Aggregate { name, of, grouping } => match (name.as_str(), grouping) {
            ("topk" | "bottomk" | "limitk" | "limit_ratio", _) => of_part(of.last()),
            (_, Grouping::None) => Labels::none(),
            (_, grouping) => of_part(of.last()).grouped(grouping),
        },
        Expr::Both { left, sign, right, matching, many } => {
            let (of_left, of_right) = (labels(left, watch), labels(right, watch));
            match (sign.as_str(), query::constant(left), query::constant(right)) {
                (_, Some(_), _) => of_right,
                (_, _, Some(_)) | ("and" | "unless", _, _) => of_left,
                ("or", ..) => of_left.both(of_right),
                _ if *many => of_left,
                _ => of_left.grouped(matching),
            }
        }
        Expr::Negative(of) | Expr::Subquery(of) => labels(of, watch),
        Expr::Call { name, of } => match name.as_str() {
            "vector" | "time" | "scalar" | "hour" | "minute" | "month" | "day_of_week" => Labels::none(),
            "absent" | "absent_over_time" => Labels::Only(equalities(of)),
            "histogram_quantile" | "quantile_over_time" => {
                of_part(of.get(1)).grouped(&Grouping::Without(vec!["le".to_owned()]))
            }
            "label_replace" | "label_join" => Labels::Any,
            _ => of_part(of.first()),
        },
        Expr::Selector(selector) => of_series(&selector.name, watch),
        Expr::Number(_) | Expr::Text(_) => Labels::none(),
    }
}

/// What `absent` can say of a series that is not there.
fn equalities(arguments: &[Expr]) -> BTreeSet<String> {
    let Some(Expr::Selector(selector)) = arguments.first() else { return BTreeSet::new() };
    selector.matchers.iter().filter(|it| it.sign == "=").map(|it| it.label.clone()).collect()
}

fn of_series(name: &str, watch: &Monitoring) -> Labels {
    watch.recorded(name).map_or(Labels::Any, |rule| match labels(&rule.expression, watch) {
        Labels::Any => Labels::Any,
        Labels::Only(mut labels) => {
            labels.extend(rule.labels.keys().cloned());
            Labels::Only(labels)
        }
    })
}

#[test]
fn labels_follow_the_expression() {
    let labels_of = |text: &str| labels(&super::promql::read(text).unwrap(), &Monitoring::default());
    let only = |names: &[&str]| Labels::Only(names.iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(labels_of("sum by (job, le) (rate(a_bucket[5m]))"), only(&["job", "le"]));
    assert_eq!(labels_of("histogram_quantile(0.9, sum by (job, le) (rate(a_bucket[5m])))"), only(&["job"]));
    assert_eq!(labels_of("sum(a) / sum(b) > 1"), only(&[]));
    assert_eq!(labels_of("absent(up{job=\"a\"} == 1)"), only(&[]));
    assert_eq!(labels_of("max without (instance) (a)"), Labels::Any);
}
