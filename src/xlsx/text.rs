//! The encoding of a text file, decided by reading all of it, and a reader that turns it into UTF-8.

use crate::xlsx::error::ReadError;
use encoding_rs::{Decoder, DecoderResult};
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::ops::Range;
use std::path::Path;

/// How a csv writes its characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// GB18030-2022; GBK and GB2312 are parts of it.
    Gb18030,
}

impl Encoding {
    fn decoder(self) -> Decoder {
        let encoding = match self {
            Encoding::Utf8 => encoding_rs::UTF_8,
            Encoding::Utf16Le => encoding_rs::UTF_16LE,
            Encoding::Utf16Be => encoding_rs::UTF_16BE,
            Encoding::Gb18030 => encoding_rs::GB18030,
        };
        encoding.new_decoder_with_bom_removal()
    }
}

const CHUNK: usize = 64 << 10;
/// So many three-byte characters in a row of valid UTF-8 are no accident: the file is UTF-8 with a fault in it.
const SURELY_UTF8: usize = 8;

/// A byte order mark decides; else strict UTF-8; else GB18030. There is no guessing between more.
pub fn detect(path: &Path, open: impl Fn() -> io::Result<File>) -> Result<Encoding, ReadError> {
    let io = |e| ReadError::from_io(path, e);
    let mut mark = [0; 2];
    let read = open().and_then(|mut f| f.read(&mut mark)).map_err(io)?;
    let marked = match &mark[..read] {
        b"\xFF\xFE" => Some(Encoding::Utf16Le),
        b"\xFE\xFF" => Some(Encoding::Utf16Be),
        _ => None,
    };
    let bad = |fault: Fault| match fault.is_cut {
        true => Err(ReadError::Truncated { path: path.to_path_buf() }),
        false => Err(ReadError::Undecodable { path: path.to_path_buf(), byte: fault.byte }),
    };
    if let Some(encoding) = marked {
        return match first_fault(&mut open().map_err(io)?, encoding).map_err(io)? {
            None => Ok(encoding),
            Some(fault) => bad(fault),
        };
    }
    let Some(utf8) = first_fault(&mut open().map_err(io)?, Encoding::Utf8).map_err(io)? else {
        return Ok(Encoding::Utf8);
    };
    if utf8.wide_before >= SURELY_UTF8 {
        return bad(utf8);
    }
    match first_fault(&mut open().map_err(io)?, Encoding::Gb18030).map_err(io)? {
        None => Ok(Encoding::Gb18030),
        Some(fault) => bad(fault),
    }
}

/// Whether a file that can be read as UTF-8 has so few wide characters that this may be chance, and can be read as
/// GB18030 too.
pub fn may_be_gb18030(path: &Path) -> Result<bool, ReadError> {
    let io = |e| ReadError::from_io(path, e);
    let mut bytes = Vec::new();
    File::open(path).and_then(|mut f| f.read_to_end(&mut bytes)).map_err(io)?;
    if bytes.starts_with(b"\xEF\xBB\xBF") || bytes.iter().filter(|b| **b >= 0xE0).count() >= SURELY_UTF8 {
        return Ok(false);
    }
    Ok(first_fault(&mut File::open(path).map_err(io)?, Encoding::Gb18030).map_err(io)?.is_none())
}

struct Fault {
    /// From 1; the end of the bad sequence at the latest.
    byte: u64,
    /// Characters from U+0800 up that were read before it.
    wide_before: usize,
    /// The file ends in the middle of a character.
    is_cut: bool,
}

fn first_fault(file: &mut File, encoding: Encoding) -> io::Result<Option<Fault>> {
    let mut decoder = encoding.decoder();
    let (mut input, mut output) = (vec![0; CHUNK], vec![0; CHUNK * 4]);
    let (mut done, mut wide_before) = (0_u64, 0);
    loop {
        let read = file.read(&mut input)?;
        let (result, used, written) =
            decoder.decode_to_utf8_without_replacement(&input[..read], &mut output, read == 0);
        wide_before += output[..written].iter().filter(|b| **b >= 0xE0).count();
        match result {
            DecoderResult::Malformed(bad, after) => {
                let end = done + used as u64;
                let byte = (end + 1).saturating_sub(u64::from(bad) + u64::from(after)).max(1);
                return Ok(Some(Fault { byte, wide_before, is_cut: read == 0 }));
            }
            DecoderResult::InputEmpty if read == 0 => return Ok(None),
            // The output holds any chunk whole: GB18030 grows at most threefold, UTF-16 at most one and a half.
            DecoderResult::InputEmpty | DecoderResult::OutputFull => done += used as u64,
        }
    }
}

/// Reads a file in any of the encodings as UTF-8 without a byte order mark.
pub struct Utf8<R> {
    inner: R,
    decoder: Decoder,
    input: Vec<u8>,
    unread: Range<usize>,
    output: Vec<u8>,
    ready: Range<usize>,
    finished: bool,
}

impl<R: Read> Utf8<R> {
    pub fn new(inner: R, encoding: Encoding) -> Utf8<R> {
        let (input, output) = (vec![0; CHUNK], vec![0; CHUNK * 2]);
        let decoder = encoding.decoder();
        Utf8 { inner, decoder, input, unread: 0..0, output, ready: 0..0, finished: false }
    }
}

impl<R: Read> BufRead for Utf8<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.ready.is_empty() && !self.finished {
            let mut last = false;
            if self.unread.is_empty() {
                self.unread = 0..self.inner.read(&mut self.input)?;
                last = self.unread.is_empty();
            }
            let chunk = &self.input[self.unread.clone()];
            let (result, used, written) =
                self.decoder.decode_to_utf8_without_replacement(chunk, &mut self.output, last);
            self.unread.start += used;
            self.ready = 0..written;
            self.finished = last && result == DecoderResult::InputEmpty;
            if matches!(result, DecoderResult::Malformed(..)) {
                return Err(io::Error::from(io::ErrorKind::InvalidData));
            }
        }
        Ok(&self.output[self.ready.clone()])
    }

    fn consume(&mut self, amount: usize) {
        self.ready.start += amount;
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn detected(bytes: &[u8]) -> Result<Encoding, ReadError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.csv");
        fs::write(&path, bytes).unwrap();
        detect(&path, || File::open(&path))
    }

    #[test]
    fn a_mark_then_utf8_then_gb18030() {
        assert_eq!(detected("姓名,䶮".as_bytes()).unwrap(), Encoding::Utf8);
        assert_eq!(detected(b"name,age").unwrap(), Encoding::Utf8);
        assert_eq!(detected(b"\xD0\xD5\xC3\xFB,\xFE\x9F").unwrap(), Encoding::Gb18030);
        assert_eq!(detected(b"\xFF\xFE\x59\x00").unwrap(), Encoding::Utf16Le);
        assert_eq!(detected(b"\xFE\xFF\x00\x59").unwrap(), Encoding::Utf16Be);
    }

    #[test]
    fn a_fault_is_named_by_its_byte() {
        let byte = |bytes: &[u8]| match detected(bytes) {
            Err(ReadError::Undecodable { byte, .. }) => byte,
            other => panic!("{other:?}"),
        };
        assert_eq!(byte(b"abc\xFFdef"), 4);
        assert_eq!(byte(b"\xD0\xD5\x80\xFF\xFF"), 4);
        let mut utf8 = "学生基本信息花名册".as_bytes().to_vec();
        utf8.push(0xB5);
        utf8.extend_from_slice("性别".as_bytes());
        assert_eq!(byte(&utf8), 28, "a fault in UTF-8 is not read as GB18030");
    }

    #[test]
    fn a_file_that_ends_inside_a_character_is_cut_short() {
        let utf8 = "学生基本信息花名册".as_bytes();
        for cut in [&utf8[..utf8.len() - 1], b"\xFF\xFE\x59\x00\x5A", b"\xD0\xD5\xC3\xFB,\x80\x80\xC3"] {
            assert!(matches!(detected(cut), Err(ReadError::Truncated { .. })), "{cut:?}");
        }
    }

    #[test]
    fn the_four_byte_characters_arrive() {
        let text = "𬱖䶮㛃𠅤\n".repeat(30_000);
        let (bytes, _, lossy) = encoding_rs::GB18030.encode(&text);
        assert!(!lossy);
        let mut out = String::new();
        Utf8::new(&bytes[..], Encoding::Gb18030).read_to_string(&mut out).unwrap();
        assert_eq!(out, text);
    }
}
