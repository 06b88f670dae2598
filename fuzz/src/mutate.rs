//! Inserts fragments, which random bytes would hardly ever spell.

use libfuzzer_sys::fuzzer_mutate;

/// Line ends, and the beginnings and ends of our own annotations.
pub const ANNOTATION_PIECES: &[&str] = &[
    "\n",
    "\r\n",
    "\n\n",
    "       \t",
    "\n       \tfix: x \t ",
    "\n       \t^^^^",
    "       \t \t\n",
    " \t ",
    " \t \n",
    " [imerr 6206 sdk/account error: ",
    " [imerr ",
    " imerr_code=6206 imerr_confidence=high",
    "imerr_remedy=\"x\"",
    "6206(The UserSig has expired)",
    "(unknown to imerr)",
    "\x1b[00031m",
    "\x1b[00039m",
    "\x1b]8;;https://a\x1b\\",
    "{\"code\":6206}",
    "{\"ErrorCode\":70001,\"ErrorInfo\":\"",
    ",\"imerr\":{\"code\":6206,\"known\":true",
    "\"imerr\":",
    "\"error.code\":",
    "\\u0022",
    "\\ud83d",
    "{\"",
    "\":\"",
    "\"}",
    "}}",
    "imsdk code:6206",
    "imsdk error_code:70001",
];

/// Mutates the first `size` bytes of `data`, which has room for `max_size`, and returns the new
/// size. One mutation in three inserts a piece; libFuzzer makes the others.
pub fn mutate(
    pieces: &[&[&str]],
    data: &mut [u8],
    size: usize,
    max_size: usize,
    seed: u32,
) -> usize {
    let mut state = u64::from(seed) | 1 << 32;
    let list = pieces[random_below(pieces.len(), &mut state)];
    let piece = list[random_below(list.len(), &mut state)].as_bytes();
    if random_below(3, &mut state) > 0 || size + piece.len() > max_size {
        return fuzzer_mutate(data, size, max_size);
    }
    let at = random_below(size + 1, &mut state);
    data.copy_within(at..size, at + piece.len());
    data[at..at + piece.len()].copy_from_slice(piece);
    size + piece.len()
}

/// The next random number below `limit`, by xorshift: libFuzzer gives one number only.
fn random_below(limit: usize, state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state % limit as u64) as usize
}
