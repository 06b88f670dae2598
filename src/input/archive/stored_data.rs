//! Finds the end of stored zip data whose length comes only after the data.

use std::io::{self, BufRead};

use memchr::memmem;

use super::zip_header::u32_at;
use super::zip_reader::{DESCRIPTOR, Descriptor, Reader, ends_early};
use crate::input::decode::CountingReader;

/// A descriptor without 8-byte sizes.
const LENGTH: usize = 16;

/// Reads data up to a descriptor whose length field equals the length of the data before it.
///
/// Four bytes and a length of four bytes agree by chance once in 2^64 positions, and within another
/// archive that is stored here, lengths count from another position.
pub(super) struct StoredData {
    /// Bytes that were read ahead, since a descriptor may begin with the first of them.
    ahead: Vec<u8>,
    /// The length of the data so far.
    length: u64,
    /// Whether sizes have 8 bytes if the data is empty. Otherwise they show it themselves.
    is_zip64: bool,
    /// The error after the bytes that were read ahead.
    error: Option<io::Error>,
    pub(super) descriptor: Option<Descriptor>,
}

impl StoredData {
    /// Reads on after `length` bytes of the data.
    pub(super) fn new(length: u64, is_zip64: bool) -> Self {
        Self { ahead: Vec::new(), length, is_zip64, error: None, descriptor: None }
    }

    /// Reads data; nothing at its end.
    pub(super) fn read(
        &mut self,
        input: &mut CountingReader<Reader>,
        out: &mut [u8],
    ) -> io::Result<usize> {
        if self.descriptor.is_some() || out.is_empty() {
            return Ok(0);
        }
        if self.ahead.is_empty() {
            let count = copy_before_signature(input, out)?;
            if count > 0 {
                self.length += count as u64;
                return Ok(count);
            }
        }
        self.read_ahead(input);
        if self.ahead.len() == LENGTH && self.find_descriptor(input)? {
            return Ok(0);
        }
        if self.ahead.is_empty() {
            return Err(self.error.take().unwrap_or_else(|| ends_early(input)));
        }
        let next = memchr::memchr(b'P', &self.ahead[1..]).map_or(LENGTH, |found| found + 1);
        let count = next.min(self.ahead.len()).min(out.len());
        out[..count].copy_from_slice(&self.ahead[..count]);
        self.ahead.drain(..count);
        self.length += count as u64;
        Ok(count)
    }

    fn read_ahead(&mut self, input: &mut CountingReader<Reader>) {
        while self.error.is_none() && self.ahead.len() < LENGTH {
            match input.fill_buf() {
                Ok([]) => self.error = Some(ends_early(input)),
                Ok(buffered) => {
                    let count = buffered.len().min(LENGTH - self.ahead.len());
                    self.ahead.extend_from_slice(&buffered[..count]);
                    input.consume(count);
                }
                Err(error) => self.error = Some(error),
            }
        }
    }

    /// Whether the bytes that were read ahead are the descriptor.
    fn find_descriptor(&mut self, input: &mut CountingReader<Reader>) -> io::Result<bool> {
        let fields = [4, 8, 12].map(|offset| u32_at(&self.ahead, offset));
        // The low half of the length.
        if !self.ahead.starts_with(&DESCRIPTOR) || fields[1] != self.length as u32 {
            return Ok(false);
        }
        let mut descriptor = (fields[0], fields[1].into(), fields[2].into());
        if u64::from(fields[2]) == self.length >> 32 && (self.length > 0 || self.is_zip64) {
            // Sizes have 8 bytes.
            let mut size = [0; 8];
            if input.read_full(&mut size)? < size.len() {
                return Err(ends_early(input));
            }
            descriptor = (fields[0], self.length, u64::from_le_bytes(size));
        }
        self.descriptor = Some(descriptor);
        Ok(true)
    }
}

/// Copies bytes of which none begins a signature of a descriptor. Copies nothing if a signature
/// comes next, or if too few bytes are buffered to know.
fn copy_before_signature(input: &mut CountingReader<Reader>, out: &mut [u8]) -> io::Result<usize> {
    let buffered = input.fill_buf()?;
    let end = memmem::find(buffered, &DESCRIPTOR)
        .unwrap_or((buffered.len() + 1).saturating_sub(DESCRIPTOR.len()));
    let count = end.min(out.len());
    out[..count].copy_from_slice(&buffered[..count]);
    input.consume(count);
    Ok(count)
}
