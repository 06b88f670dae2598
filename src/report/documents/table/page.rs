//! The page that a summary is written on: text in colors, or without.

use super::Summary;
use crate::catalog::Severity;

/// How a piece of text looks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ink {
    /// As the terminal writes.
    Plain,
    /// What the eye should find first.
    Strong,
    /// What is there for whoever looks for it.
    Calm,
    /// By severity, as annotations of lines are; None is an unknown code.
    Of(Option<Severity>),
}

/// Lines in the making.
pub(super) struct Page<'s> {
    pub style: &'s Summary,
    text: String,
}

const RESET: &str = "\x1b[0m";

impl<'s> Page<'s> {
    pub(super) fn new(style: &'s Summary) -> Self {
        Self { style, text: String::new() }
    }

    /// Writes `text`, which holds no line end.
    pub(super) fn put(&mut self, ink: Ink, text: &str) {
        let (text, spaces) = text.split_at(text.trim_end_matches(' ').len());
        let color = match ink {
            _ if !self.style.color || text.is_empty() => "",
            Ink::Plain => "",
            Ink::Strong => "\x1b[1m",
            Ink::Calm => "\x1b[2m",
            Ink::Of(None) => "\x1b[35m",
            Ink::Of(Some(Severity::Info)) => "\x1b[36m",
            Ink::Of(Some(Severity::Warning)) => "\x1b[33m",
            Ink::Of(Some(Severity::Error)) => "\x1b[31m",
            Ink::Of(Some(Severity::Fatal)) => "\x1b[1;31m",
        };
        self.text.push_str(color);
        self.text.push_str(text);
        if !color.is_empty() {
            self.text.push_str(RESET);
        }
        self.text.push_str(spaces);
    }

    /// Writes so many spaces.
    pub(super) fn space(&mut self, columns: usize) {
        self.text.push_str(&" ".repeat(columns));
    }

    /// Ends the line, without the spaces at its end.
    pub(super) fn end_line(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
    }

    /// Writes a whole line.
    pub(super) fn line(&mut self, ink: Ink, text: &str) {
        self.put(ink, text);
        self.end_line();
    }

    /// Writes whole lines behind `columns` spaces.
    pub(super) fn indented(&mut self, columns: usize, ink: Ink, lines: &[String]) {
        for line in lines {
            self.space(columns);
            self.line(ink, line);
        }
    }

    /// Writes lines with a `label` before the first, in a column of its own.
    pub(super) fn labeled(&mut self, label: &str, columns: usize, lines: &[String]) {
        for (at, line) in lines.iter().enumerate() {
            self.put(Ink::Calm, &super::text::padded(if at == 0 { label } else { "" }, columns));
            self.line(Ink::Plain, line);
        }
    }

    /// What stands for what is left out.
    pub(super) fn ellipsis(&self) -> &'static str {
        if self.style.ascii { "..." } else { "…" }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;
    use crate::format::{Append, Line, Render};
    use crate::terminal::{Styles, Theme};

    #[test]
    fn severities_have_the_colors_of_annotations() {
        let detector = Detector::built_in().with_unknown(true);
        for (code, severity) in
            [("424242", None), ("6206", Some(Severity::Error)), ("6208", Some(Severity::Warning))]
        {
            let text = format!("imsdk code:{code}");
            let findings = crate::testutil::findings(&detector, text.as_bytes());
            let line = Line {
                file: "stdin",
                number: 1,
                offset: 0,
                text: text.as_bytes(),
                end: b"",
                findings: &findings,
                catalog: detector.catalog(),
            };
            let mut annotated = Vec::new();
            Append::new(Styles::colored(Theme::dark())).long_line_end(&line, &mut annotated);
            let annotated = String::from_utf8(annotated).expect("the line is ASCII");
            let style = Summary::new(80).with_color(true);
            let mut page = Page::new(&style);
            page.put(Ink::Of(severity), "[imerr");
            let wanted = page.into_text().trim_end_matches(RESET).to_string();
            assert!(annotated.contains(&wanted), "{annotated:?} {wanted:?}");
        }
    }
}
