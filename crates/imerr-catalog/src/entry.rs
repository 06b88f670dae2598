//! What is known about one code: the entry and the words it is described with.

use std::borrow::Cow;

use crate::string_enum;

/// Text that is either built in or was read from a catalog file at run time.
pub type Text = Cow<'static, str>;

string_enum! {
    /// The class of failure, whatever part of the product reports it.
    Kind {
        /// A credential is missing, expired or wrong.
        Auth = "auth",
        /// The identity is fine, but it may not do this.
        Permission = "permission",
        /// Too many calls in too short a time.
        RateLimit = "rate-limit",
        /// A count or plan limit is reached.
        Quota = "quota",
        /// Something named in the request does not exist.
        NotFound = "not-found",
        /// The request clashes with the present state or with another request.
        Conflict = "conflict",
        /// A parameter, a format or a size is wrong.
        Invalid = "invalid",
        /// Moderation stopped the content.
        Content = "content",
        /// The network between client and server failed.
        Network = "network",
        /// An answer did not come in time.
        Timeout = "timeout",
        /// A fault on the vendor's side.
        Server = "server",
        /// A fault inside the SDK or on the device.
        Client = "client",
        /// A console switch, a certificate, a plan or the set-up of the app.
        Config = "config",
    }
}

string_enum! {
    /// How much attention the code deserves.
    Severity {
        /// Nothing is wrong.
        Info = "info",
        /// Normal in daily running, or it recovers by itself.
        Warning = "warning",
        /// The operation failed and somebody has to act.
        Error = "error",
        /// The app or service as a whole does not work until it is put right.
        Fatal = "fatal",
    }
}

string_enum! {
    /// What becomes of the same request, sent again unchanged.
    Retry {
        /// It can never succeed as it is.
        Never = "never",
        /// It may be repeated at once.
        Immediate = "immediate",
        /// It may be repeated after growing waits.
        Backoff = "backoff",
        /// It succeeds once something outside the request is put right.
        AfterFix = "after-fix",
    }
}

impl Retry {
    /// What the word means for the request, as the end of a sentence.
    pub const fn explained(self) -> &'static str {
        match self {
            Self::Never => "the same request cannot succeed",
            Self::Immediate => "the same request may be repeated at once",
            Self::Backoff => "the same request may be repeated after growing waits",
            Self::AfterFix => "the same request succeeds once the cause outside it is put right",
        }
    }
}

string_enum! {
    /// Whether the vendor still documents the code.
    Status {
        /// It is in the vendor's list of today.
        Current = "current",
        /// It is gone from that list; older clients and servers still send it.
        Deprecated = "deprecated",
    }
}

/// One code, or one range of codes that share a meaning, of one system.
///
/// `(system, codes)` is unique in a catalog. All texts are on one line and hold no square bracket, so that they can stand
/// inside an annotation. Meaning, cause, remedy and note are in any language: what breaks a line, commands a terminal, turns
/// text around or shows nothing is not possible in them, and ahead of others none that only joins another. All other texts are
/// printable ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The part of the product that the code belongs to, such as `sdk` or `server`.
    pub system: Text,
    /// The code, or the range of codes.
    pub codes: CodeRange,
    /// The symbolic constants of this code, as the vendor spells them.
    pub names: Cow<'static, [Text]>,
    /// Whether only a name tells this code: its number is too common to be looked for.
    pub name_only: bool,
    /// The system whose code this one hands on unchanged. Then both mean the same, and this entry is the better word only
    /// where a line speaks of its own system.
    pub passes_on: Option<Text>,
    /// The section of the vendor's list; `(system, category)` is what users know a code by.
    pub category: Text,
    /// The class of failure.
    pub kind: Kind,
    /// How much attention it deserves.
    pub severity: Severity,
    /// What happened, in one sentence of at most [`Entry::MEANING_LIMIT`] characters.
    pub meaning: Text,
    /// Why it happens most often.
    pub cause: Option<Text>,
    /// What to do next, in the imperative.
    pub remedy: Text,
    /// What becomes of the same request, sent again unchanged.
    pub retry: Retry,
    /// Whether the vendor still documents the code.
    pub status: Status,
    /// The version or year in which the code appeared.
    pub since: Option<Text>,
    /// What changed over time or differs between SDKs.
    pub note: Option<Text>,
    /// The code that stands for this one's cause, where several codes have the same: 6206 for all that tell of an expired UserSig.
    pub same_cause_as: Option<i64>,
    /// Related codes: other numbers for the same cause first.
    pub see: Cow<'static, [i64]>,
    /// The address of the vendor's page that lists the code; the same for all codes of a catalog file.
    pub page: Option<Text>,
    /// The date of the vendor's list that the catalog file follows, such as `2025-12-17`; the same for all codes of the file.
    pub as_of: Option<Text>,
}

impl Entry {
    /// The longest `meaning`, in characters of whatever width.
    pub const MEANING_LIMIT: usize = 90;
    /// The longest of the other texts, in characters.
    pub const TEXT_LIMIT: usize = 400;
    /// The longest `page`, in characters.
    pub const PAGE_LIMIT: usize = 200;

    /// The first name, if the vendor gave the code any.
    pub fn name(&self) -> Option<&str> {
        self.names.first().map(|name| name.as_ref())
    }

    /// What happened, as a part of a sentence: without its full stop.
    pub fn phrase(&self) -> &str {
        self.meaning.trim_end_matches(['.', '。'])
    }
}

/// The codes of an entry: one, or a range with both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodeRange {
    /// The first code.
    pub first: i64,
    /// The last code; equal to `first` for a single one.
    pub last: i64,
}

impl CodeRange {
    /// The most digits of a code: longer numbers in a log are ids, times or hashes.
    pub const DIGITS: u32 = 10;

    /// A single code.
    pub const fn one(code: i64) -> Self {
        Self { first: code, last: code }
    }

    /// Whether `code` is among them.
    pub const fn contains(self, code: i64) -> bool {
        self.first <= code && code <= self.last
    }

    /// Whether a code is among both.
    pub const fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Whether none has more than [`CodeRange::DIGITS`] digits.
    pub const fn are_possible(self) -> bool {
        let end = 10_i64.pow(Self::DIGITS);
        -end < self.first && self.last < end
    }

    /// Whether these are more than one code.
    pub const fn is_range(self) -> bool {
        self.first != self.last
    }
}

impl std::fmt::Display for CodeRange {
    /// `6206`, or `120001..130000` for a range.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.is_range() {
            false => f.pad(&self.first.to_string()),
            true => f.pad(&format!("{}..{}", self.first, self.last)),
        }
    }
}

/// Puts entries into the order of a catalog: single codes first, ranges behind, each ascending; then by system.
pub fn sort(entries: &mut [Entry]) {
    entries.sort_by(|a, b| {
        let key = |entry: &Entry| (entry.codes.is_range(), entry.codes);
        key(a).cmp(&key(b)).then_with(|| a.system.cmp(&b.system))
    });
}
