//! The level above without rows of its own: partitions on two other servers, reached by postgres_fdw. The stories are those
//! told on one server; no statement needs one node.

use super::letters::confirmed_and_decided;
use super::route::{from_county_to_county, reported};
use super::server::{Database, spread_database};
use super::session::Session;
use super::upstream::{Way, done, found_twice, run, several_at_once, story};

/// Rows of a table on each node.
fn on_nodes(database: &Database, table: &str) -> Vec<i64> {
    let count =
        |node: &Database| node.rows(&format!("SELECT count(*) FROM xueji.{table}"))[0].parse().unwrap();
    database.nodes.iter().map(count).collect()
}

#[test]
fn several_counties_are_taken_and_lie_on_both_nodes() {
    let Some(database) = spread_database() else { return };
    several_at_once(&database);
    for table in ["tail", "entry", "inbox"] {
        let counts = on_nodes(&database, table);
        assert!(counts.iter().all(|n| *n > 0), "{table} {counts:?}");
    }
    // Here is what every node has whole, and nothing else.
    let sql = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'xueji'::regnamespace";
    assert_eq!(database.rows(sql), ["meta"]);
    let sql = "SELECT count(*) FROM xueji.tail WHERE seq > 0";
    let held: i64 = database.nodes.iter().map(|n| n.rows(sql)[0].parse::<i64>().unwrap()).sum();
    assert_eq!(held, 6);
}

#[test]
fn the_story_is_the_same_on_three_servers() {
    for way in [Way::File, Way::Postgres] {
        let Some(database) = spread_database() else { return };
        story(&database, way);
    }
}

#[test]
fn a_child_of_two_counties_is_found_on_three_servers() {
    let Some(database) = spread_database() else { return };
    found_twice(&database);
    assert!(on_nodes(&database, "block").iter().all(|n| *n > 0));
}

#[test]
fn numbers_are_confirmed_and_duplicates_decided_on_three_servers() {
    let Some(database) = spread_database() else { return };
    confirmed_and_decided(&database);
}

#[test]
fn a_child_goes_from_county_to_county_on_three_servers() {
    let Some(database) = spread_database() else { return };
    from_county_to_county(&database);
}

#[test]
fn the_reports_are_the_counties_own_on_three_servers() {
    let Some(database) = spread_database() else { return };
    reported(&database);
}

#[test]
fn a_node_is_no_level_above_and_without_nodes_nothing_is_spread() {
    let Some(database) = spread_database() else { return };
    let s = Session::with_schools();
    let node = &database.nodes[0];
    done(&s, node, &["upstream", "init", "--engine", node.engine]);
    let (code, said) = run(&s, node, &["upstream", "status"]);
    assert!(code == 7 && said.contains("是节点"), "{code} {said}");
    database.client().batch_execute("DROP SERVER node0 CASCADE; DROP SERVER node1 CASCADE").unwrap();
    let (code, said) = run(&s, &database, &["upstream", "init", "--engine", database.engine]);
    assert!(code == 7 && said.contains("没有登记节点"), "{code} {said}");
    assert_eq!(
        database.rows("SELECT 1 FROM pg_namespace WHERE nspname = 'xueji'"),
        [""; 0],
        "nothing is made"
    );
}
