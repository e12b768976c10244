//! An office's keys: the secret file beside its registry, the public card it hands out, and the card's fingerprint.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::office::{Office, rank};

use super::error::BundleError;
use super::profile::{self, Profile, Public, Secret};

/// A key or a card that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("没有密钥文件 {0}。")]
    Missing(PathBuf),
    #[error("密钥文件 {0} 已经存在，不会覆盖。")]
    Exists(PathBuf),
    #[error("密钥文件 {0} 别人也能读。")]
    Exposed(PathBuf),
    #[error("{0} 不是 xueji 的密钥文件，或已损坏。")]
    NotAKey(PathBuf),
    #[error("密钥文件 {0} 是另一个学籍库的。")]
    Another(PathBuf),
    #[error("{0} 不是 xueji 的盲报密钥文件，或已损坏。")]
    NotSecrets(PathBuf),
    #[error("没有{}盲报密钥。", .term.as_deref().map_or(String::new(), |t| format!("“{t}”的")))]
    NoSecret { term: Option<String> },
    #[error("“{term}”的盲报密钥已经有了，内容与这一个不同，不会覆盖。")]
    OtherSecret { term: String },
    #[error("不是 xueji 的单位名片，或已损坏：{0}。")]
    NotACard(String),
    #[error("读写 {0} 失败：{1}。")]
    Io(PathBuf, std::io::Error),
    #[error(transparent)]
    Making(#[from] BundleError),
}

impl KeyError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Missing(_) => {
                "请先用 xueji sync key new 生成；换了机器的，把原来的密钥文件放回学籍库旁边。"
            }
            Self::Exists(_) => "确要更换密钥的，请先把原文件移走，再运行 xueji sync key new。",
            Self::Exposed(_) => "请运行 chmod 600 收回权限；怀疑已泄露的，更换密钥并把新名片交给各单位。",
            Self::NotAKey(_) => "请放回原来的密钥文件；没有备份的，移走后用 xueji sync key new 重新生成。",
            Self::Another(_) => "请放回本学籍库的密钥文件；学籍库和密钥文件要一起移动。",
            Self::NotSecrets(_) => "请放回原来的盲报密钥文件；没有备份的，移走后向同级单位再要一次。",
            Self::NoSecret { .. } => {
                "请向已有密钥的同级单位要：对方 xueji sync blind key export，本单位 xueji sync blind key load；还没有哪个单位生成的，用 xueji sync blind key new。"
            }
            Self::OtherSecret { .. } => {
                "同一学期只能用一个：请与各单位核对指纹（xueji sync blind key list），要换的用另一个学期名，例如 2026-autumn-2。"
            }
            Self::NotACard(_) => "请用对方 xueji sync key card -o 写出的文件。",
            Self::Io(..) | Self::Making(_) => "请检查文件和所在文件夹的权限和空间。",
        }
    }
}

/// The secret file: frozen, versioned.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    xueji_key: u32,
    origin: String,
    profile: String,
    signing: String,
    decryption: String,
}

/// The card: frozen, versioned.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CardFile {
    xueji_card: u32,
    origin: String,
    name: String,
    authority: String,
    level: String,
    profile: String,
    verifying: String,
    encryption: String,
}

/// An office's own keys.
#[derive(Clone)]
pub struct Key {
    pub profile: &'static dyn Profile,
    pub secret: Secret,
    pub public: Public,
}

/// Where a registry's secret key lies: beside it, so that a copy of the registry does not carry it away.
pub fn path_beside(registry: &Path) -> PathBuf {
    let mut path = registry.as_os_str().to_owned();
    path.push("-key");
    path.into()
}

impl Key {
    /// New keys in a new file that only its owner can read.
    pub fn create(path: &Path, origin: &str, profile: &'static dyn Profile) -> Result<Key, KeyError> {
        let secret = profile.generate()?;
        let key = Key::of(profile, secret).expect("generated keys are keys");
        let file = KeyFile {
            xueji_key: 1,
            origin: origin.to_owned(),
            profile: profile.key().to_owned(),
            signing: key.secret.signing.clone(),
            decryption: key.secret.decryption.clone(),
        };
        let text = format!(
            "# xueji 单位密钥：不要交给任何人，不要发送，另存一份备份\n{}",
            toml::to_string(&file).expect("plain texts serialize")
        );
        write_private(path, text.as_bytes())?;
        Ok(key)
    }

    fn of(profile: &'static dyn Profile, secret: Secret) -> Option<Key> {
        let public = profile.public(&secret)?;
        Some(Key { profile, secret, public })
    }

    /// Reads the keys of this registry.
    pub fn open(path: &Path, origin: &str) -> Result<Key, KeyError> {
        let text = read_private(path)?;
        // What is wrong with a secret's text is not quoted.
        let file: KeyFile = toml::from_str(&text).map_err(|_| KeyError::NotAKey(path.to_owned()))?;
        if file.origin != origin {
            return Err(KeyError::Another(path.to_owned()));
        }
        let secret = Secret { signing: file.signing, decryption: file.decryption };
        let known = profile::by_key(&file.profile).filter(|_| file.xueji_key == 1);
        known.and_then(|p| Key::of(p, secret)).ok_or_else(|| KeyError::NotAKey(path.to_owned()))
    }
}

/// Reads a file that only its owner may be able to read.
pub fn read_private(path: &Path) -> Result<String, KeyError> {
    let text = std::fs::read_to_string(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => KeyError::Missing(path.to_owned()),
        _ => KeyError::Io(path.to_owned(), e),
    })?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let mode = std::fs::metadata(path).map_err(|e| KeyError::Io(path.to_owned(), e))?.mode();
        if mode & 0o077 != 0 {
            return Err(KeyError::Exposed(path.to_owned()));
        }
    }
    Ok(text)
}

/// Writes a new file that only its owner can read.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), KeyError> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => KeyError::Exists(path.to_owned()),
        _ => KeyError::Io(path.to_owned(), e),
    })?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|e| {
        let _ = std::fs::remove_file(path);
        KeyError::Io(path.to_owned(), e)
    })
}

/// The card of an office, as a file.
pub fn card(office: &Office) -> String {
    let file = CardFile {
        xueji_card: 1,
        origin: office.origin.clone(),
        name: office.name.clone(),
        authority: office.authority.clone(),
        level: office.level.clone(),
        profile: office.profile.clone(),
        verifying: office.verifying.clone(),
        encryption: office.encryption.clone(),
    };
    let text = toml::to_string(&file).expect("plain texts serialize");
    format!("# xueji 单位名片；指纹：{}\n{text}", fingerprint(office))
}

/// The office of a card.
pub fn read_card(text: &str) -> Result<Office, KeyError> {
    let bad = |what: &str| KeyError::NotACard(what.to_owned());
    let file: CardFile = toml::from_str(text).map_err(|_| bad("写法不对"))?;
    if file.xueji_card != 1 {
        return Err(bad("由较新版本的 xueji 写出"));
    }
    let plain = |t: &str| !t.is_empty() && t.len() <= 64 && t.bytes().all(|b| b.is_ascii_graphic());
    if !plain(&file.origin) || file.origin.contains('>') {
        return Err(bad("来源单位不对"));
    }
    if rank(&file.level).is_none() {
        return Err(bad("级别不对"));
    }
    let profile = profile::by_key(&file.profile).ok_or_else(|| bad("不认识它的加密签名方式"))?;
    let public = Public { verifying: file.verifying, encryption: file.encryption };
    if !profile.is_public(&public) {
        return Err(bad("公钥不对"));
    }
    Ok(Office {
        origin: file.origin,
        name: file.name,
        authority: file.authority,
        level: file.level,
        profile: file.profile,
        verifying: public.verifying,
        encryption: public.encryption,
        ..Office::default()
    })
}

/// Thirty-two hexadecimal digits in groups of four, to be compared by telephone: 128 bits of the hash of all that a card
/// says.
pub fn fingerprint(office: &Office) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"xueji card 1");
    let parts = [
        &office.origin,
        &office.name,
        &office.authority,
        &office.level,
        &office.profile,
        &office.verifying,
        &office.encryption,
    ];
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let hash = hasher.finalize();
    let groups: Vec<String> =
        hash.as_bytes()[..16].chunks(2).map(|b| format!("{:02x}{:02x}", b[0], b[1])).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office() -> Office {
        let profile = profile::PROFILES[0];
        let public = profile.public(&profile.generate().unwrap()).unwrap();
        Office {
            origin: "330127-0a1b2c3d4e5f".into(),
            name: "云溪县教育局".into(),
            authority: "330127".into(),
            level: "county".into(),
            profile: profile.key().into(),
            verifying: public.verifying,
            encryption: public.encryption,
            ..Office::default()
        }
    }

    #[test]
    fn a_card_gives_its_office_back_and_any_change_another_fingerprint() {
        let office = office();
        let text = card(&office);
        assert_eq!(read_card(&text).unwrap(), office);
        assert!(text.contains(&fingerprint(&office)) && fingerprint(&office).len() == 39);
        let renamed = Office { name: "云溪县教育局 ".into(), ..office.clone() };
        assert_ne!(fingerprint(&renamed), fingerprint(&office));
        for (from, to) in [
            ("xueji_card = 1", "xueji_card = 2"),
            ("county", "nation"),
            ("age1", "age2"),
            ("330127-0a", "330127 0a"),
            ("verifying", "verified"),
        ] {
            assert!(read_card(&text.replace(from, to)).is_err(), "{from}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_is_its_owners_and_its_registrys_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = path_beside(&folder.path().join("xueji.db"));
        let made = Key::create(&path, "a", profile::PROFILES[0]).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(Key::open(&path, "a").unwrap().public, made.public);
        assert!(matches!(Key::open(&path, "b"), Err(KeyError::Another(_))));
        assert!(matches!(Key::create(&path, "a", profile::PROFILES[0]), Err(KeyError::Exists(_))));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Key::open(&path, "a"), Err(KeyError::Exposed(_))));
    }
}
