//! The envelope: a head in clear, frames of encrypted bytes, the sender's signature over all of it.

use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::upstream::error::{BundleError, Inner};
use crate::upstream::profile::{self, Digest, Profile};

use super::{KINDS, Kind, VERSION};

const MAGIC: &[u8; 8] = b"XUEJIBDL";
const FRAME: usize = 65_536;

/// What stands in clear at the front.
#[derive(Clone)]
pub struct Head {
    pub profile: &'static dyn Profile,
    pub kind: Kind,
    pub sender: String,
    pub recipient: String,
}

impl Head {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&VERSION.to_be_bytes());
        bytes.push(self.profile.number());
        let number = KINDS.iter().find(|(kind, _)| *kind == self.kind).map_or(0, |(_, number)| *number);
        bytes.push(number);
        for origin in [&self.sender, &self.recipient] {
            bytes.push(origin.len() as u8);
            bytes.extend_from_slice(origin.as_bytes());
        }
        bytes
    }

    /// Reads the head; nothing of it is trusted before the signature is checked.
    pub fn read(input: &mut dyn Read) -> Result<Head, BundleError> {
        let mut fixed = [0; 12];
        let mut have = 0;
        while have < fixed.len() {
            match input.read(&mut fixed[have..])? {
                0 => break,
                n => have += n,
            }
        }
        if fixed[..have.min(8)] != MAGIC[..have.min(8)] || have == 0 {
            return Err(BundleError::NotABundle);
        }
        if have < fixed.len() {
            return Err(BundleError::Truncated);
        }
        let version = u16::from_be_bytes([fixed[8], fixed[9]]);
        if version > VERSION {
            return Err(BundleError::Newer { found: version, known: VERSION });
        }
        let profile = profile::by_number(fixed[10]).ok_or(BundleError::UnknownProfile(fixed[10]))?;
        let kind = KINDS.iter().find(|(_, number)| *number == fixed[11]).ok_or(BundleError::Altered)?.0;
        let mut origin = || -> Result<String, BundleError> {
            let mut length = [0];
            read_exact(input, &mut length)?;
            let mut text = vec![0; length[0].into()];
            read_exact(input, &mut text)?;
            let text = String::from_utf8(text).ok().filter(|t| t.is_ascii());
            text.ok_or(BundleError::Altered)
        };
        let (sender, recipient) = (origin()?, origin()?);
        if version == 0 {
            return Err(BundleError::Altered);
        }
        Ok(Head { profile, kind, sender, recipient })
    }
}

fn read_exact(input: &mut dyn Read, into: &mut [u8]) -> Result<(), BundleError> {
    input.read_exact(into).map_err(BundleError::of_reading)
}

fn message(digest: &dyn Digest) -> Vec<u8> {
    let mut message = b"xueji bundle 1\n".to_vec();
    message.extend_from_slice(&digest.finish());
    message
}

/// Writes frames, and hashes all that is written.
pub struct Frames<'a> {
    out: &'a mut dyn Write,
    digest: Box<dyn Digest>,
    buffer: Vec<u8>,
}

impl<'a> Frames<'a> {
    /// Writes the head.
    pub fn new(out: &'a mut dyn Write, head: &Head) -> io::Result<Frames<'a>> {
        let mut frames = Frames { out, digest: head.profile.digest(), buffer: Vec::with_capacity(FRAME) };
        frames.put(&head.bytes())?;
        Ok(frames)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.out.write_all(bytes)
    }

    fn put_frame(&mut self) -> io::Result<()> {
        let frame = std::mem::take(&mut self.buffer);
        self.put(&(frame.len() as u32).to_be_bytes())?;
        self.put(&frame)?;
        self.buffer = frame;
        self.buffer.clear();
        Ok(())
    }

    /// Ends the frames and signs.
    pub fn finish(mut self, profile: &dyn Profile, signing: &str) -> Result<(), BundleError> {
        if !self.buffer.is_empty() {
            self.put_frame()?;
        }
        self.put(&[0; 4])?;
        let signature = profile.sign(signing, &message(&*self.digest)).ok_or(BundleError::NotOurKey)?;
        self.out.write_all(&(signature.len() as u16).to_be_bytes())?;
        self.out.write_all(&signature)?;
        self.out.flush()?;
        Ok(())
    }
}

impl Write for Frames<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(FRAME - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        if self.buffer.len() == FRAME {
            self.put_frame()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A file whose signature was checked: it reads what is encrypted, and fails when it is no longer the file that was signed.
pub struct Opened<'a> {
    input: &'a mut dyn Read,
    digest: Box<dyn Digest>,
    signed: [u8; 32],
    left: usize,
    ended: bool,
}

/// Something that can be read twice.
pub trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// Reads the whole file and checks that it is what the sender signed: only then is it opened.
pub fn verified<'a>(
    input: &'a mut dyn Source,
    head: &Head,
    verifying: &str,
) -> Result<Opened<'a>, BundleError> {
    let mut digest = head.profile.digest();
    digest.update(&head.bytes());
    input.seek(SeekFrom::Start(head.bytes().len() as u64))?;
    let mut buffer = vec![0; FRAME];
    loop {
        let mut length = [0; 4];
        read_exact(input, &mut length)?;
        digest.update(&length);
        match u32::from_be_bytes(length) as usize {
            0 => break,
            n if n > FRAME => return Err(BundleError::Altered),
            n => {
                read_exact(input, &mut buffer[..n])?;
                digest.update(&buffer[..n]);
            }
        }
    }
    let mut length = [0; 2];
    read_exact(input, &mut length)?;
    let length = u16::from_be_bytes(length) as usize;
    if length > 1024 {
        return Err(BundleError::Altered);
    }
    read_exact(input, &mut buffer[..length])?;
    let more = input.read(&mut [0])? > 0;
    if more || !head.profile.verify(verifying, &message(&*digest), &buffer[..length]) {
        return Err(BundleError::Altered);
    }
    input.seek(SeekFrom::Start(head.bytes().len() as u64))?;
    let signed = digest.finish();
    let mut digest = head.profile.digest();
    digest.update(&head.bytes());
    Ok(Opened { input, digest, signed, left: 0, ended: false })
}

impl Read for Opened<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !self.ended {
            let mut length = [0; 4];
            self.input.read_exact(&mut length)?;
            self.digest.update(&length);
            self.left = u32::from_be_bytes(length) as usize;
            self.ended = self.left == 0;
        }
        if self.ended {
            // Between the two readings the file has become another one.
            let same = self.digest.finish() == self.signed;
            return if same { Ok(0) } else { Err(Inner::Altered.into()) };
        }
        let most = into.len().min(self.left);
        let n = self.input.read(&mut into[..most])?;
        if n == 0 && most > 0 {
            return Err(Inner::Truncated.into());
        }
        self.digest.update(&into[..n]);
        self.left -= n;
        Ok(n)
    }
}
