//! Readers that remember what went wrong: a fault of the disk must not be taken for a fault in the file.

use crate::xlsx::error::ReadError;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// What a reader met that the parsers above it would only call broken.
enum Trouble {
    Disk(io::Error),
    /// More came out of a packed part than any real part holds.
    Flood,
}

/// The first trouble of a file, shared by all its readers.
#[derive(Clone, Default)]
pub struct Watch(Arc<Mutex<Option<Trouble>>>);

impl Watch {
    /// The trouble that was met, or else what the parser says. It is told once.
    pub fn or(&self, path: &Path, otherwise: impl FnOnce() -> ReadError) -> ReadError {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(Trouble::Disk(source)) => ReadError::from_io(path, source),
            Some(Trouble::Flood) => {
                let detail = "有一个部件解开后大得不正常".to_owned();
                ReadError::TooLarge { path: path.to_path_buf(), detail }
            }
            None => otherwise(),
        }
    }

    fn note(&self, trouble: Trouble) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(trouble);
    }

    fn seen<T>(&self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|e| {
            let kind = e.kind();
            if kind != io::ErrorKind::Interrupted {
                self.note(Trouble::Disk(e));
            }
            kind.into()
        })
    }
}

/// A file whose errors are remembered.
pub struct Watched<R = File> {
    inner: R,
    watch: Watch,
}

impl<R> Watched<R> {
    pub fn new(inner: R, watch: &Watch) -> Watched<R> {
        Watched { inner, watch: watch.clone() }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.watch.seen(self.inner.read(out))
    }
}

impl<R: Seek> Seek for Watched<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        // A place before the beginning is named by a broken file, not by the disk.
        match self.inner.seek(to) {
            Err(e) if e.kind() == io::ErrorKind::InvalidInput => Err(e),
            result => self.watch.seen(result),
        }
    }
}

/// A part as it is unpacked, counted: its directory may say less than comes out.
pub struct Counted<R> {
    inner: R,
    left: u64,
    watch: Watch,
}

impl<R> Counted<R> {
    pub fn new(inner: R, limit: u64, watch: &Watch) -> Counted<R> {
        Counted { inner, left: limit, watch: watch.clone() }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => {
                self.left = left;
                Ok(read)
            }
            None => {
                self.watch.note(Trouble::Flood);
                Err(io::ErrorKind::FileTooLarge.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::from_raw_os_error(5))
        }
    }

    fn or(watch: &Watch) -> ReadError {
        watch.or(Path::new("甲.xlsx"), || ReadError::damaged(Path::new("甲.xlsx"), "解不开"))
    }

    #[test]
    fn a_fault_of_the_disk_is_no_fault_of_the_file() {
        let watch = Watch::default();
        assert!(matches!(or(&watch), ReadError::Damaged { .. }));
        assert!(Watched::new(Broken, &watch).read(&mut [0]).is_err());
        assert!(matches!(or(&watch), ReadError::Io { .. }));
        assert!(matches!(or(&watch), ReadError::Damaged { .. }), "told once");
    }

    #[test]
    fn what_comes_out_is_counted() {
        let watch = Watch::default();
        let mut out = Vec::new();
        assert_eq!(Counted::new(&[0; 100][..], 100, &watch).read_to_end(&mut out).unwrap(), 100);
        assert!(Counted::new(&[0; 101][..], 100, &watch).read_to_end(&mut out).is_err());
        assert!(matches!(or(&watch), ReadError::TooLarge { .. }));
    }
}
