//! `config`: which settings hold, and where they come from.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use clap::{Arg, Command};
use imerr::terminal::{Policy, replace_unsafe};

use super::fit::fit;
use super::key::Key;
use super::keys::{Keys, TABLES};
use super::merge::merged;
use super::places::Sources;
use super::setting::{Setting, Trouble, Value};
use super::typed::Typed;
use super::{Refused, definition, settled, tell};
use crate::args::{ConfigArgs, ConfigCommand};
use crate::exit_status::Outcome;

/// Prints what `wanted` asks for.
pub fn run(wanted: &ConfigArgs, out: &mut dyn Write) -> io::Result<Outcome> {
    // Was read once without an error.
    let Ok(typed) = Typed::read(std::env::args_os()) else { return Ok(Outcome::Failed) };
    let sources = Sources::of(&typed);
    match wanted.wanted {
        ConfigCommand::Path => paths(&sources, out).map(|()| Outcome::Done),
        ConfigCommand::Show => show(&sources, &typed, out),
    }
}

fn show(sources: &Sources, typed: &Typed, out: &mut dyn Write) -> io::Result<Outcome> {
    sources.tell_strangers();
    match settings(sources, typed, &definition()) {
        Ok(lines) => {
            print(&lines, out)?;
            // What is wrong stands below what holds.
            out.flush()?;
            Ok(if can_run(sources, typed) { Outcome::Done } else { Outcome::Failed })
        }
        Err(troubles) => {
            tell(&troubles);
            Ok(Outcome::Failed)
        }
    }
}

/// Whether runs could go by what holds; what they would refuse is reported.
fn can_run(sources: &Sources, typed: &Typed) -> bool {
    let command = definition();
    let keys = Keys::of(&command);
    let shared: Vec<OsString> = keys
        .all(None)
        .filter(|key| key.option.is_global_set())
        .flat_map(|key| {
            typed.values(key).map(|values| key.args(&Value::Texts(values))).unwrap_or_default()
        })
        .collect();
    // The first refusal is enough: mostly the next one would be the same.
    let runs = [None].into_iter().chain(TABLES.map(Some));
    runs.into_iter().all(|table| {
        let words =
            ["imerr-annotate"].into_iter().chain(table).map(OsString::from).chain(shared.clone());
        let run = Typed::read(words).map_err(Refused::from).and_then(|run| settled(run, sources));
        run.is_ok_and(|settled| settled.knowledge().is_some())
    })
}

fn paths(sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    for candidate in &sources.candidates {
        let state = if candidate.path.exists() { "is there" } else { "is not there" };
        let path = candidate.path.display().to_string();
        let path =
            if io::stdout().is_terminal() { replace_unsafe(&path).into_owned() } else { path };
        writeln!(out, "{path}: {state}")?;
    }
    Ok(())
}

/// A line of TOML, and where it comes from.
type Line = (String, String);

/// What `config show` prints.
fn settings(
    sources: &Sources,
    typed: &Typed,
    command: &Command,
) -> Result<Vec<Line>, Vec<Trouble>> {
    let keys = Keys::of(command);
    let levels = sources.settings(&keys)?;
    let set = |table: Option<&'static str>| -> Result<Vec<Setting>, Vec<Trouble>> {
        let set = merged(&levels, &keys, table, |_| false);
        let Ok(run) =
            Typed::read([Some("imerr-annotate"), table].into_iter().flatten().map(Into::into))
        else {
            return Ok(Vec::new());
        };
        let held = fit(&run, set.clone())?;
        // What needs something that is to be typed holds once it is; what gives way to a stronger source does not.
        let holds = |setting: &Setting| {
            held.iter().any(|one| one.key == setting.key) || run.parse([setting]).is_err()
        };
        Ok(set.into_iter().flatten().filter(holds).collect())
    };
    let common = set(None)?;
    let mut lines: Vec<Line> = keys.all(None).map(|key| line(key, &common, typed)).collect();
    for table in TABLES {
        let own: Vec<Setting> =
            set(Some(table))?.into_iter().filter(|setting| setting.table.is_some()).collect();
        let is_own = |key: &Key| {
            own.iter().any(|setting| setting.key == key.name())
                || !keys.is_common(Some(table), *key)
        };
        lines.extend([Line::default(), (format!("[{table}]"), String::new())]);
        lines.extend(keys.all(Some(table)).filter(is_own).map(|key| line(key, &own, typed)));
    }
    Ok(lines)
}

fn line(key: Key, settings: &[Setting], typed: &Typed) -> Line {
    // Only these stand behind `config show` too.
    let values = if key.option.is_global_set() { typed.values(key) } else { None };
    let set = settings.iter().find(|setting| setting.key == key.name());
    let (value, origin) = match (values, set, default(key)) {
        (Some(values), ..) => (Value::Texts(values), format!("--{}", key.name())),
        (None, Some(setting), _) => (setting.value.clone(), setting.origin.to_string()),
        (None, None, Some(value)) => (value, "default".to_string()),
        (None, None, None) => return (format!("# {}", key.name()), "not set".to_string()),
    };
    let text = match &value {
        Value::Flag(holds) => holds.to_string(),
        Value::Texts(texts) => {
            let texts: Vec<String> =
                texts.iter().map(|text| toml(key, &text.to_string_lossy())).collect();
            if key.is_list() { format!("[{}]", texts.join(", ")) } else { texts.concat() }
        }
    };
    (format!("{} = {text}", key.name()), origin)
}

/// What holds where nothing is set; None if that is no value.
fn default(key: Key) -> Option<Value> {
    let is_shown = |option: &Arg| !option.is_hide_set();
    let defaults = || key.option.get_default_values().iter().map(Into::into).collect();
    match key.is_flag() {
        // Neither of two flags is the default if both are offered.
        true => (!key.inverse.is_some_and(is_shown)).then_some(Value::Flag(false)),
        false if key.is_list() => Some(Value::Texts(defaults())),
        false => Some(Value::Texts(defaults())).filter(|value| *value != Value::Texts(Vec::new())),
    }
}

/// A value as TOML. A path counts from wherever the file with it will be.
fn toml(key: Key, text: &str) -> String {
    if !key.is_path() && text.parse::<i64>().is_ok_and(|number| number.to_string() == text) {
        return text.to_string();
    }
    let absolute = key.is_path().then(|| std::path::absolute(Path::new(text)).ok()).flatten();
    let text = absolute.map_or_else(|| text.to_string(), |path| path.display().to_string());
    // A string of JSON is one of TOML, but for what only TOML wants escaped. A file commands no terminal.
    let escaped = |c: char| {
        if Policy::Message.forbids(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() }
    };
    serde_json::Value::String(text).to_string().chars().map(escaped).collect()
}

/// Longer lines have their origin right behind them.
const WIDTH: usize = 50;

fn print(lines: &[Line], out: &mut dyn Write) -> io::Result<()> {
    let lengths =
        lines.iter().map(|(line, _)| line.chars().count()).filter(|&length| length <= WIDTH);
    let width = lengths.max().unwrap_or(0);
    for (line, origin) in lines {
        match origin.is_empty() {
            true => writeln!(out, "{line}")?,
            false => writeln!(out, "{line:<width$}  # {}", shown(origin))?,
        }
    }
    Ok(())
}

/// Names of files may hold anything; a comment ends with its line.
fn shown(origin: &str) -> String {
    replace_unsafe(origin).into_owned()
}
