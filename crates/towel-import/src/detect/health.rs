//! Paths that answer for health and metrics, where the source says so plainly.

use super::tree::Tree;
use crate::files::{join, lies_in};

/// Paths that were found, each with its place.
#[derive(Debug, Default)]
pub(super) struct Paths {
    pub(super) live: Option<(String, String)>,
    pub(super) ready: Option<(String, String)>,
    pub(super) general: Option<(String, String)>,
    pub(super) metrics: Option<(String, String)>,
}

/// Looks through the source of a project.
pub(super) fn look(tree: Tree<'_>, folder: &str, endings: &[&str], others: &[String]) -> Paths {
    let mut found = Paths::default();
    let sources = tree.sources(folder, endings, others);
    let prefix = sources.iter().find_map(|path| global_prefix(&tree.text(path)?)).unwrap_or_default();
    for path in &sources {
        if let Some(route) = by_file(folder, path) {
            found.put(&route, (*path).to_owned());
            continue;
        }
        let text = tree.text(path).unwrap_or_default();
        in_text(path, &text, &prefix, &mut found);
    }
    found
}

/// NestJS: `app.setGlobalPrefix('api')`.
fn global_prefix(text: &str) -> Option<String> {
    let rest = text.split_once("setGlobalPrefix(")?.1;
    let prefix = literals(rest.lines().next()?).into_iter().next()?;
    Some(format!("/{}", prefix.trim_matches('/')))
}

/// Next.js: `app/api/health/route.ts` and `pages/api/health.ts` are paths themselves.
fn by_file(folder: &str, path: &str) -> Option<String> {
    for root in ["app", "src/app", "pages", "src/pages"] {
        let root = join(folder, root);
        if !lies_in(path, &root) {
            continue;
        }
        let inner = path.strip_prefix(&root)?.trim_start_matches('/');
        let stem = inner.rsplit_once('.').map_or(inner, |(stem, _)| stem);
        let route = match root.ends_with("pages") {
            true => stem.strip_prefix("api/").map(|rest| format!("api/{rest}"))?,
            false => stem.strip_suffix("/route")?.to_owned(),
        };
        let parts = route.split('/').filter(|part| !part.starts_with('('));
        return Some(format!("/{}", parts.collect::<Vec<_>>().join("/")));
    }
    None
}

fn in_text(path: &str, text: &str, prefix: &str, found: &mut Paths) {
    let mut controller = String::new();
    for (number, line) in text.lines().enumerate() {
        let code = line.trim_start();
        if code.starts_with("//") || code.starts_with('#') || code.starts_with('*') {
            continue;
        }
        let place = || format!("{path}:{}", number + 1);
        if let Some(rest) = code.strip_prefix("@Controller(") {
            controller = literals(rest).into_iter().next().unwrap_or_default();
            continue;
        }
        if let Some(rest) = code.strip_prefix("@Get(") {
            let own = literals(rest).into_iter().next().unwrap_or_default();
            let parts = [prefix, &controller, &own].map(|part| part.trim_matches('/').to_owned());
            let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            found.put(&format!("/{}", parts.join("/")), place());
            continue;
        }
        if is_route(code) {
            // Django writes its routes without the slash in front.
            let django = code.contains("path(");
            for literal in literals(code) {
                if literal.starts_with('/') || (django && !literal.is_empty()) {
                    found.put(&format!("/{}", literal.trim_start_matches('/')), place());
                }
            }
        }
    }
}

fn is_route(code: &str) -> bool {
    const WORDS: [&str; 12] = [
        "get(",
        "Get(",
        "GET(",
        "route(",
        "Route(",
        "HandleFunc(",
        "Handle(",
        "path(",
        "use(",
        "health:",
        "pathname ==",
        "url ==",
    ];
    WORDS.iter().any(|word| code.contains(word))
}

/// Texts in quotes on a line.
fn literals(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(['"', '\'', '`']) {
        let quote = &rest[at..=at];
        let after = &rest[at + 1..];
        let Some(end) = after.find(quote) else { break };
        found.push(after[..end].to_owned());
        rest = &after[end + 1..];
    }
    found
}

impl Paths {
    fn put(&mut self, route: &str, place: String) {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '/' | '-' | '_' | '.');
        if !route.chars().all(plain) {
            return;
        }
        let last = route.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_lowercase();
        let slot = match last.as_str() {
            "ready" | "readiness" | "readyz" => &mut self.ready,
            "live" | "liveness" | "livez" => &mut self.live,
            "health" | "healthz" | "healthcheck" | "health-check" | "up" => &mut self.general,
            "metrics" => &mut self.metrics,
            _ => return,
        };
        slot.get_or_insert((route.to_owned(), place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(text: &str) -> Option<String> {
        let mut found = Paths::default();
        in_text("a.ts", text, "", &mut found);
        found.ready.or(found.general).map(|(path, place)| format!("{path} {place}"))
    }

    #[test]
    fn routes_of_many_frameworks_are_seen() {
        assert_eq!(ready("app.get('/healthz', ok)").as_deref(), Some("/healthz a.ts:1"));
        assert_eq!(ready("mux.HandleFunc(\"GET\", \"/readyz\", f)").as_deref(), Some("/readyz a.ts:1"));
        assert_eq!(ready(".route(\"/health\", get(health))").as_deref(), Some("/health a.ts:1"));
        assert_eq!(ready("@app.get(\"/health\")").as_deref(), Some("/health a.ts:1"));
        assert_eq!(ready("    path('health/', views.health),").as_deref(), Some("/health/ a.ts:1"));
        assert_eq!(
            ready("@Controller('health')\nclass A {\n  @Get('ready')\n").as_deref(),
            Some("/health/ready a.ts:3")
        );
        assert_eq!(ready("        health: '/up',").as_deref(), Some("/up a.ts:1"));
    }

    #[test]
    fn other_texts_are_no_routes() {
        assert_eq!(ready("const url = 'https://other.example/health'"), None);
        assert_eq!(ready("// app.get('/health')"), None);
        assert_eq!(ready("app.get('/users/:id/health')"), None);
    }
}
