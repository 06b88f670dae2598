//! Words that are no names: those of the catalog, and those that logs use for missing values.

use std::collections::HashSet;

use imerr_catalog::{Catalog, Lang};

/// Values that say something about a fault, and nothing about a person.
const NOTHING: [&str; 24] = [
    "null",
    "nil",
    "none",
    "undefined",
    "nan",
    "true",
    "false",
    "empty",
    "unknown",
    "missing",
    "invalid",
    "expired",
    "wrong",
    "incorrect",
    "required",
    "failed",
    "not",
    "is",
    "was",
    "ok",
    "error",
    "n/a",
    "optional",
    "anonymous",
];

/// Words of logs that the catalog need not have.
const OF_LOGS: [&str; 14] = [
    "imsdk", "main", "info", "debug", "warn", "warning", "verbose", "fatal", "trace", "flutter",
    "unity", "chat", "sdkappid", "code",
];

#[derive(Clone, Debug)]
pub(super) struct Vocabulary {
    /// In lower case.
    words: HashSet<String>,
    /// Chinese has no blanks between words, so a value is looked for in all of it.
    chinese: String,
}

impl Vocabulary {
    pub fn new(catalog: &Catalog) -> Self {
        let mut words: HashSet<String> = OF_LOGS.iter().map(|word| word.to_string()).collect();
        let mut chinese = String::new();
        for entry in catalog.entries() {
            for name in entry.names.iter() {
                words.insert(name.to_ascii_lowercase());
            }
            for lang in [Lang::En, Lang::Zh] {
                let texts = entry.texts(lang);
                for text in [texts.meaning, texts.remedy, texts.cause.unwrap_or_default()] {
                    let found = text.split(|c: char| !c.is_ascii_alphabetic());
                    words.extend(found.filter(|word| word.len() > 1).map(str::to_ascii_lowercase));
                    if lang == Lang::Zh {
                        chinese.push_str(text);
                        chinese.push('\n');
                    }
                }
            }
        }
        Self { words, chinese }
    }

    /// Whether `value` may be a word of a message.
    pub fn has(&self, value: &str) -> bool {
        if value.is_ascii() {
            return self.words.contains(&value.to_ascii_lowercase()) || is_nothing(value);
        }
        self.chinese.contains(value)
    }
}

/// Whether a value stands for a missing one, or for one that is masked already.
pub(super) fn is_nothing(value: &str) -> bool {
    let is_filler = |c: char| matches!(c, '*' | '-' | '.' | '_' | '#' | '?');
    let is_template = value.starts_with(['$', '{']) || is_format(value);
    let is_zero = value == "0";
    is_zero || is_template || value.chars().all(is_filler) || {
        NOTHING.iter().any(|word| value.eq_ignore_ascii_case(word))
    }
}

/// Whether a value is a placeholder of `printf`, and no byte of a URL.
fn is_format(value: &str) -> bool {
    let Some(rest) = value.strip_prefix('%') else { return false };
    rest.len() < 2 || !rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())
}
