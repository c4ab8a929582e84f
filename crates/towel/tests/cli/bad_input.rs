//! Wrong input: what is said of it, and with which exit status.

use insta::assert_snapshot;

use crate::support::{API, Shop, left_in};

/// What a command complains of, with everything taken out that differs from run to run.
#[track_caller]
fn said(shop: &Shop, status: i32, arguments: &[&str]) -> String {
    let output = shop.towel(arguments).expect(status).scrubbed(&shop.project().scrubber());
    assert_eq!(output.stdout, "", "complaints go to standard error");
    output.stderr
}

#[test]
fn a_first_start_asks_for_a_version_and_leaves_nothing_running() {
    let shop = Shop::new(API).version("v1", "").version("v2", "");
    assert_snapshot!(said(&shop, 2, &["up", "--detach"]), @r"
    error: which version of `api`? their command says `${version}`, and none has run here yet
     help: say it with `towel up --version v1`, or for one service `--version api=v1`; the folder `releases` holds v1, v2
    ");
    assert_eq!(left_in(shop.project().folder()), []);
    let answer = shop.json(2, &["up", "--detach"]);
    assert_eq!(answer["error"], "which version of `api`? their command says `${version}`, and none has run here yet");
    assert_snapshot!(said(&shop, 2, &["up", "--detach", "--version", "shop=v1"]), @r"
    error: there is no service `shop` to give version `v1`
     help: there are `api`
    ");
    assert_snapshot!(said(&shop, 2, &["up", "--detach", "--version", "../v1"]), @r"
    error: `../v1` is no version
     help: a version begins with a letter or a digit, goes on with those, `.`, `_`, `-` or `+`, and is at most 128 long
    ");
    assert_eq!(left_in(shop.project().folder()), []);
}

#[test]
fn a_file_that_cannot_be_used_is_told_with_its_places() {
    let shop = Shop::new(API);
    assert_snapshot!(said(&shop, 2, &["--file", "other.yaml", "status"]), @r"
    error: there is no file `other.yaml`
     help: go to the folder that holds it, or name it with `--file`
    ");
    shop.project().write("broken.yaml", "towel: 1\nname: [shop\n");
    assert_snapshot!(said(&shop, 2, &["--file", "broken.yaml", "up", "--detach"]), @r"
    error: the file cannot be used: 1 error

    error[yaml-syntax]: `[` is not closed
     --> broken.yaml:2:7
      |
    2 | name: [shop
      |       ^ it is opened here
      |
      = help: add the closing `]`
    ");
    shop.project().write("typo.yaml", "towel: 1\nname: shop\nservices:\n  api:\n    run: ./api\n    prot: 3000\n");
    assert_snapshot!(said(&shop, 1, &["--file", "typo.yaml", "up", "--detach"]), @r"
    error: the file cannot be used: 1 error

    error[unknown-key]: service has no key `prot`
     --> typo.yaml:6:5
      |
    6 |     prot: 3000
      |     ^^^^ unknown
      |
    help: did you mean `port`?
      |
    6 -     prot: 3000
    6 +     port: 3000
      |
    ");
    assert_eq!(left_in(shop.project().folder()), []);
}

#[test]
fn an_environment_that_is_not_there_or_not_running_is_named() {
    let shop = Shop::new(API);
    assert_snapshot!(said(&shop, 2, &["--env", "prod", "up", "--detach"]), @r"
    error: there is no environment `prod`
     help: there are `dev`
    ");
    assert_snapshot!(said(&shop, 2, &["--env", "de", "status"]), @r"
    error: there is no environment `de`
     help: did you mean `dev`?
    ");
    for command in [&["status"][..], &["deploy", "api", "v1"], &["history"], &["top"], &["exec", "api", "true"]] {
        assert_eq!(
            said(&shop, 1, command),
            "error: environment `dev` is not running here\n help: start it with `towel up --detach`\n"
        );
    }
    assert_snapshot!(said(&shop, 2, &["logs", "api"]), @r"
    error: there is no log of a service, datastore or instance `api`
     help: nothing has run in this environment yet; start it with `towel up`
    ");
}

#[test]
fn what_cannot_be_run_on_this_machine_is_refused_and_not_left_out() {
    let shop = Shop::new(API);
    let cluster = "dev: { class: dev, engine: kubernetes, context: lab, namespace: shop, domain: shop.example }";
    let image = "image: ghcr.io/example/api:${version}\n    port: 3000\n    health: { ready: / }\n";
    let head = "towel: 1\nname: shop\n";
    shop.project().write("cluster.yaml", format!("{head}environments:\n  {cluster}\nservices:\n  api:\n    {image}"));
    let up = ["--file", "cluster.yaml", "up", "--detach", "--version", "v1"];
    assert_snapshot!(said(&shop, 2, &up), @r"
    error: no environment of this file runs on this machine
     help: declare one, such as `dev: { class: dev, engine: local }`
    ");
    assert_snapshot!(said(&shop, 1, &[&up[..], &["--env", "dev"]].concat()), @r"
    error: environment `dev` runs on Kubernetes, which this version of towel cannot run yet
     help: choose an environment with `engine: local` by `--env`
    ");
    shop.project().write("image.yaml", format!("{head}services:\n  api:\n    {image}"));
    assert_snapshot!(said(&shop, 1, &["--file", "image.yaml", "up", "--detach", "--version", "v1"]), @r"
    error: service `api` has no `run:`, and containers are not run yet
     help: give it a command for this machine, such as `run: ./releases/${version}/api`
    ");
    assert_eq!(left_in(shop.project().folder()), []);
}

#[test]
fn a_running_product_refuses_names_that_it_does_not_have() {
    let shop = Shop::open(API);
    for command in [
        &["deploy", "shop", "v2"][..],
        &["rollback", "shop"],
        &["abort", "shop"],
        &["promote", "shop"],
        &["scale", "shop", "2"],
        &["restart", "shop"],
    ] {
        assert_eq!(said(&shop, 1, command), "error: there is no service `shop`; there are `api`\n");
    }
    assert_snapshot!(said(&shop, 1, &["history", "shop"]), @r"
    error: service `shop` has no release here
     help: `towel status` shows the services
    ");
    assert_snapshot!(said(&shop, 1, &["exec", "shop", "true"]), @r"
    error: there is no instance `shop`, and no instance of a service `shop`
     help: `towel status` shows what runs
    ");
    assert_snapshot!(said(&shop, 2, &["logs", "shop"]), @r"
    error: there is no log of a service, datastore or instance `shop`
     help: there are logs of `api`
    ");
    assert_snapshot!(said(&shop, 2, &["deploy", "api", "../v2"]), @r"
    error: invalid value '../v2' for '<VERSION>': a version begins with a letter or a digit, goes on with those, `.`, `_`, `-` or `+`, and is at most 128 long

    For more information, try '--help'.
    ");
    assert_eq!(shop.running("api").version, "v1");
}

#[test]
fn a_file_broken_meanwhile_stands_in_nobodys_way() {
    let shop = Shop::open(API);
    let before = shop.running("api");
    shop.declare("services: [\n");
    assert_eq!(shop.running("api"), before);
    assert_snapshot!(said(&shop, 2, &["up", "--detach"]), @r"
    error: the file cannot be used: 1 error

    error[yaml-syntax]: `[` is not closed
     --> towel.yaml:5:11
      |
    5 | services: [
      |           ^ it is opened here
      |
      = help: add the closing `]`
    ");
    assert_snapshot!(said(&shop, 1, &["deploy", "api", "v2"]), @r"
    error: the file cannot be used: 1 error

    error[yaml-syntax]: `[` is not closed
     --> towel.yaml:5:11
      |
    5 | services: [
      |           ^ it is opened here
      |
      = help: add the closing `]`
    ");
    assert_eq!(shop.running("api"), before);
    shop.towel(&["down"]).expect(0);
    assert_eq!(left_in(shop.project().folder()), []);
}

#[test]
fn of_two_starts_at_once_one_wins_and_the_other_says_so() {
    let shop = Shop::new(API).version("v1", "");
    let up = ["up", "--detach", "--version", "v1"];
    let mut answers = std::thread::scope(|scope| {
        let starts = [(); 2].map(|()| scope.spawn(|| shop.towel(&up)));
        starts.map(|start| start.join().unwrap())
    });
    answers.sort_by_key(|answer| answer.status);
    let [winner, loser] = answers;
    let winner = winner.expect(0);
    assert!(winner.stdout.contains("healthy"), "{winner:?}");
    // Whoever comes a moment later finds it running, and has nothing to do.
    let is_late = loser.status == 0 && loser.stdout.contains("runs already");
    let is_told = loser.status == 1 && loser.stderr.starts_with("error: environment `dev` is running here already\n");
    assert!(is_late || is_told, "{loser:?}");
    shop.await_exactly(2, "v1");
    let supervisors = shop.processes(" supervise").len();
    assert_eq!((supervisors, shop.processes(" gateway ").len()), (1, 1));
    let logs = std::fs::read_dir(shop.project().path(".towel/dev/logs")).unwrap();
    let names = logs.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".log")).collect();
    names.sort();
    assert_eq!(names, ["gateway.log", "supervisor.log"]);
}
