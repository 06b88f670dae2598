//! Values that a key names: `userID: lily`, `"password":"..."`, `用户：张三`, `?usersig=...`,
//! `token abc`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::content;
use super::joint::{self, Joint};
use super::key_rules::{Certainty, KeyRule, RULES};
use super::value::{Extent, Value, decoded, quote, values};
use super::vocabulary::{Vocabulary, begins_message, is_nothing};
use super::{MaskKind, Span};

/// The rules, each with the expression for its keys.
static COMPILED: LazyLock<Vec<(&KeyRule, Regex)>> = LazyLock::new(|| {
    fn compile(rule: &'static KeyRule) -> (&'static KeyRule, Regex) {
        // A key may follow an escape of URLs, too.
        let keys = rule.keys.replace(r"(?:\b|_)", r"(?:\b|_|%[0-9A-F]{2})");
        let pattern = format!("(?i-u:{keys})");
        (rule, Regex::new(&pattern).expect("the patterns are constant"))
    }
    RULES.iter().map(compile).collect()
});

/// The values in a line that a key names.
pub(super) fn find(line: &str, vocabulary: &Vocabulary) -> Vec<Span> {
    let mut spans = Vec::new();
    for (rule, pattern) in &*COMPILED {
        for found in pattern.find_iter(line) {
            if let Some((joint, start)) = joint::after(line, found.range()) {
                let key = Key { rule, range: found.range(), joint };
                key.find_values(line, found.end() + start, vocabulary, &mut spans);
            }
        }
    }
    spans
}

/// A key in a line.
struct Key {
    rule: &'static KeyRule,
    range: Range<usize>,
    joint: Joint,
}

impl Key {
    fn find_values(
        &self,
        line: &str,
        start: usize,
        vocabulary: &Vocabulary,
        spans: &mut Vec<Span>,
    ) {
        let is_sign = matches!(self.joint, Joint::Sign | Joint::Percent);
        match self.rule.certainty {
            Certainty::Rest if is_sign => {
                let rest = rest(line, start);
                spans.extend(rest.map(|range| span(line, self.rule.kind, range, "")));
            }
            Certainty::Text if is_sign || self.is_text_beside(line, start) => {
                self.find_text(line, start, vocabulary, spans);
            }
            Certainty::InMessage if is_sign && content::is_about_message(line) => {
                self.find_named(line, start, vocabulary, spans);
            }
            Certainty::Rest | Certainty::Text | Certainty::InMessage => {}
            _ if is_sign => self.find_named(line, start, vocabulary, spans),
            _ => self.find_beside(line, start, vocabulary, spans),
        }
    }

    fn extent(&self) -> Extent {
        match self.rule.certainty {
            _ if self.joint == Joint::Percent => Extent::Percent,
            Certainty::Words => Extent::Words,
            Certainty::Sure => Extent::Secret,
            _ => Extent::Word,
        }
    }

    /// The values after a sign.
    fn find_named(&self, line: &str, start: usize, vocabulary: &Vocabulary, spans: &mut Vec<Span>) {
        let is_after_blank = line[start..].starts_with(' ');
        for value in values(line, start, self.extent()) {
            let Some(value) = without_scheme(line, value).and_then(|value| self.cut(value)) else {
                continue;
            };
            if is_nothing(value.text) || (value.is_quoted && value.text.trim().is_empty()) {
                continue;
            }
            let is_message =
                !value.is_quoted && self.is_message(&value, is_after_blank, vocabulary);
            if is_message || !self.allows(&value, vocabulary) {
                continue;
            }
            let quote = self.missing_quote(line, &value);
            spans.push(span(line, self.rule.kind, value.range, quote));
        }
    }

    /// Whether a key of many meanings may have this value.
    fn allows(&self, value: &Value<'_>, vocabulary: &Vocabulary) -> bool {
        const FEWEST_DIGITS: usize = 7;
        match self.rule.certainty {
            Certainty::InMessage => is_id(value, vocabulary),
            Certainty::Name => {
                let is_named =
                    value.text.contains(char::is_alphabetic) || digits(value.text) >= FEWEST_DIGITS;
                let is_word = self.rule.kind == MaskKind::Secret && digits(value.text) == 0;
                is_named && !is_word && is_id(value, vocabulary)
            }
            _ => true,
        }
    }

    /// A value without a bracket in it; None if that of an object is in it, which has keys.
    fn cut<'l>(&self, value: Value<'l>) -> Option<Value<'l>> {
        if value.is_quoted || self.rule.certainty == Certainty::Sure {
            return Some(value);
        }
        let end = value.text.find(['(', '（', '{']).unwrap_or(value.text.len());
        let range = value.range.start..value.range.start + end;
        let is_object = value.text[end..].starts_with('{');
        (!is_object && end > 0).then(|| Value { range, text: &value.text[..end], ..value })
    }

    /// Whether a value without quotes is a word of a message about the key.
    fn is_message(&self, value: &Value<'_>, is_after_blank: bool, vocabulary: &Vocabulary) -> bool {
        if !value.text.is_ascii() {
            let is_secret = matches!(self.rule.kind, MaskKind::Secret | MaskKind::UserSig);
            return vocabulary.has(value.text) || (is_secret && begins_message(value.text));
        }
        self.rule.certainty != Certainty::Sure && is_after_blank && vocabulary.has(value.text)
    }

    /// The quotes that a bare number of a JSON key needs, since it becomes a text.
    fn missing_quote<'l>(&self, line: &'l str, value: &Value<'_>) -> &'l str {
        let key_quote = quote(&line[self.range.end..]);
        if value.is_quoted || line[value.range.end..].starts_with(key_quote) {
            ""
        } else {
            key_quote
        }
    }

    /// The values after a blank, a bracket or a word such as `is`, where other words may be as well.
    fn find_beside(
        &self,
        line: &str,
        start: usize,
        vocabulary: &Vocabulary,
        spans: &mut Vec<Span>,
    ) {
        for value in values(line, start, self.extent()) {
            let Some(value) = self.cut(without_chinese(value)) else { continue };
            let after = &line[value.range.end..];
            let is_value = if value.is_quoted || value.text.is_ascii() {
                self.is_beside(&value, after) && !vocabulary.has_all_words(value.text)
            } else {
                self.is_chinese_name(&value) && !vocabulary.has(value.text)
            };
            if is_value && !is_nothing(value.text) {
                spans.push(span(line, self.rule.kind, value.range, ""));
            }
        }
    }

    /// Whether a text after `is` or `是` is one that people wrote, or one in quotes after a blank.
    fn is_text_beside(&self, line: &str, start: usize) -> bool {
        let rest = line[start..].trim_start();
        let text = without_to(rest);
        if self.joint == Joint::Blank {
            let is_chinese = text.starts_with(|c: char| !c.is_ascii()) && text != rest;
            return is_chinese || !quote(text).is_empty();
        }
        let is_chinese = text.starts_with(|c: char| !c.is_ascii()) && !begins_message(text);
        self.joint == Joint::Word && (is_chinese || !quote(text).is_empty())
    }

    /// Whether Chinese text after `是` is a name.
    fn is_chinese_name(&self, value: &Value<'_>) -> bool {
        const LONGEST: usize = 4;
        let may_be = self.rule.certainty == Certainty::Words && self.joint == Joint::Word;
        may_be && value.text.chars().count() <= LONGEST && !begins_message(value.text)
    }

    /// Whether a text in front of `after` is a value, and neither a key nor a small number.
    fn is_beside(&self, value: &Value<'_>, after: &str) -> bool {
        const SHORTEST: usize = 3;
        let text = value.text;
        let Some(fewest_digits) = self.fewest_digits() else { return false };
        if is_other(text) {
            return false;
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.len() >= fewest_digits && !after.starts_with(['.', '%', ':', '/']);
        }
        if text.len() < SHORTEST
            || (self.rule.kind == MaskKind::Phone && digits(text) < fewest_digits)
        {
            return false;
        }
        let begins = |c: char| c.is_ascii_alphanumeric() || "+/_$#@!".contains(c);
        let is_key = !text.starts_with(begins) || after.starts_with([':', '=', '：', '(']);
        !is_member(text) && (value.is_quoted || !is_key)
    }

    /// The fewest digits of a number beside the key.
    fn fewest_digits(&self) -> Option<usize> {
        const AFTER_WORD: usize = 4;
        let fewest = self.rule.after_blank?;
        Some(if self.joint == Joint::Word { fewest.min(AFTER_WORD) } else { fewest })
    }

    /// What people wrote: a text in quotes, or all up to the next key.
    fn find_text(&self, line: &str, start: usize, vocabulary: &Vocabulary, spans: &mut Vec<Span>) {
        const LONGEST_MESSAGE: usize = 4;
        let key = line[..self.range.start].trim_end_matches(['_', '-', ' ', '.']);
        if ["err", "error", "Error"].iter().any(|word| key.ends_with(word)) {
            return;
        }
        let start = line.len() - without_to(&line[start..]).len();
        let Some((range, is_quoted)) = content::text_at(line, start) else { return };
        let text = &line[range.clone()];
        let is_short = text.chars().count() <= LONGEST_MESSAGE && !text.is_ascii();
        let first = text.split(' ').next().unwrap_or_default();
        let is_message = is_nothing(first) || (is_short && vocabulary.has(text));
        // The picture of a user has an address.
        let key = line[self.range.clone()].to_ascii_lowercase();
        let is_picture = key.starts_with("face") || key.starts_with("avatar");
        let is_address = content::is_address_of_machine(text) && !is_picture;
        if !is_quoted && (is_message || is_address) {
            return;
        }
        let value = Value { range, is_quoted, text };
        let quote = self.missing_quote(line, &value);
        spans.push(span(line, self.rule.kind, value.range, quote));
    }
}

/// What follows the `to` of `set the name to "x"`.
fn without_to(text: &str) -> &str {
    text.strip_prefix("to ").unwrap_or(text)
}

/// Whether a value is the ID of a user, and not a state, a place or a time.
fn is_id(value: &Value<'_>, vocabulary: &Vocabulary) -> bool {
    const SHORTEST_NUMBER: usize = 3;
    let text = value.text;
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_place = text.contains(['/', ':', '(', '.']) && !text.contains('@');
    let is_time = text.len() == 10 && text.as_bytes()[4] == b'-';
    let is_version = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    !(is_place
        || is_time
        || is_version && !is_number
        || is_number && text.len() < SHORTEST_NUMBER
        || vocabulary.has_all_words(text))
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// A value without the Chinese text that follows it without a blank.
fn without_chinese(value: Value<'_>) -> Value<'_> {
    let end = value.text.find(|c: char| !c.is_ascii()).unwrap_or(0);
    if value.is_quoted || end == 0 {
        return value;
    }
    let range = value.range.start..value.range.start + end;
    Value { range, text: &value.text[..end], ..value }
}

/// Whether a text is what a line often has beside a word such as `user` or `token`: a constant, an
/// amount such as `312ms`, an SDKAppID, the place of a function in a source, or what other rules
/// find.
fn is_other(text: &str) -> bool {
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        let forms = [
            r"^ERR_|_ERR_",
            "^[0-9.]+-?(?:ms|s|min|[kKMG]?[bB]|bytes?|times?|chars?|st|nd|rd|th|x|%)$",
            r"\.(?:java|kt|kts|m|mm|swift|cpp|cc|h|js|ts|tsx|vue|dart|go|py|rs|cs|php)(?::[0-9]+)*$",
            r"@.+\.",
            "^1[46][0-9]{8}$",
        ];
        Regex::new(&forms.join("|")).expect("the forms are constant")
    });
    FORM.is_match(text)
}

/// Whether a text is or begins a pair, such as `code:6206` or `code=6206`. Base64 ends with `=`.
fn is_member(text: &str) -> bool {
    let name = text.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '_');
    let has_colon = name.len() < text.len() && name.starts_with([':', '：']);
    has_colon || text.trim_end_matches('=').contains('=')
}

fn span(line: &str, kind: MaskKind, range: Range<usize>, quote: &str) -> Span {
    let mut value = decoded(&line[range.clone()]);
    // The SDK writes user IDs in hexadecimal beside their text.
    if line[..range.start].ends_with("base16_format:")
        && let Some(text) = from_hex(&value)
    {
        value = text;
    }
    Span { range, kind, value, quote: quote.to_string() }
}

fn from_hex(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    for at in (0..text.len()).step_by(2) {
        bytes.push(u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// The value without the scheme of an authorization; None if it is only that.
fn without_scheme<'l>(line: &'l str, value: Value<'l>) -> Option<Value<'l>> {
    fn is_scheme(word: &str) -> bool {
        ["bearer", "basic", "digest", "token"].iter().any(|one| word.eq_ignore_ascii_case(one))
    }
    if let Some((scheme, text)) = value.text.split_once(' ')
        && is_scheme(scheme)
    {
        let range = value.range.end - text.len()..value.range.end;
        return Some(Value { range, text, ..value });
    }
    if !is_scheme(value.text) {
        return Some(value);
    }
    if value.is_quoted {
        return None;
    }
    values(line, value.range.end, Extent::Word).into_iter().next()
}

/// All that follows up to a quote or `|`.
fn rest(line: &str, start: usize) -> Option<Range<usize>> {
    let text = line[start..].trim_start_matches([' ', '\t', '[', '(']);
    let start = line.len() - text.len() + quote(text).len();
    let text = line[start..].trim_end();
    let end = text.find(['|', '"', '\'']).unwrap_or(text.len());
    let end = start + text[..end].trim_end_matches(['\\', ' ']).len();
    (end > start).then_some(start..end)
}
