//! The inverse of each option: `--no-X` takes `--X` back, with all its values, so that what is set in one place can be unset in
//! another. The last one wins.

use clap::{Arg, ArgAction, Command};

/// `command` and its commands, with an inverse for each option that has none. Inverses are hidden: they would double the help.
pub fn with_inverses(mut command: Command) -> Command {
    for inverse in inverses(&command) {
        command = command.arg(inverse);
    }
    let names: Vec<String> =
        command.get_subcommands().map(|one| one.get_name().to_string()).collect();
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, with_inverses))
}

/// The inverses of the options of `command` that have none of their own.
fn inverses(command: &Command) -> Vec<Arg> {
    let longs: Vec<&str> = command.get_arguments().filter_map(Arg::get_long).collect();
    let named =
        command.get_arguments().filter(|option| can_be_taken_back(option)).filter_map(|option| {
            let long = option.get_long()?;
            let inverse =
                long.strip_prefix("no-").map_or_else(|| format!("no-{long}"), str::to_string);
            // Such as --with-filename and --no-filename.
            let has_own =
                long.ends_with("-buffered") || long.ends_with("filename") || long == "version";
            (!has_own && !longs.contains(&inverse.as_str())).then(|| {
                let arg =
                    Arg::new(inverse.clone()).long(inverse).action(ArgAction::SetTrue).hide(true);
                arg.overrides_with(option.get_id()).global(option.is_global_set())
            })
        });
    named.collect()
}

fn can_be_taken_back(option: &Arg) -> bool {
    matches!(option.get_action(), ArgAction::SetTrue | ArgAction::Set | ArgAction::Append)
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;
    use clap::{CommandFactory, FromArgMatches};

    use super::super::{
        Args, EntryFilterArgs, FilterArgs, GateArgs, LineArgs, ModeArgs, ReportArgs,
    };
    use super::*;

    fn parsed(typed: &[&str]) -> Args {
        let matches = with_inverses(Args::command())
            .try_get_matches_from(["imerr-annotate"].iter().chain(typed));
        let matches = matches.unwrap_or_else(|error| panic!("{typed:?}: {error}"));
        Args::from_arg_matches(&matches).unwrap_or_else(|error| panic!("{typed:?}: {error}"))
    }

    #[test]
    fn the_last_of_a_flag_and_its_inverse_wins() {
        for (typed, wanted) in [
            (&["--only"][..], true),
            (&["--only", "--no-only"], false),
            (&["--no-only", "--only"], true),
            (&["--no-only"], false),
        ] {
            assert_eq!(parsed(typed).lines.only, wanted, "{typed:?}");
        }
        assert!(
            parsed(&["--only", "--strip", "--no-only"]).strip,
            "what is taken back is in nobody's way"
        );
        assert!(!parsed(&["--no-passthru", "--passthru"]).no_passthru);
    }

    #[test]
    fn the_last_of_a_value_and_its_inverse_wins() {
        assert_eq!(parsed(&["-C2", "--no-context"]).lines.context, None);
        assert_eq!(parsed(&["--no-context", "-C2"]).lines.context, Some(2));
        assert_eq!(
            parsed(&["--follow", "--poll", "5", "--no-poll"]).follow.poll,
            100,
            "a default comes back"
        );
        let catalogs = |typed: &[&str]| parsed(typed).catalogs.catalog.len();
        assert_eq!(
            (
                catalogs(&["--catalog", "a", "--catalog", "b", "--no-catalog"]),
                catalogs(&["--no-catalog", "--catalog", "a"])
            ),
            (0, 1)
        );
        assert!(
            parsed(&["--strip", "-m1", "--no-max-count"]).strip,
            "what is taken back is in nobody's way"
        );
    }

    #[test]
    fn the_options_of_groups_are_those_of_the_definition() {
        let command = Args::command();
        let lists: [&[&str]; 6] = [
            &LineArgs::OPTIONS,
            &ModeArgs::OPTIONS,
            &FilterArgs::OPTIONS,
            &EntryFilterArgs::OPTIONS,
            &ReportArgs::OPTIONS,
            &GateArgs::OPTIONS,
        ];
        for id in lists.into_iter().flatten() {
            let option = command
                .get_arguments()
                .find(|arg| arg.get_id() == id)
                .unwrap_or_else(|| panic!("there is no {id}"));
            let long = format!("--{}", option.get_long().expect("each has a long name"));
            let value = ["6206", "2h", "auth", "sdk", "error", "low", "never", "json=x", "1", "x"];
            let tried = value.map(|value| match option.get_action() {
                ArgAction::SetTrue => vec![long.clone()],
                _ => vec![format!("{long}={value}")],
            });
            let told = tried.map(|words| {
                let words =
                    ["imerr-annotate".to_string(), "--strip".to_string()].into_iter().chain(words);
                with_inverses(Args::command())
                    .try_get_matches_from(words)
                    .map_err(|error| error.kind())
                    .err()
            });
            assert!(
                told.contains(&Some(ErrorKind::ArgumentConflict)) && !told.contains(&None),
                "{long} beside --strip: {told:?}"
            );
        }
        assert!(parsed(&["--strip", "--summary", "--no-summary"]).strip);
    }

    #[test]
    fn every_option_has_an_inverse() {
        let command = with_inverses(Args::command());
        let longs: Vec<&str> = command.get_arguments().filter_map(Arg::get_long).collect();
        let options = command.get_arguments().filter(|option| can_be_taken_back(option));
        let longs_of_options: Vec<&str> =
            options.filter_map(Arg::get_long).filter(|long| *long != "version").collect();
        assert!(longs_of_options.len() > 100, "{longs_of_options:?}");
        for long in longs_of_options {
            let inverse = match long {
                "with-filename" => "no-filename".to_string(),
                "no-filename" => "with-filename".to_string(),
                "line-buffered" => "block-buffered".to_string(),
                "block-buffered" => "line-buffered".to_string(),
                long => {
                    long.strip_prefix("no-").map_or_else(|| format!("no-{long}"), str::to_string)
                }
            };
            assert!(longs.contains(&inverse.as_str()), "--{long} has no inverse");
        }
    }
}
