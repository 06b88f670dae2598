//! Escape sequences in lines of a log: how long they are, and what colors and attributes they leave behind.

/// The length of the sequence that begins with the ESC at the start of `text`: of a control sequence such as a color, of a
/// control string up to its end, or of two bytes. None if the text ends before the sequence does.
pub(crate) fn sequence_len(text: &[u8]) -> Option<usize> {
    let rest = text.get(1..)?;
    Some(match rest.first()? {
        b'[' => 2 + control(&rest[1..])?,
        b']' | b'P' | b'X' | b'^' | b'_' => 2 + string(&rest[1..], rest[0] == b']')?,
        b' '..=b'/' => 1 + control(rest)?,
        b'0'..=b'~' => 2,
        _ => 1,
    })
}

/// The length of parameters, intermediate bytes and a final one; without that what does not belong there ends a sequence.
fn control(text: &[u8]) -> Option<usize> {
    let parameters = text.iter().take_while(|byte| matches!(byte, b' '..=b'?')).count();
    text.get(parameters).map(|last| parameters + usize::from(matches!(last, b'@'..=b'~')))
}

/// The length of a control string with its end.
fn string(text: &[u8], ends_with_bell: bool) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = memchr::memchr2(0x1b, 0x07, &text[at..]) {
        at += found + 1;
        match text[at - 1] {
            0x07 if ends_with_bell => return Some(at),
            0x1b if text.get(at) == Some(&b'\\') => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The parameters of the sequence at the start of `text`, if it sets colors or attributes: `ESC [ ... m`.
pub(crate) fn sgr_parameters(text: &[u8]) -> Option<&[u8]> {
    let rest = text.strip_prefix(b"\x1b[")?;
    let length = rest.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b';' | b':')).count();
    (rest.get(length) == Some(&b'm')).then(|| &rest[..length])
}

/// Whether a terminal might take a character of `text` for a control that is written otherwise than with ESC (C1).
fn has_c1(text: &[u8]) -> bool {
    memchr::memchr_iter(0xc2, text)
        .any(|at| text.get(at + 1).is_some_and(|byte| matches!(byte, 0x80..=0x9f)))
}

/// A walk through a line, which knows the colors and attributes of each place.
pub(crate) struct SgrTracker<'t> {
    text: &'t [u8],
    at: usize,
    attributes: SgrState<'t>,
    is_unsure: bool,
}

impl<'t> SgrTracker<'t> {
    pub(crate) fn new(text: &'t [u8]) -> Self {
        Self { text, at: 0, attributes: SgrState::default(), is_unsure: has_c1(text) }
    }

    /// What `place` looks like, which lies behind all places asked for before. None inside a sequence or a control string, or
    /// when that cannot be told.
    pub(crate) fn to(&mut self, place: usize) -> Option<&SgrState<'t>> {
        while self.at < place {
            let Some(escape) = memchr::memchr(0x1b, &self.text[self.at..place]) else { break };
            let start = self.at + escape;
            self.at = sequence_len(&self.text[start..]).map_or(usize::MAX, |length| start + length);
            match sgr_parameters(&self.text[start..]) {
                Some(parameters) => self.attributes.apply(parameters),
                None if self.text[start..].starts_with(b"\x1bc") => {
                    self.attributes = SgrState::default()
                }
                None => {}
            }
        }
        (!self.is_unsure && self.at <= place).then_some(&self.attributes)
    }
}

/// The colors and attributes that sequences have set, each as the parameters that set it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SgrState<'t>([Option<&'t [u8]>; SLOTS]);

/// Bold, dim, italic, underline, blink, inverse, conceal, strike, frame, overline, color, background, color of the underline.
const SLOTS: usize = 13;

impl<'t> SgrState<'t> {
    /// Whether nothing is set.
    pub(crate) fn are_plain(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// Writes `;` and what sets each of them.
    pub(crate) fn replay(&self, out: &mut Vec<u8>) {
        for parameters in self.0.iter().flatten() {
            out.push(b';');
            out.extend_from_slice(parameters);
        }
    }

    /// What becomes of them behind a sequence with these parameters.
    fn apply(&mut self, parameters: &'t [u8]) {
        let mut at = 0;
        while at <= parameters.len() {
            let end = memchr::memchr(b';', &parameters[at..])
                .map_or(parameters.len(), |semicolon| at + semicolon);
            let mut one = &parameters[at..end];
            at = end + 1;
            let Some(number) = number(one) else { continue };
            if matches!(number, 38 | 48 | 58) && !one.contains(&b':') {
                let Some(rest) = parameters.get(at..) else { return };
                let more = match rest.first() {
                    Some(b'5') => 2,
                    Some(b'2') => 4,
                    _ => return,
                };
                let parts = || rest.split(|byte| *byte == b';').take(more);
                if parts().count() < more {
                    return;
                }
                let length = parts().map(|part| part.len() + 1).sum::<usize>() - 1;
                one = &parameters[at - one.len() - 1..at + length];
                at += length + 1;
            }
            // More than a color ever needs is no color.
            if one.len() <= 32 {
                self.set(number, one);
            }
        }
    }

    fn set(&mut self, number: u16, one: &'t [u8]) {
        let slots: &[usize] = match number {
            0 => return *self = Self::default(),
            1..=3 => &[usize::from(number) - 1],
            4 | 21 => &[3],
            5 | 6 => &[4],
            7..=9 => &[usize::from(number) - 2],
            22 => &[0, 1],
            23 => &[2],
            24 => &[3],
            25 => &[4],
            27..=29 => &[usize::from(number) - 22],
            51 | 52 | 54 => &[8],
            53 | 55 => &[9],
            30..=39 | 90..=97 => &[10],
            40..=49 | 100..=107 => &[11],
            58 | 59 => &[12],
            _ => return,
        };
        let is_off = matches!(number, 22..=29 | 39 | 49 | 54 | 55 | 59);
        for &slot in slots {
            self.0[slot] = (!is_off).then_some(one);
        }
    }
}

/// The number that a parameter begins with; an empty one is 0.
fn number(parameter: &[u8]) -> Option<u16> {
    let digits = parameter.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match std::str::from_utf8(&parameter[..digits]).ok()? {
        "" => Some(0),
        digits => digits.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_have_their_ends() {
        let rows = [
            ("\x1b[31mx", Some(5)),
            ("\x1b[mx", Some(3)),
            ("\x1b[38:2::1:2:3mx", Some(14)),
            ("\x1b[?25lx", Some(6)),
            ("\x1b[2 qx", Some(5)),
            ("\x1b[31\x1b[0m", Some(4)),
            ("\x1b[31", None),
            ("\x1b]8;;http://a\x07x", Some(14)),
            ("\x1b]8;;http://a\x1b\\x", Some(15)),
            ("\x1b]0;title", None),
            ("\x1bPq\x07\x1b\\x", Some(6)),
            ("\x1b(Bx", Some(3)),
            ("\x1bcx", Some(2)),
            ("\x1b中", Some(1)),
            ("\x1b", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(sequence_len(text.as_bytes()), wanted, "{text:?}");
        }
    }

    #[test]
    fn a_place_looks_as_the_sequences_before_it_tell() {
        let rows = [
            ("", Some("")),
            ("\x1b[31mx", Some(";31")),
            ("\x1b[1;31mx\x1b[22mx", Some(";31")),
            ("\x1b[31mx\x1b[0mx", Some("")),
            ("\x1b[31mx\x1b[mx", Some("")),
            ("\x1b[01;03;38;5;208;48;2;1;2;3mx", Some(";01;03;38;5;208;48;2;1;2;3")),
            ("\x1b[38:2::1:2:3;4:3mx", Some(";4:3;38:2::1:2:3")),
            ("\x1b[38;5mx", Some("")),
            ("\x1b[38;5;1;1mx", Some(";1;38;5;1")),
            ("\x1b[8;7;9mx\x1b[27;28mx", Some(";9")),
            ("\x1b[31;39mx", Some("")),
            ("\x1b[99999mx\x1b[2mx", Some(";2")),
            ("\x1b[31mx\x1bcx", Some("")),
            ("\x1b[2Jx", Some("")),
            ("\x1b]0;x\x07x", Some("")),
            ("\x1b]0;x", None),
            ("\x1b[31", None),
            ("x\u{9b}31m", None),
        ];
        for (text, wanted) in rows {
            // The place lies right before the last character of what follows.
            let line = format!("{text}6206");
            let mut walk = SgrTracker::new(line.as_bytes());
            let replayed = walk.to(text.len()).map(|attributes| {
                let mut out = Vec::new();
                attributes.replay(&mut out);
                String::from_utf8(out).expect("parameters are ASCII")
            });
            assert_eq!(replayed.as_deref(), wanted, "{text:?}");
        }
    }
}
