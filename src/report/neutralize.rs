//! Texts of ours that name files, so that a CI system that reads them takes no command from a name.

/// What a command begins with where it may stand anywhere in a line: those of GitHub's older form, Azure Pipelines and TeamCity.
const ANYWHERE: [&str; 3] = ["##[", "##vso[", "##teamcity["];

/// `text` with a blank in whatever could be a command: before the bracket of `##[`, `##vso[` and `##teamcity[`, and between the
/// colons of `::` at the beginning of a line, where GitHub looks behind white space.
///
/// ```
/// use imerr::report::neutralize_ci_commands;
///
/// assert_eq!(neutralize_ci_commands("##vso[task.complete].log: permission denied"), "##vso [task.complete].log: permission denied");
/// assert_eq!(neutralize_ci_commands("  ::error::x.log\n"), "  : :error::x.log\n");
/// ```
pub fn neutralize_ci_commands(text: &str) -> String {
    let mut neutralize_ci_commands = String::with_capacity(text.len());
    for line in text.split_inclusive(['\n', '\r']) {
        let rest = line.trim_start();
        neutralize_ci_commands.push_str(&line[..line.len() - rest.len()]);
        match rest.strip_prefix("::") {
            Some(rest) => neutralize_ci_commands.extend([": :", rest]),
            None => neutralize_ci_commands.push_str(rest),
        }
    }
    for command in ANYWHERE {
        neutralize_ci_commands =
            neutralize_ci_commands.replace(command, &command.replace('[', " ["));
    }
    neutralize_ci_commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_commands_and_all_else_stays() {
        let rows = [
            ("", ""),
            ("a.log: not found\n", "a.log: not found\n"),
            ("a::b [c] ##d\n\n", "a::b [c] ##d\n\n"),
            ("::error::x", ": :error::x"),
            ("a\n \u{3000}::x::\r::y::\n", "a\n \u{3000}: :x::\r: :y::\n"),
            (":::x::", ": ::x::"),
            ("a ##[add-mask]b", "a ## [add-mask]b"),
            ("##vso[a]##teamcity[b]###[c]", "##vso [a]##teamcity [b]### [c]"),
        ];
        for (text, wanted) in rows {
            assert_eq!(neutralize_ci_commands(text), wanted, "{text:?}");
        }
    }
}
