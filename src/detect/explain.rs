//! Explaining a finding by the points of its key and of the markers on its line.

use super::Finding;
use super::candidate::Candidate;
use super::resolve::Score;
use crate::catalog::{Lang, Text};
use crate::rules::Marker;

/// The points of one number or name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// Where it begins in the line, at its sign, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The code.
    pub code: i64,
    /// The key or name as it is spelled in the line; empty where a pattern found the number.
    pub key: String,
    /// The points of the key, name or pattern.
    pub key_points: i32,
    /// The markers that apply to it.
    pub reasons: Vec<Reason>,
    /// All points together.
    pub points: i32,
    /// The finding; None for a number that is in no catalog and has too little evidence.
    pub finding: Option<Finding>,
}

/// A marker that applies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reason {
    /// The marker's name in the rules; `assumed` for an assumed marker of the product, and
    /// `fitting-text` for text near the number that fits the meaning.
    pub marker: String,
    /// Why it counts, in a sentence; None if the rules do not say.
    pub text: Option<String>,
    /// The same in Chinese; None if the rules do not say.
    pub text_zh: Option<String>,
    /// Its points.
    pub points: i32,
    /// Whether the points count. Of the markers of the product only the strongest counts, and
    /// generic ones do not count beside them.
    pub counts: bool,
}

impl Reason {
    /// Why it counts, in this language, or in English if there is no other text.
    pub fn text(&self, lang: Lang) -> Option<&str> {
        let english = self.text.as_deref();
        match lang {
            Lang::En => english,
            Lang::Zh => self.text_zh.as_deref().or(english),
        }
    }

    /// The reason of a marker that is not in the rules.
    fn added(marker: &str, [text, text_zh]: [&str; 2], points: i32, counts: bool) -> Self {
        let (text, text_zh) = (Some(text.to_string()), Some(text_zh.to_string()));
        Self { marker: marker.to_string(), text, text_zh, points, counts }
    }
}

impl Explanation {
    /// The points from which a number that is in no catalog is reported, if the line has a marker
    /// of the product and none against it.
    pub const UNKNOWN_POINTS: i32 = 90;

    pub(super) fn new(
        candidate: &Candidate,
        key: &[u8],
        markers: &[&Marker],
        score: Score,
        finding: Option<Finding>,
    ) -> Self {
        Self {
            start: candidate.start,
            end: candidate.end,
            code: candidate.code,
            key: String::from_utf8_lossy(key).into_owned(),
            key_points: candidate.points,
            reasons: reasons(markers, &score),
            points: score.points,
            finding,
        }
    }
}

fn reasons(markers: &[&Marker], score: &Score) -> Vec<Reason> {
    let mut strongest = strongest_of_product(markers);
    let mut reasons = Vec::new();
    if let Some(points) = score.assumed {
        let counts = strongest.is_none_or(|index| markers[index].weight < points);
        if counts {
            strongest = Some(usize::MAX);
        }
        let texts = ["The product is assumed.", "假定日志属于本产品。"];
        reasons.push(Reason::added("assumed", texts, points, counts));
    }
    for (index, marker) in markers.iter().enumerate() {
        let counts = match strongest {
            None => true,
            Some(strongest) if marker.product => index == strongest,
            Some(_) => !marker.generic,
        };
        reasons.push(Reason {
            marker: marker.name.to_string(),
            text: marker.reason.as_ref().map(Text::to_string),
            text_zh: marker.reason_zh.as_ref().map(Text::to_string),
            points: marker.weight,
            counts,
        });
    }
    if let Some(points) = score.hint {
        let texts = ["The text near the number fits the meaning.", "数字旁边的文字与含义相符。"];
        reasons.push(Reason::added("fitting-text", texts, points, true));
    }
    reasons
}

/// The index of the first of the strongest markers of the product.
fn strongest_of_product(markers: &[&Marker]) -> Option<usize> {
    let weights = markers.iter().filter(|marker| marker.product).map(|marker| marker.weight);
    let most = weights.max()?;
    markers.iter().position(|marker| marker.product && marker.weight == most)
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
            let explanations: Vec<_> = detector.explain(line.as_bytes()).collect();
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
    fn the_finding_is_that_of_detect() {
        let detector = Detector::built_in();
        let explanations: Vec<_> =
            detector.explain(b"imsdk code:6206|desc:x, code 99999").collect();
        assert_eq!(
            explanations[0].finding.map(|finding| finding.confidence),
            Some(Confidence::High)
        );
        assert_eq!((explanations[0].key.as_str(), explanations[0].code), ("code", 6206));
    }
}
