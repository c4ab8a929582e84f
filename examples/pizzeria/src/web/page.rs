//! The page as HTML: one file, no other host needed.

use serde_json::Value;

const TEMPLATE: &str = include_str!("page.html");

/// What the page shows before its script has run.
pub(super) struct Page<'a> {
    pub(super) web: &'a str,
    pub(super) api: &'a str,
    pub(super) url: &'a str,
    pub(super) menu: &'a Value,
}

/// The page with its values in place.
pub(super) fn render(page: &Page<'_>) -> String {
    let url = serde_json::to_string(page.url).expect("a text is JSON").replace('<', "\\u003c");
    TEMPLATE
        .replace("{{menu}}", &dishes(page.menu))
        .replace("{{web}}", &escape(page.web))
        .replace("{{api}}", &escape(page.api))
        .replace("{{url}}", &url)
}

fn dishes(menu: &Value) -> String {
    let Some(dishes) = menu["dishes"].as_array() else {
        return "<li class=\"empty\">The menu is not there just now. It comes back by itself.</li>".to_owned();
    };
    dishes.iter().map(dish).collect()
}

fn dish(dish: &Value) -> String {
    let (name, title) = (dish["name"].as_str().unwrap_or_default(), dish["title"].as_str().unwrap_or_default());
    let cents = dish["cents"].as_u64().unwrap_or_default();
    format!(
        "<li><span>{}</span><span class=\"price\">{}.{:02}</span><button data-pizza=\"{}\">Order</button></li>",
        escape(title),
        cents / 100,
        cents % 100,
        escape(name),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let menu = json!({ "dishes": [{ "name": "\"x", "title": "<b>", "cents": 905 }] });
        let page = render(&Page { web: "v1<i>", api: "v2", url: "http://a</script>", menu: &menu });
        assert!(page.contains("&lt;b&gt;") && page.contains("9.05") && page.contains("&quot;x"));
        assert!(page.contains("v1&lt;i&gt;") && !page.contains("a</script>"));
        assert!(!page.contains("{{"), "a value is missing");
    }

    #[test]
    fn without_a_menu_there_is_still_a_page() {
        let page = render(&Page { web: "v1", api: "unreachable", url: "http://a", menu: &Value::Null });
        assert!(page.contains("It comes back by itself"));
    }
}
