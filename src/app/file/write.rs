//! A hand-over that no change makes: what speaks against it.

use jiff::civil::Date;

use crate::model::file::custody::Holder;

use super::super::due::Ground;
use super::super::failure::Refusal;
use super::Dossier;

/// A hand-over that is asked for.
pub struct Asked<'a> {
    /// A school's code or an office's name.
    pub to: &'a str,
    pub on: Date,
    pub reason: &'a str,
}

/// Why the file can't be handed over, all reasons at once; nothing where it can.
pub fn reasons(desk: &Ground, file: &Dossier, asked: &Asked) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let holder = Holder::of(desk.directory, asked.to);
    if asked.on > desk.by.today {
        let reason = format!("日期 {} 在业务日期 {} 之后。", asked.on, desk.by.today);
        refusals.push(Refusal::new(reason, "请在移交的当日或以后登记。"));
    }
    if let Some(held) = file.holder() {
        let name = held.holder.label(desk.directory);
        if held.holder == holder {
            let reason = format!("这份档案自 {} 起就在{name}。", held.since);
            refusals.push(Refusal::new(reason, "不需要登记；经过见 xueji file custody。"));
        }
        if asked.on.to_string() < held.since {
            let reason = format!("{name}自 {} 起才保管这份档案。", held.since);
            refusals.push(Refusal::new(reason, "请核对移交日期。"));
        }
    }
    if let Holder::School(code) = &holder
        && let Some(school) = desk.directory.school(code)
        && let Some(closed) = &school.closed_on
    {
        let reason = format!("{}已于 {closed} 撤销，不再接收档案。", school.name);
        refusals.push(Refusal::new(reason, "请移交并入的学校，或县级教育行政部门指定的单位。"));
    }
    if asked.to.len() == 10
        && asked.to.bytes().all(|b| b.is_ascii_digit())
        && matches!(holder, Holder::Office(_))
    {
        let reason = format!("学校表中没有 {}。", asked.to);
        refusals.push(Refusal::new(reason, "请用 xueji school list 查看学校标识码；外地学校请写全称。"));
    }
    refusals
}
