//! A reader of PromQL.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use regex::Regex;

use super::unit;

/// An expression, without its parentheses.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    Number(f64),
    Text(String),
    Selector(Selector),
    Subquery(Box<Expr>),
    Call { name: String, of: Vec<Expr> },
    Aggregate { name: String, of: Vec<Expr>, grouping: Grouping },
    Negative(Box<Expr>),
    Both { left: Box<Expr>, sign: String, right: Box<Expr>, matching: Grouping, many: bool },
}

/// A series or several, at one time or over a range of seconds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Selector {
    pub(super) name: String,
    pub(super) matchers: Vec<Matcher>,
    pub(super) range: Option<f64>,
}

/// What a label has to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Matcher {
    pub(super) label: String,
    pub(super) sign: String,
    pub(super) value: String,
}

/// Which labels stay, or by which two sides find each other.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Grouping {
    None,
    Only(Vec<String>),
    Without(Vec<String>),
}

impl Matcher {
    /// Whether it demands a value, rather than excluding some.
    pub(super) fn is_positive(&self) -> bool {
        self.sign.starts_with('=')
    }

    pub(super) fn is_match(&self, value: &str) -> bool {
        let plain = |letter: char| letter.is_alphanumeric() || "_-|/: ".contains(letter);
        let found = match self.sign.ends_with('~') {
            false => self.value == value,
            true if self.value.chars().all(plain) => self.value.split('|').any(|choice| choice == value),
            true => pattern(&self.value).is_some_and(|pattern| pattern.is_match(value)),
        };
        found == self.is_positive()
    }
}

/// A pattern that has to match the whole of a text. Few patterns are asked for very often.
pub(super) fn pattern(text: &str) -> Option<Regex> {
    thread_local! {
        static KNOWN: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| match known.get(text) {
        Some(pattern) => pattern.clone(),
        None => known.entry(text.to_owned()).or_insert(Regex::new(&format!("^(?:{text})$")).ok()).clone(),
    })
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}\"{}\"", self.label, self.sign, self.value)
    }
}

/// The expression that a text is.
pub(super) fn read(text: &str) -> Result<Expr, String> {
    let mut reader = Reader { tokens: tokens(text)?, next: 0 };
    let expression = reader.expression(0)?;
    match reader.peek() {
        Some(token) => Err(format!("unexpected {token:?}")),
        None => Ok(expression),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Name(String),
    /// A number or a duration, as written.
    Figure(String),
    Text(String),
    Sign(String),
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let letters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at).copied() {
        let run = |from: usize, part: fn(char) -> bool| letters[from..].iter().take_while(|it| part(**it)).count();
        if letter.is_whitespace() {
            at += 1;
        } else if letter == '#' {
            at += run(at, |it| it != '\n');
        } else if letter.is_ascii_alphabetic() || letter == '_' {
            let length = run(at, |it| it.is_ascii_alphanumeric() || it == '_' || it == ':');
            tokens.push(Token::Name(letters[at..at + length].iter().collect()));
            at += length;
        } else if letter.is_ascii_digit() || letter == '.' {
            let mut length = run(at, |it| it.is_ascii_alphanumeric() || it == '.');
            if letters[at + length - 1] == 'e' && matches!(letters.get(at + length), Some('-' | '+')) {
                length += 1 + run(at + length + 1, |it| it.is_ascii_digit());
            }
            tokens.push(Token::Figure(letters[at..at + length].iter().collect()));
            at += length;
        } else if letter == '"' || letter == '\'' || letter == '`' {
            let (text, length) = quoted(&letters[at..]).ok_or("a text without an end")?;
            tokens.push(Token::Text(text));
            at += length;
        } else {
            let length = if matches!(letters.get(at + 1), Some('=' | '~')) && "=!<>".contains(letter) { 2 } else { 1 };
            tokens.push(Token::Sign(letters[at..at + length].iter().collect()));
            at += length;
        }
    }
    Ok(tokens)
}

/// A text in quotation marks, and how long it was with them.
fn quoted(letters: &[char]) -> Option<(String, usize)> {
    let mark = letters.first()?;
    let mut text = String::new();
    let mut at = 1;
    loop {
        match letters.get(at)? {
            '\\' if *mark != '`' => {
                text.push(match letters.get(at + 1)? {
                    'n' => '\n',
                    't' => '\t',
                    other => *other,
                });
                at += 2;
            }
            letter if letter == mark => return Some((text, at + 1)),
            letter => {
                text.push(*letter);
                at += 1;
            }
        }
    }
}

const AGGREGATIONS: [&str; 14] = [
    "sum",
    "avg",
    "count",
    "min",
    "max",
    "group",
    "stddev",
    "stdvar",
    "topk",
    "bottomk",
    "count_values",
    "quantile",
    "limitk",
    "limit_ratio",
];

/// How strongly an operator binds.
fn strength(sign: &str) -> Option<u8> {
    Some(match sign {
        "or" => 1,
        "and" | "unless" => 2,
        "==" | "!=" | ">" | "<" | ">=" | "<=" => 3,
        "+" | "-" => 4,
        "*" | "/" | "%" | "atan2" => 5,
        "^" => 6,
        _ => return None,
    })
}

struct Reader {
    tokens: Vec<Token>,
    next: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn take(&mut self) -> Result<Token, String> {
        self.next += 1;
        self.tokens.get(self.next - 1).cloned().ok_or_else(|| "it ends too early".to_owned())
    }

    /// Takes a sign or a word when it is the next.
    fn accept(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(it) | Token::Name(it)) if it == wanted);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, wanted: &str) -> Result<(), String> {
        if self.accept(wanted) { Ok(()) } else { Err(format!("`{wanted}` instead of {:?}", self.peek())) }
    }

    fn expression(&mut self, least: u8) -> Result<Expr, String> {
        let mut left = self.operand()?;
        while let Some(Token::Sign(sign) | Token::Name(sign)) = self.peek().cloned() {
            let Some(strength) = strength(&sign).filter(|it| *it > least || (*it == 6 && least == 6)) else { break };
            self.next += 1;
            self.accept("bool");
            let matching = match (self.accept("on"), self.accept("ignoring")) {
                (true, _) => Grouping::Only(self.names()?),
                (_, true) => Grouping::Without(self.names()?),
                _ => Grouping::None,
            };
            let many = self.accept("group_left") || self.accept("group_right");
            if many && self.peek() == Some(&Token::Sign("(".to_owned())) {
                self.names()?;
            }
            let right = self.expression(strength)?;
            left = Expr::Both { left: Box::new(left), sign, right: Box::new(right), matching, many };
        }
        Ok(left)
    }

    fn operand(&mut self) -> Result<Expr, String> {
        let expression = match self.take()? {
            Token::Sign(sign) if sign == "-" => Expr::Negative(Box::new(self.expression(5)?)),
            Token::Sign(sign) if sign == "+" => self.expression(5)?,
            Token::Sign(sign) if sign == "(" => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                inner
            }
            Token::Sign(sign) if sign == "{" => self.selector(String::new())?,
            Token::Figure(text) => Expr::Number(figure(&text)?),
            Token::Text(text) => Expr::Text(text),
            Token::Name(name) if ["inf", "nan"].contains(&name.to_lowercase().as_str()) => {
                Expr::Number(name.parse().map_err(|_| format!("`{name}` is no number"))?)
            }
            Token::Name(name) if AGGREGATIONS.contains(&name.as_str()) && self.is_aggregation() => {
                self.aggregation(name)?
            }
            Token::Name(name) if self.accept("(") => Expr::Call { name, of: self.arguments()? },
            Token::Name(name) if self.accept("{") => self.selector(name)?,
            Token::Name(name) => Expr::Selector(Selector { name, matchers: Vec::new(), range: None }),
            Token::Sign(sign) => return Err(format!("unexpected `{sign}`")),
        };
        self.over_time(expression)
    }

    fn is_aggregation(&self) -> bool {
        matches!(self.peek(), Some(Token::Sign(it) | Token::Name(it)) if ["(", "by", "without"].contains(&it.as_str()))
    }

    fn aggregation(&mut self, name: String) -> Result<Expr, String> {
        let before = self.grouping()?;
        self.expect("(")?;
        let of = self.arguments()?;
        let grouping = if before == Grouping::None { self.grouping()? } else { before };
        Ok(Expr::Aggregate { name, of, grouping })
    }

    fn grouping(&mut self) -> Result<Grouping, String> {
        Ok(match (self.accept("by"), self.accept("without")) {
            (true, _) => Grouping::Only(self.names()?),
            (_, true) => Grouping::Without(self.names()?),
            _ => Grouping::None,
        })
    }

    fn names(&mut self) -> Result<Vec<String>, String> {
        self.expect("(")?;
        let mut names = Vec::new();
        while !self.accept(")") {
            match self.take()? {
                Token::Name(name) => names.push(name),
                other => return Err(format!("{other:?} is no label")),
            }
            self.accept(",");
        }
        Ok(names)
    }

    fn arguments(&mut self) -> Result<Vec<Expr>, String> {
        let mut arguments = Vec::new();
        while !self.accept(")") {
            arguments.push(self.expression(0)?);
            self.accept(",");
        }
        Ok(arguments)
    }

    /// What stands within the braces of a selector.
    fn selector(&mut self, mut name: String) -> Result<Expr, String> {
        let mut matchers = Vec::new();
        while !self.accept("}") {
            let (Token::Name(label), Token::Sign(sign), Token::Text(value)) =
                (self.take()?, self.take()?, self.take()?)
            else {
                return Err(format!("a matcher of `{name}` is none"));
            };
            if label == "__name__" && sign == "=" {
                name = value;
            } else {
                matchers.push(Matcher { label, sign, value });
            }
            self.accept(",");
        }
        Ok(Expr::Selector(Selector { name, matchers, range: None }))
    }

    /// A range, a subquery, an offset, a moment.
    fn over_time(&mut self, mut expression: Expr) -> Result<Expr, String> {
        loop {
            if self.accept("[") {
                let Token::Figure(range) = self.take()? else { return Err("a range without a duration".to_owned()) };
                if self.accept(":") {
                    if !self.accept("]") {
                        self.take()?;
                        self.expect("]")?;
                    }
                    expression = Expr::Subquery(Box::new(expression));
                    continue;
                }
                self.expect("]")?;
                match &mut expression {
                    Expr::Selector(selector) => selector.range = Some(figure(&range)?),
                    _ => return Err("a range of something else than a selector".to_owned()),
                }
            } else if self.accept("offset") || self.accept("@") {
                self.accept("-");
                self.take()?;
                if self.accept("(") {
                    self.expect(")")?;
                }
            } else {
                return Ok(expression);
            }
        }
    }
}

fn figure(text: &str) -> Result<f64, String> {
    text.parse().ok().or_else(|| unit::seconds(text)).ok_or_else(|| format!("`{text}` is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_bind_as_they_do_in_prometheus() {
        let Expr::Both { sign, left, .. } = read("a + b * c ^ 2 > 1 and on (x) d or e").unwrap() else { panic!() };
        assert_eq!(sign, "or");
        let Expr::Both { sign, matching, .. } = *left else { panic!() };
        assert_eq!((sign.as_str(), matching), ("and", Grouping::Only(vec!["x".to_owned()])));
    }

    #[test]
    fn selectors_have_matchers_and_ranges() {
        let read = read("rate(job:x:rate5m{a=\"b\\\"c\", d!~'e|f',}[1h30m] offset 5m)").unwrap();
        let Expr::Call { of, .. } = read else { panic!() };
        let Expr::Selector(selector) = &of[0] else { panic!() };
        assert_eq!((selector.name.as_str(), selector.range), ("job:x:rate5m", Some(5400.0)));
        assert!(selector.matchers[0].is_match("b\"c") && !selector.matchers[1].is_match("e"));
    }

    #[test]
    fn groupings_stand_before_or_behind() {
        assert_eq!(read("sum by (a, b) (c)"), read("sum(c) by (a, b)"));
        assert!(matches!(read("max_over_time(a[30m:5m])"), Ok(Expr::Call { .. })));
        assert!(read("sum(").is_err() && read("a b").is_err() && read("a{b=c}").is_err());
        assert!(read("vector(time() + -3.6e3) # why\n").is_ok());
    }
}
