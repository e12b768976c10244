//! Rows as COPY reads them in its text format, which every engine takes.

use std::fmt::Write;

/// Rows that are being made.
#[derive(Default)]
pub struct Rows {
    pub text: String,
    first: bool,
}

impl Rows {
    /// Begins a row.
    pub fn row(&mut self) -> &mut Rows {
        self.first = true;
        self
    }

    fn separate(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.text.push('\t');
        }
    }

    /// A text, or nothing.
    pub fn text(&mut self, value: Option<&str>) -> &mut Rows {
        self.separate();
        let Some(value) = value else {
            self.text.push_str("\\N");
            return self;
        };
        let mut clean = 0;
        for (i, b) in value.bytes().enumerate().filter(|(_, b)| matches!(b, b'\\' | b'\t' | b'\n' | b'\r')) {
            self.text.push_str(&value[clean..i]);
            clean = i + 1;
            self.text.push_str(match b {
                b'\\' => "\\\\",
                b'\t' => "\\t",
                b'\n' => "\\n",
                _ => "\\r",
            });
        }
        self.text.push_str(&value[clean..]);
        self
    }

    pub fn number(&mut self, n: i64) -> &mut Rows {
        self.separate();
        let _ = write!(self.text, "{n}");
        self
    }

    /// Bytes, in hexadecimal.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Rows {
        self.separate();
        self.text.push_str("\\\\x");
        for b in bytes {
            let _ = write!(self.text, "{b:02x}");
        }
        self
    }

    /// Ends a row.
    pub fn end(&mut self) {
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_one_line_whatever_is_in_it() {
        let mut rows = Rows::default();
        rows.row().text(Some("a\\N\tb\nc\r")).text(None).number(-7).bytes(&[0, 255]).text(Some("")).end();
        assert_eq!(rows.text, "a\\\\N\\tb\\nc\\r\t\\N\t-7\t\\\\x00ff\t\n");
    }
}
