//! The page of a board: one file of HTML that asks for nothing from outside, pictures and their numbers, for screens of
//! any width and for paper.

use std::fmt::Write;

use crate::model::table::{Align, Table};
use crate::report::dashboard::{Board, Panel};

use super::chart;

const STYLE: &str = include_str!("dashboard.css");

/// Nothing is loaded, run or sent, whatever stands in the page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The most columns of a table that stands beside its picture.
const NARROW: usize = 7;

/// The page.
pub fn page(board: &Board) -> String {
    let mut out = String::with_capacity(64 * 1024);
    let title = text(&board.title);
    out.push_str("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n");
    let _ = write!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header class=\"head\">\n<h1>{title}</h1>\n"
    );
    for line in &board.head {
        let _ = writeln!(out, "<p>{}</p>", text(line));
    }
    out.push_str("</header>\n<main>\n<ul class=\"tiles\">\n");
    for (name, number, unit) in &board.tiles {
        let _ = writeln!(
            out,
            "<li>{}<strong>{} <small>{}</small></strong></li>",
            text(name),
            text(number),
            text(unit)
        );
    }
    out.push_str("</ul>\n");
    board.panels.iter().for_each(|p| panel(p, &mut out));
    let _ = write!(out, "</main>\n<footer><p>{}</p></footer>\n</body>\n</html>\n", text(&board.foot));
    out
}

fn panel(panel: &Panel, out: &mut String) {
    let _ = writeln!(out, "<section>\n<h2>{}</h2>", text(&panel.table.title));
    // One picture has a table of few columns beside it where there is room.
    let is_narrow = panel.drawings.len() == 1 && panel.table.columns.len() <= NARROW;
    let kind = if is_narrow { "beside" } else { "below" };
    let _ = writeln!(out, "<div class=\"{kind}\">\n<div class=\"drawings\">");
    for (title, drawing) in &panel.drawings {
        let _ = writeln!(out, "<figure>\n<figcaption>{}</figcaption>", text(title));
        match chart::svg(drawing) {
            // The numbers stand below: who does not see the picture is told its name only.
            Some(svg) => {
                let named = format!("<svg role=\"img\" aria-label=\"{}\" ", text(title));
                out.push_str(&svg.replacen("<svg ", &named, 1));
            }
            None => out.push_str("<p class=\"nothing\">没有可以画出的数。</p>"),
        }
        out.push_str("\n</figure>\n");
    }
    out.push_str("</div>\n");
    table(&panel.table, out);
    out.push_str("</div>\n");
    for line in &panel.table.foot {
        let _ = writeln!(out, "<p class=\"said\">{}</p>", text(line));
    }
    out.push_str("</section>\n");
}

fn table(table: &Table, out: &mut String) {
    let _ = write!(
        out,
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\">\n<table>\n<thead><tr>",
        text(&table.title)
    );
    for column in &table.columns {
        let _ = write!(out, "<th scope=\"col\">{}</th>", text(&column.heading));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        let is_sum = row.first().is_some_and(|label| label.contains("合计") || label.starts_with("期"));
        out.push_str(if is_sum { "<tr class=\"sum\">" } else { "<tr>" });
        for (i, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
            let is_hidden = column.align == Align::Count && cell.parse::<usize>().is_err();
            let _ = match (i, is_hidden) {
                (0, _) => write!(out, "<th scope=\"row\">{}</th>", text(cell)),
                (_, true) => write!(out, "<td class=\"hidden\">{}</td>", text(cell)),
                (_, false) => write!(out, "<td>{}</td>", text(cell)),
            };
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
}

/// A text as HTML writes it, in an element or an attribute.
fn text(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len());
    for letter in plain.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::table::Column;
    use crate::report::dashboard::{Drawing, Part, Tone};

    #[test]
    fn names_stay_names_and_nothing_is_drawn_of_nothing() {
        let name = "<script>第一\"小学&'</script>";
        let part = |n| Part { name: name.into(), tone: Tone::Plain, values: vec![n] };
        let bars = |n| Drawing::Bars { names: vec![name.into()], parts: vec![part(n)], unit: "人" };
        let table = Table {
            title: name.into(),
            columns: vec![Column::text("school", name)],
            rows: vec![vec![name.into()]],
            ..Table::default()
        };
        let panel = Panel { drawings: vec![(name.into(), bars(Some(7))), ("空".into(), bars(None))], table };
        let board = Board {
            title: name.into(),
            head: vec![name.into()],
            tiles: vec![("在校生", "<5".into(), "人")],
            panels: vec![panel],
            foot: name.into(),
        };
        let page = page(&board);
        assert!(
            !page.contains("<script") && page.contains("&lt;script&gt;第一&quot;小学&amp;&#39;"),
            "{page}"
        );
        assert!(
            page.matches("<svg ").count() == 1 && page.contains("没有可以画出的数") && page.contains("&lt;5")
        );
        for outside in ["http-equiv=\"refresh\"", "src=", "url(", "@import", "<link"] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert_eq!(page.matches("http").count(), 1 + page.matches("http://www.w3.org/2000/svg").count());
    }
}
