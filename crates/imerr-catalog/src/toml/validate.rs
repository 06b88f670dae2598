//! Checks of single values of data files.

use super::table::Table;
use crate::Entry;
use crate::characters::{fault, joins};

/// Whether `text` can be the address of a page.
pub fn is_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric()))
        && text.len() <= Entry::PAGE_LIMIT
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"[]".contains(&byte))
}

/// Whether `text` is a date such as `2025-12-17`.
pub fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    is_number(year, 4, 1970, 9999) && is_number(month, 2, 1, 12) && is_number(day, 2, 1, 31)
}

fn is_number(text: &str, digits: usize, min: u32, max: u32) -> bool {
    text.len() == digits
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.parse().is_ok_and(|number: u32| (min..=max).contains(&number))
}

/// Whether `text` can be the name of a system or a category: lower-case letters, digits and `-`.
pub fn is_slug(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_allowed)
}

/// Checks a text for people, which must not break an annotation or a terminal.
pub fn check_prose(table: &Table<'_, '_>, field: &str, text: &str, limit: usize) {
    // Most texts are ASCII, and large catalogs have tens of thousands of them.
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'[' && byte != b']';
    if text.bytes().all(is_plain) {
        check_shape(table, field, text, limit);
        return;
    }
    if let Some((bad, fault)) = text.chars().find_map(|c| fault(c).map(|fault| (c, fault))) {
        let bad = if bad.is_ascii_graphic() { format!("{bad:?}") } else { code_point(bad) };
        let allowed = "texts must be visible and on one line, without square brackets";
        table.report_field(field, format!("{field} contains {bad}, which {fault}; {allowed}"));
    }
    if let Some(first) = text.chars().next().filter(|&first| joins(first)) {
        let first = code_point(first);
        let message =
            format!("{field} begins with {first}, which combines with a character in front of it");
        table.report_field(field, message);
    }
    check_shape(table, field, text, limit);
}

fn code_point(c: char) -> String {
    format!("U+{:04X}", c as u32)
}

/// Checks a symbolic name.
pub fn check_constant(table: &Table<'_, '_>, field: &str, name: &str) {
    if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        check_shape(table, field, name, Entry::TEXT_LIMIT);
    } else {
        let message = format!("'{name}' is not a constant of letters, digits and '_'");
        table.report_field(field, message);
    }
}

/// Checks a text for programs.
pub fn check_ascii(table: &Table<'_, '_>, field: &str, text: &str) {
    if let Some(bad) = text.chars().find(|c| !matches!(c, ' '..='~') || matches!(c, '[' | ']')) {
        let allowed = "it must be printable ASCII without square brackets";
        table.report_field(field, format!("{field} contains {bad:?}; {allowed}"));
    }
    check_shape(table, field, text, Entry::TEXT_LIMIT);
}

/// Checks the length and the ends of a text.
fn check_shape(table: &Table<'_, '_>, field: &str, text: &str, limit: usize) {
    if text.len() > limit {
        let length = text.chars().count();
        if length > limit {
            let message = format!("{field} has {length} characters, the limit is {limit}");
            table.report_field(field, message);
        }
    }
    if text.trim() != text {
        table.report_field(field, format!("{field} begins or ends with a blank"));
    }
}
