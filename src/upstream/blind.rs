//! 盲报: the secret that offices of one level share and the level above has not, and what is made of it: blinded keys
//! and handles. The file of secrets lies beside the registry, never in it.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::id::StudentId;
use crate::model::journal::hex;

use super::error::BundleError;
use super::key::{KeyError, read_private, write_private};
use super::profile;

/// A blinded key or a handle: 128 bits, so that no two of 10⁹ keys are equal by chance.
pub type Blinded = [u8; 16];

/// The longest name of a term.
const LONGEST_TERM: usize = 32;

/// The secret of a term.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    pub term: String,
    bytes: [u8; 32],
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} …)", self.term)
    }
}

/// Whether a text can name a term: `2026-autumn`, `2026-autumn-2`.
pub fn is_term(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty() && text.len() <= LONGEST_TERM && text.bytes().all(plain)
}

impl Secret {
    /// A new one by the machine's chance.
    pub fn generate(term: &str) -> Result<Secret, BundleError> {
        Ok(Secret { term: term.to_owned(), bytes: profile::random()? })
    }

    /// Of the bytes that another office sealed for us.
    pub fn of(term: String, bytes: [u8; 32]) -> Secret {
        Secret { term, bytes }
    }

    /// The secret itself, to be sealed for another office.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// A pseudo-random function of the secret for one purpose: BLAKE3 in its keyed mode, under a key of the purpose's own.
    fn function(&self, purpose: &str) -> blake3::Hasher {
        let mut hasher = blake3::Hasher::new_keyed(&self.bytes);
        hasher.update(format!("xueji blind 1\n{purpose}\n{}\n", self.term).as_bytes());
        blake3::Hasher::new_keyed(hasher.finalize().as_bytes())
    }

    /// By what two offices, and the level above, see that they mean one secret; it tells nothing of the secret.
    pub fn fingerprint(&self) -> String {
        let hash = self.function("fingerprint").finalize();
        let groups: Vec<String> = hash.as_bytes()[..8].chunks(2).map(hex).collect();
        groups.join("-")
    }

    /// What blinds the keys of pupils.
    pub fn blinding(&self) -> Blinding {
        Blinding { key: self.function("key"), handle: self.function("handle") }
    }
}

/// Makes keys and handles of one secret.
pub struct Blinding {
    key: blake3::Hasher,
    handle: blake3::Hasher,
}

fn short(hasher: &blake3::Hasher) -> Blinded {
    let mut short = [0; 16];
    short.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    short
}

impl Blinding {
    /// A blocking key of a sort: equal in two offices where the keys are.
    pub fn key(&self, sort: i64, value: i64) -> Blinded {
        let mut hasher = self.key.clone();
        hasher.update(&sort.to_be_bytes()).update(&value.to_be_bytes());
        short(&hasher)
    }

    /// By what the level above calls a pupil of an office.
    pub fn handle(&self, origin: &str, pupil: StudentId) -> Blinded {
        let mut hasher = self.handle.clone();
        hasher.update(origin.as_bytes()).update(b"\n").update(pupil.as_bytes());
        short(&hasher)
    }
}

/// The file of secrets: frozen, versioned.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretsFile {
    xueji_blind: u32,
    origin: String,
    #[serde(default)]
    term: Vec<TermFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TermFile {
    name: String,
    secret: String,
}

/// The secrets of a registry, the last added last.
pub struct Secrets {
    path: PathBuf,
    origin: String,
    all: Vec<Secret>,
}

/// Where the secrets lie: beside the registry.
pub fn path_beside(registry: &Path) -> PathBuf {
    let mut path = registry.as_os_str().to_owned();
    path.push("-blind");
    path.into()
}

impl Secrets {
    /// Reads the secrets of this registry; none where there is no file.
    pub fn open(path: &Path, origin: &str) -> Result<Secrets, KeyError> {
        let mut secrets = Secrets { path: path.to_owned(), origin: origin.to_owned(), all: Vec::new() };
        let text = match read_private(path) {
            Err(KeyError::Missing(_)) => return Ok(secrets),
            read => read?,
        };
        // What is wrong with a secret's text is not quoted.
        let bad = || KeyError::NotSecrets(path.to_owned());
        let file: SecretsFile = toml::from_str(&text).map_err(|_| bad())?;
        if file.origin != origin {
            return Err(KeyError::Another(path.to_owned()));
        }
        if file.xueji_blind != 1 {
            return Err(bad());
        }
        for term in file.term {
            let bytes = profile::unhex(&term.secret).filter(|_| is_term(&term.name)).ok_or_else(bad)?;
            secrets.all.push(Secret { term: term.name, bytes });
        }
        Ok(secrets)
    }

    /// Every secret, the last added last.
    pub fn all(&self) -> &[Secret] {
        &self.all
    }

    /// The secret of a term; without one the last that was added.
    pub fn find(&self, term: Option<&str>) -> Option<&Secret> {
        self.all.iter().rev().find(|s| term.is_none_or(|t| s.term == t))
    }

    /// Adds a secret and writes the file; false where it stands there already. A term's secret is never written over.
    pub fn add(&mut self, secret: &Secret) -> Result<bool, KeyError> {
        match self.find(Some(&secret.term)) {
            Some(known) if known == secret => return Ok(false),
            Some(_) => return Err(KeyError::OtherSecret { term: secret.term.clone() }),
            None => self.all.push(secret.clone()),
        }
        let term = |s: &Secret| TermFile { name: s.term.clone(), secret: hex(&s.bytes) };
        let file = SecretsFile {
            xueji_blind: 1,
            origin: self.origin.clone(),
            term: self.all.iter().map(term).collect(),
        };
        let text = format!(
            "# xueji 盲报密钥：只在同级单位之间用 xueji sync blind key export 传送，不要交给上级\n{}",
            toml::to_string(&file).expect("plain texts serialize")
        );
        // In the place of the old file at once, or not at all.
        let fresh = self.path.with_extension(format!("blind-{}", std::process::id()));
        write_private(&fresh, text.as_bytes())?;
        std::fs::rename(&fresh, &self.path).map_err(|e| {
            let _ = std::fs::remove_file(&fresh);
            KeyError::Io(self.path.clone(), e)
        })?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blinded_keys_are_equal_under_one_secret_and_one_term_only() {
        let secret = Secret::generate("2026-autumn").unwrap();
        let other = Secret::generate("2026-autumn").unwrap();
        let next = Secret::of("2027-spring".into(), *secret.bytes());
        let key = |s: &Secret| s.blinding().key(3, -5);
        assert_eq!(key(&secret), key(&secret.clone()));
        assert!(key(&secret) != key(&other) && key(&secret) != key(&next));
        assert!(secret.fingerprint() != other.fingerprint() && secret.fingerprint() != next.fingerprint());
        let b = secret.blinding();
        assert!(b.key(3, -5) != b.key(4, -5) && b.key(3, -5) != b.key(3, 5));
        let pupil = StudentId::new(1, 2, [3; 8]);
        assert!(b.handle("a", pupil) != b.handle("b", pupil));
        assert_eq!(format!("{secret:?}"), "Secret(2026-autumn …)");
        assert!(!secret.fingerprint().replace('-', "").contains(&hex(secret.bytes())[..8]));
    }

    #[cfg(unix)]
    #[test]
    fn secrets_are_kept_beside_the_registry_for_their_owner_and_never_written_over() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = path_beside(&folder.path().join("xueji.db"));
        let (one, two) = (Secret::generate("2026-autumn").unwrap(), Secret::generate("2027-spring").unwrap());
        let mut secrets = Secrets::open(&path, "a").unwrap();
        assert!(secrets.find(None).is_none());
        assert!(secrets.add(&one).unwrap() && secrets.add(&two).unwrap() && !secrets.add(&one).unwrap());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let mut again = Secrets::open(&path, "a").unwrap();
        assert_eq!(again.find(None), Some(&two));
        assert_eq!(again.find(Some("2026-autumn")), Some(&one));
        let other = Secret::generate("2026-autumn").unwrap();
        assert!(matches!(again.add(&other), Err(KeyError::OtherSecret { .. })));
        assert!(matches!(Secrets::open(&path, "b"), Err(KeyError::Another(_))));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Secrets::open(&path, "a"), Err(KeyError::Exposed(_))));
        assert!(!is_term("2026 秋") && !is_term("") && is_term("2026-autumn-2"));
    }
}
