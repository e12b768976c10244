//! The rules by which a cell's text is changed in reading: the table that `xueji explain rules` prints.

/// One rule: its name in journal and JSON, what it does, and why it may.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub name: &'static str,
    pub what: &'static str,
    pub why: &'static str,
}

/// Every rule. A value on which one of them acted is kept with the raw text and the rule's name.
pub const RULES: &[Rule] = &[
    Rule {
        name: "trim",
        what: "去除首尾空白",
        why: "从网页或别的表格粘贴时带进来的空白看不见，却会让同一个内容变成两个。",
    },
    Rule {
        name: "space",
        what: "去除中间的空白，或把全角空格、不间断空格改为半角",
        why: "“王　芳”中间的空格只为对齐。两段都不止一个字的长姓名，空格可能代替了间隔号，不删，作为问题报出。",
    },
    Rule {
        name: "invisible",
        what: "去除看不见的字符",
        why: "零宽字符、控制字符、方向标记不显示、不打印，却使查重和检索落空。汉字后的异体字选择符不在此列，保留。",
    },
    Rule {
        name: "nfc",
        what: "统一字符的编码形式（NFC）",
        why: "同一个带符号的字母可以有两种编码，看上去一样，比较起来不同。兼容汉字（如“﨑”“郎”）不改，法定姓名用哪个字就是哪个字。",
    },
    Rule {
        name: "radical",
        what: "部首字符改为同形的汉字",
        why: "从 PDF 复制的姓名常把“高”变成部首区的“⾼”，看上去一样，却查不到；部首字符不会是姓名用字。",
    },
    Rule {
        name: "width",
        what: "全角字母、数字、符号改为半角",
        why: "号码和代码规定用半角；全角数字不能计算，也不能比较。",
    },
    Rule {
        name: "apostrophe",
        what: "去除开头的撇号",
        why: "在表格软件里先打撇号是为了把数字存成文本，撇号不是内容。",
    },
    Rule {
        name: "formula",
        what: "去除 =\"…\" 的外壳",
        why: "csv 中写 =\"0101\" 是为了不丢开头的 0，引号里的才是内容。",
    },
    Rule {
        name: "upper",
        what: "小写字母改为大写",
        why: "公民身份号码的校验码规定写大写 X，护照、通行证的字母也是大写。",
    },
    Rule {
        name: "letter-x",
        what: "号码末位的乘号、罗马数字十或形似字母改为 X",
        why: "GB 11643 的末位是罗马数字 X；17 位数字之后的 ×、Ⅹ、Х 只可能是它。",
    },
    Rule {
        name: "separator",
        what: "去除号码中的连字符",
        why: "“330106-20150314-0015”的连字符只为好读，去掉后正好是 18 位。",
    },
    Rule {
        name: "decimal-zero",
        what: "去除代码末尾的“.0”",
        why: "程序把一栏代码当成小数读写，会添上“.0”；整数部分没有变。证件号和学籍号不在此列，那是损坏的记号。",
    },
    Rule {
        name: "placeholder",
        what: "“无”“/”“-”“null”等改为空白",
        why: "这些写法的意思是没有内容；留着会被当成号码、姓名或日期。",
    },
    Rule {
        name: "dot",
        what: "姓名间隔号统一为“·”（U+00B7）",
        why: "形似的点有十几种，只有 U+00B7 在 GB 18030 中是 A1A4，与户口簿和国家系统一致。",
    },
    Rule {
        name: "phone",
        what: "电话去除分隔符和国内的 +86，几个号码用顿号隔开",
        why: "“138-0000-0000”和“138 0000 0000”是同一个号码，写法统一才能比较。",
    },
    Rule {
        name: "date",
        what: "日期写法改为 YYYYMMDD 或 YYYYMM",
        why: "JY/T 1002 规定的写法。只改读法唯一的；两位数年份、分不清月日的不改，作为问题报出。",
    },
    Rule {
        name: "shown",
        what: "数值单元格按数字格式显示的内容读取",
        why: "单元格里存的是 1.1、显示的是 1.10，存的是 0、显示的是“女”：学校写的是看得见的内容。日期和数量不在此列，证件号、学籍号的不改，作为问题报出。",
    },
    Rule {
        name: "serial",
        what: "表格软件的日期序号改为日期",
        why: "数值单元格里的 40975 是自 1900 年（或 1904 年）数起的天数。",
    },
    Rule {
        name: "time-dropped",
        what: "去除日期后的时刻",
        why: "出生日期、入学年月只到日、到月；时刻是导出程序添上的。",
    },
    Rule {
        name: "day-dropped", what: "入学年月只取年月", why: "该栏只有年月；多写的日子不改变是哪年哪月。"
    },
    Rule { name: "unit", what: "去除数字后的单位", why: "栏目名已写明单位是千米。" },
    Rule {
        name: "label",
        what: "简称、别名或代码改为代码表中的代码",
        why: "“汉”“01”“01-汉族”都是汉族。代码与名称对不上的、表中没有的不改，作为问题报出。",
    },
    Rule {
        name: "answer",
        what: "“是否住宿”一类栏目里的是、否、有、无、√、1、0 按所问的改为代码",
        why: "栏目名问的是“是不是”，1 就是“是”，不是代码表里的 1；“是”有几种意思的（如是否留守儿童）不改，作为问题报出。",
    },
    Rule {
        name: "name-joined",
        what: "“姓”“名”两栏合为姓名",
        why: "姓名只有一栏；表中没有“姓名”而“姓”“名”两栏相邻，合起来就是姓名。",
    },
    Rule {
        name: "from-title",
        what: "取自标题或工作表名称",
        why: "整班一张表时，班级常只写在标题里；行内写了的以行内为准。",
    },
    Rule {
        name: "from-heading", what: "取自栏目名", why: "“父亲姓名”一栏的人，与学生的关系就是父亲。"
    },
    Rule {
        name: "from-mapping",
        what: "取自对照文件或命令行",
        why: "整表相同的内容由经办人写明，表中空着的行都用它。",
    },
    Rule {
        name: "filled-down",
        what: "取自合并单元格",
        why: "合并单元格的内容只存在第一格，其余各格看上去也是它。",
    },
    Rule {
        name: "continued",
        what: "取自同一名学生的下一行",
        why: "姓名合并了几行，几行就是同一名学生；下一行有姓名的家庭成员，是该生的另一名家庭成员。",
    },
    Rule {
        name: "school-by-name",
        what: "按学校名称查得学校标识码",
        why: "学籍库中只有一所学校叫这个名称（可省去开头的县名）。",
    },
    Rule {
        name: "class-by-name",
        what: "按班级名称查得班号",
        why: "学籍库中该校该入学年份只有一个班叫这个名称。",
    },
    Rule {
        name: "class-by-grade",
        what: "按年级和年级内的班次查得班号",
        why: "“一年级”“1班”和“一（1）”“101”说的是一年级第 1 个班；学籍库中该校该入学年份只有一个班在这个年级、是这个班次。",
    },
    Rule {
        name: "accepted",
        what: "采用经办人逐条接受的建议",
        why: "建议附有证据，由人核对后接受；原来的内容保留在流水中。",
    },
];

/// The rule of this name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|r| r.name == name)
}
