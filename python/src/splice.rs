//! Replaces some values of an array. All others are copied in as long runs as possible.

use std::ops::Range;

use arrow_array::builder::GenericByteViewBuilder;
use arrow_array::types::{ByteArrayType, ByteViewType};
use arrow_array::{Array, GenericByteArray, GenericByteViewArray};
use arrow_buffer::{ArrowNativeType, Buffer, OffsetBuffer, ScalarBuffer};
use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;

/// A value that is replaced, by a part of the new texts.
pub struct Change {
    pub row: usize,
    pub text: Range<usize>,
}

/// `array` with the values of `changes`, which are in the order of their rows.
pub fn splice<T: ByteArrayType>(
    array: &GenericByteArray<T>,
    changes: &[Change],
    texts: &[u8],
) -> PyResult<GenericByteArray<T>> {
    let old = array.value_offsets();
    let at = |row: usize| old[row].as_usize();
    let length = at(array.len()) - at(0) + texts.len();
    let (mut values, mut offsets) = (Vec::with_capacity(length), Vec::with_capacity(old.len()));
    offsets.push(T::Offset::usize_as(0));
    let mut row = 0;
    let ends = changes.iter().map(|change| (change.row, Some(change)));
    for (end, change) in ends.chain([(array.len(), None)]) {
        let (start, first) = (values.len(), at(row));
        values.extend_from_slice(&array.value_data()[first..at(end)]);
        offsets.extend((row..end).map(|row| T::Offset::usize_as(start + at(row + 1) - first)));
        row = end;
        if let Some(change) = change {
            values.extend_from_slice(&texts[change.text.clone()]);
            offsets.push(T::Offset::usize_as(values.len()));
            row += 1;
        }
    }
    if T::Offset::from_usize(values.len()).is_none() {
        return Err(PyOverflowError::new_err(
            "the annotated lines of an array exceed 2 GiB; cast it to large_string or large_binary",
        ));
    }
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    GenericByteArray::try_new(offsets, Buffer::from_vec(values), array.nulls().cloned())
        .map_err(|error| PyValueError::new_err(error.to_string()))
}

/// The same for an array of views.
pub fn splice_view<T: ByteViewType<Native: FromBytes>>(
    array: &GenericByteViewArray<T>,
    changes: &[Change],
    texts: &[u8],
) -> GenericByteViewArray<T> {
    let mut values = GenericByteViewBuilder::<T>::with_capacity(array.len());
    let mut changes = changes.iter().peekable();
    for (row, value) in array.iter().enumerate() {
        match changes.next_if(|change| change.row == row) {
            Some(change) => values.append_value(T::Native::from_bytes(&texts[change.text.clone()])),
            None => values.append_option(value),
        }
    }
    values.finish()
}

/// The type of the values of an array, made of bytes.
pub trait FromBytes {
    fn from_bytes(bytes: &[u8]) -> &Self;
}

impl FromBytes for str {
    fn from_bytes(bytes: &[u8]) -> &Self {
        crate::lines::text_of(bytes)
    }
}

impl FromBytes for [u8] {
    fn from_bytes(bytes: &[u8]) -> &Self {
        bytes
    }
}
