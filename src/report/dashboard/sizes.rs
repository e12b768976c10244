//! 班额: how many classes there are of each size. Classes are counted, not children: nothing is hidden.

use crate::model::school::{STAGES, Stage};
use crate::model::table::Column;

use super::super::Input;
use super::super::class_sizes::{BANDS, LARGE, classes as all};
use super::hide::Shown;
use super::{Drawing, Panel, Part, Tone, table};

/// The steps of the distribution: their last numbers. They end where the bands end.
const STEPS: [usize; 12] = [20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, usize::MAX];
const TONES: [Tone; 4] = [Tone::Plain, Tone::Good, Tone::Warning, Tone::Alarm];

/// How many classes there are.
pub fn classes(input: &Input) -> usize {
    all(input).len()
}

/// How many of them are too large.
pub fn large(input: &Input) -> usize {
    all(input).values().filter(|pupils| pupils.len() >= LARGE).count()
}

fn step_name(at: usize) -> String {
    match (at, STEPS[at]) {
        (0, last) => format!("≤{last}"),
        (_, usize::MAX) => format!("≥{}", STEPS[at - 1] + 1),
        (_, last) => format!("{}—{last}", STEPS[at - 1] + 1),
    }
}

fn band_of(step: usize) -> usize {
    BANDS.iter().position(|band| STEPS[step] <= band.3).unwrap_or(BANDS.len() - 1)
}

pub fn panel(input: &Input) -> Panel {
    let mut counts = vec![vec![0; STAGES.len() + 1]; STEPS.len()];
    for ((school, class), pupils) in all(input) {
        let step = STEPS.iter().position(|last| pupils.len() <= *last).unwrap_or(STEPS.len() - 1);
        let stage = input.directory.class(school, class).map_or(Stage::Primary, |c| c.stage);
        let at = STAGES.iter().position(|s| s.0 == stage).unwrap_or(0);
        counts[step][at] += 1;
        counts[step][STAGES.len()] += 1;
    }
    let names: Vec<String> = (0..STEPS.len()).map(step_name).collect();
    let part = |(band, tone): (usize, Tone)| {
        let own = |step: usize| (band_of(step) == band).then(|| counts[step][STAGES.len()]);
        let values = (0..STEPS.len()).map(|step| own(step).filter(|n| *n > 0)).collect();
        Part { name: BANDS[band].1.to_owned(), tone, values }
    };
    let parts = TONES.into_iter().enumerate().map(part).collect();
    let drawing =
        ("各种班额的班数（个）".to_owned(), Drawing::Bars { names: names.clone(), parts, unit: "个" });
    let mut columns = vec![Column::text("size", "班额（人）")];
    columns.extend(STAGES.iter().map(|(_, key, label)| Column::count(key, label)));
    columns.push(Column::count("total", "合计（班）"));
    let shown = |row: Vec<usize>| row.into_iter().map(Shown::Number).collect::<Vec<_>>();
    let mut sum = vec![0; STAGES.len() + 1];
    counts.iter().for_each(|row| sum.iter_mut().zip(row).for_each(|(all, n)| *all += n));
    let rows = names.into_iter().zip(counts.into_iter().map(shown));
    let rows = rows.chain([("合计".to_owned(), shown(sum))]);
    let said = [
        "班额为班里的在校生数；没有在校生的班不计。56—65 人为大班额，66 人及以上为超大班额。各校各年级见班额统计。",
    ];
    Panel { drawings: vec![drawing], table: table(input, ("班额分布", columns), rows, &said) }
}
