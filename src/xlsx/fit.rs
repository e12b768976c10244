//! How a table comes onto paper: widths of columns, lines of rows, paper and scale; and that notes never stand alone.

use crate::model::table::{Align, Column, Personal};

/// The size of the letters in cells, in points.
pub const SIZE: f64 = 10.0;
/// Nothing is printed smaller than this, in points.
pub const SMALLEST: f64 = 8.0;
/// Margins of a page in inches: left and right, top and bottom.
pub const MARGINS: (f64, f64) = (0.3, 0.55);
/// What LibreOffice makes of a width that Excel makes one: it does not round a digit to whole pixels.
const WIDER: f64 = 1.06;
/// Left and right of a text in its cell, in points.
const PADDING: f64 = 6.0;
/// The widest column as texts ask for it, in points; longer ones take more lines.
const WIDEST: f64 = 180.0;
/// A heading makes its column no wider than this where there is room, and takes no more lines than this where not.
const HEADING: (f64, f64) = (50.0, 4.0);
/// A column is made so narrow that its longest text takes so many lines, not narrower.
const LINES: f64 = 4.0;
/// The width of a letter or digit in Han characters. In 宋体 it is a half; where a machine has no such font, the widest
/// that takes its place (DejaVu Sans) asks for this.
const NARROW: f64 = 0.64;
/// The longest run of letters and digits that is kept in one line, in points: a number of 20 digits.
const RUN: f64 = 20.0 * NARROW * SIZE;
/// The title and the lines around a table are at least this wide, in points.
const LEAST: f64 = 540.0;
/// The height of one line, and what a row has besides, in points.
const LINE: f64 = 13.0;
const BESIDES: f64 = 4.0;
/// The columns repeated on a second page beside the first are at most so many.
const REPEATED: usize = 6;

/// The paper, across.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    A4,
    A3,
    /// A4, more pages than one beside each other: the columns before this one stand on each of them.
    Beside(u16),
}

/// A table on paper.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The widths of the columns in points, and of those to the right that only the lines around the table use.
    pub widths: Vec<f64>,
    pub paper: Paper,
}

/// What a column asks for: comfortably, and at the least.
#[derive(Clone, Copy)]
struct Asked {
    natural: f64,
    least: f64,
}

/// Points of a text in one line.
fn points(text: &str) -> f64 {
    ems(text) * SIZE
}

/// The width of a text in Han characters.
fn ems(text: &str) -> f64 {
    text.bytes().map(|b| if b < 0x80 { NARROW } else { f64::from(u8::from(b >= 0xC0)) }).sum()
}

/// The longest run that no line breaks.
fn run(text: &str) -> f64 {
    text.split(|c: char| !c.is_ascii() || c == ' ').map(points).fold(0.0, f64::max).min(RUN)
}

fn asked<'a>(column: &Column, cells: impl Iterator<Item = &'a str>) -> Asked {
    let heading = points(&column.heading);
    let mut asked = Asked { natural: heading.min(HEADING.0), least: (heading / HEADING.1).max(SIZE * 2.0) };
    // What stands before another text keeps some distance from it.
    let besides = if column.align == Align::Count { SIZE } else { 0.0 };
    for cell in cells {
        let widest = cell.lines().map(points).fold(0.0, f64::max);
        asked.natural = asked.natural.max(widest.min(WIDEST) + besides);
        asked.least = asked.least.max(run(cell) + besides).max(widest / LINES);
    }
    asked.natural = asked.natural.max(asked.least);
    Asked { natural: asked.natural + PADDING, least: asked.least + PADDING }
}

/// The widths in this room, the widest columns narrowed first; `None` where there is no room for them.
fn squeezed(all: &[Asked], room: f64) -> Option<Vec<f64>> {
    let widths = |most: f64| all.iter().map(|a| a.natural.min(most).max(a.least)).collect::<Vec<_>>();
    let fits = |most: f64| widths(most).iter().sum::<f64>() <= room;
    if fits(f64::MAX) {
        return Some(widths(f64::MAX));
    }
    if !fits(0.0) {
        return None;
    }
    let (mut low, mut high) = (0.0, WIDEST * 2.0);
    for _ in 0..24 {
        let middle = (low + high) / 2.0;
        if fits(middle) { low = middle } else { high = middle }
    }
    Some(widths(low))
}

impl Paper {
    /// What is printed on, in points, across and down.
    fn room(self) -> (f64, f64) {
        let (long, short) = if self == Paper::A3 { (1190.5, 841.9) } else { (841.9, 595.3) };
        (long - MARGINS.0 * 144.0, short - MARGINS.1 * 144.0)
    }

    /// How wide a table may be so that it is not printed too small.
    fn most(self) -> f64 {
        self.room().0 / WIDER * SIZE / SMALLEST
    }
}

impl Layout {
    /// The layout of a table with these columns, of which these are some rows.
    pub fn of(columns: &[Column], rows: &[Vec<String>]) -> Layout {
        let each = columns.iter().enumerate();
        let all: Vec<Asked> =
            each.map(|(i, c)| asked(c, rows.iter().filter_map(|r| r.get(i)).map(String::as_str))).collect();
        let papers = [Paper::A4, Paper::A3].into_iter();
        let on_one = papers.filter_map(|p| Some((p, squeezed(&all, p.most())?))).next();
        let (paper, mut widths) = on_one.unwrap_or_else(|| {
            let widths = all.iter().map(|a| a.natural.min(WIDEST / 2.0).max(a.least)).collect();
            (Paper::Beside(repeated(columns)), widths)
        });
        while widths.iter().sum::<f64>() < LEAST {
            let rest = LEAST - widths.iter().sum::<f64>();
            widths.push(rest.min(LEAST / 6.0));
        }
        Layout { widths, paper }
    }

    /// The width of all columns, in points.
    fn whole(&self) -> f64 {
        self.widths.iter().sum()
    }

    /// How much smaller it is printed; where a column is taken to be so much wider.
    fn scale(&self, wider: f64) -> f64 {
        match self.paper {
            Paper::Beside(_) => SMALLEST / SIZE,
            Paper::A4 | Paper::A3 => (self.paper.room().0 / (self.whole() * wider)).min(1.0),
        }
    }

    /// The scale in percent at which it fits in any program.
    pub fn percent(&self) -> u16 {
        (self.scale(WIDER) * 100.0).floor() as u16
    }

    /// How high a row of these cells is, in points.
    pub fn height<'a>(&self, cells: impl Iterator<Item = &'a str>) -> f64 {
        let high = cells.zip(&self.widths).map(|(text, width)| lines(text, *width, SIZE)).max();
        height(high.unwrap_or(1))
    }

    /// How high a line over the whole width is.
    pub fn across(&self, line: &str) -> f64 {
        height(lines(line, self.whole(), SIZE))
    }

    /// Pages as they fill up, in programs that make columns wider and in those that do not.
    pub fn pages(&self, top: f64, repeated: f64) -> Pages {
        let of = |wider| Pager {
            room: self.paper.room().1 / self.scale(wider),
            scale: self.scale(wider),
            used: top,
            pages: 1,
        };
        Pages { repeated, each: [of(WIDER), of(1.0)] }
    }
}

/// The columns that tell whose row it is: as far as the name, or the texts before the first count.
fn repeated(columns: &[Column]) -> u16 {
    let name = columns.iter().position(|c| c.personal == Some(Personal::Name)).map(|at| at + 1);
    let texts = columns.iter().take_while(|c| c.align != Align::Count).count();
    name.filter(|n| *n <= REPEATED).unwrap_or(texts).clamp(1, REPEATED) as u16
}

/// The height of so many lines.
pub fn height(lines: usize) -> f64 {
    LINE * lines as f64 + BESIDES
}

/// How many lines a text in letters of this size takes in a column of this width. A line breaks between Han characters
/// and at blanks.
pub fn lines(text: &str, width: f64, size: f64) -> usize {
    let room = ((width - PADDING) / size + 0.01).max(1.0);
    // No character is wider for its bytes than letters are: most cells are told by their length.
    if text.len() as f64 * NARROW <= room && !text.contains('\n') {
        return 1;
    }
    text.split('\n').map(|line| broken(line, room)).sum()
}

fn broken(line: &str, room: f64) -> usize {
    if ems(line) <= room {
        return 1;
    }
    // What may not begin or end a line takes half a place more.
    let room = if room > 6.0 { room - 0.5 } else { room };
    let (mut count, mut used, mut run) = (1.0, 0.0, 0.0);
    let mut put = |width: f64| {
        if used + width <= room {
            used += width;
        } else if width <= room {
            (count, used) = (count + 1.0, width);
        } else {
            // A run longer than a line is broken wherever the line ends.
            let more = ((used + width) / room).ceil() - 1.0;
            (count, used) = (count + more, used + width - more * room);
        }
    };
    for c in line.chars() {
        if c.is_ascii() && c != ' ' {
            run += NARROW;
            continue;
        }
        if run > 0.0 {
            put(std::mem::take(&mut run));
        }
        put(if c == ' ' { NARROW } else { 1.0 });
    }
    if run > 0.0 {
        put(run);
    }
    count as usize
}

/// A heading as its cell shows it: what stands in brackets begins a line where it does not fit beside the rest.
pub fn heading(text: &str, width: f64) -> String {
    let at = text.find('（').filter(|at| *at > 0 && points(text) > width - PADDING);
    at.map_or_else(|| text.to_owned(), |at| format!("{}\n{}", &text[..at], &text[at..]))
}

/// The width as workbooks tell it, in digits of Arial 10 (7 pixels) with 5 pixels besides.
pub fn in_digits(points: f64) -> f64 {
    ((points / 0.75 - 5.0) / 7.0).max(0.5)
}

/// Whether columns of so many digits together are printed too small on A4.
pub fn is_too_wide(digits: f64) -> bool {
    digits * 5.25 > Paper::A4.most()
}

/// Pages that fill up with rows.
#[derive(Clone, Debug)]
pub struct Pages {
    /// The height of the headings on every page but the first.
    repeated: f64,
    each: [Pager; 2],
}

#[derive(Clone, Copy, Debug)]
struct Pager {
    room: f64,
    scale: f64,
    used: f64,
    pages: u32,
}

/// What keeps notes from standing alone on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// They do not.
    Nothing,
    /// The table is printed a little smaller, on so many pages.
    Fewer(u16),
    /// The page ends before the last rows.
    Earlier,
}

impl Pages {
    /// One more row.
    pub fn row(&mut self, height: f64) {
        for pager in &mut self.each {
            pager.used += height;
            if pager.used > pager.room {
                pager.pages += 1;
                pager.used = self.repeated + height;
            }
        }
    }

    /// What is to be done so that notes of this height stand on the page of the last row.
    pub fn remedy(&self, notes: f64) -> Remedy {
        let over = |p: &Pager| p.used + notes - p.room;
        let Some(first) = self.each.iter().filter(|p| over(p) > 0.0).min_by_key(|p| p.pages) else {
            return Remedy::Nothing;
        };
        let room = f64::from(first.pages) * first.room;
        if first.scale * SIZE * room / (room + over(first)) * 0.99 >= SMALLEST {
            Remedy::Fewer(u16::try_from(first.pages).unwrap_or(u16::MAX))
        } else {
            Remedy::Earlier
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_han_characters_and_not_in_numbers() {
        for (text, ems, said) in [
            ("", 5.0, 1),
            ("一二三四五", 5.0, 1),
            ("一二三四五六", 5.0, 2),
            ("一\n二", 5.0, 2),
            ("甲13800000000", 7.6, 2),
            ("138000000001380000000013", 6.0, 3),
            ("一二三四五六七八九十一", 2.0, 6),
        ] {
            assert_eq!(lines(text, PADDING + ems * SIZE, SIZE), said, "{text}");
        }
    }

    #[test]
    fn a_wide_table_is_narrowed_then_takes_larger_paper_then_two_pages() {
        let texts = |n: usize, text: &str| {
            let columns = vec![Column::text("a", "栏目"); n];
            Layout::of(&columns, &[vec![text.to_owned(); n]])
        };
        let (few, more) = (texts(4, "短"), texts(9, &"长".repeat(17)));
        assert_eq!((few.paper, few.widths.len(), few.percent()), (Paper::A4, 9, 100));
        assert_eq!(more.paper, Paper::A4);
        assert!(more.percent() >= 80 && more.widths[0] < 170.0, "{more:?}");
        assert_eq!(more.height(["长".repeat(17).as_str()].into_iter()), height(2));
        let numbers = |n| texts(n, "110105194912310021");
        assert_eq!([7, 10, 20].map(|n| numbers(n).paper), [Paper::A4, Paper::A3, Paper::Beside(6)]);
        assert_eq!(numbers(20).percent(), 80);
    }

    #[test]
    fn notes_stand_on_the_page_of_the_last_row() {
        let layout = Layout::of(&[Column::text("a", "栏目")], &[]);
        let filled = |rows: usize| {
            let mut pages = layout.pages(60.0, 20.0);
            (0..rows).for_each(|_| pages.row(17.0));
            pages.remedy(60.0)
        };
        assert_eq!([filled(10), filled(40)], [Remedy::Nothing; 2]);
        assert_eq!(filled(26), Remedy::Fewer(1));
        let mut tight = layout.pages(60.0, 20.0);
        tight.row(400.0);
        assert_eq!(tight.remedy(300.0), Remedy::Earlier);
    }

    #[test]
    fn brackets_begin_a_line_where_a_heading_is_too_long() {
        assert_eq!(heading("56—65人（大班额）", 50.0), "56—65人\n（大班额）");
        assert_eq!(heading("人数（男）", 80.0), "人数（男）");
    }
}
