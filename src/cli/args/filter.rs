//! Options that select findings.

use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use imerr::catalog::{
    Catalog, CodeRange, CodeSet, Kind, Lang, Retry, Severity, nearest, unknown_word,
};
use imerr::detect::Confidence;
use imerr::filter::{Filter, Traits};
use imerr::stages::TimeRange;
use imerr::timestamp::{TimeArg, TimeArgError, TimestampReader};

use super::GateArgs;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Codes")]
pub struct FilterArgs {
    /// Report codes with at least this confidence: low, medium or high
    #[arg(long, value_name = "LEVEL", default_value = "medium", value_parser = confidence)]
    pub min_confidence: Confidence,

    /// Also report codes that are in no catalog, on lines about the product
    #[arg(long)]
    pub unknown: bool,

    /// Resolve a code of several systems to this one, unless its line says otherwise
    #[arg(long, value_name = "SYSTEM")]
    pub prefer_system: Option<String>,

    /// Take every line for one of an app or server that uses Tencent Cloud IM
    #[arg(long)]
    pub assume_im: bool,

    #[command(flatten)]
    pub entries: EntryFilterArgs,

    /// Read only lines at or after this time: '2026-11-24 10:00', 05-09, 10:00 (today), yesterday,
    /// 2h (2 hours ago)
    ///
    /// A line without a time has that of the line above it. A time without an offset is local.
    /// docs/timestamps.md lists the forms that are read.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = when)]
    pub since: Option<TimeArg>,

    /// Read only lines before this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = when)]
    pub until: Option<TimeArg>,
}

#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Codes")]
pub struct EntryFilterArgs {
    /// Only these codes: 6206,70001-70020,ERR_USER_SIG_EXPIRED; not those after a '!': '!6206'
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true)]
    pub code: Vec<Choice<CodeArg>>,

    /// Only codes of these systems: sdk,server; not those after a '!': '!web'
    ///
    /// `imerr-annotate --version` lists the systems.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub system: Vec<Choice<String>>,

    /// Only codes of these categories: account,server/group; not: '!message'
    ///
    /// The second column of `imerr-annotate list` has them; `imerr-annotate list --system sdk` is
    /// a shorter list.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub category: Vec<Choice<String>>,

    /// Only codes of these kinds: auth,rate-limit; not: '!network'
    ///
    /// The kinds are auth, permission, rate-limit, quota, not-found, conflict, invalid, content,
    /// network, timeout, server, client and config.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub kind: Vec<Choice<Kind>>,

    /// Only codes of this severity or worse: info, warning, error, fatal; of just these:
    /// =warning,=error
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = severities)]
    pub severity: Vec<SeverityArg>,

    /// Only codes with this advice on retrying (never, immediate, backoff, after-fix):
    /// immediate,backoff; not: '!never'
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub retry: Vec<Choice<Retry>>,
}

/// A value of a list that selects: `network`, or `!network`, which is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<T> {
    pub value: T,
    is_left_out: bool,
}

impl<T: FromStr<Err: Display>> FromStr for Choice<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (text, is_left_out) = match text.strip_prefix('!') {
            Some(text) => (text, true),
            None => (text, false),
        };
        let value = in_any_language(text)?;
        Ok(Self { value, is_left_out })
    }
}

impl<T: Clone> Choice<T> {
    /// The values that are selected, and those that are left out.
    pub fn split(choices: &[Self]) -> (Vec<T>, Vec<T>) {
        let (mut selected, mut left_out) = (Vec::new(), Vec::new());
        for Self { value, is_left_out } in choices {
            let list = if *is_left_out { &mut left_out } else { &mut selected };
            list.push(value.clone());
        }
        (selected, left_out)
    }

    pub fn values(choices: &[Self]) -> Vec<T> {
        choices.iter().map(|choice| choice.value.clone()).collect()
    }
}

impl FilterArgs {
    /// The filter of findings. `reports_unknown` is whether unknown codes are findings anyway;
    /// `catalog` resolves names.
    pub fn filter(&self, gate: &GateArgs, reports_unknown: bool, catalog: &Catalog) -> Filter {
        let mut filter = self.entries.filter(catalog);
        filter.min_confidence = self.min_confidence;
        // All unknown codes are findings, or those that a gate names.
        let wants_all = reports_unknown || self.unknown || gate.fails_on_unknown();
        filter.unknown = if wants_all { None } else { Some(code_set(&gate.codes(), catalog)) };
        filter
    }

    pub fn time_range(&self) -> Option<TimeRange> {
        let Self { since, until, .. } = *self;
        if since.is_none() && until.is_none() {
            return None;
        }
        Some(TimeRange { reader: Arc::new(TimestampReader::started()), since, until })
    }
}

impl EntryFilterArgs {
    /// `catalog` resolves names.
    pub fn filter(&self, catalog: &Catalog) -> Filter {
        let (codes, left_out) = Choice::split(&self.code);
        let (only, except) = self.traits();
        let mut filter = Filter::default();
        (filter.only, filter.except) = (only, except);
        filter.codes = code_set(&codes, catalog);
        filter.except_codes = code_set(&left_out, catalog);
        filter
    }

    /// The values that entries are selected by, and those that are left out.
    pub fn traits(&self) -> (Traits, Traits) {
        let (mut only, mut except) = (Traits::default(), Traits::default());
        (only.systems, except.systems) = Choice::split(&self.system);
        (only.categories, except.categories) = Choice::split(&self.category);
        (only.kinds, except.kinds) = Choice::split(&self.kind);
        (only.retries, except.retries) = Choice::split(&self.retry);
        for severity in Severity::ALL {
            if self.severity.iter().any(|arg| arg.includes(*severity)) {
                only.severities.push(*severity);
            }
        }
        (only, except)
    }
}

/// A value of `--severity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeverityArg {
    AtLeast(Severity),
    Exactly(Severity),
}

impl SeverityArg {
    fn includes(self, severity: Severity) -> bool {
        match self {
            Self::AtLeast(least) => severity >= least,
            Self::Exactly(only) => severity == only,
        }
    }
}

fn severities(text: &str) -> Result<SeverityArg, String> {
    match text.strip_prefix('=') {
        Some(only) => severity(only).map(SeverityArg::Exactly),
        None => least_severity(text).map(SeverityArg::AtLeast),
    }
}

/// Parses a severity that includes worse ones. `>=error`, as other programs write it, is the same.
pub fn least_severity(text: &str) -> Result<Severity, String> {
    severity(text.strip_prefix(">=").unwrap_or(text))
}

/// Parses a severity. Logs spell `warning` as `warn`.
pub fn severity(text: &str) -> Result<Severity, String> {
    if text == "warn" {
        return Ok(Severity::Warning);
    }
    in_any_language(text).map_err(|error| match nearest(text, ["warn"]) {
        Some(_) => format!("'{text}' is unknown; did you mean 'warning'?"),
        None => error,
    })
}

fn confidence(text: &str) -> Result<Confidence, String> {
    in_any_language(text)
}

/// The name of a value that is printed in Chinese with this word, or with its name after the word:
/// `错误`, `鉴权`, `鉴权（auth）`.
pub fn in_english(word: &str) -> Option<&'static str> {
    if word.is_ascii() {
        return None;
    }
    let word = word.trim_start_matches(CONFIDENCE);
    let is_word = |text: &str| text == word || text.split('（').next() == Some(word);
    let mut printed = printed_in_chinese().into_iter();
    printed.find(|(text, _)| is_word(text)).map(|(_, name)| name)
}

/// Reads a name, or the word that is printed for it in Chinese. The error names a near one, or all
/// in the language of `text`.
fn in_any_language<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    let words = words_in_chinese::<T>();
    if text.is_ascii() || words.is_empty() {
        return text.parse().map_err(|error: T::Err| error.to_string());
    }
    let name = in_english(text).unwrap_or(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    name.parse().map_err(|_: T::Err| unknown_word(text, &words))
}

/// The words that are printed in Chinese for the values of a type. A type that takes any word, as
/// codes with their names do, has none.
pub fn words_in_chinese<T: FromStr>() -> Vec<String> {
    let mut words = Vec::new();
    if "x".parse::<T>().is_ok() {
        return words;
    }
    for (word, name) in printed_in_chinese() {
        if name.parse::<T>().is_ok() {
            words.push(word.split('（').next().unwrap_or_default().to_string());
        }
    }
    words
}

/// What precedes the word for a confidence.
const CONFIDENCE: &str = "可信度";

/// The words that are printed in Chinese for the values of options, and the names of these.
fn printed_in_chinese() -> Vec<(String, &'static str)> {
    let words = imerr::language::of(Lang::Zh);
    let mut printed: Vec<(String, &'static str)> = Vec::new();
    printed.extend(Severity::ALL.iter().map(|one| (words.severity(*one).into(), one.as_str())));
    printed.extend(Kind::ALL.iter().map(|one| (words.kind(*one), one.as_str())));
    printed.extend(Retry::ALL.iter().map(|one| (words.retry_word(*one), one.as_str())));
    for one in Confidence::ALL {
        let word = words.confidence(*one);
        printed.push((word.trim_start_matches(CONFIDENCE).to_string(), one.as_str()));
    }
    printed
}

fn when(text: &str) -> Result<TimeArg, TimeArgError> {
    TimeArg::parse(text, &jiff::ZonedDateTime::now())
}

/// Codes that an option names: by numbers, or by their name in a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeArg {
    Range(CodeRange),
    /// As it was typed. Catalogs have names in capitals.
    Name(String),
}

impl CodeArg {
    /// The codes, unless it is a name.
    pub fn range(&self) -> Option<CodeRange> {
        match self {
            Self::Range(range) => Some(*range),
            Self::Name(_) => None,
        }
    }
}

/// The codes of `args`. A name that is in no catalog has none.
pub fn code_set(args: &[CodeArg], catalog: &Catalog) -> CodeSet {
    let mut ranges = Vec::new();
    for arg in args {
        match arg {
            CodeArg::Range(range) => ranges.push(*range),
            CodeArg::Name(name) => {
                let name = name.to_ascii_uppercase();
                let ids = catalog.ids_for_name(name.as_bytes());
                ranges.extend(ids.map(|id| catalog.entry(id).codes));
            }
        }
    }
    ranges.into_iter().collect()
}

impl FromStr for CodeArg {
    type Err = String;

    /// Parses a code, a range of codes, or a name in any case.
    fn from_str(text: &str) -> Result<Self, String> {
        let is_name_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let has_letter_first = text.starts_with(|first: char| first.is_ascii_alphabetic());
        if has_letter_first && text.bytes().all(is_name_byte) {
            return Ok(Self::Name(text.to_string()));
        }
        codes(text).map(Self::Range)
    }
}

/// Parses `6206`, `-10003`, `0x183e`, `70001-70020`, `-10009--10001` or `70001..70020`.
fn codes(text: &str) -> Result<CodeRange, String> {
    let Some((first, last)) = text.split_once("..").or_else(|| split_at_dash(text)) else {
        return number(text, text).map(CodeRange::one);
    };
    let (first, last) = (number(first, text)?, number(last, text)?);
    if first > last {
        return Err(format!("the range {first} to {last} is empty: the smaller code comes first"));
    }
    Ok(CodeRange { first, last })
}

/// Parses a number of `text`, in decimal or as `0x183e`.
fn number(number: &str, text: &str) -> Result<i64, String> {
    let hex = number.strip_prefix("0x").or_else(|| number.strip_prefix("0X"));
    let parsed = match hex {
        // `from_str_radix` alone would accept a sign.
        Some(hex) if hex.starts_with(['-', '+']) => None,
        Some(hex) => i64::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    };
    if let Some(code) = parsed {
        return Ok(code);
    }
    if is_number(number) {
        return Err(format!("{number} is too large for a code"));
    }
    Err(format!("'{text}' is neither a code nor a range of codes such as 70001-70020"))
}

/// Whether `text` is a number, which may be too large for a code.
pub fn is_number(text: &str) -> bool {
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Splits `text` at the first `-` that is not the sign of the first number.
fn split_at_dash(text: &str) -> Option<(&str, &str)> {
    let (at, _) = text.char_indices().skip(1).find(|&(_, c)| c == '-')?;
    Some((&text[..at], &text[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Args;

    #[test]
    fn codes_and_ranges_are_read_with_their_signs() {
        let rows = [
            ("6206", Some((6206, 6206))),
            ("-10003", Some((-10003, -10003))),
            ("70001-70020", Some((70001, 70020))),
            ("70001..70020", Some((70001, 70020))),
            ("-10009--10001", Some((-10009, -10001))),
            ("-5-5", Some((-5, 5))),
            ("0x183e", Some((6206, 6206))),
            ("0X183E-0x1840", Some((6206, 6208))),
            ("0x-183e", None),
            ("0x", None),
            ("70020-70001", None),
            ("6206-", None),
            ("x", None),
            ("", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(codes(text).ok().map(|codes| (codes.first, codes.last)), wanted, "{text}");
        }
    }

    #[test]
    fn a_number_that_no_code_has_is_called_too_large() {
        for text in ["99999999999999999999", "-99999999999999999999", "0xffffffffffffffffff"] {
            assert_eq!(codes(text), Err(format!("{text} is too large for a code")));
            assert_eq!(
                codes(&format!("1..{text}")),
                Err(format!("{text} is too large for a code"))
            );
        }
    }

    #[test]
    fn the_help_lists_all_kinds() {
        let definition = Args::definition();
        let kind = definition.get_arguments().find(|option| option.get_long() == Some("kind"));
        let help = kind.and_then(|kind| kind.get_long_help()).map(ToString::to_string);
        let help = help.unwrap_or_default();
        for kind in Kind::ALL {
            assert!(help.contains(kind.as_str()), "{kind}: {help}");
        }
    }

    #[test]
    fn severities_are_thresholds() {
        use Severity::{Error, Fatal, Info, Warning};
        let rows: [(&[&str], &[Severity]); 9] = [
            (&["--severity", "error"], &[Error, Fatal]),
            (&["--severity", "错误"], &[Error, Fatal]),
            (&["--severity", "=提示，警告"], &[Info, Warning, Error, Fatal]),
            (&["--severity", "warn"], &[Warning, Error, Fatal]),
            (&["--severity", ">=error"], &[Error, Fatal]),
            (&["--severity", "=warning"], &[Warning]),
            (&["--severity==warn"], &[Warning]),
            (&["--severity", "=info,fatal"], &[Info, Fatal]),
            (&[], &[]),
        ];
        for (typed, wanted) in rows {
            let args = Args::parse_typed(typed).expect("valid options");
            assert_eq!(args.filter.entries.traits().0.severities, wanted, "{typed:?}");
        }
    }

    #[test]
    fn words_that_are_printed_in_chinese_are_values() {
        let args =
            ["--kind", "鉴权,!网络（network）", "--retry", "退避重试", "--min-confidence", "低"];
        let args = Args::parse_typed(&args).expect("valid options");
        let (only, except) = args.filter.entries.traits();
        assert_eq!((only.kinds, except.kinds), (vec![Kind::Auth], vec![Kind::Network]));
        assert_eq!(only.retries, [Retry::Backoff]);
        assert_eq!(args.filter.min_confidence, Confidence::Low);
        let gate = Args::parse_typed(&["--fail-on", "严重,未收录"]).expect("valid options").gate;
        assert_eq!((gate.severity(), gate.fails_on_unknown()), (Some(Severity::Fatal), true));
        for typed in [["--kind", "错误码"], ["--severity", "鉴权"], ["--severity", "坏"]] {
            assert!(Args::parse_typed(&typed).is_err(), "{typed:?}");
        }
    }

    #[test]
    fn an_exclamation_mark_leaves_values_out() {
        let rows: [(&[&str], &[&str], &[&str]); 5] = [
            (&["--system", "sdk"], &["sdk"], &[]),
            (&["--system", "!web"], &[], &["web"]),
            (&["--system", "sdk,!web", "--system=server"], &["sdk", "server"], &["web"]),
            (&["--system=!sdk,!web"], &[], &["sdk", "web"]),
            (&[], &[], &[]),
        ];
        for (typed, only, except) in rows {
            let args = Args::parse_typed(typed).expect("valid options");
            let found = args.filter.entries.traits();
            assert_eq!((found.0.systems, found.1.systems), (strings(only), strings(except)));
        }
        let args = Args::parse_typed(&["--code", "!-10003,!70001-70020"]).expect("valid options");
        let catalog = imerr::catalog::built_in();
        let filter = args.filter.filter(&args.gate, false, &catalog);
        let allowed = [-10003, 6206, 70010].map(|code| filter.allows_code(code));
        assert_eq!(allowed, [false, true, false]);
    }

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    /// Arguments, and the unknown codes to find; all of them if None.
    type Row = (&'static [&'static str], Option<&'static [(i64, i64)]>);

    #[test]
    fn a_gate_finds_the_unknown_codes_that_it_names() {
        let rows: [Row; 5] = [
            (&[], Some(&[])),
            (&["--fail-on", "424242,7-9"], Some(&[(7, 9), (424_242, 424_242)])),
            (&["--fail-on", "error,err_user_sig_expired"], Some(&[(6206, 6206)])),
            (&["--fail-on", "7", "--unknown"], None),
            (&["--fail-on", "unknown,error"], None),
        ];
        for (typed, expected) in rows {
            let args = Args::parse_typed(typed).expect("valid options");
            let codes = args.filter.filter(&args.gate, false, &imerr::catalog::built_in()).unknown;
            let expected = expected.map(|ranges| {
                ranges.iter().map(|&(first, last)| CodeRange { first, last }).collect::<CodeSet>()
            });
            assert_eq!(codes, expected, "{typed:?}");
        }
    }
}
