//! Composes a workbook out of parts, and keeps the truth about it.

use std::collections::{BTreeMap, BTreeSet};

use super::book::{Cell, Sheet, WRITERS, Writer};
use super::noise;
use super::pupils::{FIELDS, PARTS, Pupil, part_key};
use super::rng::Rng;

/// The kinds of mess; a workbook has several.
pub const KINDS: &[&str] = &[
    "titles and notes above the table",
    "headers of two or three rows",
    "merged cells filled down",
    "totals and signatures",
    "ghost rows and columns",
    "repeated headers",
    "other sheets beside the roster",
    "headings of the school's own",
    "damaged numbers",
    "dates in several forms",
    "width, spaces and invisible characters",
    "encodings and formats",
    "codes and short forms",
    "class in a title, a sheet's name or between the rows",
];

/// What must come of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Read as the truth says.
    Read,
    /// Refused with this exit code, naming one of these; then read with these arguments.
    Ask(i32, &'static str, Vec<String>),
    /// The headings leave a doubt: read as the truth says, or refused; anything else is silently wrong.
    Doubtful,
}

/// One roster sheet as it is in truth.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    pub sheet: String,
    /// The last row of the header, from 1.
    pub header_row: u32,
    /// Field key to column letters.
    pub columns: BTreeMap<&'static str, String>,
    /// Row number to the pupil, and whether its number is damaged in the file.
    pub pupils: BTreeMap<u32, (Pupil, bool)>,
    /// Rows below the header that are no pupils.
    pub passed: BTreeSet<u32>,
}

pub struct Composed {
    pub seed: u64,
    pub sheets: Vec<Sheet>,
    pub writer: Writer,
    pub truth: Vec<Truth>,
    pub expect: Expect,
    pub kinds: BTreeSet<usize>,
    pub two_members: bool,
}

/// How the class of a pupil is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ClassBy {
    Column,
    Merged,
    Title,
    SheetName,
    Subtitle,
}

/// One column in the making.
struct Column {
    key: Option<&'static str>,
    /// From the top down.
    path: Vec<String>,
}

struct Maker<'a> {
    rng: Rng,
    pool: &'a [Pupil],
    writer: Writer,
    kinds: BTreeSet<usize>,
    by: ClassBy,
    columns: Vec<Column>,
    depth: usize,
    two: bool,
    /// Headings over others are merged.
    merged: bool,
    /// The pupil's headings stand in the last row of the header, not in the first.
    low: bool,
    doubtful: bool,
    /// How many pupils of a class are taken.
    most: usize,
}

pub fn compose(seed: u64, pool: &[Pupil]) -> Composed {
    let mut rng = Rng::new(seed);
    let writer = *rng.pick(WRITERS);
    let mut by = *rng.pick(&[
        ClassBy::Column,
        ClassBy::Column,
        ClassBy::Merged,
        ClassBy::Merged,
        ClassBy::Title,
        ClassBy::SheetName,
        ClassBy::Subtitle,
    ]);
    if matches!(writer, Writer::Csv(_)) && matches!(by, ClassBy::Merged | ClassBy::SheetName) {
        by = ClassBy::Column;
    }
    let most = if rng.one_in(6) { 40 } else { 7 };
    let mut maker = Maker {
        merged: !matches!(writer, Writer::Csv(_)) && !rng.one_in(4),
        low: rng.one_in(4),
        doubtful: false,
        rng,
        pool,
        writer,
        kinds: BTreeSet::new(),
        by,
        columns: Vec::new(),
        depth: 1,
        two: false,
        most,
    };
    maker.columns();
    maker.book(seed)
}

impl Maker<'_> {
    fn sure(&mut self, kind: usize) -> bool {
        let take = self.rng.one_in(2);
        if take {
            self.kinds.insert(kind);
        }
        take
    }

    fn heading(&mut self, official: &str, others: &[&str]) -> String {
        if self.rng.one_in(2) {
            self.kinds.insert(7);
            (*self.rng.pick(others)).to_owned()
        } else {
            official.to_owned()
        }
    }

    /// The columns and the headings over them.
    fn columns(&mut self) {
        if self.sure(1) {
            self.depth = 2 + self.rng.below(2);
        }
        self.two = self.rng.one_in(2);
        let mut pupil: Vec<Column> = Vec::new();
        let grouped = self.depth > 1 && self.rng.one_in(2);
        let without_phone = self.rng.one_in(4);
        let label = *self.rng.pick(&["学生信息", "学生基本信息", "学生基本情况", "一、学生信息"]);
        for (key, official, others) in FIELDS {
            if *key == "class_number" && !matches!(self.by, ClassBy::Column | ClassBy::Merged) {
                continue;
            }
            if *key == "phone" && without_phone {
                continue;
            }
            let leaf = self.heading(official, others);
            let path = if grouped { vec![label.to_owned(), leaf] } else { vec![leaf] };
            pupil.push(Column { key: Some(key), path });
        }
        self.rng.shuffle(&mut pupil);
        if self.rng.one_in(3) {
            self.kinds.insert(4);
            // A column without a heading, and one nobody knows.
            let path = if self.rng.one_in(2) { Vec::new() } else { vec!["备注栏".to_owned()] };
            pupil.push(Column { key: None, path });
        }
        let path = vec!["序号".to_owned()];
        self.columns.push(Column { key: None, path });
        let word = *self.rng.pick(&["成员", "监护人", "家庭成员", "家长"]);
        let members: Vec<Column> =
            (0..if self.two { 2 } else { 1 }).flat_map(|m| self.member(m, word)).collect();
        let members_first = self.rng.one_in(4);
        // A label without a merged region reaches to the next label, and so may reach over what is the pupil's own.
        self.doubtful =
            self.depth > 1 && !self.merged && !grouped && self.low && (members_first || without_phone);
        if members_first {
            self.columns.extend(members);
            self.columns.extend(pupil);
        } else {
            self.columns.extend(pupil);
            self.columns.extend(members);
        }
    }

    fn member(&mut self, member: usize, word: &str) -> Vec<Column> {
        let number = *self.rng.pick(&[["1", "2"], ["一", "二"], ["１", "２"], ["（1）", "（2）"]]);
        // One member alone needs no number.
        let number = if self.two || self.rng.one_in(2) { number } else { ["", ""] };
        let word = if number[0].is_empty() && word == "成员" { "监护人" } else { word };
        let mut out = Vec::new();
        for (part, official, others) in PARTS {
            let leaf = self.heading(official, others);
            let path = match self.depth {
                1 => vec![format!("{word}{}{leaf}", number[member])],
                2 => vec![
                    format!("{word}{}{}", number[member], if word.len() > 6 { "信息" } else { "" }),
                    leaf,
                ],
                _ => vec!["家庭成员信息".to_owned(), format!("{word}{}", number[member]), leaf],
            };
            out.push(Column { key: Some(part_key(member, part)), path });
        }
        out
    }

    /// The header rows and their merged regions, from the row `top` of the sheet on.
    fn header(&self, sheet: &mut Sheet) {
        let top = sheet.rows.len();
        let mut rows = vec![vec![Cell::Empty; self.columns.len()]; self.depth];
        let text_at = |c: usize, level: usize| self.columns[c].path.get(level).cloned();
        for (c, column) in self.columns.iter().enumerate() {
            let depth = column.path.len();
            for (level, text) in column.path.iter().enumerate() {
                let leaf = level + 1 == depth;
                // A leaf under labels stands in the last row; one without labels in the first, over the rest.
                let last = depth > 1 || self.low;
                let row = if leaf && last { self.depth - 1 } else { level };
                let continues = !leaf
                    && c > 0
                    && (0..=level).all(|l| text_at(c - 1, l) == text_at(c, l))
                    && self.columns[c - 1].path.len() > level + 1;
                if !continues {
                    rows[row][c] = Cell::text(text.clone());
                }
            }
        }
        sheet.rows.extend(rows);
        self.merge_header(sheet, top);
    }

    fn merge_header(&self, sheet: &mut Sheet, top: usize) {
        if self.depth == 1 || !self.merged {
            return;
        }
        for (c, column) in self.columns.iter().enumerate() {
            if column.path.len() == 1 && !self.low {
                sheet.merges.push((top, c, top + self.depth - 1, c));
            }
        }
        for level in 0..self.depth - 1 {
            let mut c = 0;
            while c < self.columns.len() {
                let labelled = |c: usize| self.columns[c].path.len() > level + 1;
                let mut end = c;
                while end + 1 < self.columns.len()
                    && labelled(c)
                    && labelled(end + 1)
                    && (0..=level).all(|l| self.columns[end + 1].path[l] == self.columns[c].path[l])
                {
                    end += 1;
                }
                // A pupil's label of a header of three rows covers the row in the middle too.
                let last = self.columns[c].path.len() == 2 && self.depth == 3;
                let bottom = if last { top + level + 1 } else { top + level };
                if labelled(c) && (end > c || bottom > top + level) && self.columns[c].path.len() > 1 {
                    sheet.merges.push((top + level, c, bottom, end));
                }
                c = end + 1;
            }
        }
    }

    fn book(mut self, seed: u64) -> Composed {
        if self.writer != Writer::Xlsx {
            self.kinds.insert(11);
        }
        let classes = self.classes();
        let mut sheets = Vec::new();
        let mut truth = Vec::new();
        match self.by {
            ClassBy::SheetName => {
                self.kinds.insert(13);
                for class in &classes {
                    let name = class_name(&class[0]);
                    let (sheet, of_sheet) = self.roster(&name, std::slice::from_ref(class), None);
                    sheets.push(sheet);
                    truth.push(of_sheet);
                }
            }
            by => {
                let several = matches!(by, ClassBy::Column | ClassBy::Merged | ClassBy::Subtitle);
                let used = if several { &classes[..] } else { &classes[..1] };
                let title = (by == ClassBy::Title).then(|| class_name(&classes[0][0]));
                let (sheet, of_sheet) = self.roster("花名册", used, title.as_deref());
                sheets.push(sheet);
                truth.push(of_sheet);
            }
        }
        let mut expect = if self.doubtful { Expect::Doubtful } else { Expect::Read };
        if !matches!(self.writer, Writer::Csv(_)) {
            expect = self.others(&mut sheets, &truth, expect);
        } else {
            truth[0].sheet = "csv".into();
        }
        let (writer, kinds, two_members) = (self.writer, self.kinds, self.two);
        Composed { seed, sheets, writer, truth, expect, kinds, two_members }
    }

    /// Some whole classes' first pupils, each class by itself.
    fn classes(&mut self) -> Vec<Vec<Pupil>> {
        let start = self.rng.below(self.pool.len());
        let same = |a: &Pupil, b: &Pupil| {
            a["class_number"] == b["class_number"] && a["school_code"] == b["school_code"]
        };
        let mut classes: Vec<Vec<Pupil>> = Vec::new();
        let school = self.pool[start]["school_code"].clone();
        for pupil in self.pool.iter().skip(start).chain(self.pool.iter().take(start)) {
            if pupil["school_code"] != school {
                continue;
            }
            match classes.iter().position(|c| same(&c[0], pupil)) {
                Some(at) if classes[at].len() < self.most => classes[at].push(pupil.clone()),
                Some(_) => {}
                None if classes.len() < 3 => classes.push(vec![pupil.clone()]),
                None => {}
            }
        }
        classes.retain(|c| c.len() >= 2);
        classes
    }

    fn roster(&mut self, name: &str, classes: &[Vec<Pupil>], title: Option<&str>) -> (Sheet, Truth) {
        let mut sheet = Sheet { name: name.to_owned(), ..Sheet::default() };
        let mut truth = Truth { sheet: name.to_owned(), ..Truth::default() };
        self.titles(&mut sheet, title);
        if self.by == ClassBy::Subtitle {
            sheet.text_row(&[&class_name(&classes[0][0])]);
            self.kinds.insert(13);
        }
        self.header(&mut sheet);
        truth.header_row = sheet.rows.len() as u32;
        for (c, column) in self.columns.iter().enumerate() {
            if let Some(key) = column.key {
                truth.columns.insert(key, letters(c));
            }
        }
        if self.rng.one_in(5) {
            self.form_row(&mut sheet, &mut truth);
        }
        let mut serial = 0;
        for (i, class) in classes.iter().enumerate() {
            if i > 0 {
                self.between(&mut sheet, &mut truth, class);
            }
            let first = sheet.rows.len();
            for pupil in class {
                serial += 1;
                self.pupil(&mut sheet, &mut truth, pupil, serial);
            }
            if self.by == ClassBy::Merged && sheet.rows.len() - first > 1 {
                self.merge_class(&mut sheet, first);
            }
        }
        self.below(&mut sheet, &mut truth, serial);
        (sheet, truth)
    }

    /// A row below the header that numbers the columns, or says that they must be filled in.
    fn form_row(&mut self, sheet: &mut Sheet, truth: &mut Truth) {
        let number = self.rng.one_in(2);
        let cell =
            |i: usize| Cell::text(if number { format!("（{}）", i + 1) } else { "必填".to_owned() });
        sheet.rows.push((0..self.columns.len()).map(cell).collect());
        truth.passed.insert(sheet.rows.len() as u32);
    }

    fn titles(&mut self, sheet: &mut Sheet, title: Option<&str>) {
        if title.is_some() || self.sure(0) {
            self.kinds.insert(if title.is_some() { 13 } else { 0 });
            let class = title.unwrap_or("");
            sheet.rows.push(vec![Cell::text(format!("云溪县小学{class}学生花名册"))]);
            sheet.merges.push((0, 0, 0, self.columns.len() - 1));
            if self.rng.one_in(2) {
                sheet.text_row(&["填表日期：2026年9月1日", "", "", "班主任：", "王老师"]);
            }
            if self.rng.one_in(3) {
                sheet.rows.push(Vec::new());
            }
        }
    }

    /// What stands between two classes: a header once more, a subtotal, the title of the next class.
    fn between(&mut self, sheet: &mut Sheet, truth: &mut Truth, next: &[Pupil]) {
        if self.by == ClassBy::Subtitle {
            sheet.text_row(&[&class_name(&next[0])]);
            truth.passed.insert(sheet.rows.len() as u32);
        }
        if self.sure(5) {
            let before = sheet.rows.len();
            self.header(sheet);
            truth.passed.extend((before + 1..=sheet.rows.len()).map(|r| r as u32));
        } else if self.by != ClassBy::Subtitle && self.sure(3) {
            sheet.text_row(&["小计", "", "12"]);
            truth.passed.insert(sheet.rows.len() as u32);
        }
    }

    fn merge_class(&mut self, sheet: &mut Sheet, first: usize) {
        self.kinds.insert(2);
        let last = sheet.rows.len() - 1;
        for key in ["class_number", "school_code", "entry_month"] {
            let at = self.columns.iter().position(|c| c.key == Some(key)).unwrap();
            for row in first + 1..=last {
                sheet.rows[row][at] = Cell::Empty;
            }
            sheet.merges.push((first, at, last, at));
        }
    }

    fn pupil(&mut self, sheet: &mut Sheet, truth: &mut Truth, pupil: &Pupil, serial: usize) {
        let number = sheet.rows.len() as u32 + 1;
        let mut damaged = false;
        let mut row = Vec::new();
        for i in 0..self.columns.len() {
            let cell = match self.columns[i].key {
                None if self.columns[i].path.first().is_some_and(|p| p == "序号") => {
                    Cell::Number(serial as f64)
                }
                None => Cell::text(if serial.is_multiple_of(3) { "已核" } else { "" }),
                Some("document_number") if self.rng.one_in(12) => {
                    self.kinds.insert(8);
                    damaged = true;
                    noise::damaged(&pupil["document_number"], self.writer, &mut self.rng)
                }
                Some(key) => noise::disguised(key, &pupil[key], self.writer, &mut self.rng, &mut self.kinds),
            };
            row.push(cell);
        }
        sheet.rows.push(row);
        truth.pupils.insert(number, (pupil.clone(), damaged));
    }

    /// Ghost rows, totals, signatures.
    fn below(&mut self, sheet: &mut Sheet, truth: &mut Truth, serial: usize) {
        if self.sure(4) {
            for i in 1..=2 {
                sheet.rows.push(vec![Cell::Number((serial + i) as f64)]);
                truth.passed.insert(sheet.rows.len() as u32);
            }
            sheet.rows.push(vec![Cell::text("  "), Cell::text("\u{3000}")]);
            if !matches!(self.writer, Writer::Ods) {
                sheet.rows.push(Vec::new());
            }
        }
        if self.sure(3) {
            let lines: &[&[&str]] = &[
                &["合计", "", "45"],
                &["合 计：45人，其中男23人，女22人"],
                &["填表人：", "王老师", "", "审核人：李校长"],
                &["注：1.本表一式两份；2.姓名须与户口簿一致。"],
                &["", "以上信息经家长核对无误"],
                &["校长（签章）：", "", "2026年9月1日"],
                &["第 1 页 共 3 页"],
            ];
            for _ in 0..1 + self.rng.below(3) {
                let line = lines[self.rng.below(lines.len())];
                sheet.text_row(line);
                truth.passed.insert(sheet.rows.len() as u32);
            }
        }
    }

    /// Sheets beside the roster, and whether they make a question of it.
    fn others(&mut self, sheets: &mut Vec<Sheet>, truth: &[Truth], mut expect: Expect) -> Expect {
        if !self.sure(6) {
            return expect;
        }
        for which in 0..5 {
            if !self.rng.one_in(3) {
                continue;
            }
            let mut sheet = other_sheet(which);
            if which == 3 {
                sheet.rows = sheets[0].rows.clone();
                sheet.merges = sheets[0].merges.clone();
            }
            let at = if sheet.hidden { sheets.len() } else { self.rng.below(sheets.len() + 1) };
            sheets.insert(at, sheet);
        }
        if expect == Expect::Read && self.rng.one_in(6) {
            let roster = sheets.iter().find(|s| s.name == truth[0].sheet).unwrap().clone();
            sheets.push(Sheet { name: format!("{} (2)", roster.name), ..roster });
            let flags = truth.iter().flat_map(|t| ["--sheet".to_owned(), t.sheet.clone()]);
            expect = Expect::Ask(2, "--sheet", flags.collect());
        }
        expect
    }
}

fn other_sheet(which: usize) -> Sheet {
    let rows: (&str, bool, &[&[&str]]) = match which {
        0 => (
            "填写说明",
            false,
            &[&["填写说明"], &["栏目", "说明"], &["姓名", "与户口簿一致"], &["性别", "男或女"]],
        ),
        1 => ("代码表", true, &[&["民族", "代码"], &["汉族", "01"], &["回族", "03"]]),
        2 => (
            "教师",
            false,
            &[
                &["姓名", "性别", "出生日期", "民族", "身份证号", "学历", "职称"],
                &["王五", "男", "19800101", "汉族", "", "本科", "一级"],
            ],
        ),
        3 => ("旧花名册", true, &[]),
        _ => ("成绩", false, &[&["班级", "姓名", "性别", "语文", "数学"], &["1", "王一", "男", "90", "91"]]),
    };
    let mut sheet = Sheet { name: rows.0.to_owned(), hidden: rows.1, ..Sheet::default() };
    rows.2.iter().for_each(|r| sheet.text_row(r));
    sheet
}

/// As the registry names the class: 2026级1班 is number P202601.
fn class_name(pupil: &Pupil) -> String {
    let number = &pupil["class_number"];
    format!("{}级{}班", &number[1..5], number[5..].parse::<u32>().unwrap())
}

pub fn letters(column: usize) -> String {
    let mut n = column + 1;
    let mut out = String::new();
    while n > 0 {
        out.insert(0, char::from(b'A' + ((n - 1) % 26) as u8));
        n = (n - 1) / 26;
    }
    out
}
