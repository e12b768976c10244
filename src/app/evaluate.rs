//! 查重 on a described csv, and how good it was against a truth file.

use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::dedup::engine::{self, Found, Options};
use crate::dedup::evaluate::{self, ChildRow, Evaluation, Figures, Known, Mismatch, PairRow, Truth};
use crate::dedup::explanation::{self, Explanation};
use crate::dedup::record::{self, Builder, Records, Row};
use crate::dedup::schema_file::{self, Described, TruthColumns};
use crate::dedup::verdict::SAME;
use crate::dedup::weight::Scorer;
use crate::xlsx::columns::{self, ColumnsError};
use crate::xlsx::error::ReadError;

/// Why an evaluation can't be made.
#[derive(Debug)]
pub enum EvaluateError {
    Read(ReadError),
    /// A file has no column of this heading.
    Column {
        path: PathBuf,
        heading: String,
    },
    Schema {
        path: PathBuf,
        message: String,
    },
    /// So many records have an identifier that others have.
    Identifiers(usize),
    Truth {
        path: PathBuf,
        mismatch: Mismatch,
    },
}

impl EvaluateError {
    pub fn message(&self) -> String {
        match self {
            Self::Read(e) => e.to_string(),
            Self::Column { path, heading } => format!("{} 中没有名为“{heading}”的列。", path.display()),
            Self::Schema { path, message } => format!("列说明文件 {}：{message}", path.display()),
            Self::Identifiers(n) => format!("有 {n} 条记录的编号与别的记录重复，无法与真值对照。"),
            Self::Truth { path, mismatch } => format!("{}：{}", path.display(), mismatch.message()),
        }
    }

    pub fn hint(&self) -> String {
        match self {
            Self::Read(e) => e.hint().to_owned(),
            Self::Column { .. } => "请核对列说明文件中的列名与数据的表头。".to_owned(),
            Self::Schema { .. } => "请按 xueji dedup evaluate --help 中的格式修改列说明文件。".to_owned(),
            Self::Identifiers(_) => "请换用每条记录都不同的列作编号（id）。".to_owned(),
            Self::Truth { .. } => "请使用由同一份数据得出的真值文件。".to_owned(),
        }
    }
}

/// Reads a schema file.
///
/// # Errors
/// It can't be read or says what cannot be.
pub fn schema(path: &Path) -> Result<Described, EvaluateError> {
    let text = std::fs::read_to_string(path).map_err(|e| EvaluateError::Read(ReadError::from_io(path, e)))?;
    schema_file::read(&text).map_err(|message| EvaluateError::Schema { path: path.to_path_buf(), message })
}

/// What an evaluation gives.
pub struct Evaluated {
    pub records: usize,
    pub found: Found,
    pub evaluation: Evaluation,
    /// Pairs judged wrongly, each explained.
    pub mistakes: Vec<Mistake>,
    /// The pairs of one document number; `None` where there is no such field.
    pub same_number: Option<Figures>,
    /// Of how many records the truth says nothing, or whether it knows only the pairs it lists.
    pub left_out: LeftOut,
}

/// What a truth leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    Nothing,
    Records(usize),
    OtherPairs,
}

/// A pair that the truth calls otherwise than the run.
pub struct Mistake {
    /// Where the two records stand: file and line.
    pub places: [(String, u64); 2],
    pub is_same: bool,
    pub explanation: Explanation,
}

/// Runs the engine on the files and holds the result against the truth.
///
/// # Errors
/// A file can't be used, or the truth is not about these records.
pub fn evaluate(
    described: &Described,
    files: &[PathBuf],
    truth: &Path,
    mistakes: usize,
) -> Result<Evaluated, EvaluateError> {
    let (loaded, rows) = rayon::join(|| load(described, files), || truth_rows(described, truth));
    let ((records, lines), rows) = (loaded?, rows?);
    let mismatch = |mismatch| EvaluateError::Truth { path: truth.to_path_buf(), mismatch };
    let truth = truth_of(described, &records, &rows).map_err(mismatch)?;
    drop(rows);
    let left_out = match &truth.known {
        Known::All => LeftOut::Nothing,
        Known::Listed(listed) => LeftOut::Records(listed.iter().filter(|l| !**l).count()),
        Known::Pairs(_) => LeftOut::OtherPairs,
    };
    let place = |r: u32| {
        let (file, line) = lines[r as usize];
        (files[file as usize].display().to_string(), line)
    };
    let options = Options { asked: &truth.same, ..Options::default() };
    let found = engine::run(&described.schema, &records, options);
    let evaluation = evaluate::evaluate(&found, &truth);
    let same_number = evaluate::same_number(&described.schema, &records, &truth);
    let mistakes = wrong_pairs(&found, &truth, mistakes);
    let scorer = Scorer::new(&described.schema, &records, &found.model);
    let explained = |(a, b, is_same): (u32, u32, bool)| Mistake {
        places: [place(a), place(b)],
        is_same,
        explanation: explanation::explain(&described.schema, &scorer, a, b),
    };
    let mistakes = mistakes.into_iter().map(explained).collect();
    Ok(Evaluated { records: records.len(), found, evaluation, mistakes, same_number, left_out })
}

/// The first pairs called or grouped as one child that are two, then the first of one child that are not grouped.
fn wrong_pairs(found: &Found, truth: &Truth, most: usize) -> Vec<(u32, u32, bool)> {
    let same: FxHashSet<(u32, u32)> = truth.same.iter().copied().collect();
    let grouped = evaluate::grouped(found);
    let called = found.pairs.iter().filter(|(_, score)| *score >= SAME).map(|(c, _)| (c.a, c.b));
    let wrong: FxHashSet<(u32, u32)> =
        grouped.iter().copied().chain(called).filter(|p| !same.contains(p)).collect();
    let wrong = wrong.into_iter().filter(|p| truth.known.says(*p));
    let mut all: Vec<(u32, u32, bool)> = wrong.map(|(a, b)| (a, b, false)).collect();
    all.extend(same.iter().filter(|p| !grouped.contains(p)).map(|(a, b)| (*a, *b, true)));
    all.sort_unstable_by_key(|(a, b, is_same)| (*is_same, *a, *b));
    all.truncate(most);
    all
}

fn in_file(path: &Path) -> impl Fn(ColumnsError) -> EvaluateError + '_ {
    move |e| match e {
        ColumnsError::Read(e) => EvaluateError::Read(e),
        ColumnsError::Missing(heading) => EvaluateError::Column { path: path.to_path_buf(), heading },
    }
}

/// The records of all files, and for each its file and line.
fn load(described: &Described, files: &[PathBuf]) -> Result<(Records, Vec<(u32, u64)>), EvaluateError> {
    let mut builder = Builder::new(&described.schema);
    let mut lines = Vec::new();
    let fields = described.schema.fields.iter().flat_map(|f| &f.columns);
    let headings: Vec<String> = std::iter::once(&described.id).chain(fields).cloned().collect();
    for (path, number) in files.iter().zip(1..) {
        let exclusive = if described.between_files { number } else { 0 };
        columns::read(path, &headings, &mut |rows| {
            lines.extend(rows.iter().map(|r| (number - 1, r.number)));
            let rows = rows.iter().map(|r| Row { id: r.cells[0], exclusive, cells: r.cells[1..].to_vec() });
            let rows: Vec<Row> = rows.collect();
            builder.add(&rows);
        })
        .map_err(in_file(path))?;
    }
    let records = builder.finish();
    let distinct = positions(&records).len();
    if distinct < records.len() {
        return Err(EvaluateError::Identifiers(records.len() - distinct));
    }
    Ok((records, lines))
}

fn positions(records: &Records) -> FxHashMap<u64, u32> {
    records.order.iter().copied().zip(0..).collect()
}

/// A row of a truth file: its line, what the two first columns are known by, and the further ones in the order of the
/// description.
struct TruthRow {
    line: u64,
    first: [u64; 2],
    further: [Box<str>; 2],
}

/// The rows of a truth file, whatever records they are about.
fn truth_rows(described: &Described, path: &Path) -> Result<Vec<TruthRow>, EvaluateError> {
    let (first, further) = match &described.truth {
        TruthColumns::Child { id, child, kind, family } => ([id, child], [kind, family]),
        TruthColumns::Pairs { left, right, kind, verdict, .. } => ([left, right], [kind, verdict]),
    };
    let named = further.iter().filter_map(|o| o.as_ref());
    let headings: Vec<String> = first.into_iter().chain(named).cloned().collect();
    let mut rows = Vec::new();
    columns::read(path, &headings, &mut |many| {
        for line in many {
            let [a, b] = [0, 1].map(|at| record::hash(line.cells[at].as_bytes()));
            let mut cells = line.cells[2..].iter().copied();
            let further = further.map(|o| o.as_ref().and_then(|_| cells.next()).unwrap_or_default().into());
            rows.push(TruthRow { line: line.number, first: [a, b], further });
        }
    })
    .map_err(in_file(path))?;
    Ok(rows)
}

/// What rows of a truth file say of these records.
fn truth_of(described: &Described, records: &Records, rows: &[TruthRow]) -> Result<Truth, Mismatch> {
    let positions = positions(records);
    let at = |id: u64| positions.get(&id).copied();
    match &described.truth {
        TruthColumns::Child { .. } => {
            let rows = rows.iter().map(|r| ChildRow {
                line: r.line,
                record: at(r.first[0]),
                child: r.first[1],
                kinds: &r.further[0],
                family: &r.further[1],
            });
            let rows: Vec<ChildRow> = rows.collect();
            evaluate::by_child(&rows, records.len())
        }
        TruthColumns::Pairs { partial, .. } => {
            let rows = rows.iter().map(|r| PairRow {
                line: r.line,
                left: at(r.first[0]),
                right: at(r.first[1]),
                kinds: &r.further[0],
                verdict: &r.further[1],
            });
            let rows: Vec<PairRow> = rows.collect();
            evaluate::by_pairs(&rows, *partial)
        }
    }
}
