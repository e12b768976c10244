//! The order in which elements must stand: Excel offers to repair a file in which they stand otherwise.

use crate::xlsx::markup::xml::{Outline, outline};

/// The children of a worksheet (ECMA-376 Part 1, 18.3.1.99 CT_Worksheet; `drawingHF` of Part 4 and later editions).
pub const WORKSHEET: &[&str] = &[
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
];

/// The children of a style sheet (18.8.39 CT_Stylesheet).
pub const STYLES: &[&str] = &[
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
];

/// Where a child of this name belongs among those that are there.
pub fn place(text: &str, parent: &Outline, order: &[&str], name: &str) -> usize {
    let own = order.iter().position(|o| *o == name);
    let rank = |n: &str| order.iter().position(|o| *o == n);
    let later = parent.children.iter().find(|c| {
        // A choice between old and new (Part 3, 7.6) stands where what it holds would stand.
        let inner = || held(&text[c.whole.clone()]).and_then(|n| rank(&n));
        let found = if c.name == "AlternateContent" { inner() } else { rank(&c.name) };
        found > own
    });
    later.map_or(parent.close, |c| c.whole.start)
}

fn held(alternate: &str) -> Option<String> {
    let outer = outline(alternate)?;
    let choice = outline(&alternate[outer.children.first()?.whole.clone()])?;
    choice.children.first().map(|c| c.name.clone())
}

/// Whether the children that are known stand in their order.
#[cfg(test)]
pub fn is_kept(text: &str, order: &[&str]) -> bool {
    let found = outline(text).expect("the part is well formed");
    let ranks: Vec<usize> =
        found.children.iter().filter_map(|c| order.iter().position(|o| *o == c.name)).collect();
    ranks.windows(2).all(|w| w[0] < w[1] || (w[0] == w[1] && order[w[0]] == "conditionalFormatting"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_goes_before_the_first_that_must_follow_it() {
        let text = "<worksheet><sheetData/><pageMargins/><mc:AlternateContent><mc:Choice><controls/></mc:Choice>\
                    </mc:AlternateContent><tableParts/></worksheet>";
        let found = outline(text).unwrap();
        let before = |name: &str| &text[place(text, &found, WORKSHEET, name)..];
        assert!(before("cols").starts_with("<sheetData/>"));
        assert!(before("dataValidations").starts_with("<pageMargins/>"));
        assert!(before("legacyDrawing").starts_with("<mc:AlternateContent>"));
        assert!(before("webPublishItems").starts_with("<tableParts/>"));
        assert!(before("extLst").starts_with("</worksheet>"));
        assert!(is_kept(text, WORKSHEET));
        assert!(!is_kept("<worksheet><sheetData/><cols/></worksheet>", WORKSHEET));
    }
}
