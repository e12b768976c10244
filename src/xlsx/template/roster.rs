//! The blank roster: the 70 columns of the national import template, then those of its later variants.

use crate::model::field::{Edition, FIELDS, Field, FieldKind, FieldSpec, Need};
use crate::xlsx::roster::{SHEET, column_width, write_header};
use crate::xlsx::template::guide::{self, Line, Standing};
use crate::xlsx::template::lists::{self, List};
use crate::xlsx::template::{TemplateSpec, small};
use crate::xlsx::write::{TEXT, new_workbook, plain};
use rust_xlsxwriter::{DataValidation, Workbook, XlsxError};

pub const SPEC: TemplateSpec =
    TemplateSpec { name: "roster", title: "学生花名册", file: "roster.xlsx", build };

/// So many rows have drop-downs; the text format holds for the whole column.
const ROWS: u32 = 2_000;
/// A list of more labels is only pointed to.
const SHORT_LIST: usize = 30;

// R§5.1: the rules that hold for the whole form.
const NOTES: &[&str] = &[
    "本表栏目与全国中小学生学籍信息管理系统的导入模板相同：前70栏是模板原有的，次序不动；绿色标题的栏目是后来的版本增加的，没有的可以空着。",
    "橙色标题为★必填，蓝色标题为选填。栏目标题请不要改动；一行填一名学生，不要合并单元格，不要在中间插入小计。",
    "选项一律填名称，不填代码（如填“单亲留守儿童”，不填“1”），可从下拉列表选择，全部选项见“代码”表。",
    "日期填八位数字（如20180901），入学年月填六位数字（如202409），是进入本学段一年级的年月，不是转入本校的年月。",
    "行政区划填十二位代码：县（市、区）的六位代码后面加六个0。",
    "身份证件号、学校标识码、电话等按文本填写。从别处粘贴时请选“只粘贴文本”，否则Excel会把身份证件号末三位变成000，无法复原。",
    "家庭成员一般填两名；学生没有身份证件的，必须填写家庭成员的身份证件号。",
    "依据：全国中小学生学籍信息管理系统《学籍基础信息表》及其填表说明、学生信息导入模板，JY/T 1001—2012、JY/T 1002—2012。",
];

fn build() -> Result<Workbook, XlsxError> {
    let specs: Vec<&FieldSpec> = FIELDS.iter().filter(|s| s.edition != Edition::Practice).collect();
    let lists = lists::gather(specs.iter().filter_map(|s| table(s)));
    let mut book = new_workbook()?;
    let sheet = book.add_worksheet();
    sheet.set_name(SHEET)?;
    let text = plain().set_num_format_index(TEXT);
    let fields: Vec<Field> = specs.iter().map(|s| s.field).collect();
    for (i, spec) in (0..).zip(&specs) {
        sheet.set_column_width(i, column_width(spec.field))?;
        sheet.set_column_format(i, &text)?;
        let rule = match list(spec, &lists) {
            Some(list) => list.drop_down()?,
            None => DataValidation::new(),
        };
        let title = format!("{}（{}）", spec.heading, small::star(spec.need));
        let rule = rule.set_input_title(fit(&title, 32))?.set_input_message(fit(&what(spec), 255))?;
        sheet.add_data_validation(1, i, ROWS, i, &rule)?;
    }
    write_header(sheet, &fields, None)?;
    let lines: Vec<Line> = specs.iter().map(|s| line(s, &lists)).collect();
    guide::write(&mut book, NOTES, &lines)?;
    lists::write(&mut book, &lists)?;
    Ok(book)
}

fn table(spec: &FieldSpec) -> Option<&'static str> {
    match spec.kind {
        FieldKind::Code(tables) => tables.first().copied(),
        _ => None,
    }
}

fn list<'a>(spec: &FieldSpec, lists: &'a [List]) -> Option<&'a List> {
    let table = table(spec)?;
    lists.iter().find(|l| l.table == table)
}

fn fit(text: &str, units: usize) -> String {
    let mut room = units;
    text.chars()
        .take_while(|c| {
            let fits = c.len_utf16() <= room;
            room = room.saturating_sub(c.len_utf16());
            fits
        })
        .collect()
}

fn line(spec: &FieldSpec, lists: &[List]) -> Line {
    let options = match list(spec, lists) {
        Some(list) if list.labels.len() <= SHORT_LIST => list.labels.join("、"),
        Some(list) => format!("共{}项，见“代码”表“{}”一列", list.labels.len(), list.title),
        None => String::new(),
    };
    let standing = if spec.edition == Edition::Later { Standing::Later } else { Standing::Asked };
    Line {
        heading: spec.heading,
        need: spec.need,
        what: what(spec),
        example: example(spec),
        options,
        standing,
    }
}

/// What to fill in: first what is particular to the field (R§5.2), else what its kind asks for.
fn what(spec: &FieldSpec) -> String {
    let particular = match spec.field {
        Field::School => "教育部统一编发的学校标识码，十位。",
        Field::PupilName => "与户口簿一致；少数民族姓名中间用“·”；外国籍学生填正式的中文姓名。",
        Field::BirthDate => "与身份证件一致，八位数字。",
        Field::BirthDivision => "出生地的县级行政区划代码，十二位。",
        Field::NativePlace => "祖居地，写到省、市、县。",
        Field::Nationality => "中国学生填“中国”；港澳台学生填相应地区。",
        Field::DocumentKind => "没有身份证件的选“其他”，同时填写家庭成员的身份证件。",
        Field::DocumentId => "与证件一致；居民身份证十八位，末位是X的写大写。没有身份证件的空着。",
        Field::HukouDivision => "户口所在地的县级行政区划代码，十二位。",
        Field::ClassNumber => "学校班级名单里已有的班号。",
        Field::EntryMonth => "进入本学段一年级的年月，六位数字，不是转入本校的年月。",
        Field::CurrentAddress => "现在居住的地址，写到门牌号。",
        Field::MailingAddress => "能收到信件的地址。",
        Field::HomeAddress => "家庭住址，写到门牌号。",
        Field::ContactPhone => "家长的手机或固定电话，固定电话加区号。",
        Field::LeftBehind => "父母外出情况；不是留守儿童的选“非留守儿童”。",
        Field::BoardingSubsidy => "是否享受家庭经济困难寄宿生生活补助。",
        Field::Orphan => "以儿童福利证为准。",
        Field::MartyrChild => "以有关部门的证明为准。",
        Field::Distance => "从家到学校单程多少公里，只填数字。",
        Field::DocumentValidity => "起止日期，中间用短横；长期有效的按证件填写。",
        Field::ProvincialNumber => "本省自编的学籍号，没有的空着。",
        Field::Seat => "班级里的编号。",
        Field::G1Name => "第一联系的家庭成员，与其身份证件一致。",
        Field::G1DocumentId | Field::G2DocumentId => "家庭成员的身份证件号；学生没有身份证件时必填。",
        Field::G1RelationNote | Field::G2RelationNote => "关系选“其他”时写明。",
        Field::Number => "已有学籍号的照填，不要自己编；没有的空着。",
        _ => by_kind(spec.kind),
    };
    particular.to_owned()
}

fn by_kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "按实际情况填写。",
        FieldKind::Name => "与证件一致。",
        FieldKind::Date => "年月日，八位数字。",
        FieldKind::Month => "年月，六位数字。",
        FieldKind::Code(_) => "从下拉列表选择，填名称，不填代码。",
        FieldKind::Division => "县级行政区划代码，十二位。",
        FieldKind::DocumentNumber => "与证件一致，按文本填写。",
        FieldKind::SchoolCode => "学校标识码，十位。",
        FieldKind::Label => "按文本填写，前面的0不要丢。",
        FieldKind::Phone => "手机或固定电话，固定电话加区号。",
        FieldKind::Postcode => "六位数字。",
        FieldKind::Validity => "起止日期，各八位数字，中间用短横。",
        FieldKind::Decimal => "只填数字。",
        FieldKind::RegistryNumber => "按文本填写。",
    }
}

/// Invented values; the identity number is the example of GB 11643-1999.
fn example(spec: &FieldSpec) -> &'static str {
    match spec.field {
        Field::School => "2137000001",
        Field::PupilName => "王小明",
        Field::Sex => "男",
        Field::EthnicGroup => "汉族",
        Field::Nationality => "中国",
        Field::DocumentId => "11010519491231002X",
        Field::ClassNumber => "202401",
        Field::Distance => "1.5",
        Field::NativePlace => "浙江省丽水市",
        Field::Seat => "07",
        _ => match spec.kind {
            FieldKind::Date => "20180301",
            FieldKind::Month if spec.need == Need::Must => "202409",
            FieldKind::Division => "331125000000",
            FieldKind::Phone => "13800000000",
            FieldKind::Postcode => "323000",
            FieldKind::Validity => "20200101-20250101",
            _ => "",
        },
    }
}
