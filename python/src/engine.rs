//! The class that the Python files of the package call.

use std::path::PathBuf;
use std::sync::Arc;

use imerr::Annotator;
use imerr::catalog::Entry;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};
use pyo3_arrow::input::AnyArray;
use pyo3_arrow::{PyArray, PyChunkedArray};

use crate::diagnosis;
use crate::files::{self, Inputs};
use crate::findings::{Findings, Source};
use crate::options::{RawOptions, Settings};
use crate::records::Records;
use crate::table::Table;
use crate::{entries, lines};

/// Pairs of the name of a file and a message about it.
type FileMessages = Vec<(String, String)>;

/// Codes, rules and options, ready for searching. Threads can share one.
#[pyclass(frozen, module = "imerr._imerr")]
pub struct Engine(Settings);

#[pymethods]
impl Engine {
    #[new]
    fn new(options: RawOptions) -> PyResult<Self> {
        Settings::new(options).map(Self)
    }

    fn annotate_str<'py>(&self, text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
        let (py, line) = (text.py(), text.to_str()?.as_bytes());
        let out = py.detach(|| self.annotated(line));
        Ok(PyString::new(py, lines::text_of(&out)))
    }

    fn annotate_bytes<'py>(&self, text: &Bound<'py, PyBytes>) -> Bound<'py, PyBytes> {
        let (py, line) = (text.py(), text.as_bytes());
        PyBytes::new(py, &py.detach(|| self.annotated(line)))
    }

    fn annotate_list<'py>(&self, list: &Bound<'py, PyList>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        lines::annotate_list(list, &mut self.annotator())
    }

    /// Returns an array for an array, and a chunked array for a stream of arrays.
    fn annotate_arrow<'py>(&self, py: Python<'py>, array: AnyArray) -> PyResult<Bound<'py, PyAny>> {
        let mut annotator = self.annotator();
        let is_array = matches!(array, AnyArray::Array(_));
        let (chunks, field) = array.into_chunked_array()?.into_inner();
        let annotated: Vec<_> = py.detach(|| {
            chunks
                .iter()
                .map(|chunk| lines::annotate(chunk, &mut annotator))
                .collect::<PyResult<_>>()
        })?;
        match <[_; 1]>::try_from(annotated) {
            Ok([array]) if is_array => Ok(Bound::new(py, PyArray::new(array, field))?.into_any()),
            Ok(one) => Ok(Bound::new(py, PyChunkedArray::try_new(one.into(), field)?)?.into_any()),
            Err(many) => Ok(Bound::new(py, PyChunkedArray::try_new(many, field)?)?.into_any()),
        }
    }

    fn find_list(&self, py: Python<'_>, list: &Bound<'_, PyList>) -> PyResult<Table> {
        let array = lines::from_list(list)?;
        py.detach(|| self.find_in(&[array]))
    }

    fn find_arrow(&self, py: Python<'_>, array: AnyArray) -> PyResult<Table> {
        let (chunks, _) = array.into_chunked_array()?.into_inner();
        py.detach(|| self.find_in(&chunks))
    }

    /// Returns the findings, the statistics as JSON, errors and warnings. Without `unknown` in the
    /// options, unknown codes are findings as `unknown` says.
    #[pyo3(signature = (paths, reader=None, offset=0, is_text=false, unknown=true))]
    fn find_files(
        &self,
        py: Python<'_>,
        paths: Vec<PathBuf>,
        reader: Option<Py<PyAny>>,
        offset: u64,
        is_text: bool,
        unknown: bool,
    ) -> PyResult<(Table, String, FileMessages, FileMessages)> {
        let inputs = Inputs { paths, reader, offset, is_text };
        let (findings, stats, observer) = py.detach(|| files::find(&self.0, inputs, unknown))?;
        let table = Table::new(findings.finish_with_times(&observer.record_times));
        Ok((table, stats, observer.errors, observer.warnings))
    }

    /// Writes the annotated files to `out`. Returns errors and warnings.
    #[pyo3(signature = (paths, out, reader=None))]
    fn annotate_files(
        &self,
        py: Python<'_>,
        paths: Vec<PathBuf>,
        out: Py<PyAny>,
        reader: Option<Py<PyAny>>,
    ) -> PyResult<(FileMessages, FileMessages)> {
        let inputs = Inputs { paths, reader, offset: 0, is_text: false };
        let observer = py.detach(|| files::annotate(&self.0, inputs, out))?;
        Ok((observer.errors, observer.warnings))
    }

    /// Returns the diagnosis of the files as JSON and as text, errors and warnings.
    #[pyo3(signature = (paths, reader=None))]
    fn diagnose_files(
        &self,
        py: Python<'_>,
        paths: Vec<PathBuf>,
        reader: Option<Py<PyAny>>,
    ) -> PyResult<(String, String, FileMessages, FileMessages)> {
        let inputs = Inputs { paths, reader, offset: 0, is_text: false };
        let (json, text, observer) = py.detach(|| diagnosis::diagnose(&self.0, inputs))?;
        Ok((json, text, observer.errors, observer.warnings))
    }

    /// Whether the globs select an entry of a directory that is walked.
    fn is_selected(&self, path: PathBuf, is_dir: bool) -> bool {
        self.0.globs.selects(&path, is_dir)
    }

    /// The entries of a code or a name that pass the filters.
    fn explain(&self, subject: &str) -> PyResult<Vec<String>> {
        entries::explain(self.0.detector.catalog(), &self.0.filter, subject)
    }

    /// The entries with all or most words that pass the filters.
    fn search(&self, words: &str) -> Vec<String> {
        entries::search(self.0.detector.catalog(), &self.0.filter, words)
    }

    /// The entries that pass the filters.
    fn catalog(&self) -> Table {
        let catalog = self.0.detector.catalog();
        let passes = |entry: &&Entry| self.0.filter.selects(entry);
        let selected: Vec<&Entry> = catalog.entries().iter().filter(passes).collect();
        Table::new(entries::table(catalog, &selected))
    }
}

impl Engine {
    fn annotator(&self) -> Annotator {
        let (detector, filter) = self.0.search(false);
        Annotator::new(detector, Some(Arc::clone(&self.0.renderer)))
            .with_filter(filter)
            .with_json_key(&self.0.json_key)
    }

    fn annotated(&self, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        lines::annotate_line(&mut self.annotator(), text, &mut out);
        out
    }

    fn find_in(&self, chunks: &[arrow_array::ArrayRef]) -> PyResult<Table> {
        let (detector, filter) = self.0.search(true);
        let mut findings = Findings::new(detector.catalog().clone(), Source::Rows);
        let mut annotator = Annotator::new(detector, Some(Arc::new(Records)))
            .with_filter(filter)
            .with_json_key(&self.0.json_key);
        for chunk in chunks {
            lines::find(chunk, &mut annotator, &mut findings)?;
        }
        Ok(Table::new(findings.finish()))
    }
}
