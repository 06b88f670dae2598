//! What `explain` is asked for: codes, ranges, names, or text with codes in it.

use imerr::catalog::{Catalog, CodeRange, Entry};
use imerr::detect::Detector;
use imerr::language;
use imerr::strip::annotated_codes;

use crate::args::{CodeArg, is_number};

/// The most suggestions for an unknown code or name, and the most numbers that a message names.
const SUGGESTIONS: usize = 3;
/// The most entries that a part of a name or words are explained by. More are listed.
pub const PARTS: usize = 5;
/// Shorter numbers in a text are versions or counts.
const MIN_DIGITS: usize = 2;

/// An entry, and the code that was asked for if it is known.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'c> {
    pub entry: &'c Entry,
    pub code: Option<i64>,
}

/// Why there is no entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nothing was asked for.
    NoCode,
    /// A number that no code can have.
    TooLarge(String),
    /// A range without codes.
    EmptyRange(String),
    /// The name of a category.
    Category(String),
    /// Words of a text that is no code or name.
    Words(String),
    /// A part of the names of so many codes.
    PartOfNames(String, usize),
    /// A text with several numbers, of which these come first.
    SeveralNumbers { text: String, first: String, second: String },
    /// A code or name that no catalog has, and those that are near.
    Unknown { wanted: String, similar: Vec<String> },
    /// The filters leave no code at all.
    NonePasses,
    /// The filters leave no entry for a code or name.
    EntryFiltered(String),
}

impl Problem {
    /// The words, if they are no code or whole name.
    fn words(&self) -> Option<&str> {
        match self {
            Self::Words(words) | Self::Category(words) => Some(words),
            Self::PartOfNames(part, _) if !part.contains('_') => Some(part),
            _ => None,
        }
    }

    /// The problems with one for all words, since several are likely one query.
    pub fn with_words_joined(problems: Vec<Self>) -> Vec<Self> {
        let words: Vec<&str> = problems.iter().filter_map(Self::words).collect();
        if words.len() < 2 {
            return problems;
        }
        let words = Self::Words(words.join(" "));
        let others = problems.into_iter().filter(|problem| problem.words().is_none());
        [words].into_iter().chain(others).collect()
    }
}

/// Entries, and a problem for each code or name without one.
pub type Answers<'c> = Vec<Result<Answer<'c>, Problem>>;

/// The entries that `wanted` asks for.
///
/// A list has codes, ranges and names only. All else is text, in which commas do not separate.
pub fn answers<'c>(wanted: &str, detector: &'c Detector) -> Answers<'c> {
    let catalog = detector.catalog();
    let words: Vec<&str> = wanted.split(is_separator).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return vec![Err(Problem::NoCode)];
    }
    let is_list = words.iter().all(|word| is_number(word) || listed(word).is_some());
    if !is_list {
        return in_text(wanted.trim(), detector);
    }
    let mut answers = Vec::new();
    for word in words {
        match listed(word) {
            Some(CodeArg::Range(codes)) if !codes.is_range() => {
                answers.extend(of_code(codes.first, catalog));
            }
            Some(CodeArg::Range(codes)) => answers.extend(in_range(word, codes, catalog)),
            Some(CodeArg::Name(_)) => answers.extend(named(word, catalog)),
            None => answers.push(Err(too_large(word))),
        }
    }
    answers
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ';' | '，' | '；' | '、')
}

/// `word` as an element of a list. A name has an underscore; other words are part of a text.
fn listed(word: &str) -> Option<CodeArg> {
    match word.parse() {
        Ok(CodeArg::Name(_)) if !word.contains('_') => None,
        arg => arg.ok(),
    }
}

fn in_range<'c>(word: &str, codes: CodeRange, catalog: &'c Catalog) -> Answers<'c> {
    let mut found = Vec::new();
    for entry in catalog.entries().iter().filter(|entry| entry.codes.overlaps(codes)) {
        found.push(Ok(Answer { entry, code: None }));
    }
    if found.is_empty() {
        found.push(Err(Problem::EmptyRange(word.to_string())));
    }
    found
}

fn of_code(code: i64, catalog: &Catalog) -> Answers<'_> {
    let answer = |entry| Ok(Answer { entry, code: Some(code) });
    let found: Answers<'_> = catalog.entries_for_code(code).map(answer).collect();
    if !found.is_empty() {
        return found;
    }
    let words = language::of(catalog.lang());
    let mut similar = Vec::new();
    for entry in catalog.similar_codes(code, SUGGESTIONS) {
        let meaning = words.parenthesis(entry.texts(catalog.lang()).phrase());
        similar.push(format!("{}{meaning}", entry.codes));
    }
    vec![Err(Problem::Unknown { wanted: code.to_string(), similar })]
}

/// The entries with a name in any case, or with names that `name` is a part of.
fn named<'c>(name: &str, catalog: &'c Catalog) -> Answers<'c> {
    let exact = with_name(name, catalog);
    if !exact.is_empty() {
        return exact;
    }
    let parts = catalog.entries_with_name_part(&name.to_ascii_uppercase());
    if (1..=PARTS).contains(&parts.len()) {
        return parts.into_iter().map(|entry| Ok(Answer { entry, code: None })).collect();
    }
    if parts.len() > PARTS {
        return vec![Err(Problem::PartOfNames(name.to_string(), parts.len()))];
    }
    let mut similar = Vec::new();
    for (name, entry) in catalog.similar_names(name, SUGGESTIONS) {
        let codes = language::of(catalog.lang()).parenthesis(&entry.codes.to_string());
        similar.push(format!("{name}{codes}"));
    }
    let wanted = name.to_string();
    if similar.is_empty() && !name.contains('_') {
        return vec![Err(Problem::Words(wanted))];
    }
    vec![Err(Problem::Unknown { wanted, similar })]
}

fn with_name<'c>(name: &str, catalog: &'c Catalog) -> Answers<'c> {
    let capitals = name.to_ascii_uppercase();
    let mut ids: Vec<_> = catalog.ids_for_name(name.as_bytes()).collect();
    if ids.is_empty() {
        ids = catalog.ids_for_name(capitals.as_bytes()).collect();
    }
    ids.into_iter().map(|id| Ok(Answer { entry: catalog.entry(id), code: None })).collect()
}

/// The entries of the codes that an annotation in `text` names or that the detector finds;
/// otherwise of its only number, or of a name.
fn in_text<'c>(text: &str, detector: &'c Detector) -> Answers<'c> {
    let catalog = detector.catalog();
    let exact = with_name(text, catalog);
    if !exact.is_empty() {
        return exact;
    }
    let mut codes = annotated_codes(text);
    if codes.is_empty() {
        codes = detected_codes(text, detector);
    }
    if !codes.is_empty() {
        return codes.into_iter().flat_map(|code| of_code(code, catalog)).collect();
    }
    match numbers(text)[..] {
        [] if catalog.entries().iter().any(|entry| entry.is_in_category(text)) => {
            vec![Err(Problem::Category(text.to_string()))]
        }
        [] => named(text, catalog),
        [number] => match number.parse() {
            Ok(CodeArg::Range(codes)) => of_code(codes.first, catalog),
            _ => vec![Err(too_large(number))],
        },
        [first, second, ..] => {
            let [text, first, second] = [text, first, second].map(str::to_string);
            vec![Err(Problem::SeveralNumbers { text, first, second })]
        }
    }
}

/// The codes that the detector finds, each once. Who asks for an explanation means a code of the
/// product, so the product is assumed.
fn detected_codes(text: &str, detector: &Detector) -> Vec<i64> {
    let detector = detector.clone().with_unknown(true).with_assumed_product(true);
    let mut codes = Vec::new();
    for finding in detector.find(text.as_bytes()) {
        if !codes.contains(&finding.code) {
            codes.push(finding.code);
        }
    }
    codes
}

/// The different numbers in `text`, decimal with their sign, or hexadecimal as `0x183e`. Numbers in
/// names (`ERR_TO_USER_12`) do not count.
fn numbers(text: &str) -> Vec<&str> {
    let mut numbers = Vec::new();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    for word in text.split(|c| !is_part(c)) {
        // A hyphen joins the words in front of it: `x-6206`.
        let start = word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len());
        let sign = if word.starts_with('-') && start == 1 { 0 } else { start };
        let number = &word[sign..];
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let is_code = is_number(number) && digits >= MIN_DIGITS && !word[..start].contains('_');
        if is_code && !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

fn too_large(number: &str) -> Problem {
    Problem::TooLarge(number.to_string())
}

#[cfg(test)]
mod tests {
    use imerr::catalog::Lang;

    use super::*;
    use crate::language;

    /// The codes of the entries, or the beginning of the message.
    fn found(wanted: &str, lang: Lang) -> Vec<String> {
        let detector = Detector::built_in();
        let mut found = Vec::new();
        for answer in answers(wanted, &detector) {
            match answer {
                Ok(answer) => found.push(answer.entry.codes.to_string()),
                Err(problem) => found.push(language::of(lang).lookup_problem(&problem)),
            }
        }
        found.dedup();
        found
    }

    #[test]
    fn a_code_is_read_from_what_a_log_or_this_program_prints() {
        let rows: [(&str, &[&str]); 27] = [
            ("6206", &["6206"]),
            ("6206 ERR_USER_SIG_EXPIRED (sdk/account, error)", &["6206"]),
            ("-10003", &["-10003"]),
            ("0x183e", &["6206"]),
            ("code: 6206", &["6206"]),
            ("code=-10003", &["-10003"]),
            ("E6206", &["6206"]),
            ("[6206]", &["6206"]),
            ("#6206", &["6206"]),
            ("x-6206", &["6206"]),
            ("return 0x183e here", &["6206"]),
            ("错误码：70001", &["70001"]),
            ("6206,10010", &["6206", "10010"]),
            ("6206, 10010", &["6206", "10010"]),
            ("6206，err_svr_group_not_found", &["6206", "10010"]),
            ("6206-6208", &["6206", "6207", "6208"]),
            ("120001..120002", &["120001..130000"]),
            ("login failed, code: 6206, desc: x", &["6206"]),
            ("2024-05-09 12:51:37 login failed, code: 6206, desc: 10010", &["6206"]),
            ("login failed (6206), try again", &["6206"]),
            ("err_user_sig_expired", &["6206"]),
            ("user_sig_expired", &["6206"]),
            ("failed with ERR_USER_SIG_EXPIRED", &["6206"]),
            ("[imerr 6012 sdk-v3/legacy warning: x -> repeat after 2 s, up to 60 s.]", &["6012"]),
            ("code: 6206, x [imerr 6206 sdk/account error: x -> y]", &["6206"]),
            ("error 6206 (sdk/account): The UserSig has expired.", &["6206"]),
            ("code: 6206(The UserSig has expired), desc", &["6206"]),
        ];
        for (wanted, codes) in rows {
            assert_eq!(found(wanted, Lang::En), codes, "{wanted}");
        }
    }

    #[test]
    fn what_is_not_found_says_why_and_what_is_near() {
        let rows = [
            ("99999999999999999999", "99999999999999999999: the number is too large for a code"),
            ("code: 99999999999999999999", "99999999999999999999: the number is too large"),
            ("6206 and 70001", "6206 and 70001: several numbers, and none follows a key"),
            (
                "999999",
                "999999: not in any catalog; go by the text beside it in the log, or find codes by",
            ),
            ("62066", "62066: not in any catalog; go by the text beside it in the log; "),
            (
                "-6206",
                "-6206: not in any catalog; go by the text beside it in the log; a near code is \
                 6206 (",
            ),
            (
                "server/group",
                "server/group: a category; 'imerr-annotate list --category server/group",
            ),
            (
                "zebra",
                "zebra: no code or name; find codes by words with 'imerr-annotate search zebra'",
            ),
            ("v2", "v2: no code or name; find codes by words with 'imerr-annotate search v2'"),
            (
                "it's muted",
                "it's muted: no code or name; find codes by words with 'imerr-annotate search \"it's\" ",
            ),
            ("ERR_USR_SIG_EXPIRED", "ERR_USR_SIG_EXPIRED: not in any catalog; did you mean ERR_"),
            ("ERR_SVR", "ERR_SVR: part of the names of "),
            ("ERR_TO_USER_12", "ERR_TO_USER_12: not in any catalog"),
            ("500000-500001", "500000-500001: no catalog has a code in this range"),
            ("", "nothing to look up"),
            (" , ", "nothing to look up"),
        ];
        for (wanted, message) in rows {
            let found = found(wanted, Lang::En);
            assert!(found.len() == 1 && found[0].starts_with(message), "{wanted}: {found:?}");
        }
    }

    #[test]
    fn problems_have_words_in_chinese() {
        let rows = [
            ("99999999999999999999", "99999999999999999999：数字过大，不会是错误码"),
            (
                "6206 and 70001",
                "6206 and 70001：有多个数字，且都不在“code:”这样的键之后；只写错误码：",
            ),
            ("999999", "999999：错误码库未收录；以日志中它旁边的文字为准，或按词语查找："),
            ("-6206", "-6206：错误码库未收录；以日志中它旁边的文字为准；相近的错误码：6206 ("),
            ("server/group", "server/group：是分类；查看其中的错误码：imerr-annotate list"),
            ("ERR_SVR", "ERR_SVR："),
            ("500000-500001", "500000-500001：错误码库中没有此范围的错误码"),
            ("", "没有要查询的内容；写一个错误码，如 6206"),
        ];
        for (wanted, message) in rows {
            let found = found(wanted, Lang::Zh);
            assert!(found.len() == 1 && found[0].starts_with(message), "{wanted}: {found:?}");
        }
    }
}
