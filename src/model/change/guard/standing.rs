//! Guards of how the registration stands: status, flags, business that is open, data that does not agree.

use super::super::By;
use super::super::input::Input;
use super::{Guard, no, unless_explained};
use crate::model::flag::Flag;

pub const STATUS_NOT_ALLOWED: Guard = Guard {
    name: "status-not-allowed",
    title: "学籍状态不能办这项变动",
    basis: "学籍变动状态表（xueji explain changes）",
    remedy: "请先办理使学籍回到所列状态的业务，或改办适用的变动。",
    find: |case| {
        if let By::Command(command) = case.spec.by {
            return no(format!("{}由 xueji {command} 办理。", case.spec.name));
        }
        let status = case.registration?.status;
        if case.spec.from.contains(&status) {
            return None;
        }
        let from: Vec<&str> = case.spec.from.iter().map(|s| s.label()).collect();
        no(format!("学籍状态为{}，只有{}的学生可以办理{}。", status.label(), from.join("、"), case.spec.name))
    },
};

pub const DISPUTED: Guard = Guard {
    name: "disputed-record",
    title: "问题学籍没有处理完",
    basis: "问题学籍处理：处理完以前不办理其他业务",
    remedy: "请先用 xueji dispute 处理问题学籍。",
    find: |case| {
        let barred = case.spec.barred_by.contains(&Flag::Disputed);
        let is_disputed = case.registration?.flags.contains(&Flag::Disputed);
        if barred && is_disputed { no("学籍是问题学籍，正在处理。") } else { None }
    },
};

pub const ARRANGED_ALREADY: Guard = Guard {
    name: "arranged-already",
    title: "已有这项就读安排",
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第六条",
    remedy: "不用再办；要改的请先办特殊就读安排结束。",
    find: |case| {
        let flags = &case.registration?.flags;
        let bar = case.spec.barred_by.iter().find(|f| **f != Flag::Disputed && flags.contains(f))?;
        no(format!("学籍已有“{}”标记。", bar.label()))
    },
};

pub const NO_ARRANGEMENT: Guard = Guard {
    name: "no-arrangement",
    title: "没有特殊就读安排",
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第六条",
    remedy: "不用办理。",
    find: |case| {
        let flags = &case.registration?.flags;
        if case.spec.clears.iter().any(|f| flags.contains(f)) {
            return None;
        }
        no("学籍没有送教上门、随班就读或专门学校就读的标记。")
    },
};

pub const PENDING_BUSINESS: Guard = Guard {
    name: "pending-business",
    title: "还有没办完的业务",
    basis: "全国学籍系统：同一学生同时只办一项业务",
    remedy: "请先办结、驳回或撤销所列申请。",
    find: |case| {
        let ids: Vec<&str> = case.open.iter().map(|o| o.id.as_str()).collect();
        // Nobody has to wait for a consent to keep an address current, and a death waits for nothing.
        if ids.is_empty() || matches!(case.spec.kind, "amendment" | "death") {
            return None;
        }
        no(format!("该生还有没办完的申请：{}。", ids.join("、")))
    },
};

pub const DATA_MISMATCH: Guard = Guard {
    name: "data-mismatch",
    title: "学籍信息有没说明的问题",
    basis: "转学须学籍信息准确（转学联系表核对内容）",
    remedy: "请先补正或说明学籍上的问题（xueji student show）。",
    find: |case| {
        let open = case.counts.unexplained;
        if open == 0 {
            None
        } else {
            unless_explained(format!("学籍上还有 {open} 个没有说明的问题。"))
        }
    },
};

pub const RECORD_MISSING: Guard = Guard {
    name: "record-missing",
    title: "没有学生信息",
    basis: "转学联系表；学籍基本信息表",
    remedy: "请用 --roster 给出该生的花名册（只有这一名学生的一行），或按学籍号在本库找到原来的学籍。",
    find: |case| {
        if case.registration.is_some() || case.told.has(Input::Set) {
            return None;
        }
        no("本库没有这名学生的学籍，也没有给出学生信息。")
    },
};
