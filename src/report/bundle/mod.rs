//! A bundle: what to send to people who help with a log, with what names people and what opens
//! accounts masked.

mod excerpts;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::sync::Arc;

use crate::diagnose::{Diagnosis, SessionKind, Surroundings};
use crate::input::STDIN;
use crate::language::bundle::{BundleWords, of};
use crate::mask::{MaskCount, MaskKind, Masker};
use crate::report::{DiagnosisJson, DiagnosisMarkdown, DiagnosisText, Report, ReportData};
use crate::stats::excerpt;
use crate::terminal::{escape_name, replace_unsafe};

/// The files of a bundle, and what was masked in them.
///
/// They have the diagnosis in each format, excerpts of the log around the first signals of each
/// incident, the lines that name versions of the IM SDK, and a list of what was masked. Nothing
/// else of the log is in them. The same data gives the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bundle {
    /// The files by name.
    pub files: Vec<BundleFile>,
    /// How much of each kind was masked.
    pub masked: Vec<MaskCount>,
}

/// A file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BundleFile {
    /// Its name, which is fixed.
    pub name: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Bundle {
    /// The most bytes of excerpts.
    pub const EXCERPTS: usize = 1 << 20;

    /// Makes a bundle of `data` and the lines around its signals.
    pub fn new(data: &ReportData<'_>, surroundings: &Surroundings) -> Self {
        let words = of(data.catalog.lang());
        let nothing = Diagnosis::default();
        let diagnosis = data.diagnosis.unwrap_or(&nothing);
        let mut masker = Masker::new(data.catalog);
        let mut chosen = excerpts::choose(diagnosis, surroundings, Self::EXCERPTS);
        learn(&mut masker, data, diagnosis, surroundings, &chosen);
        let files = masked_files(&mut masker, data);
        let masked = masked_diagnosis(&mut masker, diagnosis, surroundings);
        for line in chosen.lines.values_mut() {
            line.text = masker.mask(&line.text).into();
        }
        let versions = versions(&mut masker, &files, surroundings, words);
        let data = ReportData { files: &files, diagnosis: Some(&masked), ..*data };
        let mut bundle = Self { files: Vec::new(), masked: masker.counts() };
        bundle.add("diagnosis.json", document(&DiagnosisJson, &data));
        bundle.add("diagnosis.md", document(&DiagnosisMarkdown, &data));
        bundle.add("diagnosis.txt", document(&DiagnosisText::PLAIN, &data));
        bundle.add("excerpts.txt", chosen.text(&data, words).into_bytes());
        bundle.add("versions.txt", versions.into_bytes());
        let list = words.masked_list(&bundle.masked, &data, chosen.lines.len() as u64);
        bundle.add("MASKED.txt", list.into_bytes());
        bundle.files.sort_by_key(|file| file.name);
        bundle
    }

    fn add(&mut self, name: &'static str, bytes: Vec<u8>) {
        self.files.push(BundleFile { name, bytes });
    }

    /// The number of different values that were masked.
    pub fn masked_values(&self) -> u64 {
        self.masked.iter().map(|count| count.values).sum()
    }
}

/// Learns all values first, in the order of the log, so that the placeholders are numbered in the
/// order in which a reader meets them.
fn learn(
    masker: &mut Masker,
    data: &ReportData<'_>,
    diagnosis: &Diagnosis,
    surroundings: &Surroundings,
    chosen: &excerpts::Excerpts,
) {
    for line in chosen.lines.values() {
        masker.learn(&line.text);
    }
    for session in diagnosis.sessions.iter().filter(|session| names_user(session.kind)) {
        masker.learn_value(MaskKind::User, &session.key);
    }
    for incident in &diagnosis.incidents {
        for (place, text) in &incident.excerpts {
            let whole = surroundings.of(place.file, place.line);
            masker.learn(whole.map_or(text, |line| &line.text));
        }
        for ticket in &incident.known {
            masker.learn(&ticket.ticket);
            masker.learn(ticket.note.as_deref().unwrap_or_default());
        }
    }
    for (.., text) in &surroundings.versions {
        masker.learn(text);
    }
    for index in 0..data.files.len() {
        masker.learn(&data.file(index));
    }
}

/// Whether the key of a session may be the name of a user. A pattern of one's own may find
/// anything.
fn names_user(kind: SessionKind) -> bool {
    matches!(kind, SessionKind::User | SessionKind::Custom)
}

fn masked_files(masker: &mut Masker, data: &ReportData<'_>) -> Vec<OsString> {
    (0..data.files.len()).map(|index| masker.mask(&data.file(index)).into()).collect()
}

/// The diagnosis with lines, keys of sessions and tickets masked. Everything else is of the catalog
/// and of the causes, or a number.
fn masked_diagnosis(
    masker: &mut Masker,
    diagnosis: &Diagnosis,
    surroundings: &Surroundings,
) -> Diagnosis {
    let mut masked = diagnosis.clone();
    for session in masked.sessions.iter_mut().filter(|session| names_user(session.kind)) {
        session.key = masker.placeholder(MaskKind::User, &session.key).into();
    }
    for incident in &mut masked.incidents {
        for (place, text) in &mut incident.excerpts {
            // The whole line is masked, then cut: a cut value cannot be recognized.
            *text = match surroundings.of(place.file, place.line) {
                Some(line) => excerpt(masker.mask(&line.text).as_bytes()),
                None => masker.mask(without_last_word(text)).into(),
            };
        }
        for ticket in &mut incident.known {
            ticket.ticket = masker.mask(&ticket.ticket);
            ticket.note = ticket.note.as_deref().map(|note| masker.mask(note));
        }
    }
    masked
}

/// A line that is cut, without the word in which it is cut.
fn without_last_word(text: &str) -> &str {
    let Some(cut) = text.strip_suffix('…') else { return text };
    let end = cut.rfind([' ', '|', ',', ';', '&']).map_or(0, |last| last + 1);
    &cut[..end]
}

fn document(report: &dyn Report, data: &ReportData<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    report.write(data, &mut bytes).expect("a write to memory cannot fail");
    bytes
}

/// The lines with versions of the IM SDK.
fn versions(
    masker: &mut Masker,
    files: &[OsString],
    surroundings: &Surroundings,
    words: &dyn BundleWords,
) -> String {
    if surroundings.versions.is_empty() {
        return format!("{}\n", words.no_versions());
    }
    let mut text = String::new();
    for (file, line, version) in &surroundings.versions {
        let name = files.get(*file).map_or(STDIN.into(), |name| name.to_string_lossy());
        let version = replace_unsafe(&masker.mask(version));
        text += &format!("{}:{line}: {version}\n", escape_name(&name));
    }
    text
}

/// A line of an excerpt.
#[derive(Clone, Debug)]
struct ExcerptLine {
    text: Arc<str>,
    /// Whether it has a signal.
    is_signal: bool,
}
