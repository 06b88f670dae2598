//! Overrides: custom entries replace those of a catalog with the same code or name.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::{Catalog, CodeRange, Entry, SourcedEntry, Text};

/// An entry that lost codes, or a name, to a custom entry.
pub struct Overridden<T> {
    /// The name, if the entry lost nothing else.
    pub name: Option<Text>,
    /// The entry, as it was.
    pub entry: T,
    /// The custom entry.
    pub by: SourcedEntry,
}

impl AsRef<Entry> for Entry {
    fn as_ref(&self) -> &Entry {
        self
    }
}

impl AsMut<Entry> for Entry {
    fn as_mut(&mut self) -> &mut Entry {
        self
    }
}

impl Catalog {
    /// The entries of this catalog and the custom ones. A custom entry replaces the entries of its
    /// system with the same codes, takes its names from other entries of its system, and leaves the
    /// other codes of a range.
    ///
    /// Also returns the codes of each entry that lost codes, and the custom entry.
    pub fn override_with(
        self,
        custom: Vec<SourcedEntry>,
    ) -> (Self, Vec<(CodeRange, SourcedEntry)>) {
        if custom.is_empty() {
            return (self, Vec::new());
        }
        let (mut entries, overridden) = retain_not_overridden(self.entries(), &custom);
        entries.extend(custom.into_iter().map(|sourced| sourced.entry));
        let by_code = overridden.into_iter().filter(|overridden| overridden.name.is_none());
        let by_code = by_code.map(|overridden| (overridden.entry.codes, overridden.by)).collect();
        (Self::from_entries(entries), by_code)
    }
}

/// The parts of `entries` that no custom entry replaces, and the entries that lost something.
pub fn retain_not_overridden<T: AsRef<Entry> + AsMut<Entry> + Clone>(
    entries: &[T],
    custom: &[SourcedEntry],
) -> (Vec<T>, Vec<Overridden<T>>) {
    let systems: HashSet<&str> =
        entries.iter().map(|entry| entry.as_ref().system.as_ref()).collect();
    let index =
        CustomIndex::new(custom.iter().filter(|custom| systems.contains(&*custom.entry.system)));
    let (mut retained, mut overridden) =
        (Vec::with_capacity(entries.len() + custom.len()), Vec::new());
    for entry in entries {
        let overlapping = index.overlapping(entry.as_ref());
        match overlapping.first() {
            Some(&by) => {
                overridden.push(Overridden { name: None, entry: entry.clone(), by: by.clone() });
            }
            None => overridden.extend(index.lost_names(entry)),
        }
        for codes in remaining(entry.as_ref().codes, overlapping) {
            let mut part = entry.clone();
            part.as_mut().codes = codes;
            index.remove_names(part.as_mut());
            retained.push(part);
        }
    }
    (retained, overridden)
}

/// The parts of `codes` without those of the custom entries, which ascend by code.
fn remaining(codes: CodeRange, custom: &[&SourcedEntry]) -> Vec<CodeRange> {
    let (mut parts, mut next) = (Vec::new(), codes.first);
    for taken in custom.iter().map(|custom| custom.entry.codes) {
        if next < taken.first {
            parts.push(CodeRange { first: next, last: taken.first - 1 });
        }
        next = next.max(taken.last.saturating_add(1));
    }
    if next <= codes.last {
        parts.push(CodeRange { first: next, last: codes.last });
    }
    parts
}

/// Custom entries by system and code, and by system and name.
struct CustomIndex<'c> {
    /// Ascending by code.
    by_system: HashMap<&'c str, Vec<&'c SourcedEntry>>,
    by_name: HashMap<(&'c str, &'c str), &'c SourcedEntry>,
}

impl<'c> CustomIndex<'c> {
    fn new(custom: impl Iterator<Item = &'c SourcedEntry>) -> Self {
        let mut index = Self { by_system: HashMap::new(), by_name: HashMap::new() };
        for sourced in custom {
            let system = sourced.entry.system.as_ref();
            index.by_system.entry(system).or_default().push(sourced);
            for name in sourced.entry.names.iter() {
                index.by_name.insert((system, name), sourced);
            }
        }
        for entries in index.by_system.values_mut() {
            entries.sort_by_key(|sourced| sourced.entry.codes);
        }
        index
    }

    /// The custom entries that have codes of `entry`.
    fn overlapping(&self, entry: &Entry) -> &[&'c SourcedEntry] {
        let Some(custom) = self.by_system.get(entry.system.as_ref()) else { return &[] };
        let first = custom.partition_point(|custom| custom.entry.codes.last < entry.codes.first);
        let custom = &custom[first..];
        let count = custom.partition_point(|custom| custom.entry.codes.first <= entry.codes.last);
        &custom[..count]
    }

    fn owner(&self, entry: &Entry, name: &str) -> Option<&'c SourcedEntry> {
        self.by_name.get(&(entry.system.as_ref(), name)).copied()
    }

    /// The names of `entry` that belong to custom entries.
    fn lost_names<T: AsRef<Entry> + Clone>(&self, entry: &T) -> Vec<Overridden<T>> {
        let mut lost = Vec::new();
        for name in entry.as_ref().names.iter() {
            if let Some(by) = self.owner(entry.as_ref(), name) {
                let name = Some(name.clone());
                lost.push(Overridden { name, entry: entry.clone(), by: by.clone() });
            }
        }
        lost
    }

    fn remove_names(&self, entry: &mut Entry) {
        if entry.names.iter().any(|name| self.owner(entry, name).is_some()) {
            let names = entry.names.iter().filter(|name| self.owner(entry, name).is_none());
            entry.names = Cow::Owned(names.cloned().collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{read_catalog, testutil};

    fn custom(system: &str, entries: &[(&str, &str)]) -> Vec<SourcedEntry> {
        let entries = entries.iter().map(|(codes, names)| {
            format!(
                "[[entry]]\n{codes}\nnames = [{names}]\ncategory = \"c\"\nkind \
                    = \"auth\"\nseverity = \"error\"\nmeaning = \"Custom.\"\n\
                 remedy = \"Do.\"\nretry = \"never\"\nstatus = \"current\"\n"
            )
        });
        let text = format!("system = \"{system}\"\n{}", entries.collect::<String>());
        read_catalog("custom.toml", &text).expect("the catalog is good")
    }

    fn known(catalog: &Catalog, code: i64) -> Vec<(&str, bool)> {
        catalog
            .entries_for_code(code)
            .map(|entry| (entry.system.as_ref(), entry.meaning == "Custom."))
            .collect()
    }

    #[test]
    fn a_custom_entry_replaces_the_same_code_of_the_same_system() {
        let custom_sdk = custom("sdk", &[("code = 6206", "\"ERR_USER_SIG_EXPIRED\"")]);
        let (catalog, overridden) = testutil::catalog().override_with(custom_sdk);
        assert_eq!(known(&catalog, 6206), [("sdk", true)]);
        assert_eq!(
            overridden.iter().map(|(codes, by)| (codes.first, by.span.line)).collect::<Vec<_>>(),
            [(6206, 3)]
        );
        assert_eq!(catalog.ids_for_name(b"ERR_USER_SIG_EXPIRED").count(), 1);

        let other = custom("app", &[("code = 6206", "")]);
        let (catalog, overridden) = testutil::catalog().override_with(other);
        assert_eq!(known(&catalog, 6206), [("app", true), ("sdk", false)]);
        assert!(overridden.is_empty());
    }

    #[test]
    fn a_range_keeps_its_other_codes() {
        let custom_server = custom(
            "server",
            &[("code = 120001", ""), ("range = [120005, 120009]", ""), ("code = 130000", "")],
        );
        let (catalog, overridden) = testutil::catalog().override_with(custom_server);
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
        assert_eq!(overridden.len(), 1);
        let whole = custom("server", &[("range = [120000, 140000]", "")]);
        let (catalog, _) = testutil::catalog().override_with(whole);
        assert_eq!(known(&catalog, 125_000), [("server", true)]);
    }

    #[test]
    fn a_name_belongs_to_the_custom_entry() {
        let custom_sdk = custom("sdk", &[("code = 990001", "\"ERR_USER_SIG_EXPIRED\"")]);
        let (catalog, _) = testutil::catalog().override_with(custom_sdk);
        let named: Vec<i64> = catalog
            .ids_for_name(b"ERR_USER_SIG_EXPIRED")
            .map(|id| catalog.entry(id).codes.first)
            .collect();
        assert_eq!(named, [990_001]);
        assert_eq!(known(&catalog, 6206), [("sdk", false)]);
    }
}
