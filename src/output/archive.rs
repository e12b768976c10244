//! Many files as one: a folder, or a zip archive that is whole or not there. Only their owner may read them.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Longest name of a file in it, in characters: the shortest limit of the systems it may be unpacked on is 255 bytes.
const LONGEST: usize = 60;

/// A folder or an archive in the making.
pub struct Archive {
    form: Form,
    taken: HashSet<String>,
    /// Path and BLAKE3 of each file that was put in.
    hashes: Vec<(String, String)>,
}

enum Form {
    Folder(PathBuf),
    Zip { writer: Box<ZipWriter<File>>, beside: PathBuf, path: PathBuf },
}

/// The list of hashes, as `b3sum -c` reads it.
pub const HASHES: &str = "BLAKE3.txt";

impl Archive {
    /// A zip archive where the path is named so, else a folder, which is made.
    pub fn create(path: &Path) -> io::Result<Archive> {
        let is_zip = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("zip"));
        let form = if is_zip {
            let beside = path.with_extension("xueji-tmp");
            let writer = Box::new(ZipWriter::new(private().create(true).truncate(true).open(&beside)?));
            Form::Zip { writer, beside, path: path.to_owned() }
        } else {
            std::fs::create_dir_all(path)?;
            Form::Folder(path.to_owned())
        };
        Ok(Archive { form, taken: HashSet::new(), hashes: Vec::new() })
    }

    /// Puts a file into a folder of it; the path it stands at. A name that is taken gets a number.
    pub fn put(&mut self, folder: &str, name: &str, bytes: &[u8]) -> io::Result<String> {
        let (name, hash) = (self.free(folder, name), blake3::hash(bytes).to_hex().to_string());
        self.write(&name, bytes)?;
        self.hashes.push((name.clone(), hash));
        Ok(name)
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        match &mut self.form {
            Form::Folder(folder) => {
                let path = folder.join(name);
                path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
                private().create(true).truncate(true).open(path)?.write_all(bytes)
            }
            Form::Zip { writer, .. } => {
                // The time of a file in it is the same always: the same file gives the same archive.
                let options = SimpleFileOptions::default()
                    .last_modified_time(zip::DateTime::default())
                    .unix_permissions(0o600);
                writer.start_file(name, options).map_err(io::Error::from)?;
                writer.write_all(bytes)
            }
        }
    }

    fn free(&mut self, folder: &str, name: &str) -> String {
        let name = safe(name);
        let (stem, extension) = name.rsplit_once('.').filter(|s| !s.0.is_empty()).unwrap_or((&name, ""));
        let dot = if extension.is_empty() { "" } else { "." };
        let before = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let numbers = (2..).map(|n| format!("{before}{stem}({n}){dot}{extension}"));
        let mut names = std::iter::once(format!("{before}{name}")).chain(numbers);
        names.find(|n| self.taken.insert(n.to_lowercase())).expect("numbers have no end")
    }

    /// Writes the list of hashes and puts the whole in its place; how many files it has.
    pub fn finish(mut self) -> io::Result<usize> {
        let count = self.hashes.len() + 1;
        let list = self.list();
        self.write(HASHES, list.as_bytes())?;
        self.close()?;
        Ok(count)
    }

    fn list(&self) -> String {
        self.hashes.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect()
    }

    /// Puts the whole in its place, with nothing in it but what was put in; the list of hashes.
    pub fn close(self) -> io::Result<String> {
        let list = self.list();
        if let Form::Zip { writer, beside, path } = self.form {
            writer.finish().map_err(io::Error::from)?.sync_all()?;
            std::fs::rename(beside, path)?;
        }
        Ok(list)
    }

    /// Takes away what was begun.
    pub fn discard(self) {
        if let Form::Zip { beside, .. } = self.form {
            // What is told is why it could not be made.
            let _ = std::fs::remove_file(beside);
        }
    }
}

/// Options to write a file that only its owner may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A name that every system takes and that stays in its folder: no path, no sign that Windows refuses, no end of dots.
fn safe(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String =
        last.chars().map(|c| if c.is_control() || "<>:\"|?*".contains(c) { '_' } else { c }).collect();
    let clean = clean.trim_matches(|c: char| c == '.' || c == ' ');
    let (stem, extension) = clean.rsplit_once('.').unwrap_or((clean, ""));
    let extension: String = extension.chars().take(10).collect();
    let mut stem: String = stem.chars().take(LONGEST).collect();
    // Names of devices on Windows, with any ending.
    let device = ["CON", "PRN", "AUX", "NUL", "COM1", "LPT1"];
    if stem.is_empty() || device.iter().any(|d| stem.eq_ignore_ascii_case(d)) {
        stem.insert(0, '_');
    }
    if extension.is_empty() { stem } else { format!("{stem}.{extension}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_name_stays_in_its_folder_and_is_one_that_windows_takes() {
        for (name, told) in [
            ("户口簿.jpg", "户口簿.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\scan\\a.pdf", "a.pdf"),
            ("a<b>:c?.jpg", "a_b__c_.jpg"),
            ("..", "_"),
            ("con.txt", "_con.txt"),
            ("a\u{1}b.", "a_b"),
        ] {
            assert_eq!(safe(name), told);
        }
        assert_eq!(safe(&format!("{}.jpg", "长".repeat(300))).chars().count(), LONGEST + 4);
    }

    #[test]
    fn the_same_files_give_the_same_archive_and_its_list_of_hashes_is_right() {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str| {
            let path = folder.path().join(name);
            let mut archive = Archive::create(&path).unwrap();
            assert_eq!(archive.put("二", "a.txt", b"one").unwrap(), "二/a.txt");
            assert_eq!(archive.put("二", "A.txt", b"two").unwrap(), "二/A(2).txt");
            assert_eq!(archive.finish().unwrap(), 3);
            std::fs::read(path).unwrap()
        };
        let (one, other) = (make("1.zip"), make("2.zip"));
        assert_eq!(one, other);
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(one)).unwrap();
        let mut list = String::new();
        zip.by_name(HASHES).unwrap().read_to_string(&mut list).unwrap();
        assert_eq!(list.lines().next().unwrap(), format!("{}  二/a.txt", blake3::hash(b"one").to_hex()));
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 2, "nothing is left lying about");
    }
}
