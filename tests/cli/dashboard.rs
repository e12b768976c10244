//! The dashboard: aggregates only, no small numbers, the same bytes, and a page that is whole on every screen and on paper.

use std::collections::BTreeSet;

use super::chromium::browser;
use super::report::county;
use super::session::Session;

fn made(s: &Session, file: &str, arguments: &[&str]) -> String {
    s.done(&[&["export", "dashboard", "--today", "2026-10-15", "-o", file], arguments].concat());
    std::fs::read_to_string(s.path(file)).unwrap()
}

#[test]
fn the_page_has_counts_only_and_no_small_ones() {
    let s = county();
    let page = made(&s, "概览.html", &[]);
    assert_eq!(made(&s, "再做.html", &[]), page, "the same registry, the same bytes");
    assert_eq!(made(&s, "那天.html", &["--as-of", "2026-10-15"]), page);
    for name in texts(&s, "SELECT DISTINCT name FROM student WHERE length(name) > 2")
        .iter()
        .chain(&texts(&s, "SELECT document_number FROM student WHERE document_number <> ''"))
        .chain(&texts(&s, "SELECT lower(hex(id)) FROM student"))
    {
        assert!(!page.contains(name.as_str()), "a child's data");
    }
    let printed = s.done(&["export", "dashboard", "--today", "2026-10-15", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let tables = json["tables"].as_array().unwrap();
    assert_eq!(tables.len(), 7);
    let mut hidden = 0;
    // Classes are counted in the second one, not children.
    for table in tables.iter().filter(|t| t["title"] != "班额分布") {
        for cell in table["rows"].as_array().unwrap().iter().flat_map(|row| row.as_object().unwrap().values())
        {
            assert!(cell.as_i64().is_none_or(|n| n == 0 || n >= 5), "{table}");
            hidden += usize::from(cell == "<5");
        }
    }
    assert!(hidden > 9, "one leave, one transfer, one withdrawal… are there, and not told");
    // Another day is another page; a school has its own; other reports are no pages.
    assert_ne!(made(&s, "开学.html", &["--as-of", "2026-09-01"]), page);
    let own = made(&s, "一小.html", &["--school", "2133916413"]);
    assert!(own.contains("云溪县第一小学") && !own.contains("云溪县实验小学"));
    let other = s.run(&["export", "headcount", "-o", "人数.html"]);
    assert!(other.code == 4 && other.stderr.contains("dashboard"), "{}", other.stderr);
    // For a purpose it is in the ledger with its hash; what was refused is not.
    let why = ["--unmasked", "--purpose", "年度总结", "--today", "2026-10-15"];
    made(&s, "全.html", &why[..3]);
    let hash = blake3::hash(&std::fs::read(s.path("全.html")).unwrap()).to_hex().to_string();
    let closed = format!("SELECT count(*) FROM export WHERE hash = '{hash}' AND finished_at IS NOT NULL");
    assert_eq!(s.count(&closed), 1);
    assert_eq!(s.run(&[&["export", "headcount", "-o", "人数.html"][..], &why].concat()).code, 4);
    let cell = ["export", "headcount", "--drill", "合计/没有"];
    assert_eq!(s.run(&[&cell[..], &why].concat()).code, 4);
    assert_eq!(s.count("SELECT count(*) FROM export"), 1);
    let early = ["export", "dashboard", "--as-of", "2026-08-19", "--today", "2026-10-15", "-o", "早.html"];
    assert_eq!(s.run(&early).code, 4);
    assert!(!s.path("早.html").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn where_nothing_can_be_written_reports_say_so() {
    let s = Session::with_schools();
    std::fs::create_dir(s.path("夹.xlsx")).unwrap();
    for (report, file, said) in [
        ("headcount", "/sys/人数.xlsx", "没有权限写入"),
        ("dashboard", "/sys/概览.html", "没有权限写入"),
        ("headcount", "/dev/full", "磁盘已满"),
        ("headcount", "夹.xlsx", "是文件夹"),
    ] {
        let ended = s.run(&["export", report, "--format", "xlsx", "-o", file]);
        let ended = if report == "dashboard" { s.run(&["export", report, "-o", file]) } else { ended };
        assert!(ended.code == 5 && ended.stderr.contains(said), "{file}: {}", ended.stderr);
        assert!(ended.stderr.contains("办法："), "{}", ended.stderr);
    }
    let set = s.run(&["export", "--term", "2026-autumn", "-o", "/sys/报表", "--today", "2026-10-15"]);
    assert!(set.code == 5 && set.stderr.contains("没有权限写入"), "{}", set.stderr);
}

fn texts(s: &Session, sql: &str) -> Vec<String> {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Measures the page at two widths side by side: a desk, and a phone.
const FRAMES: &str = r#"<!DOCTYPE html><meta charset="utf-8"><body style="margin:0;background:#fff">
<iframe style="position:absolute;left:0;top:0;width:1280px;height:HEIGHTpx;border:0" src="概览.html"></iframe>
<iframe style="position:absolute;left:1300px;top:0;width:390px;height:HEIGHTpx;border:0" src="概览.html"></iframe>
<pre id="out"></pre>
<script>
addEventListener('load', () => {
  const all = [...document.querySelectorAll('iframe')].map(frame => {
    const page = frame.contentDocument, at = frame.offsetLeft;
    const box = e => { const r = e.getBoundingClientRect(); return [at + r.left, r.top, r.width, r.height].map(Math.round); };
    const cut = [...page.querySelectorAll('svg')].filter(svg => {
      const own = svg.getBoundingClientRect();
      return [...svg.querySelectorAll('text')].some(t => {
        const r = t.getBoundingClientRect();
        return r.left < own.left - 1 || r.right > own.right + 1 || r.top < own.top - 1 || r.bottom > own.bottom + 1;
      });
    });
    const texts = [...page.querySelectorAll('svg text')].map(t => parseFloat(getComputedStyle(t).fontSize)
      * t.getBoundingClientRect().height / t.getBBox().height);
    return { width: page.documentElement.scrollWidth, height: page.body.offsetHeight,
      pictures: [...page.querySelectorAll('svg')].map(box), cut: cut.map(c => c.getAttribute('aria-label')),
      smallest: Math.min(...texts), panels: page.querySelectorAll('section').length,
      tables: page.querySelectorAll('section table').length };
  });
  document.getElementById('out').textContent = JSON.stringify(all);
});
</script>"#;
const HEIGHT: usize = 9000;

/// The rows of a table of the board by their first cells.
fn rows(s: &Session, arguments: &[&str], title: &str) -> Vec<serde_json::Value> {
    let base = ["export", "dashboard", "--today", "2026-10-15", "--format", "json"];
    let printed = s.done(&[&base[..], arguments].concat());
    let json: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let table = json["tables"].as_array().unwrap().iter().find(|t| t["title"] == title).unwrap();
    table["rows"].as_array().unwrap().clone()
}

#[test]
fn the_pages_of_the_schools_and_of_the_county_together_tell_no_more_than_each() {
    let s = county();
    let schools = texts(&s, "SELECT code FROM school");
    let whole = ["在校生", "各校数据质量"].map(|title| rows(&s, &[], title));
    let mut compared = 0;
    for code in &schools {
        for (title, whole) in ["在校生", "各校数据质量"].iter().zip(&whole) {
            let own = rows(&s, &["--school", code], title);
            let there = whole.iter().find(|row| row["school"] == own[0]["school"]).unwrap();
            for (key, cell) in own[0].as_object().unwrap() {
                assert_eq!(cell, &there[key], "{title} {key}: what one page hides the other does not tell");
                compared += 1;
            }
        }
        for row in rows(&s, &["--school", code], "期间的增减") {
            let shown = &row["pupils"];
            assert!(shown.as_i64().is_none_or(|n| n >= 5) && shown != "<5", "none is told from a few: {row}");
        }
    }
    assert!(compared > 100);
}

#[test]
fn the_page_is_whole_on_a_desk_on_a_phone_and_on_paper() {
    let s = county();
    // The pupils came before September: of the year there is a flow to draw.
    made(&s, "概览.html", &["--from", "2026-03-01"]);
    let Some(browser) = browser() else { return };
    s.write("frames.html", FRAMES.replace("HEIGHT", &HEIGHT.to_string()));
    let folder = s.path("frames.html").parent().unwrap().to_path_buf();
    let dom = browser.dom(&s.path("frames.html"), &folder);
    let json = dom.split("<pre id=\"out\">").nth(1).unwrap().split("</pre>").next().unwrap();
    let measured: serde_json::Value = serde_json::from_str(&json.replace("&lt;", "<")).unwrap();
    let screen = browser.screen(&s.path("frames.html"), &folder, (1700, HEIGHT));
    for (frame, width) in measured.as_array().unwrap().iter().zip([1280, 390]) {
        assert_eq!(frame["width"].as_i64(), Some(width), "nothing stands out at the side");
        assert!(frame["height"].as_u64().unwrap() < HEIGHT as u64, "{frame}");
        assert_eq!(frame["cut"].as_array().unwrap(), &[] as &[serde_json::Value], "a text is cut");
        assert!(frame["smallest"].as_f64().unwrap() > 9.0, "a text is too small to read: {frame}");
        assert_eq!((frame["panels"].as_i64(), frame["tables"].as_i64()), (Some(7), Some(7)));
        let pictures = frame["pictures"].as_array().unwrap();
        assert!(pictures.len() >= 7, "{pictures:?}");
        for picture in pictures {
            let [x, y, w, h] = [0, 1, 2, 3].map(|i| picture[i].as_u64().unwrap() as usize);
            let inside = (y..y + h).flat_map(|row| &screen.points[row * screen.width + x..][..w]);
            let drawn = inside.clone().filter(|p| p.iter().any(|c| *c < 235)).count();
            let colors: BTreeSet<[u8; 3]> = inside.copied().collect();
            assert!(drawn * 200 > w * h && colors.len() > 8, "{picture} is blank: {drawn} of {}", w * h);
        }
    }
    let paper = browser.print(&s.path("概览.html"), &folder);
    assert!(paper.starts_with(b"%PDF-"));
    let pages = paper.windows(12).filter(|w| w == b"/Type /Page\n" || w == b"/Type /Page ").count();
    assert!((2..=8).contains(&pages), "{pages} pages");
}
