//! What a form says of an application: every name that may stand in it, with its value and what it identifies.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::code::{self, division};
use crate::model::application::{Application, Phase};
use crate::model::change::input::Input;
use crate::model::change::step::Party;
use crate::model::evidence::Subject;
use crate::model::field::Field;
use crate::model::record::Record;
use crate::model::registration::Registration;
use crate::model::school::{Class, Directory, grade_name};
use crate::model::table::Personal;
use crate::report::{dashed, day};
use crate::roster::code_cell::label;
use crate::store::Store;
use crate::store::lookup::Which;

use super::change::{self, revise};
use super::failure::Failure;

/// A value, and what of a person it tells.
pub type Said = (String, Option<Personal>);

/// What is known of an application, by the names of `xlsx::form::PLACES`.
pub struct Known {
    pub values: BTreeMap<&'static str, Said>,
    /// Whom it concerns, for the journal.
    pub registration: Option<Registration>,
}

struct Writer<'a> {
    directory: &'a Directory,
    application: &'a Application,
    today: Date,
    values: BTreeMap<&'static str, Said>,
}

/// Everything a form may say of an application.
pub fn known(store: &Store, application: &Application, today: Date) -> Result<Known, Failure> {
    let directory = store.directory()?;
    let registration = match application.student {
        Some(id) => store.registrations(&Which::Id(id))?.pop(),
        None => None,
    };
    let mut w = Writer { directory: &directory, application, today, values: BTreeMap::new() };
    let record = match &registration {
        Some(r) => r.record.clone(),
        None => revise::revised(None, &application.told),
    };
    // Where the pupil was and what stood there when it was asked: afterwards the registration is elsewhere, and what was
    // corrected says something else.
    let stood = change::stood(store, application)?;
    w.pupil(stood.as_ref().map_or(&record, |r| &r.record));
    w.places(stood.as_ref().or(registration.as_ref()));
    w.told();
    w.opinions();
    w.outcome();
    w.put("变更内容", changes(stood.as_ref().map_or(&record, |r| &r.record), application));
    w.put("材料", papers(store, application)?);
    w.put("填报单位", store.meta().name.clone());
    Ok(Known { values: w.values, registration })
}

/// The papers that belong to it, ticked where they were handed in, and what else was.
fn papers(store: &Store, application: &Application) -> Result<String, Failure> {
    let handed_in = store.evidence_of(&Subject::Application(application.id.to_string()))?;
    let needed = application.spec.materials;
    let tick = |m: &&str| if handed_in.iter().any(|e| e.note == **m) { "☑" } else { "□" };
    let mut all: Vec<String> = needed.iter().map(|m| format!("{}{m}", tick(m))).collect();
    let others = handed_in.iter().filter(|e| !needed.contains(&e.note.as_str()));
    all.extend(others.map(|e| format!("☑{}", e.note)));
    Ok(all.join("　"))
}

/// The fields that are to have another value: old → new.
fn changes(record: &Record, application: &Application) -> String {
    let line = |(key, new): (&str, &str)| {
        let field = Field::from_key(key)?;
        let shown = |v: &str| dashed(label(v));
        Some(format!("{}：{} → {}", field.heading(), shown(record.get(field)), shown(new)))
    };
    application.told.fields().filter_map(line).collect::<Vec<_>>().join("\n")
}

impl Writer<'_> {
    fn put(&mut self, name: &'static str, value: impl Into<String>) {
        self.values.insert(name, (value.into(), None));
    }

    fn put_as(&mut self, name: &'static str, value: impl Into<String>, personal: Personal) {
        self.values.insert(name, (value.into(), Some(personal)));
    }

    fn pupil(&mut self, record: &Record) {
        let labelled = |f: Field| label(record.get(f)).to_owned();
        self.put_as("姓名", record.get(Field::PupilName), Personal::Name);
        self.put("性别", labelled(Field::Sex));
        self.put("出生日期", dashed(record.get(Field::BirthDate)));
        self.put("民族", labelled(Field::EthnicGroup));
        self.put("身份证件类型", labelled(Field::DocumentKind));
        self.put_as("身份证件号", record.get(Field::DocumentId), Personal::Number);
        self.put_as("学籍号", record.get(Field::Number), Personal::Number);
        let county = record.get(Field::HukouDivision);
        let county = county.get(..6).unwrap_or(county);
        let place = division::full_name(county, self.today.year());
        self.put("户口所在地", place.unwrap_or_else(|| county.to_owned()));
        self.put_as("监护人", record.get(Field::G1Name), Personal::Name);
        let phone = [Field::G1Phone, Field::ContactPhone].into_iter().map(|f| record.get(f));
        self.put_as(
            "联系电话",
            phone.into_iter().find(|p| !p.is_empty()).unwrap_or_default(),
            Personal::Phone,
        );
    }

    fn class(&self, school: &str, number: &str) -> String {
        let class: Option<&Class> = self.directory.class(school, number);
        let lengths = self.directory.school(school).map(|s| s.lengths).unwrap_or_default();
        class.map_or_else(
            || number.to_owned(),
            |c| format!("{} {}", grade_name(c.stage, c.entry_year, lengths, self.today), c.name),
        )
    }

    fn office(&self, office: &str) -> String {
        self.directory.school(office).map_or_else(|| office.to_owned(), |s| s.name.clone())
    }

    fn places(&mut self, registration: Option<&Registration>) {
        let told = &self.application.told;
        let (other, to) = (told.get(Input::OtherSchool), told.get(Input::ToSchool));
        let own = registration.map_or("", |r| r.school.as_str());
        let leaves = self.application.spec.kind == "transfer_out";
        let comes = self.application.spec.kind == "transfer_in";
        let from = if comes { other.to_owned() } else { self.office(own) };
        let from_class = match registration {
            Some(r) if !comes => self.class(own, &r.class_number),
            _ => String::new(),
        };
        let target = if to.is_empty() { own } else { to };
        let (into, into_class) = match (leaves, told.get(Input::ToClass)) {
            (true, _) => (other.to_owned(), String::new()),
            (_, "") => (self.office(to), String::new()),
            (_, class) => (self.office(target), self.class(target, class)),
        };
        self.put("现学校", from);
        self.put("现年级班级", from_class);
        self.put("转入学校", into);
        self.put("转入年级班级", into_class);
        let office = |party: Party| {
            let step = self.application.steps.iter().find(|s| s.party == party);
            step.map_or_else(String::new, |s| self.office(&s.office))
        };
        let (receiving, sending) = (office(Party::ReceivingAuthority), office(Party::SendingAuthority));
        let letter =
            if comes { [other, told.get(Input::OtherAuthority)].join("、") } else { sending.clone() };
        self.put("收函单位", if leaves { receiving.clone() } else { letter });
        self.put("转入主管部门", receiving);
        self.put("转出主管部门", sending);
    }

    fn told(&mut self) {
        let application = self.application;
        let told = &application.told;
        let reason = code::table("change_reason").and_then(|t| t.by_code(told.get(Input::Reason)));
        self.put("异动原因", reason.map_or("", |e| e.label));
        self.put("说明", told.get(Input::Note));
        self.put("生效日期", told.get(Input::On));
        self.put("截止日期", told.get(Input::Until));
        self.put("变动", application.spec.name);
        self.put("申请编号", application.id.as_str());
        self.put("申请日期", day(application.opened_on));
        self.put("打印日期", day(self.today));
        self.put("空白", "");
    }

    /// What each party decided; a box stays empty for the pen where nothing is decided.
    fn opinions(&mut self) {
        let said = |party: Party| {
            let decision = self.application.steps.iter().find(|s| s.party == party)?.decision.as_ref()?;
            Some(format!(
                "{}。{}\n经办人：{}　{}",
                decision.act.label(),
                decision.reason,
                decision.by,
                day(decision.on)
            ))
        };
        // Inside one county one office decides for both sides.
        let is_asked = |party| self.application.steps.iter().any(|s| s.party == party);
        let in_one = || {
            let one = self.application.spec.kind == "transfer" && !is_asked(Party::ReceivingAuthority);
            (one && said(Party::SendingAuthority).is_some())
                .then(|| "与转出学校主管部门同一，一并核办。".to_owned())
        };
        let all = [
            ("学校意见", said(Party::SchoolLeader)),
            ("主管部门意见", said(Party::Authority)),
            ("转入主管部门意见", said(Party::ReceivingAuthority).or_else(in_one)),
            ("转出学校意见", said(Party::SendingSchool)),
            ("转出主管部门意见", said(Party::SendingAuthority)),
        ];
        let a = self.application;
        let asked = format!("申请转入。\n经办人：{}　{}", a.opened_by, day(a.opened_on));
        for (name, text) in all {
            self.put(name, text.unwrap_or_default());
        }
        self.put("转入学校意见", asked);
    }

    fn outcome(&mut self) {
        let a = self.application;
        self.put("办理结果", a.phase.label());
        let line = |s: &crate::model::application::Step| {
            let d = s.decision.as_ref()?;
            let reason = if d.reason.is_empty() { String::new() } else { format!("（{}）", d.reason) };
            Some(format!("{}　{}　{}{reason}", day(d.on), s.party.label(), d.act.label()))
        };
        let steps: Vec<String> = a.steps.iter().filter_map(line).collect();
        self.put("办理经过", steps.join("\n"));
        let next = match (a.phase, a.turn()) {
            (Phase::Open, Some(step)) => {
                format!("等待{}（{}）办理。", step.party.label(), self.office(&step.office))
            }
            (Phase::Returned, _) => "请按退回的理由补正后再送。".to_owned(),
            (Phase::Done, _) => "已办结。".to_owned(),
            (Phase::Rejected, _) => "未予办理，理由见办理经过。".to_owned(),
            _ => String::new(),
        };
        self.put("下一步", next);
    }
}
