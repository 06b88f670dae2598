//! The slow, obvious detector that the fast one must agree with: every position of the line is
//! taken for a trigger, every pattern is tried on every line, and markers are searched one after
//! the other.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::detector::{PATTERN_MATCH_LIMIT, merge};
use super::extract::{Candidate, Extractor};
use super::identifier::is_identifier_byte;
use super::pattern::compile;
use super::prefilter::Hit;
use super::rule_set::rules_where;
use super::{Detector, Finding};
use crate::rules::Marker;

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
    merge(&mut candidates);
    candidates.iter().filter_map(|candidate| resolve(detector, line, candidate)).collect()
}

fn at_every_position(extractor: &Extractor<'_>, line: &[u8]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for start in 0..line.len() {
        if is_identifier_byte(line[start]) || line[start] >= 0xc0 {
            let hit = Hit { start, end: start + 1, trigger: 0 };
            extractor.candidates_at(line, hit, &mut candidates);
        }
    }
    // The letters of an escape are positions too, but no part of the word after it: of two keys
    // with the same end, the shorter one counts.
    let is_shorter = |inner: &Candidate, outer: &Candidate| {
        inner.start == outer.start && inner.key.1 == outer.key.1 && inner.key.0 > outer.key.0
    };
    let all = candidates.clone();
    candidates.retain(|outer| !all.iter().any(|inner| is_shorter(inner, outer)));
    candidates
}

fn resolve(detector: &Detector, line: &[u8], candidate: &Candidate) -> Option<Finding> {
    let key = candidate.key_in(line);
    let markers = rules_where(&detector.inner.rules.markers, |marker| {
        counts(marker, line, key, candidate.code)
    });
    detector.resolver().resolve(candidate, markers)
}

fn counts(marker: &Marker, line: &[u8], key: &[u8], code: i64) -> bool {
    let holds = |text: &str, bound_left: bool, bound_right: bool| {
        let matches = |at: usize| {
            let there = line.get(at..at + text.len()).into_iter().flatten();
            text.len() <= line.len() - at
                && there.zip(text.bytes()).all(|(&byte, wanted)| {
                    byte == wanted || (wanted == b'#' && byte.is_ascii_digit())
                })
        };
        let ends: Vec<usize> = (0..line.len()).filter(|&at| matches(at)).collect();
        ends.iter().any(|&at| {
            (!bound_left || is_free(line, at, false))
                && (!bound_right || is_free(line, at + text.len(), true))
        })
    };
    let has_literals =
        !(marker.words.is_empty() && marker.starts.is_empty() && marker.parts.is_empty());
    let in_line = !has_literals
        || marker.words.iter().any(|text| holds(text, true, true))
        || marker.starts.iter().any(|text| holds(text, true, false))
        || marker.parts.iter().any(|text| holds(text, false, false));
    in_line
        && (marker.codes.is_empty()
            || marker.codes.iter().any(|codes| codes.first <= code && code <= codes.last))
        && (marker.keys.is_empty() || marker.keys.iter().any(|spelling| spelling.as_bytes() == key))
}

/// Whether no identifier goes on across `at`. On the left an escape of the log may touch a word.
fn is_free(line: &[u8], at: usize, is_right: bool) -> bool {
    let is_part =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let crosses = at > 0 && is_part(line.get(at - 1)) && is_part(line.get(at));
    let after_escape = || {
        let before = String::from_utf8_lossy(&line[at.saturating_sub(16)..at]).into_owned();
        let color = before.rsplit_once("\x1b[").is_some_and(|(_, code)| {
            code.strip_suffix('m')
                .is_some_and(|digits| digits.chars().all(|c| c.is_ascii_digit() || c == ';'))
        });
        color || before.ends_with("\\n") || before.ends_with("\\t") || before.ends_with("\\r")
    };
    !crosses || (!is_right && after_escape())
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
        ] {
            detector.detect(line.as_bytes(), &mut Scratch::default(), &mut findings);
            assert_eq!(findings, detect(&detector, line.as_bytes()), "{line:?}");
            assert_eq!(findings.len(), 1, "{line:?}");
        }
    }
}
