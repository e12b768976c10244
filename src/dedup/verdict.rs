//! What a score means: the same child, a suspect for people to decide, or different. Nothing follows by itself.

use super::weight::Weight;

/// From here on two records are taken for one child: odds of 2⁷ to 1, 99.2 %.
pub const SAME: Weight = 700;
/// From here on a person should look: odds of 1 to 4, 20 %.
pub const SUSPECT: Weight = -200;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Different,
    Suspect,
    Same,
}

impl Verdict {
    pub fn of(score: Weight) -> Verdict {
        match score {
            SAME.. => Verdict::Same,
            SUSPECT.. => Verdict::Suspect,
            _ => Verdict::Different,
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Verdict::Same => "同一学生",
            Verdict::Suspect => "疑似",
            Verdict::Different => "不同学生",
        }
    }
}

/// A score in bits, with its sign, for people.
pub fn bits(hundredths: i64) -> String {
    format!("{:+.2}", hundredths as f64 / 100.0)
}

/// What a score means, for people.
pub fn likely(score: i64) -> &'static str {
    Verdict::of(Weight::try_from(score).unwrap_or(0)).title()
}
