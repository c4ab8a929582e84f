//! Flutter: analysis and tests anywhere, packages for Android, an archive for iOS.

use super::{Toolchain, Variants};
use crate::github::action::{FLUTTER, JAVA, UPLOAD};
use crate::github::component::Component;
use crate::github::step::{Job, MACOS, checkout, read_only, run, unless_release, uses};
use crate::yaml::{Map, Yaml};

const VERSION: &str = "3.47.2";

/// pub has no audit of its own; it knows of advisories, and tells with the outdated packages.
const AUDIT: &str = r#"flutter pub get
dart pub outdated --json > outdated.json
jq --raw-output '.packages[] | select(.isCurrentAffectedByAdvisory or .isCurrentRetracted)
  | "::error::\(.package) \(.current.version) is retracted, or an advisory speaks of it"' outdated.json | tee faults.txt
test ! -s faults.txt
"#;

pub(super) fn toolchain(component: &Component<'_>) -> Toolchain {
    let setup = vec![flutter(component), run("Install packages", "flutter pub get --enforce-lockfile")];
    Toolchain {
        checks: Variants::commands(&[
            ("lint", "flutter analyze"),
            ("format", "dart format --output=none --set-exit-if-changed ."),
        ]),
        unit: [setup.clone(), vec![run("Test", "flutter test --coverage")]].concat(),
        coverage: "coverage/lcov.info",
        // They need a device.
        suites: None,
        audit: vec![flutter(component), run("Audit packages", AUDIT)],
        ecosystem: "pub",
        // CodeQL does not read Dart; the analyser is what there is.
        codeql: None,
        setup,
    }
}

fn flutter(component: &Component<'_>) -> Map {
    let with = Map::new()
        .with("channel", "stable")
        .with("flutter-version", VERSION)
        .with("cache", unless_release())
        .with("cache-key", format!("{}-flutter-{VERSION}", component.workflow()));
    uses("Set up Flutter", FLUTTER, with)
}

fn artifact(component: &Component<'_>, name: &str, paths: &[&str]) -> Map {
    let paths: Vec<String> = paths.iter().map(|path| component.path(path)).collect();
    let with = Map::new()
        .with("name", format!("{}-{name}", component.workflow()))
        .with("path", format!("{}\n", paths.join("\n")))
        .with("if-no-files-found", "error")
        .with("retention-days", 14u16);
    uses("Keep what was built", UPLOAD, with)
}

/// APK and App Bundle, signed as the project says; without a key that is the debug one.
pub(in crate::github) fn android(component: &Component<'_>) -> Job {
    let java = uses("Set up Java", JAVA, Map::new().with("distribution", "temurin").with("java-version", "21"));
    let setup = toolchain(component).setup;
    let build = [
        run("Build the APK", "flutter build apk --release"),
        run("Build the App Bundle", "flutter build appbundle --release"),
        artifact(
            component,
            "android",
            &["build/app/outputs/flutter-apk/app-release.apk", "build/app/outputs/bundle/release/app-release.aab"],
        ),
    ];
    Job {
        name: format!("{} Android", component.workflow()),
        minutes: 40,
        permissions: read_only(),
        folder: component.folder.clone(),
        steps: [vec![checkout(), java], setup, build.to_vec()].concat(),
        ..Job::default()
    }
}

/// An archive without a signature: who ships it signs it.
pub(in crate::github) fn ios(component: &Component<'_>) -> Job {
    let setup = toolchain(component).setup;
    let build = [
        run("Build the archive", "flutter build ipa --no-codesign"),
        artifact(component, "ios", &["build/ios/archive"]),
    ];
    Job {
        name: format!("{} iOS", component.workflow()),
        on: Some(Yaml::text(MACOS)),
        minutes: 60,
        permissions: read_only(),
        folder: component.folder.clone(),
        steps: [vec![checkout()], setup, build.to_vec()].concat(),
        ..Job::default()
    }
}
