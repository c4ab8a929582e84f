//! `towel demo`: the tour ends with what happened, and leaves nothing behind.

use serde_json::Value;
use towel_testkit::Project;

use crate::support::{TOWEL, left_in};

#[test]
fn the_tour_ships_a_good_version_and_takes_a_bad_one_back() {
    let place = Project::new();
    let folder = place.folder().to_str().unwrap().to_owned();
    let place = place.variable("TMPDIR", &folder);
    let told = place.towel(TOWEL, &["demo", "--json"]).expect(0);
    assert_eq!(left_in(place.folder()), []);
    assert_eq!(std::fs::read_dir(place.folder()).unwrap().count(), 0, "its folder is removed");

    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    assert!(told["requests"].as_u64().unwrap() > 500, "{told}");
    assert_eq!(told["failed"], 0);
    let keys: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["requests", "failed", "deploys"]);
    let [good, bad] = told["deploys"].as_array().unwrap().as_slice() else { panic!("two deploys: {told}") };
    assert_eq!(
        (&good["service"], &good["version"], &good["outcome"]),
        (&"api".into(), &"v2".into(), &"healthy".into())
    );
    assert!(good["seconds"].as_f64().unwrap() > 0.0 && good.get("cause").is_none(), "{good}");
    assert_eq!(
        (&bad["service"], &bad["version"], &bad["outcome"]),
        (&"api".into(), &"v3".into(), &"rolled_back".into())
    );
    assert!(bad["cause"].as_str().unwrap().starts_with("`v3` answered "), "{bad}");
}

#[test]
fn the_tour_does_not_write_into_a_folder_that_is_there() {
    let place = Project::new().file("shop/notes.txt", "mine");
    let refused = place.towel(TOWEL, &["demo", "--keep", "shop"]);
    assert_ne!(refused.status, 0);
    assert!(refused.stderr.starts_with("error: make the new folder `shop`: "), "{refused:?}");
    assert_eq!(std::fs::read_dir(place.path("shop")).unwrap().count(), 1);
}
