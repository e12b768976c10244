//! Why a pair scored as it did: a waterfall of parts that sum to the score, in the words of a clerk. No values, which
//! the caller has and masks.

use super::comparison::MISSING;
use super::schema::Schema;
use super::verdict::Verdict;
use super::weight::{Scorer, Weight};

/// One step of the waterfall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The field in the schema; `None` for what is no field.
    pub field: Option<usize>,
    pub title: String,
    /// The level by its machine name, and for people.
    pub level: &'static str,
    pub words: &'static str,
    /// Hundredths of a bit, rarity counted in.
    pub weight: Weight,
    /// What of the weight is due to the value being rarer or more common than usual.
    pub rarity: Weight,
}

/// A pair explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub score: Weight,
    pub verdict: Verdict,
    pub steps: Vec<Step>,
}

/// A field that weighs less than a bit either way is left out of a brief.
const BRIEF: Weight = 100;
/// And so are all but the heaviest.
const MOST: usize = 4;

impl Explanation {
    /// What speaks for one child and what against it, the heaviest first, in a line.
    pub fn in_brief(&self) -> String {
        let heaviest = |sign: Weight| {
            let heavy = |s: &&Step| s.field.is_some() && s.weight * sign >= BRIEF;
            let mut steps: Vec<&Step> = self.steps.iter().filter(heavy).collect();
            steps.sort_by_key(|s| -s.weight * sign);
            let each: Vec<String> =
                steps.iter().take(MOST).map(|s| format!("{}（{}）", s.title, s.words)).collect();
            each.join("、")
        };
        let (pro, contra) = (heaviest(1), heaviest(-1));
        match (pro.is_empty(), contra.is_empty()) {
            (_, true) => pro,
            (true, false) => format!("相反：{contra}"),
            (false, false) => format!("{pro}；相反：{contra}"),
        }
    }
}

/// Explains a pair.
pub fn explain(schema: &Schema, scorer: &Scorer, a: u32, b: u32) -> Explanation {
    let (prior, fields, kin) = scorer.reckoning(a, b);
    let plain = |title: &str, level, words, weight| Step {
        field: None,
        title: title.to_owned(),
        level,
        words,
        weight,
        rarity: 0,
    };
    let mut steps = vec![plain("起点", "prior", "随意取两条记录是同一学生的可能", prior)];
    for (at, (spec, field)) in schema.fields.iter().zip(&fields).enumerate() {
        let (level, words) = match spec.comparison.levels.get(usize::from(field.level)) {
            Some(level) if field.level != MISSING => (level.id, level.title),
            _ => ("missing", "一方没有或无法比较，不作依据"),
        };
        let (weight, rarity) = (field.weight, field.rarity);
        steps.push(Step { field: Some(at), title: spec.title.clone(), level, words, weight, rarity });
    }
    if schema.knows_families() {
        steps.push(plain("同胞", "kin", "可能是双胞胎或兄弟姐妹，扣除", kin));
    }
    let score = prior + fields.iter().map(|f| f.weight).sum::<Weight>() + kin;
    Explanation { score, verdict: Verdict::of(score), steps }
}
