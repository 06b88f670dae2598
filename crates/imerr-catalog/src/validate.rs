//! What single values of a catalog file must look like.

use super::entry::Entry;

/// Whether `text` can be the address of a page.
pub(super) fn is_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric()))
        && text.len() <= Entry::PAGE_LIMIT
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"[]".contains(&byte))
}

/// Whether `text` is a date such as `2025-12-17`.
pub(super) fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut has = |digits: usize, first: u32, last: u32| {
        let part = parts
            .next()
            .filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()));
        part.and_then(|part| part.parse().ok())
            .is_some_and(|number| (first..=last).contains(&number))
    };
    has(4, 1970, 9999) && has(2, 1, 12) && has(2, 1, 31) && parts.next().is_none()
}

/// Whether a system or a category can be named so: lower-case letters, digits and `-`.
pub fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

pub(super) fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
