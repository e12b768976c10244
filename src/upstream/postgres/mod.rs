//! The level above on PostgreSQL and what speaks like it: where it is, how it is reached, its schema.

use std::net::IpAddr;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use postgres::config::Host;
use postgres::{Client, Config, NoTls};

pub mod block;
pub mod copy;
pub mod engine;
pub mod error;
pub mod keep;
pub mod letter;
pub mod look;
pub mod shadow;
#[cfg(test)]
mod tests;

use engine::{Engine, Spread};
use error::PostgresError;

/// The schema that is made, and the newest that is known.
const VERSION: i64 = 1;

/// How long a server may take to let us in.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where a database is, and as whom it is asked.
#[derive(Clone)]
pub struct Target {
    config: Config,
    /// Host, port and name: what may be printed.
    pub place: String,
    /// Connections that nobody uses: to let somebody in takes longer than most questions.
    idle: Idle,
}

type Idle = Arc<Mutex<Vec<Client>>>;

/// How long an idle connection may take to say that it still stands.
const STANDS: Duration = Duration::from_secs(1);

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.place)
    }
}

/// Whether an address carries a password, which everybody on the machine can read from a command line.
pub fn has_password(url: &str) -> bool {
    url.parse::<Config>().is_ok_and(|c| c.get_password().is_some())
}

impl Target {
    /// Of an address, and a password that stands elsewhere.
    pub fn parse(url: &str, password: Option<&str>) -> Result<Target, PostgresError> {
        // What is wrong with an address is not quoted: it may hold a password.
        let mut config: Config = url.parse().map_err(|_| PostgresError::Address)?;
        if config.get_hosts().is_empty() {
            return Err(PostgresError::Address);
        }
        if let Some(password) = password {
            config.password(password);
        }
        let host = match &config.get_hosts()[0] {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        };
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let place = format!("{host}:{port}/{}", config.get_dbname().unwrap_or_default());
        let is_local = |h: &Host| match h {
            Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|a: IpAddr| a.is_loopback()),
            #[cfg(unix)]
            Host::Unix(_) => true,
        };
        let elsewhere = config.get_hostaddrs().iter().any(|a| !a.is_loopback());
        if elsewhere || !config.get_hosts().iter().all(is_local) {
            return Err(PostgresError::Remote(place));
        }
        config.connect_timeout(Duration::from_secs(10)).application_name("xueji");
        config.keepalives_idle(Duration::from_secs(30));
        Ok(Target { config, place, idle: Idle::default() })
    }
}

/// An open connection.
pub struct Database {
    client: Lent,
    place: String,
}

/// A connection that goes back to those nobody uses, unless it is broken.
struct Lent {
    client: Option<Client>,
    idle: Idle,
}

impl Deref for Lent {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.client.as_ref().expect("it is lent until it is dropped")
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut Client {
        self.client.as_mut().expect("it is lent until it is dropped")
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(client) = self.client.take().filter(|c| !c.is_closed())
            && let Ok(mut idle) = self.idle.lock()
        {
            idle.push(client);
        }
    }
}

/// What a database says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Of the office it belongs to.
    pub origin: String,
    pub name: String,
}

impl Database {
    /// Connects, or takes a connection that nobody uses; nothing is asked of the schema yet.
    pub fn connect(target: &Target) -> Result<Database, PostgresError> {
        let place = target.place.clone();
        let lent = |client| Lent { client: Some(client), idle: target.idle.clone() };
        let next = || target.idle.lock().ok().and_then(|mut idle| idle.pop());
        if let Some(client) =
            std::iter::from_fn(next).find_map(|mut c| c.is_valid(STANDS).is_ok().then_some(c))
        {
            return Ok(Database { client: lent(client), place });
        }
        // The client waits for ever for a server that takes the connection and says nothing.
        let (config, (send, answer)) = (target.config.clone(), mpsc::channel());
        std::thread::spawn(move || {
            // Whoever waited may have gone.
            let _ = send.send(config.connect(NoTls));
        });
        let connected = answer.recv_timeout(PATIENCE).map_err(|_| PostgresError::Silent(place.clone()))?;
        let mut client = connected.map_err(|e| PostgresError::of(&place, &e))?;
        // In milliseconds, as every engine takes it.
        client.batch_execute("SET statement_timeout = 600000").map_err(|e| PostgresError::of(&place, &e))?;
        Ok(Database { client: lent(client), place })
    }

    /// Connects to a database with our schema, of a version we know.
    pub fn open(target: &Target) -> Result<(Database, Meta), PostgresError> {
        let mut database = Database::connect(target)?;
        let rows = database
            .client
            .query("SELECT key, value FROM xueji.meta", &[])
            .map_err(|e| PostgresError::of(&target.place, &e))?;
        let get = |key: &str| rows.iter().find(|r| r.get::<_, &str>(0) == key).map(|r| r.get::<_, String>(1));
        let place = database.place.clone();
        let found = get("version").and_then(|v| v.parse().ok());
        match (found, get("origin"), get("name")) {
            (Some(found), ..) if found > VERSION => {
                Err(PostgresError::Newer { place, found, known: VERSION })
            }
            (Some(_), Some(origin), Some(name)) => Ok((database, Meta { origin, name })),
            (Some(_), None, None) => Err(PostgresError::IsNode(place)),
            _ => Err(PostgresError::NotInitialized(place)),
        }
    }

    fn failed(&self, e: &postgres::Error) -> PostgresError {
        PostgresError::of(&self.place, e)
    }

    /// Makes the schema, all of it or nothing.
    pub fn initialize(&mut self, engine: &Engine, meta: &Meta) -> Result<(), PostgresError> {
        let place = self.place.clone();
        let failed = |e: postgres::Error| PostgresError::of(&place, &e);
        let sql = "SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'xueji'";
        if self.client.query_one(sql, &[]).map_err(failed)?.get::<_, i64>(0) > 0 {
            return Err(PostgresError::Initialized(self.place.clone()));
        }
        let mut nodes: Vec<String> = Vec::new();
        if engine.spread == Spread::Foreign {
            let sql = "SELECT s.srvname::text FROM pg_foreign_server s
                       JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw WHERE w.fdwname = 'postgres_fdw' ORDER BY 1";
            nodes.extend(self.client.query(sql, &[]).map_err(failed)?.iter().map(|r| r.get::<_, String>(0)));
            if nodes.is_empty() {
                return Err(PostgresError::NoNodes(self.place.clone()));
            }
        }
        if engine.spread == Spread::Foreign {
            // Who met is found by each node among its own keys, if the planner may look there.
            let name: String = self
                .client
                .query_one("SELECT quote_ident(current_database()::text)", &[])
                .map_err(failed)?
                .get(0);
            for setting in ["enable_partitionwise_aggregate", "enable_partitionwise_join"] {
                self.client
                    .batch_execute(&format!("ALTER DATABASE {name} SET {setting} = on"))
                    .map_err(failed)?;
            }
        }
        let mut tx = self.client.transaction().map_err(failed)?;
        for statement in engine.statements(&nodes) {
            // Calls of a distributing engine give rows back.
            tx.simple_query(&statement).map_err(failed)?;
        }
        let version = VERSION.to_string();
        let values = [("version", &version), ("origin", &meta.origin), ("name", &meta.name)];
        // A node belongs to nobody: whoever opens it by mistake is told.
        let count = if engine.spread == Spread::Node { 1 } else { values.len() };
        for (key, value) in &values[..count] {
            tx.execute("INSERT INTO xueji.meta (key, value) VALUES ($1, $2)", &[key, value])
                .map_err(failed)?;
        }
        tx.commit().map_err(failed)
    }

    /// Of every journal: how far it is held and how many pupils it has, ended registrations apart.
    pub fn overview(&mut self) -> Result<Vec<(String, i64, i64)>, PostgresError> {
        let sql = "SELECT t.origin, t.seq, (SELECT count(*) FROM xueji.student s WHERE s.origin = t.origin)
                   FROM xueji.tail t ORDER BY t.origin";
        let rows = self.client.query(sql, &[]).map_err(|e| self.failed(&e))?;
        Ok(rows.iter().map(|r| (r.get(0), r.get(1), r.get(2))).collect())
    }
}

#[cfg(test)]
mod address {
    use super::*;

    #[test]
    fn an_address_is_local_and_its_password_is_never_told() {
        let target = Target::parse("postgresql://a:geheim@127.0.0.1:5433/b", None).unwrap();
        assert_eq!(target.place, "127.0.0.1:5433/b");
        assert!(
            has_password("postgresql://a:geheim@localhost/b") && !has_password("postgresql://a@localhost/b")
        );
        for (url, local) in [
            ("postgresql://a@localhost/b", true),
            ("postgresql://a@[::1]:5432/b", true),
            ("host=/tmp user=a dbname=b", true),
            ("postgresql://a:geheim@db.example.org/b", false),
            ("postgresql://a@localhost,10.0.0.1/b", false),
            ("host=localhost hostaddr=10.0.0.1 user=a", false),
        ] {
            match Target::parse(url, None) {
                Ok(_) => assert!(local, "{url}"),
                Err(e) => assert!(!local && !e.to_string().contains("geheim"), "{url}: {e}"),
            }
        }
        for bad in ["", "postgresql://a:geheim@:x/", "geheim"] {
            let e = Target::parse(bad, None).err().unwrap();
            assert!(matches!(e, PostgresError::Address) && !e.to_string().contains("geheim"));
        }
    }
}
