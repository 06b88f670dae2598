//! Which shapes a hit triggers.

use super::prefilter::Hit;
use super::rule_set::{RuleSet, rules_where};
use crate::catalog::Text;
use crate::rules::Rules;

/// The shapes of a trigger.
pub(super) struct TriggeredShapes {
    shapes: RuleSet,
    /// Triggers that can begin inside this one. The search goes on after a hit, so it does not
    /// report them.
    covered: Vec<Covered>,
}

struct Covered {
    /// How many bytes before the end of the hit the trigger begins.
    from_end: usize,
    trigger: Box<[u8]>,
    shapes: RuleSet,
}

impl Covered {
    #[inline]
    fn is_at(&self, text: &[u8], hit: Hit) -> bool {
        // One byte decides for most hits.
        let is_next = match self.trigger.get(self.from_end) {
            None => true,
            Some(byte) => text.get(hit.end) == Some(byte),
        };
        is_next && text[hit.end - self.from_end..].starts_with(&self.trigger)
    }
}

impl TriggeredShapes {
    pub fn new(trigger: &Text, rules: &Rules) -> Self {
        let mut covered: Vec<Covered> = Vec::new();
        for other in rules.shapes.iter().flat_map(|shape| shape.triggers.iter()) {
            if other == trigger || covered.iter().any(|one| *one.trigger == *other.as_bytes()) {
                continue;
            }
            for from_end in 1..=trigger.len() {
                let end = &trigger.as_bytes()[trigger.len() - from_end..];
                if other.as_bytes().starts_with(end) || end.starts_with(other.as_bytes()) {
                    covered.push(Covered {
                        from_end,
                        trigger: other.as_bytes().into(),
                        shapes: shapes_with(other, rules),
                    });
                }
            }
        }
        Self { shapes: shapes_with(trigger, rules), covered }
    }

    /// The shapes that a hit of the trigger triggers.
    #[inline]
    pub fn at(&self, text: &[u8], hit: Hit) -> RuleSet {
        let mut shapes = self.shapes;
        for covered in &self.covered {
            if covered.is_at(text, hit) {
                shapes |= covered.shapes;
            }
        }
        shapes
    }
}

fn shapes_with(trigger: &Text, rules: &Rules) -> RuleSet {
    rules_where(&rules.shapes, |shape| shape.triggers.contains(trigger))
}
