//! How bundles are signed, encrypted and hashed: one file per profile, one row in `PROFILES`.
//!
//! A profile of the national algorithms (SM2, SM3, SM4) fits behind the same interface: `sign` and `verify` over SM3 with
//! SM2, `seal` and `open` as a stream of SM4 under a key wrapped for the recipient, number 2. It is not there: the curve code
//! of the crates that exist is unaudited, none brings an envelope that streams, and an envelope of our own making is no
//! place to begin. A bureau that must comply needs a certified module in any case, and that is a file beside this one.

use std::io::{self, Read, Write};

use super::bundle::envelope::Frames;
use super::error::BundleError;

pub mod age_ed25519;

/// An office's secret keys, as texts in the profile's own form.
#[derive(Clone)]
pub struct Secret {
    pub signing: String,
    pub decryption: String,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// An office's public keys, as texts in the profile's own form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Public {
    pub verifying: String,
    pub encryption: String,
}

/// A stream that is being encrypted.
pub trait Sealing<'a>: Write {
    /// Writes what is left; gives the frames back, to be signed.
    fn finish(self: Box<Self>) -> std::io::Result<Frames<'a>>;
}

/// A hash in the making.
pub trait Digest {
    fn update(&mut self, bytes: &[u8]);
    fn finish(&self) -> [u8; 32];
}

/// One suite of algorithms.
pub trait Profile: Sync {
    /// The number in a bundle's head.
    fn number(&self) -> u8;
    /// The machine key on keys and cards.
    fn key(&self) -> &'static str;
    /// What it is made of, for people.
    fn title(&self) -> &'static str;
    /// New keys by the machine's chance.
    fn generate(&self) -> Result<Secret, BundleError>;
    /// The public halves; `None` where the texts are no keys of this profile.
    fn public(&self, secret: &Secret) -> Option<Public>;
    /// Whether these texts are public keys of this profile.
    fn is_public(&self, public: &Public) -> bool;
    /// A signature; `None` where the text is no key of this profile.
    fn sign(&self, signing: &str, message: &[u8]) -> Option<Vec<u8>>;
    fn verify(&self, verifying: &str, message: &[u8], signature: &[u8]) -> bool;
    fn digest(&self) -> Box<dyn Digest>;
    /// Encrypts to one recipient what is written.
    fn seal<'a>(
        &self,
        encryption: &str,
        frames: Frames<'a>,
    ) -> Result<Box<dyn Sealing<'a> + 'a>, BundleError>;
    /// Decrypts as it is read.
    fn open<'a>(
        &self,
        decryption: &str,
        input: Box<dyn Read + 'a>,
    ) -> Result<Box<dyn Read + 'a>, BundleError>;
}

/// Every profile. A number never changes its meaning.
pub static PROFILES: &[&dyn Profile] = &[&age_ed25519::AgeEd25519];

/// Fresh random bytes of the machine.
pub fn random() -> Result<[u8; 32], BundleError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|e| BundleError::Io(io::Error::other(e.to_string())))?;
    Ok(bytes)
}

/// The 32 bytes that are written in hexadecimal.
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    let is_hex = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let byte = |i: usize| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok();
    let bytes: Option<Vec<u8>> = is_hex.then(|| (0..32).map(byte).collect())?;
    bytes?.try_into().ok()
}

/// The profile of this number.
pub fn by_number(number: u8) -> Option<&'static dyn Profile> {
    PROFILES.iter().copied().find(|p| p.number() == number)
}

/// The profile of this key.
pub fn by_key(key: &str) -> Option<&'static dyn Profile> {
    PROFILES.iter().copied().find(|p| p.key() == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_signs_and_tells_a_forgery() {
        for (i, p) in PROFILES.iter().enumerate() {
            assert!(PROFILES[..i].iter().all(|q| q.number() != p.number() && q.key() != p.key()));
            let (secret, other) = (p.generate().unwrap(), p.generate().unwrap());
            let (public, stranger) = (p.public(&secret).unwrap(), p.public(&other).unwrap());
            assert!(p.is_public(&public));
            let signature = p.sign(&secret.signing, b"text").unwrap();
            assert!(p.verify(&public.verifying, b"text", &signature));
            assert!(!p.verify(&public.verifying, b"test", &signature));
            assert!(!p.verify(&stranger.verifying, b"text", &signature));
            assert!(!p.verify("", b"text", &signature) && !p.verify(&public.verifying, b"text", b""));
            assert_eq!(format!("{secret:?}"), "Secret(…)");
        }
    }
}
