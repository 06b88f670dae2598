//! The excerpts of a bundle: the lines around the first signals of each incident.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ExcerptLine;
use crate::diagnose::{Diagnosis, Ending, Incident, Place, Surroundings};
use crate::language::bundle::BundleWords;
use crate::report::ReportData;
use crate::terminal::{escape_name, replace_unsafe};

/// The most codes that belong to no incident.
const MAX_CODES: usize = 50;

/// Lines by file and number.
#[derive(Default)]
pub(super) struct Excerpts {
    pub lines: BTreeMap<(usize, u64), ExcerptLine>,
    /// The causes of each line with a signal, by index.
    causes: BTreeMap<(usize, u64), BTreeSet<usize>>,
    bytes: usize,
    /// Lines with signals for which there was no room.
    left_out: u64,
}

/// Chooses the lines: first those of the verdict, then those of the other incidents, then those of
/// codes that no incident explains.
pub(super) fn choose(diagnosis: &Diagnosis, surroundings: &Surroundings, limit: usize) -> Excerpts {
    let mut chosen = Excerpts::default();
    let main = diagnosis.verdict.map(|verdict| verdict.count.cause);
    let (first, others): (Vec<&Incident>, Vec<&Incident>) =
        diagnosis.incidents.iter().partition(|incident| Some(incident.cause) == main);
    for incident in first.into_iter().chain(others) {
        for place in places(incident) {
            chosen.add(place, Some(incident.cause), surroundings, limit);
        }
    }
    for one in diagnosis.not_explained.iter().take(MAX_CODES) {
        chosen.add(one.first, None, surroundings, limit);
    }
    chosen
}

/// The places of an incident that are worth a look.
fn places(incident: &Incident) -> Vec<Place> {
    let mut places = vec![incident.first];
    places.extend(incident.excerpts.iter().map(|(place, _)| *place));
    let consequences = incident.consequences.iter().map(|one| &one.signals);
    places.extend(incident.starts.iter().chain(consequences).map(|one| one.first));
    if let Ending::Event(_, place) = &incident.ending {
        places.push(*place);
    }
    places
}

impl Excerpts {
    /// Adds the line at `place` and those around it, if they were kept.
    fn add(
        &mut self,
        place: Place,
        cause: Option<usize>,
        surroundings: &Surroundings,
        limit: usize,
    ) {
        let key = (place.file, place.line);
        let is_shown = self.lines.get(&key).is_some_and(|line| line.is_signal);
        if !is_shown {
            let Some(passage) = surroundings.of(place.file, place.line) else { return };
            let around = passage.before.iter().chain(&passage.after);
            let size = passage.text.len() + around.map(|line| line.len()).sum::<usize>();
            if self.bytes + size > limit {
                self.left_out += 1;
                return;
            }
            let first = place.line - passage.before.len() as u64;
            let lines = passage.before.iter().chain([&passage.text]).chain(&passage.after);
            for (number, text) in (first..).zip(lines) {
                self.add_line(place.file, number, text, number == place.line);
            }
        }
        self.causes.entry(key).or_default().extend(cause);
    }

    fn add_line(&mut self, file: usize, number: u64, text: &Arc<str>, is_signal: bool) {
        let line = self.lines.entry((file, number)).or_insert_with(|| {
            self.bytes += text.len();
            ExcerptLine { text: Arc::clone(text), is_signal }
        });
        line.is_signal |= is_signal;
    }

    /// The excerpts as text, in the order of files and lines. As in the output of grep, `:` follows
    /// the number of a line with a signal, and `-` that of another one.
    pub fn text(&self, data: &ReportData<'_>, words: &dyn BundleWords) -> String {
        let mut text = String::new();
        for block in self.blocks() {
            let (file, first) = *block[0].0;
            let last = block[block.len() - 1].0.1;
            let name = escape_name(&data.file(file));
            if !text.is_empty() {
                text.push('\n');
            }
            text += &format!("== {name}:{first}-{last}{}\n", self.titles(&block, data, words));
            for ((_, number), line) in block {
                let mark = if line.is_signal { ':' } else { '-' };
                text += &format!("{number}{mark} {}\n", replace_unsafe(&line.text));
            }
        }
        if text.is_empty() {
            text = format!("{}\n", words.no_excerpts());
        }
        if self.left_out > 0 {
            text += &format!("\n{}\n", words.excerpts_left_out(self.left_out));
        }
        text
    }

    /// Lines that follow each other.
    fn blocks(&self) -> Vec<Vec<(&(usize, u64), &ExcerptLine)>> {
        let mut blocks: Vec<Vec<(&(usize, u64), &ExcerptLine)>> = Vec::new();
        let mut next = None;
        for (key, line) in &self.lines {
            if next != Some(*key) {
                blocks.push(Vec::new());
            }
            next = Some((key.0, key.1 + 1));
            blocks.last_mut().expect("there is one").push((key, line));
        }
        blocks
    }

    /// The causes that a block shows, after two blanks.
    fn titles(
        &self,
        block: &[(&(usize, u64), &ExcerptLine)],
        data: &ReportData<'_>,
        words: &dyn BundleWords,
    ) -> String {
        let mut causes: BTreeSet<usize> = BTreeSet::new();
        for (key, _) in block {
            causes.extend(self.causes.get(key).into_iter().flatten());
        }
        let Some(diagnosis) = data.diagnosis.filter(|_| !causes.is_empty()) else {
            return format!("  {}", words.not_explained());
        };
        let lang = data.catalog.lang();
        let titles: Vec<&str> = causes
            .iter()
            .map(|cause| diagnosis.causes[*cause].texts(lang).title.as_str())
            .collect();
        format!("  {}", titles.join(words.between_titles()))
    }
}
