//! `--marked`: a school's own file back with its cells marked, sent in again unchanged, mended, and opened elsewhere.

use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;

use super::libreoffice::has_libreoffice;
use super::line::{HEADER, row};
use super::session::{Ended, Session, sample};

const MESSY: [&str; 3] =
    ["青石镇中心小学-花名册.xlsx", "白鹭镇初级中学-在校生.xlsx", "柳河镇九年一贯制学校-学生信息.xlsx"];

fn json(ended: &Ended) -> serde_json::Value {
    serde_json::from_str(&ended.stdout).unwrap_or_else(|e| panic!("{e}: {}{}", ended.stdout, ended.stderr))
}

/// What was found, but for the name of the file.
fn found(s: &Session, file: &str) -> serde_json::Value {
    let mut found = json(&s.run(&["validate", file, "--format", "json"]));
    let findings = found["findings"].as_array_mut().unwrap();
    findings.iter_mut().for_each(|f| f["file"] = serde_json::Value::Null);
    for file in found["files"].as_array_mut().unwrap() {
        file["file"] = serde_json::Value::Null;
    }
    found
}

/// Replaces a text in a part of a workbook, as a clerk would in a cell.
fn mend(path: &Path, part: &str, was: &str, now: &str) {
    let mut old = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut new = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for i in 0..old.len() {
        let mut entry = old.by_index(i).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        if name == part {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(was), "{text}");
            bytes = text.replace(was, now).into_bytes();
        }
        new.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        new.write_all(&bytes).unwrap();
    }
    std::fs::write(path, new.finish().unwrap().into_inner()).unwrap();
}

#[test]
fn a_marked_file_sent_back_unchanged_is_found_the_same() {
    let s = Session::with_schools();
    for name in MESSY {
        let messy = sample(name);
        let messy = messy.to_str().unwrap();
        let ended = s.run(&["validate", messy, "--marked", "标注.xlsx", "--yes"]);
        assert_eq!(ended.code, 1, "{}", ended.stderr);
        assert!(ended.stderr.contains("标注的工作簿已写入 标注.xlsx。"), "{}", ended.stderr);
        assert_eq!(found(&s, messy), found(&s, "标注.xlsx"));
        // Marked once more it is the same file.
        s.run(&["validate", "标注.xlsx", "--marked", "再.xlsx", "--yes", "-q"]);
        assert!(std::fs::read(s.path("标注.xlsx")).unwrap() == std::fs::read(s.path("再.xlsx")).unwrap());
    }
    let import = |file: &str| json(&s.run(&["import", file, "--format", "json"]));
    let (marked, own) = (import("标注.xlsx"), import(sample(MESSY[2]).to_str().unwrap()));
    assert!(marked["admitted"].as_u64().unwrap() > 40);
    assert_eq!((&own["admitted"], &own["refused"]), (&0.into(), &marked["refused"]), "the same pupils");
}

#[test]
fn what_is_mended_in_the_marked_file_is_all_that_is_imported_then() {
    let s = Session::with_schools();
    let (good, other, wrong) = ("330127201803140019", "330127201803140035", "330127201803140018");
    let rows = [
        row(&s, "王一", "20180314", good, "甲路1号,"),
        row(&s, "李二", "20180314", wrong, "=cmd|'/c calc'!A0,"),
    ];
    s.write("a.csv", format!("{HEADER}{}", rows.concat()));
    let first = s.run(&["import", "a.csv", "--marked", "标注.xlsx", "--format", "json", "--explain", "样例"]);
    assert_eq!(first.code, 3, "{}{}", first.stdout, first.stderr);
    assert_eq!((json(&first)["admitted"].as_u64(), json(&first)["refused"].as_u64()), (Some(1), Some(1)));
    assert!(first.stderr.contains("没有保留"), "a csv is made anew, and it is said: {}", first.stderr);
    let unchanged = s.run(&["import", "标注.xlsx", "--format", "json"]);
    assert_eq!(unchanged.code, 3, "{}", unchanged.stderr);
    assert_eq!(
        (json(&unchanged)["admitted"].as_u64(), json(&unchanged)["unchanged"].as_u64()),
        (Some(0), Some(1))
    );
    mend(&s.path("标注.xlsx"), "xl/worksheets/sheet1.xml", wrong, other);
    let mended = s.run(&["import", "标注.xlsx", "--format", "json", "--explain", "样例"]);
    assert_eq!(mended.code, 0, "{}{}", mended.stdout, mended.stderr);
    let mended = json(&mended);
    assert_eq!((mended["admitted"].as_u64(), mended["unchanged"].as_u64()), (Some(1), Some(1)));
}

#[test]
fn several_files_go_into_a_folder_and_nothing_is_overwritten_unasked() {
    let s = Session::with_schools();
    let messy: Vec<String> = MESSY[..2].iter().map(|n| sample(n).to_str().unwrap().to_owned()).collect();
    let all = ["validate", &messy[0], &messy[1], "--marked", "标注", "-q"];
    assert_eq!(s.run(&all).code, 1);
    for name in &MESSY[..2] {
        assert!(s.path("标注").join(name).is_file(), "{name}");
    }
    assert_eq!(s.run(&all).code, 4);
    assert_eq!(s.run(&[&all[..], &["--yes"]].concat()).code, 1);

    s.write("花名册.csv", HEADER);
    std::fs::copy(&messy[0], s.path("花名册.xlsx")).unwrap();
    let before = s.record_tables();
    for (arguments, code, told) in [
        (&["validate", "花名册.xlsx", "--marked", "花名册.xlsx"][..], 2, "原文件"),
        (&["import", "花名册.xlsx", "--marked", "./花名册.xlsx", "--yes"], 2, "原文件"),
        (&["validate", "花名册.xlsx", "--marked", "标注.csv"], 2, ".xlsx"),
        (&["validate", "花名册.csv", "--marked", "标注.xlsm"], 2, "原文件没有宏"),
        (&["import", "花名册.xlsx", "花名册.csv", "--marked", "花名册.csv"], 2, "文件夹"),
        (&["import", "花名册.xlsx", "--marked", "花名册.csv"], 2, ".xlsx"),
        (&["validate", "--numbers", "花名册.csv", "--marked", "标注.xlsx"], 2, "--marked"),
        (&["import", "花名册.xlsx", "--marked", "无/标注.xlsx"], 5, "文件夹"),
    ] {
        let ended = s.run(arguments);
        assert_eq!(ended.code, code, "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(told), "{arguments:?}: {}", ended.stderr);
    }
    assert_eq!(s.record_tables(), before, "what cannot be marked is not imported either");
    // Two files of one name, one of them to be made anew.
    s.run(&["validate", "花名册.xlsx", "花名册.csv", "--marked", "两个", "-q"]);
    assert!(s.path("两个/花名册.xlsx").is_file());
}

/// The second opinion: LibreOffice opens what was marked and reads the values the school wrote.
#[test]
fn libreoffice_opens_a_marked_workbook_and_reads_the_same_values() {
    if !has_libreoffice() {
        return;
    }
    let s = Session::with_schools();
    let convert = |file: &str, folder: &str| {
        let profile = format!("-env:UserInstallation=file://{}", s.path("profile").display());
        let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
        let out = Command::new("soffice")
            .args([&profile, "--headless", "--convert-to", filter, "--outdir", folder, file])
            .current_dir(s.path(""))
            .output()
            .expect("soffice is there");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    };
    let all = |folder: &str, sheet: &str| {
        let files = std::fs::read_dir(s.path(folder)).unwrap().map(|f| f.unwrap().path());
        let file =
            files.into_iter().find(|f| f.to_str().unwrap().ends_with(&format!("-{sheet}.csv"))).unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(file).unwrap();
        let rows = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect());
        rows.collect::<Vec<Vec<String>>>()
    };
    for name in MESSY {
        std::fs::copy(sample(name), s.path("原.xlsx")).unwrap();
        s.run(&["validate", "原.xlsx", "--marked", "标注.xlsx", "--yes", "-q"]);
        let found = json(&s.run(&["validate", "原.xlsx", "--format", "json"]));
        let sheet = found["files"][0]["sheet"].as_str().unwrap().to_owned();
        convert("原.xlsx", "甲");
        convert("标注.xlsx", "乙");
        let (before, after) = (all("甲", &sheet), all("乙", &sheet));
        assert_eq!(before.len(), after.len());
        let mut reasons = 0;
        for (old, new) in before.iter().zip(&after) {
            assert_eq!(old[..], new[..old.len()]);
            reasons += new[old.len()..].iter().filter(|c| c.starts_with('【')).count();
        }
        assert!(reasons > 5, "the reasons stand beside the rows");
        let results = all("乙", "核对结果");
        let count = found["findings"].as_array().unwrap().len();
        assert!(results[1][0].starts_with(&format!("共 {count} 处")), "{:?}", results[1]);
    }
}
