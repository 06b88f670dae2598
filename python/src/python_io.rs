//! File objects of Python as readers and writers.

use std::io::{self, Read, Write};

use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// Reads from a Python object with a method `read(size)` that returns bytes.
pub struct PyReader(pub Py<PyAny>);

impl Read for PyReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        Python::attach(|py| {
            let read = self.0.bind(py).call_method1("read", (out.len(),))?;
            let Ok(bytes) = read.cast::<PyBytes>() else {
                let name = read.get_type().name()?;
                let text = format!("read() returned {name}, not bytes; open it in binary mode");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
            };
            let bytes = bytes.as_bytes();
            out.get_mut(..bytes.len())
                .ok_or_else(|| io::Error::other("read(size) returned more than size bytes"))?
                .copy_from_slice(bytes);
            Ok(bytes.len())
        })
    }
}

/// Writes to a Python object with a method `write(bytes)`.
pub struct PyWriter(pub Py<PyAny>);

impl Write for PyWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Python::attach(|py| {
            self.0.bind(py).call_method1("write", (PyBytes::new(py, bytes),))?;
            // A Python file that is not raw writes everything.
            Ok(bytes.len())
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
