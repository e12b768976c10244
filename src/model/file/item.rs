//! A row that a workbook brought into a pupil's file.

use super::super::id::StudentId;
use super::super::journal::{Value, object_of_texts};
use super::{Kind, group, kind};

/// One row.
#[derive(Clone, Debug)]
pub struct FileItem {
    pub student: StudentId,
    pub kind: &'static Kind,
    /// What tells it from the pupil's other rows of the kind.
    pub key: String,
    /// What is said, by the keys of the columns.
    pub fields: Vec<(&'static str, String)>,
    pub added_on: String,
    pub added_by: String,
}

impl FileItem {
    /// Its row.
    pub fn row(&self) -> Vec<Value> {
        let said = self.fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        vec![
            Value::Id(self.student),
            Value::Text(self.kind.name.to_owned()),
            Value::Text(self.key.clone()),
            Value::Object(object_of_texts(said)),
            Value::Text(self.added_on.clone()),
            Value::Text(self.added_by.clone()),
        ]
    }

    /// Of its row; `None` where the row is none of this table.
    pub fn from_row(row: &[Value]) -> Option<FileItem> {
        let text = |at: usize| match row.get(at) {
            Some(Value::Text(text) | Value::Object(text)) => Some(text.clone()),
            _ => None,
        };
        let (Value::Id(student), kind) = (row.first()?, kind(&text(1)?)?) else { return None };
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text(3)?).ok()?;
        let said = kind.said().filter_map(|c| Some((c.key, object.get(c.key)?.as_str()?.to_owned())));
        let fields = said.collect();
        Some(FileItem {
            student: *student,
            kind,
            key: text(2)?,
            fields,
            added_on: text(4)?,
            added_by: text(5)?,
        })
    }

    /// What a column says; empty where it says nothing.
    pub fn get(&self, key: &str) -> &str {
        self.fields.iter().find(|f| f.0 == key).map_or("", |f| f.1.as_str())
    }

    /// The key of the group it belongs to.
    pub fn group(&self) -> &'static str {
        self.kind.group.or_else(|| group(self.get("group")).map(|g| g.key)).unwrap_or("other")
    }

    /// What it says, for people.
    pub fn told(&self) -> String {
        let each = self.kind.said().map(|c| (c.heading, self.get(c.key))).filter(|(_, v)| !v.is_empty());
        each.map(|(heading, value)| format!("{heading}：{value}")).collect::<Vec<_>>().join("；")
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::record_table::FILE_ITEM;
    use super::super::{award, paper};
    use super::*;

    #[test]
    fn an_item_comes_back_from_its_row_and_a_paper_stands_in_the_group_it_names() {
        let item = |kind: &'static Kind, fields: &[(&'static str, &str)]| FileItem {
            student: StudentId::new(1, 2, [3; 8]),
            kind,
            key: "2026-05-20；数学竞赛".into(),
            fields: fields.iter().map(|(k, v)| (*k, (*v).to_owned())).collect(),
            added_on: "2026-09-10".into(),
            added_by: "王经办".into(),
        };
        let award = item(&award::KIND, &[("on", "2026-05-20"), ("title", "数学竞赛")]);
        assert_eq!(award.row().len(), FILE_ITEM.columns.len());
        let back = FileItem::from_row(&award.row()).unwrap();
        assert_eq!((back.row(), back.group()), (award.row(), "awards"));
        assert_eq!(back.told(), "获奖日期：2026-05-20；奖项名称：数学竞赛");
        assert_eq!(item(&paper::KIND, &[("group", "证明材料")]).group(), "proofs");
        assert!(FileItem::from_row(&[Value::Null]).is_none());
    }
}
