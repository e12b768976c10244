//! The first profile: age (X25519, ChaCha20-Poly1305 in chunks of 64 KiB), Ed25519, BLAKE3.

use std::io::{self, BufReader, Read, Write};
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use age::x25519::{Identity, Recipient};
use age::{DecryptError, Decryptor, Encryptor};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::model::journal::hex;
use crate::upstream::bundle::envelope::Frames;
use crate::upstream::error::BundleError;

use super::{Digest, Profile, Public, Sealing, Secret, random, unhex};

pub struct AgeEd25519;

struct Sealed<'a>(age::stream::StreamWriter<Frames<'a>>);

impl Write for Sealed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<'a> Sealing<'a> for Sealed<'a> {
    fn finish(self: Box<Self>) -> io::Result<Frames<'a>> {
        self.0.finish()
    }
}

struct Blake3(blake3::Hasher);

impl Digest for Blake3 {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> [u8; 32] {
        *self.0.finalize().as_bytes()
    }
}

fn verifying_key(text: &str) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(&unhex(text)?).ok().filter(|key| !key.is_weak())
}

impl Profile for AgeEd25519 {
    fn number(&self) -> u8 {
        1
    }

    fn key(&self) -> &'static str {
        "age-ed25519"
    }

    fn title(&self) -> &'static str {
        "age（X25519、ChaCha20-Poly1305）加密，Ed25519 签名，BLAKE3 摘要"
    }

    fn generate(&self) -> Result<Secret, BundleError> {
        let seed = random()?;
        let decryption = Identity::generate().to_string().expose_secret().to_owned();
        Ok(Secret { signing: hex(&seed), decryption })
    }

    fn public(&self, secret: &Secret) -> Option<Public> {
        let signing = SigningKey::from_bytes(&unhex(&secret.signing)?);
        let identity = Identity::from_str(&secret.decryption).ok()?;
        Some(Public {
            verifying: hex(signing.verifying_key().as_bytes()),
            encryption: identity.to_public().to_string(),
        })
    }

    fn is_public(&self, public: &Public) -> bool {
        verifying_key(&public.verifying).is_some() && Recipient::from_str(&public.encryption).is_ok()
    }

    fn sign(&self, signing: &str, message: &[u8]) -> Option<Vec<u8>> {
        let key = SigningKey::from_bytes(&unhex(signing)?);
        Some(key.sign(message).to_bytes().to_vec())
    }

    // Strictly: of several encodings of a signature or a key only the one is taken (RFC 8032 §5.1.7).
    fn verify(&self, verifying: &str, message: &[u8], signature: &[u8]) -> bool {
        let (Some(key), Ok(signature)) = (verifying_key(verifying), Signature::from_slice(signature)) else {
            return false;
        };
        key.verify_strict(message, &signature).is_ok()
    }

    fn digest(&self) -> Box<dyn Digest> {
        Box::new(Blake3(blake3::Hasher::new()))
    }

    fn seal<'a>(
        &self,
        encryption: &str,
        frames: Frames<'a>,
    ) -> Result<Box<dyn Sealing<'a> + 'a>, BundleError> {
        let recipient = Recipient::from_str(encryption).map_err(|_| BundleError::NotOurKey)?;
        let encryptor =
            Encryptor::with_recipients(std::iter::once(&recipient as _)).expect("one recipient is given");
        Ok(Box::new(Sealed(encryptor.wrap_output(frames)?)))
    }

    fn open<'a>(
        &self,
        decryption: &str,
        input: Box<dyn Read + 'a>,
    ) -> Result<Box<dyn Read + 'a>, BundleError> {
        let identity = Identity::from_str(decryption).map_err(|_| BundleError::NotOurKey)?;
        let decryptor = Decryptor::new_buffered(BufReader::new(input)).map_err(refused)?;
        let stream = decryptor.decrypt(std::iter::once(&identity as _)).map_err(refused)?;
        Ok(Box::new(stream))
    }
}

fn refused(e: DecryptError) -> BundleError {
    match e {
        DecryptError::NoMatchingKeys | DecryptError::KeyDecryptionFailed => BundleError::NotOurKey,
        DecryptError::Io(e) => BundleError::of_reading(e),
        _ => BundleError::Altered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_comes_back_and_nothing_else_is_taken() {
        let bytes: [u8; 32] = std::array::from_fn(|i| i as u8 * 8);
        assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        for bad in ["", "0", &"0".repeat(63), &"G".repeat(64), &"+f".repeat(32), &"字".repeat(32)] {
            assert_eq!(unhex(bad), None, "{bad}");
        }
    }
}
