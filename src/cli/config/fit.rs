//! Which settings hold beside what was typed, and beside each other.
//!
//! Whether options go together is known where the command line is defined and checked, and asked there: a setting that would make it
//! refuse what it takes without, or for which something else is missing, gives way.

use super::setting::{Setting, Trouble};
use super::typed::Typed;

/// The settings of `levels`, the weakest first, that hold beside what was typed. Of two that do not go together the one of the
/// weaker level gives way; on one level, neither can, and the error tells so.
pub fn fit(typed: &Typed, levels: Vec<Vec<Setting>>) -> Result<Vec<Setting>, Vec<Trouble>> {
    if takes(typed, &[], levels.iter().flatten()) {
        return Ok(levels.into_iter().flatten().collect());
    }
    let (mut held, mut left, mut troubles) = (Vec::new(), Vec::new(), Vec::new());
    for level in levels.into_iter().rev() {
        let stronger = held.len();
        let rest = one_by_one(typed, &mut held, level);
        let is_beaten = |setting: &Setting| takes(typed, &held[..stronger], [setting]);
        troubles.extend(
            rest.iter()
                .filter(|one| is_beaten(one))
                .map(|one| trouble(typed, &held, stronger, one)),
        );
        left.extend(rest);
    }
    // What was typed may need something of a weaker level before it goes together with anything.
    one_by_one(typed, &mut held, left);
    if troubles.is_empty() { Ok(held) } else { Err(troubles) }
}

/// Adds to `held` what can be added, and returns the rest. What one needs may come behind it.
fn one_by_one(typed: &Typed, held: &mut Vec<Setting>, mut level: Vec<Setting>) -> Vec<Setting> {
    loop {
        let before = level.len();
        let mut left = Vec::new();
        for setting in level {
            match takes(typed, held, [&setting]) {
                true => held.push(setting),
                false => left.push(setting),
            }
        }
        if left.len() == before {
            return left;
        }
        level = left;
    }
}

/// That `setting` does not go together with others of its level, which stand in `held` from `stronger` on.
fn trouble(typed: &Typed, held: &[Setting], stronger: usize, setting: &Setting) -> Trouble {
    let (stronger, beside) = held.split_at(stronger);
    let others = beside.iter().filter(|other| !takes(typed, stronger, [*other, setting]));
    let others: Vec<String> =
        others.map(|other| format!("'{}' of {}", other.key, other.origin)).collect();
    let others =
        if others.is_empty() { "the other settings".to_string() } else { others.join(", ") };
    let why = typed
        .parse(held.iter().chain([setting]))
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    let why = why.lines().next().unwrap_or_default().trim_start_matches("error: ");
    setting.origin.trouble(format!("'{}' does not go together with {others}: {why}", setting.key))
}

fn takes<'s>(
    typed: &Typed,
    held: &'s [Setting],
    more: impl IntoIterator<Item = &'s Setting>,
) -> bool {
    typed.parse(held.iter().chain(more)).is_ok()
}
