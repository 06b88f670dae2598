//! The lines of the log with codes, and the lines around them.

use maud::{Markup, PreEscaped, html};

use super::bilingual::Bilingual;
use super::code_table::{MAX_CODES, severity};
use super::log_text::{log_text, push_quote, push_text};
use crate::language::fill;
use crate::stats::{CodePassages, CodeRow, Passage, Quote};

/// The most first and last passages of each code, from most to fewest.
const QUOTAS: [(usize, usize); 6] = [(20, 5), (10, 3), (5, 2), (3, 1), (1, 1), (1, 0)];
/// The most codes in a command.
const MAX_CODES_OF_COMMAND: usize = 100;

/// The excerpts of all codes, in sections with the indexes of their rows.
pub(super) struct Excerpts<'r> {
    codes: Vec<(usize, &'r CodeRow, &'r CodePassages)>,
    /// The codes that are not quoted.
    others: Vec<i64>,
    quota: (usize, usize),
}

impl<'r> Excerpts<'r> {
    /// As much of the passages of `rows` as fits into `budget` bytes of markup.
    pub(super) fn new(rows: &[&'r CodeRow], page: &Bilingual<'r>, budget: usize) -> Self {
        let passages = &page.data.stats.passages;
        let (mut codes, mut others) = (Vec::new(), Vec::new());
        for (index, row) in rows.iter().enumerate() {
            match passages.of(&row.key).filter(|_| index < MAX_CODES) {
                Some(passages) => codes.push((index, *row, passages)),
                None => others.push(row.key.code),
            }
        }
        let mut excerpts = Self { codes, others, quota: QUOTAS[0] };
        excerpts.shrink(page, budget);
        excerpts
    }

    /// Leaves out passages, and then whole codes, until the rest fits into `budget`.
    fn shrink(&mut self, page: &Bilingual<'_>, budget: usize) {
        let mut sizes = Vec::new();
        for quota in QUOTAS {
            self.quota = quota;
            sizes = self.codes.iter().map(|(.., code)| size(code, quota, page)).collect();
            if sizes.iter().sum::<usize>() <= budget {
                return;
            }
        }
        let (mut used, mut fitting) = (0, 0);
        while fitting < sizes.len() && used + sizes[fitting] <= budget {
            used += sizes[fitting];
            fitting += 1;
        }
        self.others.extend(self.codes.drain(fitting..).map(|(_, row, _)| row.key.code));
    }

    /// Whether there are any.
    pub(super) fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Whether a row of the table has excerpts.
    pub(super) fn has(&self, row: &CodeRow) -> bool {
        self.codes.iter().any(|(_, one, _)| one.key == row.key)
    }

    /// The section. `arguments` are those of the commands that show the rest.
    pub(super) fn section(&self, arguments: Option<&str>, page: &mut Bilingual<'_>) -> Markup {
        html! {
            section aria-labelledby="excerpts" {
                h2 id="excerpts" { (page.word(|words| words.excerpts)) }
                p.note { (page.word(|words| words.about_excerpts)) }
                div id="opening" hidden="" {}
                div id="quotes" {
                    @for (index, row, passages) in &self.codes {
                        (self.code(*index, row, passages, arguments, page))
                    }
                }
                @if !self.others.is_empty() {
                    p { (page.text(|data| {
                        let number = self.others.len().to_string();
                        fill(data.words().page().codes_not_quoted, &[&number])
                    })) }
                    (command(&self.others, arguments, page))
                }
            }
        }
    }

    fn code(
        &self,
        index: usize,
        row: &CodeRow,
        passages: &CodePassages,
        arguments: Option<&str>,
        page: &mut Bilingual<'_>,
    ) -> Markup {
        let (first, last) = chosen(passages, self.quota);
        let quoted = (first.len() + last.len()) as u64;
        let left_out = passages.lines - quoted;
        let known = row.key.entries.known_severity(page.data.catalog);
        html! {
            details id={ "x" (index) } open="" {
                summary {
                    (severity(known, page)) " " b { (page.data.title(&row.key)) } " "
                    (line_counts(quoted, passages.lines, page))
                }
                (PreEscaped(blocks(first.iter(), page)))
                @if left_out > 0 {
                    p { (page.text(|data| {
                        fill(data.words().page().lines_left_out, &[&left_out.to_string()])
                    })) }
                    (command(&[row.key.code], arguments, page))
                }
                (PreEscaped(blocks(last.iter().copied(), page)))
            }
        }
    }
}

/// How many lines are quoted, out of how many.
fn line_counts(quoted: u64, all: u64, page: &mut Bilingual<'_>) -> Markup {
    page.text(|data| match data.words().page() {
        words if quoted == all => fill(words.lines, &[&all.to_string()]),
        words => fill(words.lines_quoted, &[&quoted.to_string(), &all.to_string()]),
    })
}

/// The command that shows lines with these codes.
fn command(codes: &[i64], arguments: Option<&str>, page: &mut Bilingual<'_>) -> Markup {
    let shown = &codes[..codes.len().min(MAX_CODES_OF_COMMAND)];
    let codes = shown.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    html! {
        pre { code {
            "imerr-annotate -n -C2 --unknown --code=" (codes) " "
            @match arguments {
                Some(arguments) => (log_text(arguments)),
                None => (page.word(|words| words.file_argument)),
            }
        } }
    }
}

/// The first and the last passages that are shown.
fn chosen(passages: &CodePassages, (first, last): (usize, usize)) -> (&[Passage], Vec<&Passage>) {
    let first = &passages.first[..passages.first.len().min(first)];
    let others = passages.first.len() - first.len() + passages.last.len();
    let rest = passages.first[first.len()..].iter().chain(&passages.last);
    (first, rest.skip(others.saturating_sub(last)).collect())
}

/// The size of the markup of a code.
fn size(passages: &CodePassages, quota: (usize, usize), page: &Bilingual<'_>) -> usize {
    /// The size of everything but the lines.
    const FRAME: usize = 600;
    let (first, last) = chosen(passages, quota);
    FRAME + blocks(first.iter(), page).len() + blocks(last.into_iter(), page).len()
}

/// A block of lines that follow each other.
struct Block<'p> {
    /// The passage that it starts with.
    passage: &'p Passage,
    lines: Vec<(u64, Line<'p>)>,
}

enum Line<'p> {
    WithCode(&'p Quote),
    Context(&'p str),
}

/// Passages as markup. Those that touch become one block.
fn blocks<'p>(passages: impl Iterator<Item = &'p Passage>, page: &Bilingual<'_>) -> String {
    let mut blocks: Vec<Block<'p>> = Vec::new();
    for passage in passages {
        let start = passage.line - (passage.before.len() as u64).min(passage.line - 1);
        match blocks.last_mut().filter(|block| block.touches(passage.file, start, passage.line)) {
            Some(block) => block.add(passage, start),
            None => {
                let mut block = Block { passage, lines: Vec::new() };
                block.add(passage, start);
                blocks.push(block);
            }
        }
    }
    let mut markup = String::new();
    for block in blocks {
        block.push(&mut markup, page);
    }
    markup
}

impl<'p> Block<'p> {
    /// Whether a passage of lines from `start` on, with a code in `line`, goes on in this block. A
    /// file that was rotated starts over.
    fn touches(&self, file: usize, start: u64, line: u64) -> bool {
        let with_code = self.lines.iter().rev().find(|(_, one)| matches!(one, Line::WithCode(_)));
        let is_later = with_code.is_some_and(|&(number, _)| number < line);
        let end = self.lines.last().map_or(0, |&(number, _)| number);
        self.passage.file == file && is_later && start <= end + 1
    }

    fn add(&mut self, passage: &'p Passage, start: u64) {
        while self.lines.last().is_some_and(|&(number, _)| number >= passage.line) {
            self.lines.pop();
        }
        let known = self.lines.last().map_or(0, |&(number, _)| number);
        let (before, after) = (&passage.before, &passage.after);
        for (number, text) in (start..).zip(before).filter(|&(number, _)| number > known) {
            self.lines.push((number, Line::Context(text)));
        }
        self.lines.push((passage.line, Line::WithCode(&passage.text)));
        for (number, text) in (passage.line + 1..).zip(after) {
            self.lines.push((number, Line::Context(text)));
        }
    }

    fn push(&self, markup: &mut String, page: &Bilingual<'_>) {
        let Passage { file, line, time, .. } = self.passage;
        let place = html! {
            p.place {
                code { (log_text(&page.data.file(*file))) ":" (line) }
                @if let Some(time) = time { " " time { (time) } }
            }
        };
        markup.push_str(&place.0);
        markup.push_str("<pre>");
        for (number, line) in &self.lines {
            match line {
                Line::Context(text) => {
                    markup.push_str(&format!("<i>{number}</i> "));
                    push_text(markup, text);
                }
                Line::WithCode(quote) => {
                    markup.push_str(&format!("<b><i>{number}</i> "));
                    push_quote(markup, quote);
                    markup.push_str("</b>");
                }
            }
            markup.push('\n');
        }
        markup.push_str("</pre>");
    }
}
