//! The detector as a whole: sample lines, an oracle, and lines of which several meanings are
//! possible.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::catalog::Text;
use crate::rules::{Marker, Rules, Sample, Shape, samples};
use crate::testutil::fragments;

/// Building a detector takes longer than a test case, in a debug build above all.
static DETECTOR: LazyLock<Detector> = LazyLock::new(Detector::built_in);

/// The codes found in `line` with medium or high confidence.
fn shown(detector: &Detector, line: &str) -> Vec<i64> {
    let findings = detector.find(line.as_bytes());
    findings
        .iter()
        .filter(|finding| finding.confidence >= Confidence::Medium)
        .map(|finding| finding.code)
        .collect()
}

#[test]
fn every_rule_finds_and_ignores_its_samples() {
    let detector = Detector::built_in();
    let wrong: Vec<Sample> = samples()
        .into_iter()
        .filter(|sample| shown(&detector, &sample.line).is_empty() == sample.found)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_trigger_that_others_cover_wakes_its_shape() {
    for trigger in ["failed", "rfailed", "rrfa"] {
        let shape = Shape {
            name: "s".into(),
            triggers: vec![Text::from(trigger)].into(),
            pattern: r"failed E(?P<code>\d+)".into(),
            weight: 60,
        };
        let mut rules = crate::rules::built_in();
        rules.add(Rules { shapes: vec![shape].into(), ..Rules::default() });
        let detector = Detector::new(crate::catalog::built_in(), rules).expect("it compiles");
        assert_eq!(shown(&detector, "errfailed E6206"), [6206], "{trigger}");
    }
}

#[test]
fn a_name_without_a_trigger_is_found_beside_another_code() {
    let detector = Detector::built_in();
    assert_eq!(shown(&detector, "imsdk MESSAGE_SEND_INVALID_CONVERSATION_TYPE"), [0; 0]);
    let beside = "imsdk code: 6014, MESSAGE_SEND_INVALID_CONVERSATION_TYPE";
    assert_eq!(shown(&detector, beside), [6014, 2106]);
}

/// A line of samples cut and joined, so that its fragments are those of real lines.
fn spliced_samples() -> impl Strategy<Value = Vec<u8>> {
    let lines: Vec<Vec<u8>> =
        samples().into_iter().map(|sample| sample.line.into_bytes()).collect();
    let piece = (proptest::sample::select(lines), any::<proptest::sample::Index>()).prop_map(
        |(line, cut)| {
            let cut = cut.index(line.len() + 1);
            line[cut..].to_vec()
        },
    );
    proptest::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(fragments::config())]

    #[test]
    fn the_detector_agrees_with_the_oracle(
        line in prop_oneof![fragments::line(), spliced_samples()],
        unknown: bool,
        assumed: bool,
    ) {
        let detector = DETECTOR.clone().with_unknown(unknown).with_assumed_product(assumed);
        let mut findings = Vec::new();
        detector.detect(&line, &mut Scratch::default(), &mut findings);
        prop_assert_eq!(&findings, &oracle::detect(&detector, &line), "{}", line.escape_ascii());
    }

    #[test]
    fn a_scan_finds_what_detect_finds(
        lines in proptest::collection::vec(prop_oneof![fragments::line(), spliced_samples()], 0..8),
        end in prop_oneof![Just("\n"), Just("\r\n")],
    ) {
        let detector = DETECTOR.clone().with_unknown(true);
        let mut scratch = Scratch::default();
        let mut block = Vec::new();
        for line in &lines {
            block.extend_from_slice(line);
            block.extend_from_slice(end.as_bytes());
        }
        let (mut found, mut findings) = (Vec::new(), Vec::new());
        let mut scan = detector.scan(&block);
        while let Some(line) = scan.next_line() {
            let text = block[line.clone()].strip_suffix(b"\r").unwrap_or(&block[line.clone()]);
            scan.findings(text, &mut findings);
            found.extend(findings.iter().map(|&finding| (line.start, finding)));
        }
        let mut wanted = Vec::new();
        let mut start = 0;
        for line in block.split(|&byte| byte == b'\n') {
            detector.detect(line.strip_suffix(b"\r").unwrap_or(line), &mut scratch, &mut findings);
            wanted.extend(findings.iter().map(|&finding| (start, finding)));
            start += line.len() + 1;
        }
        prop_assert_eq!(found, wanted, "{}", block.escape_ascii());
    }
}

#[test]
fn the_line_decides_which_of_several_meanings() {
    let rows: [(&str, &[&str]); 18] = [
        ("TIM 10:00:00.000:TIM.create failed. error: {\"code\":2001}", &["web"]),
        ("Chat 10:00:00.000 login failed. error: {\"message\":\"\",\"code\":2002}", &["web"]),
        ("{\"ActionStatus\":\"FAIL\",\"ErrorInfo\":\"\",\"ErrorCode\":2001}", &["server"]),
        ("{\"ActionStatus\":\"FAIL\",\"ErrorInfo\":\"\",\"ErrorCode\":2100}", &["server"]),
        ("imsdk error_code:2003", &["server"]),
        ("error_code:2003", &["server", "web"]),
        ("Chat 10:00:00.000 hello answer code:1002", &["web"]),
        ("{\"ActionStatus\":\"FAIL\",\"ErrorInfo\":\"\",\"ErrorCode\":1002}", &["server"]),
        ("errCode = 1002", &["server", "web"]),
        ("error_code:70001", &["server"]),
        ("imsdk: TIM: error_code:70001", &["server"]),
        ("Chat 10:00:00.000 x failed. error: {\"message\":\"\",\"code\":70001}", &["web"]),
        ("error_code:8010", &["sdk"]),
        ("Chat 10:00:00.000 SignalingModule code:8010", &["web"]),
        ("    \"ErrorCode\": 2003,", &["server"]),
        ("\x1b[31mErrorCode: 2003", &["server"]),
        ("error_code:93000", &["server"]),
        ("error_code:91101", &["server"]),
    ];
    for (line, wanted) in rows {
        assert_eq!(systems(&DETECTOR, line), wanted, "{line}");
    }
    let preferring = DETECTOR.clone().with_preferred(Some("web"));
    assert_eq!(systems(&preferring, "error_code:2003"), ["web"]);
    assert_eq!(systems(&preferring, "{\"ActionStatus\":\"FAIL\",\"ErrorCode\":2003}"), ["server"]);
}

fn systems(detector: &Detector, line: &str) -> Vec<String> {
    let findings = detector.find(line.as_bytes());
    let [finding] = findings.as_slice() else { panic!("{line}: {findings:?}") };
    finding.entries().map(|entry| entry.system.to_string()).collect()
}

#[test]
fn the_built_in_patterns_are_valid() {
    assert!(Detector::new(crate::catalog::built_in(), crate::rules::built_in()).is_ok());
}

fn user_marker(number: usize) -> Marker {
    let mut marker = crate::rules::built_in().markers[0].clone();
    marker.name = format!("user {number}").into();
    (marker.product, marker.generic, marker.weight) = (false, false, -100);
    marker.words = vec![Text::from(format!("unrelated{number}"))].into();
    (marker.starts, marker.parts, marker.keys) = Default::default();
    (marker.codes, marker.systems, marker.about) = Default::default();
    marker
}

fn user_pattern(number: usize) -> Shape {
    Shape {
        name: format!("user {number}").into(),
        triggers: vec![Text::from("cart")].into(),
        pattern: format!(r"cart{number}x (?P<code>\d+)").into(),
        weight: 50,
    }
}

#[test]
fn rules_beyond_the_64th_count() {
    let mut rules = crate::rules::built_in();
    let markers = rules.markers.to_mut();
    markers.extend((markers.len()..Rules::MARKER_LIMIT).map(user_marker));
    let patterns = rules.shapes.to_mut();
    patterns.extend((patterns.len()..Rules::SHAPE_LIMIT).map(user_pattern));
    assert!(rules.markers.len() > 64 && rules.shapes.len() > 64);
    let detector =
        Detector::new(crate::catalog::built_in(), rules).expect("the patterns are valid");
    for number in [64, 65, Rules::MARKER_LIMIT - 1] {
        let line = format!("code: 6206 unrelated{number}");
        let explanation = detector.explain(line.as_bytes()).next().expect("it has a number");
        let names: Vec<&str> = explanation.reasons.iter().map(|one| one.marker.as_str()).collect();
        assert_eq!(names, [format!("user {number}")], "{line}");
        assert!(shown(&detector, &line).is_empty(), "{line}");
    }
    for number in [63, 64, 65, Rules::SHAPE_LIMIT - 1] {
        assert_eq!(shown(&detector, &format!("cart{number}x 6206")), [6206], "{number}");
    }
}

#[test]
fn the_built_in_rules_leave_room_for_64_markers_and_patterns() {
    let rules = crate::rules::built_in();
    assert!(rules.markers.len() + 64 <= Rules::MARKER_LIMIT);
    assert!(rules.shapes.len() + 64 <= Rules::SHAPE_LIMIT);
}

#[test]
fn a_finding_is_serialized_with_its_entries() {
    let findings = DETECTOR.find(b"imsdk code:6206");
    let json = serde_json::to_value(&findings).expect("findings can be serialized");
    let [finding] = json.as_array().expect("a list").as_slice() else { panic!("{json}") };
    let fields = ["start", "end", "code", "confidence"].map(|field| finding[field].to_string());
    assert_eq!(fields, ["11", "15", "6206", "\"high\""]);
    assert_eq!(finding["entries"][0]["names"][0], "ERR_USER_SIG_EXPIRED");
    assert_eq!(finding["entries"].as_array().map(Vec::len), Some(1));
}
