//! The blank workbooks a school or county fills in: one file each, listed here.

pub mod attendance;
pub mod changes;
pub mod classes;
pub mod file;
pub mod roster;
pub mod schools;
pub mod transfers;

mod guide;
mod lists;
mod small;

use crate::model::export::Mark;
use crate::model::sheet::SheetColumn;
use crate::xlsx::error::WriteError;
use crate::xlsx::mark::stamp;
use crate::xlsx::write::save;
use rust_xlsxwriter::{Workbook, XlsxError};
use std::path::Path;

/// A blank workbook: its name on the command line, what people call it, its file, and how it is made.
#[derive(Clone, Copy, Debug)]
pub struct TemplateSpec {
    pub name: &'static str,
    pub title: &'static str,
    /// Its file under `templates-xlsx/`.
    pub file: &'static str,
    pub build: fn() -> Result<Workbook, XlsxError>,
}

/// Every template.
pub const TEMPLATES: &[TemplateSpec] = &[
    roster::SPEC,
    schools::SPEC,
    classes::SPEC,
    transfers::SPEC,
    changes::SPEC,
    attendance::SPEC,
    file::EVALUATION,
    file::FITNESS,
    file::HEALTH,
    file::VACCINATION,
    file::AWARD,
    file::AID,
    file::PAPER,
];

/// The template of this name.
pub fn find(name: &str) -> Option<&'static TemplateSpec> {
    TEMPLATES.iter().find(|t| t.name == name)
}

/// The whole file of the template of this name.
#[cfg(test)]
pub fn template_bytes(name: &str) -> Option<Vec<u8>> {
    let spec = find(name)?;
    let bytes = (spec.build)().and_then(|mut book| book.save_to_buffer());
    Some(bytes.expect("a template is made of constants that fit"))
}

/// Writes the template to a file.
pub fn write_template(path: &Path, spec: &TemplateSpec) -> Result<(), WriteError> {
    save(path, spec.build)
}

/// Writes a workbook with rows to go on with: drop-downs, and the sheet that says how.
pub fn write_filled(
    path: &Path,
    name: &str,
    columns: &[SheetColumn],
    notes: &[&str],
    rows: &[Vec<String>],
    mark: Option<&Mark>,
) -> Result<(), WriteError> {
    let notes: Vec<&str> = mark.map(|m| m.line.as_str()).into_iter().chain(notes.iter().copied()).collect();
    save(path, || {
        let mut book = small::filled(name, columns, &notes, rows)?;
        stamp(&mut book, mark)?;
        Ok(book)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::{Edition, FIELDS};
    use crate::model::sheet::{CLASS_COLUMNS, SCHOOL_COLUMNS};
    use crate::xlsx::read::open;
    use std::collections::BTreeMap;
    use std::fs;
    use std::io::{Cursor, Read};
    use std::ops::ControlFlow;
    use std::path::PathBuf;
    use zip::ZipArchive;

    fn committed(spec: &TemplateSpec) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("templates-xlsx").join(spec.file)
    }

    fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        (0..zip.len())
            .map(|i| {
                let mut part = zip.by_index(i).unwrap();
                let mut text = String::new();
                part.read_to_string(&mut text).unwrap();
                (part.name().unwrap().into_owned(), text)
            })
            .collect()
    }

    #[test]
    fn the_committed_files_are_what_the_program_writes() {
        for spec in TEMPLATES {
            let file = fs::read(committed(spec)).unwrap();
            let (old, new) = (parts(&file), parts(&template_bytes(spec.name).unwrap()));
            let names = |parts: &BTreeMap<String, String>| parts.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(&old), names(&new), "{}", spec.name);
            for (name, text) in &new {
                // Not assert_eq: the parts are long, and the remedy is to write the files anew.
                assert!(old[name] == *text, "{}: {name} differs; run write_the_files_anew", spec.file);
            }
        }
    }

    #[test]
    #[ignore = "writes templates-xlsx/; run it after a change and look at the files"]
    fn write_the_files_anew() {
        for spec in TEMPLATES {
            fs::create_dir_all(committed(spec).parent().unwrap()).unwrap();
            write_template(&committed(spec), spec).unwrap();
        }
    }

    #[test]
    fn the_same_template_is_the_same_bytes() {
        for spec in TEMPLATES {
            assert!(template_bytes(spec.name) == template_bytes(spec.name), "{}", spec.name);
        }
        assert!(template_bytes("colour").is_none());
    }

    fn first_row(spec: &TemplateSpec) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(spec.file);
        write_template(&path, spec).unwrap();
        let mut book = open(&path).unwrap();
        let mut rows = Vec::new();
        book.rows(0, &mut |row| {
            rows.push((0..row.len()).map(|i| row.cell(i).0.to_owned()).collect());
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(rows.len(), 1, "{}: a blank has its headings and nothing else", spec.name);
        rows.remove(0)
    }

    #[test]
    fn the_headings_are_the_official_ones_in_order() {
        let asked = FIELDS.iter().filter(|s| s.edition != Edition::Practice).map(|s| s.heading);
        assert_eq!(first_row(&roster::SPEC), asked.collect::<Vec<_>>());
        assert_eq!(first_row(&schools::SPEC), SCHOOL_COLUMNS.iter().map(|c| c.heading).collect::<Vec<_>>());
        assert_eq!(first_row(&classes::SPEC), CLASS_COLUMNS.iter().map(|c| c.heading).collect::<Vec<_>>());
    }
}
