//! Excerpts of a line, for codes that the line itself cannot have carets under.

use std::ops::Range;

use super::carets::Carets;
use crate::terminal::{characters, columns, has_unsure_width, is_annotation_text};

const ELLIPSIS: &str = "...";

/// A part of a line, with carets under its codes.
pub(super) struct Excerpt {
    pub text: String,
    pub carets: Carets,
}

impl Excerpt {
    /// Excerpts of `text` of at most `columns` columns, as many as the spans with these `indexes`
    /// need. Other spans in an excerpt have carets as well. `spans` and `indexes` are in order. A
    /// span that no terminal shows has no excerpt.
    pub(super) fn of(
        text: &[u8],
        spans: &[Range<usize>],
        indexes: &[usize],
        columns: usize,
    ) -> Vec<Self> {
        let (line, spans) = visible_text(text, spans);
        let room = columns - 2 * ELLIPSIS.len();
        let mut excerpts = Vec::new();
        let mut indexes = indexes.iter().filter(|index| !spans[**index].is_empty()).peekable();
        while let Some(&index) = indexes.next() {
            let mut focus = spans[index].clone();
            while let Some(&next) =
                indexes.next_if(|next| width(&line[focus.start..spans[**next].end]) <= room)
            {
                focus.end = spans[next].end;
            }
            excerpts.push(Self::around(&line, &spans, focus, room));
        }
        excerpts
    }

    /// The excerpt around `focus`.
    fn around(line: &str, spans: &[Range<usize>], focus: Range<usize>, room: usize) -> Self {
        let Range { start, end } = range_around(line, focus, room);
        let before = if start > 0 { ELLIPSIS } else { "" };
        let after = if end < line.len() { ELLIPSIS } else { "" };
        let mut columns = Vec::with_capacity(spans.len());
        for span in spans {
            let visible = span.start.clamp(start, end)..span.end.clamp(start, end);
            let column = before.len() + width(&line[start..visible.start]);
            columns.push(column..column + width(&line[visible]));
        }
        let text = format!("{before}{}{after}", &line[start..end]);
        Self { text: text.trim_end().to_string(), carets: Carets::at(columns) }
    }
}

/// The text that a terminal shows for `text`, and the spans in it. Control characters are escaped,
/// tabs are blanks, and characters are left out whose width depends on the terminal.
fn visible_text(text: &[u8], spans: &[Range<usize>]) -> (String, Vec<Range<usize>>) {
    let mut line = String::with_capacity(text.len());
    let mut starts = Vec::with_capacity(spans.len());
    let mut ends = Vec::with_capacity(spans.len());
    for (position, c) in characters(text) {
        while spans.get(starts.len()).is_some_and(|span| span.start <= position) {
            starts.push(line.len());
        }
        while spans.get(ends.len()).is_some_and(|span| span.end <= position) {
            ends.push(line.len());
        }
        push_visible(&mut line, c.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    starts.resize(spans.len(), line.len());
    ends.resize(spans.len(), line.len());
    (line, starts.into_iter().zip(ends).map(|(start, end)| start..end).collect())
}

fn push_visible(line: &mut String, c: char) {
    if c == '\t' {
        line.push(' ');
    } else if has_unsure_width(c) {
        // Left out.
    } else if is_annotation_text(c.encode_utf8(&mut [0; 4]).as_bytes()) {
        line.push(c);
    } else if c.is_ascii() {
        line.push_str(&format!("\\x{:02x}", u32::from(c)));
    } else {
        line.extend(c.escape_unicode());
    }
}

/// The range of `line` with `focus` and at most half of the rest of `room` columns on each side, or
/// the beginning of `focus` if it is wider.
fn range_around(line: &str, focus: Range<usize>, room: usize) -> Range<usize> {
    let (before, after) = (&line[..focus.start], &line[focus.end..]);
    let Some(spare) = room.checked_sub(width(&line[focus.clone()])) else {
        return focus.start..focus.start + prefix_len(&line[focus], room);
    };
    let mut start = suffix_start(before, spare / 2);
    let mut after_len = prefix_len(after, spare - width(&before[start..]));
    // Text is not replaced by an ellipsis that needs as much room.
    if width(&before[..start]) <= ELLIPSIS.len() {
        start = 0;
    }
    if width(&after[after_len..]) <= ELLIPSIS.len() {
        after_len = after.len();
    }
    start..focus.end + after_len
}

/// The length of the longest prefix of `text` of at most `limit` columns.
fn prefix_len(text: &str, limit: usize) -> usize {
    let mut used = 0;
    for (position, c) in text.char_indices() {
        used += columns(c);
        if used > limit {
            return position;
        }
    }
    text.len()
}

/// The start of the longest suffix of `text` of at most `limit` columns. It does not start with a
/// combining mark.
fn suffix_start(text: &str, limit: usize) -> usize {
    let mut used = 0;
    let mut start = text.len();
    for (position, c) in text.char_indices().rev() {
        used += columns(c);
        if used > limit {
            break;
        }
        if columns(c) > 0 || position == 0 {
            start = position;
        }
    }
    start
}

fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The excerpts around each `6206` of `text`, with the carets below.
    fn excerpts(text: &[u8], columns: usize) -> Vec<[String; 2]> {
        let codes = memchr::memmem::find_iter(text, "6206").map(|at| at..at + 4);
        let spans: Vec<Range<usize>> = codes.collect();
        let indexes: Vec<usize> = (0..spans.len()).collect();
        let carets = |carets: &Carets| String::from_utf8(carets.plain()).expect("they are ASCII");
        let excerpts = Excerpt::of(text, &spans, &indexes, columns);
        excerpts.into_iter().map(|excerpt| [excerpt.text, carets(&excerpt.carets)]).collect()
    }

    #[test]
    fn an_excerpt_has_the_code_in_its_middle() {
        let rows = [
            ("0123456789 6206 0123456789", "...89 6206 012...", "      ^^^^"),
            ("6206 01234567890123456789", "6206 012345...", "^^^^"),
            ("01234567890123456789 6206", "...89 6206", "      ^^^^"),
            ("0123456789 6206 01", "...89 6206 01", "      ^^^^"),
            ("01234 6206 012345", "01234 6206 012345", "      ^^^^"),
            ("错误错误错误错误 6206 错误错误错误错误", "...误 6206 错...", "      ^^^^"),
            ("012345678e\u{301}9 6206 0123456789", "...e\u{301}9 6206 012...", "      ^^^^"),
            (
                "0123456789\t6206\t\u{7}\x1b[31m\u{85}\u{202e}0123",
                "...89 6206 \\x0...",
                "      ^^^^",
            ),
            ("0123456789👩\u{200d}💻6206 01234567", "...💻6206 0123...", "     ^^^^"),
        ];
        for (text, shown, carets) in rows {
            assert_eq!(
                excerpts(text.as_bytes(), 17),
                [[shown.to_string(), carets.to_string()]],
                "{text:?}"
            );
        }
    }

    #[test]
    fn codes_share_an_excerpt_where_there_is_room() {
        let two = excerpts(b"0123456789 6206, 6206 0123456789 0123456789 6206 01", 20);
        let wanted =
            [["...9 6206, 6206 0...", "     ^^^^  ^^^^"], ["...6789 6206 01", "        ^^^^"]];
        assert_eq!(two, wanted.map(|pair| pair.map(str::to_string)));
    }

    #[test]
    fn a_code_wider_than_an_excerpt_is_cut() {
        let span = 3..33;
        let excerpt =
            &Excerpt::of("xxx0123456789012345678901234567890xx".as_bytes(), &[span], &[0], 16)[0];
        assert_eq!(excerpt.text, "...0123456789...");
        assert_eq!(excerpt.carets.plain(), b"   ^^^^^^^^^^");
    }

    #[test]
    fn every_excerpt_is_annotation_text() {
        let all: String = (0..0x11_0000).filter_map(char::from_u32).collect();
        for text in
            [&[&all.as_bytes()[..3000], b"6206\xff\xfe"].concat()[..], b"\xe9\x94 6206 \x1b[31"]
        {
            assert!(
                excerpts(text, 60).iter().all(|[text, _]| is_annotation_text(text.as_bytes())),
                "{}",
                text.escape_ascii()
            );
        }
    }
}
