//! Searches and annotates the values of arrays and lists, each of which is a line or a few.
//!
//! A value without a line feed at its end counts as a line with one: tables contain lines that were
//! cut there. So a carriage return at the end of a value is a part of its line end.

use std::sync::Arc;

use arrow_array::builder::LargeBinaryBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, LargeBinaryArray, LargeStringArray, StringArray,
    StringViewArray,
};
use arrow_schema::DataType;
use imerr::Annotator;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};

use crate::findings::Findings;
use crate::splice::{Change, splice, splice_view};

/// So many values are searched before a signal such as Ctrl-C is looked for.
const ROWS_AT_ONCE: usize = 1 << 16;

/// An array of lines.
pub enum Lines<'a> {
    Text(&'a StringArray),
    LargeText(&'a LargeStringArray),
    TextView(&'a StringViewArray),
    Binary(&'a BinaryArray),
    LargeBinary(&'a LargeBinaryArray),
    BinaryView(&'a BinaryViewArray),
    /// Null in each row.
    Null,
}

impl<'a> Lines<'a> {
    pub fn new(array: &'a dyn Array) -> PyResult<Self> {
        Ok(match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::LargeUtf8 => Self::LargeText(array.as_string()),
            DataType::Utf8View => Self::TextView(array.as_string_view()),
            DataType::Binary => Self::Binary(array.as_binary()),
            DataType::LargeBinary => Self::LargeBinary(array.as_binary()),
            DataType::BinaryView => Self::BinaryView(array.as_binary_view()),
            DataType::Null => Self::Null,
            DataType::Struct(_) => {
                return Err(PyTypeError::new_err(
                    "lines are one column of strings or binary, not a table; pass the column",
                ));
            }
            other => {
                return Err(PyTypeError::new_err(format!(
                    "lines are strings or binary, not {other}; cast the column"
                )));
            }
        })
    }

    /// The bytes of a value; None for null.
    fn value(&self, row: usize) -> Option<&'a [u8]> {
        match self {
            Self::Text(array) => array.is_valid(row).then(|| array.value(row).as_bytes()),
            Self::LargeText(array) => array.is_valid(row).then(|| array.value(row).as_bytes()),
            Self::TextView(array) => array.is_valid(row).then(|| array.value(row).as_bytes()),
            Self::Binary(array) => array.is_valid(row).then(|| array.value(row)),
            Self::LargeBinary(array) => array.is_valid(row).then(|| array.value(row)),
            Self::BinaryView(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Null => None,
        }
    }
}

/// Adds the findings of `array` to `findings`, whose row goes on to the end of the array.
pub fn find(array: &dyn Array, annotator: &mut Annotator, findings: &mut Findings) -> PyResult<()> {
    let lines = Lines::new(array)?;
    let mut records = Vec::new();
    for row in 0..array.len() {
        if row % ROWS_AT_ONCE == 0 {
            Python::attach(|py| py.check_signals())?;
        }
        if let Some(value) = lines.value(row)
            && annotator.may_change(value)
        {
            records.clear();
            annotate_value(annotator, value, &mut records);
            findings.add(&records);
        }
        findings.row += 1;
    }
    Ok(())
}

/// The array with annotated values; the same array if there are none.
pub fn annotate(array: &ArrayRef, annotator: &mut Annotator) -> PyResult<ArrayRef> {
    let lines = Lines::new(array)?;
    let (mut texts, mut changes) = (Vec::new(), Vec::new());
    for row in 0..array.len() {
        if row % ROWS_AT_ONCE == 0 {
            Python::attach(|py| py.check_signals())?;
        }
        let Some(value) = lines.value(row) else { continue };
        let start = texts.len();
        if annotator.may_change(value) {
            annotate_line(annotator, value, &mut texts);
        }
        if texts.len() > start {
            changes.push(Change { row, text: start..texts.len() });
        }
    }
    if changes.is_empty() {
        return Ok(Arc::clone(array));
    }
    Ok(match lines {
        Lines::Text(array) => Arc::new(splice(array, &changes, &texts)?),
        Lines::LargeText(array) => Arc::new(splice(array, &changes, &texts)?),
        Lines::TextView(array) => Arc::new(splice_view(array, &changes, &texts)),
        Lines::Binary(array) => Arc::new(splice(array, &changes, &texts)?),
        Lines::LargeBinary(array) => Arc::new(splice(array, &changes, &texts)?),
        Lines::BinaryView(array) => Arc::new(splice_view(array, &changes, &texts)),
        Lines::Null => Arc::clone(array),
    })
}

/// Annotates a value as a line with its end, and appends that to `out`.
fn annotate_value(annotator: &mut Annotator, value: &[u8], out: &mut Vec<u8>) {
    if value.ends_with(b"\n") {
        annotator.annotate_text(value, out);
    } else {
        annotator.annotate_text(&[value, b"\n"].concat(), out);
    }
}

/// The same, without the line feed that the value lacks.
pub fn annotate_line(annotator: &mut Annotator, value: &[u8], out: &mut Vec<u8>) {
    annotate_value(annotator, value, out);
    if !value.ends_with(b"\n") && out.ends_with(b"\n") {
        out.pop();
    }
}

/// The elements of a list as an array.
pub fn from_list(list: &Bound<'_, PyList>) -> PyResult<ArrayRef> {
    let mut lines = LargeBinaryBuilder::new();
    for (index, element) in list.iter().enumerate() {
        if element.is_none() {
            lines.append_null();
        } else if let Ok(text) = element.cast::<PyString>() {
            lines.append_value(text_bytes(text, index)?);
        } else if let Ok(bytes) = element.cast::<PyBytes>() {
            lines.append_value(bytes.as_bytes());
        } else {
            return Err(wrong_type(index, &element));
        }
    }
    Ok(Arc::new(lines.finish()))
}

/// The list with annotated elements, each of its own type.
pub fn annotate_list<'py>(
    list: &Bound<'py, PyList>,
    annotator: &mut Annotator,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = list.py();
    let mut annotated = Vec::with_capacity(list.len());
    for (index, element) in list.iter().enumerate() {
        if index % ROWS_AT_ONCE == 0 {
            py.check_signals()?;
        }
        if element.is_none() {
            annotated.push(element);
        } else if let Ok(text) = element.cast::<PyString>() {
            let bytes = text_bytes(text, index)?.as_bytes();
            annotated.push(match annotated_value(annotator, bytes) {
                Some(line) => PyString::new(py, text_of(&line)).into_any(),
                None => element,
            });
        } else if let Ok(bytes) = element.cast::<PyBytes>() {
            annotated.push(match annotated_value(annotator, bytes.as_bytes()) {
                Some(line) => PyBytes::new(py, &line).into_any(),
                None => element,
            });
        } else {
            return Err(wrong_type(index, &element));
        }
    }
    Ok(annotated)
}

/// The annotated value, if it may differ.
fn annotated_value(annotator: &mut Annotator, value: &[u8]) -> Option<Vec<u8>> {
    if !annotator.may_change(value) {
        return None;
    }
    let mut line = Vec::new();
    annotate_line(annotator, value, &mut line);
    Some(line)
}

/// The annotated line of a text.
pub fn text_of(line: &[u8]) -> &str {
    std::str::from_utf8(line).expect("annotations of UTF-8 text are UTF-8")
}

fn text_bytes<'a>(text: &'a Bound<'_, PyString>, index: usize) -> PyResult<&'a str> {
    text.to_str().map_err(|error| {
        PyTypeError::new_err(format!("element {index} is not valid Unicode ({error}); pass bytes"))
    })
}

fn wrong_type(index: usize, element: &Bound<'_, PyAny>) -> PyErr {
    let name = element.get_type().name().map(|name| name.to_string()).unwrap_or_default();
    PyTypeError::new_err(format!("element {index} is {name}; lines are str, bytes or None"))
}
