//! The schools that folder, name, sheet and clerk say a roster is of.

use std::path::{Component, Path};

use crate::check::school_disagrees::Named;
use crate::model::school::Directory;

/// Who says which school a sheet of a file is of; `school` is what the clerk said. Of folders in folders the innermost
/// speaks.
pub fn of(path: &Path, sheet: &str, school: Option<&str>, directory: Option<&Directory>) -> Vec<Named> {
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
    [clerk, folder, said("文件名", &file), said("工作表名", sheet)].into_iter().flatten().collect()
}
