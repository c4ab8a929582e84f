//! Variables that a build writes into pages. Pages are built once and shipped to every environment, so what differs
//! between environments is a stand-in in the image, and gets its value when an instance starts.

use towel_model::{Part, Reference, Variable, VariableKind};

use super::{Build, Kind};

/// A variable that stands in pages.
pub(super) struct Public<'a> {
    name: &'a str,
    /// What the build sees.
    built: Built<'a>,
    /// Whether the contract gives it a value everywhere.
    always: bool,
}

enum Built<'a> {
    /// The same in every environment.
    Value(&'a str),
    StandIn(String),
}

/// The variables that the build writes into pages.
fn publics<'a>(build: &Build<'a>) -> Vec<Public<'a>> {
    let variables = build.service.env.iter().filter(|variable| is_public(build.kind, variable));
    variables
        .map(|variable| Public {
            name: &variable.name,
            built: built(build, variable),
            always: variable.value.is_some(),
        })
        .collect()
}

/// Names that say that a value is for browsers, whatever it is made of.
const SAID: [&str; 5] = ["NEXT_PUBLIC_", "NUXT_PUBLIC_", "PUBLIC_", "REACT_APP_", "VITE_"];

/// Next.js writes those of its name into what it sends to browsers. Files that are served as they are know no others, but
/// what is secret stays out unless its name says that it is not.
pub(crate) fn is_public(kind: Kind, variable: &Variable) -> bool {
    match kind {
        Kind::Static => SAID.iter().any(|said| variable.name.starts_with(said)) || !is_secret(variable),
        Kind::Nextjs => variable.name.starts_with("NEXT_PUBLIC_"),
        _ => false,
    }
}

fn is_secret(variable: &Variable) -> bool {
    let mut references = variable.value.iter().flat_map(|value| value.references());
    references.any(|(reference, _)| match reference {
        Reference::Secret(_) | Reference::Datastore { .. } => true,
        Reference::Version | Reference::Environment(_) | Reference::Service { .. } => false,
    })
}

fn built<'a>(build: &Build<'a>, variable: &'a Variable) -> Built<'a> {
    if let Some([Part::Text(text)]) = variable.value.as_ref().map(|value| value.parts.as_slice())
        && build.alike(&variable.name, text)
    {
        return Built::Value(text);
    }
    let name = variable.name.to_ascii_lowercase().replace('_', "-");
    // Code that takes a URL apart while pages are built needs something that is one.
    let url = variable.kind == VariableKind::Url
        || variable.value.as_ref().is_some_and(|value| value.text.contains("://") || value.text.ends_with(".url}"));
    Built::StandIn(if url { format!("https://towel-{name}.invalid") } else { format!("towel-{name}-stand-in") })
}

/// Lines of the script that builds, so that they are known there and nowhere else.
pub(super) fn exports(build: &Build<'_>) -> String {
    let publics = publics(build);
    let mut lines = String::new();
    if stand_ins(&publics).next().is_some() {
        lines.push_str(
            "# The image is the same in every environment: what differs is a stand-in here, and is filled in at the start. A build\n\
             # decides comparisons, so a stand-in can be a text or a URL, and no switch.\n",
        );
    }
    for public in &publics {
        let value = match &public.built {
            Built::Value(value) => *value,
            Built::StandIn(text) => text,
        };
        lines.push_str(&format!("export {}='{}'\n", public.name, value.replace('\'', "'\\''")));
    }
    lines
}

/// The program that starts Next.js from a copy in /tmp with everything filled in.
pub(super) fn filled_by_node(build: &Build<'_>) -> String {
    let publics = publics(build);
    let lines: Vec<String> = stand_ins(&publics)
        .map(|(public, text)| format!("    [\"{text}\", \"{}\", {}],\n", public.name, public.always))
        .collect();
    let lines = if lines.is_empty() { String::new() } else { format!("\n{}", lines.concat()) };
    format!(
        r#"# Next.js writes pages and images that it makes later beside its server. It runs from a copy in /tmp, so that the rest
# of the image may be read-only.
COPY <<"EOF" /app/start.mjs
import {{ cp, mkdir, readFile, readdir, rm, symlink, writeFile }} from "node:fs/promises";
import {{ extname, join }} from "node:path";

// What stands in the pages, the variable that it stands for, and whether that has a value everywhere.
const standIns = [{lines}];
const there = "/tmp/app";
const text = new Set([".body", ".css", ".html", ".js", ".json", ".map", ".meta", ".mjs", ".rsc", ".txt", ".xml"]);

// Of a URL, code may have taken the host while pages were built.
const host = (text) => (URL.canParse(text) ? new URL(text).host : "");
const values = standIns.flatMap(([standIn, name]) => {{
  const value = process.env[name] ?? "";
  return URL.canParse(standIn) ? [[standIn, value], [host(standIn), host(value)]] : [[standIn, value]];
}});

const missing = standIns.filter(([, name, always]) => always && !process.env[name]).map(([, name]) => name);
if (missing.length > 0) {{
  console.error(`no value is given for ${{missing.join(", ")}}`);
  process.exit(1);
}}
await rm(there, {{ recursive: true, force: true }});
await mkdir(there);
for (const entry of await readdir("/app")) {{
  const copied = entry === ".next" || entry === "server.js";
  await (copied ? cp : symlink)(join("/app", entry), join(there, entry), ...(copied ? [{{ recursive: true }}] : []));
}}
if (standIns.length > 0) {{
  for (const file of await readdir(join(there, ".next"), {{ recursive: true, withFileTypes: true }})) {{
    if (!file.isFile() || !text.has(extname(file.name))) continue;
    const path = join(file.parentPath, file.name);
    const before = await readFile(path, "utf8");
    const after = values.reduce((page, [from, to]) => page.replaceAll(from, () => to), before);
    if (after !== before) await writeFile(path, after);
  }}
}}
await import(join(there, "server.js"));
EOF

"#
    )
}

/// The program that fills in a copy of the site in /tmp; none when everything is known.
pub(super) fn filled_by_shell(build: &Build<'_>) -> Option<String> {
    let publics = publics(build);
    let lines: Vec<String> = stand_ins(&publics)
        .map(|(public, text)| {
            let value = if public.always {
                format!("${{{}:?has no value}}", public.name)
            } else {
                format!("${{{}-}}", public.name)
            };
            format!("fill {text} \"{value}\"\n")
        })
        .collect();
    if lines.is_empty() {
        return None;
    }
    Some(format!(
        r#"COPY --chmod=0755 <<"EOF" /usr/local/bin/serve
#!/bin/sh
# Fills in what differs between environments, in a copy: the image itself may be read-only.
set -eu

rm -rf /tmp/site
cp -r /site /tmp/site

replace() {{
    value=$(printf '%s' "$2" | sed 's/[\\&|]/\\&/g')
    find /tmp/site -type f \( -name '*.html' -o -name '*.js' -o -name '*.mjs' -o -name '*.css' -o -name '*.json' \
        -o -name '*.map' -o -name '*.txt' -o -name '*.xml' -o -name '*.webmanifest' \) -exec sed -i "s|$1|$value|g" {{}} +
}}

fill() {{
    replace "$1" "$2"
    # Of a URL, code may have taken the host while pages were built.
    case "$1" in https://*)
        host=${{2#*://}}
        replace "${{1#https://}}" "${{host%%/*}}"
        ;;
    esac
}}

{}exec nginx -g 'daemon off;'
EOF

"#,
        lines.concat()
    ))
}

fn stand_ins<'p>(publics: &'p [Public<'_>]) -> impl Iterator<Item = (&'p Public<'p>, &'p str)> {
    publics.iter().filter_map(|public| match &public.built {
        Built::StandIn(text) => Some((public, text.as_str())),
        Built::Value(_) => None,
    })
}
