//! Entries that give way to others: what a user says of a code outranks what is built in.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::{Catalog, Codes, Entry, SourcedEntry};

impl Catalog {
    /// The entries of this catalog and `own`, which win: of a code that both have in one system, `own` is what is known, and a name
    /// that both have in one system belongs to `own`. Of a range, the codes beside those stay.
    ///
    /// Returns with it, for each entry that gave way, its codes and the one that won.
    pub fn with_own(self, own: Vec<SourcedEntry>) -> (Self, Vec<(Codes, SourcedEntry)>) {
        if own.is_empty() {
            return (self, Vec::new());
        }
        let systems: HashSet<&str> = self.entries.iter().map(|entry| entry.system.as_ref()).collect();
        let is_met = |sourced: &&SourcedEntry| systems.contains(sourced.entry.system.as_ref());
        let mut by_system: HashMap<&str, Vec<&SourcedEntry>> = HashMap::new();
        for sourced in own.iter().filter(is_met) {
            by_system.entry(&sourced.entry.system).or_default().push(sourced);
        }
        for others in by_system.values_mut() {
            others.sort_by_key(|other| other.entry.codes);
        }
        let met = own.iter().filter(is_met);
        let names = met.flat_map(|sourced| sourced.entry.names.iter().map(|name| (sourced.entry.system.as_ref(), name)));
        let names: HashSet<_> = names.map(|(system, name)| (system, name.as_ref())).collect();
        let mut winners = Vec::new();
        let mut entries: Vec<Entry> = Vec::with_capacity(self.entries.len() + own.len());
        for entry in self.entries.iter().cloned() {
            let Some(others) = by_system.get(entry.system.as_ref()) else {
                entries.push(entry);
                continue;
            };
            let (left, winner) = give_way(entry, others);
            winners.extend(winner.map(|(codes, winner)| (codes, winner.clone())));
            entries.extend(left.into_iter().map(|entry| without(entry, &names)));
        }
        entries.extend(own.into_iter().map(|sourced| sourced.entry));
        (Self::from_entries(entries), winners)
    }
}

/// What `others`, which ascend by code, leave of `entry`, and the first of them if it leaves less than all.
fn give_way<'o>(entry: Entry, others: &[&'o SourcedEntry]) -> (Vec<Entry>, Option<(Codes, &'o SourcedEntry)>) {
    let codes = entry.codes;
    let first = others.partition_point(|other| other.entry.codes.last < codes.first);
    let count = others[first..].partition_point(|other| other.entry.codes.first <= codes.last);
    let others = &others[first..first + count];
    let Some(winner) = others.first() else { return (vec![entry], None) };
    let (mut left, mut next) = (Vec::new(), codes.first);
    for other in others.iter().map(|other| other.entry.codes) {
        if next < other.first {
            left.push(Codes { first: next, last: other.first - 1 });
        }
        next = next.max(other.last.saturating_add(1));
    }
    if next <= codes.last {
        left.push(Codes { first: next, last: codes.last });
    }
    (left.into_iter().map(|codes| Entry { codes, ..entry.clone() }).collect(), Some((codes, winner)))
}

/// The entry without the names of `owned`.
fn without(mut entry: Entry, owned: &HashSet<(&str, &str)>) -> Entry {
    let is_owned = |name: &str| owned.contains(&(entry.system.as_ref(), name));
    if entry.names.iter().any(|name| is_owned(name)) {
        entry.names = Cow::Owned(entry.names.iter().filter(|name| !is_owned(name)).cloned().collect());
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::read_catalog;

    fn own(system: &str, entries: &[(&str, &str)]) -> Vec<SourcedEntry> {
        let entries = entries.iter().map(|(codes, names)| {
            format!(
                "[[entry]]\n{codes}\nnames = [{names}]\ncategory = \"c\"\nkind = \"auth\"\nseverity = \"error\"\nmeaning = \"Own.\"\n\
                 remedy = \"Do.\"\nretry = \"never\"\nstatus = \"current\"\n"
            )
        });
        let text = format!("system = \"{system}\"\n{}", entries.collect::<String>());
        read_catalog("own.toml", &text).expect("the catalog is good")
    }

    fn known(catalog: &Catalog, code: i64) -> Vec<(&str, bool)> {
        catalog.with_code(code).map(|entry| (entry.system.as_ref(), entry.meaning == "Own.")).collect()
    }

    #[test]
    fn own_entries_win_over_the_same_code_of_the_same_system() {
        let own_sdk = own("sdk", &[("code = 6206", "\"ERR_USER_SIG_EXPIRED\"")]);
        let (catalog, winners) = Catalog::built_in().with_own(own_sdk);
        assert_eq!(known(&catalog, 6206), [("sdk", true)]);
        assert_eq!(winners.iter().map(|(codes, own)| (codes.first, own.place.line)).collect::<Vec<_>>(), [(6206, 3)]);
        assert_eq!(catalog.places_named(b"ERR_USER_SIG_EXPIRED").count(), 1);

        let other = own("app", &[("code = 6206", "")]);
        let (catalog, winners) = Catalog::built_in().with_own(other);
        assert_eq!(known(&catalog, 6206), [("app", true), ("sdk", false)]);
        assert!(winners.is_empty());
    }

    #[test]
    fn a_range_keeps_the_codes_that_are_left() {
        let own_server = own("server", &[("code = 120001", ""), ("range = [120005, 120009]", ""), ("code = 130000", "")]);
        let (catalog, winners) = Catalog::built_in().with_own(own_server);
        let rows = [(120_001, true), (120_002, false), (120_005, true), (120_009, true), (120_010, false), (130_000, true)];
        for (code, wanted) in rows {
            assert_eq!(known(&catalog, code), [("server", wanted)], "{code}");
        }
        assert_eq!(winners.len(), 1);
        let whole = own("server", &[("range = [120000, 140000]", "")]);
        let (catalog, _) = Catalog::built_in().with_own(whole);
        assert_eq!(known(&catalog, 125_000), [("server", true)]);
    }

    #[test]
    fn a_name_belongs_to_the_own_entry() {
        let own_sdk = own("sdk", &[("code = 990001", "\"ERR_USER_SIG_EXPIRED\"")]);
        let (catalog, _) = Catalog::built_in().with_own(own_sdk);
        let named: Vec<i64> =
            catalog.places_named(b"ERR_USER_SIG_EXPIRED").map(|place| catalog.entry(place).codes.first).collect();
        assert_eq!(named, [990_001]);
        assert_eq!(known(&catalog, 6206), [("sdk", false)]);
    }
}
