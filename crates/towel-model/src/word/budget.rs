//! Money for a month: `900 USD/month`.

use std::borrow::Cow;

use super::{About, Fault, Json, Word, words};
use crate::Budget;

words!(Budget);

impl Word for Budget {
    fn about() -> About {
        About {
            article: Cow::Borrowed("a budget"),
            code: "bad-budget",
            examples: &["900 USD/month", "49.90 EUR/month"],
            json: Json::Pattern(Cow::Borrowed(r"\d+(\.\d+)? [A-Z]{3}/month")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let Some((money, period)) = text.split_once('/') else {
            return Err(if amount(text).is_some() { Fault::meant(format!("{text}/month")) } else { Fault::form() });
        };
        let (amount, currency) =
            amount(money).ok_or_else(|| Fault::form().help("an amount, a blank and a currency's code"))?;
        match period {
            "month" => Ok(Self { amount, currency }),
            "mo" | "m" => Err(Fault::meant(format!("{money}/month"))),
            "year" | "y" | "yr" => {
                Err(Fault::meant(format!("{} {currency}/month", (amount / 12.0 * 100.0).round() / 100.0)))
            }
            _ => Err(Fault::form().help("a budget is for a month")),
        }
    }
}

fn amount(text: &str) -> Option<(f64, String)> {
    let (number, currency) = text.split_once(' ')?;
    let code = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
    let (count, _) = super::size::decimal(number)?;
    if !code || count == 0 { None } else { Some((number.parse().ok()?, currency.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::about::shown;

    #[test]
    fn a_budget_is_money_for_a_month() {
        let budget = |text: &str| shown(text, |word: Budget| format!("{} {}", word.amount, word.currency));
        assert_eq!(budget("900 USD/month"), "900 USD");
        assert_eq!(budget("900 USD"), "`900 USD` is not a budget; write `900 USD/month`");
        assert_eq!(budget("1200 EUR/year"), "`1200 EUR/year` is not a budget; write `100 EUR/month`");
        assert!(budget("$900/month").contains("a currency's code"));
        assert_eq!(budget("900 USD/fortnight"), "`900 USD/fortnight` is not a budget; a budget is for a month");
    }
}
