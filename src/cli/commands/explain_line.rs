//! `explain-line`: shows how lines are scored.

use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};

use imerr::detect::{Confidence, Detector, Explanation};
use imerr::input::LINE_LIMIT;
use imerr::terminal::{Role, Styles, escape_controls, width};

use super::text_page::{Piece, TextPage};
use crate::args::ExplainLineArgs;
use crate::exit_status::Outcome;
use crate::messages::Level;
use crate::{messages, system};

/// Codes that begin after this byte of a line have no carets: so many columns are hard to read, and
/// the blanks for all codes of a line would be the square of its length.
const CARETS_LIMIT: usize = 4 << 10;

pub fn explain_line(
    args: &ExplainLineArgs,
    styles: &Styles,
    detector: Detector,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let detector = detector
        .with_unknown(true)
        .with_preferred(args.prefer_system.as_deref())
        .with_assumed_product(args.assume_im);
    if args.lines.is_empty() {
        if io::stdin().is_terminal() {
            messages::say(Level::Note, messages::words().waiting_for_lines());
        }
        let mut input = BufReader::new(system::stdin());
        let (mut line, mut number) = (Vec::new(), 1);
        while read_line(&mut input, &mut line, number)? {
            LineExplainer { detector: &detector, styles }.explain(&line, out)?;
            out.flush()?;
            number += 1;
        }
    }
    for line in &args.lines {
        LineExplainer { detector: &detector, styles }.explain(line.as_bytes(), out)?;
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

struct LineExplainer<'e> {
    detector: &'e Detector,
    styles: &'e Styles,
}

impl LineExplainer<'_> {
    fn explain(&self, line: &[u8], out: &mut dyn Write) -> io::Result<()> {
        out.write_all(&escape_controls(line))?;
        writeln!(out)?;
        let explanations = self.detector.explain(line);
        if explanations.len() == 0 {
            let text = "no code: no number follows a known key or name, or matches a rule";
            return TextPage::stdout(self.styles, out).row(&INDENT, &[(None, text)]);
        }
        for explanation in explanations {
            let role = Some(role(self.detector, &explanation));
            carets(line, &explanation, role, self.styles, out)?;
            let mut page = TextPage::stdout(self.styles, out);
            self.verdict(&explanation, role, &mut page)?;
            self.meanings(&explanation, &mut page)?;
            reasons(&explanation, &mut page)?;
        }
        Ok(())
    }

    /// The sum of the points, and what it is enough for.
    fn verdict(
        &self,
        explanation: &Explanation,
        role: Option<Role>,
        page: &mut TextPage<'_>,
    ) -> io::Result<()> {
        let points = explanation.points;
        let verdict = match explanation.finding {
            None => "not reported".to_string(),
            Some(finding) if finding.meanings.is_unknown() => "unknown".to_string(),
            Some(finding) => format!("{} confidence", finding.confidence),
        };
        let verdict = format!("{}: {verdict}", explanation.code);
        let points = format!(", {points} points ");
        let limits = format!("({})", limits(explanation));
        let text = [(role, &*verdict), (None, &*points), (Some(Role::Detail), &*limits)];
        page.row(&INDENT, &text)
    }

    fn meanings(&self, explanation: &Explanation, page: &mut TextPage<'_>) -> io::Result<()> {
        let Some(finding) = explanation.finding else { return Ok(()) };
        let ambiguous = if finding.meanings.is_ambiguous() { "ambiguous: " } else { "" };
        let catalog = self.detector.catalog();
        for entry in finding.meanings.entries(catalog) {
            let category = format!("{ambiguous}{}/{}: ", entry.system, entry.category);
            let meaning = entry.texts(catalog.lang()).meaning;
            page.row(&INDENT, &[(Some(Role::Detail), &category), (None, meaning)])?;
        }
        Ok(())
    }
}

const INDENT: [Piece<'static>; 1] = [(None, "  ")];

/// The role of the code in a line with this explanation. A number that is not reported is a detail.
fn role(detector: &Detector, explanation: &Explanation) -> Role {
    let Some(finding) = explanation.finding else { return Role::Detail };
    let entry = finding.meanings.entries(detector.catalog()).next();
    Role::of(entry.map(|entry| entry.severity))
}

/// Points at the number in the line above. Tabs stay tabs, so that the carets are below it.
fn carets(
    line: &[u8],
    explanation: &Explanation,
    role: Option<Role>,
    styles: &Styles,
    out: &mut dyn Write,
) -> io::Result<()> {
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
    let carets = "^".repeat(explanation.end - explanation.start);
    let carets = role.map_or_else(|| carets.clone(), |role| styles.paint(role, &carets));
    writeln!(out, "{indent}{carets}")
}

/// What the points are enough for.
fn limits(explanation: &Explanation) -> String {
    let (medium, high) = (Confidence::MEDIUM_POINTS, Confidence::HIGH_POINTS);
    let unknown = Explanation::UNKNOWN_POINTS;
    let Some(finding) = explanation.finding else {
        return format!(
            "in no catalog; --unknown reports it from {unknown} points on, on a line of the product \
             that nothing speaks against"
        );
    };
    if finding.meanings.is_unknown() {
        return format!("in no catalog; --unknown reports it, as {unknown} points are enough");
    }
    match finding.confidence {
        Confidence::Low => format!("below {medium}"),
        Confidence::Medium if explanation.points >= high => {
            format!("{medium} or more; high needs a marker of the product")
        }
        Confidence::Medium => {
            format!("{medium} or more; high needs {high} and a marker of the product")
        }
        Confidence::High => format!("{high} or more, with a marker of the product"),
    }
}

/// The points one below the other, those that do not count dim.
fn reasons(explanation: &Explanation, page: &mut TextPage<'_>) -> io::Result<()> {
    let key = match explanation.key.as_str() {
        "" => "the shape of the text around it".to_string(),
        key => format!("`{key}` in front of it"),
    };
    page.row(&[(None, &points(explanation.key_points))], &[(None, &key)])?;
    for reason in &explanation.reasons {
        let text = reason.text.as_deref().unwrap_or("A rule of your own.");
        let (mut label, mut plain, mut note) = (Some(Role::Label), None, "");
        if !reason.counts {
            (label, plain) = (Some(Role::Detail), Some(Role::Detail));
            note = " (not counted, as another marker is)";
        }
        let marker = format!("{}: ", reason.marker);
        let text = format!("{text}{note}");
        page.row(&[(plain, &points(reason.points))], &[(label, &marker), (plain, &text)])?;
    }
    Ok(())
}

fn points(points: i32) -> String {
    format!("  {points:>+6}  ")
}
