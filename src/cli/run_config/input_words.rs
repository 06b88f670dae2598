//! The arguments that name the inputs, as a shell reads them.

use imerr::terminal::replace_unsafe;

use crate::args::InputArgs;
use crate::user_file::is_dash;

/// The most files that are named.
const MAX_FILES: usize = 10;

/// The arguments with which another run reads the same files. None if it cannot, or if they are
/// many or unsafe to show.
pub fn input_words(input: &InputArgs) -> Option<String> {
    let is_short = (1..=MAX_FILES).contains(&input.files.len());
    let is_stream = input.files_from.is_some() || input.files.iter().any(|file| is_dash(file));
    if !is_short || is_stream {
        return None;
    }
    let mut words = Vec::new();
    for glob in &input.glob {
        words.push(format!("--glob={glob}"));
    }
    for file in &input.files {
        words.push(file.to_str()?.to_string());
    }
    let words = words.iter().map(String::as_str);
    let quoted = shlex::try_join(words).ok()?;
    (replace_unsafe(&quoted) == quoted).then_some(quoted)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::Args;

    #[test]
    fn a_shell_reads_the_same_words() {
        let rows: [(&[&str], Option<&str>); 9] = [
            (&["app.log"], Some("app.log")),
            (&["logs", "-g", "*.log", "a b.log"], Some("'--glob=*.log' logs 'a b.log'")),
            (&["$(x)`y`'z"], Some("'$(x)`y`'\"'z\"")),
            (&["./-x.log"], Some("./-x.log")),
            (&["a\nb.log"], None),
            (&["a\u{202e}b.log"], None),
            (&["-"], None),
            (&[], None),
            (&["app.log", "--files-from", "list"], None),
        ];
        for (words, wanted) in rows {
            let words = ["imerr-annotate"].iter().chain(words);
            let args = Args::try_parse_from(words).expect("the arguments are right");
            assert_eq!(input_words(&args.input).as_deref(), wanted);
        }
    }
}
