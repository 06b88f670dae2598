//! The time zone of the run, which the variable `TZ` names.

use imerr::catalog::Lang;
use jiff::tz::TimeZone;

use super::color::variable;
use super::error::Error;
use super::language::Messages;
use super::{language, messages};

/// Fails if `TZ` is not a time zone. All times of the run are then in UTC.
pub fn check() -> Result<(), Error> {
    match problem(messages::words()) {
        Some([cause, hint]) => Err(Error::new("TZ", cause).translated().with_hint(hint)),
        None => Ok(()),
    }
}

/// Fails as [`check`] does, with a text in English.
pub fn check_in_english() -> Result<(), String> {
    match problem(language::of(Lang::En)) {
        Some([cause, _]) => Err(format!("TZ: {cause}")),
        None => Ok(()),
    }
}

/// What is wrong with `TZ`, and what to do.
fn problem(words: &dyn Messages) -> Option<[String; 2]> {
    let zone = variable("TZ")?;
    TimeZone::try_system().is_err().then(|| words.unknown_zone(&zone))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZoneDatabase;

    /// An image without a system, and some small systems, have no zones.
    #[test]
    fn zones_are_part_of_the_program() {
        assert!(TimeZoneDatabase::bundled().get("Asia/Shanghai").is_ok());
    }
}
