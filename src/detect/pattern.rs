//! Compiling the regular expressions of patterns, and saying what is wrong with them.

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::hir::Hir;
use regex_syntax::{Parser, ParserBuilder, ast};

use crate::catalog::Span;

/// The memory that one compiled pattern may take, in bytes.
const SIZE_LIMIT: usize = 1 << 20;
/// The capture group that every pattern has.
pub(super) const GROUP: &str = "code";

/// A pattern of the rules cannot be compiled.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PatternError {
    /// The rule that the pattern belongs to, as `shape fail` or `marker wechat`.
    pub rule: String,
    /// What is wrong with its regular expression.
    pub cause: String,
    /// The part of the regular expression that is wrong, if it is one part.
    pub span: Option<Span>,
}

impl std::fmt::Display for PatternError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.rule, self.cause)
    }
}

impl std::error::Error for PatternError {}

/// Checks that the regular expression `pattern` of `rule` compiles in bounded memory and has the
/// group `code`. Searching with any regular expression is linear in the length of a line.
pub fn check_pattern(rule: &str, pattern: &str) -> Result<(), PatternError> {
    let (cause, span) = match compile(pattern) {
        Ok(regex) if regex.capture_names().flatten().any(|name| name == GROUP) => return Ok(()),
        Ok(regex) => (missing_group(&regex), None),
        Err(regex::Error::CompiledTooBig(limit)) => (
            format!(
                "the regular expression takes more than {limit} bytes of memory; lower the counts \
                    in {{}}"
            ),
            None,
        ),
        Err(error) => syntax_error(pattern).unwrap_or_else(|| (error.to_string(), None)),
    };
    Err(PatternError { rule: rule.to_string(), cause, span })
}

/// Compiles a regular expression as all patterns are: over bytes, with ASCII classes.
pub(super) fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).unicode(false).size_limit(SIZE_LIMIT).build()
}

/// The syntax tree of a checked pattern.
pub(super) fn parse(pattern: &str) -> Hir {
    parser().parse(pattern).expect("patterns are checked before a detector is made")
}

fn parser() -> Parser {
    ParserBuilder::new().unicode(false).utf8(false).build()
}

fn missing_group(regex: &Regex) -> String {
    let names: Vec<String> =
        regex.capture_names().flatten().map(|name| format!("'{name}'")).collect();
    let others =
        if names.is_empty() { String::new() } else { format!(", but {}", names.join(", ")) };
    format!(
        "the regular expression has no group '{GROUP}'{others}; put (?P<{GROUP}>...) around the number"
    )
}

/// What is wrong with an invalid regular expression, and where. `regex` gives this only as a
/// drawing of several lines.
fn syntax_error(pattern: &str) -> Option<(String, Option<Span>)> {
    let error = parser().parse(pattern).err()?;
    let (cause, span) = match &error {
        regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span()),
        regex_syntax::Error::Translate(error) => (error.kind().to_string(), error.span()),
        _ => return None,
    };
    Some((format!("the regular expression is broken: {cause}"), Some(first_line(span))))
}

/// The part of `span` on its first line.
fn first_line(span: &ast::Span) -> Span {
    let length =
        if span.is_one_line() { span.end.column.saturating_sub(span.start.column) } else { 1 };
    Span { line: span.start.line, column: span.start.column, length: length.max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_a_cause_and_a_span() {
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
            let error = check_pattern("shape s", pattern).expect_err(pattern);
            assert!(error.to_string().contains(wanted), "{pattern}: {error}");
            let span = error.span.map(|span| (span.line, span.column, span.length));
            assert_eq!(span, at, "{pattern}: {error}");
        }
    }
}
