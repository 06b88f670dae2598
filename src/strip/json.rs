//! Recognizes the members that `json` adds at the end of a JSON object.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;

use crate::syntax::{SCHEMA_MEMBERS, json_member_start};

/// Where the member `key` at the end of a JSON object begins, with the comma in front of it.
/// `object` lacks its closing brace.
pub(super) fn find_member(object: &[u8], key: &str) -> Option<usize> {
    let member_start = json_member_start(key);
    let start = memchr::memmem::rfind(object, member_start.as_bytes())?;
    let value = &object[start + member_start.len()..];
    let code = value.strip_prefix(b"[").unwrap_or(value).strip_prefix(b"{\"code\":")?;
    let digits = code.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
    let is_ours = code[digits..].starts_with(b",\"known\":")
        && are_annotation_members(&object[start + 1..], key);
    is_ours.then_some(start)
}

/// Whether `members` are members of a JSON object, `key` and those that a log schema adds.
fn are_annotation_members(members: &[u8], key: &str) -> bool {
    let object = [b"{", members, b"}"].concat();
    // serde_json does not check whether an ignored value is UTF-8.
    let Ok(object) = std::str::from_utf8(&object) else { return false };
    let Ok(members) = serde_json::from_str::<BTreeMap<String, IgnoredAny>>(object) else {
        return false;
    };
    members.keys().all(|name| name == key || SCHEMA_MEMBERS.contains(&name.as_str()))
}
