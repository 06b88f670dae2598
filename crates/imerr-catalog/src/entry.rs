//! The entry of a code: the one definition of its fields.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{CodeRange, string_enum};

/// Text that is either built in or was read from a catalog file at run time.
pub type Text = Cow<'static, str>;

string_enum! {
    #[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = imerr_catalog))]
    /// The class of failure, independent of the part of the product that reports it.
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
        /// The request conflicts with the current state or with another request.
        Conflict = "conflict",
        /// A parameter, a format or a size is wrong.
        Invalid = "invalid",
        /// Moderation stopped the content.
        Content = "content",
        /// The network between client and server failed.
        Network = "network",
        /// No response came in time.
        Timeout = "timeout",
        /// A fault on the vendor's side.
        Server = "server",
        /// A fault inside the SDK or on the device.
        Client = "client",
        /// A console switch, a certificate, a plan or the configuration of the app.
        Config = "config",
    }
}

string_enum! {
    #[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = imerr_catalog))]
    /// How much attention the code deserves.
    Severity {
        /// Nothing is wrong.
        Info = "info",
        /// Normal in operation, or it recovers by itself.
        Warning = "warning",
        /// The operation failed and needs a fix.
        Error = "error",
        /// The whole app or service does not work until it is fixed.
        Fatal = "fatal",
    }
}

string_enum! {
    #[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = imerr_catalog))]
    /// Whether the same request succeeds if it is sent again unchanged.
    Retry {
        /// It cannot succeed.
        Never = "never",
        /// It may be repeated at once.
        Immediate = "immediate",
        /// It may be repeated after waits that grow.
        Backoff = "backoff",
        /// It succeeds after something outside the request is fixed.
        AfterFix = "after-fix",
    }
}

string_enum! {
    #[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = imerr_catalog))]
    /// Whether the vendor still documents the code.
    Status {
        /// It is in the vendor's current list.
        Current = "current",
        /// It was removed from that list; older clients and servers still send it.
        Deprecated = "deprecated",
    }
}

string_enum! {
    /// A language of the texts of an entry.
    Lang {
        /// English. Every entry has its texts in English.
        En = "en",
        /// Chinese.
        Zh = "zh",
    }
}

/// One code, or one range of codes with a common meaning, of one system.
///
/// This is the only definition of an entry. Its fields are those of the TOML data files
/// (`Deserialize`), of JSON output (`Serialize`) and of the tables that the build script writes.
///
/// `(system, codes)` is unique in a catalog. All texts are on one line and contain no square
/// brackets, so that they can be part of an annotation. Meaning, cause, remedy and note may be in
/// any script, without control characters and invisible characters. All other texts are printable
/// ASCII.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = imerr_catalog))]
pub struct Entry {
    /// The code, or the range of codes: `code` or `range` in TOML and JSON.
    #[serde(flatten, skip_deserializing)]
    pub codes: CodeRange,
    /// The part of the product that the code belongs to, such as `sdk` or `server`; the same for
    /// all codes of a file.
    #[serde(skip_deserializing)]
    pub system: Text,
    /// The section of the vendor's list. Users know a code by `(system, category)`.
    pub category: Text,
    /// The class of failure.
    pub kind: Kind,
    /// How much attention it deserves.
    pub severity: Severity,
    /// The symbolic constants of this code, as the vendor spells them.
    pub names: Cow<'static, [Text]>,
    /// What happened, in one sentence of at most [`Entry::MEANING_LIMIT`] characters.
    pub meaning: Text,
    /// The most frequent cause.
    pub cause: Option<Text>,
    /// What to do next, in the imperative.
    pub remedy: Text,
    /// How to tell apart the causes that the code really has, most frequent first: one line each,
    /// what to look at and what it shows. At most [`Entry::CHECK_LIMIT`] lines.
    pub check: Cow<'static, [Text]>,
    /// Whether the same request succeeds if it is sent again unchanged.
    pub retry: Retry,
    /// The code that represents this one's cause, if several codes have the same cause: 6206 for
    /// all codes of an expired UserSig.
    pub same_cause_as: Option<i64>,
    /// Related codes, nearest first: other numbers for the same cause, then what is easily confused
    /// with this code or comes before or after it. In the built-in catalogs, both entries name each
    /// other; only an entry with 10 codes leaves out further ones.
    pub see: Cow<'static, [i64]>,
    /// Whether the vendor still documents the code.
    pub status: Status,
    /// The version or year in which the code appeared.
    pub since: Option<Text>,
    /// What changed over time or differs between SDKs.
    pub note: Option<Text>,
    /// Whether the code is found by its names only, because its number is too common.
    #[serde(skip_serializing)]
    pub name_only: bool,
    /// The system whose code this one forwards unchanged. Both have the same meaning, and this
    /// entry is preferred only if the line mentions its own system.
    #[serde(skip_serializing)]
    pub passes_on: Option<Text>,
    /// Words that a log prints beside this code, in lower case: `expired`, `过期`. Found within
    /// [`Rules::PATTERN_REACH`](crate::rules::Rules::PATTERN_REACH) bytes of the number, in any
    /// case, they are evidence for this entry.
    #[serde(skip_serializing)]
    pub hints: Cow<'static, [Text]>,
    /// The texts in Chinese: `[entry.zh]`.
    #[serde(skip_serializing)]
    pub zh: Option<Translation>,
    /// The address of the vendor's page that lists the code; the same for all codes of a file.
    #[serde(skip_deserializing)]
    pub page: Option<Text>,
    /// The address of that page in Chinese; the same for all codes of a file.
    #[serde(skip)]
    pub page_zh: Option<Text>,
    /// The date of the vendor's list that the file follows, such as `2025-12-17`; the same for all
    /// codes of a file.
    #[serde(skip_deserializing)]
    pub as_of: Option<Text>,
}

/// The texts of an entry in a language other than English. English replaces missing ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = imerr_catalog))]
pub struct Translation {
    /// Translates [`Entry::meaning`].
    pub meaning: Option<Text>,
    /// Translates [`Entry::cause`].
    pub cause: Option<Text>,
    /// Translates [`Entry::remedy`].
    pub remedy: Option<Text>,
    /// Translates [`Entry::check`]; empty if it is not translated.
    #[serde(default)]
    pub check: Cow<'static, [Text]>,
    /// Translates [`Entry::note`].
    pub note: Option<Text>,
}

/// The texts of an entry in one language, as [`Entry::texts`] returns them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts<'e> {
    /// What happened, in one sentence.
    pub meaning: &'e str,
    /// The most frequent cause.
    pub cause: Option<&'e str>,
    /// What to do next.
    pub remedy: &'e str,
    /// How to tell the causes apart, one line each.
    pub check: &'e [Text],
    /// What changed over time or differs between SDKs.
    pub note: Option<&'e str>,
}

impl<'e> Texts<'e> {
    /// The meaning as a part of a sentence: without its full stop.
    pub fn phrase(&self) -> &'e str {
        self.meaning.trim_end_matches(['.', '。'])
    }
}

impl Entry {
    /// The longest `meaning`, in characters of any width.
    pub const MEANING_LIMIT: usize = 90;
    /// The longest of the other texts, in characters.
    pub const TEXT_LIMIT: usize = 400;
    /// The most lines of `check`.
    pub const CHECK_LIMIT: usize = 8;
    /// The shortest hint, in bytes: one Chinese character has three.
    pub const HINT_MIN: usize = 3;
    /// The longest `page`, in characters.
    pub const PAGE_LIMIT: usize = 200;

    /// Whether the entry is in `category`, which is a category of any system (`group`) or one with
    /// its system (`server/group`).
    pub fn is_in_category(&self, category: &str) -> bool {
        match category.split_once('/') {
            Some((system, category)) => self.system == system && self.category == category,
            None => self.category == category,
        }
    }

    /// The first name, if the vendor gave the code a name.
    pub fn name(&self) -> Option<&str> {
        self.names.first().map(|name| name.as_ref())
    }

    /// The address of the page that lists the code, in a language if there is one in it.
    pub fn page_in(&self, lang: Lang) -> Option<&str> {
        let page_zh = self.page_zh.as_ref().filter(|_| lang == Lang::Zh);
        page_zh.or(self.page.as_ref()).map(AsRef::as_ref)
    }

    /// The entry with its texts in a language, for formats that print all fields.
    pub fn in_lang(&self, lang: Lang) -> Cow<'_, Self> {
        if lang == Lang::En || self.zh.is_none() {
            return Cow::Borrowed(self);
        }
        let texts = self.texts(lang);
        let text = |text: &str| Text::Owned(text.to_string());
        Cow::Owned(Self {
            meaning: text(texts.meaning),
            cause: texts.cause.map(text),
            remedy: text(texts.remedy),
            check: texts.check.to_vec().into(),
            note: texts.note.map(text),
            page: self.page_in(lang).map(text),
            ..self.clone()
        })
    }

    /// The texts in a language. A text that is not translated is in English.
    pub fn texts(&self, lang: Lang) -> Texts<'_> {
        let english = Texts {
            meaning: &self.meaning,
            cause: self.cause.as_deref(),
            remedy: &self.remedy,
            check: &self.check,
            note: self.note.as_deref(),
        };
        let translation = match lang {
            Lang::En => None,
            Lang::Zh => self.zh.as_ref(),
        };
        let Some(translation) = translation else { return english };
        let is_check_translated = !translation.check.is_empty();
        Texts {
            meaning: translation.meaning.as_deref().unwrap_or(english.meaning),
            cause: translation.cause.as_deref().or(english.cause),
            remedy: translation.remedy.as_deref().unwrap_or(english.remedy),
            check: if is_check_translated { &translation.check } else { english.check },
            note: translation.note.as_deref().or(english.note),
        }
    }
}

/// Sorts entries as a catalog keeps them: single codes, then ranges, each ascending by code and
/// then by system.
pub fn sort(entries: &mut [Entry]) {
    entries.sort_by(|a, b| {
        (a.codes.is_range(), a.codes, &a.system).cmp(&(b.codes.is_range(), b.codes, &b.system))
    });
}
