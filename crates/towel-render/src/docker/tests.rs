//! What a Dockerfile must hold, whatever the stack.

use crate::ownership::product;
use crate::{Target, render};

/// Every stack once, with what each can have.
pub(crate) const PRODUCT: &str = include_str!("sample.yaml");

fn files() -> Vec<(String, String)> {
    let product = product(PRODUCT, None).expect("the sample has no errors");
    render(&product, &[Target::Docker]).files.into_iter().map(|file| (file.path, file.contents)).collect()
}

fn file(path: &str) -> String {
    files().into_iter().find(|(other, _)| other == path).unwrap_or_else(|| panic!("`{path}` is not rendered")).1
}

fn dockerfiles() -> Vec<(String, String)> {
    let is_dockerfile = |path: &str| path.contains("Dockerfile") && !path.ends_with(".dockerignore");
    files().into_iter().filter(|(path, _)| is_dockerfile(path)).collect()
}

#[test]
fn each_service_has_its_dockerfile_where_other_targets_look_for_it() {
    let paths: Vec<String> = files().into_iter().map(|(path, _)| path).collect();
    insta::assert_snapshot!(paths.join("\n"));
}

#[test]
fn no_image_is_root_or_without_a_pinned_base() {
    for (path, text) in dockerfiles() {
        let last = |word: &str| text.lines().rev().find(|line| line.starts_with(word)).map(str::to_owned);
        let user = last("USER ").unwrap_or_else(|| panic!("{path} has no USER"));
        let (uid, gid) = user["USER ".len()..].split_once(':').unwrap();
        assert!(uid.parse::<u32>().unwrap() > 0 && gid.parse::<u32>().unwrap() > 0, "{path}: {user}");
        for from in text.lines().filter_map(|line| line.strip_prefix("FROM ")) {
            let image = from.split_whitespace().next().unwrap();
            let stage = text.contains(&format!(" AS {image}\n"));
            let pinned = image.split_once(':').is_some_and(|(_, tag)| tag.contains('.'));
            assert!(stage || pinned || image == "scratch", "{path}: {image} is not pinned");
        }
        assert!(text.contains("\nCMD [\""), "{path} does not start anything");
        let before = ["[\"/usr/bin/tini\", \"--\"]", "[]"].map(|words| format!("\nENTRYPOINT {words}\n"));
        assert!(
            !text.contains("\nENTRYPOINT") || before.iter().any(|line| text.contains(line)),
            "{path}: a hook's command would not be run"
        );
        assert!(text.contains("\nSTOPSIGNAL SIG"), "{path} does not say how it is stopped");
    }
}

#[test]
fn a_service_that_listens_says_where_and_is_asked_there() {
    for (path, text) in dockerfiles() {
        let listens = !path.ends_with("consumer");
        assert_eq!(text.contains("\nEXPOSE 300"), listens, "{path}");
        assert_eq!(text.contains("\nHEALTHCHECK --interval=5s"), listens, "{path}");
    }
}

#[test]
fn what_run_says_becomes_the_command() {
    assert!(file("go/Dockerfile").contains("\nCMD [\"/usr/local/bin/shopd\", \"--verbose\"]\n"));
    assert!(file("nestjs/Dockerfile").contains("\nCMD [\"node\", \"dist/main.js\"]\n"));
    assert!(file("node/Dockerfile").contains("\nCMD [\"node\", \".\"]\n"));
    assert!(file("php/Dockerfile.consumer").contains("\nCMD [\"php\", \"bin/console\", \"messenger:consume\"]\n"));
}

#[test]
fn php_gets_as_many_children_as_it_may_open_connections() {
    let text = file("php/Dockerfile.php");
    assert!(text.contains("pm.max_children = 7\n") && text.contains(" pdo_pgsql"));
}

#[test]
fn pages_hold_stand_ins_only_for_what_differs_between_environments() {
    let text = file("static/Dockerfile");
    assert!(text.contains("\nexport VITE_API='https://towel-vite-api.invalid'\nexport VITE_NAME='shop'\n"));
    assert!(text.contains("fill https://towel-vite-api.invalid \"${VITE_API:?has no value}\""));
    let text = file("nextjs/Dockerfile");
    assert!(text.contains("[\"https://towel-next-public-api.invalid\", \"NEXT_PUBLIC_API\", true],"));
}

#[test]
fn the_image_of_a_service() {
    insta::assert_snapshot!(file("nestjs/Dockerfile"));
}

#[test]
#[ignore = "needs nginx"]
fn needs_nginx_to_read_what_it_is_told() {
    let folder = std::env::temp_dir().join(format!("towel-nginx-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let configurations: Vec<(String, String)> =
        files().into_iter().filter(|(path, _)| path.ends_with(".conf")).collect();
    assert_eq!(configurations.len(), 2);
    for (path, text) in configurations {
        let file = folder.join("nginx.conf");
        std::fs::write(&file, text).unwrap();
        let output =
            std::process::Command::new("nginx").arg("-t").arg("-c").arg(&file).output().expect("nginx is installed");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && !said.contains("[warn]"), "{path}: {said}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
