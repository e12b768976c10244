//! What a wizard was answered, in the order in which it asked.

use std::collections::BTreeMap;

/// The answers so far, and those taken back, which are offered again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    given: Vec<(String, String)>,
    earlier: BTreeMap<String, String>,
}

impl Answers {
    /// As they were kept.
    pub fn new(given: Vec<(String, String)>, earlier: BTreeMap<String, String>) -> Answers {
        Answers { given, earlier }
    }

    /// The answer to a question; none where it was not asked yet.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.given.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// What was once answered and taken back, or never came to be asked again.
    pub fn earlier(&self, key: &str) -> &str {
        self.earlier.get(key).map_or("", String::as_str)
    }

    /// One more answer.
    pub fn push(&mut self, key: &str, value: String) {
        self.earlier.remove(key);
        self.given.push((key.to_owned(), value));
    }

    /// Takes the last answer back.
    pub fn back(&mut self) {
        self.earlier.extend(self.given.pop());
    }

    /// All answers, in order.
    pub fn given(&self) -> &[(String, String)] {
        &self.given
    }

    /// Those taken back.
    pub fn all_earlier(&self) -> &BTreeMap<String, String> {
        &self.earlier
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_is_offered_again_until_it_is_answered_anew() {
        let mut answers = Answers::default();
        answers.push("kind", "leave".into());
        answers.push("on", "2026-09-10".into());
        answers.back();
        assert_eq!((answers.get("on"), answers.earlier("on")), (None, "2026-09-10"));
        answers.push("on", "2026-09-11".into());
        assert_eq!((answers.get("on"), answers.earlier("on")), (Some("2026-09-11"), ""));
        assert_eq!(answers.given().len(), 2);
    }
}
