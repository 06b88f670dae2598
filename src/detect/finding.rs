//! Findings: the codes in a line and what they can mean.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::catalog::{Catalog, Entry, EntryId, Lang, Severity};
use crate::confidence::Confidence;
use crate::language;

/// A code in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Where the number begins, at its sign, in bytes from the beginning of the line. If the line
    /// has only the name of the code, where the name begins.
    pub start: usize,
    /// Where the number or name ends.
    pub end: usize,
    /// The code.
    pub code: i64,
    /// How sure it is.
    pub confidence: Confidence,
    /// The entries that the code can stand for.
    pub entries: PossibleEntries,
}

/// The entries that a code can stand for, likeliest first, as ids in the detector's catalog.
///
/// None: the code is unknown. One: it is known. Several: it is ambiguous.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PossibleEntries {
    ids: [EntryId; PossibleEntries::LIMIT],
    count: u8,
}

impl PossibleEntries {
    /// The most entries that one code keeps.
    pub const LIMIT: usize = 4;

    /// The first [`PossibleEntries::LIMIT`] of `ids`.
    pub(crate) fn new(ids: impl Iterator<Item = EntryId>) -> Self {
        let mut entries = Self::default();
        for (free, id) in entries.ids.iter_mut().zip(ids) {
            *free = id;
            entries.count += 1;
        }
        entries
    }

    /// The ids, for [`Catalog::entry`].
    pub fn ids(&self) -> &[EntryId] {
        &self.ids[..usize::from(self.count)]
    }

    /// The entries in `catalog`, which must be the one of the detector.
    pub fn in_catalog<'c>(
        &self,
        catalog: &'c Catalog,
    ) -> impl Iterator<Item = &'c Entry> + use<'c> {
        let count = usize::from(self.count);
        self.ids.into_iter().take(count).map(|id| catalog.entry(id))
    }

    /// Whether no catalog knows the code.
    pub fn is_unknown(&self) -> bool {
        self.count == 0
    }

    /// Whether the code can stand for several entries.
    pub fn is_ambiguous(&self) -> bool {
        self.count > 1
    }

    /// The worst severity of the entries. An unknown code counts as an error: in documents, gates
    /// and every order by severity.
    pub fn severity(&self, catalog: &Catalog) -> Severity {
        self.known_severity(catalog).unwrap_or(Severity::Error)
    }

    /// The worst severity of the entries; None for an unknown code.
    pub fn known_severity(&self, catalog: &Catalog) -> Option<Severity> {
        self.ids().iter().map(|&id| catalog.entry(id).severity).max()
    }

    /// What the code means, in one sentence of the catalog's language. For an ambiguous code: each
    /// meaning, likeliest first.
    pub fn meaning<'c>(&self, catalog: &'c Catalog) -> Cow<'c, str> {
        let lang = catalog.lang();
        let meanings = self.in_catalog(catalog).map(|entry| entry.texts(lang).meaning);
        alternatives(meanings, lang).unwrap_or(language::of(lang).unknown_meaning().into())
    }

    /// What to do about the code, in the catalog's language. For an ambiguous code: each remedy,
    /// likeliest first.
    pub fn remedy<'c>(&self, catalog: &'c Catalog) -> Cow<'c, str> {
        let lang = catalog.lang();
        let remedies = self.in_catalog(catalog).map(|entry| entry.texts(lang).remedy);
        alternatives(remedies, lang).unwrap_or(language::of(lang).unknown_remedy().into())
    }

    /// Adds an entry, if there are fewer than [`PossibleEntries::LIMIT`].
    pub(super) fn push(&mut self, id: EntryId) {
        if let Some(free) = self.ids.get_mut(usize::from(self.count)) {
            *free = id;
            self.count += 1;
        }
    }

    /// Only the entries for which `keep` returns true.
    pub(crate) fn filtered(&self, keep: impl Fn(EntryId) -> bool) -> Self {
        Self::new(self.ids().iter().copied().filter(|&id| keep(id)))
    }
}

/// The texts as alternatives; None if there are none.
fn alternatives<'t>(mut texts: impl Iterator<Item = &'t str>, lang: Lang) -> Option<Cow<'t, str>> {
    let mut all = Cow::Borrowed(texts.next()?);
    for text in texts {
        all += language::of(lang).or();
        all += text;
    }
    Some(all)
}

/// A finding with the catalog that its entries are in, as [`Detector::find`](super::Detector::find)
/// returns it.
#[derive(Clone, Copy)]
pub struct ResolvedFinding<'c> {
    pub(crate) finding: Finding,
    pub(crate) catalog: &'c Catalog,
}

impl<'c> ResolvedFinding<'c> {
    /// The entry of the code, the likeliest if it is ambiguous; None for an unknown code.
    pub fn entry(&self) -> Option<&'c Entry> {
        self.entries().next()
    }

    /// All entries that the code can stand for, likeliest first.
    pub fn entries(&self) -> impl Iterator<Item = &'c Entry> + use<'c> {
        self.entries.in_catalog(self.catalog)
    }

    /// What the code means, in one sentence: see [`PossibleEntries::meaning`].
    pub fn meaning(&self) -> Cow<'c, str> {
        self.entries.meaning(self.catalog)
    }

    /// What to do about the code: see [`PossibleEntries::remedy`].
    pub fn remedy(&self) -> Cow<'c, str> {
        self.entries.remedy(self.catalog)
    }
}

/// As an object with `start`, `end`, `code`, `confidence`, and the list `entries`.
impl Serialize for ResolvedFinding<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries: Vec<&Entry> = self.entries().collect();
        let mut object = serializer.serialize_struct("ResolvedFinding", 5)?;
        object.serialize_field("start", &self.start)?;
        object.serialize_field("end", &self.end)?;
        object.serialize_field("code", &self.code)?;
        object.serialize_field("confidence", self.confidence.as_str())?;
        object.serialize_field("entries", &entries)?;
        object.end()
    }
}

impl std::ops::Deref for ResolvedFinding<'_> {
    type Target = Finding;

    fn deref(&self) -> &Finding {
        &self.finding
    }
}

impl std::fmt::Debug for ResolvedFinding<'_> {
    /// Shows the finding; a catalog has thousands of entries.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.finding.fmt(f)
    }
}
