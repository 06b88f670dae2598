//! Which findings are of interest.

use std::collections::BTreeSet;
use std::fmt;

use imerr::catalog::{Catalog, CodeRange, Entry, Kind, Retry, Severity};
use imerr::detect::Confidence;
use imerr::filter::Filter;
use imerr::timestamp::{LocalTimestamp, TimeArgError, parse_time_arg};

/// Which codes are looked for, and in which lines.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Which codes")]
pub struct FilterArgs {
    /// The least confidence that is shown: low, medium or high
    #[arg(long, value_name = "LEVEL", default_value = "medium")]
    pub min_confidence: Confidence,

    /// Also report codes that no catalog holds, where the line speaks of the product (always in jsonl, csv and rdjsonl)
    #[arg(long)]
    pub unknown: bool,

    /// The system that a code belongs to where it can be one of several and the line does not decide
    #[arg(long, value_name = "SYSTEM")]
    pub prefer: Option<String>,

    /// Only these codes: 6206, 70001-70020, -10003
    #[arg(long, value_name = "CODES", value_delimiter = ',', allow_hyphen_values = true, value_parser = codes)]
    pub code: Vec<CodeRange>,

    /// None of these codes
    #[arg(long, value_name = "CODES", value_delimiter = ',', allow_hyphen_values = true, value_parser = codes)]
    pub exclude_code: Vec<CodeRange>,

    #[command(flatten)]
    pub entries: EntryFilterArgs,

    /// Only lines from this time on: 2026-11-24 10:00, 10:00, yesterday, 2h (ago)
    ///
    /// A line without a timestamp belongs to the one before it.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = when)]
    pub since: Option<LocalTimestamp>,

    /// Only lines before this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = when)]
    pub until: Option<LocalTimestamp>,
}

/// What the catalog must say about a code.
#[derive(Debug, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Which codes")]
pub struct EntryFilterArgs {
    /// Only codes of these systems: sdk, server, web, ...
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub system: Vec<String>,

    /// Only codes of these categories: account, group, message, ...
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub category: Vec<String>,

    /// Only codes of these kinds: auth, rate-limit, network, ...
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    pub kind: Vec<Kind>,

    /// Only codes of these severities: info, warning, error, fatal
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub severity: Vec<Severity>,

    /// Only codes after which the same request behaves so: never (succeeds), immediate, backoff, after-fix
    #[arg(long, value_name = "WORDS", value_delimiter = ',')]
    pub retry: Vec<Retry>,

    /// No codes of these systems
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub exclude_system: Vec<String>,

    /// No codes of these categories
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub exclude_category: Vec<String>,

    /// No codes of these kinds
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    pub exclude_kind: Vec<Kind>,

    /// No codes of these severities
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub exclude_severity: Vec<Severity>,

    /// No codes after which the same request behaves so
    #[arg(long, value_name = "WORDS", value_delimiter = ',')]
    pub exclude_retry: Vec<Retry>,
}

impl FilterArgs {
    /// The ids of its own options.
    pub const OPTIONS: [&str; 7] =
        ["min_confidence", "unknown", "prefer", "code", "exclude_code", "since", "until"];
}

impl EntryFilterArgs {
    /// The ids of its options.
    pub const OPTIONS: [&str; 10] = [
        "system",
        "category",
        "kind",
        "severity",
        "retry",
        "exclude_system",
        "exclude_category",
        "exclude_kind",
        "exclude_severity",
        "exclude_retry",
    ];

    /// What must hold for an entry to be of interest.
    pub fn filter(&self) -> Filter {
        let mut filter = Filter::default();
        filter.only.systems.clone_from(&self.system);
        filter.only.categories.clone_from(&self.category);
        filter.only.kinds.clone_from(&self.kind);
        filter.only.severities.clone_from(&self.severity);
        filter.only.retries.clone_from(&self.retry);
        filter.except.systems.clone_from(&self.exclude_system);
        filter.except.categories.clone_from(&self.exclude_category);
        filter.except.kinds.clone_from(&self.exclude_kind);
        filter.except.severities.clone_from(&self.exclude_severity);
        filter.except.retries.clone_from(&self.exclude_retry);
        filter
    }
}

fn when(text: &str) -> Result<LocalTimestamp, TimeArgError> {
    parse_time_arg(text, &jiff::ZonedDateTime::now())
}

/// The name of a system or category that no entry of the catalog bears.
#[derive(Debug)]
pub struct WrongName {
    /// The long name of the option that has it as a value.
    pub option: &'static str,
    /// What its value is called in the help.
    form: &'static str,
    name: String,
    /// What is wrong, with the choices.
    pub text: String,
}

impl fmt::Display for WrongName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "invalid value '{}' for '--{} <{}>': {}",
            self.name, self.option, self.form, self.text
        )
    }
}

/// What is wrong with the names of systems and categories that were typed, if anything is: `catalog` has to know them.
pub fn check_names<'n>(
    entries: Option<&'n EntryFilterArgs>,
    prefer: Option<&'n str>,
    catalog: &Catalog,
) -> Result<(), WrongName> {
    let mut systems: Vec<(_, _, &str)> =
        prefer.map(|name| ("prefer", "SYSTEM", name)).into_iter().collect();
    let mut categories = Vec::new();
    if let Some(entries) = entries {
        let named = |option, names: &'n [String]| {
            names.iter().map(move |name| (option, "NAMES", name.as_str()))
        };
        systems.extend(named("system", &entries.system));
        systems.extend(named("exclude-system", &entries.exclude_system));
        categories.extend(named("category", &entries.category));
        categories.extend(named("exclude-category", &entries.exclude_category));
    }
    for (option, form, name) in systems {
        one_of(option, form, name, catalog, |entry| &entry.system)?;
    }
    for (option, form, name) in categories {
        one_of(option, form, name, catalog, |entry| &entry.category)?;
    }
    Ok(())
}

/// Whether an entry of the catalog bears `name`; the error names the choices.
fn one_of(
    option: &'static str,
    form: &'static str,
    name: &str,
    catalog: &Catalog,
    of: impl Fn(&Entry) -> &str,
) -> Result<(), WrongName> {
    let choices: BTreeSet<&str> = catalog.entries().iter().map(of).collect();
    match choices.contains(name) {
        true => Ok(()),
        false => {
            let text = format!("'{name}' is none of {}", Vec::from_iter(choices).join(", "));
            Err(WrongName { option, form, name: name.to_string(), text })
        }
    }
}

/// `6206`, `-10003`, `70001-70020`, `-10009--10001` or `70001..70020`.
pub fn codes(text: &str) -> Result<CodeRange, String> {
    let wrong = || format!("'{text}' is no code and no range of codes such as 70001-70020");
    let number = |text: &str| text.parse::<i64>().map_err(|_| wrong());
    let dash = text.char_indices().skip(1).find(|&(_, c)| c == '-').map(|(at, _)| (at, 1));
    let (at, length) = match text.find("..").map(|at| (at, 2)).or(dash) {
        None => return number(text).map(CodeRange::one),
        Some(found) => found,
    };
    let (first, last) = (number(&text[..at])?, number(&text[at + length..])?);
    if first > last {
        return Err(format!("the range {first} to {last} is empty: the smaller code comes first"));
    }
    Ok(CodeRange { first, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_ranges_are_read_with_their_signs() {
        let rows = [
            ("6206", Some((6206, 6206))),
            ("-10003", Some((-10003, -10003))),
            ("70001-70020", Some((70001, 70020))),
            ("70001..70020", Some((70001, 70020))),
            ("-10009--10001", Some((-10009, -10001))),
            ("-5-5", Some((-5, 5))),
            ("70020-70001", None),
            ("6206-", None),
            ("x", None),
            ("", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(codes(text).ok().map(|codes| (codes.first, codes.last)), wanted, "{text}");
        }
    }
}
