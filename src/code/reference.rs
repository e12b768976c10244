//! A stored code: never without the name of its table.

use crate::code::table;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A code together with its table, since 11 is 就近入学 in one official table of 入学方式 and 预科 in the other.
///
/// Text form: `ethnic_group:01`. It exists only if the table has the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeRef {
    table: &'static str,
    code: &'static str,
}

/// Why a text is no stored code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CodeRefError {
    /// There is no colon between table and code.
    #[error("代码没有写明代码表，应写成“表名:代码”。")]
    NoTable,
    /// No table has this name.
    #[error("没有名为“{0}”的代码表。")]
    UnknownTable(String),
    /// The table has no such code.
    #[error("代码表“{table}”里没有代码“{code}”。")]
    UnknownCode {
        /// The title of the table.
        table: &'static str,
        /// The code that was asked for.
        code: String,
    },
}

impl CodeRef {
    /// The code of this table; an error when either is unknown.
    pub fn new(name: &str, code: &str) -> Result<CodeRef, CodeRefError> {
        let loaded = table(name).ok_or_else(|| CodeRefError::UnknownTable(name.to_owned()))?;
        let entry = loaded
            .by_code(code)
            .ok_or_else(|| CodeRefError::UnknownCode { table: loaded.title(), code: code.to_owned() })?;
        Ok(CodeRef { table: loaded.id(), code: entry.code })
    }

    /// The name of the table.
    #[cfg(test)]
    pub fn table(&self) -> &'static str {
        self.table
    }

    /// The code, without its table.
    #[cfg(test)]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The official label.
    pub fn label(&self) -> &'static str {
        let entry = table(self.table).and_then(|loaded| loaded.by_code(self.code));
        entry.map_or(self.code, |entry| entry.label)
    }
}

impl fmt::Display for CodeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.table, self.code)
    }
}

impl FromStr for CodeRef {
    type Err = CodeRefError;

    fn from_str(text: &str) -> Result<CodeRef, CodeRefError> {
        let (table, code) = text.split_once(':').ok_or(CodeRefError::NoTable)?;
        CodeRef::new(table, code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_code_knows_its_table_and_survives_its_text_form() {
        let form: CodeRef = "entry_method_form:11".parse().unwrap();
        let standard: CodeRef = "entry_method_jyt:11".parse().unwrap();
        assert_eq!((form.label(), standard.label()), ("就近入学", "预科"));
        assert_ne!(form, standard);
        assert_eq!(form.to_string(), "entry_method_form:11");
        assert_eq!((form.table(), form.code()), ("entry_method_form", "11"));
    }

    #[test]
    fn every_code_of_every_table_survives_its_text_form() {
        for row in crate::code::TABLES {
            for entry in table(row.id).unwrap().entries() {
                let code = CodeRef::new(row.id, entry.code).unwrap();
                assert_eq!(code.to_string().parse(), Ok(code));
                assert_eq!(code.label(), entry.label);
            }
        }
    }

    #[test]
    fn a_bare_code_or_an_unknown_one_is_refused_in_words() {
        let error = |text: &str| text.parse::<CodeRef>().unwrap_err().to_string();
        assert_eq!(error("11"), "代码没有写明代码表，应写成“表名:代码”。");
        assert_eq!(error("colour:1"), "没有名为“colour”的代码表。");
        assert_eq!(error("health_form:1"), "代码表“健康状况（学籍表）”里没有代码“1”。");
    }
}
