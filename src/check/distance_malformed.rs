//! `distance-malformed`: a 上下学距离 that is no number of kilometres.

use crate::model::field::Field;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "distance-malformed",
    title: "上下学距离不对",
    severity: Severity::Explain,
    basis: "JY/T 1002-2012 上下学距离（SXXJL，数值，单位千米）",
    what: "上下学距离不是数，是负数，或超过 200 千米（多半是按米填的）。",
    why: "上下学距离用来安排校车和寄宿；单位填错，统计出来的平均距离就会错上千倍。",
    remedy: "请以千米为单位填写数字，例如 1.5；住校生填家到学校的距离。",
    run,
};

/// Boarders of the pastures ride far; beyond this it is metres.
const FARTHEST_KM: f64 = 200.0;

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let text = subject.get(Field::Distance);
    if text.is_empty() {
        return;
    }
    // `parse` also takes inf, nan and 1e3, which no clerk means.
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    match text.parse::<f64>().ok().filter(|_| plain) {
        None => sink.add(Field::Distance, "上下学距离不是数。", "请以千米为单位填写数字，例如 1.5。"),
        Some(km) if km > FARTHEST_KM => {
            let message = format!("上下学距离超过 {FARTHEST_KM} 千米。");
            sink.add(Field::Distance, message, "请核对单位：这一栏以千米计，500 米填 0.5。");
        }
        Some(_) => {}
    }
}
