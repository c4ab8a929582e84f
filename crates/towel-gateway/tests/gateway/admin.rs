//! Tables that are refused, and the socket they come over.

use std::os::unix::fs::PermissionsExt;

use towel_gateway::AdminError;
use towel_gateway::table::Table;

use crate::support::{App, Gateway, get, one};

fn refused(result: Result<impl std::fmt::Debug, AdminError>) -> (u16, String) {
    match result {
        Err(AdminError::Refused { status, reason }) => (status, reason),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_older_table_is_refused_and_the_same_one_is_not() {
    let app = App::start("app").await;
    let table = |generation| one(generation, &[("v1", 1, &[("a", app.address)])]).0;
    let (gateway, address) = Gateway::with(&table(5)).await;
    let (status, reason) = refused(gateway.admin.put_table(&table(4)).await);
    assert_eq!((status, reason.as_str()), (409, "generation 4 is older than 5, which is in force"));
    assert_eq!(gateway.put(&table(5)).await.listeners[0].bound, address);
    let different = one(5, &[("v2", 1, &[("a", app.address)])]).0;
    assert_eq!(refused(gateway.admin.put_table(&different).await).0, 409);
    assert_eq!(gateway.admin.table().await.unwrap(), table(5));
}

#[tokio::test]
async fn tables_that_contradict_themselves_are_refused_with_the_reason() {
    let app = App::start("app").await;
    let gateway = Gateway::start().await;
    let base = || one(1, &[("v1", 1, &[("a", app.address)])]).0;
    type Spoil = fn(&mut Table);
    let cases: &[(Spoil, &str)] = &[
        (|t| t.listeners[0].routes[0].backend = "nope".into(), "leads to the backend `nope`"),
        (|t| t.listeners[0].routes[0].path = "api".into(), "must begin with `/`"),
        (|t| t.listeners[0].routes[0].host = Some("A.example:80".into()), "must be lower case and have no port"),
        (|t| t.listeners.push(t.listeners[0].clone()), "two listeners have the address"),
        (
            |t| {
                let r = t.listeners[0].routes[0].clone();
                t.listeners[0].routes.push(r);
            },
            "two routes for `*/`",
        ),
        (|t| t.backends.get_mut("shop").unwrap().timeout_ms = 0, "`timeout_ms` 0"),
        (
            |t| {
                let b = t.backends.get_mut("shop").unwrap();
                b.versions.push(b.versions[0].clone());
            },
            "two versions `v1`",
        ),
        (
            |t| {
                let b = t.backends["shop"].clone();
                t.backends.insert("other".into(), b);
            },
            "two targets have the id `a`",
        ),
    ];
    for (spoil, reason) in cases {
        let mut table = base();
        spoil(&mut table);
        let (status, told) = refused(gateway.admin.put_table(&table).await);
        assert_eq!(status, 422, "{told}");
        assert!(told.contains(reason), "{told}");
    }
    assert_eq!(gateway.admin.stats().await.unwrap().generation, 0);
}

#[tokio::test]
async fn a_listener_that_cannot_be_bound_is_named_and_nothing_changes() {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let holder = std::net::TcpListener::bind(taken).unwrap();
    let mut table = one(2, &[("v2", 1, &[("b", app.address)])]).0;
    let mut second = table.listeners[0].clone();
    second.address = taken;
    table.listeners.push(second);
    let (status, reason) = refused(gateway.admin.put_table(&table).await);
    assert_eq!(status, 422);
    assert!(reason.starts_with(&format!("cannot listen on {taken}: Address already in use")), "{reason}");
    assert_eq!(gateway.admin.table().await.unwrap().generation, 1);
    drop(holder);
    gateway.put(&table).await;
    assert_eq!((get(address, "/").await.status, get(taken, "/").await.status), (200, 200));
}

#[tokio::test]
async fn a_listener_that_is_gone_from_the_table_refuses_connections() {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let mut table = one(2, &[("v1", 1, &[("a", app.address)])]).0;
    table.listeners.clear();
    gateway.put(&table).await;
    crate::support::until("the port is closed", || async { tokio::net::TcpStream::connect(address).await.is_err() })
        .await;
}

#[tokio::test]
async fn the_socket_and_the_state_are_for_their_owner_only() {
    let app = App::start("app").await;
    let (gateway, _) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let socket = &gateway.admin.socket;
    for path in [socket.clone(), socket.with_file_name("state")] {
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
    }
}

#[tokio::test]
async fn a_gateway_that_is_not_there_is_told_with_its_socket() {
    let told = towel_gateway::Admin::new("/nowhere/admin").stats().await.unwrap_err().to_string();
    assert!(told.starts_with("the gateway does not answer on `/nowhere/admin`: "), "{told}");
}
