//! Settings of a file, in TOML: the long name of an option, and what it is set to.

use std::ffi::OsString;
use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::rc::Rc;

use imerr::custom::Span;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::check::check;
use super::key::Key;
use super::keys::{Keys, NoKey, TABLES};
use super::setting::{File, Origin, Setting, Trouble, Value};
use super::theme::{kind, theme};

/// The settings of `file` in their order, and what is wrong with it: all of it, or where its syntax is broken, that alone.
pub fn settings(file: &Rc<File>, keys: &Keys) -> (Vec<Setting>, Vec<Trouble>) {
    let mut reader = Reader { file, keys, settings: Vec::new(), problems: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    for error in &errors {
        reader.problem(error.span().unwrap_or(0..0), error.message().to_string());
    }
    if errors.is_empty() {
        reader.table(None, table.get_ref());
    }
    let Reader { mut settings, mut problems, .. } = reader;
    settings.sort_by_key(|(start, _)| *start);
    problems.sort();
    let troubles =
        problems.into_iter().map(|(place, text)| Origin::File(file.clone(), place).trouble(text));
    (settings.into_iter().map(|(_, setting)| setting).collect(), troubles.collect())
}

struct Reader<'r, 'c> {
    file: &'r Rc<File>,
    keys: &'r Keys<'c>,
    /// With where each begins.
    settings: Vec<(usize, Setting)>,
    problems: Vec<(Span, String)>,
}

impl Reader<'_, '_> {
    fn problem(&mut self, span: Range<usize>, text: String) {
        self.problems.push((Span::of(&self.file.text, span), text));
    }

    fn table(&mut self, table: Option<&'static str>, entries: &DeTable) {
        for (name, value) in entries {
            let text: &str = name.get_ref();
            let of_command = TABLES.into_iter().find(|command| table.is_none() && *command == text);
            match (of_command, value.get_ref()) {
                (Some(command), DeValue::Table(entries)) => self.table(Some(command), entries),
                (Some(command), _) => self.problem(
                    name.span(),
                    format!("{command} must be a table, written [{command}]"),
                ),
                (None, _) => self.entry(table, name.span(), text, value),
            }
        }
    }

    fn entry(
        &mut self,
        table: Option<&'static str>,
        at: Range<usize>,
        name: &str,
        value: &Spanned<DeValue>,
    ) {
        let key = match self.keys.find(table, name) {
            Ok(key) => key,
            Err(none) => return self.problem(at, no_key(name, none)),
        };
        if let Some(reason) = key.not_of_project().filter(|_| self.file.is_project) {
            let wrong = format!(
                "the file of a directory cannot set '{name}', which {reason}; give it as --{name}, or set it in your own"
            );
            return self.problem(at, wrong);
        }
        let before = self.problems.len();
        let value = match value.get_ref() {
            DeValue::Boolean(holds) if key.is_flag() => Value::Flag(*holds),
            _ if key.is_flag() => return self.wrong_type(name, "true or false", value),
            DeValue::Array(items) if key.is_list() => {
                Value::Texts(items.iter().flat_map(|item| self.texts(key, item)).collect())
            }
            DeValue::Table(styles) if name == "theme" => {
                let theme = theme(styles, |span, text| self.problem(span, text));
                Value::Texts(if theme.is_empty() { Vec::new() } else { vec![theme.into()] })
            }
            _ => Value::Texts(self.texts(key, value)),
        };
        if self.problems.len() == before {
            let origin = Origin::File(self.file.clone(), Span::of(&self.file.text, at.clone()));
            self.settings.push((
                at.start,
                Setting { table, key: name.to_string(), args: key.args(&value), value, origin },
            ));
        }
    }

    /// The value or values that one entry stands for.
    fn texts(&mut self, key: Key, value: &Spanned<DeValue>) -> Vec<OsString> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => {
                match i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()) {
                    Ok(number) => number.to_string(),
                    Err(_) => number.to_string(),
                }
            }
            _ => {
                self.wrong_type(
                    key.name(),
                    if key.is_list() { "a list of strings" } else { "a string" },
                    value,
                );
                return Vec::new();
            }
        };
        let texts = key.split(&text);
        for text in &texts {
            if let Err(wrong) = check(key, text.as_ref()) {
                self.problem(value.span(), format!("{}: {wrong}", key.name()));
            }
        }
        if !key.is_path() {
            return texts.into_iter().map(OsString::from).collect();
        }
        let Some(paths) =
            texts.iter().map(|text| self.file.path(text)).collect::<Option<Vec<PathBuf>>>()
        else {
            self.problem(
                value.span(),
                format!(
                    "{}: nobody knows the home directory for ~/; write the whole path",
                    key.name()
                ),
            );
            return Vec::new();
        };
        // A device or FIFO never ends: who works in a directory must not be held up by what somebody put there.
        let is_endless = |path: &&PathBuf| {
            fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir())
        };
        if let Some(path) = paths.iter().find(is_endless).filter(|_| self.file.is_project) {
            self.problem(
                value.span(),
                format!("{}: {} is neither a file nor a directory", key.name(), path.display()),
            );
        }
        paths.into_iter().map(OsString::from).collect()
    }

    fn wrong_type(&mut self, name: &str, wanted: &str, value: &Spanned<DeValue>) {
        self.problem(
            value.span(),
            format!("{name} must be {wanted}, not {}", kind(value.get_ref())),
        );
    }
}

fn no_key(name: &str, none: NoKey) -> String {
    match none {
        NoKey::Unknown(Some(near)) => format!("unknown key '{name}'; did you mean '{near}'?"),
        NoKey::Unknown(None) => {
            format!("unknown key '{name}'; 'imerr-annotate config show' lists those that are known")
        }
        NoKey::Refused(reason) => {
            format!("'{name}' is no setting, since it {reason}; give it as --{name}")
        }
        NoKey::Inverse(positive) => format!("'{name}' is written {positive} = false"),
    }
}
