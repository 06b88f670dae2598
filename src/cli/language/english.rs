//! English.

use imerr::catalog::Lang;
use imerr::gate::{Condition, Violation};
use imerr::input::Notice;
use imerr::language;
use imerr::report::{Bundle, ReportData};
use imerr::stats::TimesOutOfRange;

use super::{
    BinaryFiles, CommonNotice, Contents, Meant, Messages, NoHit, NothingRead, OutputProblem, Tip,
    UnknownNote, shell_words,
};
use crate::args::is_number;
use crate::commands::Problem;
use crate::messages::Level;

pub(super) struct English;

impl Messages for English {
    fn level(&self, level: Level) -> &'static str {
        match level {
            Level::Error => "error:",
            Level::Warning => "warning:",
            Level::Note => "note:",
        }
    }

    fn before_hint(&self) -> &'static str {
        "; "
    }

    fn tip_label(&self) -> &'static str {
        "tip: "
    }

    fn divided_usage(&self, message: &str) -> Option<(String, String)> {
        let after_value = message.find("': ").map_or(0, |at| at + "': ".len());
        let (before, text) = message.split_at(after_value);
        if let Some((cause, values)) = text.split_once(" is none of ")
            && !values.contains(", and no ")
        {
            return Some((format!("{before}{cause} is unknown"), format!("use one of {values}")));
        }
        let (cause, hint) = text.split_once("; ")?;
        Some((format!("{before}{cause}"), hint.to_string()))
    }

    fn meant(&self, meant: &Meant<'_>) -> String {
        match meant {
            Meant::Code { words } => format!("to look up the code: imerr-annotate explain {words}"),
            Meant::Member { archive, member } => format!(
                "to read a file in an archive: imerr-annotate {archive} -g '{archive}/{member}'"
            ),
            Meant::Severity { name } => {
                format!("to select codes by severity: --severity {name}")
            }
            Meant::LastLines { count } => {
                format!("to read the last lines of a file: --tail {count}")
            }
            Meant::Context { count } => {
                format!("to print the lines around each one with a code: -C {count}")
            }
            Meant::First { count } => format!("to list only the first {count}: --top {count}"),
            Meant::Update => {
                "the codes are part of the program, so a newer version has newer ones".to_string()
            }
            Meant::Version => "to print the version: imerr-annotate --version".to_string(),
            Meant::Typed { words } => format!("did you mean '{words}'?"),
            Meant::Program { name } => format!("to run a command: imerr-annotate -- {name} ..."),
            Meant::Command { name } => format!("did you mean the command '{name}'?"),
            Meant::LateCommand { name } => {
                format!("a command comes first, and only one at a time: imerr-annotate {name} ...")
            }
            Meant::File { name } => format!("did you mean '{name}'?"),
        }
    }

    fn no_file_named(&self, name: &str) -> String {
        format!("no file named '{name}'")
    }

    fn is_directory(&self) -> [&'static str; 2] {
        ["is a directory", "name files, as in DIR/*.log; -r follows those that are in it now"]
    }

    fn notice_hint(&self, notice: Notice) -> Option<&'static str> {
        match notice {
            Notice::Guessed(_) => Some("--encoding none turns this off"),
            Notice::Unsure("UTF-16LE") => Some("--encoding utf-16le converts it to UTF-8"),
            Notice::Unsure("UTF-16BE") => Some("--encoding utf-16be converts it to UTF-8"),
            Notice::Unsure("gb18030") => Some("--encoding gb18030 converts it to UTF-8"),
            Notice::Unsure(_) => Some("--encoding big5 converts it to UTF-8"),
            _ => None,
        }
    }

    fn trying_again(&self) -> &'static str {
        "trying again"
    }

    fn no_output_written(&self) -> &'static str {
        "no output was written for it"
    }

    fn no_code_in_lines(&self, lines: u64) -> String {
        let lines = match lines {
            1 => "1 line".to_string(),
            _ => format!("{lines} lines"),
        };
        format!(
            "no code was found in {lines}; 'imerr-annotate explain-line LINE' says why a number is \
             none"
        )
    }

    fn errors_above(&self, count: usize, named: &[String]) -> String {
        match named {
            [one] => format!("an error about {one} is above the log"),
            _ => {
                let more = if count > named.len() { ", ..." } else { "" };
                format!("errors about {count} files are above the log: {}{more}", named.join(", "))
            }
        }
    }

    fn none_passes_filters(&self, findings: u64) -> String {
        match findings {
            1 => "1 code was found, but does not pass the filters".to_string(),
            _ => format!("{findings} codes were found, none passes the filters"),
        }
    }

    fn only_guesses(&self, findings: u64) -> String {
        let (noun, them) = if findings == 1 { ("guess", "it") } else { ("guesses", "them") };
        format!("no code, but {findings} {noun}; --min-confidence low shows {them}")
    }

    fn mixed_zones(&self, file: &str) -> String {
        format!(
            "{file}: times with and without an offset are hours apart; TZ=Asia/Shanghai in front of \
             the command is the zone of those without"
        )
    }

    fn none_in_time_range(&self, times: &TimesOutOfRange) -> String {
        let words = language::of(Lang::En);
        format!("no code is in {}; {}", words.time_range(times), words.times_out_of_range(times))
    }

    fn binary_files(&self, files: &BinaryFiles<'_>) -> String {
        let BinaryFiles { count, first, are_hidden, findings } = files;
        let found = match findings {
            0 => String::new(),
            1 => " (1 code found)".to_string(),
            _ => format!(" ({findings} codes found)"),
        };
        match (are_hidden, count) {
            (true, 1) => {
                format!("{first} is binary: searched{found}, but not printed; --text prints it")
            }
            (true, _) => format!(
                "{count} binary files were searched{found}, but not printed, the first is {first}; \
                 --text prints them"
            ),
            (false, 1) => format!("{first} is binary: it has NUL bytes, and was read as it is"),
            (false, _) => {
                format!("{count} binary files were read as they are, the first is {first}")
            }
        }
    }

    fn nothing_read(&self, nothing: &NothingRead<'_>) -> String {
        match nothing {
            NothingRead::NoFile { paths } => format!("no file to read in {paths}"),
            NothingRead::NoMatch { paths } => format!("no file in {paths} matches --glob"),
            NothingRead::EmptyFile { name } => format!("{name} is empty"),
            NothingRead::EmptyFiles { count } => format!("all {count} files are empty"),
        }
    }

    fn unknown_codes(&self, note: &UnknownNote) -> String {
        let UnknownNote { count, is_lower_bound, named, are_all_named } = note;
        let over = if *is_lower_bound { "over " } else { "" };
        let (noun, them) = if *count == 1 { ("code", "it") } else { ("codes", "them") };
        let more = if *are_all_named { "" } else { ", ..." };
        format!(
            "{over}{count} {noun} that no catalog knows ({named}{more}); --unknown shows {them}"
        )
    }

    fn same_notice(&self, notice: &CommonNotice<'_>) -> String {
        let CommonNotice { first, count, named } = notice;
        let files = if *count == 1 { "file" } else { "files" };
        let more = if *count > named.len() { ", ..." } else { "" };
        format!(
            "the note about {first} applies to {count} more {files}: {}{more}",
            named.join(", ")
        )
    }

    fn filters_may_hide_cause(&self, findings: u64) -> String {
        match findings {
            1 => "the filters leave out 1 code, which may be the cause".to_string(),
            _ => format!("the filters leave out {findings} codes, which may have the cause"),
        }
    }

    fn files_written(&self, names: &[String]) -> String {
        format!("wrote {}", names.join(", "))
    }

    fn in_baseline(&self, count: u64) -> String {
        match count {
            1 => " (1 occurrence)".to_string(),
            _ => format!(" ({count} occurrences)"),
        }
    }

    fn more_about_code(&self, code: i64, options: &str) -> String {
        format!("more about {code}: imerr-annotate explain {options}{code}")
    }

    fn files_done(&self, done: usize, all: usize) -> String {
        format!("{done} of {all} files")
    }

    fn bytes_done(&self, done: &str, all: &str) -> String {
        format!("{done} of {all}")
    }

    fn seconds_left(&self, seconds: u64) -> String {
        format!("{seconds} s left")
    }

    /// `--fail-on error: found 6206 ERR_USER_SIG_EXPIRED (sdk/account error) 412 times, first at
    /// app.log:12, and 3 other codes`
    fn gate(&self, violation: &Violation<'_>, data: &ReportData<'_>) -> String {
        let Violation { row, new_count, other_codes, .. } = violation;
        let kind = match data.entry(&row.key) {
            Some(entry) => {
                format!("{}/{} {}", entry.system, entry.category, data.severity(&row.key))
            }
            None => "unknown".to_string(),
        };
        let times = match row.count {
            1 => "once".to_string(),
            count => format!("{count} times"),
        };
        let in_baseline = match row.count - new_count {
            0 => String::new(),
            count => format!(" ({count} in the baseline)"),
        };
        let others = match other_codes {
            0 => String::new(),
            1 => ", and 1 other code".to_string(),
            others => format!(", and {others} other codes"),
        };
        let (found, title) = (found(violation), data.title(&row.key));
        let (file, line) = (data.file(row.first.file), row.first.line);
        format!("{found} {title} ({kind}) {times}{in_baseline}, first at {file}:{line}{others}")
    }

    fn cause_found(&self, cause: &str, place: &str) -> String {
        format!("--fail-on-cause {cause}: found, first at {place}")
    }

    fn not_all_read(&self) -> &'static str {
        "not written, since not everything was read"
    }

    fn bundle_written(&self, file: &str, bytes: u64, bundle: &Bundle) -> String {
        let (files, values) = (bundle.files.len(), bundle.masked_values());
        let s = if values == 1 { "" } else { "s" };
        format!(
            "wrote {file}: {files} files, {bytes} bytes, {values} value{s} masked; look at it \
             before you send it"
        )
    }

    fn gate_read_nothing(&self) -> [&'static str; 2] {
        ["no file was read, so the gate checked nothing", "check the paths and --glob"]
    }

    fn baseline_of_too_many(&self, count: usize) -> [String; 2] {
        [
            format!("not written, since the inputs have more than {count} distinct codes"),
            "select fewer, for example without --unknown".to_string(),
        ]
    }

    fn output_problem(&self, problem: OutputProblem) -> [&'static str; 2] {
        match problem {
            OutputProblem::Exists => ["already exists", "--force replaces it"],
            OutputProblem::NoDirectory => ["its directory does not exist", "make it first"],
            OutputProblem::IsDirectory => ["is a directory", "name a file in it"],
            OutputProblem::IsDirectoryBelow => {
                ["is a directory", "move it away, or use another directory for -o"]
            }
            OutputProblem::NotDirectory => {
                ["is not a directory", "-o needs a directory, or a name for a new one"]
            }
            OutputProblem::NoPath => {
                ["standard input has no path for -o to mirror", "write it with > FILE"]
            }
        }
    }

    fn command_not_found(&self, name: &str) -> String {
        format!("command not found: {name}")
    }

    fn cannot_be_written(&self, cause: &str) -> String {
        format!("cannot be written: {cause}")
    }

    fn several_near(&self, wanted: &str) -> String {
        if is_number(wanted) {
            return format!(
                "{wanted}: not in any catalog; go by the text beside it in the log; near codes are:"
            );
        }
        format!("{wanted}: not in any catalog; did you mean one of these?")
    }

    fn lookup_problem(&self, problem: &Problem) -> String {
        match problem {
            Problem::NoCode => "nothing to look up; name a code, such as 6206".to_string(),
            Problem::TooLarge(number) => format!("{number}: the number is too large for a code"),
            Problem::EmptyRange(range) => format!("{range}: no catalog has a code in this range"),
            Problem::Category(name) => format!(
                "{name}: a category; 'imerr-annotate list --category {name}' lists its codes, \
                 'imerr-annotate search {name}' finds the word"
            ),
            Problem::Words(words) => format!(
                "{words}: no code or name; find codes by words with 'imerr-annotate search {}'",
                shell_words(words)
            ),
            Problem::PartOfNames(part, count) => {
                format!("{part}: part of the names of {count} codes")
            }
            Problem::SeveralNumbers { text, first, second } => format!(
                "{text}: several numbers, and none follows a key such as 'code:'; give the codes \
                 alone: imerr-annotate explain {first},{second}"
            ),
            Problem::Unknown { wanted, similar } => {
                format!("{wanted}: not in any catalog; {}", near(wanted, similar))
            }
            Problem::NonePasses => "no code passes the filters".to_string(),
            Problem::EntryFiltered(wanted) => {
                format!("{wanted}: no entry for it passes the filters")
            }
        }
    }

    fn found_by_words(&self, words: &str, count: usize) -> String {
        let codes = count_of(count, "code", "codes");
        format!("{words}: no code or name; a search finds {codes}")
    }

    fn no_words(&self) -> &'static str {
        "search: no word to search for; try 'imerr-annotate search expired'"
    }

    fn words_left_out(&self, words: &[String]) -> String {
        format!("none of these has '{}'", words.join("' or '"))
    }

    fn no_code_has(&self, search: &NoHit) -> String {
        let NoHit { query, missing, corrected } = search;
        if missing.is_empty() {
            return format!(
                "{query}: no code has most of these words; try fewer, or 'imerr-annotate list'"
            );
        }
        let cause = if query.contains(' ') {
            format!("no code has '{}'", missing.join("' or '"))
        } else {
            "no code has this word".to_string()
        };
        let hint = if corrected.is_empty() {
            "try another word, or 'imerr-annotate list'".to_string()
        } else {
            format!("did you mean '{}'?", corrected.join("' or '"))
        };
        format!("{query}: {cause}; {hint}")
    }

    fn no_code_passes(&self, words: &str) -> String {
        format!("{words}: no code with these words passes the filters")
    }

    fn undetectable(&self, codes: &str) -> [String; 2] {
        [
            format!("{codes} is not in any catalog"),
            "--unknown finds it on lines about the product".to_string(),
        ]
    }

    fn unknown_zone(&self, zone: &str) -> [String; 2] {
        let cause = format!("'{zone}' is not a time zone");
        [cause, "use a name such as Asia/Shanghai".to_string()]
    }

    fn times_in_utc(&self) -> &'static str {
        "times are in UTC"
    }

    fn more_undetectable(&self, count: usize) -> String {
        format!("{count} more values are not in any catalog")
    }

    fn contents(&self, contents: &Contents) -> String {
        match *contents {
            Contents::Entries(entries) => count_of(entries, "entry", "entries"),
            Contents::Rules { rules, lines } => format!(
                "{} with {}",
                count_of(rules, "rule", "rules"),
                count_of(lines, "line", "lines")
            ),
            Contents::Causes { causes, samples } => format!(
                "{} with {}",
                count_of(causes, "cause", "causes"),
                count_of(samples, "sample", "samples")
            ),
        }
    }

    fn replaces(&self, subject: &str, overridden: &str) -> String {
        format!("{subject} replaces {overridden}")
    }

    fn more_replaced(&self, count: usize) -> String {
        format!("{count} more entries or rules are replaced")
    }

    fn diagnostic(&self, _: &str) -> Option<String> {
        None
    }

    fn untranslated(&self, message: &str) -> String {
        message.to_string()
    }

    fn no_man(&self) -> &'static str {
        "cannot show the page with 'man'; read --help, or write the page to a file: \
         imerr-annotate man > imerr-annotate.1"
    }

    fn line_of_config(&self, line: usize) -> String {
        format!("line {line}")
    }

    fn no_config_file(&self, path: &str) -> String {
        format!("{path} does not exist")
    }

    fn nothing_configured(&self, keys: &str) -> String {
        format!("no option is set; these can be: {keys}")
    }

    fn codes_and_ranges(&self, count: usize) -> String {
        format!("{count} codes and ranges of codes:")
    }

    fn as_of(&self, date: &str) -> String {
        format!("as of {date}")
    }

    fn more_catalog_problems(&self, count: usize) -> [String; 2] {
        [
            format!("{count} more problems"),
            "run 'imerr-annotate check-catalog FILE...' to see all of them".to_string(),
        ]
    }

    fn bundle_is_zip(&self, name: &str) -> [String; 2] {
        ["a bundle is a ZIP archive".to_string(), format!("name it {name}")]
    }

    fn only_table_is_shortened(&self) -> [&'static str; 2] {
        ["only a table is sorted and shortened", "leave out --format"]
    }

    fn only_text_is_shortened(&self) -> [&'static str; 2] {
        ["only the text is shortened", "leave out --format"]
    }

    fn all_problems(&self) -> &'static str {
        "; --top all lists them"
    }

    fn all_details(&self) -> &'static str {
        "--top all has everything: remedies, names, places, categories, times"
    }

    fn waiting_for_client(&self) -> &'static str {
        "waiting for a client of the Model Context Protocol, which starts this command itself; Ctrl-D \
         ends it"
    }

    fn waiting_for_lines(&self) -> &'static str {
        "type or paste lines of a log; Ctrl-D ends the input"
    }

    fn may_be_log(&self, name: &str) -> String {
        format!("to annotate a log: imerr-annotate {name}")
    }

    fn usage_error(&self, _: &clap::Error) -> Option<String> {
        None
    }

    fn tip(&self, tip: Tip<'_>) -> String {
        match tip {
            Tip::NoPattern => {
                "codes are found without a pattern; for another one: grep ... | imerr-annotate"
                    .into()
            }
            Tip::Pretty => {
                "terminals get the format for people; for a pager: imerr-annotate --format below \
                 --color always ... | less -R"
                    .into()
            }
            Tip::Glob => "use --glob '*.log', or --glob '!*.log' for all others".into(),
            Tip::NoRecursion => {
                "directories are always read with all files in them; leave it out".into()
            }
            Tip::NullLists => "--files-from FILE reads what `find -print0` writes".into(),
            Tip::WholeLines => {
                "lines are printed whole; to cut them: imerr-annotate ... | cut -c 1-200".into()
            }
            Tip::Default => "that is the default; leave it out".into(),
            Tip::AllCounts => {
                "codes are counted by problem, category, kind, file and time without an option"
                    .into()
            }
            Tip::FollowsNames => {
                "use --follow alone, which goes on with the new file after rotation".into()
            }
            Tip::NoPager => {
                "no pager is started; for one: imerr-annotate --format below --color always ... | \
                 less -R"
                    .into()
            }
            Tip::Use(words) => format!("use {words}"),
            Tip::NoCommand => "it is an option for annotating logs, without a command".into(),
            Tip::OnlyOne => "use only one of them".into(),
            Tip::Commands(names) => format!("commands are {names}"),
            Tip::Example(words) => format!("for example: {words}"),
            Tip::ConfigFile => {
                "edit the config file, as in lang = \"zh\"; 'imerr-annotate config path' \
                                prints its name"
                    .into()
            }
            Tip::NoNotes => "write notes = false in the config file; 'imerr-annotate config path' \
                             prints its name"
                .into(),
            Tip::ExampleOf { words, values } => {
                format!("for example: {words}; possible values: {values}")
            }
        }
    }

    fn about(&self, _command: &str) -> Option<&'static str> {
        None
    }

    fn option_help(&self, _command: &str, _id: &str) -> Option<&'static str> {
        None
    }

    fn value_help(&self, _command: &str, _value: &str) -> Option<&'static str> {
        None
    }

    fn help_phrases(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    fn help_heading(&self, _: &str) -> Option<&'static str> {
        None
    }
}

/// `1 entry`, `2 entries`
fn count_of(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// `--fail-on error: found`
fn found(violation: &Violation<'_>) -> String {
    match violation.condition {
        Condition::Severity(severity) => format!("--fail-on {severity}: found"),
        Condition::Code => "--fail-on: found".to_string(),
        Condition::Unknown => "--fail-on unknown: found".to_string(),
        Condition::MaxErrors(limit) if violation.total_count == 1 => {
            format!("--max-errors {limit}: found 1 error:")
        }
        Condition::MaxErrors(limit) => {
            format!("--max-errors {limit}: found {} errors:", violation.total_count)
        }
    }
}

/// What to do about a code or name that is in no catalog. Codes come from logs, so they are rarely
/// misspelled.
fn near(wanted: &str, similar: &[String]) -> String {
    if is_number(wanted) {
        let text = "go by the text beside it in the log";
        return match similar {
            [] => format!("{text}, or find codes by words with 'imerr-annotate search WORD...'"),
            [one] => format!("{text}; a near code is {one}"),
            several => format!("{text}; near codes are {}", several.join(", ")),
        };
    }
    match similar {
        [] => "find codes by words with 'imerr-annotate search WORD...'".to_string(),
        [one] => format!("did you mean {one}?"),
        several => format!("did you mean one of {}?", several.join(", ")),
    }
}
