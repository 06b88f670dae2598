//! Compiling the regular expressions of shapes, and telling what is wrong with them.

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::ast;

use crate::catalog::Span;
use crate::rules::Shape;

/// The memory that one compiled shape may take, in bytes.
const SIZE_LIMIT: usize = 1 << 20;
/// What every shape needs.
const GROUP: &str = "code";

/// A shape of the rules cannot be compiled.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ShapeError {
    /// The name of the shape.
    pub shape: String,
    /// What is wrong with its regular expression.
    pub cause: String,
    /// Where in the regular expression, if it is one part of it.
    pub place: Option<Span>,
}

impl std::fmt::Display for ShapeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "shape {}: {}", self.shape, self.cause)
    }
}

impl std::error::Error for ShapeError {}

/// Whether the regular expression of `shape` can be compiled in bounded memory, and has the group `code`. Its cost is linear
/// in the length of a line, whatever it says.
pub fn check_shape(shape: &Shape) -> Result<(), ShapeError> {
    let (cause, place) = match compile(&shape.pattern) {
        Ok(regex) if regex.capture_names().flatten().any(|name| name == GROUP) => return Ok(()),
        Ok(regex) => (without_group(&regex), None),
        Err(regex::Error::CompiledTooBig(limit)) => (
            format!(
                "the regular expression takes more than {limit} bytes of memory; lower the counts in {{}}"
            ),
            None,
        ),
        Err(error) => broken(&shape.pattern).unwrap_or_else(|| (error.to_string(), None)),
    };
    Err(ShapeError { shape: shape.name.to_string(), cause, place })
}

/// The regular expression as all shapes are compiled: over bytes, with classes of ASCII.
pub(super) fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).unicode(false).size_limit(SIZE_LIMIT).build()
}

fn without_group(regex: &Regex) -> String {
    let names: Vec<String> =
        regex.capture_names().flatten().map(|name| format!("'{name}'")).collect();
    let others =
        if names.is_empty() { String::new() } else { format!(", but {}", names.join(", ")) };
    format!(
        "the regular expression has no group '{GROUP}'{others}; put (?P<{GROUP}>...) around the number"
    )
}

/// What is wrong with an expression that is none, and where. The library that compiles it only draws that.
fn broken(pattern: &str) -> Option<(String, Option<Span>)> {
    let error = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).err()?;
    let (cause, span) = match &error {
        regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span()),
        regex_syntax::Error::Translate(error) => (error.kind().to_string(), error.span()),
        _ => return None,
    };
    Some((format!("the regular expression is broken: {cause}"), Some(span_of(span))))
}

/// The first line of what is meant.
fn span_of(span: &ast::Span) -> Span {
    let length =
        if span.is_one_line() { span.end.column.saturating_sub(span.start.column) } else { 1 };
    Span { line: span.start.line, column: span.start.column, length: length.max(1) }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let rows = [
            (r"cart (?P<code>\d+", "broken: unclosed group", Some((1, 6, 1))),
            (r"错误 (?=x)(?P<code>\d+)", "broken: look-around", Some((1, 4, 3))),
            ("cart\n(?P<code>[z-a])", "broken: invalid character class range", Some((2, 11, 3))),
            (r"\p{Greek}(?P<code>\d+)", "broken: Unicode", Some((1, 1, 9))),
            (r"cart \d+", "no group 'code'; put (?P<code>...) around the number", None),
            (r"(cart) (\d+)", "no group 'code'; put", None),
            (r"(?P<kode>\d+) (?P<x>y)", "no group 'code', but 'kode', 'x'; put", None),
            (
                r"(?P<code>(\d{1,900}){1,900})",
                "takes more than 1048576 bytes of memory; lower the counts",
                None,
            ),
        ];
        for (pattern, wanted, at) in rows {
            let shape = Shape {
                name: "s".into(),
                triggers: Cow::default(),
                pattern: pattern.into(),
                weight: 1,
            };
            let error = check_shape(&shape).expect_err(pattern);
            assert!(error.to_string().contains(wanted), "{pattern}: {error}");
            let place = error.place.map(|place| (place.line, place.column, place.length));
            assert_eq!(place, at, "{pattern}: {error}");
        }
    }
}
