//! The table `[theme]`: what `--theme` takes, with a line for each role.

use std::ops::Range;
use std::str::FromStr;

use imerr::catalog::nearest;
use imerr::terminal::{Role, Style, Theme};
use toml::de::{DeTable, DeValue};

/// The key of what the other styles stand on.
const BASE: &str = "base";

/// The value for `--theme`. What is wrong goes to `problem`, with its place.
pub fn theme(table: &DeTable, mut problem: impl FnMut(Range<usize>, String)) -> String {
    let (mut base, mut styles) = (None, Vec::new());
    for (key, value) in table {
        let name: &str = key.get_ref();
        let Some(text) = value.get_ref().as_str() else {
            problem(
                value.span(),
                format!("{name} must be a string, not {}", kind(value.get_ref())),
            );
            continue;
        };
        let checked = match (name, Role::from_str(name)) {
            (BASE, _) => Theme::from_str(text).map(|_| base = Some(text)),
            (_, Ok(_)) => Style::from_str(text).map(|_| styles.push(format!("{name}={text}"))),
            (_, Err(_)) => {
                problem(key.span(), unknown(name));
                continue;
            }
        };
        if let Err(wrong) = checked {
            problem(value.span(), format!("{name}: {wrong}"));
        }
    }
    base.into_iter().map(str::to_string).chain(styles).collect::<Vec<_>>().join(",")
}

fn unknown(name: &str) -> String {
    let names = || Role::ALL.iter().map(|role| role.as_str()).chain([BASE]);
    match nearest(name, names()) {
        Some(near) => format!("unknown role '{name}'; did you mean '{near}'?"),
        None => {
            format!("unknown role '{name}', known are {}", names().collect::<Vec<_>>().join(", "))
        }
    }
}

/// What a value is, with its article.
pub fn kind(value: &DeValue) -> String {
    let name = value.type_str();
    format!("{} {name}", if name.starts_with(['a', 'i']) { "an" } else { "a" })
}
