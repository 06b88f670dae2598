//! Which markers count for the codes of each system of a catalog.

use std::collections::HashMap;

use super::markers::{MarkerSet, general_markers};
use super::rule_set::rules_where;
use crate::catalog::{Catalog, EntryId};
use crate::rules::Rules;

/// The systems of a catalog.
pub(super) struct Systems {
    systems: Vec<SystemMarkers>,
    /// For each entry, the index of its system.
    of_entries: Vec<u32>,
}

/// The markers that count for the codes of a system: see
/// [`Marker::about`](crate::rules::Marker::about).
pub(super) struct SystemMarkers {
    /// Those that are limited to the system.
    specific: MarkerSet,
    /// Those of them that only another product writes. Beside one of them, nothing else counts.
    decisive: MarkerSet,
    /// Those that are not limited to systems.
    general: MarkerSet,
}

impl Systems {
    pub fn new(catalog: &Catalog, rules: &Rules) -> Self {
        let mut all = Self { systems: Vec::new(), of_entries: Vec::new() };
        let mut indexes: HashMap<&str, u32> = HashMap::new();
        // Entries in a row are often of one system.
        let (mut system, mut index) = ("", 0);
        for entry in catalog.entries() {
            if entry.system != system || all.systems.is_empty() {
                system = &entry.system;
                index = *indexes.entry(system).or_insert_with(|| {
                    all.systems.push(SystemMarkers::new(system, rules));
                    all.systems.len() as u32 - 1
                });
            }
            all.of_entries.push(index);
        }
        all
    }

    /// The system of an entry.
    #[inline]
    pub fn of(&self, id: EntryId) -> &SystemMarkers {
        &self.systems[self.of_entries[id.index()] as usize]
    }
}

impl SystemMarkers {
    fn new(system: &str, rules: &Rules) -> Self {
        let product = rules_where(&rules.markers, |marker| marker.product);
        let specific =
            rules_where(&rules.markers, |marker| marker.about.iter().any(|one| one == system));
        let mut general = general_markers(rules);
        if !rules.product_systems.iter().any(|one| one == system) {
            general &= !rules_where(&rules.markers, |marker| marker.generic);
        }
        if specific & product != 0 {
            // The system is another product: markers of the main one say nothing about its codes.
            general &= !product;
        }
        Self { specific, decisive: specific & product, general }
    }

    /// Whether the system belongs to another product, with markers of its own.
    pub fn is_other_product(&self) -> bool {
        self.decisive != 0
    }

    /// Those of the markers in `found` that count.
    #[inline]
    pub fn counting(&self, found: MarkerSet) -> MarkerSet {
        let counting = if found & self.decisive == 0 { self.general } else { 0 };
        found & (self.specific | counting)
    }
}
