//! A file is whole or not there: written beside its place, made durable, then moved onto it.

use crate::xlsx::error::WriteError;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::process;

/// Lets `fill` write the file, and puts it in place only if that and the disk succeed.
pub fn atomically<E: From<WriteError>>(
    path: &Path,
    fill: impl FnOnce(&mut File) -> Result<(), E>,
) -> Result<(), E> {
    if path.is_dir() {
        return Err(WriteError::Folder { path: path.to_path_buf() }.into());
    }
    if is_special(path) {
        let file = OpenOptions::new().write(true).open(path);
        return fill(&mut file.map_err(|e| WriteError::from_io(path, e))?);
    }
    let beside = beside(path);
    let written = OpenOptions::new()
        .write(true)
        .read(true)
        .create(true)
        .truncate(true)
        .open(&beside)
        .map_err(|e| E::from(WriteError::from_io(path, e)))
        .and_then(|mut file| {
            fill(&mut file)?;
            let placed = file.sync_all().and_then(|()| fs::rename(&beside, path));
            placed.map_err(|e| WriteError::from_io(path, e).into())
        });
    match written {
        Ok(()) => {
            sync_folder(path);
            Ok(())
        }
        Err(e) => {
            // What is left over is only the unfinished copy; the failure to be told is the first one.
            let _ = fs::remove_file(&beside);
            Err(e)
        }
    }
}

/// Whether something stands there that is no file, such as a device or a pipe: it is written to and never replaced, for
/// whoever replaces `/dev/null` takes it from every other program.
pub fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir())
}

fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", process::id()));
    path.with_file_name(name)
}

/// The new name is durable only with its folder; not every system lets a folder be opened, so it is tried.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let _: io::Result<()> = File::open(folder).and_then(|f| f.sync_all());
}
