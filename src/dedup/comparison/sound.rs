//! How Han characters sound: every common reading with its tone, surnames as surnames, and what dialects confuse.

use std::collections::HashMap;
use std::sync::OnceLock;

use pinyin::{ToPinyin, ToPinyinMulti};

/// One character of a name with what it sounds like. Sounds are numbers; 0 is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    pub c: char,
    pub sounds: [Sound; READINGS],
}

/// A reading: its syllable, its tone, and the syllable it is confused with.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sound {
    pub syllable: u16,
    pub fuzzy: u16,
    pub tone: u8,
}

/// How many readings of a character are kept, the commonest first: the rare ones make everything sound alike.
const READINGS: usize = 2;

/// Surnames that are read otherwise than the character usually is (《通用规范汉字字典》 and 《中国姓氏大辞典》 agree on
/// these). The reading of the surname comes first, the usual one stays as the second.
const SURNAMES: &[(char, &str)] = &[
    ('单', "shan4"),
    ('仇', "qiu2"),
    ('曾', "zeng1"),
    ('解', "xie4"),
    ('区', "ou1"),
    ('查', "zha1"),
    ('尉', "yu4"),
    ('万', "wan4"),
    ('员', "yun4"),
    ('乐', "yue4"),
    ('任', "ren2"),
    ('盖', "ge3"),
    ('葛', "ge3"),
    ('华', "hua4"),
    ('纪', "ji3"),
    ('令', "ling2"),
    ('宁', "ning4"),
    ('朴', "piao2"),
    ('覃', "qin2"),
    ('冼', "xian3"),
    ('燕', "yan1"),
    ('应', "ying1"),
    ('翟', "zhai2"),
    ('祭', "zhai4"),
    ('长', "zhang3"),
    ('洗', "xian3"),
    ('逄', "pang2"),
    ('缪', "miao4"),
    ('牟', "mu4"),
    ('能', "nai4"),
    ('乜', "nie4"),
    ('繁', "po2"),
    ('秘', "bi4"),
    ('卜', "bu3"),
    ('种', "chong2"),
    ('重', "chong2"),
    ('都', "du1"),
    ('费', "fei4"),
    ('过', "guo1"),
    ('哈', "ha3"),
    ('郝', "hao3"),
    ('贾', "jia3"),
    ('句', "gou1"),
    ('阚', "kan4"),
    ('黑', "he4"),
    ('隗', "wei3"),
    ('冯', "feng2"),
    ('俞', "yu2"),
    ('喻', "yu4"),
    ('於', "yu1"),
    ('臧', "zang1"),
    ('召', "shao4"),
    ('折', "she2"),
    ('石', "shi2"),
    ('沈', "shen3"),
    ('盛', "sheng4"),
    ('石', "shi2"),
    ('折', "she2"),
    ('撒', "sa3"),
    ('相', "xiang4"),
    ('幺', "yao1"),
    ('訾', "zi1"),
    ('么', "yao1"),
    ('佘', "she2"),
];

struct Readings {
    first: u32,
    of: Vec<[Sound; READINGS]>,
    syllables: HashMap<String, u16>,
}

/// The readings of every character of the basic block, made at first use.
fn readings() -> &'static Readings {
    static ALL: OnceLock<Readings> = OnceLock::new();
    ALL.get_or_init(|| {
        let first = 0x4E00;
        let mut all = Readings { first, of: Vec::new(), syllables: HashMap::new() };
        for code in first..=0x9FFF {
            let sounds = char::from_u32(code).map_or([Sound::default(); READINGS], |c| all.read(c));
            all.of.push(sounds);
        }
        all
    })
}

impl Readings {
    fn number(&mut self, syllable: &str) -> u16 {
        let next = u16::try_from(self.syllables.len() + 1).expect("there are fewer syllables than 65,535");
        *self.syllables.entry(syllable.to_owned()).or_insert(next)
    }

    /// A reading written with its tone at the end.
    fn sound(&mut self, text: &str) -> Sound {
        let plain = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let tone = text[plain.len()..].parse().unwrap_or(5);
        Sound { syllable: self.number(plain), fuzzy: self.number(&fuzzy(plain)), tone }
    }

    fn read(&mut self, c: char) -> [Sound; READINGS] {
        let mut sounds = [Sound::default(); READINGS];
        let usual = c.to_pinyin().map(|p| p.with_tone_num_end());
        let others = c.to_pinyin_multi().into_iter().flatten().map(|p| p.with_tone_num_end());
        let mut kept: Vec<&str> = Vec::new();
        for reading in usual.into_iter().chain(others) {
            if !kept.contains(&reading) {
                kept.push(reading);
            }
        }
        for (slot, reading) in sounds.iter_mut().zip(kept) {
            *slot = self.sound(reading);
        }
        sounds
    }
}

/// A syllable with what dialects do not keep apart written one way: zh/z, ch/c, sh/s, n/l, h/f before u, ang/an,
/// eng/en, ing/in.
fn fuzzy(syllable: &str) -> String {
    let mut s = syllable.to_owned();
    for (from, to) in [("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("hu", "fu")] {
        if let Some(rest) = s.strip_prefix(from) {
            s = format!("{to}{rest}");
            break;
        }
    }
    // hua, hui, huo … against fa, fei, fo …: what f is followed by has lost its u.
    if let Some(rest) = s.strip_prefix("fu").filter(|r| !r.is_empty()) {
        s = format!(
            "f{}",
            if rest == "i" {
                "ei"
            } else if rest == "n" {
                "en"
            } else {
                rest
            }
        );
    }
    for ending in ["ang", "eng", "ing"] {
        if s.ends_with(ending) {
            s.pop();
        }
    }
    s
}

/// The characters of a name with their sounds; the first is read as a surname when it is one.
pub fn glyphs(name: &[char]) -> Box<[Glyph]> {
    let all = readings();
    let of = |c: char| {
        let at = (c as u32).checked_sub(all.first).map(|i| i as usize);
        at.and_then(|i| all.of.get(i)).copied().unwrap_or_default()
    };
    let mut glyphs: Box<[Glyph]> = name.iter().map(|c| Glyph { c: *c, sounds: of(*c) }).collect();
    if let Some(first) = glyphs.first_mut() {
        let surname = surnames().get(&first.c);
        if let Some(surname) = surname {
            first.sounds = [*surname, first.sounds[0]];
        }
    }
    glyphs
}

fn surnames() -> &'static HashMap<char, Sound> {
    static ALL: OnceLock<HashMap<char, Sound>> = OnceLock::new();
    ALL.get_or_init(|| {
        let all = readings();
        let number = |s: &str| all.syllables.get(s).copied().unwrap_or(0);
        let sound = |text: &str| {
            let plain = text.trim_end_matches(|c: char| c.is_ascii_digit());
            let tone = text[plain.len()..].parse().unwrap_or(5);
            Sound { syllable: number(plain), fuzzy: number(&fuzzy(plain)), tone }
        };
        SURNAMES.iter().map(|(c, text)| (*c, sound(text))).collect()
    })
}

/// How near two characters sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// The same syllable in the same tone.
    Same,
    /// The same syllable in another tone.
    Tone,
    /// A syllable that dialects do not keep apart, in the same tone.
    Near,
    Apart,
}

/// The nearest two readings of two characters come.
pub fn nearness(a: &Glyph, b: &Glyph) -> Nearness {
    let mut best = Nearness::Apart;
    for x in a.sounds.iter().filter(|s| s.syllable != 0) {
        for y in b.sounds.iter().filter(|s| s.syllable != 0) {
            if x.syllable == y.syllable && x.tone == y.tone {
                return Nearness::Same;
            }
            // One slip of the ear: the tone, or what the dialect does not keep apart; both at once is another sound.
            if x.syllable == y.syllable {
                best = best.min(Nearness::Tone);
            } else if x.fuzzy == y.fuzzy && x.tone == y.tone {
                best = best.min(Nearness::Near);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: char, b: char) -> Nearness {
        nearness(&glyphs(&['王', a])[1], &glyphs(&['王', b])[1])
    }

    #[test]
    fn characters_sound_as_they_are_read() {
        for (a, b, how) in [
            ('伟', '玮', Nearness::Same),
            ('宇', '雨', Nearness::Same),
            ('宇', '玉', Nearness::Tone),
            ('珍', '蒸', Nearness::Near),
            ('诗', '思', Nearness::Near),
            ('娜', '辣', Nearness::Near),
            ('艳', '阳', Nearness::Apart),
            ('慧', '费', Nearness::Near),
            ('静', '进', Nearness::Near),
            ('芳', '帆', Nearness::Near),
            ('伟', '芳', Nearness::Apart),
        ] {
            assert_eq!(near(a, b), how, "{a}{b}");
        }
    }

    #[test]
    fn surnames_are_read_as_surnames() {
        let same = |a: char, b: char| nearness(&glyphs(&[a, '一'])[0], &glyphs(&[b, '一'])[0]);
        for (a, b) in [('单', '善'), ('仇', '求'), ('曾', '增'), ('解', '谢'), ('查', '渣'), ('区', '欧')]
        {
            assert_eq!(same(a, b), Nearness::Same, "{a}{b}");
        }
    }

    #[test]
    fn what_is_no_han_character_has_no_sound() {
        let glyphs = glyphs(&['A', '𠮷', '·']);
        assert!(glyphs.iter().all(|g| g.sounds.iter().all(|s| s.syllable == 0) || g.c == '𠮷'));
        assert_eq!(nearness(&glyphs[0], &glyphs[0]), Nearness::Apart);
    }
}
