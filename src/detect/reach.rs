//! What the pattern of a shape says about where its number is: a quick look at the text behind a
//! trigger then saves most searches with the regular expression.

use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Class, ClassBytesRange, Hir, HirKind};

use super::beside::{Beside, group};
use super::pattern::parse;
use crate::rules::Shape;

pub(super) struct Reach {
    /// How many digits the number has at least; 1 or more.
    pub digits: usize,
    /// The longest match, if each match begins with a trigger of the shape.
    pub behind: Option<usize>,
    /// The bytes beside the number.
    pub beside: Beside,
}

impl Reach {
    pub fn new(shape: &Shape) -> Self {
        let hir = parse(&shape.pattern);
        let digits = group(&hir).map_or(0, least_digits).max(1);
        let longest = hir.properties().maximum_len();
        let behind = longest.filter(|_| begins_with_trigger(&hir, shape));
        Self { digits, behind, beside: Beside::new(&hir) }
    }
}

fn begins_with_trigger(hir: &Hir, shape: &Shape) -> bool {
    let prefixes = Extractor::new().extract(hir);
    let is_trigger =
        |prefix: &[u8]| shape.triggers.iter().any(|trigger| prefix.starts_with(trigger.as_bytes()));
    prefixes
        .literals()
        .is_some_and(|literals| literals.iter().all(|literal| is_trigger(literal.as_bytes())))
}

/// How many digits `hir` matches at least.
fn least_digits(hir: &Hir) -> usize {
    let is_digits =
        |range: &ClassBytesRange| range.start().is_ascii_digit() && range.end().is_ascii_digit();
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().filter(|byte| byte.is_ascii_digit()).count(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().iter().all(is_digits).into(),
        HirKind::Repetition(repetition) => {
            least_digits(&repetition.sub).saturating_mul(repetition.min as usize)
        }
        HirKind::Concat(subs) => subs.iter().map(least_digits).sum(),
        HirKind::Alternation(subs) => subs.iter().map(least_digits).min().unwrap_or_default(),
        HirKind::Capture(capture) => least_digits(&capture.sub),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Text;

    fn reach(trigger: &'static str, pattern: &str) -> (usize, Option<usize>) {
        let triggers = vec![Text::from(trigger)].into();
        let pattern = pattern.to_string().into();
        let reach = Reach::new(&Shape { name: "s".into(), triggers, pattern, weight: 0 });
        (reach.digits, reach.behind)
    }

    #[test]
    fn a_pattern_shows_where_its_number_is() {
        let rows = [
            ("x", r"x (?P<code>-?\d{4,6})", (4, Some(9))),
            ("x ", r"\bx (?P<code>\d{4,6})\b", (4, Some(8))),
            ("y", r"x y(?P<code>\d{4})", (4, None)),
            ("x", r"(x|y)(?P<code>\d{4})", (4, None)),
            ("x", r"xy?(z(?P<code>\d+)|z)", (1, None)),
            ("x", r"x(?P<code>-\d{3}|12\d{3})", (3, Some(6))),
            ("x", r"x(?P<code>1(2|3)[0-9]?)", (1, Some(4))),
            ("x", r"x(?P<code>[-0-9]{4})", (1, Some(5))),
            ("x", r"x(?P<code>\d*)", (1, None)),
            ("x", r"[^x]x(?P<code>\d)", (1, None)),
        ];
        for (trigger, pattern, wanted) in rows {
            assert_eq!(reach(trigger, pattern), wanted, "{pattern}");
        }
    }
}
