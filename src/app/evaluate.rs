//! 查重 on a described csv, and how good it was against a truth file.

use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::dedup::engine::{self, Found, Options};
use crate::dedup::evaluate::{self, ChildRow, Evaluation, Mismatch, Truth};
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
    Truth(Mismatch),
}

impl EvaluateError {
    pub fn message(&self) -> String {
        match self {
            Self::Read(e) => e.to_string(),
            Self::Column { path, heading } => format!("{} 中没有名为“{heading}”的列。", path.display()),
            Self::Schema { path, message } => format!("列说明文件 {}：{message}", path.display()),
            Self::Identifiers(n) => format!("有 {n} 条记录的编号与别的记录重复，无法与真值对照。"),
            Self::Truth(mismatch) => mismatch.message(),
        }
    }

    pub fn hint(&self) -> String {
        match self {
            Self::Read(e) => e.hint().to_owned(),
            Self::Column { .. } => "请核对列说明文件中的列名与数据的表头。".to_owned(),
            Self::Schema { .. } => "请按 xueji dedup evaluate --help 中的格式修改列说明文件。".to_owned(),
            Self::Identifiers(_) => "请换用每条记录都不同的列作编号（id）。".to_owned(),
            Self::Truth(_) => "请使用由同一份数据得出的真值文件。".to_owned(),
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
    /// Pairs judged wrongly, each explained: the identifiers stand in the files only, so rows of the data.
    pub mistakes: Vec<Mistake>,
}

/// A pair that the truth calls otherwise than the run.
pub struct Mistake {
    /// The lines of the two records, counted over all files, headings left out.
    pub rows: [u32; 2],
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
    let records = load(described, files)?;
    let truth = load_truth(described, &records, truth)?;
    let options = Options { asked: &truth.same, ..Options::default() };
    let found = engine::run(&described.schema, &records, options);
    let evaluation = evaluate::evaluate(&found, &truth);
    let mistakes = wrong_pairs(&found, &truth, mistakes);
    let scorer = Scorer::new(&described.schema, &records, &found.model);
    let explained = |(a, b, is_same): (u32, u32, bool)| Mistake {
        rows: [a + 1, b + 1],
        is_same,
        explanation: explanation::explain(&described.schema, &scorer, a, b),
    };
    let mistakes = mistakes.into_iter().map(explained).collect();
    Ok(Evaluated { records: records.len(), found, evaluation, mistakes })
}

/// The first pairs called or grouped as one child that are two, then the first of one child that are not grouped.
fn wrong_pairs(found: &Found, truth: &Truth, most: usize) -> Vec<(u32, u32, bool)> {
    let same: FxHashSet<(u32, u32)> = truth.same.iter().copied().collect();
    let grouped = evaluate::grouped(found);
    let called = found.pairs.iter().filter(|(_, score)| *score >= SAME).map(|(c, _)| (c.a, c.b));
    let wrong: FxHashSet<(u32, u32)> =
        grouped.iter().copied().chain(called).filter(|p| !same.contains(p)).collect();
    let mut all: Vec<(u32, u32, bool)> = wrong.into_iter().map(|(a, b)| (a, b, false)).collect();
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

fn load(described: &Described, files: &[PathBuf]) -> Result<Records, EvaluateError> {
    let mut builder = Builder::new(&described.schema);
    let fields = described.schema.fields.iter().flat_map(|f| &f.columns);
    let headings: Vec<String> = std::iter::once(&described.id).chain(fields).cloned().collect();
    for (path, number) in files.iter().zip(1..) {
        let exclusive = if described.between_files { number } else { 0 };
        columns::read(path, &headings, &mut |rows| {
            let rows: Vec<Row> =
                rows.iter().map(|r| Row { id: r[0], exclusive, cells: r[1..].to_vec() }).collect();
            builder.add(&rows);
        })
        .map_err(in_file(path))?;
    }
    let records = builder.finish();
    let distinct = positions(&records).len();
    if distinct < records.len() {
        return Err(EvaluateError::Identifiers(records.len() - distinct));
    }
    Ok(records)
}

fn positions(records: &Records) -> FxHashMap<u64, u32> {
    records.order.iter().copied().zip(0..).collect()
}

fn load_truth(described: &Described, records: &Records, path: &Path) -> Result<Truth, EvaluateError> {
    let positions = positions(records);
    let at = |id: &str| positions.get(&record::hash(id.as_bytes())).copied();
    let (mut headings, optional) = match &described.truth {
        TruthColumns::Child { id, child, kind, family } => (vec![id, child], [kind, family]),
        TruthColumns::Pairs { left, right, kind } => (vec![left, right], [kind, &None]),
    };
    headings.extend(optional.iter().filter_map(|o| o.as_ref()));
    let headings: Vec<String> = headings.into_iter().cloned().collect();
    let mut rows: Vec<[String; 4]> = Vec::new();
    columns::read(path, &headings, &mut |many| {
        for cells in many {
            let mut further = cells[2..].iter();
            let mut next = |present: bool| {
                if present {
                    further.next().map_or(String::new(), |c| (*c).to_owned())
                } else {
                    String::new()
                }
            };
            let (kind, family) = (next(optional[0].is_some()), next(optional[1].is_some()));
            rows.push([cells[0].to_owned(), cells[1].to_owned(), kind, family]);
        }
    })
    .map_err(in_file(path))?;
    let truth = match &described.truth {
        TruthColumns::Child { .. } => {
            let rows: Vec<ChildRow> = rows
                .iter()
                .map(|[id, child, kinds, family]| ChildRow { record: at(id), child, kinds, family })
                .collect();
            evaluate::by_child(&rows)
        }
        TruthColumns::Pairs { .. } => {
            let rows: Vec<_> = rows.iter().map(|[a, b, kinds, _]| (at(a), at(b), kinds.as_str())).collect();
            evaluate::by_pairs(&rows)
        }
    };
    truth.map_err(EvaluateError::Truth)
}
