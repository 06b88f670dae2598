#![no_main]
//! Lines about as long as the limits: 64 KiB of annotation, 256 KiB for insertions, 1 MiB for a
//! line in memory.

use imerr_fuzz::{
    ANNOTATION_PIECES, FRAGMENTS, Input, SETUPS, assert_same, formats, is_decoded, record_formats,
    run_in_pieces, run_whole,
};

imerr_fuzz::target!(run, &[&FRAGMENTS[..], ANNOTATION_PIECES]);

const KIB: usize = 1 << 10;

/// Lengths near which something changes.
const LENGTHS: [usize; 8] = [
    64 * KIB,
    80 * KIB,
    256 * KIB,
    512 * KIB,
    1024 * KIB - 80 * KIB,
    1024 * KIB,
    1024 * KIB + 64 * KIB,
    2048 * KIB,
];

/// What fills a line: nothing special, or what a parser, a prefilter or a terminal looks at.
const FILLERS: [&[u8]; 12] = [
    b"x",
    b" ",
    b"{",
    b"\"",
    b"\\",
    b"[",
    b"0",
    b"\x1b[31m",
    b"\t",
    "错".as_bytes(),
    b":",
    b"\xe9",
];

/// What fills a line with codes, so that the annotation has its limit too.
const CODES: [&[u8]; 4] = [
    b"code:6206 ",
    b"imsdk error_code:6707, ",
    b"{\"ErrorCode\":70001},",
    b"ERR_USER_SIG_EXPIRED|",
];

fn run(mut input: Input) {
    let setup = input.choose(&SETUPS[..]);
    let format = input.choose(formats());
    let filler = match input.byte() {
        number @ 0..48 => CODES[usize::from(number) % CODES.len()],
        number => FILLERS[usize::from(number) % FILLERS.len()],
    };
    let length = *input.choose(&LENGTHS) + usize::from(input.byte());
    let (cut, before) = (usize::from(input.byte()), usize::from(input.byte()));
    let size = [4093, 65_536, 100_003, 1 << 20, (1 << 20) + 1][usize::from(input.byte() % 5)];
    let check = input.byte();
    let text = input.rest();
    let (head, tail) = text.split_at(cut.min(text.len()));
    // Half of the tail may be within the length.
    let count = (length.saturating_sub(head.len() + before) / filler.len()).min(1 << 20);
    let log = [head, &filler.repeat(count), tail].concat();
    if is_decoded(&log) {
        return;
    }
    if check % 4 == 3 {
        // A record of a very long line is bounded, so dense codes make much output.
        let format = &record_formats()[usize::from(check / 4) % record_formats().len()];
        if !CODES.contains(&filler) {
            let whole = run_whole(setup.annotator(format), &log);
            let pieces = run_in_pieces(setup.annotator(format), &log, size);
            assert_same(&pieces, &whole, "reads do not show in records");
        }
        return;
    }
    let once = run_whole(setup.annotator(format), &log);
    if check % 4 == 2 {
        let pieces = run_in_pieces(setup.annotator(format), &log, size);
        return assert_same(&pieces, &once, "reads do not show");
    }
    if run_whole(setup.stripper(), &log) != log {
        return;
    }
    match check % 4 {
        0 => {
            let stripped = run_in_pieces(setup.stripper(), &once, size);
            assert_same(&stripped, &log, "strip restores the log");
        }
        _ => {
            let twice = run_whole(setup.annotator(format), &once);
            assert_same(&twice, &once, "annotating twice is annotating once");
        }
    }
}
