//! What the manual tells that no definition holds.

/// The exit statuses, as the manual tells them.
pub const STATUSES: [(&str, &str); 9] = [
    (
        "0",
        "All went well, also when nothing was found, or when the reader of the output closed it.",
    ),
    (
        "1",
        "A gate such as --fail-on tripped, or --quiet, explain or search found nothing, or check found a problem.",
    ),
    (
        "2",
        "Wrong usage or settings, or a file that cannot be read or written; it is named, and the others are still worked on.",
    ),
    ("129", "Ended by SIGHUP, with all whole lines written."),
    ("130", "Ended by SIGINT, with all whole lines written."),
    ("143", "Ended by SIGTERM, with all whole lines written."),
    ("126", "With a command: it cannot be run."),
    ("127", "With a command: there is none of this name."),
    (
        "any",
        "With a command: its own status, or 128 and the number of the signal that ended it. Where that is 0, one of those above.",
    ),
];

/// The variables that are minded, as the manual tells them.
pub const VARIABLES: [(&str, &str); 4] = [
    (
        "IMERR_ANNOTATE_MIN_CONFIDENCE, ...",
        "Each sets the long option of its name; lists as on the command line, 1 or 0 for flags. Others of such a name are told and ignored.",
    ),
    ("IMERR_ANNOTATE_CONFIG", "The file with settings, as --config."),
    ("IMERR_ANNOTATE_NO_CONFIG", "With 1, no file with settings is read."),
    (
        "NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR, CLICOLOR, TERM",
        "Whether to color, where --color is auto.",
    ),
];

/// The files with settings, as the manual tells them.
pub const FILES: [(&str, &str); 2] = [
    (
        "~/.config/imerr-annotate/config.toml",
        "Settings of the user; below $XDG_CONFIG_HOME if that is set, on Windows below %APPDATA%.",
    ),
    (
        "./.imerr-annotate.toml",
        "Settings of the current directory, which win over those of the user.",
    ),
];
