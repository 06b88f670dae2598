//! What a code is called as a rule of a document: `TIM6206`.

use crate::catalog::{Catalog, Entry, EntryId};
use crate::stats::CodeKey;

/// The identifier of a code and its meanings, which no other code or choice of meanings has.
///
/// It depends on the catalog and not on what else was seen, so that a rule is called the same in
/// every run. Where several systems have the number, those that are meant stand behind it:
/// `TIM8020.sdk`, or `TIM8020.sdk.web` where the line does not tell. Systems that hand on another's
/// code unchanged do not count there: 70001 is `TIM70001`, and `TIM70001.web` only where a line
/// speaks of the web.
pub(crate) fn rule_id(subject: &CodeKey, catalog: &Catalog) -> String {
    let mut id = format!("TIM{}", subject.code);
    let places = subject.meanings.ids();
    let own: Vec<EntryId> = catalog
        .ids_for_code(subject.code)
        .filter(|&id| catalog.entry(id).passes_on.is_none())
        .collect();
    if own.len() <= 1 && own == places {
        return id;
    }
    for &place in places {
        let Entry { system, .. } = catalog.entry(place);
        id.push('.');
        id.push_str(system);
    }
    if places.is_empty() {
        id.push_str(".unknown");
    }
    id
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::detect::Meanings;

    fn subject(code: i64, systems: &[&str], catalog: &Catalog) -> CodeKey {
        let meant = |place: &EntryId| systems.contains(&catalog.entry(*place).system.as_ref());
        CodeKey { code, meanings: Meanings::new(catalog.ids_for_code(code).filter(meant)) }
    }

    #[test]
    fn systems_stand_behind_a_number_only_where_they_must() {
        let catalog = crate::catalog::built_in();
        let rows: [(i64, &[&str], &str); 9] = [
            (6206, &["sdk"], "TIM6206"),
            (-10003, &["server"], "TIM-10003"),
            (120_042, &["server"], "TIM120042"),
            (6707, &[], "TIM6707"),
            (70001, &["server"], "TIM70001"),
            (70001, &["web"], "TIM70001.web"),
            (8020, &["sdk"], "TIM8020.sdk"),
            (8020, &["sdk", "web"], "TIM8020.sdk.web"),
            // A number that only counts with its name, seen without one.
            (0, &[], "TIM0.unknown"),
        ];
        for (code, systems, wanted) in rows {
            assert_eq!(
                rule_id(&subject(code, systems, &catalog), &catalog),
                wanted,
                "{code} {systems:?}"
            );
        }
    }

    #[test]
    fn no_two_subjects_share_an_identifier() {
        let catalog = crate::catalog::built_in();
        let mut owners: HashMap<String, CodeKey> = HashMap::new();
        for entry in catalog.entries() {
            let code = entry.codes.first;
            let places: Vec<EntryId> = catalog.ids_for_code(code).collect();
            for choice in 0..1_u32 << places.len() {
                let chosen = places
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| choice >> at & 1 == 1)
                    .map(|(_, &place)| place);
                let subject = CodeKey { code, meanings: Meanings::new(chosen) };
                let owner = *owners.entry(rule_id(&subject, &catalog)).or_insert(subject);
                assert_eq!(owner, subject);
            }
        }
    }
}
