//! Fills `fuzz/corpus` from the files of the repository.

use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("fuzz stands in the repository");
    let put = |target: &str, name: &str, bytes: &[u8]| {
        let folder = root.join("fuzz/corpus").join(target);
        fs::create_dir_all(&folder).expect("a folder for the corpus");
        fs::write(folder.join(name), bytes).expect("a seed");
    };
    for folder in
        ["tests/data/xlsx", "tests/data/fuzz", "sample-data", "sample-data/rosters", "templates-xlsx"]
    {
        for file in files(&root.join(folder)) {
            let bytes = fs::read(&file).expect("a file of the repository");
            // A fuzzer learns little from a large file.
            if bytes.len() < 64 << 10 {
                put("open", &file.file_name().expect("a name").to_string_lossy(), &bytes);
            }
        }
    }
    let page = "<html><head><meta charset=gbk><style>td{}</style><table><tr><th colspan=2>a&amp;b<th rowspan=3>c<tr \
                style='display:none'><td>d<br>e<td><table><tr><td>f</table><script>'<td>'</script></table>";
    put("open", "page.html", page.as_bytes());
    put("open", "tabs.csv", "姓名\t性别\r\n王一\t男\r\n".as_bytes());
    for which in 0..xueji_fuzz::PARTS.len() {
        let part = xueji_fuzz::sound_part(which);
        put("part", &format!("part{which}"), &[&[which as u8], &part[..]].concat());
    }
    let csv = "姓名,\"备 注\"\r\n王小明,\"一\n二\"\r\n,\r\n𬱖䶮㛃,\"a\"\"b\"\r\n";
    for way in 0..4 {
        put("csv", &format!("way{way}"), &[&[way], csv.as_bytes()].concat());
    }
    put("csv", "sep", b"\0sep=;\na;b,c\n");
    for file in
        files(&root.join("tests/gallery")).iter().filter(|f| f.extension().is_some_and(|e| e == "txt"))
    {
        let text = fs::read_to_string(file).expect("a gallery file");
        let rows = text
            .lines()
            .filter(|l| !l.starts_with('#'))
            .map(|l| l.replace(" | ", "\t").replace("=num:", "#"));
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        put("roster", &name, rows.collect::<Vec<_>>().join("\n").as_bytes());
    }
    let good = fs::read_to_string(root.join("tests/gallery/good.txt")).expect("the good row");
    let cells = good.lines().filter_map(|l| l.split_once(" | ")).map(|(_, cell)| cell.trim());
    put("roster", "row", cells.collect::<Vec<_>>().join("\t").as_bytes());
    let numbers = "号,名\n11010519491231002X,1\n810000199408230021,\"2\"\n911124198108030024\n610104620927690\nH1234567800\n";
    put("numbers", "column", numbers.as_bytes());
    put("numbers", "lines", numbers.replace(',', "\n").as_bytes());
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.is_file()).collect()
}
