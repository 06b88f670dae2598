//! Excerpts of a line that is too long for carets below it to stand under their code.

use std::ops::Range;

use super::carets::Carets;
use super::characters::{characters, columns, is_unsure};
use crate::terminal::is_annotation_text;

/// What stands in place of what is left out.
const DOTS: &str = "...";

/// A part of a line, and carets under its codes.
pub(super) struct Excerpt {
    pub text: String,
    pub carets: Carets,
}

impl Excerpt {
    /// Excerpts of `text` of at most so many columns, as many as it takes to show all of `spans` that `places` tell, but for those
    /// that no terminal shows. Other spans in an excerpt have carets as well. `spans` and `places` are in order.
    pub(super) fn of(
        text: &[u8],
        spans: &[Range<usize>],
        places: &[usize],
        columns: usize,
    ) -> Vec<Self> {
        let (line, spans) = plain(text, spans);
        let room = columns - 2 * DOTS.len();
        let mut excerpts = Vec::new();
        let mut places = places.iter().filter(|place| !spans[**place].is_empty()).peekable();
        while let Some(&place) = places.next() {
            let mut shown = spans[place].clone();
            while let Some(&more) =
                places.next_if(|more| width(&line[shown.start..spans[**more].end]) <= room)
            {
                shown.end = spans[more].end;
            }
            excerpts.push(Self::around(&line, &spans, shown, room));
        }
        excerpts
    }

    /// The excerpt that has `shown` in its middle.
    fn around(line: &str, spans: &[Range<usize>], shown: Range<usize>, room: usize) -> Self {
        let Range { start, end } = cut(line, shown, room);
        let before = if start > 0 { DOTS } else { "" };
        let behind = if end < line.len() { DOTS } else { "" };
        let columns = |span: &Range<usize>| {
            let Range { start: first, end: last } =
                span.start.clamp(start, end)..span.end.clamp(start, end);
            let column = before.len() + width(&line[start..first]);
            column..column + width(&line[first..last])
        };
        let carets = Carets::at(spans.iter().map(columns).collect());
        let text = format!("{before}{}{behind}", &line[start..end]);
        Self { text: text.trim_end().to_string(), carets }
    }
}

/// What `text` shows, with controls spelled out, tabs as blanks, and without what takes more columns on some terminals than on
/// others; and where `spans` are then.
fn plain(text: &[u8], spans: &[Range<usize>]) -> (String, Vec<Range<usize>>) {
    let mut line = String::with_capacity(text.len());
    let (mut starts, mut ends) = (Vec::with_capacity(spans.len()), Vec::with_capacity(spans.len()));
    characters(text, |at, c| {
        while spans.get(starts.len()).is_some_and(|span| span.start <= at) {
            starts.push(line.len());
        }
        while spans.get(ends.len()).is_some_and(|span| span.end <= at) {
            ends.push(line.len());
        }
        match c.unwrap_or(char::REPLACEMENT_CHARACTER) {
            '\t' => line.push(' '),
            c if is_unsure(c) => {}
            c if is_annotation_text(c.encode_utf8(&mut [0; 4]).as_bytes()) => line.push(c),
            c if c.is_ascii() => line.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => line.extend(c.escape_unicode()),
        }
    });
    starts.resize(spans.len(), line.len());
    ends.resize(spans.len(), line.len());
    (line, starts.into_iter().zip(ends).map(|(start, end)| start..end).collect())
}

/// What to show of `line` so that `shown` is in the middle of `room` columns, or its beginning where it is wider.
fn cut(line: &str, shown: Range<usize>, room: usize) -> Range<usize> {
    let (before, behind) = (&line[..shown.start], &line[shown.end..]);
    let Some(spare) = room.checked_sub(width(&line[shown.clone()])) else {
        return shown.start..shown.start + first(&line[shown], room);
    };
    let wanted = width(&before[last(before, spare / 2)..]);
    let end = first(behind, spare - wanted);
    let start = last(before, spare - width(&behind[..end]));
    // What takes no more room than the dots is not left out.
    let is_short = |text: &str| width(text) <= DOTS.len();
    let start = if is_short(&before[..start]) { 0 } else { start };
    let end = if is_short(&behind[end..]) { behind.len() } else { end };
    start..shown.end + end
}

/// Where the first `most` columns of `text` end.
fn first(text: &str, most: usize) -> usize {
    let mut left = most;
    let beyond = text.char_indices().find(|(_, c)| match left.checked_sub(columns(*c)) {
        Some(rest) => {
            left = rest;
            false
        }
        None => true,
    });
    beyond.map_or(text.len(), |(at, _)| at)
}

/// Where the last `most` columns of `text` begin; not with what stands on a character before.
fn last(text: &str, most: usize) -> usize {
    let (mut left, mut start) = (most, text.len());
    for (at, c) in text.char_indices().rev() {
        let Some(rest) = left.checked_sub(columns(c)) else { break };
        left = rest;
        if columns(c) > 0 || at == 0 {
            start = at;
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
        let places: Vec<usize> = (0..spans.len()).collect();
        let carets = |carets: &Carets| {
            String::from_utf8(carets.line(|_, carets| carets.into(), b"")).expect("they are ASCII")
        };
        let excerpts = Excerpt::of(text, &spans, &places, columns);
        excerpts.into_iter().map(|excerpt| [excerpt.text, carets(&excerpt.carets)]).collect()
    }

    #[test]
    fn an_excerpt_has_the_code_in_its_middle() {
        let rows = [
            ("0123456789 6206 0123456789", "...89 6206 012...", "      ^^^^"),
            ("6206 01234567890123456789", "6206 012345...", "^^^^"),
            ("01234567890123456789 6206", "...456789 6206", "          ^^^^"),
            ("0123456789 6206 01", "...789 6206 01", "       ^^^^"),
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
            [["...9 6206, 6206 0...", "     ^^^^  ^^^^"], ["...456789 6206 01", "          ^^^^"]];
        assert_eq!(two, wanted.map(|pair| pair.map(str::to_string)));
    }

    #[test]
    fn what_is_wider_than_an_excerpt_is_cut() {
        let span = 3..33;
        let excerpt =
            &Excerpt::of("xxx0123456789012345678901234567890xx".as_bytes(), &[span], &[0], 16)[0];
        assert_eq!(excerpt.text, "...0123456789...");
        assert_eq!(excerpt.carets.line(|_, carets| carets.into(), b""), b"   ^^^^^^^^^^");
    }

    #[test]
    fn whatever_the_line_is_an_excerpt_can_be_shown() {
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
