//! The blank lists of what goes into pupils' files: one for each kind of row.

use crate::model::file::{Kind, aid, award, evaluation, fitness, health, paper, vaccination};
use crate::xlsx::template::{TemplateSpec, small};
use rust_xlsxwriter::{Workbook, XlsxError};

const fn spec(kind: &'static Kind, build: fn() -> Result<Workbook, XlsxError>) -> TemplateSpec {
    TemplateSpec { name: kind.name, title: kind.title, file: kind.file, build }
}

fn of(kind: &Kind) -> Result<Workbook, XlsxError> {
    small::build(kind.title, kind.columns, kind.notes)
}

pub const EVALUATION: TemplateSpec = spec(&evaluation::KIND, || of(&evaluation::KIND));
pub const FITNESS: TemplateSpec = spec(&fitness::KIND, || of(&fitness::KIND));
pub const HEALTH: TemplateSpec = spec(&health::KIND, || of(&health::KIND));
pub const VACCINATION: TemplateSpec = spec(&vaccination::KIND, || of(&vaccination::KIND));
pub const AWARD: TemplateSpec = spec(&award::KIND, || of(&award::KIND));
pub const AID: TemplateSpec = spec(&aid::KIND, || of(&aid::KIND));
pub const PAPER: TemplateSpec = spec(&paper::KIND, || of(&paper::KIND));
