//! Masking: replaces what names people and what opens accounts, so that parts of a log can be given
//! to others.
//!
//! A value gets the same placeholder wherever it occurs, such as `user-1`, so that the story stays
//! readable. Codes, times and the words of messages stay.

mod bare;
mod chat;
mod content;
mod joint;
mod key_rules;
mod keys;
mod shapes;
mod value;
mod vocabulary;

#[cfg(test)]
mod rows;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use imerr_catalog::{Catalog, string_enum};

use bare::BareValues;
use vocabulary::Vocabulary;

string_enum! {
    /// What a masked value is. Its word is the beginning of the placeholder.
    MaskKind {
        /// A UserSig: it lets anyone log in as its user.
        UserSig = "usersig",
        /// A token, password, secret key, signature or cookie.
        Secret = "secret",
        /// A telephone number.
        Phone = "phone",
        /// The number of a Chinese identity card or of a bank card.
        IdCard = "id-card",
        /// A mail address.
        Mail = "mail",
        /// The ID or the name of a user.
        User = "user",
        /// The ID of a device.
        Device = "device",
        /// A public IP address.
        Ip = "ip",
        /// An IP address of a private network.
        PrivateIp = "private-ip",
        /// What people wrote in a message, a push or a profile, and where they are.
        Text = "text",
    }
}

/// How much of a kind was masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MaskCount {
    /// The kind.
    pub kind: MaskKind,
    /// The number of different values.
    pub values: u64,
    /// The number of places where one of them was replaced.
    pub places: u64,
}

/// Masks texts. It first [learns](Self::learn) the values of all texts, so that a value that one
/// line names by a key is masked in lines that do not.
///
/// Takes memory for each different value.
#[derive(Clone, Debug)]
pub struct Masker {
    vocabulary: Arc<Vocabulary>,
    /// The kind and the number of each value, from 1 in each kind. The kind is the first that was
    /// found, so that a telephone number that is the ID of a user is one value.
    numbers: HashMap<String, (MaskKind, u64)>,
    values: [u64; MaskKind::ALL.len()],
    places: [u64; MaskKind::ALL.len()],
    /// The search for known values without a key, once it is needed.
    bare: Option<BareValues>,
    /// Whether the last line belongs to a private key that goes on.
    is_in_key: bool,
}

/// A part of a text that is masked.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Span {
    range: Range<usize>,
    kind: MaskKind,
    /// The value without escapes.
    value: String,
    /// What stands around the placeholder, so that JSON stays JSON.
    quote: String,
}

impl Masker {
    /// The words of `catalog` are no names unless a key says so.
    pub fn new(catalog: &Catalog) -> Self {
        Self {
            vocabulary: Arc::new(Vocabulary::new(catalog)),
            numbers: HashMap::new(),
            values: Default::default(),
            places: Default::default(),
            bare: None,
            is_in_key: false,
        }
    }

    /// Learns the values in a text. Values are numbered in the order in which they are learned.
    pub fn learn(&mut self, text: &str) {
        for line in text.lines() {
            for span in self.named_spans(line) {
                self.number(span.kind, span.value);
            }
        }
    }

    /// Learns a value of a kind that is known.
    pub fn learn_value(&mut self, kind: MaskKind, value: &str) {
        if !vocabulary::is_nothing(value) {
            self.number(kind, value::decoded(value));
        }
    }

    /// Returns the text with placeholders. What it has that was not learned is masked all the same,
    /// but earlier texts may have it.
    pub fn mask(&mut self, text: &str) -> String {
        let mut lines = Vec::new();
        for line in text.split_inclusive('\n') {
            let spans = self.named_spans(line);
            for span in &spans {
                self.number(span.kind, span.value.clone());
            }
            lines.push((line, spans));
        }
        let mut masked = String::with_capacity(text.len());
        for (line, spans) in lines {
            self.mask_line(line, spans, &mut masked);
        }
        masked
    }

    /// Appends a line, whose named values are at `spans`, with placeholders.
    fn mask_line(&mut self, line: &str, mut spans: Vec<Span>, masked: &mut String) {
        if self.bare.is_none() {
            self.bare = Some(BareValues::new(&self.numbers, &self.vocabulary));
        }
        spans.extend(self.bare.iter().flat_map(|bare| bare.find(line)));
        let mut position = 0;
        for span in united(spans, line) {
            let Range { start, end } = span.range;
            masked.push_str(&line[position..start]);
            let (kind, number) = self.number(span.kind, span.value);
            masked.push_str(&format!("{0}{kind}-{number}{0}", span.quote));
            self.places[kind as usize] += 1;
            position = end;
        }
        masked.push_str(&line[position..]);
    }

    /// The placeholder of a value that is known to be of a kind. Values such as `null` stay.
    pub fn placeholder(&mut self, kind: MaskKind, value: &str) -> String {
        if vocabulary::is_nothing(value) {
            return value.to_string();
        }
        let (kind, number) = self.number(kind, value::decoded(value));
        self.places[kind as usize] += 1;
        format!("{kind}-{number}")
    }

    /// What was masked so far, without kinds of which there is nothing.
    pub fn counts(&self) -> Vec<MaskCount> {
        let mut counts = Vec::new();
        for &kind in MaskKind::ALL {
            let (values, places) = (self.values[kind as usize], self.places[kind as usize]);
            if places > 0 {
                counts.push(MaskCount { kind, values, places });
            }
        }
        counts
    }

    fn number(&mut self, kind: MaskKind, value: String) -> (MaskKind, u64) {
        if let Some(&known) = self.numbers.get(&value) {
            return known;
        }
        self.values[kind as usize] += 1;
        let number = self.values[kind as usize];
        self.numbers.insert(value, (kind, number));
        self.bare = None;
        (kind, number)
    }

    /// The values that their key or their shape shows, and a line of a private key after the one
    /// with which it begins.
    fn named_spans(&mut self, line: &str) -> Vec<Span> {
        let of_key = if self.is_in_key { shapes::line_of_key(line) } else { None };
        self.is_in_key = of_key.is_some() || shapes::begins_key(line);
        let mut spans = content::find(line);
        spans.extend(of_key);
        spans.extend(chat::find(line, &self.vocabulary));
        spans.extend(keys::find(line, &self.vocabulary));
        spans.extend(shapes::find(line));
        united(spans, line)
    }
}

/// The spans in order, those that overlap as one: of the kind that was found first.
fn united(mut spans: Vec<Span>, line: &str) -> Vec<Span> {
    // Stable: of two at one place, the first rule wins.
    spans.sort_by_key(|span| span.range.start);
    let mut united: Vec<Span> = Vec::new();
    for span in spans {
        match united.last_mut() {
            Some(last) if span.range.start < last.range.end => {
                if span.range.end > last.range.end {
                    last.range.end = span.range.end;
                    last.value = value::decoded(&line[last.range.clone()]);
                }
            }
            _ => united.push(span),
        }
    }
    united
}
