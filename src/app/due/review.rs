//! 学籍核准: every school reviews its registrations at least once every semester (2025, Art. 25).

use super::super::failure::Failure;
use super::{Dated, Ground, Item};
use crate::model::term::Term;
use crate::store::lookup::Which;

pub const DATED: Dated = Dated { name: "review", title: "学期核查", find };

fn find(ground: &Ground) -> Result<Vec<Item>, Failure> {
    let term = Term::of(ground.by.today);
    let reviews = ground.store.reviews()?;
    let done = |code: &str| reviews.iter().any(|r| r.school == code && r.term == term);
    let mut items = Vec::new();
    for school in ground.directory.schools() {
        let code = school.code.as_str();
        if school.closed_on.is_some() || done(code) {
            continue;
        }
        if ground.store.registrations(&Which::School(code))?.is_empty() {
            continue;
        }
        items.push(Item {
            kind: "",
            title: "",
            when: ground.on(term.last_day()),
            subject: code.to_owned(),
            name: String::new(),
            school: code.to_owned(),
            todo: format!("{}在校名单核对学籍：xueji verify 名单 --school {code}", term.label()),
            source: "《中小学生学籍管理办法》（教基〔2025〕1号）第二十五条".to_owned(),
        });
    }
    Ok(items)
}
