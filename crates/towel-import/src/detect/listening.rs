//! Where a program listens, where its source says so plainly.

use super::tree::Tree;

/// Where a program listens.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listening {
    /// The port, with the line that names it.
    pub(super) port: Option<(u16, String)>,
    /// Whether the program looks at `PORT` at all.
    pub(super) heeds_port: bool,
}

/// Looks through the source of a project.
pub(super) fn look(tree: Tree<'_>, folder: &str, endings: &[&str], others: &[String]) -> Listening {
    let mut found = Listening::default();
    for path in tree.sources(folder, endings, others) {
        let text = tree.text(path).unwrap_or_default();
        found.heeds_port |= heeds(&text);
        if found.port.is_none()
            && let Some((port, line)) = port(&text)
        {
            found.port = Some((port, format!("{path}:{line}")));
        }
    }
    found
}

fn heeds(text: &str) -> bool {
    let readers =
        ["env.PORT", "env[\"PORT\"]", "env['PORT']", "(\"PORT\"", "('PORT'", "[\"PORT\"]", "['PORT']", "$PORT"];
    readers.iter().any(|reader| text.contains(reader))
}

/// The port of the first call that listens, with its line.
fn port(text: &str) -> Option<(u16, usize)> {
    const CALLS: [&str; 12] = [
        ".listen(",
        "ListenAndServe(",
        ".Listen(",
        ".Run(\":",
        ".Start(\":",
        "TcpListener::bind(",
        ".bind(",
        "uvicorn.run(",
        "app.run(",
        "Bun.serve(",
        "SocketAddr::from(",
        "serve({",
    ];
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        let code = line.split("//").next().unwrap_or(line);
        let Some((_, arguments)) = CALLS.iter().find_map(|call| code.split_once(call)) else { continue };
        if let Some(port) = number_in(arguments) {
            return Some((port, number + 1));
        }
        // `listen(port)` after `const port = process.env.PORT ?? 3001`.
        let name = arguments
            .trim_start_matches(['{', ' ', '&', '('])
            .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .next()?;
        let given = lines.iter().enumerate().find_map(|(at, line)| {
            let (left, right) = line.split_once('=')?;
            let assigns = left
                .trim_end()
                .trim_end_matches([':', ' '])
                .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                .any(|word| word == name);
            (assigns && !name.is_empty()).then(|| number_in(right))?.map(|port| (port, at + 1))
        });
        if given.is_some() {
            return given;
        }
    }
    None
}

/// A number that can be a port, and is not part of a name or an address.
fn number_in(text: &str) -> Option<u16> {
    let end = text.find(';').unwrap_or(text.len());
    let words = text[..end].split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_' && letter != '.');
    words.filter(|word| word.bytes().all(|byte| byte.is_ascii_digit())).find_map(|word| {
        let port: u16 = word.parse().ok()?;
        // Smaller ones are parts of other arguments, such as `127.0.0.1` in pieces or a backlog.
        (port == 80 || port >= 1000).then_some(port)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(u16, usize)>) {
        assert_eq!(port(text), expected, "{text}");
    }

    #[test]
    fn plain_ports_are_found() {
        check("app.listen(3001);", Some((3001, 1)));
        check("await app.listen(process.env.PORT ?? 3001, '0.0.0.0');", Some((3001, 1)));
        check("const port = Number(process.env.PORT || 4000);\nserver.listen(port, () => {});", Some((4000, 1)));
        check("http.ListenAndServe(\":8080\", nil)", Some((8080, 1)));
        check("TcpListener::bind(\"0.0.0.0:8081\")", Some((8081, 1)));
        check("SocketAddr::from(([0, 0, 0, 0], 3000))", Some((3000, 1)));
        check("uvicorn.run(app, host=\"0.0.0.0\", port=8000)", Some((8000, 1)));
    }

    #[test]
    fn what_is_not_plain_is_not_guessed() {
        check("server.listen(config.port)", None);
        check("// app.listen(3000)", None);
        check("emitter.listen('3 times')", None);
        check("server.listen(0)", None);
    }
}
