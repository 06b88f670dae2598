//! Finding the entries of a number by a hash table: most numbers in logs are in no catalog.

use super::PossibleEntries;
use crate::catalog::{Catalog, CodeRange, EntryId};

/// What each number of a catalog can mean.
pub(super) struct CodeIndex {
    /// For each hash, 1 more than the index of a code in `codes`; 0 if no code has it. Where
    /// another code has the slot, the next one is taken.
    slots: Box<[u32]>,
    /// The single codes, ascending.
    codes: Vec<(i64, PossibleEntries)>,
    /// The ranges of codes.
    ranges: Vec<CodeRange>,
}

/// The least slots per code. With four, most numbers hit an empty one.
const SLOTS_PER_CODE: usize = 4;
/// Up to this number, ranges are tested one by one before the catalog is searched.
const FEW_RANGES: usize = 16;

impl CodeIndex {
    pub fn new(catalog: &Catalog) -> Self {
        let singles = catalog.single_codes();
        let slots = (singles.len() * SLOTS_PER_CODE).next_power_of_two();
        let ranges = &catalog.entries()[singles.len()..];
        let mut index = Self {
            slots: vec![0; slots].into_boxed_slice(),
            codes: Vec::with_capacity(singles.len()),
            ranges: ranges.iter().map(|entry| entry.codes).take(FEW_RANGES + 1).collect(),
        };
        let mut first = 0;
        for same in singles.chunk_by(|one, other| one == other) {
            let ids = (first..first + same.len()).map(|entry| EntryId::new(entry as u32));
            let entries = with_number(catalog, ids.chain(index.range_ids(catalog, same[0])));
            first += same.len();
            index.insert(same[0], entries);
        }
        index
    }

    fn insert(&mut self, code: i64, entries: PossibleEntries) {
        self.codes.push((code, entries));
        let mut slot = self.slot(code);
        while self.slots[slot] != 0 {
            slot = self.next(slot);
        }
        self.slots[slot] = self.codes.len() as u32;
    }

    /// What `code` can mean as a number. `catalog` is the one that the index was made of.
    #[inline]
    pub fn entries(&self, catalog: &Catalog, code: i64) -> PossibleEntries {
        let mut slot = self.slot(code);
        while let Some(place) = self.slots[slot].checked_sub(1) {
            let (one, entries) = &self.codes[place as usize];
            if *one == code {
                return *entries;
            }
            slot = self.next(slot);
        }
        with_number(catalog, self.range_ids(catalog, code))
    }

    /// The entries of ranges with `code`.
    fn range_ids<'c>(
        &self,
        catalog: &'c Catalog,
        code: i64,
    ) -> impl Iterator<Item = EntryId> + use<'c> {
        let is_possible =
            self.ranges.len() > FEW_RANGES || self.ranges.iter().any(|range| range.contains(code));
        is_possible.then(|| catalog.range_ids(code)).into_iter().flatten()
    }

    #[inline]
    fn slot(&self, code: i64) -> usize {
        let hash = (code as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        hash as usize & (self.slots.len() - 1)
    }

    #[inline]
    fn next(&self, slot: usize) -> usize {
        (slot + 1) & (self.slots.len() - 1)
    }
}

/// Those of `ids` that are not found by their names only.
fn with_number(catalog: &Catalog, ids: impl Iterator<Item = EntryId>) -> PossibleEntries {
    PossibleEntries::new(ids.filter(|&id| !catalog.entry(id).name_only))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_finds_what_the_catalog_finds() {
        for catalog in [crate::catalog::built_in(), Catalog::from_entries(Vec::new())] {
            let index = CodeIndex::new(&catalog);
            for code in -150_000..150_000 {
                let wanted = PossibleEntries::new(catalog.ids_for_number(code));
                assert_eq!(index.entries(&catalog, code), wanted, "{code}");
            }
        }
    }
}
