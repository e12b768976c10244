//! Pictures as SVG. The only code that knows charts-rs; no script, and the same bytes for the same numbers.

use std::sync::OnceLock;

use charts_rs::{
    Box, Color, HeatmapChart, HeatmapSymbol, HorizontalBarChart, LegendCategory, SankeyChart, SankeyLink,
    SankeyNode, Series, add_fonts,
};

use unicode_width::UnicodeWidthStr;

use crate::report::dashboard::{Drawing, Part, Stream, Tone};

/// The library lays texts out by the widths of a font. This one has widths only, of a Han character (and all else that it
/// has no glyph for) one em, of the letters of ASCII what sans-serif fonts give them; the reader's own font is drawn.
const WIDTHS: &[u8] = include_bytes!("widths.ttf");
const FAMILY: &str = "xueji widths";

/// How broad a picture is, in its own pixels: on a phone of 390 they shrink by a quarter, and 14 is still read.
const WIDTH: f32 = 480.0;
const FONT: f32 = 14.0;
/// What one bar takes.
const BAR: f32 = 26.0;
const AXIS: f32 = 30.0;
const SPLITS: usize = 4;
const LEGEND: f32 = 26.0;
/// The longest name beside a bar; the table has it whole.
const NAME: usize = 12;

const INK: (u8, u8, u8) = (51, 51, 51);
const PALE: (u8, u8, u8) = (221, 226, 232);
/// The colors of what comes, of what is there, and of what goes.
const INTO: (u8, u8, u8) = (58, 141, 127);
const OUT: (u8, u8, u8) = (201, 111, 37);

/// The colors of parts: told apart in gray and by people who see no red or no green.
fn color(tone: Tone) -> Color {
    match tone {
        Tone::Plain => (60, 120, 190),
        Tone::Good => (140, 190, 220),
        Tone::Warning => (232, 150, 50),
        Tone::Alarm => (180, 40, 40),
        Tone::Quiet => (170, 176, 184),
    }
    .into()
}

/// The picture; none where there is nothing to draw.
pub fn svg(drawing: &Drawing) -> Option<String> {
    static FONTS: OnceLock<bool> = OnceLock::new();
    if !FONTS.get_or_init(|| add_fonts(&[WIDTHS]).is_ok()) {
        return None;
    }
    match drawing {
        Drawing::Bars { names, parts, unit } => bars(names, parts, unit),
        Drawing::Flow { into, stock, out } => flow(into, stock, out),
        Drawing::Dots { columns, rows, cells } => dots(columns, rows, cells),
    }
}

/// A name, cut where it would leave no room for its bar.
fn short(name: &str) -> String {
    if name.chars().count() <= NAME {
        return name.to_owned();
    }
    name.chars().take(NAME - 1).collect::<String>() + "…"
}

fn has_any(parts: &[Part]) -> bool {
    parts.iter().flat_map(|p| &p.values).flatten().any(|n| *n > 0)
}

fn series(part: &Part, is_label_shown: bool) -> Series {
    let values: Vec<Option<f32>> = part.values.iter().map(|v| v.map(|n| n as f32)).collect();
    let mut series = Series::from((part.name.as_str(), values));
    series.stack = Some("all".to_owned());
    series.label_show = is_label_shown;
    series
}

fn margin() -> Box {
    // Right of the longest bar stands its number.
    Box { left: 4.0, top: 6.0, right: 40.0, bottom: 4.0 }
}

/// The longest bar.
fn longest(parts: &[Part]) -> usize {
    let bar = |at: usize| parts.iter().filter_map(|p| *p.values.get(at)?).sum();
    (0..parts.first().map_or(0, |p| p.values.len())).map(bar).max().unwrap_or(0)
}

/// How many lines the names of the parts take above the bars.
fn legend_lines(parts: &[Part]) -> f32 {
    let width = |p: &Part| p.name.width_cjk() as f32 * FONT / 2.0 + 40.0;
    (parts.iter().map(width).sum::<f32>() / (WIDTH - 60.0)).ceil()
}

fn bars(names: &[String], parts: &[Part], unit: &str) -> Option<String> {
    if names.is_empty() || !has_any(parts) {
        return None;
    }
    let alone = parts.len() == 1;
    // A number stands at the end of a bar of one part.
    let is_whole =
        |at: usize| parts.iter().filter(|p| p.values.get(at).is_some_and(Option::is_some)).count() < 2;
    let is_labelled = (0..names.len()).all(is_whole);
    // The library draws from below.
    let names = names.iter().rev().map(|n| short(n)).collect::<Vec<_>>();
    let turned = |p: &Part| {
        let values = p.values.iter().rev().copied().collect();
        series(&Part { name: p.name.clone(), tone: p.tone, values }, is_labelled)
    };
    let mut chart = HorizontalBarChart::new(parts.iter().map(turned).collect(), names.clone());
    chart.series.colors = parts.iter().map(|p| color(p.tone)).collect();
    chart.series.label.formatter = if unit == "%" { "{c}%".to_owned() } else { String::new() };
    chart.series.label.font.size = FONT;
    chart.series.label.font.color = INK.into();
    let legend = if alone { 0.0 } else { LEGEND * legend_lines(parts) };
    chart.legend.show = Some(!alone);
    chart.legend.category = LegendCategory::Rect;
    chart.legend.font.size = FONT;
    chart.x_axis.font.size = FONT;
    chart.x_axis.font.color = INK.into();
    chart.x_axis.height = AXIS;
    chart.grid.stroke_color = PALE.into();
    for axis in &mut chart.y_axis_configs {
        axis.split_number = SPLITS;
        axis.font.size = FONT;
        // Shares end at a hundred, and there are no halves of pupils.
        let few = longest(parts) < SPLITS;
        axis.max = if unit == "%" { Some(100.0) } else { few.then_some(SPLITS as f32) };
        axis.min = Some(0.0);
    }
    let height = names.len() as f32 * BAR + AXIS + legend + 10.0;
    (chart.width, chart.height, chart.margin) = (WIDTH, height, margin());
    chart.font_family = FAMILY.to_owned();
    chart.svg().ok()
}

fn flow(into: &[Stream], stock: &str, out: &[Stream]) -> Option<String> {
    let node = |name: &str, color: Color| SankeyNode { name: name.to_owned(), color: Some(color) };
    let mut nodes: Vec<SankeyNode> = into.iter().map(|s| node(&s.name, INTO.into())).collect();
    nodes.push(node(stock, color(Tone::Plain)));
    // A name on both sides would be one place: those on the right end with a blank.
    let right = |s: &Stream| format!("{} ", s.name);
    nodes.extend(out.iter().map(|s| node(&right(s), OUT.into())));
    let link =
        |source: String, target: String, breadth: usize| SankeyLink { source, target, value: breadth as f32 };
    let mut links: Vec<SankeyLink> =
        into.iter().map(|s| link(s.name.clone(), stock.to_owned(), s.breadth)).collect();
    links.extend(out.iter().map(|s| link(stock.to_owned(), right(s), s.breadth)));
    if links.is_empty() {
        return None;
    }
    let mut chart = SankeyChart::new(nodes, links);
    chart.node_gap = FONT + 10.0;
    chart.series.label.font.size = FONT;
    chart.series.label.font.color = INK.into();
    let rows = into.len().max(out.len()) as f32;
    (chart.width, chart.height) = (WIDTH, 120.0 + rows * (FONT + 16.0));
    chart.margin = Box { left: 4.0, top: 10.0, right: 4.0, bottom: 10.0 };
    chart.font_family = FAMILY.to_owned();
    chart.svg().ok()
}

fn dots(columns: &[String], rows: &[String], cells: &[Vec<Option<usize>>]) -> Option<String> {
    if columns.is_empty() || cells.iter().flatten().flatten().next().is_none() {
        return None;
    }
    // The library counts rows from below.
    let each = cells.iter().rev().enumerate().flat_map(|(row, cells)| {
        let at = row * columns.len();
        cells.iter().enumerate().filter_map(move |(column, n)| Some((at + column, (*n)? as f32)))
    });
    let names = rows.iter().rev().cloned().collect();
    let headings = columns.iter().map(|c| c.trim_end_matches("年级").to_owned()).collect();
    let mut chart = HeatmapChart::new(each.collect(), headings, names);
    chart.heatmap_series.symbol = HeatmapSymbol::Circle;
    chart.heatmap_series.min_color = color(Tone::Plain);
    chart.heatmap_series.max_color = color(Tone::Plain);
    chart.x_axis.font.size = FONT;
    chart.x_axis.font.color = INK.into();
    chart.grid.stroke_color = PALE.into();
    (chart.width, chart.height) = (WIDTH, rows.len() as f32 * 24.0 + AXIS + 16.0);
    chart.margin = Box { left: 8.0, top: 6.0, right: 8.0, bottom: 4.0 };
    chart.font_family = FAMILY.to_owned();
    chart.svg().ok()
}
