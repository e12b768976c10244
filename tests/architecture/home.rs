//! Law 3: names from outside, and the secret of a document number, are used only at home.

use crate::import;
use crate::token;
use crate::tree::{Source, Tree};

struct Home {
    /// A crate or path in lower case begins the path; a type stands anywhere in it; `.name` is a method.
    name: &'static str,
    /// Folders or files below `src`.
    places: &'static [&'static str],
}

const CLOCK_AND_ENVIRONMENT: &[&str] = &["cli", "main.rs"];

/// A new rule is a row.
const HOMES: &[Home] = &[
    Home { name: "rusqlite", places: &["store"] },
    Home { name: "calamine", places: &["xlsx"] },
    Home { name: "rust_xlsxwriter", places: &["xlsx"] },
    Home { name: "qrcode", places: &["xlsx"] },
    Home { name: "charts_rs", places: &["output"] },
    // `code` reads its embedded tables, which are csv.
    Home { name: "csv", places: &["xlsx", "output", "code"] },
    Home { name: "encoding_rs", places: &["xlsx", "output", "code"] },
    Home { name: "postgres", places: &["upstream"] },
    // What seals bundles; no other module signs or encrypts.
    Home { name: "age", places: &["upstream"] },
    Home { name: "ed25519_dalek", places: &["upstream"] },
    Home { name: "flate2", places: &["upstream"] },
    Home { name: "clap", places: &["cli"] },
    Home { name: "clap_complete", places: &["cli"] },
    Home { name: "inquire", places: &["cli"] },
    Home { name: "clap_mangen", places: &["cli"] },
    Home { name: "anyhow", places: &["cli"] },
    Home { name: "indicatif", places: &["output", "cli"] },
    Home { name: "comfy_table", places: &["output", "cli"] },
    Home { name: "std::env", places: CLOCK_AND_ENVIRONMENT },
    Home { name: "SystemTime", places: CLOCK_AND_ENVIRONMENT },
    Home { name: "Instant::now", places: CLOCK_AND_ENVIRONMENT },
    Home { name: "Zoned::now", places: CLOCK_AND_ENVIRONMENT },
    Home { name: "Timestamp::now", places: CLOCK_AND_ENVIRONMENT },
    // Reads TZ and /etc/localtime.
    Home { name: "TimeZone::system", places: CLOCK_AND_ENVIRONMENT },
    // Reads the clock; `Uuid::new_v7` takes the time as an argument.
    Home { name: "Uuid::now_v7", places: CLOCK_AND_ENVIRONMENT },
    Home { name: ".reveal", places: REVEALING },
];

/// Who may see a whole document number: those who write it where it belongs, and, for a reason each, a few more.
const REVEALING: &[&str] = &[
    "output",
    "xlsx",
    "store",
    "upstream",
    // The type lives here and checks itself.
    "model/document",
    "model/registry_number",
    // A citizen's registry number is made of the whole identity number.
    "number",
];

/// Every name used away from home.
pub fn strays(tree: &Tree) -> Vec<String> {
    let mut violations = Vec::new();
    for source in tree.program() {
        let imports = import::imports(&source.code);
        for home in HOMES.iter().filter(|home| !home.holds(source)) {
            let mut lines: Vec<usize> = match home.name.strip_prefix('.') {
                // Called on a value, or passed on as `Type::name`.
                Some(method) => {
                    let passed =
                        imports.iter().filter(|import| import.segments.last().is_some_and(|s| s == method));
                    token::calls(&source.code, method)
                        .into_iter()
                        .chain(passed.map(|import| import.line))
                        .collect()
                }
                None => imports
                    .iter()
                    .filter(|import| import.names(home.name))
                    .map(|import| import.line)
                    .collect(),
            };
            lines.sort_unstable();
            lines.dedup();
            let what = format!("`{}` belongs in {}", home.name, home.places.join(", "));
            violations.extend(lines.into_iter().map(|line| source.violation(line, &what)));
        }
    }
    violations
}

impl Home {
    fn holds(&self, source: &Source) -> bool {
        let below = source.path.strip_prefix("src/").unwrap_or(&source.path);
        self.places.iter().any(|place| match below.strip_prefix(place) {
            Some(rest) => rest.is_empty() || rest.starts_with('/') || rest == ".rs",
            None => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strayed(path: &str, text: &str) -> Vec<String> {
        strays(&Tree::invented(&[(path, text)]))
    }

    #[test]
    fn at_home_nothing_strays() {
        for (path, text) in [
            ("src/store/mod.rs", "use rusqlite::Connection;\nfn f(n: &N) { n.reveal() }"),
            ("src/xlsx/read.rs", "use calamine::Xlsx;\nuse csv::Reader;"),
            ("src/output.rs", "use comfy_table::Table;"),
            ("src/cli/mod.rs", "use std::env;\nuse clap::Parser;\nfn f() { jiff::Zoned::now() }"),
            ("src/main.rs", "fn main() { std::env::args(); }"),
            (
                "src/model/mod.rs",
                "use jiff::Zoned;\nuse std::fmt;\n// rusqlite::Error\nfn f() { env!(\"X\") }",
            ),
            ("src/model/mod.rs", "#[cfg(test)]\nmod tests { use std::env; }"),
            ("src/report/mod.rs", "use crate::output::csv;\nfn reveal() {}"),
            ("src/model/document/identity.rs", "fn f(&self) { self.reveal() }"),
        ] {
            assert_eq!(strayed(path, text), [""; 0], "{path}");
        }
    }

    #[test]
    fn every_row_can_fail() {
        for home in HOMES {
            let text = match home.name.strip_prefix('.') {
                Some(method) => format!("\nfn f(x: &X) {{ x.{method}(); }}"),
                None => format!("\nfn f() {{ {}::x() }}", home.name),
            };
            let found = strayed("src/elsewhere/mod.rs", &text);
            assert_eq!(found.len(), 1, "{}: {found:?}", home.name);
            assert!(found[0].starts_with("src/elsewhere/mod.rs:2: "), "{found:?}");
        }
    }

    #[test]
    fn ways_of_straying() {
        assert_eq!(strayed("src/app/mod.rs", "use std::{env, time::SystemTime};").len(), 2);
        assert_eq!(strayed("src/app/mod.rs", "use std::time::Instant;\nfn f() { Instant::now(); }").len(), 1);
        assert_eq!(strayed("src/app/mod.rs", "fn f() { x.map(IdentityNumber::reveal) }").len(), 1);
        assert_eq!(strayed("src/storehouse/mod.rs", "use rusqlite as db;").len(), 1);
        assert_eq!(strayed("src/model/person.rs", "fn f() { a.reveal() }").len(), 1);
    }
}
