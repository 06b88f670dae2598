//! The input of a target: choices in its first bytes, then a text.

/// The bytes that libFuzzer made. Missing bytes count as zero.
#[derive(Clone, Copy, Debug)]
pub struct Input<'d>(&'d [u8]);

impl<'d> Input<'d> {
    /// An input of these bytes.
    pub fn new(data: &'d [u8]) -> Self {
        Self(data)
    }

    /// Takes a byte.
    pub fn byte(&mut self) -> u8 {
        let (byte, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *byte
    }

    /// Takes a byte that chooses one of `values`.
    pub fn choose<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        &values[usize::from(self.byte()) % values.len()]
    }

    /// Takes a byte that decides.
    pub fn flag(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    /// All bytes that are left.
    pub fn rest(self) -> &'d [u8] {
        self.0
    }
}
