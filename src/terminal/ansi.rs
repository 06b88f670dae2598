//! Escape sequences in lines of a log: their lengths, and the colors and attributes that they set.

/// The length of the sequence that begins with the ESC at the start of `text`: a control sequence
/// such as a color, a control string with its end, or an escape of two bytes. None if the sequence
/// is incomplete.
pub(crate) fn sequence_len(text: &[u8]) -> Option<usize> {
    let rest = text.get(1..)?;
    Some(match rest.first()? {
        b'[' => 2 + control_sequence_len(&rest[1..])?,
        b']' => 2 + control_string_len(&rest[1..], true)?,
        b'P' | b'X' | b'^' | b'_' => 2 + control_string_len(&rest[1..], false)?,
        b' '..=b'/' => 1 + control_sequence_len(rest)?,
        b'0'..=b'~' => 2,
        _ => 1,
    })
}

/// The length of parameters, intermediate bytes and the final byte. Any other byte ends the
/// sequence before itself.
fn control_sequence_len(text: &[u8]) -> Option<usize> {
    let parameters = text.iter().take_while(|byte| matches!(byte, b' '..=b'?')).count();
    let last = text.get(parameters)?;
    Some(parameters + usize::from(matches!(last, b'@'..=b'~')))
}

/// The length of a control string with its end: ST, or BEL where `bell_ends` it.
fn control_string_len(text: &[u8], bell_ends: bool) -> Option<usize> {
    let mut next = 0;
    while let Some(offset) = memchr::memchr2(0x1b, 0x07, &text[next..]) {
        let found = next + offset;
        next = found + 1;
        if text[found] == 0x07 && bell_ends {
            return Some(next);
        }
        if text[found] == 0x1b && text.get(next) == Some(&b'\\') {
            return Some(next + 1);
        }
    }
    None
}

/// The parameters of the sequence at the start of `text` if it is `ESC [ ... m` (SGR), which sets
/// colors and attributes.
pub(crate) fn sgr_parameters(text: &[u8]) -> Option<&[u8]> {
    let rest = text.strip_prefix(b"\x1b[")?;
    let length = rest.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b';' | b':')).count();
    (rest.get(length) == Some(&b'm')).then(|| &rest[..length])
}

/// Whether `text` has a C1 control character, which a terminal may obey although there is no ESC.
fn has_c1(text: &[u8]) -> bool {
    memchr::memchr_iter(0xc2, text)
        .any(|at| text.get(at + 1).is_some_and(|byte| matches!(byte, 0x80..=0x9f)))
}

/// Follows the colors and attributes through a line.
pub(crate) struct SgrTracker<'t> {
    text: &'t [u8],
    position: usize,
    state: SgrState<'t>,
    has_c1: bool,
}

impl<'t> SgrTracker<'t> {
    pub(crate) fn new(text: &'t [u8]) -> Self {
        Self { text, position: 0, state: SgrState::default(), has_c1: has_c1(text) }
    }

    /// The state at `position`, which is not before any earlier one. None inside an escape
    /// sequence, and in lines with C1 control characters, where the state depends on the terminal.
    pub(crate) fn state_at(&mut self, position: usize) -> Option<&SgrState<'t>> {
        while self.position < position {
            let Some(offset) = memchr::memchr(0x1b, &self.text[self.position..position]) else {
                break;
            };
            let start = self.position + offset;
            let sequence = &self.text[start..];
            self.position = sequence_len(sequence).map_or(usize::MAX, |length| start + length);
            if let Some(parameters) = sgr_parameters(sequence) {
                self.state.apply(parameters);
            } else if sequence.starts_with(b"\x1bc") {
                // A full reset of the terminal.
                self.state = SgrState::default();
            }
        }
        (!self.has_c1 && self.position <= position).then_some(&self.state)
    }
}

/// The colors and attributes that are set, each as the parameters that set it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SgrState<'t>([Option<&'t [u8]>; SLOTS]);

/// Bold, dim, italic, underline, blink, inverse, conceal, strike, frame, overline, foreground,
/// background, underline color.
const SLOTS: usize = 13;

/// A color with longer parameters is ignored. No valid one needs more.
const PARAMETERS_LIMIT: usize = 32;

impl<'t> SgrState<'t> {
    pub(crate) fn is_default(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// Writes the parameters that set this state, each after a `;`.
    pub(crate) fn write_parameters(&self, out: &mut Vec<u8>) {
        for parameters in self.0.iter().flatten() {
            out.push(b';');
            out.extend_from_slice(parameters);
        }
    }

    /// Applies an SGR sequence with these parameters.
    fn apply(&mut self, parameters: &'t [u8]) {
        let mut next = 0;
        while next <= parameters.len() {
            let rest = &parameters[next..];
            let mut length = memchr::memchr(b';', rest).unwrap_or(rest.len());
            let Some(number) = leading_number(&rest[..length]) else {
                next += length + 1;
                continue;
            };
            if matches!(number, 38 | 48 | 58) && !rest[..length].contains(&b':') {
                match extended_color_len(rest) {
                    Some(color) => length = color,
                    None => return,
                }
            }
            if length <= PARAMETERS_LIMIT {
                self.set(number, &rest[..length]);
            }
            next += length + 1;
        }
    }

    fn set(&mut self, number: u16, parameters: &'t [u8]) {
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
            self.0[slot] = (!is_off).then_some(parameters);
        }
    }
}

/// The length of `38;5;N` or `38;2;R;G;B` at the start of `parameters`; None if it is incomplete.
fn extended_color_len(parameters: &[u8]) -> Option<usize> {
    let mut fields = parameters.split(|byte| *byte == b';');
    let target = fields.next()?;
    let mode = fields.next()?;
    let values = match mode.first() {
        Some(b'5') => 1,
        Some(b'2') => 3,
        _ => return None,
    };
    let mut length = target.len() + 1 + mode.len();
    for _ in 0..values {
        length += 1 + fields.next()?.len();
    }
    Some(length)
}

/// The number at the start of a parameter; an empty one is 0.
fn leading_number(parameter: &[u8]) -> Option<u16> {
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
    fn sequences_have_lengths() {
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
    fn the_state_is_that_of_the_sequences_before() {
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
            let line = format!("{text}6206");
            let mut tracker = SgrTracker::new(line.as_bytes());
            let parameters = tracker.state_at(text.len()).map(|state| {
                let mut out = Vec::new();
                state.write_parameters(&mut out);
                String::from_utf8(out).expect("parameters are ASCII")
            });
            assert_eq!(parameters.as_deref(), wanted, "{text:?}");
        }
    }
}
