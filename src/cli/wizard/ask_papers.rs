//! Questions at the end: the materials' files, and a text for each reason that one may explain.

use std::path::PathBuf;

use crate::app::change::{self, EXPLAINED};
use crate::app::evidence;

use super::question::Question;
use super::scene::EVIDENCE;
use super::step::{Step, as_written};

pub const MATERIALS: Step = Step {
    key: EVIDENCE,
    what: "材料的电子件：材料名称 = 文件；没有的不写",
    is_aid: false,
    keys: |scene| {
        let materials = scene.spec().map_or(&[][..], |s| s.materials);
        Ok(materials.iter().map(|m| format!("{EVIDENCE}{m}")).collect())
    },
    ask: |scene, key| {
        let (name, all) = (key.trim_start_matches(EVIDENCE), scene.spec().map_or(&[][..], |s| s.materials));
        let at = all.iter().position(|m| *m == name).unwrap_or_default() + 1;
        let title = format!("材料 {at}/{}：{name}", all.len());
        Ok(Question::write(title, "写文件的位置；没有电子件的直接回车", false))
    },
    take: |_, text| {
        let path = path(text);
        if !path.is_empty() {
            evidence::read(&[PathBuf::from(&path)], "")?;
        }
        Ok(path)
    },
};

/// A path as it was typed, or dragged into the terminal, which puts it in quotes.
pub fn path(text: &str) -> String {
    let text = text.trim();
    let quoted = ['\'', '"'].iter().find_map(|q| text.strip_prefix(*q)?.strip_suffix(*q));
    quoted.unwrap_or(text).to_owned()
}

pub const EXPLANATIONS: Step = Step {
    key: EXPLAINED,
    what: "核实无误、可以说明的问题：问题名 = 说明",
    is_aid: false,
    keys: |scene| {
        let Some(asking) = scene.asking()? else { return Ok(Vec::new()) };
        let bars = change::explainable(&scene.store, &asking, scene.today)?;
        Ok(bars.iter().map(|b| format!("{EXPLAINED}{}", b.guard.name)).collect())
    },
    ask: |scene, key| {
        let name = key.trim_start_matches(EXPLAINED);
        let asking = scene.asking()?;
        let bars = asking.map(|a| change::explainable(&scene.store, &a, scene.today)).transpose()?;
        let bar = bars.into_iter().flatten().find(|b| b.guard.name == name);
        let said = bar.map_or_else(String::new, |b| format!("{}：{}", b.guard.title, b.said.message));
        Ok(Question::write(format!("{said}写明说明"), "核实无误的写明说明后可以办；不写的直接回车", false))
    },
    take: as_written,
};
