//! Routes: amtool reads them, and each alert reaches whom it should.

use crate::product::{Folder, all};
use crate::tool::{accepts, find};

#[test]
#[ignore = "needs amtool 0.28 or newer"]
fn needs_alertmanager_to_read_every_configuration_and_route_every_severity() {
    let amtool = find(&["amtool"]);
    for (_, product) in all() {
        let folder = Folder::rendered(&product);
        for config in folder.files("alertmanager/alertmanager.yaml") {
            accepts(&amtool, ["check-config", config.to_str().unwrap()]);
            let cases = std::fs::read_to_string(config.with_file_name("routes.test.yaml")).unwrap();
            let cases: serde_json::Value = serde_saphyr::from_str(&cases).unwrap();
            let cases = cases.as_array().unwrap();
            assert!(cases.len() >= 5);
            for case in cases {
                let receivers: Vec<&str> =
                    case["receivers"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
                let labels = case["labels"]
                    .as_object()
                    .unwrap()
                    .iter()
                    .map(|(label, value)| format!("{label}={}", value.as_str().unwrap()));
                let file = format!("--config.file={}", config.display());
                let wanted = format!("--verify.receivers={}", receivers.join(","));
                accepts(
                    &amtool,
                    ["config", "routes", "test"].map(str::to_owned).into_iter().chain([file, wanted]).chain(labels),
                );
            }
        }
    }
}
