//! A door: the registry on disk. The only code that knows SQLite.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

pub mod attachment;
pub mod application;
pub mod as_of;
pub mod batch;
pub mod blind;
pub mod card;
pub mod dispute;
pub mod earlier;
pub mod error;
pub mod export;
pub mod file;
pub mod journal;
pub mod loaded;
pub mod lookup;
pub mod message;
pub mod migrate;
pub mod number;
pub mod office;
pub mod received;
pub mod rows;
pub mod school_year;
pub mod verification;
pub mod watch;

use error::StoreError;

/// What a registry says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Six digits of GB/T 2260 of the registry authority.
    pub authority: String,
    /// The bureau's name.
    pub name: String,
    pub province: String,
    /// county, city, province or school.
    pub level: String,
    /// Who writes this journal: one writer per origin.
    pub origin: String,
    pub created: String,
}

/// How long a run waits for another one to finish writing.
const PATIENCE: Duration = Duration::from_secs(5);

/// An open registry.
pub struct Store {
    connection: Connection,
    path: PathBuf,
    meta: Meta,
}

impl Store {
    /// Makes a new registry file; an existing file is never touched.
    pub fn create(path: &Path, meta: Meta) -> Result<Store, StoreError> {
        create_private(path)?;
        let made = Store::initialize(path, meta);
        if made.is_err() {
            // Nothing of a registry that could not be made is left lying about.
            for end in ["", "-wal", "-shm", "-journal"] {
                let _ = std::fs::remove_file(format!("{}{end}", path.display()));
            }
        }
        made
    }

    fn initialize(path: &Path, meta: Meta) -> Result<Store, StoreError> {
        let failed = |e| StoreError::of(path, e);
        let mut connection = connect(path).map_err(failed)?;
        migrate::migrate(&mut connection, 0).map_err(failed)?;
        let values = [
            ("authority", &meta.authority),
            ("name", &meta.name),
            ("province", &meta.province),
            ("level", &meta.level),
            ("origin", &meta.origin),
            ("created", &meta.created),
        ];
        for (key, value) in values {
            connection
                .execute("INSERT INTO meta (key, value) VALUES (?, ?)", [key, value.as_str()])
                .map_err(failed)?;
        }
        Ok(Store { connection, path: path.to_owned(), meta })
    }

    /// Opens a registry: ours, not newer, not damaged; older ones are brought up to date.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        if !path.try_exists().map_err(|_| StoreError::Permission(path.to_owned()))? {
            return Err(StoreError::Missing(path.to_owned()));
        }
        if path.is_dir() {
            return Err(StoreError::NotOurs(path.to_owned()));
        }
        let failed = |e| StoreError::of(path, e);
        // What is not ours is not even opened for writing: asking comes first, on a read-only connection.
        let (application, version) = identify(path)?;
        if application != migrate::APPLICATION_ID {
            return Err(StoreError::NotOurs(path.to_owned()));
        }
        let known = migrate::known_version();
        if version > known {
            return Err(StoreError::Newer { path: path.to_owned(), found: version, known });
        }
        let mut connection = connect(path).map_err(failed)?;
        if version < known {
            migrate::migrate(&mut connection, version).map_err(failed)?;
        }
        let meta = read_meta(&connection).map_err(failed)?.ok_or_else(|| StoreError::Damaged {
            path: path.to_owned(),
            detail: "缺少学籍库的基本信息".into(),
        })?;
        Ok(Store { connection, path: path.to_owned(), meta })
    }

    /// The same registry for another thread, only to be read.
    pub fn reader(&self) -> Result<Store, StoreError> {
        let open = || -> rusqlite::Result<Connection> {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(&self.path, flags)?;
            connection.busy_timeout(PATIENCE)?;
            connection.pragma_update(None, "trusted_schema", false)?;
            // Nothing is written but temporary tables, and their rows may point at what is gone.
            connection.pragma_update(None, "foreign_keys", false)?;
            connection.set_prepared_statement_cache_capacity(64);
            Ok(connection)
        };
        let connection = open().map_err(|e| self.failed(e))?;
        Ok(Store { connection, path: self.path.clone(), meta: self.meta.clone() })
    }

    /// Keeps other duplicate checks of this registry away while the file lives; the system lets go of it even when the
    /// program is killed. The empty file stays.
    pub fn alone(&self) -> Result<File, StoreError> {
        let mut path = self.path.clone().into_os_string();
        path.push("-dedup");
        let io = |source| StoreError::Io { path: self.path.clone(), source };
        let file = File::options().create(true).append(true).open(path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(StoreError::Scanning(self.path.clone())),
            Err(TryLockError::Error(e)) => Err(io(e)),
        }
    }

    /// Makes ready for writing very much in one transaction. A write-ahead log would have every page written twice; a
    /// rollback journal holds only the few pages that were there before, and is as safe. Needs the registry for itself:
    /// where another run has it open, nothing changes. The next opening goes back to the log.
    pub fn prepare_for_bulk(&self) {
        let asked = self.connection.pragma_update_and_check(None, "journal_mode", "truncate", |_| Ok(()));
        // Refused is an answer: the log stays, and the writing is only slower.
        drop(asked);
    }

    /// What the registry says of itself.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    fn failed(&self, e: rusqlite::Error) -> StoreError {
        StoreError::of(&self.path, e)
    }
}

/// An empty file that only its owner can read: it will hold children's data (R§9).
fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Err(StoreError::Exists(path.to_owned())),
        Err(e) if e.kind() == std::io::ErrorKind::PermissionDenied => {
            Err(StoreError::Permission(path.to_owned()))
        }
        Err(e) if matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            Err(StoreError::NoFolder(path.to_owned()))
        }
        Err(source) => Err(StoreError::Io { path: path.to_owned(), source }),
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    // Rows of two kilobytes pack badly into pages of four; has no effect on a file that already has pages.
    connection.pragma_update(None, "page_size", 16_384)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A power cut must not take back what a clerk was told is done.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Application and schema version. What is not ours is not even opened for writing; what is may have to be, for a run
/// that was killed leaves a journal that only a writer can roll back.
fn identify(path: &Path) -> Result<(i64, i64), StoreError> {
    let failed = |e| StoreError::of(path, e);
    let ask = |flags: OpenFlags| -> rusqlite::Result<(i64, i64)> {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        let pragma = |name: &str| connection.pragma_query_value(None, name, |r| r.get::<_, i64>(0));
        Ok((pragma("application_id")?, pragma("user_version")?))
    };
    match ask(OpenFlags::SQLITE_OPEN_READ_ONLY) {
        Err(_) if header_is_ours(path) => ask(OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(failed),
        asked => asked.map_err(failed),
    }
}

/// Whether the file's own header carries our number (SQLite file format, bytes 68 to 71).
fn header_is_ours(path: &Path) -> bool {
    use std::io::Read;
    let mut header = [0; 100];
    let read = std::fs::File::open(path).and_then(|mut f| f.read_exact(&mut header));
    read.is_ok() && header[68..72] == (migrate::APPLICATION_ID as u32).to_be_bytes()
}

fn read_meta(connection: &Connection) -> rusqlite::Result<Option<Meta>> {
    let get = |key: &str| {
        connection
            .query_row("SELECT value FROM meta WHERE key = ?", [key], |r| r.get::<_, String>(0))
            .optional()
    };
    let (Some(authority), Some(name), Some(origin)) = (get("authority")?, get("name")?, get("origin")?)
    else {
        return Ok(None);
    };
    let rest = |key| Ok::<_, rusqlite::Error>(get(key)?.unwrap_or_default());
    Ok(Some(Meta {
        authority,
        name,
        origin,
        province: rest("province")?,
        level: rest("level")?,
        created: rest("created")?,
    }))
}
