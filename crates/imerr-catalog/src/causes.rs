//! Causes: which events and codes show that one thing went wrong, and which codes follow from it.
//!
//! Causes are data in `patterns/causes`. The diagnosis decides how to apply them to a log.

use std::time::Duration;

use crate::{CodeRange, Kind, Lang, Span};

/// The content of a file with causes.
#[derive(Clone, Debug, Default)]
pub struct CauseFile {
    /// The path of the file, as the caller gave it.
    pub path: String,
    /// The events that its causes refer to.
    pub events: Vec<Event>,
    /// The causes, in file order.
    pub causes: Vec<Cause>,
}

/// Something that a log says without a code: a login, a lost network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What causes and JSON call it: lower-case letters, digits and '-'.
    pub name: String,
    /// What texts call it, in English: `login`.
    pub en: String,
    /// The same in Chinese.
    pub zh: String,
    /// Literals of which one is on the line, as they are.
    pub any: Vec<String>,
    /// The span of its name.
    pub span: Span,
}

impl Event {
    /// The event with which a new session begins.
    pub const INIT: &'static str = "init";
    /// The shortest literal, in bytes: shorter ones occur too often.
    pub const LITERAL_MIN: usize = 8;
    /// The most literals of the events of a file. A packed search has room for
    /// [`Event::SEARCH_LIMIT`].
    pub const LITERAL_LIMIT: usize = 48;
    /// The most literals of all events of a run.
    pub const SEARCH_LIMIT: usize = 64;
    /// The longest title, in characters.
    pub const TITLE_LIMIT: usize = 30;

    /// What texts in a language call it.
    pub fn title(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// One thing that goes wrong: how a log shows it, what follows from it, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What options and JSON call it: lower-case letters, digits and '-'.
    pub name: String,
    /// Of two causes that fit a finding, the one with the higher rank takes it.
    pub rank: i64,
    /// Whether something is broken. A user who is blocked by another one is no fault.
    pub fault: bool,
    /// Whether hardly any request works while it lasts: no connection, no login, no rights.
    pub blocks: bool,
    /// The texts in English.
    pub en: CauseTexts,
    /// The texts in Chinese.
    pub zh: CauseTexts,
    /// How well it is known that the cause looks like this.
    pub evidence: Evidence,
    /// The address of the page that shows or documents it.
    pub source: String,
    /// An incident ends when nothing of it was seen for so long.
    pub quiet: Duration,
    /// What starts an incident.
    pub starts: Starts,
    /// The findings that follow from it while it lasts.
    pub leads_to: Codes,
    /// The findings that belong to it if they came at most so long before its first start: what
    /// fails first need not be what shows the cause.
    pub before: Option<(Codes, Duration)>,
    /// The events that end it.
    pub ends: Vec<EventRef>,
    /// When an incident counts as a storm of attempts.
    pub storm: Option<Storm>,
    /// Incidents that follow each other within so long are one, with several rounds.
    pub recurs: Option<Duration>,
    /// The systems whose meanings a code of this cause has. Other codes have all their meanings.
    pub meanings: Vec<(i64, Vec<String>, Span)>,
    /// Logs with what must be found in them.
    pub samples: Vec<CauseSample>,
    /// The span of its name.
    pub span: Span,
}

impl Cause {
    /// The longest title, in characters.
    pub const TITLE_LIMIT: usize = 70;
    /// The ranks that a cause can have.
    pub const RANKS: std::ops::RangeInclusive<i64> = 1..=99;
    /// The most causes of a file.
    pub const LIMIT: usize = 100;
    /// The most different literals of `starts.text` in a file.
    pub const TEXT_LIMIT: usize = 32;

    /// The texts in a language.
    pub fn texts(&self, lang: Lang) -> &CauseTexts {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// The texts of a cause in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CauseTexts {
    /// What went wrong; stands alone, without a full stop.
    pub title: String,
    /// What to do, in sentences.
    pub fix: String,
    /// How to see that it worked, in sentences.
    pub verify: String,
    /// What a storm of attempts means.
    pub storm: Option<String>,
    /// What several rounds mean.
    pub recurs: Option<String>,
}

crate::string_enum! {
    /// How well it is known that a cause looks like this in a log.
    Evidence {
        /// A real log shows it.
        Seen = "seen",
        /// The vendor's documents say so.
        Documented = "documented",
    }
}

/// The name of an event, and its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRef {
    /// The name of the event.
    pub name: String,
    /// The span of the name.
    pub span: Span,
}

/// Codes, ranges of codes, and kinds of codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codes {
    /// The codes and ranges, each with its span.
    pub ranges: Vec<(CodeRange, Span)>,
    /// Kinds that stand for all their codes.
    pub kinds: Vec<Kind>,
}

impl Codes {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty() && self.kinds.is_empty()
    }

    /// Whether `code` is one of the codes or in one of the ranges.
    pub fn contains(&self, code: i64) -> bool {
        self.ranges.iter().any(|(range, _)| range.contains(code))
    }
}

/// What starts an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Starts {
    /// The codes that do.
    pub codes: Codes,
    /// The events that do.
    pub events: Vec<EventRef>,
    /// If not empty: the line of a code has one of these literals.
    pub text: Vec<String>,
    /// How many starts it takes.
    pub at_least: u64,
    /// Within how long these starts come.
    pub within: Option<Duration>,
    /// An event that came at most so long before.
    pub after: Option<(EventRef, Duration)>,
    /// Events of which none came earlier in the session.
    pub without: Vec<EventRef>,
}

/// When an incident counts as a storm: so many attempts within so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storm {
    /// The number of attempts. Starts on lines that were written together are one attempt.
    pub at_least: u64,
    /// Within how long they come.
    pub within: Duration,
}

/// A log with what must be found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CauseSample {
    /// The lines.
    pub log: String,
    /// What must be found.
    pub expect: Expect,
    /// The span of the log.
    pub span: Span,
}

/// What must be found in a sample, exactly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expect {
    /// The line of the first start; 0 if there is no incident.
    pub first: u64,
    /// The findings and events that start the incident.
    pub starts: u64,
    /// The consequences with their counts.
    pub consequences: Vec<(i64, u64)>,
    /// The event that ends it, if one does.
    pub ended_by: Option<String>,
    /// The codes that belong to no incident, with their counts.
    pub not_explained: Vec<(i64, u64)>,
    /// The incidents of other causes, with their counts.
    pub others: Vec<(String, u64)>,
    /// Whether it is a storm.
    pub storm: bool,
    /// How often the cause recurs; 1 if it does not.
    pub rounds: u64,
}

/// A span of time as in data files: `10s`, `2m`, `1h`.
pub fn parse_span(text: &str) -> Option<Duration> {
    let unit = text.chars().next_back()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = digits.parse().ok().filter(|_| is_number)?;
    number.checked_mul(seconds).filter(|seconds| *seconds > 0).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time_have_one_unit() {
        let rows = [
            ("10s", Some(10)),
            ("2m", Some(120)),
            ("1h", Some(3600)),
            ("0s", None),
            ("10", None),
            ("s", None),
            ("+1s", None),
            ("1.5h", None),
            ("10秒", None),
            ("99999999999999999999h", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(parse_span(text).map(|span| span.as_secs()), wanted, "{text}");
        }
    }
}
