//! The keys of the config file, their values, and how they fill in for options that were not typed.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;
use imerr::catalog::nearest;
use imerr::detect::Confidence;
use imerr::format::Repeat;
use imerr::input::Encoding;
use imerr::terminal::Theme;
use serde::de::{Deserialize, Deserializer, Error};
use toml::Spanned;

use crate::args::{
    Args, Command, FilterArgs, Format, Hyperlink, InputArgs, RuntimeArgs, Schema, optional_catalog,
};
use crate::color::ColorChoice;
use crate::progress::When;

/// The names of the keys: the fields of [`Defaults`].
pub const KEYS: [&str; 16] = [
    "color",
    "theme",
    "hyperlink",
    "format",
    "repeat",
    "schema",
    "json-key",
    "catalog",
    "rules",
    "with",
    "prefer",
    "unknown",
    "min-confidence",
    "encoding",
    "threads",
    "progress",
];

/// What the config file sets. Each key is the long name of an option.
///
/// A new key must not hide codes from a gate, write files, or make the command line refuse an
/// option that is typed.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Defaults {
    #[serde(deserialize_with = "choice")]
    color: Option<ColorChoice>,
    #[serde(deserialize_with = "from_str")]
    theme: Option<Theme>,
    #[serde(deserialize_with = "choice")]
    hyperlink: Option<Hyperlink>,
    #[serde(deserialize_with = "log_format")]
    format: Option<Format>,
    #[serde(deserialize_with = "from_str")]
    repeat: Option<Repeat>,
    #[serde(deserialize_with = "choice")]
    schema: Option<Schema>,
    #[serde(deserialize_with = "non_empty")]
    json_key: Option<String>,
    #[serde(deserialize_with = "paths")]
    pub catalog: Option<Spanned<Vec<PathBuf>>>,
    #[serde(deserialize_with = "paths")]
    pub rules: Option<Spanned<Vec<PathBuf>>>,
    #[serde(deserialize_with = "optional_catalogs")]
    with: Option<Vec<String>>,
    pub prefer: Option<Spanned<String>>,
    unknown: Option<bool>,
    #[serde(deserialize_with = "from_str")]
    min_confidence: Option<Confidence>,
    #[serde(deserialize_with = "from_str")]
    encoding: Option<Encoding>,
    #[serde(deserialize_with = "threads")]
    threads: Option<u16>,
    #[serde(deserialize_with = "choice")]
    progress: Option<When>,
}

impl Defaults {
    /// Makes paths relative to `folder`, the directory of the file, and `~/` the home directory.
    pub fn resolve_paths(&mut self, folder: &Path) {
        for paths in [&mut self.catalog, &mut self.rules].into_iter().flatten() {
            for path in paths.get_mut() {
                *path = match (path.strip_prefix("~"), std::env::home_dir()) {
                    (Ok(rest), Some(home)) => home.join(rest),
                    _ => folder.join(&path),
                };
            }
        }
    }

    /// Fills in the options of `args` that were not typed. `is_typed` takes the id of an option.
    ///
    /// A default that contradicts a typed option gives way to it.
    pub fn apply(&mut self, args: &mut Args, is_typed: impl Fn(&str) -> bool) {
        self.remove_typed(&is_typed);
        set(&mut args.color, self.color);
        if let Some(paths) = &self.catalog {
            args.catalogs.catalog.clone_from(paths.get_ref());
        }
        if let Some(paths) = &self.rules {
            args.catalogs.rules.clone_from(paths.get_ref());
        }
        set(&mut args.catalogs.with, self.with.clone());
        match &mut args.command {
            None => self.apply_to_log(args, is_typed("schema")),
            Some(Command::Stats(stats)) => {
                let has_gate = stats.gate.is_set();
                self.apply_to_run(
                    &mut stats.input,
                    &mut stats.filter,
                    &mut stats.runtime,
                    has_gate,
                );
                set(&mut stats.json_key, self.json_key.clone());
            }
            Some(Command::ExplainLine(explain)) => self.apply_prefer(&mut explain.prefer),
            Some(_) => {}
        }
    }

    fn apply_to_log(&self, args: &mut Args, is_schema_typed: bool) {
        set(&mut args.style.theme, self.theme.clone());
        set(&mut args.style.hyperlink, self.hyperlink);
        set(&mut args.style.repeat, self.repeat);
        set(&mut args.json.json_key, self.json_key.clone());
        // A schema needs a format that writes JSON lines. If one of the two is typed, a default for
        // the other gives way.
        let format = self.format.filter(|format| format.writes_json_lines() || !is_schema_typed);
        set(&mut args.format, format);
        set(&mut args.json.schema, self.schema.filter(|_| args.format.writes_json_lines()));
        let has_gate = args.gate.is_set();
        self.apply_to_run(&mut args.input, &mut args.filter, &mut args.runtime, has_gate);
        if args.mode.quiet && self.progress.is_some() {
            args.runtime.progress = When::Auto;
        }
    }

    /// Fills in what reading logs has in common, with and without `stats`.
    fn apply_to_run(
        &self,
        input: &mut InputArgs,
        filter: &mut FilterArgs,
        runtime: &mut RuntimeArgs,
        has_gate: bool,
    ) {
        set(&mut input.encoding, self.encoding);
        self.apply_prefer(&mut filter.prefer);
        // Unknown codes have no system, category, kind, severity or retry to select them by.
        if filter.entries.filter().only.is_empty() {
            set(&mut filter.unknown, self.unknown);
        }
        // A gate must see what it would see without the file.
        let usual = filter.min_confidence;
        let least = self.min_confidence.filter(|least| *least <= usual || !has_gate);
        set(&mut filter.min_confidence, least);
        if self.threads.is_some() {
            runtime.threads = self.threads;
        }
        set(&mut runtime.progress, self.progress);
    }

    fn apply_prefer(&self, prefer: &mut Option<String>) {
        if let Some(default) = &self.prefer {
            *prefer = Some(default.get_ref().clone());
        }
    }

    /// Removes the defaults of options that were typed.
    fn remove_typed(&mut self, is_typed: impl Fn(&str) -> bool) {
        clear_if(is_typed("color"), &mut self.color);
        clear_if(is_typed("theme"), &mut self.theme);
        clear_if(is_typed("hyperlink"), &mut self.hyperlink);
        clear_if(is_typed("format"), &mut self.format);
        clear_if(is_typed("repeat"), &mut self.repeat);
        clear_if(is_typed("schema"), &mut self.schema);
        clear_if(is_typed("json_key"), &mut self.json_key);
        clear_if(is_typed("catalog"), &mut self.catalog);
        clear_if(is_typed("rules"), &mut self.rules);
        clear_if(is_typed("with"), &mut self.with);
        clear_if(is_typed("prefer"), &mut self.prefer);
        clear_if(is_typed("unknown"), &mut self.unknown);
        clear_if(is_typed("min_confidence"), &mut self.min_confidence);
        clear_if(is_typed("encoding"), &mut self.encoding);
        clear_if(is_typed("threads"), &mut self.threads);
        clear_if(is_typed("progress"), &mut self.progress);
    }
}

fn set<T>(option: &mut T, default: Option<T>) {
    if let Some(default) = default {
        *option = default;
    }
}

fn clear_if<T>(is_typed: bool, default: &mut Option<T>) {
    if is_typed {
        *default = None;
    }
}

/// A value as `FromStr` reads it on the command line.
fn from_str<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    String::deserialize(deserializer)?.parse().map(Some).map_err(Error::custom)
}

/// One of the values that clap knows.
fn choice<'de, D: Deserializer<'de>, T: ValueEnum>(deserializer: D) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if let Ok(value) = T::from_str(&text, false) {
        return Ok(Some(value));
    }
    let values = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let names: Vec<String> = values.map(|value| value.get_name().to_string()).collect();
    let near = nearest(&text, names.iter().map(String::as_str));
    let hint = near.map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
    Err(Error::custom(format!("'{text}' is none of {}{hint}", names.join(", "))))
}

/// A format that writes the log itself. The others are refused together with options about lines
/// and output files.
fn log_format<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Format>, D::Error> {
    let Some(format) = choice::<D, Format>(deserializer)? else { return Ok(None) };
    match format {
        Format::Auto
        | Format::Append
        | Format::Below
        | Format::Inline
        | Format::Json
        | Format::Logfmt => Ok(Some(format)),
        _ => Err(Error::custom(
            "only a format that keeps the log can be a default: auto, append, below, inline, json or logfmt",
        )),
    }
}

fn non_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Err(Error::custom("must not be empty")) } else { Ok(Some(text)) }
}

fn paths<'de, D>(deserializer: D) -> Result<Option<Spanned<Vec<PathBuf>>>, D::Error>
where
    D: Deserializer<'de>,
{
    let list = Spanned::<OneOrMany>::deserialize(deserializer)?;
    let span = list.span();
    let texts = list.into_inner().into_vec();
    if texts.iter().any(String::is_empty) {
        return Err(Error::custom("a path must not be empty"));
    }
    Ok(Some(Spanned::new(span, texts.into_iter().map(PathBuf::from).collect())))
}

fn optional_catalogs<'de, D>(deserializer: D) -> Result<Option<Vec<String>>, D::Error>
where
    D: Deserializer<'de>,
{
    let names = OneOrMany::deserialize(deserializer)?.into_vec();
    for name in &names {
        optional_catalog(name).map_err(Error::custom)?;
    }
    Ok(Some(names))
}

#[derive(serde::Deserialize)]
#[serde(untagged, expecting = "must be a string or a list of strings")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

fn threads<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    match i64::deserialize(deserializer)? {
        threads @ 1..=256 => Ok(u16::try_from(threads).ok()),
        threads => Err(Error::custom(format!("{threads} is not in 1..=256"))),
    }
}
