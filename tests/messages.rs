//! Messages on standard error: their labels, and what they say about first guesses.

mod common;

use common::{Limited, binary, folder, status_and_stderr};

#[test]
fn labels_are_colored_as_the_option_the_config_file_and_the_environment_say() {
    const PLAIN: &str = "error: missing: no such file or directory\n";
    const COLORED: &str = "\x1b[1;31merror:\x1b[0m missing: no such file or directory\n";
    let folder = folder(&[("always.toml", "color = \"always\"\n"), ("log", "plain\n")]);
    let rows: [(&[&str], &str, &str); 7] = [
        (&["missing"], "", PLAIN),
        (&["missing"], "FORCE_COLOR", COLORED),
        (&["--color", "always", "missing"], "NO_COLOR", COLORED),
        (&["--color", "never", "missing"], "FORCE_COLOR", PLAIN),
        (&["--config", "always.toml", "missing"], "", COLORED),
        (
            &["--color", "always", "-q", "--code", "5", "--min-confidence", "low", "log"],
            "",
            "\x1b[1;33mwarning:\x1b[0m --code: 5 is not in any catalog; --unknown finds it on lines \
             about the product\n",
        ),
        (
            &["--color", "always", "--baseline", "log", "--max-errors", "x"],
            "",
            "\x1b[1m\x1b[31merror:\x1b[0m invalid value '\x1b[33mx\x1b[0m' for '\x1b[1m--max-errors \
             <NUM>\x1b[0m': a whole number from 0 on is needed, without a sign\n\nFor more \
             information, try '\x1b[1m--help\x1b[0m'.\n",
        ),
    ];
    for (args, variable, wanted) in rows {
        let mut command = binary(folder.path());
        if !variable.is_empty() {
            command.env(variable, "1");
        }
        let (_, errors) = status_and_stderr(&command.args(args).finish());
        assert_eq!(errors, wanted, "{args:?} {variable}");
    }
}
