//! Terraform files as blocks.

/// `resource "aws_s3_bucket" "bucket" { … }`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub(super) keyword: String,
    pub(super) labels: Vec<String>,
    pub(super) body: String,
}

impl Block {
    /// The blocks of a kind within it, however deep.
    pub(super) fn inner(&self, keyword: &str) -> Vec<Self> {
        let own = blocks(&self.body);
        let deeper: Vec<Self> = own.iter().flat_map(|block| block.inner(keyword)).collect();
        own.into_iter().filter(|block| block.keyword == keyword).chain(deeper).collect()
    }

    /// The value of an attribute of its own.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut depth = 0_usize;
        for line in self.body.lines() {
            if let Some((key, value)) = line.split_once('=').filter(|(key, _)| depth == 0 && key.trim() == name) {
                debug_assert!(!key.is_empty());
                return Some(value.trim().to_owned());
            }
            depth += line.matches('{').count();
            depth = depth.saturating_sub(line.matches('}').count());
        }
        None
    }

    /// Numbers that a setting has in the object called `name`.
    pub(super) fn settings(&self, name: &str, setting: &str) -> Vec<f64> {
        let mut found = Vec::new();
        for (place, _) in self.body.match_indices(&format!("{name} ")) {
            let whole = self.body[..place].chars().next_back().is_none_or(|it| it.is_whitespace() || it == '{');
            let rest = self.body[place + name.len()..].trim_start();
            let Some(rest) = rest.strip_prefix('=').map(str::trim_start).filter(|it| whole && it.starts_with('{'))
            else {
                continue;
            };
            let object = &rest[..closing(rest)];
            let value =
                object.split_once(&format!("{setting} ")).and_then(|(_, rest)| rest.trim_start().strip_prefix('='));
            let digits: String =
                value.unwrap_or_default().trim_start().chars().take_while(char::is_ascii_digit).collect();
            found.extend(digits.parse::<f64>());
        }
        found
    }
}

/// Where the bracket that a text begins with is closed.
fn closing(text: &str) -> usize {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for (place, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if in_text => escaped = true,
            '"' => in_text = !in_text,
            '{' if !in_text => depth += 1,
            '}' if !in_text => {
                depth -= 1;
                if depth == 0 {
                    return place;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// The outermost blocks of a text.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let end = open + closing(&rest[open..]);
        let head = rest[..open].lines().next_back().unwrap_or_default();
        let head = head.split('#').next().unwrap_or_default().trim();
        let mut words = head.split_whitespace();
        let keyword = words.next().unwrap_or_default();
        if !head.contains('=')
            && !keyword.is_empty()
            && keyword.chars().all(|it| it.is_alphanumeric() || it == '_' || it == '-')
        {
            let labels = words.map(|word| word.trim_matches('"').to_owned()).collect();
            let body = rest.get(open + 1..end).unwrap_or_default().to_owned();
            blocks.push(Block { keyword: keyword.to_owned(), labels, body });
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    blocks
}

#[test]
fn blocks_are_found_within_each_other() {
    let text = "locals {\n  a = { b = { days = 7 } }\n}\nresource \"x\" \"y\" {\n  name = \"${a}-}\"\n  rule {\n    expiration {\n      days = 3\n    }\n  }\n}\n";
    let blocks = blocks(text);
    assert_eq!(blocks.len(), 2);
    assert_eq!(blocks[1].labels, ["x", "y"]);
    assert_eq!(blocks[1].attribute("name"), Some("\"${a}-}\"".to_owned()));
    assert_eq!(blocks[1].inner("expiration")[0].attribute("days"), Some("3".to_owned()));
    assert_eq!(blocks[0].settings("b", "days"), [7.0]);
}
