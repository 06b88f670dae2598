//! Which of several sources tells what an option is set to.

use std::collections::HashSet;

use super::key::Key;
use super::keys::Keys;
use super::setting::Setting;

/// The settings for a command, or for a run without one, that no stronger source replaces and that are not `typed`. Sources and
/// what is left of them are in the same order, the weakest first.
pub fn merged(
    levels: &[Vec<Setting>],
    keys: &Keys,
    command: Option<&str>,
    typed: impl Fn(Key) -> bool,
) -> Vec<Vec<Setting>> {
    let mut seen = HashSet::new();
    let is_meant =
        |setting: &&Setting| keys.of_command(setting, command).is_some_and(|key| !typed(key));
    let mut merged: Vec<Vec<Setting>> = Vec::new();
    for level in levels.iter().rev() {
        let meant: Vec<&Setting> = level.iter().filter(is_meant).collect();
        // What is said of the command alone replaces what is said of all.
        let (own, common): (Vec<&Setting>, Vec<&Setting>) =
            meant.into_iter().partition(|setting| setting.table.is_some());
        let in_order = own.into_iter().chain(common);
        merged.push(in_order.filter(|setting| seen.insert(setting.key.clone())).cloned().collect());
    }
    merged.reverse();
    merged
}
