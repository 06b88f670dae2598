//! Examples of the commands, for their helps and manual pages.

use clap::Command;

/// The examples of each command that has some. `tests/examples.rs` runs them.
const EXAMPLES: [(&str, &[&str]); 12] = [
    (
        "stats",
        &[
            "imerr-annotate stats --top 5 app.log",
            "imerr-annotate stats --report html=codes.html customer.zip",
        ],
    ),
    (
        "diagnose",
        &[
            "imerr-annotate diagnose customer.zip",
            "imerr-annotate diagnose --bundle support.zip server.log client.log",
        ],
    ),
    (
        "explain",
        &["imerr-annotate explain 6206", "imerr-annotate explain 'login failed, code: 6206'"],
    ),
    (
        "search",
        &["imerr-annotate search usersig expired", "imerr-annotate search --system sdk timeout"],
    ),
    (
        "list",
        &[
            "imerr-annotate list --kind auth",
            "imerr-annotate list --system sdk --format csv > sdk.csv",
        ],
    ),
    (
        "export",
        &["imerr-annotate export csv > codes.csv", "imerr-annotate export rsyslog -o codes.json"],
    ),
    (
        "explain-line",
        &[
            "imerr-annotate explain-line 'login failed, code: 6206'",
            "grep 6206 app.log | imerr-annotate explain-line",
        ],
    ),
    ("mcp", &["imerr-annotate mcp --root customer/", "imerr-annotate mcp --skill > SKILL.md"]),
    (
        "check-catalog",
        &["imerr-annotate check-catalog my-app.toml", "imerr-annotate check-catalog codes/"],
    ),
    ("new-catalog", &["imerr-annotate new-catalog my-app > my-app.toml"]),
    ("config", &["imerr-annotate config", "imerr-annotate config path"]),
    (
        "completions",
        &[
            "imerr-annotate completions bash > ~/.local/share/bash-completion/completions/imerr-annotate",
        ],
    ),
];

/// The examples of a command, which may be none.
pub fn examples_of(command: &str) -> &'static [&'static str] {
    EXAMPLES.iter().find(|(name, _)| *name == command).map_or(&[], |(_, examples)| examples)
}

/// Adds the examples to the help of a command.
pub(super) fn with_examples(command: Command) -> Command {
    let examples = examples_of(command.get_name());
    if examples.is_empty() {
        return command;
    }
    command.after_help(format!("Examples:\n  {}", examples.join("\n  ")))
}
