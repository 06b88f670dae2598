//! The slow, obvious detector that the fast one must agree with: every position of the line is
//! taken for a trigger, every pattern is tried on every line, and markers are searched one after
//! the other.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::candidate::{Candidate, merge};
use super::extract::Extractor;
use super::identifier::is_identifier_byte;
use super::inner::PATTERN_MATCH_LIMIT;
use super::json_escapes;
use super::pattern::compile;
use super::prefilter::Hit;
use super::rule_set::rules_where;
use super::{Detector, Finding};
use crate::catalog::CodeRange;
use crate::rules::{Marker, Rules};

static REGEXES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let compiled = crate::rules::built_in()
        .shapes
        .iter()
        .map(|pattern| compile(&pattern.pattern))
        .collect::<Result<_, _>>();
    compiled.expect("built-in patterns are valid")
});

/// What [`Detector::detect`] must find in `line`.
pub(super) fn detect(detector: &Detector, line: &[u8]) -> Vec<Finding> {
    let inner = &detector.inner;
    let extractor = inner.extractor(detector.unknown);
    let mut candidates = at_every_position(&extractor, line);
    let contains = |text: &str| line.windows(text.len()).any(|window| window == text.as_bytes());
    for (pattern, regex) in inner.rules.shapes.iter().zip(REGEXES.iter()) {
        if !pattern.triggers.iter().any(|trigger| contains(trigger)) {
            continue;
        }
        for captures in regex.captures_iter(line).take(PATTERN_MATCH_LIMIT) {
            let code = captures.name("code").expect("patterns have a group code").range();
            extractor.candidates_from_pattern(line, code, pattern.weight, &mut candidates);
        }
    }
    if !candidates.is_empty() {
        extractor.at_constants(line, &mut candidates);
    }
    merge(&mut candidates);
    let has_escapes = candidates.iter().any(|candidate| candidate.has_escaped_key(line));
    candidates
        .iter()
        .filter_map(|candidate| resolve(detector, line, candidate, has_escapes))
        .collect()
}

fn at_every_position(extractor: &Extractor<'_>, line: &[u8]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for start in 0..line.len() {
        if has_trigger(extractor, line, start) {
            let hit = Hit { start, end: start + 1, trigger: 0 };
            extractor.candidates_at(line, hit, &mut candidates);
        }
    }
    // The letters of an escape are positions too, but no part of the word after it: of two keys
    // with the same end, the shorter one counts.
    let all = candidates.clone();
    candidates.retain(|outer| !all.iter().any(|inner| ends_inside(inner, outer)));
    candidates
}

fn ends_inside(inner: &Candidate, outer: &Candidate) -> bool {
    inner.start == outer.start && inner.key.1 == outer.key.1 && inner.key.0 > outer.key.0
}

/// Triggers are shorter than this.
const MAX_TRIGGER: usize = 32;

/// Whether a trigger can be at `start`: in an identifier that shares a byte with one, or before a
/// character outside ASCII, written as itself or in JSON escapes.
fn has_trigger(extractor: &Extractor<'_>, line: &[u8], start: usize) -> bool {
    if line[start] >= 0xc0 {
        return true;
    }
    if line[start] == b'u' && start > 0 && line[start - 1] == b'\\' {
        let mut triggers = extractor.rules.triggers.iter();
        return triggers.any(|trigger| line[start - 1..].starts_with(trigger.as_bytes()));
    }
    if !is_identifier_byte(line[start]) {
        return false;
    }
    // The letter of `\r` belongs to the word after it only where a trigger begins with it.
    if start > 0 && line[start - 1] == b'\\' && matches!(line[start], b'n' | b't' | b'r') {
        return trigger_length(extractor, &line[start..]).is_some();
    }
    let is_inside = |at: &usize| is_identifier_byte(line[*at]);
    let first = (0..start).rev().take_while(is_inside).last().unwrap_or(start);
    let end = (start..line.len()).take_while(is_inside).last().unwrap_or(start) + 1;
    (first.saturating_sub(MAX_TRIGGER)..end)
        .any(|at| trigger_length(extractor, &line[at..]).is_some_and(|length| at + length > first))
}

fn trigger_length(extractor: &Extractor<'_>, rest: &[u8]) -> Option<usize> {
    let triggers = extractor.rules.triggers.iter();
    let found = triggers.filter(|trigger| rest.starts_with(trigger.as_bytes()));
    found.map(|trigger| trigger.len()).max()
}

fn resolve(
    detector: &Detector,
    line: &[u8],
    candidate: &Candidate,
    has_escapes: bool,
) -> Option<Finding> {
    let all = &detector.inner.rules.markers;
    let decoded = has_escapes.then(|| json_escapes::decode(line));
    let texts: Vec<&[u8]> = [Some(line), decoded.as_deref()].into_iter().flatten().collect();
    let is_on_line = |marker: &Marker| texts.iter().any(|text| is_in_line(marker, text));
    let has_product =
        all.iter().any(|marker| marker.product && !is_conditional(marker) && is_on_line(marker));
    let markers = rules_where(all, |marker| {
        is_on_line(marker) && applies(marker, line, candidate, has_product)
    });
    detector.resolver(line).resolve(candidate, markers)
}

fn is_conditional(marker: &Marker) -> bool {
    !marker.keys.is_empty() || !marker.codes.is_empty() || marker.pattern.is_some()
}

fn applies(marker: &Marker, line: &[u8], candidate: &Candidate, has_product: bool) -> bool {
    if marker.generic && has_product && is_conditional(marker) {
        return false;
    }
    let key = candidate.key_in(line);
    if !marker.keys.is_empty() && !marker.keys.iter().any(|one| one.as_bytes() == key) {
        return false;
    }
    let has_code =
        |codes: &CodeRange| codes.first <= candidate.code && candidate.code <= codes.last;
    if !marker.codes.is_empty() && !marker.codes.iter().any(has_code) {
        return false;
    }
    let Some(pattern) = &marker.pattern else { return true };
    let from = candidate.start.saturating_sub(Rules::PATTERN_REACH);
    let to = (candidate.end + Rules::PATTERN_REACH).min(line.len());
    let regex = compile(pattern).expect("built-in patterns are valid");
    let mut captures = regex.captures_iter(&line[from..to]);
    captures.any(|one| one.name("code").map(|code| from + code.start()) == Some(candidate.start))
}

/// Whether a literal of the marker is in the line. A marker without literals is on every line.
fn is_in_line(marker: &Marker, line: &[u8]) -> bool {
    let has_literals =
        !(marker.words.is_empty() && marker.starts.is_empty() && marker.parts.is_empty());
    !has_literals
        || marker.words.iter().any(|text| contains(line, text, true, true))
        || marker.starts.iter().any(|text| contains(line, text, true, false))
        || marker.parts.iter().any(|text| contains(line, text, false, false))
}

/// Whether `text` is in the line, with a word boundary on the given sides. `#` matches a digit.
fn contains(line: &[u8], text: &str, bound_left: bool, bound_right: bool) -> bool {
    let wanted = text.as_bytes();
    (0..line.len()).any(|at| {
        line.len() - at >= wanted.len()
            && line[at..]
                .iter()
                .zip(wanted)
                .all(|(byte, wanted)| byte == wanted || (*wanted == b'#' && byte.is_ascii_digit()))
            && (!bound_left || is_free(line, at, false))
            && (!bound_right || is_free(line, at + wanted.len(), true))
    })
}

/// Whether no identifier continues across `at`. On the left an escape of the log may touch a word.
fn is_free(line: &[u8], at: usize, is_right: bool) -> bool {
    let is_part =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let crosses = at > 0 && is_part(line.get(at - 1)) && is_part(line.get(at));
    !crosses || (!is_right && ends_with_escape(&line[at.saturating_sub(16)..at]))
}

fn ends_with_escape(before: &[u8]) -> bool {
    let before = String::from_utf8_lossy(before).into_owned();
    let color = before.rsplit_once("\x1b[").is_some_and(|(_, code)| {
        code.strip_suffix('m')
            .is_some_and(|digits| digits.chars().all(|c| c.is_ascii_digit() || c == ';'))
    });
    color || before.ends_with("\\n") || before.ends_with("\\t") || before.ends_with("\\r")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Scratch;

    #[test]
    fn an_escape_in_front_of_a_key_is_no_part_of_it() {
        let detector = Detector::built_in();
        let mut findings = Vec::new();
        for line in [
            "TRTC:\x1b[31mErrorCode:6206错误码imsdk",
            "\x1b[31mERR_USER_SIG_EXPIREDlastErrorCode:6206errno",
            "\\return_code:6206",
        ] {
            detector.detect(line.as_bytes(), &mut Scratch::default(), &mut findings);
            assert_eq!(findings, detect(&detector, line.as_bytes()), "{line:?}");
            assert_eq!(findings.len(), 1, "{line:?}");
        }
        let line = b"\\result_code\"6206:";
        detector.detect(line, &mut Scratch::default(), &mut findings);
        assert_eq!(findings, []);
        assert_eq!(detect(&detector, line), []);
    }
}
