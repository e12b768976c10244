//! Files that are not what they are called, or no rosters at all: read by their content, or refused by name with code 5.

use super::session::Session;

const HEADER: [&str; 5] = ["姓名", "性别", "民族", "班号", "身份证件号"];

fn rows(between: &str, end: &str) -> String {
    let row = ["王一", "男", "汉族", "1", "330127201803140016"];
    [HEADER, row].map(|cells| cells.join(between) + end).concat()
}

fn count(s: &Session, file: &str) -> serde_json::Value {
    let ended = s.run(&["validate", file, "--select", "name-malformed", "--format", "json"]);
    assert_eq!(ended.code, 0, "{file}: {}{}", ended.stdout, ended.stderr);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    json["files"][0]["rows"].clone()
}

#[test]
fn a_table_is_read_in_every_form_a_system_exports_it_in() {
    let s = Session::new();
    let gb = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let wide = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect()
    };
    let page = format!(
        "<html><meta charset=gb2312><table><tr><td>{}</table>",
        rows("<td>", "<tr><td>").trim_end_matches("<tr><td>")
    );
    for (name, bytes) in [
        ("网页.xls", gb(&page)),
        ("网页.html", page.replace("gb2312", "utf-8").into_bytes()),
        ("制表符.xls", gb(&rows("\t", "\r\n"))),
        ("制表符.tsv", rows("\t", "\n").into_bytes()),
        ("统一码.txt", wide(&rows("\t", "\r\n"), u16::to_le_bytes)),
        ("统一码.csv", wide(&rows(",", "\r\n"), u16::to_be_bytes)),
    ] {
        s.write(name, bytes);
        assert_eq!(count(&s, name), 1, "{name}");
    }
}

#[test]
fn what_is_no_roster_is_refused_by_name() {
    let s = Session::new();
    let data =
        |name: &str| std::fs::read(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for (name, bytes, said) in [
        (
            "登录.xls",
            "<html><body>请先登录</body></html>".as_bytes().to_vec(),
            "不是工作簿，内容是没有表格的网页（HTML）",
        ),
        (
            "旧.xls",
            b"<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><Workbook \
              xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>"
                .to_vec(),
            "不是工作簿，内容是 XML 表格（Excel 2003）",
        ),
        ("归档.xls", b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n".to_vec(), "内容是网页归档（MHT）"),
        ("兜圈.xls", data("fuzz/mini-sector-circle.xls"), "文件 兜圈.xls 不完整"),
        (
            "文档.et",
            b"%PDF-1.7".to_vec(),
            "文件 文档.et 不是工作簿，内容是 PDF 文件。\n办法：图片、PDF 里的内容读不出来，请向学校索要工作簿",
        ),
        ("拍的.xlsx", b"\x89PNG\r\n\x1a\n".to_vec(), "内容是图片。\n办法：图片、PDF"),
    ] {
        s.write(name, bytes);
        let ended = s.run(&["validate", name]);
        assert_eq!(ended.code, 5, "{name}: {}{}", ended.stdout, ended.stderr);
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
        assert!(ended.stderr.contains("办法："), "{}", ended.stderr);
    }
}

#[test]
fn a_hidden_row_is_read_and_said() {
    let s = Session::new();
    let shown = rows("<td>", "<tr><td>");
    let second = "王二<td>女<td>汉族<td>1<td>330127201803140024";
    let page = format!("<table><tr><td>{}", shown.trim_end_matches("<td>"));
    s.write(
        "筛选.html",
        format!("{} style='display: none'><td>{second}</table>", page.trim_end_matches('>')),
    );
    let ended = s.run(&["validate", "筛选.html", "--select", "name-malformed", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(json["files"][0]["rows"], 2, "{json}");
    let decisions = json["files"][0]["decisions"].as_array().unwrap();
    let hidden = decisions.iter().find(|d| d["what"] == "hidden-rows").unwrap();
    assert!(hidden["reason"].as_str().unwrap().contains("第一行是第 3 行"), "{hidden}");
}
