//! Why a rule pack is not taken: the line, what stands there, and the nearest thing that may.

use thiserror::Error;

/// What is wrong with a rule pack, and in which line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file} 第 {line} 行：{fault}。")]
pub struct RulesError {
    pub file: String,
    pub line: usize,
    pub fault: Fault,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    #[error("不是 TOML")]
    Malformed,
    #[error("没有“{key}”这一项{}", near.map_or_else(String::new, |n| format!("，是不是要写 {n}")))]
    UnknownKey { key: String, near: Option<&'static str> },
    #[error("“{key}”应是{expected}")]
    WrongValue { key: String, expected: &'static str },
    #[error("“{key}”里没有“{name}”{}", near.map_or_else(String::new, |n| format!("，是不是要写 {n}")))]
    UnknownName { key: String, name: String, near: Option<&'static str> },
    #[error("缺少“{key}”")]
    Missing { key: &'static str },
    #[error("这一版开始的日期不晚于上一版")]
    OutOfOrder,
}
