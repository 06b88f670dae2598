//! `explain-line`: shows how lines are scored.

use std::io::{self, BufRead, BufReader, Read, Write};

use imerr::detect::{Confidence, Detector, Explanation};
use imerr::input::LINE_LIMIT;
use imerr::terminal::{escape_controls, width};

use crate::args::ExplainLineArgs;
use crate::exit_status::Outcome;
use crate::{messages, system};

/// Codes that begin after this byte of a line have no carets: so many columns are hard to read, and
/// the blanks for all codes of a line would be the square of its length.
const CARETS_LIMIT: usize = 4 << 10;

pub fn explain_line(
    args: &ExplainLineArgs,
    detector: Detector,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let detector = detector
        .with_unknown(true)
        .with_preferred(args.prefer_system.as_deref())
        .with_assumed_product(args.assume_im);
    if args.lines.is_empty() {
        let mut input = BufReader::new(system::stdin());
        let (mut line, mut number) = (Vec::new(), 1);
        while read_line(&mut input, &mut line, number)? {
            explain(&detector, &line, out)?;
            out.flush()?;
            number += 1;
        }
    }
    for line in &args.lines {
        explain(&detector, line.as_bytes(), out)?;
    }
    Ok(Outcome::Done)
}

/// Reads the line with this number, or its beginning, as much of it as a run searches. Returns false
/// at the end.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>, number: usize) -> io::Result<bool> {
    line.clear();
    if input.by_ref().take(LINE_LIMIT as u64 + 1).read_until(b'\n', line)? == 0 {
        return Ok(false);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() > LINE_LIMIT {
        line.truncate(LINE_LIMIT);
        messages::warning(format_args!(
            "standard input: line {number} is longer than {LINE_LIMIT} bytes; only its beginning \
             is explained"
        ));
        input.skip_until(b'\n')?;
    }
    Ok(true)
}

fn explain(detector: &Detector, line: &[u8], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&escape_controls(line))?;
    writeln!(out)?;
    let explanations = detector.explain(line);
    if explanations.len() == 0 {
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
    if explanation.start > CARETS_LIMIT {
        return writeln!(out, "  at byte {} of the line:", explanation.start + 1);
    }
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
