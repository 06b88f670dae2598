//! What a run reports once at its end: binary files, codes that no catalog knows, and where to read
//! more.

use std::sync::{Mutex, MutexGuard, PoisonError};

use imerr::stats::UnknownCodes;

use super::color::Sink;
use super::{messages, progress};

/// How many unknown codes are named.
const MAX_NAMED: usize = 5;

#[derive(Default)]
pub struct ClosingNotes(Mutex<State>);

#[derive(Default)]
struct State {
    binary: BinaryFiles,
    unknown: UnknownCodes,
    has_explained: bool,
}

#[derive(Default)]
struct BinaryFiles {
    count: u64,
    first: String,
    are_hidden: bool,
}

impl ClosingNotes {
    pub fn add_binary_file(&self, name: String, is_hidden: bool) {
        let binary = &mut self.state().binary;
        if binary.count == 0 {
            binary.first = name;
        }
        binary.count += 1;
        binary.are_hidden = is_hidden;
    }

    pub fn add_unknown(&self, codes: UnknownCodes) {
        self.state().unknown += codes;
    }

    /// Notes that a code was explained to a person who reads the log on a terminal.
    pub fn add_explained(&self) {
        self.state().has_explained = true;
    }

    pub fn print(&self) {
        let State { binary, unknown, has_explained } = std::mem::take(&mut *self.state());
        let has_notes = binary.count > 0 || unknown.len() > 0 || has_explained;
        // The last line of a log may have no end.
        if has_notes && progress::is_stdout_line_open() && Sink::Stdout.is_terminal() {
            let _ = messages::document("\n");
        }
        if binary.count > 0 {
            messages::note(binary.note());
        }
        if unknown.len() > 0 {
            messages::note(unknown_note(&unknown));
        }
        if has_explained {
            messages::note("more about a code: imerr-annotate explain CODE");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BinaryFiles {
    fn note(&self) -> String {
        let Self { count, first, are_hidden } = self;
        match (are_hidden, count) {
            (true, 1) => format!("{first} is binary and was not printed; --text prints it"),
            (true, _) => format!("{count} binary files were not printed; --text prints them"),
            (false, 1) => format!("{first} is binary; if it is UTF-16, --encoding reads it"),
            (false, _) => format!(
                "{count} files are binary, the first is {first}; --encoding reads those in UTF-16"
            ),
        }
    }
}

fn unknown_note(codes: &UnknownCodes) -> String {
    let named: Vec<String> = codes.iter().take(MAX_NAMED).map(|code| code.to_string()).collect();
    let named = named.join(", ");
    match codes.len() {
        1 => format!("1 code that no catalog knows ({named}); --unknown shows it"),
        2..=MAX_NAMED => {
            format!("{} codes that no catalog knows ({named}); --unknown shows them", codes.len())
        }
        count => {
            let count =
                if codes.is_full() { format!("over {}", count - 1) } else { count.to_string() };
            format!("{count} codes that no catalog knows ({named}, ...); --unknown shows them")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_short() {
        let unknown = |count: i64| {
            let mut codes = UnknownCodes::default();
            (0..count).for_each(|code| codes.insert(6707 + code));
            unknown_note(&codes)
        };
        assert_eq!(unknown(1), "1 code that no catalog knows (6707); --unknown shows it");
        assert_eq!(unknown(2), "2 codes that no catalog knows (6707, 6708); --unknown shows them");
        for (count, start) in [(6, "6 codes"), (999, "999 codes"), (5000, "over 999 codes")] {
            let wanted = format!(
                "{start} that no catalog knows (6707, 6708, 6709, 6710, 6711, ...); --unknown \
                 shows them"
            );
            assert_eq!(unknown(count), wanted);
        }
    }
}
