//! The module `imerr._imerr`: the library `imerr` for Python, with Arrow arrays in and out.
//!
//! Only what needs Rust is here: searching and annotating. Options, kinds of input and what a
//! notebook shows are in the Python files of the package.
//!
//! * `options` turns the options of a call into a detector, a filter and a format.
//! * `engine` is the class that Python calls; `lines` works on arrays, `files` on files, and
//!   `diagnosis` finds what went wrong first in files.
//! * `records` carries findings from a run to `findings`, which makes columns of them.
//! * `entries` looks codes up.

mod diagnosis;
mod engine;
mod entries;
mod files;
mod findings;
mod lines;
mod observer;
mod options;
mod python_io;
mod records;
mod splice;
mod table;

use pyo3::prelude::*;

#[pymodule]
fn _imerr(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<engine::Engine>()?;
    module.add_class::<table::Table>()
}
