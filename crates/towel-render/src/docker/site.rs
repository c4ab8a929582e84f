//! Dockerfiles of pages: built by Node when there is something to build, served by nginx.

use super::ending::{Ending, Entrypoint, beginning};
use super::node::{install, installed};
use super::{Build, base, public};

pub(super) fn dockerfile(build: &Build<'_>) -> String {
    let filled = public::filled_by_shell(build);
    let command: &[&str] = if filled.is_some() { &["/usr/local/bin/serve"] } else { &["nginx", "-g", "daemon off;"] };
    let command = command.iter().map(|word| (*word).to_owned()).collect();
    // nginx finishes what it is answering on SIGQUIT; SIGTERM would cut it short.
    let ending = Ending { build, signal: "SIGQUIT", entrypoint: Entrypoint::Nothing, command };
    let configuration = build.nginx();
    [
        beginning(build, base::NGINX),
        installed(&format!("{configuration} ")),
        install("if [ -f package.json ]; then packages install; fi"),
        "\nCOPY . .\n".to_owned(),
        format!(
            "RUN <<\"EOF\"\n\
             set -eu\n\
             {}\
             mkdir /site\n\
             if [ -f package.json ]; then\n    \
             packages run build\n    \
             # Where builders put their pages.\n    \
             set -- dist dist/*/browser build out\n\
             else\n    \
             set -- public .\n\
             fi\n\
             for folder; do\n    \
             if [ -f \"$folder/index.html\" ]; then\n        \
             cp -r \"$folder/.\" /site/\n        \
             break\n    \
             fi\n\
             done\n\
             rm -rf /site/node_modules /site/{configuration}\n\
             if [ ! -f /site/index.html ]; then\n    \
             echo \"no index.html: looked in $*\" >&2\n    \
             exit 1\n\
             fi\n\
             EOF\n\n",
            public::exports(build)
        ),
        format!("FROM {}\n", base::NGINX),
        "# Owned by root: nginx cannot change what it serves.\nCOPY --from=build /site /site\n".to_owned(),
        format!("COPY {configuration} /etc/nginx/nginx.conf\n"),
        filled.unwrap_or_default(),
        ending.text(),
    ]
    .concat()
}
