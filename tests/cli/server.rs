//! A PostgreSQL of our own for the tests: on loopback, in a temporary folder, gone with the process.

#![allow(clippy::unwrap_used)] // a helper of a test may fail as the test may

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

pub const PASSWORD: &str = "geheim-47";

pub struct Server {
    port: u16,
    // The server stops when this end is closed, however the tests end.
    _line: ChildStdin,
    _child: Child,
}

/// Where Debian puts the server, the newest first.
fn binaries() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|f| Some(f.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop()
}

/// The server of this run of the tests; none where PostgreSQL is not installed, which is a failure in a gate.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    started(&SERVER)
}

fn started(server: &'static OnceLock<Option<Server>>) -> Option<&'static Server> {
    let server = server.get_or_init(|| binaries().map(|bin| start(&bin)));
    if server.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "PostgreSQL is not installed: install the package postgresql"
        );
        eprintln!("SKIPPED: PostgreSQL is not installed (/usr/lib/postgresql)");
    }
    server.as_ref()
}

const SCRIPT: &str = r#"
set -e
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf '%s' "$3" > "$folder/password"
"$1/initdb" -D "$folder/data" -U postgres --auth=scram-sha-256 --pwfile="$folder/password" --no-sync -E UTF8 --locale=C > /dev/null
"$1/postgres" -D "$folder/data" -p "$2" -k "$folder" -c listen_addresses=127.0.0.1 -c fsync=off -c log_min_messages=panic &
server=$!
read line || true
kill -INT "$server" 2>/dev/null || true
wait "$server" || true
"#;

fn start(bin: &Path) -> Server {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    // PostgreSQL does not run as root.
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0);
    let mut command = if is_root { Command::new("runuser") } else { Command::new("sh") };
    if is_root {
        command.args(["-u", "postgres", "--", "sh"]);
    }
    command.args(["-c", SCRIPT, "sh"]).arg(bin).arg(port.to_string()).arg(PASSWORD);
    let mut child = command
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let line = child.stdin.take().unwrap();
    let until = Instant::now() + Duration::from_secs(120);
    while client_of(port, "postgres").is_err() {
        assert!(Instant::now() < until, "PostgreSQL does not start");
        assert!(child.try_wait().unwrap().is_none(), "PostgreSQL ended");
        std::thread::sleep(Duration::from_millis(100));
    }
    Server { port, _line: line, _child: child }
}

fn client_of(port: u16, database: &str) -> Result<postgres::Client, Option<postgres::Error>> {
    TcpStream::connect(("127.0.0.1", port)).map_err(|_| None)?;
    let url = format!("postgresql://postgres:{PASSWORD}@127.0.0.1:{port}/{database}");
    postgres::Client::connect(&url, postgres::NoTls).map_err(Some)
}

/// A database of its own for a test.
pub struct Database {
    pub name: String,
    pub port: u16,
    /// How `upstream init` is to make it.
    pub engine: &'static str,
    /// Databases on other servers that have its rows.
    pub nodes: Vec<Database>,
}

/// A database without rows of its own: its tables' partitions lie in two databases on two other servers.
pub fn spread_database() -> Option<Database> {
    static NODES: [OnceLock<Option<Server>>; 2] = [const { OnceLock::new() }; 2];
    let mut database = Database { engine: "postgres-fdw", ..server()?.database() };
    let mut client = database.client();
    client.batch_execute("CREATE EXTENSION postgres_fdw").unwrap();
    for (i, node) in NODES.iter().enumerate() {
        let node = Database { engine: "postgres-node", ..started(node)?.database() };
        let (port, name) = (node.port, &node.name);
        let sql = format!(
            "CREATE SERVER node{i} FOREIGN DATA WRAPPER postgres_fdw
                 OPTIONS (host '127.0.0.1', port '{port}', dbname '{name}', fetch_size '10000', batch_size '1000');
             CREATE USER MAPPING FOR postgres SERVER node{i} OPTIONS (user 'postgres', password '{PASSWORD}')"
        );
        client.batch_execute(&sql).unwrap();
        database.nodes.push(node);
    }
    Some(database)
}

impl Server {
    pub fn database(&self) -> Database {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("t{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let mut client = client_of(self.port, "postgres").ok().unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        Database { name, port: self.port, engine: "postgresql", nodes: Vec::new() }
    }
}

impl Database {
    pub fn url(&self) -> String {
        format!("postgresql://postgres@127.0.0.1:{}/{}", self.port, self.name)
    }

    pub fn client(&self) -> postgres::Client {
        client_of(self.port, &self.name).ok().unwrap()
    }

    /// Every row of a query, its columns as text.
    pub fn rows(&self, sql: &str) -> Vec<String> {
        let rows = self.client().simple_query(sql).unwrap();
        let text = |row: &postgres::SimpleQueryRow| {
            (0..row.len()).map(|i| row.get(i).unwrap_or("∅").to_owned()).collect::<Vec<_>>().join("|")
        };
        rows.iter()
            .filter_map(|m| match m {
                postgres::SimpleQueryMessage::Row(row) => Some(text(row)),
                _ => None,
            })
            .collect()
    }
}
