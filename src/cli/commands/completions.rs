//! `completions`: the completion scripts for shells, and the candidates that the program itself
//! prints for them.
//!
//! A script calls the program with [`VARIABLE`] set each time the user presses Tab, so candidates
//! always match the installed version.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{self, Write};

use clap::{Arg, Command};
use clap_complete::Shell;
use clap_complete::engine::{
    ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};
use clap_complete::env::{CompleteEnv, Shells};
use imerr::catalog::{Entry, Kind, Retry, Severity, built_in};
use imerr::custom::CustomBuilder;
use imerr::detect::Confidence;
use imerr::format::Repeat;

use crate::args::{Args, DocumentKind};
use crate::exit_status::Outcome;

/// Set by the scripts alone, to the name of the shell.
const VARIABLE: &str = "IMERR_ANNOTATE_COMPLETE";

/// The name that scripts call the program by.
const PROGRAM: &str = "imerr-annotate";

/// As a file in `fpath`, the script is itself the function that zsh calls for the first completion
/// of a session. It would only define the function for later ones.
const ZSH_FIRST_CALL: &str = "\
if [[ $funcstack[1] == _imerr-annotate ]]; then
    _clap_dynamic_completer_imerr_annotate \"$@\"
fi
";

/// Encodings that logs are often in; there are more.
const ENCODINGS: &str = "auto none utf-8 utf-16le utf-16be gb18030 gbk big5 shift_jis euc-jp \
                         euc-kr windows-1252";

/// If a completion script calls, prints the candidates and ends the process. Costs one look at the
/// environment otherwise.
pub fn answer_shell() {
    CompleteEnv::with_factory(definition).var(VARIABLE).complete();
}

pub fn completions(shell: Shell, out: &mut dyn Write) -> io::Result<Outcome> {
    let shells = Shells::builtins();
    let Some(script) = shells.completer(&shell.to_string()) else {
        return Err(io::Error::other(format!("{shell} has no completion script")));
    };
    script.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, out)?;
    if shell == Shell::Zsh {
        out.write_all(ZSH_FIRST_CALL.as_bytes())?;
    }
    Ok(Outcome::Done)
}

/// The command line, with candidates for the values of options.
fn definition() -> Command {
    let command = Args::definition();
    let names: Vec<String> =
        command.get_subcommands().map(|command| command.get_name().to_string()).collect();
    let names = ArgValueCandidates::new(move || words(&names));
    command
        .mut_args(with_candidates)
        .mut_subcommands(|command| command.mut_args(with_candidates))
        .mut_subcommand("man", |man| man.mut_arg("command", |arg| arg.add(names)))
}

fn with_candidates(arg: Arg) -> Arg {
    let id = arg.get_id().as_str();
    let candidates: fn() -> Vec<CompletionCandidate> = match id {
        "wanted" | "code" => codes_and_names,
        "system" | "prefer_system" => || entry_words(|entry| &entry.system),
        "category" => || entry_words(|entry| &entry.category),
        "kind" => || words(Kind::ALL.iter().map(|one| one.as_str())),
        "severity" => || words(Severity::ALL.iter().map(|one| one.as_str())),
        "fail_on" => || words(Severity::ALL.iter().map(|one| one.as_str()).chain(["unknown"])),
        "retry" => || words(Retry::ALL.iter().map(|one| one.as_str())),
        "min_confidence" => || words(Confidence::ALL.iter().map(|one| one.as_str())),
        "repeated" => || words(Repeat::ALL.iter().map(|one| one.as_str())),
        "also" => || words(CustomBuilder::optional()),
        "theme" => || words(["auto", "dark", "light", "none"]),
        "encoding" => || words(ENCODINGS.split(' ')),
        "report" => return arg.add(ArgValueCompleter::new(report)),
        _ => return arg,
    };
    arg.add(ArgValueCandidates::new(candidates))
}

fn words(words: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<CompletionCandidate> {
    words.into_iter().map(|word| CompletionCandidate::new(word.as_ref())).collect()
}

/// The values of a field of the entries, each once.
fn entry_words(field: impl Fn(&Entry) -> &str) -> Vec<CompletionCandidate> {
    words(built_in().entries().iter().map(field).collect::<BTreeSet<&str>>())
}

/// The codes that are no ranges, and all names.
fn codes_and_names() -> Vec<CompletionCandidate> {
    let mut candidates = Vec::new();
    for entry in built_in().entries() {
        if !entry.codes.is_range() {
            candidates.push(explained(&entry.codes.to_string(), entry));
        }
        candidates.extend(entry.names.iter().map(|name| explained(name, entry)));
    }
    candidates
}

fn explained(word: &str, entry: &Entry) -> CompletionCandidate {
    CompletionCandidate::new(word).help(Some(entry.meaning.to_string().into()))
}

/// `KIND=FILE`: first the kinds, then paths.
fn report(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    if let Some((kind, file)) = typed.split_once('=') {
        let files = PathCompleter::any().complete(OsStr::new(file));
        return files.into_iter().map(|file| file.add_prefix(format!("{kind}="))).collect();
    }
    let kinds = DocumentKind::names().into_iter().filter(|kind| kind.starts_with(&*typed));
    kinds.map(|kind| CompletionCandidate::new(format!("{kind}="))).collect()
}
