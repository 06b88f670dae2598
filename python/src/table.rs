//! A table of Arrow batches, which other libraries read through capsules.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow_schema::{DataType, Field, SchemaRef, TimeUnit};
use imerr::timestamp::LocalTimestamp;
use pyo3::exceptions::{PyIndexError, PyKeyError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};
use pyo3_arrow::PyTable;
use pyo3_arrow::error::PyArrowResult;
use pyo3_arrow::ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule};

/// Columns of integers, texts, truth values and times.
#[pyclass(frozen, module = "imerr._imerr")]
pub struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl Table {
    pub fn new((schema, batches): (SchemaRef, Vec<RecordBatch>)) -> Self {
        Self { schema, batches }
    }
}

#[pymethods]
impl Table {
    /// A table of the memory of another library, whose columns are those of this one.
    #[staticmethod]
    fn from_arrow(table: PyTable) -> Self {
        let (batches, schema) = table.into_inner();
        Self { schema, batches }
    }

    /// The names of the columns.
    #[getter]
    fn columns(&self) -> Vec<&str> {
        self.schema.fields().iter().map(|field| field.name().as_str()).collect()
    }

    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The values of a row.
    fn row<'py>(&self, py: Python<'py>, mut index: usize) -> PyResult<Bound<'py, PyTuple>> {
        for batch in &self.batches {
            if index < batch.num_rows() {
                let values: PyResult<Vec<Bound<'py, PyAny>>> =
                    batch.columns().iter().map(|column| value(py, column, index)).collect();
                return PyTuple::new(py, values?);
            }
            index -= batch.num_rows();
        }
        Err(PyIndexError::new_err("the table has no such row"))
    }

    /// Groups the rows with equal values in the columns `keys`: the first row of each group and the
    /// number of its rows, in the order of the first rows.
    fn groups(&self, keys: Vec<String>) -> PyResult<Vec<(usize, usize)>> {
        let index_of = |key: &String| {
            self.schema.index_of(key).map_err(|error| PyKeyError::new_err(error.to_string()))
        };
        let keys = keys.iter().map(index_of).collect::<PyResult<Vec<usize>>>()?;
        let mut groups: Vec<(usize, usize)> = Vec::new();
        let mut places: HashMap<Vec<Key<'_>>, usize> = HashMap::new();
        let mut row_of_table = 0;
        for batch in &self.batches {
            for row in 0..batch.num_rows() {
                let key = keys.iter().map(|&key| Key::new(batch.column(key), row)).collect();
                let group = *places.entry(key).or_insert(groups.len());
                if group == groups.len() {
                    groups.push((row_of_table, 0));
                }
                groups[group].1 += 1;
                row_of_table += 1;
            }
        }
        Ok(groups)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyArrowResult<Bound<'py, PyCapsule>> {
        to_schema_pycapsule(py, self.schema.as_ref())
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyArrowResult<Bound<'py, PyCapsule>> {
        let field = Field::new_struct("", self.schema.fields().clone(), false);
        let arrays: Vec<Result<ArrayRef, _>> = self
            .batches
            .iter()
            .map(|batch| Ok(Arc::new(StructArray::from(batch.clone())) as ArrayRef))
            .collect();
        let reader = ArrayIterator::new(arrays, Arc::new(field));
        to_stream_pycapsule(py, Box::new(reader), requested_schema)
    }
}

fn value<'py>(py: Python<'py>, column: &ArrayRef, row: usize) -> PyResult<Bound<'py, PyAny>> {
    if column.is_null(row) {
        return Ok(py.None().into_bound(py));
    }
    Ok(match column.data_type() {
        DataType::Int64 => {
            column.as_primitive::<Int64Type>().value(row).into_pyobject(py)?.into_any()
        }
        DataType::Boolean => {
            column.as_boolean().value(row).into_pyobject(py)?.to_owned().into_any()
        }
        DataType::Timestamp(TimeUnit::Millisecond, None) => {
            let millis = column.as_primitive::<TimestampMillisecondType>().value(row);
            let time = LocalTimestamp::from_millis(millis).to_iso();
            py.import("datetime")?.getattr("datetime")?.call_method1("fromisoformat", (time,))?
        }
        _ => column.as_string::<i32>().value(row).into_pyobject(py)?.into_any(),
    })
}

/// A value by which rows are grouped.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Null,
    Number(i64),
    Text(&'a str),
}

impl<'a> Key<'a> {
    fn new(column: &'a ArrayRef, row: usize) -> Self {
        if column.is_null(row) {
            return Self::Null;
        }
        match column.data_type() {
            DataType::Int64 => Self::Number(column.as_primitive::<Int64Type>().value(row)),
            DataType::Boolean => Self::Number(column.as_boolean().value(row).into()),
            _ => Self::Text(column.as_string::<i32>().value(row)),
        }
    }
}
