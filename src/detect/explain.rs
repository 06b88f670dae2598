//! Telling why a line was judged as it was.

use super::Finding;
use super::extract::Candidate;
use super::judge::Weight;
use crate::rules::Marker;

/// What was weighed about one number or name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// Where it begins in the line, at its sign, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The code.
    pub code: i64,
    /// The key or name as it is spelled in the line; empty where a shape found the number.
    pub key: String,
    /// Points for the key, name or shape.
    pub key_points: i32,
    /// The markers that apply to it.
    pub reasons: Vec<Reason>,
    /// The points in all.
    pub points: i32,
    /// The verdict; None for a number that no catalog holds without enough evidence.
    pub finding: Option<Finding>,
}

/// A marker that applies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reason {
    /// The marker's name in the rules.
    pub marker: String,
    /// Its points.
    pub points: i32,
    /// Whether they count: of the markers of the product only the strongest does, and generic ones do not beside those.
    pub counts: bool,
}

impl Explanation {
    pub(super) fn new(
        candidate: &Candidate,
        key: &[u8],
        markers: &[&Marker],
        finding: Option<Finding>,
    ) -> Self {
        let strongest =
            markers.iter().filter(|marker| marker.product).map(|marker| marker.weight).max();
        let mut is_told = false;
        let reasons = markers.iter().map(|marker| {
            let counts = match strongest {
                Some(most) if marker.product => {
                    marker.weight == most && !std::mem::replace(&mut is_told, true)
                }
                Some(_) => !marker.generic,
                None => true,
            };
            Reason { marker: marker.name.to_string(), points: marker.weight, counts }
        });
        Self {
            start: candidate.start,
            end: candidate.end,
            code: candidate.code,
            key: String::from_utf8_lossy(key).into_owned(),
            key_points: candidate.points,
            reasons: reasons.collect(),
            points: Weight::of(candidate, markers.iter().copied()).points,
            finding,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::detect::{Confidence, Detector};

    #[test]
    fn the_points_that_count_add_up() {
        let detector = Detector::built_in();
        let lines = [
            "imsdk TUIKit error 10013, desc: x",
            "errcode:40001 errmsg:invalid access_token",
            "imsdk error_code:6707",
            "PlatformException(6206, x, null)",
            "TIM: TRTCCloud onWarning code:6001",
        ];
        for line in lines {
            let explanations = detector.explain(line.as_bytes());
            assert_eq!(explanations.len(), 1, "{line}");
            for one in explanations {
                let counted: i32 = one
                    .reasons
                    .iter()
                    .filter(|reason| reason.counts)
                    .map(|reason| reason.points)
                    .sum();
                assert_eq!(one.key_points + counted, one.points, "{line}: {one:?}");
            }
        }
    }

    #[test]
    fn the_verdict_is_that_of_detect() {
        let detector = Detector::built_in();
        let explanations = detector.explain(b"imsdk code:6206|desc:x, code 99999");
        assert_eq!(
            explanations[0].finding.map(|finding| finding.confidence),
            Some(Confidence::High)
        );
        assert_eq!((explanations[0].key.as_str(), explanations[0].code), ("code", 6206));
    }
}
