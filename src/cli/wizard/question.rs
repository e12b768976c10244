//! A question as a value: what is asked, what may be chosen. Who puts it, and how, is another file's.

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub title: String,
    /// What helps to answer it; may be empty.
    pub help: String,
    pub form: Form,
    /// Whether nothing is an answer.
    pub must: bool,
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// One of these.
    Choose(Vec<Choice>),
    /// Some of these: their values with commas between.
    Several(Vec<Choice>),
    /// A text; with `default` where nothing is written.
    Write { default: String },
    /// A text that stays on no screen once it is written.
    Secret,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

/// A choice.
pub fn choice(value: impl Into<String>, label: impl Into<String>) -> Choice {
    Choice { value: value.into(), label: label.into() }
}

impl Question {
    /// A question to which one of these is the answer.
    pub fn choose(title: impl Into<String>, choices: Vec<Choice>) -> Question {
        Question { title: title.into(), help: String::new(), form: Form::Choose(choices), must: true }
    }

    /// A question to which a text is the answer.
    pub fn write(title: impl Into<String>, help: &str, must: bool) -> Question {
        let form = Form::Write { default: String::new() };
        Question { title: title.into(), help: help.to_owned(), form, must }
    }

    /// The same with a text that holds where nothing is written.
    pub fn or(self, default: impl Into<String>) -> Question {
        Question { form: Form::Write { default: default.into() }, ..self }
    }
}
