//! 保密 on the way up: the page that tells what each level is shown, and the one place where the level above shows tables.

use crate::model::disclosure::{self, LEVELS, Seen, THINGS};
use crate::model::table::Table;
use crate::output::Privacy;
use crate::store::Store;

use super::failure::CliError;
use super::global::Global;

/// Puts tables as far as the table of disclosure lets this registry's level see them.
pub fn put_above(store: &Store, mut tables: Vec<Table>, global: &Global) -> Result<(), CliError> {
    tables.iter_mut().for_each(|table| hide(&store.meta().level, table));
    global.put_tables(&tables, Privacy::Masked)
}

/// Empties what a level is not shown.
fn hide(level: &str, table: &mut Table) {
    let is_hidden = |at: &usize| {
        let personal = table.columns[*at].personal;
        personal.is_some_and(|p| matches!(disclosure::shown(level, p), Seen::Nothing | Seen::Counted))
    };
    let hidden: Vec<usize> = (0..table.columns.len()).filter(is_hidden).collect();
    for row in &mut table.rows {
        hidden.iter().for_each(|at| row[*at].clear());
    }
    if !hidden.is_empty() {
        table.foot.push("本级不显示的内容留空，见 xueji explain sync-privacy。".into());
    }
}

/// What `xueji explain sync-privacy` prints.
pub fn page() -> String {
    let thing = |t: &disclosure::Thing| {
        let shown: Vec<String> =
            LEVELS.iter().zip(t.shown).map(|(level, seen)| format!("{level}{}", seen.label())).collect();
        let opened: Vec<&str> = t.opened.iter().map(|f| f.heading()).collect();
        let opened = if opened.is_empty() { "不给".to_owned() } else { opened.join("、") };
        format!(
            "  {}（{}）\n    显示    {}\n    盲报    {}；对上后交出：{opened}\n    依据    {}\n",
            t.name,
            t.key,
            shown.join("，"),
            t.blind.label(),
            t.basis
        )
    };
    let things: String = THINGS.iter().map(thing).collect();
    PAGE.replace("{things}", &things)
}

const PAGE: &str = "\
上报的保密（sync-privacy）

每一级看得到什么
  法规只要求最小范围，没有按级列出；下面各级的划分是本程序的做法，未经核实（未核实）。“显示”是上级各命令（upstream dedup、
  conflict list、confirm、route、export）默认显示的，程序按这张表办：“遮盖”是 张*、330106********0015，“不给”的留空。
  县级的“全部”也默认遮盖，说明用途后才看全。部级没有学籍库，只收统计表。
  照常上报时上级收存全部流水和材料（要裁决、转办、查重）；不愿把流水交上去的，用盲报。
{things}
盲报（xueji sync blind）
  县里不报流水，只报每名在读学生的比较键的键控摘要：与跨单位查重相同的比较键（姓名的读音、出生日期、证件号、监护人、电话等
  的组合，以及证件、身份、学籍号三条官方规则），用各县共有、上级没有的密钥算成 128 位摘要。上级只看得到哪两个单位有相同的
  摘要和有几个，看不到是谁；只请对上的双方交出这一名学生的比较项目，由同一个引擎计分，列入 conflict list。

  为什么要密钥：姓名、出生日期、证件号的可能取值很少，不带密钥的摘要（例如直接 SHA-256）可以逐个试出来，不算去标识化。
  密钥在谁手里，谁就试得出来，所以上级不得持有：本单位有下级的，程序不让生成、收下；交给上级的，程序不让写出。
  仍然看得出的：每个单位有多少在读学生；同一单位里哪些学生有相同的摘要（例如一家的孩子），以及每名学生有几个键。
  一个单位里超过 32 人相同的键不报，常见的姓名不能按多少猜出来。各县之间彼此看不到对方的盲报（只加密给上级）；持有密钥的
  县如与上级串通，就能试出来：密钥要像学籍库一样保管。

  做法
  1  一个县  xueji sync blind key new                              每学期一个，写在学籍库旁边（文件名加 -blind），只有本人可读
             xueji sync blind key export --to 邻县 -o 给邻县.密钥   各县要先互相登记名片；加密给对方，可以走任何途径
     邻县    xueji sync blind key load 给邻县.密钥                  各县核对指纹：xueji sync blind key list
  2  各县    xueji sync blind report --to 某市 -o 盲报.xjb          整份重报，替换上一次的
     市      xueji sync receive 盲报.xjb [-o 回执.xjb]              密钥与别的单位不同的拒收（blind-secret-differs），说明是谁
  3  市      xueji upstream blind status                           谁报了、谁没报、指纹、对上几对（有未问的退出码 1）
             xueji upstream blind ask [--keys 2] [--dry-run]       写信给新对上的双方；xueji sync bundle --to 某县 带下去
  4  各县    xueji sync receive 下发.xjb                           来信“盲报核对”待办，还没有交出任何内容
             xueji sync blind open --to 某市 -o 交出.xjb            交出问到的学生的比较项目，加密给上级；记入流水
     市      xueji sync receive 交出.xjb                            没有问过的拒收（not-asked）
  5  市      xueji upstream conflict list                          双方都交出的，计分后列出；不写 --url 的只列盲报的
             xueji upstream conflict raise 编号                     通知双方按问题学籍核实，与照常上报的一样

  盲报的单位不报流水，上级看不到它的答复和材料，不能裁决：由双方主管部门按答复办理，或改为照常上报后再裁决。只有也盲报的单位
  之间能对上；照常上报的县要与盲报的县比对，也须盲报一份。双胞胎、同名同日生的也可能被问到（同一家庭、同一读音的键相同），交出后
  由引擎和人判断，程序不作合并。

  换学期、换密钥
  每学期生成一个新的，旧的留在文件里（办理上学期问到的还要用）；中途泄露的，用另一个名字再生成（--term 2026-autumn-2），各县
  重新报。学期或密钥不同的不比对，status 里写明是谁。密钥不在学籍库、流水和数据包里，备份学籍库不带走它，请另存一份。

拒收和不予办理
  blind-secret-differs  同一学期两个密钥；已收的也可能是用错的一方，各方核对指纹，用错的重报
  not-asked             交出了上级没有问过的
  other-door            盲报和密钥交错了地方
  没有密钥、密钥文件别人也能读、是另一个学籍库的：退出码 5，说明是哪个文件
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::table::{Column, Personal};

    #[test]
    fn what_a_level_is_not_shown_is_empty_and_said() {
        let columns = vec![
            Column::personal("name", "姓名", Personal::Name),
            Column::personal("p", "电话", Personal::Phone),
        ];
        let rows = vec![vec!["单煜妍".to_owned(), "13800000001".to_owned()]];
        let table = Table { columns, rows, ..Table::default() };
        let mut city = table.clone();
        hide("city", &mut city);
        assert_eq!(city.rows, [["单煜妍", ""]]);
        assert_eq!(city.foot.len(), 1);
        let mut county = table.clone();
        hide("county", &mut county);
        assert_eq!((county.rows, county.foot.len()), (table.rows, 0));
    }

    #[test]
    fn the_page_has_a_row_for_every_thing() {
        let page = page();
        assert!(THINGS.iter().all(|t| page.contains(t.name) && page.contains(t.basis)));
        assert!(!page.contains("{things}"));
    }
}
