//! `explain-line`: shows how lines are scored.

use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};

use imerr::detect::{Detector, Explanation};
use imerr::input::LINE_LIMIT;
use imerr::language;
use imerr::terminal::{Role, Styles, escape_controls, width};

use super::text_page::{Piece, TextPage};
use crate::args::ExplainLineArgs;
use crate::exit_status::Outcome;
use crate::language::{LineScoreWords, line_score_words};
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
            LineExplainer::new(&detector, styles).explain(&line, out)?;
            out.flush()?;
            number += 1;
        }
    }
    for line in &args.lines {
        LineExplainer::new(&detector, styles).explain(line.as_bytes(), out)?;
    }
    Ok(Outcome::Done)
}

/// Reads the line with this number, or its beginning, as much of it as a run searches. Returns
/// false at the end.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>, number: usize) -> io::Result<bool> {
    line.clear();
    if input.by_ref().take(LINE_LIMIT as u64 + 1).read_until(b'\n', line)? == 0 {
        return Ok(false);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() > LINE_LIMIT {
        line.truncate(LINE_LIMIT);
        messages::say(Level::Warning, line_score_words(messages::lang()).long_line(number));
        input.skip_until(b'\n')?;
    }
    Ok(true)
}

struct LineExplainer<'e> {
    detector: &'e Detector,
    styles: &'e Styles,
    words: &'static dyn LineScoreWords,
}

impl<'e> LineExplainer<'e> {
    fn new(detector: &'e Detector, styles: &'e Styles) -> Self {
        Self { detector, styles, words: line_score_words(detector.catalog().lang()) }
    }

    fn colon(&self) -> &'static str {
        language::of(self.detector.catalog().lang()).colon()
    }

    fn explain(&self, line: &[u8], out: &mut dyn Write) -> io::Result<()> {
        out.write_all(&escape_controls(line))?;
        writeln!(out)?;
        let explanations = self.detector.explain(line);
        if explanations.len() == 0 {
            let text = self.words.no_candidate();
            return TextPage::stdout(self.styles, out).row(&INDENT, &[(None, text)]);
        }
        for explanation in explanations {
            let role = Some(role(self.detector, &explanation));
            self.carets(line, &explanation, role, out)?;
            let mut page = TextPage::stdout(self.styles, out);
            self.verdict(&explanation, role, &mut page)?;
            self.meanings(&explanation, &mut page)?;
            self.reasons(&explanation, &mut page)?;
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
        let verdict = self.words.verdict(explanation.finding.as_ref());
        let verdict = format!("{}{}{verdict}", explanation.code, self.colon());
        let points = self.words.points(explanation.points);
        let limits = self.words.limits(explanation);
        let text = [(role, &*verdict), (None, &*points), (Some(Role::Detail), &*limits)];
        page.row(&INDENT, &text)
    }

    fn meanings(&self, explanation: &Explanation, page: &mut TextPage<'_>) -> io::Result<()> {
        let Some(finding) = explanation.finding else { return Ok(()) };
        let is_ambiguous = finding.entries.is_ambiguous();
        let ambiguous = if is_ambiguous { self.words.ambiguous() } else { "" };
        let catalog = self.detector.catalog();
        for entry in finding.entries.in_catalog(catalog) {
            let colon = self.colon();
            let category = format!("{ambiguous}{}/{}{colon}", entry.system, entry.category);
            let meaning = entry.texts(catalog.lang()).meaning;
            page.row(&INDENT, &[(Some(Role::Detail), &category), (None, meaning)])?;
        }
        Ok(())
    }

    /// Points at the number in the line above. Tabs stay tabs, so that the carets are below it.
    fn carets(
        &self,
        line: &[u8],
        explanation: &Explanation,
        role: Option<Role>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if explanation.start > CARETS_LIMIT {
            return writeln!(out, "  {}", self.words.at_byte(explanation.start + 1));
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
        let carets = role.map_or_else(|| carets.clone(), |role| self.styles.paint(role, &carets));
        writeln!(out, "{indent}{carets}")
    }

    /// The points one below the other, those that do not count dim.
    fn reasons(&self, explanation: &Explanation, page: &mut TextPage<'_>) -> io::Result<()> {
        let key = self.words.key(&explanation.key);
        page.row(&[(None, &points(explanation.key_points))], &[(None, &key)])?;
        for reason in &explanation.reasons {
            let text = reason.text(self.detector.catalog().lang());
            let text = text.unwrap_or(self.words.own_rule());
            let (mut label, mut plain, mut note) = (Some(Role::Label), None, "");
            if !reason.counts {
                (label, plain) = (Some(Role::Detail), Some(Role::Detail));
                note = self.words.not_counted();
            }
            let marker = format!("{}{}", reason.marker, self.colon());
            let text = format!("{text}{note}");
            page.row(&[(plain, &points(reason.points))], &[(label, &marker), (plain, &text)])?;
        }
        Ok(())
    }
}

const INDENT: [Piece<'static>; 1] = [(None, "  ")];

/// The role of the code in a line with this explanation. A number that is not reported is a detail.
fn role(detector: &Detector, explanation: &Explanation) -> Role {
    let Some(finding) = explanation.finding else { return Role::Detail };
    let entry = finding.entries.in_catalog(detector.catalog()).next();
    Role::of(entry.map(|entry| entry.severity))
}

fn points(points: i32) -> String {
    format!("  {points:>+6}  ")
}
