//! What a team has seen before: tickets about causes, or about lines with a text.

use imerr_catalog::{KnownIncident, read_known as read};

use super::{Diagnosis, KnownTicket};
use crate::custom::Diagnostic;

/// The tickets of a team.
#[derive(Clone, Debug, Default)]
pub struct Known(Vec<KnownIncident>);

/// Reads a file with tickets. Fails with every problem of the file.
pub fn read_known(path: &str, text: &str) -> Result<Known, Vec<Diagnostic>> {
    read(path, text).map(Known)
}

impl Known {
    /// The names of the causes that the tickets are about, each with its place in the file.
    pub fn causes(&self) -> impl Iterator<Item = (&str, imerr_catalog::Span)> {
        self.0.iter().filter_map(|one| Some((one.cause.as_deref()?, one.span)))
    }

    /// Adds the tickets to the incidents that they are about: those of their cause, and with their
    /// text on one of the excerpts.
    pub fn mark(&self, diagnosis: &mut Diagnosis) {
        let causes = diagnosis.causes.clone();
        for incident in &mut diagnosis.incidents {
            let name = &causes[incident.cause].name;
            for one in &self.0 {
                let fits_cause = one.cause.as_ref().is_none_or(|cause| cause == name);
                let mut lines = incident.excerpts.iter();
                let fits_text = one
                    .text
                    .as_ref()
                    .is_none_or(|text| lines.any(|(_, line)| line.contains(text.as_str())));
                if fits_cause && fits_text {
                    let (ticket, note) = (one.ticket.clone(), one.note.clone());
                    incident.known.push(KnownTicket { ticket, note });
                }
            }
        }
    }
}
