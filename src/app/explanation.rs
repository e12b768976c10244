//! Texts that close findings which may be explained: for one cell, for a check, for a file of them, or for all.

use std::ops::ControlFlow;
use std::path::Path;

use crate::dedup;
use crate::model::finding::{Finding, Severity};
use crate::xlsx::read;

use super::failure::{Failure, Refusal};
use super::input::error::InputError;
use super::spot::Spot;

/// The texts the clerk gave, each for what it reaches.
#[derive(Clone, Debug, Default)]
pub struct Explanations {
    /// For every finding that no other text reaches.
    pub all: Option<String>,
    texts: Vec<Text>,
}

#[derive(Clone, Debug)]
struct Text {
    spot: Option<Spot>,
    check: Option<String>,
    text: String,
    /// How it was given, to name it where it reaches nothing.
    given: String,
}

impl Text {
    fn reaches(&self, f: &Finding) -> bool {
        f.severity == Severity::Explain && self.names(f)
    }

    fn names(&self, f: &Finding) -> bool {
        self.check.as_ref().is_none_or(|c| c == f.check) && self.spot.as_ref().is_none_or(|s| s.is(&f.place))
    }

    fn weight(&self) -> u8 {
        u8::from(self.spot.is_some()) * 2 + u8::from(self.check.is_some())
    }
}

/// The headings of a file of texts, ours and the same in Chinese.
const HEADINGS: [(&str, &str); 4] =
    [("file", "文件"), ("cell", "单元格"), ("check", "检查"), ("text", "说明")];

impl Explanations {
    /// Adds one `--explain`: a text for all, `检查=说明`, or `表名!单元格=说明`. `is_check` knows the names of checks.
    pub fn add(&mut self, given: &str, is_check: &dyn Fn(&str) -> bool) -> Result<(), Refusal> {
        let split = given.split_once('=').map(|(a, b)| (a.trim(), b.trim()));
        let text = match split {
            Some((name, text)) if is_check(name) => Text {
                spot: None,
                check: Some(name.to_owned()),
                text: text.to_owned(),
                given: name.to_owned(),
            },
            Some((spot, text)) if Spot::parse(spot).is_some() => {
                Text { spot: Spot::parse(spot), check: None, text: text.to_owned(), given: spot.to_owned() }
            }
            Some((name, _)) if looks_like_a_check(name) => {
                let reason = format!("没有检查“{name}”。");
                return Err(Refusal::new(reason, "用 xueji explain checks 列出全部检查。"));
            }
            Some((name, _)) if !name.is_empty() => {
                let reason = format!("“{name}”不是单元格，也不是检查的名称，不知道说明写给谁。");
                let remedy = "单元格写如 花名册!C7=说明，检查写如 age-out-of-grade=说明；对全部问题的说明里请不要用等号。";
                return Err(Refusal::new(reason, remedy));
            }
            _ => {
                self.all = Some(required(given.trim(), given)?);
                return Ok(());
            }
        };
        required(&text.text, given)?;
        self.texts.push(text);
        Ok(())
    }

    /// Adds the rows of a file with the columns file, cell, check and text; every row that can't be read is named.
    pub fn add_file(&mut self, path: &Path, is_check: &dyn Fn(&str) -> bool) -> Result<(), Failure> {
        let mut book = read::open(path).map_err(InputError::from)?;
        let (mut at, mut refusals) = (None, Vec::new());
        let texts = &mut self.texts;
        book.rows(0, &mut |row| {
            let cell = |i: Option<usize>| i.map_or_else(String::new, |i| row.cell(i).0.trim().to_owned());
            let Some(columns) = at else {
                let find = |(a, b): (&str, &str)| {
                    (0..row.len())
                        .find(|&i| matches!(row.cell(i).0.trim(), t if t.eq_ignore_ascii_case(a) || t == b))
                };
                at = Some(HEADINGS.map(find));
                return ControlFlow::Continue(());
            };
            let [file, spot, check, text] = columns.map(cell);
            match line(&file, &spot, &check, &text, is_check) {
                Ok(made) => texts
                    .push(Text {
                        given: format!("第 {} 行（{file}{spot} {check}）", row.number), ..made
                    }),
                Err(why) => refusals.push(Refusal::new(
                    format!("{} 第 {} 行：{why}。", path.display(), row.number),
                    "请改正这一行；栏目为 file、cell、check、text。",
                )),
            }
            ControlFlow::Continue(())
        })
        .map_err(InputError::from)?;
        if at.is_none_or(|columns| columns[3].is_none()) {
            let reason = format!("{} 没有 text（说明）一栏。", path.display());
            refusals = vec![Refusal::new(reason, "栏目为 file、cell、check、text，首行是栏目名。")];
        }
        if refusals.is_empty() { Ok(()) } else { Err(Failure::Refused(refusals)) }
    }

    /// The text that closes a finding: the one that names it most closely.
    pub fn text_for(&self, finding: &Finding) -> Option<&str> {
        if finding.severity != Severity::Explain {
            return None;
        }
        let all = self.all.as_deref().filter(|_| !dedup::needs_own_text(finding.check));
        self.own_text_for(finding).or(all)
    }

    /// The text that was given for this finding, its cell or its check, and not for all alike.
    pub fn own_text_for(&self, finding: &Finding) -> Option<&str> {
        let reaching = self.texts.iter().filter(|t| t.reaches(finding));
        reaching.max_by_key(|t| t.weight()).map(|t| t.text.as_str())
    }

    /// Every text for a cell that reaches no finding, with the reason: it was meant for something else.
    pub fn unused(&self, findings: &[Finding]) -> Vec<Refusal> {
        let idle = self.texts.iter().filter(|t| t.spot.is_some() && !findings.iter().any(|f| t.reaches(f)));
        idle.map(|t| match findings.iter().find(|f| t.names(f)) {
            Some(f) if f.severity == Severity::Error => Refusal::new(
                format!("{}：{}是必须改正的问题，不能用说明代替。", t.given, f.check),
                "请改正后重新导入。",
            ),
            _ => Refusal::new(
                format!("{}：这里没有须说明的问题。", t.given),
                "请用 xueji validate 列出问题，核对文件、工作表、单元格和检查的名称。",
            ),
        })
        .collect()
    }
}

fn required(text: &str, given: &str) -> Result<String, Refusal> {
    if !text.is_empty() {
        return Ok(text.to_owned());
    }
    let reason = format!("--explain \"{given}\" 的说明是空的。");
    Err(Refusal::new(reason, "请写明依据，例如 --explain \"已核对户口簿\"。"))
}

fn looks_like_a_check(name: &str) -> bool {
    name.contains('-') && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

fn line(
    file: &str,
    spot: &str,
    check: &str,
    text: &str,
    is_check: &dyn Fn(&str) -> bool,
) -> Result<Text, &'static str> {
    let parsed = Spot::parse(spot);
    if parsed.is_none() && !spot.is_empty() {
        return Err("cell 不是单元格");
    }
    if !check.is_empty() && !is_check(check) {
        return Err("check 不是检查的名称");
    }
    if text.is_empty() {
        return Err("text 是空的");
    }
    if parsed.is_none() && check.is_empty() {
        return Err("cell 和 check 都是空的");
    }
    let spot = parsed
        .map(|s| Spot { file: s.file.or_else(|| Some(file.to_owned()).filter(|f| !f.is_empty())), ..s });
    let check = Some(check.to_owned()).filter(|c| !c.is_empty());
    Ok(Text { spot, check, text: text.to_owned(), given: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cell::Place;

    fn finding(check: &'static str, severity: Severity, column: u16, row: u32) -> Finding {
        let place = Place { file: "a.csv".into(), sheet: "csv".into(), row, column };
        let (field, value, message, hint) = (None, String::new(), String::new(), String::new());
        Finding { check, severity, place, field, value, message, hint, basis: "x", proposal: None }
    }

    fn is_check(name: &str) -> bool {
        matches!(name, "age-out-of-grade" | "number-damaged")
    }

    #[test]
    fn the_closest_text_closes_a_finding() {
        let mut e = Explanations::default();
        for given in ["都核对过", "age-out-of-grade=早读", "csv!C7=晚读", "C8=已核对原件=无误"]
        {
            e.add(given, &is_check).unwrap();
        }
        let age = |row| finding("age-out-of-grade", Severity::Explain, 3, row);
        assert_eq!(e.text_for(&age(5)), Some("早读"));
        assert_eq!(e.text_for(&age(7)), Some("晚读"));
        assert_eq!(e.text_for(&age(8)), Some("已核对原件=无误"));
        let other = finding("phone-malformed", Severity::Explain, 1, 1);
        assert_eq!((e.text_for(&other), e.own_text_for(&other)), (Some("都核对过"), None));
        assert_eq!(e.text_for(&finding("age-out-of-grade", Severity::Error, 3, 7)), None);
    }

    #[test]
    fn that_two_are_not_one_child_is_never_said_in_passing() {
        let mut e = Explanations::default();
        let is_check = |name: &str| name == dedup::LIKELY;
        e.add("都核对过", &is_check).unwrap();
        let pair = finding(dedup::LIKELY, Severity::Explain, 3, 5);
        assert_eq!(e.text_for(&pair), None);
        e.add("likely-same-pupil=两本户口簿", &is_check).unwrap();
        assert_eq!(e.text_for(&pair), Some("两本户口簿"));
    }

    #[test]
    fn a_text_that_reaches_nothing_is_named() {
        let mut e = Explanations::default();
        e.add("C7=晚读", &is_check).unwrap();
        e.add("C9=错", &is_check).unwrap();
        let findings = [finding("age-out-of-grade", Severity::Error, 3, 9)];
        let told: Vec<String> = e.unused(&findings).into_iter().map(|r| r.reason).collect();
        assert_eq!(
            told,
            ["C7：这里没有须说明的问题。", "C9：age-out-of-grade是必须改正的问题，不能用说明代替。"]
        );
        assert!(e.add("age-out-of-grad=x", &is_check).is_err());
        assert!(e.add("  ", &is_check).is_err() && e.add("C7=", &is_check).is_err());
        assert!(e.add("单元格=已核对", &is_check).is_err(), "what was meant for one cell is not said of all");
    }
}
