//! Go.

use super::{Toolchain, Variants};
use crate::docker::GO_VERSION;
use crate::github::action::GO;
use crate::github::component::Component;
use crate::github::step::{run, unless_release, uses};
use crate::yaml::Map;

pub(super) fn toolchain(component: &Component<'_>) -> Toolchain {
    let setup = vec![go(component)];
    Toolchain {
        checks: Variants::commands(&[
            ("lint", "go vet ./... && go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./..."),
            ("format", "gofmt -d . && test -z \"$(gofmt -l .)\""),
            ("types", "go build ./..."),
        ]),
        unit: [setup.clone(), vec![run("Test", "go test -race -covermode=atomic -coverprofile=coverage.out ./...")]]
            .concat(),
        coverage: "coverage.out",
        // Tests that need their surroundings carry a build tag of this name.
        suites: Some(Variants::commands(&[
            ("integration", "go test -count=1 -tags=integration ./..."),
            ("e2e", "go test -count=1 -tags=e2e ./..."),
        ])),
        audit: [setup.clone(), vec![run("Audit modules", "go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...")]]
            .concat(),
        ecosystem: "gomod",
        codeql: Some(("go", "autobuild")),
        setup,
    }
}

fn go(component: &Component<'_>) -> Map {
    let with = Map::new()
        .with("go-version", GO_VERSION)
        .with("cache", unless_release())
        .with("cache-dependency-path", component.path("go.sum"));
    uses("Set up Go", GO, with)
}
