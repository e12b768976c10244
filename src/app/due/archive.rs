//! 建档: the file is opened, and the registration asked for, within a month or two of entry (2013, Art. 7; 2025). Collecting,
//! opening and asking come before the authority's approval (Art. 4), so an approved registration shows that it is done;
//! those that wait for approval are counted by school.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::super::failure::Failure;
use super::{Dated, Ground, Item, When, source};
use crate::calendar::month_after;

pub const DATED: Dated = Dated { name: "archive", title: "建立学籍档案", find };

fn find(ground: &Ground) -> Result<Vec<Item>, Failure> {
    let mut items = BTreeMap::new();
    for (school, since, pupils) in ground.store.awaiting_approval()? {
        let Some((when, source)) = limit(ground, &school, since.parse().unwrap_or(ground.by.today)) else {
            continue;
        };
        let of = items.entry((school, when.day())).or_insert((when, source, 0));
        of.2 += pupils;
    }
    let items = items.into_iter().map(|((school, _), (when, source, pupils))| Item {
        kind: "",
        title: "",
        when,
        subject: school.clone(),
        name: String::new(),
        todo: format!("{pupils} 名学生建档后核准：xueji approve --school {school}"),
        school,
        source,
    });
    Ok(items.collect())
}

/// When the files of those who entered a school on a day must be open; none where no rule says so.
pub fn limit(ground: &Ground, school: &str, entered: Date) -> Option<(When, String)> {
    if let Some(days) = ground.count(school, entered, "archive_days") {
        return Some((ground.working_days(entered, days.value), source(&days)));
    }
    let months = ground.count(school, entered, "archive_months")?;
    Some((ground.on(month_after(entered, months.value)), source(&months)))
}
