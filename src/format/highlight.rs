//! Color put into a line that may have colors of its own, so that those go on behind it and all of it can be taken out again.
//!
//! The sequences that are put in spell their first parameter with three zeros before it (`ESC[0001;31m`). Terminals read that
//! as they read `ESC[1;31m`; no program writes it, so it tells ours from those of the log. Whether a line has been given any
//! shows at its end: see [`spelling`].

use std::ops::Range;

use super::{Finding, severity};
use crate::catalog::Catalog;
use crate::terminal::ansi::{SgrState, SgrTracker, sgr_parameters};
use crate::terminal::{Role, Style, Styles};

/// What our sequences in lines begin with.
pub(crate) const SIGNED: &[u8] = b"\x1b[000";

/// The longest line that something is put into, rather than behind it, in bytes. With all that is put in it is still short
/// enough to be held in one piece when it is taken out again.
pub(crate) const WHOLE_LIMIT: usize = 256 << 10;

/// How many codes of a line are highlighted.
const CODES_LIMIT: usize = 256;

/// How color around an annotation behind a line is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// Signed: the line's own bytes hold no signed sequence_len, so all that the line holds are ours.
    Signed,
    /// As everybody spells it: nothing was put into the line.
    Plain,
}

/// How color in and behind this line is spelled, of which `text` is all or the beginning.
pub(crate) fn spelling(text: &[u8]) -> Spelling {
    match text.len() > WHOLE_LIMIT || memchr::memmem::find(text, SIGNED).is_some() {
        true => Spelling::Plain,
        false => Spelling::Signed,
    }
}

/// Writes `text` with the codes that were found in it highlighted, and returns what it looks like at its end. If that cannot be
/// told, nothing is written.
pub(crate) fn highlighted<'t>(
    text: &'t [u8],
    findings: &[Finding],
    styles: &Styles,
    catalog: &Catalog,
    out: &mut Vec<u8>,
) -> Option<SgrState<'t>> {
    let end = SgrTracker::new(text).to(text.len()).cloned()?;
    let mut walk = SgrTracker::new(text);
    let mut written = 0;
    for finding in findings.iter().take(CODES_LIMIT) {
        let Some(severity) = styles.style(Role::of(severity(finding, catalog))) else { break };
        let style = styles.style(Role::Code).map_or_else(Style::default, |code| severity.and(code));
        if finding.start < written || style.on().is_empty() {
            continue;
        }
        let Some(attributes) = walk.to(finding.start) else { continue };
        out.extend_from_slice(&text[written..finding.start]);
        write_styled(attributes, &style, out, |out| {
            out.extend_from_slice(&text[finding.start..finding.end])
        });
        written = finding.end;
    }
    out.extend_from_slice(&text[written..]);
    Some(end)
}

/// Writes what `write` writes in `style`, in a line that looks as `attributes` tell there, and goes on so.
pub(crate) fn write_styled(
    attributes: &SgrState<'_>,
    style: &Style,
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>),
) {
    let is_plain = attributes.are_plain();
    let default = if style.on().is_empty() { ("39", "39") } else { (style.on(), style.off()) };
    out.extend_from_slice(SIGNED);
    if !is_plain {
        out.extend_from_slice(b"0;");
    }
    out.extend_from_slice(default.0.as_bytes());
    out.push(b'm');
    write(out);
    out.extend_from_slice(SIGNED);
    // Only what was set is taken back where the line itself sets nothing: colors may reach over from the line before.
    match is_plain {
        true => out.extend_from_slice(default.1.as_bytes()),
        false => {
            out.push(b'0');
            attributes.replay(out);
        }
    }
    out.push(b'm');
}

/// The signed sequences in `text`.
pub(crate) fn signed(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    memchr::memmem::find_iter(text, SIGNED)
        .filter_map(|start| Some(start..start + signed_length(&text[start..])?))
}

/// The length of the signed sequence at the start of `text`.
pub(crate) fn signed_length(text: &[u8]) -> Option<usize> {
    let parameters = sgr_parameters(text).filter(|parameters| parameters.starts_with(b"000"))?;
    Some(parameters.len() + 3)
}

/// `text` without the signed sequence at its end.
pub(crate) fn without_signed(text: &[u8]) -> Option<&[u8]> {
    let parameters = text.strip_suffix(b"m")?;
    let length = parameters
        .iter()
        .rev()
        .take_while(|byte| matches!(byte, b'0'..=b'9' | b';' | b':'))
        .count();
    let before = parameters[..parameters.len() - length].strip_suffix(b"\x1b[")?;
    parameters[before.len() + 2..].starts_with(b"000").then_some(before)
}
