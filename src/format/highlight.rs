//! Colors codes and annotations in a line that may have colors of its own.
//!
//! The inserted sequences are [tagged](TAGGED_SGR), so that `strip` removes exactly those. After
//! each of them the line continues in its own colors.

use super::Line;
use super::format::role;
use crate::syntax::{INSERTION_LIMIT, TAGGED_SGR};
use crate::terminal::ansi::{SgrState, SgrTracker};
use crate::terminal::{Style, Styles};

/// The most codes of a line that are highlighted.
const CODES_LIMIT: usize = 256;

/// Whether tagged sequences can be inserted into a line that is or begins with `text`. If the line
/// has some of its own, `strip` could not distinguish them.
fn can_be_tagged(text: &[u8]) -> bool {
    text.len() <= INSERTION_LIMIT && memchr::memmem::find(text, TAGGED_SGR).is_none()
}

/// Writes the text of `line` with the codes in it highlighted, and returns its colors at the end.
/// Writes the text alone and returns None without styles, and if the colors of the line are not
/// known or it cannot have tagged sequences.
pub(super) fn write_highlighted<'t>(
    line: &Line<'t>,
    styles: &Styles,
    out: &mut Vec<u8>,
) -> Option<SgrState<'t>> {
    let text = line.text;
    let final_state = colors_at_end(text, styles);
    if final_state.is_none() {
        out.extend_from_slice(text);
        return None;
    }
    let mut tracker = SgrTracker::new(text);
    let mut written = 0;
    for finding in line.findings().take(CODES_LIMIT) {
        let Some(style) = styles.code_style(role(&finding)) else { break };
        if finding.start < written || style.on.is_empty() {
            continue;
        }
        let Some(state) = tracker.state_at(finding.start) else { continue };
        out.extend_from_slice(&text[written..finding.start]);
        let code = &text[finding.start..finding.end];
        write_styled(state, &style, out, |out| out.extend_from_slice(code));
        written = finding.end;
    }
    out.extend_from_slice(&text[written..]);
    final_state
}

/// The colors at the end of `text`, if tagged sequences can be inserted into it and there are
/// styles.
pub(super) fn colors_at_end<'t>(text: &'t [u8], styles: &Styles) -> Option<SgrState<'t>> {
    if styles.theme.is_none() || !can_be_tagged(text) {
        return None;
    }
    SgrTracker::new(text).state_at(text.len()).cloned()
}

/// Writes in `style` what `write` writes, then returns to `state`, the colors of the line at this
/// position.
pub(super) fn write_styled(
    state: &SgrState<'_>,
    style: &Style,
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>),
) {
    // A style without parameters still needs a tag, and the default color is one without effect.
    let (on, off) = if style.on.is_empty() { ("39", "39") } else { (&*style.on, &*style.off) };
    out.extend_from_slice(TAGGED_SGR);
    if !state.is_default() {
        out.extend_from_slice(b"0;");
    }
    out.extend_from_slice(on.as_bytes());
    out.push(b'm');
    write(out);
    out.extend_from_slice(TAGGED_SGR);
    if state.is_default() {
        // Colors may continue from an earlier line, so only what was set is reset.
        out.extend_from_slice(off.as_bytes());
    } else {
        out.push(b'0');
        state.write_parameters(out);
    }
    out.push(b'm');
}
