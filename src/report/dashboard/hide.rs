//! Small cells: counts of one to four are not shown, and nothing is shown from which they could be worked out.

/// The smallest count above nought that is shown (k-anonymity with k = 5, as statistical offices publish tables of people).
pub const LEAST: usize = 5;

/// How a count is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Number(usize),
    /// One to four.
    Few,
    /// None to four.
    Little,
    /// One and more, and fewer than can be rounded.
    Below,
    /// Rounded to tens: with the whole number a small one could be worked out.
    About(usize),
    /// Any number, for the same reason.
    Covered,
}

/// What numbers are rounded to, and the smallest that still says something so.
const STEP: usize = 10;
const ROUNDABLE: usize = 20;

/// Cells that add up to nought, each with its sign: parts and, with −1, their sum.
pub type Line = Vec<(usize, i8)>;

/// Whether a nought is told from one to four. Where it is not, sums over several tables tell nothing of a small count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noughts {
    Told,
    Hidden,
}

/// Which sums of a table are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Totals {
    None,
    /// A last row.
    Columns,
    /// A last row and a last column.
    Both,
}

impl Shown {
    /// As a table prints it.
    pub fn text(self) -> String {
        match self {
            Shown::Number(n) => n.to_string(),
            Shown::Few => format!("<{LEAST}"),
            Shown::Little => format!("0—{}", LEAST - 1),
            Shown::Below => format!("<{ROUNDABLE}"),
            Shown::About(n) => format!("≈{n}"),
            Shown::Covered => "×".to_owned(),
        }
    }

    /// The number, where it is shown.
    pub fn number(self) -> Option<usize> {
        match self {
            Shown::Number(n) => Some(n),
            Shown::Few | Shown::Little | Shown::Below | Shown::About(_) | Shown::Covered => None,
        }
    }

    /// The number that a picture draws.
    pub fn drawn(self) -> Option<usize> {
        match self {
            Shown::Number(n) | Shown::About(n) => Some(n),
            Shown::Few | Shown::Little | Shown::Below | Shown::Covered => None,
        }
    }

    /// The numbers it can stand for; `most` is more than any.
    fn bounds(self, most: i64) -> (i64, i64) {
        let (half, least) = ((STEP / 2) as i64, LEAST as i64);
        match self {
            Shown::Number(n) => (n as i64, n as i64),
            Shown::Few => (1, least - 1),
            Shown::Little => (0, least - 1),
            Shown::Below => (1, ROUNDABLE as i64 - 1),
            Shown::About(n) => (n as i64 - half, n as i64 + half - 1),
            Shown::Covered => (0, most),
        }
    }
}

/// A table's cells by row as they are shown, its sums after them. `covered` are cells that another table hides.
pub fn table(
    body: &[Vec<usize>],
    (totals, noughts): (Totals, Noughts),
    covered: &[(usize, usize)],
) -> Vec<Vec<Shown>> {
    let mut rows = body.to_vec();
    if totals == Totals::Both {
        rows.iter_mut().for_each(|row| row.push(row.iter().sum()));
    }
    let width = rows.first().map_or(0, Vec::len);
    if totals != Totals::None {
        rows.push((0..width).map(|c| rows.iter().map(|row| row[c]).sum()).collect());
    }
    let (height, at) = (rows.len(), |row: usize, column: usize| row * width + column);
    // A row and a column are lines alike: their cells, the last one their sum.
    let line = |cells: Vec<usize>| -> Line {
        let last = cells.len() - 1;
        cells.into_iter().enumerate().map(|(i, c)| (c, if i == last { -1 } else { 1 })).collect()
    };
    let mut lines = Vec::new();
    if totals == Totals::Both && width > 0 {
        lines.extend((0..height).map(|r| line((0..width).map(|c| at(r, c)).collect())));
    }
    if totals != Totals::None {
        lines.extend((0..width).map(|c| line((0..height).map(|r| at(r, c)).collect())));
    }
    let covered: Vec<usize> = covered.iter().map(|(r, c)| at(*r, *c)).collect();
    let shown = cells(&rows.concat(), &lines, &covered, noughts);
    shown.chunks(width.max(1)).map(<[Shown]>::to_vec).collect()
}

/// A table of which another page has the sums: every number is rounded to tens.
pub fn rounded(body: &[Vec<usize>]) -> Vec<Vec<Shown>> {
    let cell = |n: &usize| match *n {
        0 => Shown::Number(0),
        1..ROUNDABLE => Shown::Below,
        n => hidden_further(Shown::Number(n)),
    };
    body.iter().map(|row| row.iter().map(cell).collect()).collect()
}

/// A count that stands by itself.
pub fn little(n: usize, noughts: Noughts) -> Shown {
    match (n, noughts) {
        (0, Noughts::Told) | (LEAST.., _) => Shown::Number(n),
        (_, Noughts::Told) => Shown::Few,
        (_, Noughts::Hidden) => Shown::Little,
    }
}

/// Counts as they are shown. Where a hidden one could be worked out from its lines, the smallest of their other counts is
/// rounded or hidden with it, a sum only when nothing else is left.
pub fn cells(counts: &[usize], lines: &[Line], covered: &[usize], noughts: Noughts) -> Vec<Shown> {
    let mut shown: Vec<Shown> = counts.iter().map(|n| little(*n, noughts)).collect();
    for cell in covered {
        if let Shown::Number(_) = shown[*cell] {
            shown[*cell] = Shown::Covered;
        }
    }
    let is_rounded = |shown: Shown| matches!(shown, Shown::About(_));
    loop {
        let open = |line: &usize| {
            let drawn = lines[*line].iter().filter(|(c, _)| shown[*c].drawn().is_some());
            drawn.map(|(c, sign)| (*sign < 0, is_rounded(shown[*c]), counts[*c] == 0, counts[*c], *c)).min()
        };
        let telling = Reader::new(counts, lines, &shown).telling();
        let Some(cell) = telling.iter().find_map(open).map(|rank| rank.4) else { break };
        shown[cell] = hidden_further(shown[cell]);
    }
    shown
}

fn hidden_further(shown: Shown) -> Shown {
    match shown {
        Shown::Number(n) if n >= ROUNDABLE => Shown::About((n + STEP / 2) / STEP * STEP),
        _ => Shown::Covered,
    }
}

/// A line that is not even any more, and by what; nothing where a cell of one line led out of the table.
type Uneven = Option<(usize, i64)>;

/// Who has a table as it is shown, and reckons.
struct Reader<'a> {
    counts: &'a [usize],
    lines: &'a [Line],
    shown: &'a [Shown],
    /// Of each cell the lines it stands in, with its sign there.
    at: Vec<Vec<(usize, i8)>>,
    most: i64,
}

impl<'a> Reader<'a> {
    fn new(counts: &'a [usize], lines: &'a [Line], shown: &'a [Shown]) -> Reader<'a> {
        let mut at = vec![Vec::new(); counts.len()];
        for (line, cells) in lines.iter().enumerate() {
            cells.iter().for_each(|(cell, sign)| at[*cell].push((line, *sign)));
        }
        Reader { counts, lines, shown, at, most: counts.iter().sum::<usize>() as i64 + 1 }
    }

    /// The lines by which something hidden can be worked out: those with one hidden cell, then those that leave a small
    /// count one value only.
    fn telling(&self) -> Vec<usize> {
        let is_nought = |cell: usize| self.shown[cell] == Shown::Little && self.counts[cell] == 0;
        let alone = |line: &usize| {
            let mut hidden = self.lines[*line].iter().filter(|(c, _)| self.shown[*c].number().is_none());
            hidden.next().is_some_and(|(cell, _)| !is_nought(*cell)) && hidden.next().is_none()
        };
        let found: Vec<usize> = (0..self.lines.len()).filter(alone).collect();
        if !found.is_empty() {
            return found;
        }
        let is_small = |cell: &usize| matches!(self.shown[*cell], Shown::Few | Shown::Little);
        let small = (0..self.shown.len()).filter(|c| is_small(c) && !is_nought(*c));
        small.flat_map(|c| self.pinning(c)).collect()
    }

    /// The lines that leave a cell the value it has, its own ones first; none where it could have another.
    fn pinning(&self, cell: usize) -> Vec<usize> {
        let mut lines: Vec<usize> = self.at[cell].iter().map(|(line, _)| *line).collect();
        for by in [1, -1] {
            match self.moved(cell, by) {
                Ok(()) => return Vec::new(),
                Err(reached) => lines.extend(reached),
            }
        }
        lines
    }

    /// Whether a table that looks the same has one more or one less in a cell: every line that is not even any more is
    /// made so by one of its other cells, which disturbs that cell's other line, and so on until nothing is left. As a
    /// cell stands in two lines at most and all their signs are one, two tables that look the same differ by sums of such
    /// rounds (they are flows in a network; a cell of one line leads out of it), so that this finds one wherever there is
    /// one. Else the lines it came to.
    fn moved(&self, cell: usize, by: i64) -> Result<(), Vec<usize>> {
        let ends: Vec<Uneven> =
            self.at[cell].iter().map(|(l, sign)| Some((*l, by * i64::from(*sign)))).collect();
        let (from, to) = match ends.as_slice() {
            _ if !self.allows(cell, by) => return Err(Vec::new()),
            [] => return Ok(()),
            [one] => (*one, None),
            [one, other] => (*one, other.map(|(line, uneven)| (line, -uneven))),
            _ => return Err(Vec::new()),
        };
        let (mut reached, mut next) = (vec![from], 0);
        while next < reached.len() {
            for there in self.onward(reached[next], cell) {
                if there == to {
                    return Ok(());
                }
                if !reached.contains(&there) {
                    reached.push(there);
                }
            }
            next += 1;
        }
        Err(reached.into_iter().flatten().map(|(line, _)| line).collect())
    }

    /// What the cells that make a line even make uneven, each for itself.
    fn onward(&self, here: Uneven, but: usize) -> Vec<Uneven> {
        let after = |cell: usize, step: i64| -> Option<Uneven> {
            let others = self.at[cell].iter().filter(|(line, _)| here.is_none_or(|h| h.0 != *line));
            let others: Vec<Uneven> =
                others.map(|(line, sign)| Some((*line, step * i64::from(*sign)))).collect();
            match others.as_slice() {
                _ if cell == but || !self.allows(cell, step) => None,
                [] => Some(None),
                [one] => Some(*one),
                _ => None,
            }
        };
        match here {
            Some((line, uneven)) => {
                let step = |sign: i8| -uneven * i64::from(sign);
                self.lines[line].iter().filter_map(|(c, sign)| after(*c, step(*sign))).collect()
            }
            None => {
                let edge = (0..self.at.len()).filter(|c| self.at[*c].len() == 1);
                edge.flat_map(|c| [after(c, 1), after(c, -1)]).flatten().collect()
            }
        }
    }

    /// Whether a cell looks the same with one more or one less.
    fn allows(&self, cell: usize, by: i64) -> bool {
        let (least, greatest) = self.shown[cell].bounds(self.most);
        (least..=greatest).contains(&(self.counts[cell] as i64 + by))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, prop, prop_assert, prop_oneof, proptest};

    use super::*;

    fn texts(body: &[&[usize]], totals: Totals) -> Vec<String> {
        let body: Vec<Vec<usize>> = body.iter().map(|r| r.to_vec()).collect();
        let rows = table(&body, (totals, Noughts::Told), &[]);
        rows.iter().map(|r| r.iter().map(|s| s.text()).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn small_counts_are_hidden_and_so_is_what_they_could_be_worked_out_from() {
        for (body, totals, shown) in [
            (&[&[30, 0][..], &[7, 12]][..], Totals::Both, &["30 0 30", "7 12 19", "37 12 49"][..]),
            (&[&[3, 40], &[20, 30]], Totals::None, &["<5 40", "20 30"]),
            // One hidden in a column with a sum takes the smallest other one with it.
            (&[&[3, 40], &[20, 30], &[9, 9]], Totals::Columns, &["<5 40", "20 30", "× 9", "32 79"]),
            (&[&[1], &[161]], Totals::Columns, &["<5", "≈160", "162"]),
            // In both directions: a square of four.
            (
                &[&[3, 40, 50], &[20, 30, 9], &[60, 70, 80]],
                Totals::Both,
                &["<5 ≈40 ≈50 93", "≈20 ≈30 × 59", "60 70 80 210", "83 140 139 362"],
            ),
            // Two of one each: their sum alone would tell both.
            (&[&[1], &[1], &[8]], Totals::Columns, &["<5", "<5", "×", "10"]),
            (&[&[1], &[2], &[8]], Totals::Columns, &["<5", "<5", "8", "11"]),
            // No line tells the 1; all of them together do.
            (&[&[6, 1], &[25, 0], &[24, 5]], Totals::Both, &["× <5 ×", "≈30 × ≈30", "× × 29", "≈60 × 61"]),
            // Nothing but noughts beside it: the sum is small itself.
            (&[&[2], &[0]], Totals::Columns, &["<5", "0", "<5"]),
        ] {
            assert_eq!(texts(body, totals), shown, "{body:?}");
        }
    }

    /// Whether another table of whole numbers looks the same and has another number in this cell.
    fn could_be_otherwise(body: &[Vec<usize>], shown: &[Vec<Shown>], at: (usize, usize)) -> bool {
        let (height, width) = (body.len(), body[0].len());
        let mut tried = vec![vec![0; width]; height];
        fits(body, shown, at, &mut tried, 0)
    }

    fn fits(
        body: &[Vec<usize>],
        shown: &[Vec<Shown>],
        at: (usize, usize),
        tried: &mut Vec<Vec<usize>>,
        next: usize,
    ) -> bool {
        let (height, width) = (body.len(), body[0].len());
        let looks = |shown: Shown, n: usize| match shown {
            Shown::Number(own) => n == own,
            Shown::Few => (1..LEAST).contains(&n),
            Shown::Little => n < LEAST,
            Shown::Below => (1..ROUNDABLE).contains(&n),
            Shown::About(own) => (own - STEP / 2..own + STEP / 2).contains(&n),
            Shown::Covered => true,
        };
        if next == height * width {
            let rows = (0..height).all(|r| looks(shown[r][width], tried[r].iter().sum()));
            let sum = |c: usize| tried.iter().map(|row| row[c]).sum::<usize>();
            let columns = (0..width).all(|c| looks(shown[height][c], sum(c)));
            let all = looks(shown[height][width], tried.iter().flatten().sum());
            return rows && columns && all && tried[at.0][at.1] != body[at.0][at.1];
        }
        let (row, column) = (next / width, next % width);
        let range = match shown[row][column] {
            Shown::Number(n) => n..=n,
            Shown::Few => 1..=LEAST - 1,
            Shown::Little => 0..=LEAST - 1,
            Shown::Below => 1..=ROUNDABLE - 1,
            Shown::About(n) => n - STEP / 2..=n + STEP / 2 - 1,
            Shown::Covered => 0..=32,
        };
        // A row that is whole and does not fit needs no further look.
        if column == 0 && row > 0 && !looks(shown[row - 1][width], tried[row - 1].iter().sum()) {
            return false;
        }
        for n in range {
            tried[row][column] = n;
            if fits(body, shown, at, tried, next + 1) {
                return true;
            }
        }
        false
    }

    /// Mostly small ones, some that can be rounded.
    fn count() -> impl Strategy<Value = usize> {
        prop_oneof![4 => 0_usize..9, 1 => 20_usize..28]
    }

    proptest! {
        #[test]
        fn no_small_count_can_be_worked_out(
            body in prop::collection::vec(prop::collection::vec(count(), 2), 1..4),
            noughts in prop_oneof![Just(Noughts::Told), Just(Noughts::Hidden)],
        ) {
            let shown = table(&body, (Totals::Both, noughts), &[]);
            let small = if noughts == Noughts::Told { Shown::Few } else { Shown::Little };
            for (r, row) in body.iter().enumerate() {
                for (c, n) in row.iter().enumerate().filter(|(_, n)| (1..LEAST).contains(*n)) {
                    prop_assert!(shown[r][c] == small);
                    prop_assert!(could_be_otherwise(&body, &shown, (r, c)), "{n} in {body:?} shown as {shown:?}");
                }
            }
        }
    }
}
