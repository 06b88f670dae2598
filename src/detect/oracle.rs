//! The slow, obvious detector that the fast one must agree with: every place of the line is taken for a trigger, every
//! shape is tried on every line, and markers are looked for one after the other.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::extract::{Candidate, Extractor};
use super::judge::Judge;
use super::prefilter::Hit;
use super::word;
use super::{Detector, Finding, compile, merge};
use crate::rules::Marker;

static SHAPES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let compiled = crate::rules::built_in()
        .shapes
        .iter()
        .map(|shape| compile(&shape.pattern))
        .collect::<Result<_, _>>();
    compiled.expect("built-in shapes are valid")
});

/// What [`Detector::detect`] must find in `line`.
pub(super) fn detect(detector: &Detector, line: &[u8]) -> Vec<Finding> {
    let shared = &detector.shared;
    let extractor = shared.extractor(detector.unknown);
    let mut candidates = at_every_place(&extractor, line);
    let holds = |text: &str| line.windows(text.len()).any(|window| window == text.as_bytes());
    let shapes = shared.rules.shapes.iter().zip(SHAPES.iter());
    for (shape, regex) in
        shapes.filter(|(shape, _)| shape.triggers.iter().any(|trigger| holds(trigger)))
    {
        for captures in regex.captures_iter(line).take(super::SHAPE_MATCH_LIMIT) {
            let code = captures.name("code").expect("shapes have a group code");
            extractor
                .at_shape(line, code.range(), shape.weight, |candidate| candidates.push(candidate));
        }
    }
    merge(&mut candidates);
    candidates.iter().filter_map(|candidate| judge(detector, line, candidate)).collect()
}

fn at_every_place(extractor: &Extractor<'_>, line: &[u8]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for start in 0..line.len() {
        let begins_a_letter = word::is_part(line[start]) || line[start] >= 0xc0;
        if begins_a_letter {
            extractor.at(line, Hit { start, end: start + 1, trigger: 0 }, |candidate| {
                candidates.push(candidate)
            });
        }
    }
    // The letters of an escape are places too, but no part of the word behind it: of two keys up to one end, that one holds.
    let is_behind = |inner: &Candidate, outer: &Candidate| {
        inner.start == outer.start && inner.key.1 == outer.key.1 && inner.key.0 > outer.key.0
    };
    let all = candidates.clone();
    candidates.retain(|outer| !all.iter().any(|inner| is_behind(inner, outer)));
    candidates
}

fn judge(detector: &Detector, line: &[u8], candidate: &Candidate) -> Option<Finding> {
    let key = &line[candidate.key.0..candidate.key.1];
    let judge = Judge { shared: &detector.shared, preferred: detector.preferred.as_deref() };
    let markers = detector
        .shared
        .rules
        .markers
        .iter()
        .filter(|marker| counts(marker, line, key, candidate.code));
    judge.verdict(candidate, markers)
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

/// Whether no identifier goes on across `at`; on the left an escape of the log may touch a word.
fn is_free(line: &[u8], at: usize, is_right: bool) -> bool {
    let is_part =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let crosses = at > 0 && is_part(line.get(at - 1)) && is_part(line.get(at));
    let behind_escape = || {
        let before = String::from_utf8_lossy(&line[at.saturating_sub(16)..at]).into_owned();
        let color = before.rsplit_once("\x1b[").is_some_and(|(_, code)| {
            code.strip_suffix('m')
                .is_some_and(|digits| digits.chars().all(|c| c.is_ascii_digit() || c == ';'))
        });
        color || before.ends_with("\\n") || before.ends_with("\\t") || before.ends_with("\\r")
    };
    !crosses || (!is_right && behind_escape())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Scratch;

    #[test]
    fn an_escape_before_a_key_is_no_part_of_it() {
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
