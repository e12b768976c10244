//! One pupil's 学籍 as the registry holds it: the record, the number, where it stands.

use super::id::{SchoolCode, StudentId};
use super::record::Record;
use super::registry_number::RegistryNumber;
use super::status::Status;

/// One registration with the place it is at now.
#[derive(Clone, Debug)]
pub struct Registration {
    pub id: StudentId,
    pub record: Record,
    pub status: Status,
    /// The number in force; `None` until the registration is approved.
    pub number: Option<RegistryNumber>,
    pub school: SchoolCode,
    pub class_number: String,
    /// The first day of the enrollment, `YYYY-MM-DD`.
    pub enrolled_from: String,
}
