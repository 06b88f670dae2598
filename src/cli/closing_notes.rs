//! What a run reports once at its end: errors that the log has moved off the screen, notices that
//! several files have, binary files, codes that no catalog knows, that nothing is found or passes
//! the filters, and where to read more.

use std::path::Path;
use std::sync::{Mutex, MutexGuard};

use imerr::input::{Input, Notice};
use imerr::lock::lock;
use imerr::stats::{Totals, UnknownCodes, WorstCode};

use super::language::{self, NothingRead, UnknownNote};
use super::messages;
use super::messages::Level;
use super::run_config::{NamedInputs, RunConfig};

/// How many unknown codes, and files with errors or with the same notice, are named.
const MAX_NAMED: usize = 5;

#[derive(Default)]
pub struct ClosingNotes(Mutex<State>);

#[derive(Default)]
struct State {
    read: ReadFiles,
    binary: BinaryFiles,
    unknown: UnknownCodes,
    /// What was found and left out, where that is of interest.
    totals: Totals,
    /// The lines that were read, where only those with codes are printed.
    lines: u64,
    failures: Failures,
    /// The worst code that was explained to a person who reads the log on a terminal.
    worst: Option<WorstCode>,
    notices: Vec<CommonNotice>,
    /// The findings that the filters took from a diagnosis.
    left_out: u64,
    /// The names of the files that were written.
    written: Vec<String>,
    /// The first file in which times with and without an offset disagree.
    mixed_zones: Option<String>,
}

/// A notice that was printed for the first file that has it.
struct CommonNotice {
    notice: Notice,
    first: String,
    /// The number of the other files.
    others: usize,
    /// The names of the first of these.
    named: Vec<String>,
}

#[derive(Default)]
struct BinaryFiles {
    count: u64,
    first: String,
    are_hidden: bool,
    findings: u64,
}

/// Inputs that were not read, or not to their end.
#[derive(Default)]
struct Failures {
    count: usize,
    /// The names of the first.
    named: Vec<String>,
    /// The name of the last.
    last: String,
    /// Whether another file was read after their errors.
    are_above_log: bool,
}

/// The files that were read to their end.
#[derive(Default)]
struct ReadFiles {
    count: u64,
    bytes: u64,
    /// The name of the first.
    first: String,
}

impl ClosingNotes {
    pub fn add_read_file(&self, name: String, bytes: u64) {
        let mut state = self.state();
        let state = &mut *state;
        let read = &mut state.read;
        // The error about a file is below what was read of it.
        let failures = &mut state.failures;
        let is_first_failure = failures.count == 1 && failures.last == name;
        failures.are_above_log |= failures.count > 0 && !is_first_failure && bytes > 0;
        if read.count == 0 {
            read.first = name;
        }
        read.count += 1;
        read.bytes += bytes;
    }

    /// Notes an input whose error a reader may not see any more below the lines that follow.
    pub fn add_failure(&self, name: String) {
        let failures = &mut self.state().failures;
        failures.count += 1;
        failures.last.clone_from(&name);
        if failures.named.len() < MAX_NAMED {
            failures.named.push(name);
        }
    }

    /// Adds lines of a run that prints only those with codes.
    pub fn add_lines(&self, count: u64) {
        self.state().lines += count;
    }

    /// Adds codes that were found in hidden binary files.
    pub fn add_hidden_findings(&self, findings: u64) {
        self.state().binary.findings += findings;
    }

    /// Notes a file with a NUL byte near its beginning.
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

    pub fn add_totals(&self, totals: Totals) {
        self.state().totals += totals;
    }

    /// Notes a file in which times with and without an offset disagree.
    pub fn add_mixed_zones(&self, name: String) {
        self.state().mixed_zones.get_or_insert(name);
    }

    /// Notes findings that the filters took from a diagnosis.
    pub fn add_left_out(&self, findings: u64) {
        self.state().left_out += findings;
    }

    /// Notes a file that was written, and what it contains. A device is none to look for.
    pub fn add_written(&self, path: &Path, contents: &str) {
        if path.is_file() {
            self.state().written.push(format!("{}{contents}", path.display()));
        }
    }

    /// Notes a code that was explained to a person who reads the log on a terminal.
    pub fn add_worst_code(&self, code: WorstCode) {
        let mut state = self.state();
        state.worst = WorstCode::worse(state.worst, Some(code));
    }

    /// Notes that a file has a notice. Returns whether it was printed for another file already, so
    /// that the end of the run is soon enough.
    pub fn has_notice(&self, input: &Input, notice: Notice) -> bool {
        let Some(notice) = common(notice) else { return false };
        let notices = &mut self.state().notices;
        let Some(one) = notices.iter_mut().find(|one| one.notice == notice) else {
            let first = input.name();
            notices.push(CommonNotice { notice, first, others: 0, named: Vec::new() });
            return false;
        };
        one.others += 1;
        if one.named.len() < MAX_NAMED {
            one.named.push(input.name());
        }
        true
    }

    /// Prints why nothing was read, if nothing was.
    pub fn print_nothing_read(&self, inputs: &NamedInputs) {
        let read = std::mem::take(&mut self.state().read);
        let more = if inputs.paths.len() > MAX_NAMED { ", ..." } else { "" };
        let first = &inputs.paths[..inputs.paths.len().min(MAX_NAMED)];
        let paths = &format!("{}{more}", first.join(", "));
        let nothing = match read.count {
            0 if inputs.have_globs => NothingRead::NoMatch { paths },
            0 => NothingRead::NoFile { paths },
            _ if read.bytes > 0 || !inputs.are_read_whole => return,
            1 => NothingRead::EmptyFile { name: &read.first },
            count => NothingRead::EmptyFiles { count },
        };
        messages::say(Level::Note, messages::words().nothing_read(&nothing));
    }

    pub fn print(&self, config: &RunConfig) {
        let State {
            binary,
            unknown,
            totals,
            lines,
            failures,
            worst,
            notices,
            left_out,
            written,
            mixed_zones,
            ..
        } = std::mem::take(&mut *self.state());
        let repeated = notices.iter().filter(|one| one.others > 0);
        let nothing_left = nothing_left(&totals, lines, unknown.len() > 0);
        let words = messages::words();
        if failures.are_above_log {
            messages::say(Level::Warning, words.errors_above(failures.count, &failures.named));
        }
        for one in repeated {
            let CommonNotice { first, others, named, .. } = one;
            let notice = language::CommonNotice { first, count: *others, named };
            messages::say(Level::Note, words.same_notice(&notice));
        }
        if binary.count > 0 {
            let BinaryFiles { count, first, are_hidden, findings } = &binary;
            let (count, are_hidden, findings) = (*count, *are_hidden, *findings);
            let files = language::BinaryFiles { count, first, are_hidden, findings };
            messages::say(Level::Note, words.binary_files(&files));
        }
        if let Some(name) = mixed_zones {
            messages::say(Level::Note, words.mixed_zones(&name));
        }
        if let Some(text) = nothing_left {
            messages::say(Level::Note, text);
        }
        if left_out > 0 {
            messages::say(Level::Note, words.filters_may_hide_cause(left_out));
        }
        if unknown.len() > 0 {
            messages::say(Level::Note, words.unknown_codes(&unknown_note(&unknown)));
        }
        if !written.is_empty() {
            messages::say(Level::Note, words.files_written(&written));
        }
        if let Some(worst) = worst {
            let options = &config.explain_options;
            messages::say(Level::Note, words.more_about_code(worst.code, options));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0)
    }
}

/// What a notice has in common with those of other files; None if each is worth a message.
fn common(notice: Notice) -> Option<Notice> {
    match notice {
        Notice::Decoded(_) | Notice::Guessed(_) | Notice::Unsure(_) | Notice::Renamed => {
            Some(notice)
        }
        Notice::LongLines(_) => Some(Notice::LongLines(0)),
        Notice::LeftOut(_) => Some(Notice::LeftOut(0)),
        _ => None,
    }
}

/// Why nothing was found, if something was left out, or if nothing at all is printed for `lines`.
/// Unknown codes have a note of their own.
fn nothing_left(totals: &Totals, lines: u64, has_unknown: bool) -> Option<String> {
    let words = messages::words();
    if totals.matches > 0 {
        return None;
    }
    if totals.filtered > 0 {
        return Some(words.none_passes_filters(totals.filtered));
    }
    if let Some(times) = totals.times_out_of_range {
        return Some(words.none_in_time_range(&times));
    }
    if has_unknown {
        return None;
    }
    if totals.guesses > 0 {
        return Some(words.only_guesses(totals.guesses));
    }
    (lines > 0).then(|| words.no_code_in_lines(lines))
}

fn unknown_note(codes: &UnknownCodes) -> UnknownNote {
    let named: Vec<String> = codes.iter().take(MAX_NAMED).map(|code| code.to_string()).collect();
    let is_lower_bound = codes.is_full();
    UnknownNote {
        // The last one that was counted shows that there may be more.
        count: codes.len() - usize::from(is_lower_bound),
        is_lower_bound,
        named: named.join(", "),
        are_all_named: codes.len() <= MAX_NAMED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imerr::catalog::Lang;

    #[test]
    fn notes_are_short() {
        fn unknown(lang: Lang, count: i64) -> String {
            let mut codes = UnknownCodes::default();
            (0..count).for_each(|code| codes.insert(6707 + code));
            language::of(lang).unknown_codes(&unknown_note(&codes))
        }
        assert_eq!(unknown(Lang::En, 1), "1 code that no catalog knows (6707); --unknown shows it");
        assert_eq!(
            unknown(Lang::En, 2),
            "2 codes that no catalog knows (6707, 6708); --unknown shows them"
        );
        for (count, start) in [(6, "6 codes"), (999, "999 codes"), (5000, "over 999 codes")] {
            let wanted = format!(
                "{start} that no catalog knows (6707, 6708, 6709, 6710, 6711, ...); --unknown \
                 shows them"
            );
            assert_eq!(unknown(Lang::En, count), wanted);
        }
        let chinese = [
            (1, "1个未收录的错误码（6707）；--unknown 可显示"),
            (2, "2个未收录的错误码（6707, 6708）；--unknown 可显示"),
            (5000, "超过999个未收录的错误码（6707, 6708, 6709, 6710, 6711 等）；--unknown 可显示"),
        ];
        for (count, wanted) in chinese {
            assert_eq!(unknown(Lang::Zh, count), wanted);
        }
    }
}
