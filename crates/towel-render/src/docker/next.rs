//! Dockerfiles of Next.js: its standalone server and nothing else.

use super::ending::{Ending, Entrypoint, beginning, packages};
use super::node::{install, installed};
use super::{Build, base, public};

pub(super) fn dockerfile(build: &Build<'_>) -> String {
    let port = build.port().unwrap_or(3000);
    let command = ["node", "start.mjs"].map(str::to_owned).to_vec();
    let ending = Ending { build, signal: "SIGTERM", entrypoint: Entrypoint::Init, command };
    [
        beginning(build, base::NODE),
        installed(""),
        install("packages install"),
        "\nCOPY . .\n".to_owned(),
        format!(
            "RUN --mount=type=cache,target=/app/.next/cache <<\"EOF\"\n\
         set -eu\n\
         {}\
         if [ -f prisma/schema.prisma ]; then npx --no-install prisma generate; fi\n\
         packages run build\n\
         if [ ! -f .next/standalone/server.js ]; then\n    \
         echo \"next.config has to say output: 'standalone'\" >&2\n    \
         exit 1\n\
         fi\n\
         # Next.js does not put these beside its server by itself.\n\
         mkdir -p public .next/standalone/public\n\
         cp -r public/. .next/standalone/public/\n\
         cp -r .next/static .next/standalone/.next/static\n\
         EOF\n\n",
            public::exports(build)
        ),
        format!("FROM {}\n", base::NODE),
        packages(&["openssl=3.0.*", "tini=0.19.*"]),
        format!(
            "ENV NODE_ENV=production \\\n    NEXT_TELEMETRY_DISABLED=1 \\\n    HOSTNAME=0.0.0.0 \\\n    PORT={port}\nWORKDIR /app\n"
        ),
        "# Owned by root: the service cannot change its own code.\nCOPY --from=build /app/.next/standalone ./\n".to_owned(),
        public::filled_by_node(build),
        ending.text(),
    ]
    .concat()
}
