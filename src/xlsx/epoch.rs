//! From which year a workbook counts its days: 1900, or 1904 where Excel for the Macintosh made it.

use crate::xlsx::guard::fenced;
use quick_xml::events::Event;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use zip::ZipArchive;

/// The part is a list of sheets; more than this is something else.
const LONGEST: u64 = 4 << 20;

/// Whether an xlsx counts from 1904 (ECMA-376 §18.2.28, `workbookPr/@date1904`). Days that are styled as such come
/// right by themselves; this is for the number that lost its style.
pub fn counts_from_1904(path: &Path) -> bool {
    fenced(|| {
        let mut zip = ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok()?;
        let mut text = String::new();
        zip.by_name("xl/workbook.xml").ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
        Some(says_1904(&text))
    })
    .flatten()
    .unwrap_or(false)
}

fn says_1904(text: &str) -> bool {
    let mut reader = quick_xml::Reader::from_str(text);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Empty(e) | Event::Start(e) if e.local_name().as_ref() == "workbookPr" => {
                let value = e.attributes().flatten().find(|a| a.key.local_name().as_ref() == "date1904");
                return value.is_some_and(|a| matches!(a.value.as_ref(), "1" | "true" | "on"));
            }
            Event::Eof => return false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_is_read_in_each_of_its_forms() {
        for (text, from_1904) in [
            (r#"<workbook><workbookPr date1904="1"/></workbook>"#, true),
            (
                r#"<x:workbook xmlns:x="u"><x:workbookPr x="2" date1904="true"></x:workbookPr></x:workbook>"#,
                true,
            ),
            (r#"<workbook><workbookPr date1904="0"/></workbook>"#, false),
            (r#"<workbook><workbookPr defaultThemeVersion="1904"/></workbook>"#, false),
            ("<workbook/>", false),
            ("<workbook", false),
        ] {
            assert_eq!(says_1904(text), from_1904, "{text}");
        }
    }
}
