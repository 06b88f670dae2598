//! The words of a diagnosis, in each language.

mod chinese;
mod english;

use chinese::Chinese;
use english::English;

use crate::catalog::Lang;
use crate::confidence::Confidence;
use crate::diagnose::{Distance, SessionKind, VerdictReason};

/// The most causes that a sentence names.
const EXPLAINED: usize = 3;

/// The words of a diagnosis in a language.
pub fn of(lang: Lang) -> &'static dyn DiagnosisWords {
    match lang {
        Lang::En => &English,
        Lang::Zh => &Chinese,
    }
}

/// What a verdict says.
#[derive(Clone, Copy, Debug)]
pub struct VerdictText<'v> {
    /// The title of the cause, without a full stop.
    pub title: &'v str,
    /// How sure it is.
    pub confidence: Confidence,
    /// The time of the first incident, if it is known.
    pub time: Option<&'v str>,
    /// Its place: `app.log:12`.
    pub place: &'v str,
    /// The number of incidents.
    pub incidents: u64,
    /// The number of sessions that have one.
    pub sessions: u64,
    /// The findings that started them.
    pub starts: u64,
    /// The findings that followed from them, in all.
    pub consequences: u64,
    /// The most frequent consequences, as `6014 x14`.
    pub named: &'v str,
    /// What a storm, or several rounds, mean.
    pub note: Option<&'v str>,
    /// Why it is named before other causes, if there are some.
    pub reason: Option<VerdictReason>,
    /// The number of causes.
    pub causes: u64,
    /// All findings.
    pub findings: u64,
}

/// The words of a diagnosis in one language. Sentences end with a full stop.
pub trait DiagnosisWords: Sync {
    /// The first sentence: what went wrong, when, where, and what followed from it.
    fn verdict(&self, text: &VerdictText<'_>) -> String;
    /// The sentence in front of the verdict if most findings belong to no incident.
    fn few_explained(&self, explained: u64, findings: u64) -> String;
    /// The text between two sentences.
    fn sentence_gap(&self) -> &'static str;
    /// Findings, but no incident.
    fn no_incident(&self, findings: u64) -> String;
    /// The text between the items of a list.
    fn list_comma(&self) -> &'static str;
    /// The text between clauses.
    fn semicolon(&self) -> &'static str;
    /// The text between events of which each one would do.
    fn or(&self) -> &'static str;
    /// The headings of when, what and where.
    fn columns(&self) -> [&'static str; 3];
    /// The mark of the incident that the verdict is about.
    fn in_verdict(&self) -> &'static str;
    /// The labels of the fix and of how to verify it.
    fn labels(&self) -> [&'static str; 2];
    /// What a session is known by: `process 7325`.
    fn session(&self, kind: SessionKind, key: &str) -> String;
    /// A number of sessions, for a cause that several have.
    fn sessions(&self, sessions: u64) -> String;
    /// A signal and its count: `6014 x14`.
    fn times(&self, name: &str, count: u64) -> String;
    /// The consequences of an incident, after its starts.
    fn then(&self, consequences: &str) -> String;
    /// How an incident ended: with an event at a time or place.
    fn ended_by(&self, event: &str, at: &str) -> String;
    /// An incident ended since nothing of it was seen any more.
    fn went_quiet(&self) -> &'static str;
    /// An incident ended with a new session.
    fn new_session(&self) -> &'static str;
    /// An incident lasts to the end of the log.
    fn end_of_log(&self) -> &'static str;
    /// Rounds of a cause that recurs.
    fn rounds(&self, rounds: u64) -> String;
    /// After what is said about an incident: whether it is not sure.
    fn confidence(&self, confidence: Confidence) -> &'static str;
    /// An incident that was decided by the absence of an event.
    fn beginning_unknown(&self) -> &'static str;
    /// The times of an incident cannot be compared.
    fn clocks_differ(&self) -> &'static str;
    /// Why a finding belongs to an incident.
    fn because(&self, code: i64, after: Distance, session: SessionKind, ends: &str) -> String;
    /// A distance after something.
    fn after(&self, distance: Distance) -> String;
    /// The causes of findings out of so many: `Causes: The UserSig expired (17 of 21 findings)`.
    fn explained_by(&self, causes: &[(&str, u64)], findings: u64) -> String;
    /// The same if they explain only so many in all.
    fn few_explained_by(&self, causes: &[(&str, u64)], explained: u64, findings: u64) -> String;
    /// The title of what belongs to no incident.
    fn not_explained(&self) -> &'static str;
    /// Nothing is left.
    fn all_explained(&self) -> &'static str;
    /// The log may begin after this cause of a finding.
    fn begins_after(&self, title: &str) -> String;
    /// More incidents than are shown.
    fn more_incidents(&self, incidents: u64) -> String;
    /// How to list all incidents, of which some are not shown, or only together.
    fn all_incidents(&self, left_out: u64, all: u64) -> String;
    /// More codes that are not explained than are shown.
    fn more_codes(&self, codes: u64, findings: u64) -> String;
    /// How to see what a text that fits the screen lacks.
    fn more_details(&self) -> &'static str;
    /// A ticket about the same.
    fn seen_before(&self, ticket: &str, note: Option<&str>) -> String;
    /// There was too much to keep all apart.
    fn is_coarse(&self) -> &'static str;
    /// The heading of the evidence.
    fn evidence(&self) -> &'static str;
    /// How many of the findings no incident explains.
    fn not_explained_share(&self, count: u64, findings: u64) -> String;
}
