//! 佐证材料 handed in: files read whole, kept by their hash, and named in the entry of what they are evidence for.
//!
//! A use case that takes evidence reads the files first with [`read`], which gives every reason against them at once,
//! and inside its transaction puts the writes of [`writes`] into the entry of what the files are for. Undoing that
//! entry takes the evidence back; the bytes stay, for nothing is deleted.

use std::path::PathBuf;

use crate::model::evidence::{Evidence, Subject};
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Value, Write};
use crate::model::record_table::{APPLICATION, EVIDENCE};
use crate::store::Store;
use crate::store::journal::Writing;
use crate::store::lookup::Which;

use super::failure::{Failure, Refusal};
use super::session::Session;

/// The largest file that is kept: a scan of some pages, no film. A registry is copied and backed up whole.
pub const LIMIT: u64 = 20 << 20;
/// Column `closed_on` of an application.
const CLOSED_ON: usize = 6;

/// A file to be handed in.
#[derive(Clone, PartialEq, Eq)]
pub struct Paper {
    pub name: String,
    pub bytes: Vec<u8>,
    /// What it shows.
    pub note: String,
}

/// Reads the files to be handed in; refused with every file that can't be read, is empty or too large.
pub fn read(paths: &[PathBuf], note: &str) -> Result<Vec<Paper>, Failure> {
    let (mut papers, mut reasons): (Vec<Paper>, Vec<Refusal>) = (Vec::new(), Vec::new());
    for path in paths {
        let too_large = || {
            let reason = format!("材料 {} 超过 {} MB。", path.display(), LIMIT >> 20);
            Refusal::new(reason, "请压缩图片或降低扫描的分辨率后再交。")
        };
        match std::fs::metadata(path) {
            Ok(meta) if meta.len() > LIMIT => reasons.push(too_large()),
            Ok(meta) if meta.is_file() => match std::fs::read(path) {
                Ok(bytes) if bytes.is_empty() => {
                    let reason = format!("材料 {} 是空文件。", path.display());
                    reasons.push(Refusal::new(reason, "请重新扫描或拍照后再交。"));
                }
                Ok(bytes) => {
                    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    papers.push(Paper { name, bytes, note: note.to_owned() });
                }
                Err(_) => reasons.push(unreadable(path)),
            },
            _ => reasons.push(unreadable(path)),
        }
    }
    if reasons.is_empty() { Ok(papers) } else { Err(Failure::Refused(reasons)) }
}

fn unreadable(path: &std::path::Path) -> Refusal {
    let reason = format!("材料 {} 不存在、不是文件或没有权限读取。", path.display());
    Refusal::new(reason, "请核对文件的位置和名称；一个材料一个文件。")
}

/// Keeps the files; the writes that name them as evidence for `subject`, for the entry of what they are for.
pub fn writes(writing: &mut Writing, subject: &Subject, papers: &[Paper]) -> Result<Vec<Write>, Failure> {
    let first = writing.next_ordinal(&EVIDENCE, &Value::Text(subject.to_string()))?;
    let mut writes = Vec::new();
    for (paper, ordinal) in papers.iter().zip(first..) {
        let evidence = Evidence {
            subject: subject.to_string(),
            ordinal,
            hash: writing.keep(&paper.bytes)?,
            name: paper.name.clone(),
            length: paper.bytes.len() as i64,
            note: paper.note.clone(),
            added_on: writing.act().today.to_string(),
            added_by: writing.act().actor.clone(),
        };
        writes.push(Write::Insert { table: &EVIDENCE, row: evidence.row() });
    }
    Ok(writes)
}

/// Refuses files that the subject has already.
pub fn not_twice(store: &Store, subject: &Subject, papers: &[Paper]) -> Result<(), Failure> {
    let known = store.evidence_of(subject)?;
    let twice: Vec<Refusal> = papers
        .iter()
        .filter(|p| known.iter().any(|e| e.hash == blake3::hash(&p.bytes).to_hex().as_str()))
        .map(|p| Refusal::new(format!("材料 {} 已经交过。", p.name), "不需要再交；交别的请换一个文件。"))
        .collect();
    if twice.is_empty() { Ok(()) } else { Err(Failure::Refused(twice)) }
}

/// Hands files in for a registration or an open application; the batch.
pub fn add(
    store: &mut Store,
    session: &Session,
    subject: &Subject,
    papers: &[Paper],
) -> Result<i64, Failure> {
    not_twice(store, subject, papers)?;
    let mut writing = store.write(&session.act, None)?;
    let student = open(&writing, subject)?;
    let batch = writing.open_batch("evidence", &format!("材料 {} 份：{subject}", papers.len()), None)?;
    let writes = writes(&mut writing, subject, papers)?;
    let text = papers.first().map_or_else(String::new, |p| p.note.clone());
    writing.append(&Draft { change: "evidence_added", student, text, writes, ..Draft::default() })?;
    writing.close_batch(&format!(r#"{{"papers":{}}}"#, papers.len()))?;
    writing.commit()?;
    Ok(batch)
}

/// Whose papers they are; refused where the subject is not there or closed.
fn open(writing: &Writing, subject: &Subject) -> Result<Option<StudentId>, Failure> {
    match subject {
        Subject::Student(id) | Subject::File(id, _) => {
            let row = writing.row(&crate::model::record_table::STUDENT, &[Value::Id(*id)])?;
            row.map(|_| Some(*id)).ok_or_else(|| nobody(subject))
        }
        Subject::Application(name) => {
            let row = writing.row(&APPLICATION, &[Value::Text(name.clone())])?;
            let row = row.ok_or_else(|| nobody(subject))?;
            if row[CLOSED_ON] != Value::Null {
                let reason = format!("申请 {name} 已经办结。");
                return Err(Refusal::new(reason, "办结以后的材料请交到学生名下：student:内部编号。").into());
            }
            Ok(if let Value::Id(id) = row[2] { Some(id) } else { None })
        }
        Subject::Dispute(_) | Subject::Claim(..) => {
            let reason = "问题学籍的材料随答复或决定交入，不能另外加。";
            let remedy = "请用 xueji dispute claim 或 xueji dispute decide 的 --evidence。";
            Err(Refusal::new(reason, remedy).into())
        }
        Subject::Watch(..) => {
            let reason = "劝返的材料随步骤交入，不能另外加。";
            Err(Refusal::new(reason, "请用 xueji dropout record 的 --evidence。").into())
        }
    }
}

fn nobody(subject: &Subject) -> Failure {
    let remedy =
        "请核对编号：学生写 student:内部编号（xueji student find 可以查到），申请写 application:编号。";
    Refusal::new(format!("学籍库中没有 {subject}。"), remedy).into()
}

/// What was handed in for a subject.
pub fn list(store: &Store, subject: &Subject) -> Result<Vec<Evidence>, Failure> {
    if let Subject::Student(id) | Subject::File(id, _) = subject
        && store.registrations(&Which::Id(*id))?.is_empty()
    {
        return Err(nobody(subject));
    }
    Ok(store.evidence_of(subject)?)
}

/// One file that was handed in, with its bytes as they were; refused where the file has been damaged since.
pub fn one(store: &Store, subject: &Subject, ordinal: i64) -> Result<(Evidence, Vec<u8>), Failure> {
    let all = list(store, subject)?;
    let Some(evidence) = all.into_iter().find(|e| e.ordinal == ordinal) else {
        let reason = format!("{subject} 没有第 {ordinal} 份材料。");
        return Err(Refusal::new(reason, format!("请用 xueji evidence list {subject} 查看。")).into());
    };
    match store.attachment(&evidence.hash)? {
        Some(bytes) if blake3::hash(&bytes).to_hex().as_str() == evidence.hash => Ok((evidence, bytes)),
        _ => {
            let reason = format!("{subject} 的第 {ordinal} 份材料已不是交来时的内容。");
            Err(Refusal::new(reason, "请从备份恢复学籍库，并用 xueji audit verify 核查。").into())
        }
    }
}
