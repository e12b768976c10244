//! Why a bundle can't be made or is refused: each with its name, what is wrong, and the remedy. Nothing was written.

use std::io;

/// A bundle or receipt that is not taken. No person's data is ever in it.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    #[error("不是 xueji 的数据包。")]
    NotABundle,
    #[error("数据包由较新版本的 xueji 制成：格式为第 {found} 版，本程序只认识到第 {known} 版。")]
    Newer { found: u16, known: u16 },
    #[error("数据包用的加密签名方式（第 {0} 号）本程序不认识。")]
    UnknownProfile(u8),
    #[error("数据包不完整：后面的部分没有了。")]
    Truncated,
    #[error("数据包被改动或损坏：与发送单位的签名不符。")]
    Altered,
    #[error("数据包是发给 {to} 的，不是发给本单位的。")]
    WrongRecipient { to: String },
    #[error("数据包是发给本单位的，但用的不是本单位现在的密钥。")]
    NotOurKey,
    #[error("数据包的发送单位 {0} 没有登记。")]
    UnknownSender(String),
    #[error("数据包的发送单位{name}已于 {on} 停用。")]
    RevokedSender { name: String, on: String },
    #[error("数据包里有 {0} 的流水，这个单位没有登记。")]
    UnknownOrigin(String),
    #[error("数据包里有已停用单位{name}的流水（{on} 停用）。")]
    RevokedOrigin { name: String, on: String },
    #[error("{origin} 的流水中间缺一段：这里收到第 {held} 条，数据包从第 {begins} 条之后开始。")]
    Gap { origin: String, held: i64, begins: i64 },
    #[error("{origin} 的流水分叉：同一个序号有两种内容，在第 {seq} 条或之前。")]
    Fork { origin: String, seq: i64 },
    #[error("{origin} 的流水从第 {seq} 条起封签不相接。")]
    BrokenChain { origin: String, seq: i64 },
    #[error("{origin} 的流水到第 {seq} 条的签名不是这个单位签的。")]
    CheckpointInvalid { origin: String, seq: i64 },
    #[error("数据包里提到的材料 {0} 没有随包带来，这里也没有。")]
    AttachmentMissing(String),
    #[error("对方说收到了 {origin} 第 {told} 条流水，而本库只到第 {own} 条。")]
    NeverSent { origin: String, told: i64, own: i64 },
    #[error("回执答复的数据包不是本库制作的。")]
    NeverMade,
    #[error("数据包里有本单位自己的流水第 {first} 条至第 {last} 条，本库没有。")]
    OwnEntries { first: i64, last: i64 },
    #[error("{0}")]
    BlindSecretDiffers(Box<Differing>),
    #[error("盲报里有 {0} 的学生记录，上级没有问过这一对。")]
    NotAsked(String),
    #[error("这是{0}，不在这里接收。")]
    OtherDoor(&'static str),
    #[error("数据包的内容自相矛盾：{0}。")]
    Malformed(&'static str),
    #[error("读写数据包失败：{0}。")]
    Io(#[from] io::Error),
}

/// Two secrets in one term: keys that are made with them never meet.
#[derive(Debug, thiserror::Error)]
#[error("盲报用的密钥与别的单位不同：“{term}”学期，{name}的指纹是 {theirs}，{others}的是 {known}。")]
pub struct Differing {
    pub term: String,
    pub name: String,
    pub theirs: String,
    /// The names of the others, and the fingerprint of theirs.
    pub others: String,
    pub known: String,
}

impl BundleError {
    /// The machine name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotABundle => "not-a-bundle",
            Self::Newer { .. } => "newer-version",
            Self::UnknownProfile(_) => "unknown-profile",
            Self::Truncated => "truncated",
            Self::Altered => "altered",
            Self::WrongRecipient { .. } => "wrong-recipient",
            Self::NotOurKey => "not-our-key",
            Self::UnknownSender(_) => "unknown-sender",
            Self::RevokedSender { .. } => "revoked-sender",
            Self::UnknownOrigin(_) => "unknown-origin",
            Self::RevokedOrigin { .. } => "revoked-origin",
            Self::Gap { .. } => "gap",
            Self::Fork { .. } => "fork",
            Self::BrokenChain { .. } => "broken-chain",
            Self::CheckpointInvalid { .. } => "checkpoint-invalid",
            Self::AttachmentMissing(_) => "attachment-missing",
            Self::NeverSent { .. } => "never-sent",
            Self::NeverMade => "never-made",
            Self::OwnEntries { .. } => "own-entries",
            Self::BlindSecretDiffers(_) => "blind-secret-differs",
            Self::NotAsked(_) => "not-asked",
            Self::OtherDoor(_) => "other-door",
            Self::Malformed(_) => "malformed",
            Self::Io(_) => "io",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotABundle => "请检查文件是不是 xueji sync bundle 写出的数据包或回执。",
            Self::Newer { .. } | Self::UnknownProfile(_) => "请升级 xueji 后再接收；没有写入任何内容。",
            Self::Truncated | Self::Altered | Self::Io(_) => {
                "请重新拷贝，或请对方重新制作；没有写入任何内容。"
            }
            Self::WrongRecipient { .. } => "请交给收件单位，或请对方用 --to 写明本单位重新制作。",
            Self::NotOurKey => "请把本单位现在的名片（xueji sync key card）交给对方登记，再请对方重新制作。",
            Self::UnknownSender(_) | Self::UnknownOrigin(_) => {
                "请向该单位要名片，当面或电话核对指纹后用 xueji sync office add 登记。"
            }
            Self::RevokedSender { .. } | Self::RevokedOrigin { .. } => {
                "停用的单位不收；确要恢复的，请核对指纹后重新登记。"
            }
            Self::Gap { .. } => {
                "请把回执交给对方，对方下一个数据包会从缺的地方补起；或请对方用 --since 重新制作。"
            }
            Self::Fork { .. } | Self::NeverSent { .. } => {
                "多半是一方从备份恢复过；见 xueji explain sync 的“从备份恢复”一节，不要继续办理业务。"
            }
            Self::NeverMade => "请检查回执是不是交错了单位；本库从备份恢复过的，见 xueji explain sync。",
            Self::OwnEntries { .. } => {
                "本库多半是从备份恢复的：先不要办理业务，用 xueji sync receive --restore 把缺的流水接回来。"
            }
            Self::BrokenChain { .. } | Self::Malformed(_) => {
                "请对方运行 xueji audit verify；没有写入任何内容。"
            }
            Self::CheckpointInvalid { .. } => {
                "对方可能换过密钥：请核对指纹后重新登记它的名片，再请它重新制作数据包。"
            }
            Self::BlindSecretDiffers(_) => {
                "密钥不同的两个单位永远对不上：请各单位用 xueji sync blind key list 核对指纹，用错的重新 load 后再报；已收的也可能是错的一方。"
            }
            Self::NotAsked(_) => "请对方只交出 xueji sync message list 里问到的；没有写入任何内容。",
            Self::OtherDoor(_) => {
                "盲报用 xueji sync receive 接收；盲报密钥用 xueji sync blind key load 接收。"
            }
            Self::AttachmentMissing(_) => "请对方运行 xueji audit verify 找出丢失的材料，恢复后重新制作。",
        }
    }

    /// Whether the file itself is unusable, as against a good file that is refused.
    pub fn is_unusable(&self) -> bool {
        matches!(
            self,
            Self::NotABundle
                | Self::Newer { .. }
                | Self::UnknownProfile(_)
                | Self::Truncated
                | Self::Altered
                | Self::NotOurKey
                | Self::Io(_)
        )
    }

    /// What an error of reading says of a bundle: it ends too early, it is damaged, or the disk fails.
    pub fn of_reading(e: io::Error) -> BundleError {
        // Our own errors pass through decryption and decompression as they are.
        let ours = e.get_ref().and_then(|inner| inner.downcast_ref::<Inner>());
        match (ours, e.kind()) {
            (Some(Inner::Truncated), _) | (None, io::ErrorKind::UnexpectedEof) => Self::Truncated,
            (Some(Inner::Altered), _) | (None, io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) => {
                Self::Altered
            }
            (None, _) => Self::Io(e),
        }
    }
}

/// What is found wrong underneath a reader that can only fail with an error of the system.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub enum Inner {
    #[error("truncated")]
    Truncated,
    #[error("altered")]
    Altered,
}

impl From<Inner> for io::Error {
    fn from(inner: Inner) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, inner)
    }
}
