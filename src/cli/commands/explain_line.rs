//! `explain-line`: shows how lines are scored.

use std::io::{self, BufRead, Write};

use imerr::detect::{Detector, Explanation};

use crate::args::ExplainLineArgs;
use crate::exit_status::Outcome;

pub fn explain_line(
    args: &ExplainLineArgs,
    detector: Detector,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let detector = detector.with_unknown(true).with_preferred(args.prefer.as_deref());
    if args.lines.is_empty() {
        for line in io::stdin().lock().split(b'\n') {
            explain(&detector, &line?, out)?;
            out.flush()?;
        }
    }
    for line in &args.lines {
        explain(&detector, line.as_bytes(), out)?;
    }
    Ok(Outcome::Done)
}

fn explain(detector: &Detector, line: &[u8], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(line)?;
    writeln!(out)?;
    let explanations = detector.explain(line);
    if explanations.is_empty() {
        writeln!(out, "  nothing: no number follows a key or a name, or fits a pattern")?;
    }
    for explanation in explanations {
        verdict(detector, &explanation, out)?;
        reasons(&explanation, out)?;
    }
    Ok(())
}

fn verdict(detector: &Detector, explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let Explanation { code, start, end, points, .. } = explanation;
    write!(out, "  {code} at bytes {start} to {end}, {points} points: ")?;
    let Some(finding) = explanation.finding else {
        return writeln!(
            out,
            "nothing: the code is in no catalog, and too little points to the product"
        );
    };
    let entries: Vec<String> = finding
        .meanings
        .entries(detector.catalog())
        .map(|entry| format!("{}/{}: {}", entry.system, entry.category, entry.meaning))
        .collect();
    match entries.as_slice() {
        [] => writeln!(out, "unknown, {} confidence", finding.confidence),
        [entry] => writeln!(out, "{} confidence, {entry}", finding.confidence),
        entries => {
            writeln!(out, "{} confidence, ambiguous, {}", finding.confidence, entries.join(" or "))
        }
    }
}

fn reasons(explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let key = if explanation.key.is_empty() {
        "a pattern".to_string()
    } else {
        format!("`{}`", explanation.key)
    };
    writeln!(out, "  {:>+6}  {key}", explanation.key_points)?;
    for reason in &explanation.reasons {
        let note = if reason.counts { "" } else { " (not counted, as another marker is)" };
        writeln!(out, "  {:>+6}  marker {}{note}", reason.points, reason.marker)?;
    }
    Ok(())
}
