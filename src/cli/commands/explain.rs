//! `explain`: prints all that the catalogs say about codes or names.

use std::io::{self, Write};

use imerr::catalog::{Catalog, Entry, Lang};

use super::list::hanging;
use crate::color::{Sink, When};
use crate::exit_status::Outcome;
use crate::messages;

const BOLD: &str = "\x1b[1m";
const RESET: &str = "\x1b[0m";

const SUGGESTIONS: usize = 3;
/// Codes are near each other up to this difference.
const NEAR: u64 = 20;
/// The most entries that a part of a name is explained by.
const PARTS: usize = 5;

pub fn explain(
    wanted: &[String],
    color: When,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let columns = Sink::Stdout.columns();
    let (bold, reset) = if color.colors(Sink::Stdout) { (BOLD, RESET) } else { ("", "") };
    let mut outcome = Outcome::Done;
    let mut is_first = true;
    for wanted in wanted.iter().flat_map(|words| words.split(',')).map(str::trim) {
        let code = code(wanted);
        let entries = entries(catalog, wanted, code);
        if entries.is_empty() {
            // On a terminal that shows both streams, the message comes after the entries above.
            out.flush()?;
            messages::error(format_args!("{wanted}: {}", unknown(catalog, wanted, code)));
            outcome = Outcome::NothingFound;
        }
        for entry in entries {
            if !std::mem::take(&mut is_first) {
                writeln!(out)?;
            }
            writeln!(out, "{bold}{}{reset}", title(entry, code))?;
            for (label, text) in fields(catalog, entry) {
                writeln!(out, "{}", hanging(&label, &text, columns))?;
            }
        }
    }
    Ok(outcome)
}

/// The code that `wanted` is, in decimal or as `0x183e`, or that it contains as its only number:
/// `code: 6206`, `E6206`.
fn code(wanted: &str) -> Option<i64> {
    if let Some(hex) = wanted.strip_prefix("0x").or_else(|| wanted.strip_prefix("0X")) {
        return i64::from_str_radix(hex, 16).ok();
    }
    if let Ok(code) = wanted.parse() {
        return Some(code);
    }
    let is_digit = |c: char| c.is_ascii_digit();
    let digits = wanted.split(|c| !is_digit(c)).find(|digits| !digits.is_empty())?;
    let start = wanted.find(is_digit)?;
    let (before, after) = (&wanted[..start], &wanted[start + digits.len()..]);
    // In a name such as ERR_TO_USER_1 the number is no code.
    if digits.len() < 2 || before.ends_with('_') || after.contains(is_digit) {
        return None;
    }
    let is_negative =
        before.ends_with('-') && !before[..before.len() - 1].ends_with(char::is_alphanumeric);
    let code: i64 = digits.parse().ok()?;
    Some(if is_negative { -code } else { code })
}

/// The entries for a code; otherwise those for a name in any case, or for a part of a few names.
fn entries<'c>(catalog: &'c Catalog, wanted: &str, code: Option<i64>) -> Vec<&'c Entry> {
    let exact = entries_for_name(catalog, wanted);
    if !exact.is_empty() {
        return exact;
    }
    if let Some(code) = code {
        return catalog.entries_for_code(code).collect();
    }
    let name = wanted.to_ascii_uppercase();
    let exact = entries_for_name(catalog, &name);
    if !exact.is_empty() {
        return exact;
    }
    let parts = catalog.entries_with_name_part(&name);
    if parts.len() <= PARTS { parts } else { Vec::new() }
}

fn entries_for_name<'c>(catalog: &'c Catalog, name: &str) -> Vec<&'c Entry> {
    catalog.ids_for_name(name.as_bytes()).map(|id| catalog.entry(id)).collect()
}

/// The message about an unknown code or name, with the nearest ones if there are any.
fn unknown(catalog: &Catalog, wanted: &str, code: Option<i64>) -> String {
    let is_number = wanted.trim_start_matches(['-', '+']).bytes().all(|byte| byte.is_ascii_digit());
    let mut nearest = Vec::new();
    if let Some(code) = code {
        for entry in catalog.nearest_entries(code, SUGGESTIONS) {
            if entry.codes.distance(code) <= NEAR {
                nearest.push(format!("{} ({})", entry.codes, entry.phrase()));
            }
        }
    } else if is_number {
        return "the number is out of range for a code".to_string();
    } else {
        for (name, entry) in catalog.similar_names(wanted, SUGGESTIONS) {
            nearest.push(format!("{name} ({})", entry.codes));
        }
    }
    let separator = if nearest.is_empty() { "" } else { "; nearest are " };
    let nearest = nearest.join(", ");
    format!(
        "not in any catalog{separator}{nearest}; \
         find codes by words with 'imerr-annotate search WORD...'"
    )
}

/// The code and its names. For a code within a range, the code alone.
fn title(entry: &Entry, code: Option<i64>) -> String {
    let codes = match code {
        Some(code) if entry.codes.is_range() => code.to_string(),
        _ => entry.codes.to_string(),
    };
    let mut words = vec![codes.as_str()];
    words.extend(entry.names.iter().map(AsRef::<str>::as_ref));
    words.join(" ")
}

fn fields(catalog: &Catalog, entry: &Entry) -> Vec<(String, String)> {
    let texts = entry.texts(Lang::En);
    let range = entry.codes.is_range().then(|| entry.codes.to_string());
    let page = entry.page.as_ref().map(|page| match &entry.as_of {
        Some(date) => format!("{page} (as of {date})"),
        None => page.to_string(),
    });
    let fields = [
        ("range", range),
        ("category", Some(format!("{}/{}", entry.system, entry.category))),
        ("kind", Some(format!("{}, severity {}", entry.kind, entry.severity))),
        ("meaning", Some(texts.meaning.to_string())),
        ("cause", texts.cause.map(str::to_string)),
        ("remedy", Some(texts.remedy.to_string())),
        ("retry", Some(format!("{}: {}", entry.retry, entry.retry.explained()))),
        ("status", Some(entry.status.to_string())),
        ("since", entry.since.as_ref().map(ToString::to_string)),
        ("note", texts.note.map(str::to_string)),
        ("page", page),
    ];
    let mut rows = Vec::new();
    for (name, text) in fields {
        rows.extend(text.map(|text| (format!("  {name:<9} "), text)));
    }
    for (index, code) in entry.see.iter().enumerate() {
        let name = if index == 0 { "see" } else { "" };
        rows.push((format!("  {name:<9} {code:>6} "), meanings(catalog, *code)));
    }
    rows
}

fn meanings(catalog: &Catalog, code: i64) -> String {
    let entries = catalog.entries_for_code(code);
    let meanings = entries.map(|entry| {
        format!("{}/{}: {}", entry.system, entry.category, entry.texts(Lang::En).meaning)
    });
    meanings.collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_from_what_a_log_prints() {
        let rows = [
            ("6206", Some(6206)),
            ("-10003", Some(-10003)),
            ("0x183e", Some(6206)),
            ("code: 6206", Some(6206)),
            ("code=-10003", Some(-10003)),
            ("E6206", Some(6206)),
            ("[6206]", Some(6206)),
            ("x-6206", Some(6206)),
            ("错误码：70001", Some(70001)),
            ("6206 and 70001", None),
            ("ERR_TO_USER_12", None),
            ("v2", None),
            ("x", None),
            ("", None),
            ("99999999999999999999", None),
        ];
        for (wanted, expected) in rows {
            assert_eq!(code(wanted), expected, "{wanted}");
        }
    }

    #[test]
    fn entries_are_found_by_code_name_and_part_of_a_name() {
        let catalog = imerr::catalog::built_in();
        let codes = |wanted: &str| -> Vec<i64> {
            let entries = entries(&catalog, wanted, code(wanted));
            entries.iter().map(|entry| entry.codes.first).collect()
        };
        assert_eq!(codes("code: 6206"), [6206]);
        assert_eq!(codes("err_user_sig_expired"), [6206]);
        assert_eq!(codes("user_sig_expired"), [6206]);
        assert_eq!(codes("ERR"), [] as [i64; 0], "a part of too many names");
        assert!(!unknown(&catalog, "999999", Some(999_999)).contains("nearest"));
        assert!(unknown(&catalog, "6230", Some(6230)).contains("nearest are 6226"));
    }
}
