//! What is written on workbooks with whole names and numbers: at the foot of every page, and in the properties.

use std::io::{Read, Seek};

use rust_xlsxwriter::{DocProperties, Workbook, XlsxError};

use crate::model::export::Mark;
use crate::xlsx::markup::order::{WORKSHEET, place};
use crate::xlsx::markup::parts::{Parts, Relations, content_types};
use crate::xlsx::markup::xml::{Edits, escape, outline};
use crate::xlsx::write::made_on;

/// The subject in the properties.
const SUBJECT: &str = "含完整个人信息";
/// The longest foot Excel takes, in UTF-16 units.
const LONGEST: usize = 255;
const CORE: &str = "docProps/core.xml";
const CORE_KIND: &str = "application/vnd.openxmlformats-package.core-properties+xml";
const RELATION: &str = "http://schemas.openxmlformats.org/package/2006/relationships/metadata";

/// The foot of a page: the mark to the left, the number of the page to the right. `&` is a sign of its own there.
fn foot(mark: &Mark) -> String {
    let pages = "&R第&P页 共&N页";
    let mut said = mark.foot.trim().replace('&', "&&");
    while said.encode_utf16().count() + pages.len() + 4 > LONGEST {
        said.pop();
    }
    format!("&L&8{said}{pages}")
}

/// Writes the mark on every sheet of a workbook that is made here, and into its properties.
pub fn stamp(book: &mut Workbook, mark: Option<&Mark>) -> Result<(), XlsxError> {
    let Some(mark) = mark else { return Ok(()) };
    let foot = foot(mark);
    book.worksheets_mut().iter_mut().for_each(|sheet| {
        sheet.set_footer(foot.as_str());
    });
    let properties = DocProperties::new().set_subject(SUBJECT).set_author(mark.actor.as_str());
    book.set_properties(&properties.set_comment(mark.line.as_str()).set_creation_datetime(&made_on()?));
    Ok(())
}

/// A sheet of somebody's own workbook with the mark at its foot, behind what stands there.
pub fn footed(sheet: &str, mark: &Mark) -> Option<String> {
    let root = outline(sheet)?;
    let (foot, p) = (foot(mark), &root.prefix);
    let mut edits = Edits::default();
    let Some(own) = root.child("headerFooter") else {
        let at = place(sheet, &root, WORKSHEET, "headerFooter");
        let new =
            format!("<{p}headerFooter><{p}oddFooter>{}</{p}oddFooter></{p}headerFooter>", escape(&foot));
        edits.insert(at, new);
        return Some(edits.apply(sheet));
    };
    let inner = outline(&sheet[own.whole.clone()])?;
    let header = inner.child("oddHeader").map_or("", |h| &sheet[own.whole.start..][h.whole.clone()]);
    // What a bureau has at the foot of its form gives way to the mark; its heading stays.
    let new =
        format!("<{p}headerFooter>{header}<{p}oddFooter>{}</{p}oddFooter></{p}headerFooter>", escape(&foot));
    edits.replace(own.whole.clone(), new);
    Some(edits.apply(sheet))
}

/// The parts of a workbook that say what it is, with the mark: those to be replaced or added.
pub fn properties<R: Read + Seek>(parts: &mut Parts<R>, mark: &Mark) -> Option<Vec<(String, String)>> {
    let mut relations = Relations::of(parts, "");
    let own = relations.first("core-properties").map(|r| r.target.clone());
    let core = own.clone().unwrap_or_else(|| CORE.to_owned());
    let day = "2025-09-01T00:00:00Z";
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<cp:coreProperties \
         xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:subject>{SUBJECT}</dc:subject>\
         <dc:creator>{}</dc:creator><dc:description>{}</dc:description>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{day}</dcterms:created></cp:coreProperties>",
        escape(&mark.actor),
        escape(&mark.line),
    );
    let mut out = vec![(core.clone(), text)];
    if own.is_none() {
        relations.add(RELATION, "core-properties", &core);
        out.push((relations.part.clone(), relations.render()?));
        let types = parts.text("[Content_Types].xml")?;
        out.push(("[Content_Types].xml".to_owned(), content_types(&types, &[(core, CORE_KIND)], false)?));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::export::Export;

    fn mark(purpose: &str) -> Mark {
        let actor = "王&<师>".to_owned();
        Export {
            id: "7K3F9QXA".into(),
            day: "2026-09-01".into(),
            actor,
            purpose: purpose.into(),
            ..Export::default()
        }
        .mark()
    }

    #[test]
    fn a_foot_is_no_longer_than_excel_takes_and_a_sign_in_it_is_a_sign() {
        let told = foot(&mark("核对"));
        assert!(told.contains("7K3F9QXA　2026-09-01 王&&<师>") && told.ends_with("共&N页"), "{told}");
        let long = Mark { foot: "很".repeat(400), ..mark("核对") };
        assert!(foot(&long).encode_utf16().count() <= LONGEST);
    }

    #[test]
    fn a_foot_goes_where_excel_expects_it_and_a_heading_stays() {
        let bare = "<worksheet><sheetData/><pageSetup/><drawing/></worksheet>";
        let told = footed(bare, &mark("核对")).unwrap();
        assert!(told.contains("<pageSetup/><headerFooter><oddFooter>&amp;L&amp;8含完整"), "{told}");
        assert!(
            told.contains("王&amp;&amp;&lt;师&gt;")
                && told.ends_with("</headerFooter><drawing/></worksheet>")
        );
        let own = "<x:worksheet xmlns:x=\"u\"><x:headerFooter><x:oddHeader>某局</x:oddHeader><x:oddFooter>第&amp;P页</x:oddFooter>\
                   </x:headerFooter></x:worksheet>";
        let told = footed(own, &mark("核对")).unwrap();
        assert!(told.contains("<x:oddHeader>某局</x:oddHeader><x:oddFooter>&amp;L"), "{told}");
        assert_eq!(told.matches("oddFooter>").count(), 2);
    }
}
