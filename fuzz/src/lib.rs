//! What the fuzz targets share: choices taken from the first bytes of an input, detectors, formats,
//! runs over a log, and a mutator that inserts fragments of real logs.

#[path = "../../src/testutil/fragment_list.rs"]
mod fragment_list;
#[path = "../../src/testutil/hostile_list.rs"]
mod hostile_list;
mod input;
mod log;
mod mutate;
mod setup;

pub use fragment_list::FRAGMENTS;
pub use hostile_list::HOSTILE_PIECES;
pub use input::Input;
pub use log::{assert_same, is_decoded, lines_of, observe, read_in, run_in_pieces, run_whole};
pub use mutate::{ANNOTATION_PIECES, mutate};
pub use setup::{SETUPS, Setup, formats, is_stateful, record_formats};

/// Defines the target `run` and a mutator that inserts pieces of `pieces`, a list of lists.
#[macro_export]
macro_rules! target {
    ($run:path, $pieces:expr) => {
        libfuzzer_sys::fuzz_target!(|data: &[u8]| $run($crate::Input::new(data)));
        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            $crate::mutate($pieces, data, size, max_size, seed)
        });
    };
}
