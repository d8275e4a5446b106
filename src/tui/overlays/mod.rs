//! What lies over a pane for a moment: a choice, a text to read, the form for a connection.

pub mod batch;
pub mod form;
pub mod picker;
pub mod reader;

/// What is open.
#[derive(Debug)]
pub enum Overlay {
    /// Choose one of several, with search.
    Picker(picker::Picker),
    /// Look at what will be accepted in one go.
    Batch(batch::Batch),
    /// Read.
    Reader(reader::Reader),
    /// Connect a distributor.
    Form(Box<form::Form>),
}
