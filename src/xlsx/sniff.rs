//! What a file is, told from its first bytes. Its name says nothing.

/// What the first bytes promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Magic {
    /// A zip: xlsx, xlsm, xlsb, ods, docx, or only a zip.
    Zip,
    /// An OLE compound file: xls, et, doc, or an encrypted workbook.
    Compound,
    /// A web page, perhaps with tables.
    Html,
    /// Perhaps text.
    Text,
    /// Something known that is no workbook.
    Other(&'static str),
}

/// How many bytes `magic` likes to see.
pub const LOOK: usize = 8192;

#[rustfmt::skip]
const SIGNATURES: &[(&[u8], Magic)] = &[
    (b"PK\x03\x04", Magic::Zip),
    (b"PK\x05\x06", Magic::Other("空的压缩包")),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Magic::Compound),
    (b"%PDF", Magic::Other("PDF 文件")),
    (b"{\\rtf", Magic::Other("RTF 文档")),
    (b"\x89PNG", Magic::Other("图片")),
    (b"\xFF\xD8\xFF", Magic::Other("图片")),
    (b"GIF8", Magic::Other("图片")),
    (b"BM\x36", Magic::Other("图片")),
    (b"II*\0", Magic::Other("图片")),
    (b"MM\0*", Magic::Other("图片")),
    (b"Rar!", Magic::Other("压缩包")),
    (b"7z\xBC\xAF\x27\x1C", Magic::Other("压缩包")),
    (b"\x1F\x8B", Magic::Other("压缩包")),
    (b"SQLite format 3\0", Magic::Other("数据库文件")),
    (b"MZ\x90\0", Magic::Other("程序")),
    (b"\x7FELF", Magic::Other("程序")),
    // BIFF2 to BIFF5 without a container (MS-XLS 2.4.21: BOF, its length, its version).
    (b"\x09\x00\x04\x00", Magic::Other("很旧的 Excel 文件（95 以前）")),
    (b"\x09\x02\x06\x00", Magic::Other("很旧的 Excel 文件（95 以前）")),
    (b"\x09\x04\x06\x00", Magic::Other("很旧的 Excel 文件（95 以前）")),
    (b"\x09\x08\x08\x00", Magic::Other("很旧的 Excel 文件（95 以前）")),
];

#[rustfmt::skip]
const MARKUP: &[(&str, Magic)] = &[
    ("mime-version:", Magic::Other("网页归档（MHT）")),
    ("<workbookxmlns=\"urn:schemas-microsoft-com:office:spreadsheet", Magic::Other("XML 表格（Excel 2003）")),
    ("<?mso-applicationprogid=\"excel.sheet", Magic::Other("XML 表格（Excel 2003）")),
    ("<!doctypehtml", Magic::Html),
    ("<html", Magic::Html),
    ("<table", Magic::Html),
    ("urn:schemas-microsoft-com:office:spreadsheet", Magic::Other("XML 表格（Excel 2003）")),
    ("<?xml", Magic::Other("XML 文件")),
];

/// What the beginning of a file promises.
pub fn magic(head: &[u8]) -> Magic {
    if let Some((_, magic)) = SIGNATURES.iter().find(|(start, _)| head.starts_with(start)) {
        return *magic;
    }
    if head.get(4..8) == Some(b"ftyp") {
        return Magic::Other("图片或视频");
    }
    // HTML that calls itself .xls is what many web systems "export"; it may be in any encoding, so only ASCII counts.
    let plain: String =
        head.iter().filter(|b| b.is_ascii_graphic()).map(|b| b.to_ascii_lowercase() as char).collect();
    if (plain.starts_with('<') || plain.starts_with("mime-version:"))
        && let Some((_, magic)) = MARKUP.iter().find(|(mark, _)| plain.contains(mark))
    {
        return *magic;
    }
    // Text has no NUL, except UTF-16, which says so in its first two bytes.
    let utf16 = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    let nul = head.iter().filter(|b| **b == 0).count();
    if !utf16 && nul * 50 > head.len() {
        return Magic::Other("二进制数据");
    }
    Magic::Text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell() {
        for (head, name) in [
            (&b"%PDF-1.7"[..], Magic::Other("PDF 文件")),
            (b"\xEF\xBB\xBF \r\n<html><body>", Magic::Html),
            (b"\xFF\xFE<\0t\0a\0b\0l\0e\0", Magic::Html),
            (
                b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>",
                Magic::Other("XML 表格（Excel 2003）"),
            ),
            (b"\x89PNG\r\n", Magic::Other("图片")),
            (b"PK\x03\x04....", Magic::Zip),
            ("姓名,性别\n".as_bytes(), Magic::Text),
            (b"\xFF\xFE\x59\x00\x0A\x00", Magic::Text),
            (b"\x01\x00\x00\x00\x02\x00", Magic::Other("二进制数据")),
            (b"", Magic::Text),
        ] {
            assert_eq!(magic(head), name, "{head:?}");
        }
    }
}
