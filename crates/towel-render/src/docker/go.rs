//! Dockerfiles of Go: static programs on nothing at all.

use towel_model::Ask;

use super::check::probe;
use super::command::program;
use super::ending::{Ending, Entrypoint, beginning};
use super::{Build, base};

/// Asks for a URL. An image of nothing has no other program that could.
const ASK_HTTP: &str = r#"package main

import (
	"net/http"
	"os"
)

func main() {
	// A redirect is an answer, and where it leads is nobody's health.
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(os.Args[1])
	if err != nil || answer.StatusCode < 200 || answer.StatusCode >= 400 {
		os.Exit(1)
	}
}
"#;

const ASK_TCP: &str = r#"package main

import (
	"net"
	"os"
	"strings"
)

func main() {
	if _, err := net.Dial("tcp", strings.TrimPrefix(os.Args[1], "tcp://")); err != nil {
		os.Exit(1)
	}
}
"#;

pub(super) fn dockerfile(build: &Build<'_>) -> String {
    let (program, arguments) = program(build.service);
    let command = std::iter::once(format!("/usr/local/bin/{program}")).chain(arguments).collect();
    let ending = Ending { build, signal: "SIGTERM", entrypoint: Entrypoint::Inherited, command };
    let port = build.port().map(|port| format!("ENV PORT={port}\n")).unwrap_or_default();
    let (source, compile) = healthcheck(build);
    [
        beginning(build, base::GO),
        format!(
            r#"FROM {image} AS build
ENV CGO_ENABLED=0 \
    HOME=/build
WORKDIR /src

{source}# Only what decides the modules, so that this layer lasts until they change. Private ones need a secret:
# docker build --secret id=netrc,src=$HOME/.netrc
COPY go.mod go.sum* ./
RUN --mount=type=secret,id=netrc,target=/build/.netrc,required=false \
    go mod download

COPY . .
RUN --mount=type=cache,target=/build/.cache/go-build <<"EOF"
set -eu
mkdir -p /programs /empty
# Every program of the module, so that hooks find theirs too.
go build -trimpath -ldflags='-s -w' -o /programs/ ./...
if [ ! -f /programs/{program} ]; then
    # A module's only program is called like the module.
    set -- /programs/*
    if [ $# -ne 1 ]; then
        echo "none of the module's programs is called {program}: $*" >&2
        exit 1
    fi
    mv "$1" /programs/{program}
fi
{compile}EOF

# Nothing but programs, certificates and time zones: what is not there cannot be misused.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/go/lib/time/zoneinfo.zip /usr/local/go/lib/time/
COPY --from=build --chown=10001:10001 /empty /tmp
COPY --from=build /programs/ /usr/local/bin/
ENV ZONEINFO=/usr/local/go/lib/time/zoneinfo.zip
{port}WORKDIR /
"#,
            image = base::GO,
        ),
        ending.text(),
    ]
    .concat()
}

/// The source of the program that asks the probe, and the line that compiles it.
fn healthcheck(build: &Build<'_>) -> (String, &'static str) {
    let source = match probe(build.service).map(|probe| &probe.ask) {
        Some(Ask::Http(_)) if build.port().is_some() => ASK_HTTP,
        Some(Ask::Tcp) if build.port().is_some() => ASK_TCP,
        Some(Ask::Http(_) | Ask::Tcp | Ask::Run(_)) | None => return (String::new(), ""),
    };
    let text = format!(
        "# The final image is empty, so it gets a program of its own that asks whether the service is well.\n\
         COPY <<\"EOF\" /healthcheck/main.go\n{source}EOF\n\n"
    );
    (text, "go build -trimpath -ldflags='-s -w' -o /programs/healthcheck /healthcheck/main.go\n")
}
