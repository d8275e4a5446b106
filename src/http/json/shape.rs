//! What the documents say a row looks like, so that differences can be counted. Describes, never decides.

use serde_json::Value;

/// The documented type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text; 64-bit integers and times travel as text too.
    Text,
    /// A number.
    Number,
    /// True or false.
    Flag,
    /// An object.
    Object,
    /// An array.
    List,
    /// Not said.
    Any,
}

impl Kind {
    /// The kind of a value; null is any.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::String(_) => Kind::Text,
            Value::Number(_) => Kind::Number,
            Value::Bool(_) => Kind::Flag,
            Value::Object(_) => Kind::Object,
            Value::Array(_) => Kind::List,
            Value::Null => Kind::Any,
        }
    }

    /// True if the value is of this kind.
    pub fn fits(self, value: &Value) -> bool {
        self == Kind::Any || Kind::of(value) == self
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Number => "number",
            Kind::Flag => "true or false",
            Kind::Object => "object",
            Kind::List => "list",
            Kind::Any => "anything",
        }
    }
}

/// A documented field.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub key: &'static str,
    /// Its type.
    pub kind: Kind,
    promised: bool,
}

/// A field that every documented row has.
pub const fn always(key: &'static str, kind: Kind) -> Field {
    Field {
        key,
        kind,
        promised: true,
    }
}

/// A field that rows may lack.
pub const fn often(key: &'static str, kind: Kind) -> Field {
    Field {
        key,
        kind,
        promised: false,
    }
}

/// A documented row.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Its place in the answer, in front of the names of its fields in reports.
    pub path: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
}

impl Shape {
    /// The field of this name.
    pub fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// The fields that every row should have.
    pub fn promised(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(|field| field.promised)
    }
}
