//! Why a pupil who is registered may lawfully not be at school: the reasons a list may give, a row each.

/// One reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excuse {
    pub label: &'static str,
    /// Other words for it.
    pub words: &'static [&'static str],
}

/// Every reason, in the order of the drop-down.
pub const EXCUSES: &[Excuse] = &[
    Excuse { label: "病假", words: &["请病假", "住院", "因病请假"] },
    Excuse { label: "事假", words: &["请事假", "请假"] },
    Excuse { label: "送教上门", words: &["送教"] },
    Excuse { label: "随班就读", words: &[] },
    Excuse { label: "专门学校就读", words: &["专门学校"] },
    Excuse { label: "休学", words: &["休学在办", "休学手续在办", "已批准休学"] },
    Excuse { label: "转学在办", words: &["转学手续在办", "办理转学中"] },
    Excuse { label: "公派外出", words: &["外出比赛", "外出集训", "集训"] },
];

/// The reason a cell gives; none where it gives another one, which is for people to judge.
pub fn excuse(text: &str) -> Option<&'static Excuse> {
    let text = text.trim();
    EXCUSES.iter().find(|e| e.label == text || e.words.contains(&text))
}

/// Every reason that excuses, for people: with the other words that are read as it.
pub fn words() -> String {
    let each = EXCUSES.iter().map(|e| match e.words {
        [] => e.label.to_owned(),
        words => format!("{}（或{}）", e.label, words.join("、")),
    });
    each.collect::<Vec<_>>().join("、")
}

/// The reasons that excuse, by their names.
pub fn labels() -> String {
    EXCUSES.iter().map(|e| e.label).collect::<Vec<_>>().join("、")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn only_reasons_of_the_table_excuse() {
        assert_eq!(excuse(" 住院 ").map(|e| e.label), Some("病假"));
        for other in ["", "外出打工", "不想上学", "病", "转学"] {
            assert_eq!(excuse(other), None, "{other}");
        }
        let mut seen = HashSet::new();
        assert!(EXCUSES.iter().flat_map(|e| e.words.iter().chain([&e.label])).all(|w| seen.insert(*w)));
    }
}
