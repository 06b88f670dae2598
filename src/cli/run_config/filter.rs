//! Which codes and which times the arguments select.

use std::sync::Arc;

use imerr::detect::Detector;
use imerr::filter::Filter;
use imerr::stages::TimeRange;
use imerr::timestamp::TimestampReader;

use crate::args::{FilterArgs, GateArgs};
use crate::error::Error;

pub fn resolve_filter(args: &FilterArgs, gate: &GateArgs, reports_unknown: bool) -> Filter {
    let mut filter = args.entries.filter();
    filter.min_confidence = args.min_confidence;
    filter.codes.clone_from(&args.code);
    filter.except_codes.clone_from(&args.exclude_code);
    // All unknown codes are findings, or those that a gate names.
    let wants_all = reports_unknown || args.unknown || gate.fail_on_unknown;
    filter.unknown = if wants_all { None } else { Some(gate.fail_on_code.clone()) };
    filter
}

pub fn time_range(args: &FilterArgs) -> Option<TimeRange> {
    let FilterArgs { since, until, .. } = *args;
    if since.is_none() && until.is_none() {
        return None;
    }
    Some(TimeRange { reader: Arc::new(TimestampReader::started()), since, until })
}

/// A warning for each value of `--code` that no line can match.
pub fn undetectable_codes(filter: &Filter, detector: &Detector) -> Vec<Error> {
    if filter.allows_some_unknown() {
        return Vec::new();
    }
    let mut warnings = Vec::new();
    for codes in &filter.codes {
        if !detector.catalog().entries().iter().any(|entry| entry.codes.overlaps(*codes)) {
            let warning = Error::new("--code", format!("{codes} is not in any catalog"));
            warnings.push(warning.with_hint("--unknown finds it on lines about the product"));
        }
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Args;

    /// Arguments, and the unknown codes to find; all of them if None.
    type Row = (&'static [&'static str], Option<&'static [(i64, i64)]>);

    #[test]
    fn a_gate_finds_the_unknown_codes_that_it_names() {
        let rows: [Row; 4] = [
            (&[], Some(&[])),
            (&["--fail-on-code", "424242,7-9"], Some(&[(424_242, 424_242), (7, 9)])),
            (&["--fail-on-code", "7", "--unknown"], None),
            (&["--fail-on-unknown"], None),
        ];
        for (typed, expected) in rows {
            let args = Args::parse_typed(typed).expect("valid options");
            let codes = resolve_filter(&args.filter, &args.gate, false).unknown;
            let codes = codes.map(|codes| {
                codes.iter().map(|codes| (codes.first, codes.last)).collect::<Vec<_>>()
            });
            assert_eq!(codes.as_deref(), expected, "{typed:?}");
        }
    }
}
