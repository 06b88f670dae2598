//! Entries that give way to others: what a user says of a code outranks what is built in.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::{Catalog, CodeRange, Entry, SourcedEntry, Text};

/// An entry of which the codes, or a name, are another's.
pub struct GivenWay<T> {
    /// The name, if it is that alone.
    pub name: Option<Text>,
    /// What had them before.
    pub loser: T,
    /// Who has them now.
    pub winner: SourcedEntry,
}

/// An entry, with or without its place.
pub trait Held: Clone {
    /// The entry.
    fn entry(&self) -> &Entry;
    /// The same, to change it.
    fn entry_mut(&mut self) -> &mut Entry;
}

impl Held for Entry {
    fn entry(&self) -> &Entry {
        self
    }

    fn entry_mut(&mut self) -> &mut Entry {
        self
    }
}

impl Held for SourcedEntry {
    fn entry(&self) -> &Entry {
        &self.entry
    }

    fn entry_mut(&mut self) -> &mut Entry {
        &mut self.entry
    }
}

impl Catalog {
    /// The entries of this catalog and `own`, which win: of a code that both have in one system, `own` is what is known, and a name
    /// that both have in one system belongs to `own`. Of a range, the codes beside those stay.
    ///
    /// Returns with it, for each entry that gave way, its codes and the one that won.
    pub fn with_own(self, own: Vec<SourcedEntry>) -> (Self, Vec<(CodeRange, SourcedEntry)>) {
        if own.is_empty() {
            return (self, Vec::new());
        }
        let (mut entries, given_way) = left(self.entries(), &own);
        entries.extend(own.into_iter().map(|sourced| sourced.entry));
        let by_code = given_way.into_iter().filter(|given| given.name.is_none());
        let winners = by_code.map(|given| (given.loser.codes, given.winner)).collect();
        (Self::from_entries(entries), winners)
    }
}

/// What is left of the entries `before` where `own` wins, and what has given way.
pub fn left<T: Held>(before: &[T], own: &[SourcedEntry]) -> (Vec<T>, Vec<GivenWay<T>>) {
    let systems: HashSet<&str> = before.iter().map(|held| held.entry().system.as_ref()).collect();
    let mut by_system: HashMap<&str, Vec<&SourcedEntry>> = HashMap::new();
    let mut names: HashMap<(&str, &str), &SourcedEntry> = HashMap::new();
    for sourced in own.iter().filter(|sourced| systems.contains(sourced.entry.system.as_ref())) {
        let system = sourced.entry.system.as_ref();
        by_system.entry(system).or_default().push(sourced);
        names.extend(sourced.entry.names.iter().map(|name| ((system, name.as_ref()), sourced)));
    }
    for others in by_system.values_mut() {
        others.sort_by_key(|other| other.entry.codes);
    }
    let (mut stays, mut given_way) = (Vec::with_capacity(before.len() + own.len()), Vec::new());
    for held in before {
        let Some(others) = by_system.get(held.entry().system.as_ref()) else {
            stays.push(held.clone());
            continue;
        };
        let (left, winner) = give_way(held, others);
        match winner {
            Some(winner) => {
                given_way.push(GivenWay { name: None, loser: held.clone(), winner: winner.clone() })
            }
            None => given_way.extend(lost_names(held, &names)),
        }
        stays.extend(left.into_iter().map(|part| without(part, &names)));
    }
    (stays, given_way)
}

/// The names that an entry loses which keeps its codes.
fn lost_names<T: Held>(
    held: &T,
    owned: &HashMap<(&str, &str), &SourcedEntry>,
) -> impl Iterator<Item = GivenWay<T>> {
    let entry = held.entry();
    let lost = entry
        .names
        .iter()
        .filter_map(|name| Some((name, *owned.get(&(entry.system.as_ref(), name.as_ref()))?)));
    lost.map(|(name, winner)| GivenWay {
        name: Some(name.clone()),
        loser: held.clone(),
        winner: winner.clone(),
    })
}

/// What `others`, which ascend by code, leave of `entry`, and the first of them if it leaves less than all.
fn give_way<'o, T: Held>(
    entry: &T,
    others: &[&'o SourcedEntry],
) -> (Vec<T>, Option<&'o SourcedEntry>) {
    let codes = entry.entry().codes;
    let first = others.partition_point(|other| other.entry.codes.last < codes.first);
    let count = others[first..].partition_point(|other| other.entry.codes.first <= codes.last);
    let others = &others[first..first + count];
    let Some(winner) = others.first() else { return (vec![entry.clone()], None) };
    let (mut left, mut next) = (Vec::new(), codes.first);
    for other in others.iter().map(|other| other.entry.codes) {
        if next < other.first {
            left.push(CodeRange { first: next, last: other.first - 1 });
        }
        next = next.max(other.last.saturating_add(1));
    }
    if next <= codes.last {
        left.push(CodeRange { first: next, last: codes.last });
    }
    let part = |codes| {
        let mut part = entry.clone();
        part.entry_mut().codes = codes;
        part
    };
    (left.into_iter().map(part).collect(), Some(winner))
}

/// The entry without the names of `owned`.
fn without<T: Held>(mut held: T, owned: &HashMap<(&str, &str), &SourcedEntry>) -> T {
    let entry = held.entry();
    let is_owned = |name: &str| owned.contains_key(&(entry.system.as_ref(), name));
    if entry.names.iter().any(|name| is_owned(name)) {
        let names = entry.names.iter().filter(|name| !is_owned(name)).cloned().collect();
        held.entry_mut().names = Cow::Owned(names);
    }
    held
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{read_catalog, testutil};

    fn own(system: &str, entries: &[(&str, &str)]) -> Vec<SourcedEntry> {
        let entries = entries.iter().map(|(codes, names)| {
            format!(
                "[[entry]]\n{codes}\nnames = [{names}]\ncategory = \"c\"\nkind = \"auth\"\nseverity = \"error\"\nmeaning = \"CustomBuilder.\"\n\
                 remedy = \"Do.\"\nretry = \"never\"\nstatus = \"current\"\n"
            )
        });
        let text = format!("system = \"{system}\"\n{}", entries.collect::<String>());
        read_catalog("own.toml", &text).expect("the catalog is good")
    }

    fn known(catalog: &Catalog, code: i64) -> Vec<(&str, bool)> {
        catalog
            .entries_for_code(code)
            .map(|entry| (entry.system.as_ref(), entry.meaning == "CustomBuilder."))
            .collect()
    }

    #[test]
    fn own_entries_win_over_the_same_code_of_the_same_system() {
        let own_sdk = own("sdk", &[("code = 6206", "\"ERR_USER_SIG_EXPIRED\"")]);
        let (catalog, winners) = testutil::catalog().with_own(own_sdk);
        assert_eq!(known(&catalog, 6206), [("sdk", true)]);
        assert_eq!(
            winners.iter().map(|(codes, own)| (codes.first, own.place.line)).collect::<Vec<_>>(),
            [(6206, 3)]
        );
        assert_eq!(catalog.ids_for_name(b"ERR_USER_SIG_EXPIRED").count(), 1);

        let other = own("app", &[("code = 6206", "")]);
        let (catalog, winners) = testutil::catalog().with_own(other);
        assert_eq!(known(&catalog, 6206), [("app", true), ("sdk", false)]);
        assert!(winners.is_empty());
    }

    #[test]
    fn a_range_keeps_the_codes_that_are_left() {
        let own_server = own(
            "server",
            &[("code = 120001", ""), ("range = [120005, 120009]", ""), ("code = 130000", "")],
        );
        let (catalog, winners) = testutil::catalog().with_own(own_server);
        let rows = [
            (120_001, true),
            (120_002, false),
            (120_005, true),
            (120_009, true),
            (120_010, false),
            (130_000, true),
        ];
        for (code, wanted) in rows {
            assert_eq!(known(&catalog, code), [("server", wanted)], "{code}");
        }
        assert_eq!(winners.len(), 1);
        let whole = own("server", &[("range = [120000, 140000]", "")]);
        let (catalog, _) = testutil::catalog().with_own(whole);
        assert_eq!(known(&catalog, 125_000), [("server", true)]);
    }

    #[test]
    fn a_name_belongs_to_the_own_entry() {
        let own_sdk = own("sdk", &[("code = 990001", "\"ERR_USER_SIG_EXPIRED\"")]);
        let (catalog, _) = testutil::catalog().with_own(own_sdk);
        let named: Vec<i64> = catalog
            .ids_for_name(b"ERR_USER_SIG_EXPIRED")
            .map(|place| catalog.entry(place).codes.first)
            .collect();
        assert_eq!(named, [990_001]);
        assert_eq!(known(&catalog, 6206), [("sdk", false)]);
    }
}
