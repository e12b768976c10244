//! Which Han characters look alike, from a table of groups (its source stands in the file).

use std::collections::HashMap;
use std::sync::OnceLock;

const GROUPS: &str = include_str!("shape.txt");

/// Whether two characters stand in one group.
pub fn alike(a: char, b: char) -> bool {
    let groups = groups();
    match (groups.get(&a), groups.get(&b)) {
        (Some(x), Some(y)) => x.iter().any(|g| y.contains(g)),
        _ => false,
    }
}

fn groups() -> &'static HashMap<char, Vec<u16>> {
    static ALL: OnceLock<HashMap<char, Vec<u16>>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: HashMap<char, Vec<u16>> = HashMap::new();
        let lines = GROUPS.lines().filter(|l| !l.starts_with(['#', '-']));
        for (line, number) in lines.zip(0..) {
            line.chars().for_each(|c| all.entry(c).or_default().push(number));
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_are_those_a_hurried_eye_confuses() {
        for (a, b) in [('晴', '睛'), ('候', '侯'), ('未', '末'), ('日', '曰'), ('婷', '停'), ('杨', '扬')]
        {
            assert!(alike(a, b) && alike(b, a), "{a}{b}");
        }
        for (a, b) in [('伟', '芳'), ('王', '李'), ('伟', '他'), ('a', 'b'), ('一', '龙')] {
            assert!(!alike(a, b), "{a}{b}");
        }
    }

    #[test]
    fn no_character_is_like_most_others() {
        let all = groups();
        assert!(all.len() > 3_000);
        let most = all.values().map(Vec::len).max().unwrap();
        assert!(most <= 20, "{most}");
    }
}
