//! What a database of the level above answers besides rows. No address with a password and no row is ever in it.

use postgres::error::SqlState;

/// Tables whose first row of a thing two may make at once.
const FIRST: &[&str] = &["tail", "outbox", "inbox_part", "inbox", "attachment", "keyed"];

/// A failure of the database above.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    #[error("上级数据库的地址不对：应形如 postgresql://用户@主机:端口/库名。")]
    Address,
    #[error("上级数据库 {0} 不在本机：不加密的连接只许连本机。")]
    Remote(String),
    #[error("上级数据库 {place} 连不上：{why}。")]
    Unreachable { place: String, why: &'static str },
    #[error("上级数据库 {0} 接了连接，却没有回应。")]
    Silent(String),
    #[error("上级数据库 {0} 不接受这个用户或密码。")]
    Denied(String),
    #[error("上级数据库 {0} 还没有建表。")]
    NotInitialized(String),
    #[error("上级数据库 {0} 已经建过表，不会覆盖。")]
    Initialized(String),
    #[error("上级数据库 {0} 没有登记节点（postgres_fdw 的 foreign server）。")]
    NoNodes(String),
    #[error("上级数据库 {0} 是节点，只存各表的一部分。")]
    IsNode(String),
    #[error("上级数据库 {place} 由较新版本的 xueji 建立：第 {found} 版，本程序只认识到第 {known} 版。")]
    Newer { place: String, found: i64, known: i64 },
    #[error("上级数据库 {0} 只能读，不能写。")]
    ReadOnly(String),
    #[error("上级数据库 {0} 磁盘空间不足。")]
    Full(String),
    #[error("上级数据库 {place} 没有办成（{code}）{why}。")]
    Database { place: String, code: String, why: String, passing: bool },
}

impl PostgresError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Address => "请检查 --url 或环境变量 XUEJI_UPSTREAM。",
            Self::Remote(_) => {
                "请先用 ssh -L 或其他加密隧道把端口接到本机，再连 127.0.0.1；数据包本身已加密，密码没有。"
            }
            Self::Unreachable { .. } => "请检查网络和数据库是否在运行，稍后再试；已办的不会丢，也不会重复。",
            Self::Silent(_) => {
                "请检查地址、端口是不是数据库的，数据库是否卡住；稍后再试，已办的不会丢，也不会重复。"
            }
            Self::Denied(_) => "请检查用户名，密码用环境变量 PGPASSWORD 或 --password-file 给出。",
            Self::NotInitialized(_) => "请上级先运行 xueji upstream init。",
            Self::Initialized(_) => "不用再建；查看用 xueji upstream status。",
            Self::NoNodes(_) => {
                "请数据库管理员先在这里登记各节点（CREATE SERVER、CREATE USER MAPPING），各节点用 --engine postgres-node 建表。"
            }
            Self::IsNode(_) => "请改连登记了各节点的那个数据库。",
            Self::Newer { .. } => "请升级 xueji 后再试。",
            Self::ReadOnly(_) => "请改连主库，或等切换完成后再试；没有写入任何内容。",
            Self::Full(_) => "请上级腾出磁盘空间后再试；没有写入任何内容。",
            Self::Database { .. } => "请稍后再试；仍不行的，请把错误代码告诉上级的数据库管理员。",
        }
    }

    /// Whether the same may succeed when it is tried again.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Database { passing, .. } => *passing,
            _ => false,
        }
    }

    /// Ours for one of the client's.
    pub fn of(place: &str, e: &postgres::Error) -> PostgresError {
        let place = place.to_owned();
        let Some(db) = e.as_db_error() else {
            let why = if e.is_closed() { "连接断了" } else { "没有回应或中途断开" };
            return Self::Unreachable { place, why };
        };
        let code = db.code().code();
        match &code[..2] {
            "28" => Self::Denied(place),
            "53" if db.code() == &SqlState::DISK_FULL => Self::Full(place),
            "57" | "08" => Self::Unreachable { place, why: "数据库正在停止、启动或切换" },
            _ if db.code() == &SqlState::READ_ONLY_SQL_TRANSACTION => Self::ReadOnly(place),
            _ if [SqlState::UNDEFINED_TABLE, SqlState::INVALID_SCHEMA_NAME].contains(db.code()) => {
                Self::NotInitialized(place)
            }
            class => {
                // Two that make the first row of the same thing at once: the second finds it when it tries again.
                // A node that says so through another server names the table nowhere but in the key's name, in its text.
                let at_once = db.code() == &SqlState::UNIQUE_VIOLATION
                    && FIRST.iter().any(|table| match db.table() {
                        Some(named) => named == *table,
                        None => db.message().contains(&format!("\"{table}_pkey\"")),
                    });
                let passing = class == "40" || class == "53" || code == "55P03" || at_once;
                // The texts of other classes may quote a row.
                let why = if matches!(class, "42" | "3D" | "25" | "53") {
                    format!("：{}", db.message())
                } else {
                    String::new()
                };
                Self::Database { place, code: code.to_owned(), why, passing }
            }
        }
    }
}
