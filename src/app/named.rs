//! The schools that folder, name, sheet and clerk say a roster is of.

use std::path::{Component, Path};

use crate::check::school_disagrees::Named;
use crate::model::finding::Severity;
use crate::model::school::Directory;
use crate::roster::layout::title;

/// Who says which school a sheet of a file is of; `school` is what the clerk said, `titles` what stands above its header.
/// Of folders in folders the innermost speaks.
pub fn of(
    path: &Path,
    sheet: &str,
    titles: &[(u32, String)],
    school: Option<&str>,
    directory: Option<&Directory>,
) -> Vec<Named> {
    let Some(directory) = directory else { return Vec::new() };
    let said = |by: &str, text: &str| Named::in_text(by, text, directory);
    let folders = path.parent().into_iter().flat_map(Path::components).rev();
    let names = folders.filter_map(|c| match c {
        Component::Normal(name) => Some(name.to_string_lossy()),
        _ => None,
    });
    let file = path.file_name().map(|n| n.to_string_lossy()).unwrap_or_default();
    let clerk = school.map(|code| Named::by_clerk(code, directory.school(code)));
    let folder = names.into_iter().find_map(|n| said("文件夹", &n));
    let outside = [clerk, folder, said("文件名", &file), said("工作表名", sheet)];
    outside.into_iter().flatten().chain(of_titles(titles, directory)).collect()
}

/// Words with which a title names a school that its pupils come from or go to.
const ELSEWHERE: &[&str] =
    &["毕业", "生源", "来源", "原就读", "升入", "对口", "转入", "转出", "录取", "报考"];

/// What the titles say: their codes, and the names in them.
fn of_titles(titles: &[(u32, String)], directory: &Directory) -> Vec<Named> {
    let coded: Vec<Named> = title::school_codes(titles)
        .into_iter()
        .map(|(row, code)| {
            let name =
                directory.school(&code).map_or_else(|| "学籍库中没有的学校".into(), |s| s.name.clone());
            Named::in_title(format!("第 {row} 行的标题"), vec![(code, name)], Severity::Error)
        })
        .collect();
    let names = titles.iter().filter_map(|(row, text)| {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let found = directory.named_in(&text).into_iter().filter(|s| text.contains(s.short_or_whole_name()));
        let found: Vec<_> = found.map(|s| (s.code.to_string(), s.name.clone())).collect();
        let severity = match ELSEWHERE.iter().any(|w| text.contains(w)) {
            true => Severity::Explain,
            false => Severity::Error,
        };
        // What its code says already need not be said of its name.
        let said = |codes: &Named| found.iter().all(|school| codes.schools.contains(school));
        (!found.is_empty() && !coded.iter().any(said))
            .then(|| Named::in_title(format!("第 {row} 行的标题"), found, severity))
    });
    let names: Vec<Named> = names.collect();
    coded.into_iter().chain(names).collect()
}
