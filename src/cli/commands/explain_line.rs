//! `explain-line`: shows how lines are scored.

use std::io::{self, BufRead, BufReader, Write};

use imerr::detect::{Confidence, Detector, Explanation};
use imerr::terminal::{escape_controls, width};

use crate::args::ExplainLineArgs;
use crate::exit_status::Outcome;
use crate::system;

pub fn explain_line(
    args: &ExplainLineArgs,
    detector: Detector,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let detector = detector
        .with_unknown(true)
        .with_preferred(args.prefer.as_deref())
        .with_assumed_product(args.assume.is_some());
    if args.lines.is_empty() {
        for line in BufReader::new(system::stdin()).split(b'\n') {
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
    out.write_all(&escape_controls(line))?;
    writeln!(out)?;
    let explanations = detector.explain(line);
    if explanations.is_empty() {
        writeln!(out, "  nothing: no number follows a key or a name, or fits a shape")?;
    }
    for explanation in explanations {
        carets(line, &explanation, out)?;
        writeln!(out, "  {}: {}", explanation.code, verdict(&explanation))?;
        meanings(detector, &explanation, out)?;
        reasons(&explanation, out)?;
    }
    Ok(())
}

/// Points at the number in the line above. Tabs stay tabs, so that the carets are below it.
fn carets(line: &[u8], explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let mut indent = String::new();
    let before = escape_controls(&line[..explanation.start]).into_owned();
    for c in String::from_utf8_lossy(&before).chars() {
        match c {
            '\t' => indent.push('\t'),
            _ => indent.push_str(&" ".repeat(width(c.encode_utf8(&mut [0; 4])))),
        }
    }
    writeln!(out, "{indent}{}", "^".repeat(explanation.end - explanation.start))
}

/// The sum of the points, and what it is enough for.
fn verdict(explanation: &Explanation) -> String {
    let points = explanation.points;
    let (medium, high) = (Confidence::MEDIUM_POINTS, Confidence::HIGH_POINTS);
    let unknown = Explanation::UNKNOWN_POINTS;
    match explanation.finding {
        None => format!(
            "nothing, {points} points: the code is in no catalog. --unknown reports it from \
             {unknown} points on, on a line of the product that nothing speaks against"
        ),
        Some(finding) if finding.meanings.is_unknown() => format!(
            "unknown, {points} points: the code is in no catalog, and --unknown reports it as it \
             has {unknown}"
        ),
        Some(finding) => {
            let limits = match finding.confidence {
                Confidence::Low => format!("below {medium}"),
                Confidence::Medium if points >= high => {
                    format!("{medium} or more; high needs a marker of the product")
                }
                Confidence::Medium => {
                    format!("{medium} or more; high needs {high} and a marker of the product")
                }
                Confidence::High => format!("{high} or more, with a marker of the product"),
            };
            format!("{} confidence, {points} points ({limits})", finding.confidence)
        }
    }
}

fn meanings(detector: &Detector, explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let Some(finding) = explanation.finding else { return Ok(()) };
    let alternatives = if finding.meanings.is_ambiguous() { "ambiguous: " } else { "" };
    for entry in finding.meanings.entries(detector.catalog()) {
        let (system, category) = (&entry.system, &entry.category);
        writeln!(out, "  {alternatives}{system}/{category}: {}", entry.meaning)?;
    }
    Ok(())
}

fn reasons(explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let points = explanation.key_points;
    match explanation.key.as_str() {
        "" => writeln!(out, "  {points:>+6}  a shape")?,
        key => writeln!(out, "  {points:>+6}  `{key}` in front of it")?,
    }
    for reason in &explanation.reasons {
        let text = reason.text.as_deref().unwrap_or("A rule of your own.");
        let note = if reason.counts { "" } else { " (not counted, as another marker is)" };
        writeln!(out, "  {:>+6}  {}: {text}{note}", reason.points, reason.marker)?;
    }
    Ok(())
}
