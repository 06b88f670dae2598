//! Runs the real binary on a pseudoterminal.
#![allow(dead_code, reason = "each test file takes what it needs")]

use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::process::ExitStatus;

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

use crate::common::{Running, stop_ignoring_signals};

/// A pseudoterminal and the program that runs on it.
pub struct Terminal {
    pty: Pty,
    child: Running,
    /// The output so far.
    pub out: Vec<u8>,
}

/// The output and status of a program that ran on a terminal.
pub struct Seen {
    pub status: ExitStatus,
    /// All bytes of the output.
    pub out: String,
    columns: u16,
}

/// The note after each log with codes.
pub const EXPLAIN_NOTE: &str = "note: more about ";

/// The height of every terminal.
const ROWS: u16 = 60;

impl Terminal {
    /// Starts `program` with `env` as its whole environment.
    pub fn start(
        program: &str,
        args: &[&str],
        folder: &Path,
        columns: u16,
        env: &[(&str, &str)],
    ) -> Self {
        let (pty, pts) = open().expect("the system has terminals");
        pty.resize(Size::new(ROWS, columns)).expect("a terminal has a size");
        let command = Command::new(program)
            .args(args)
            .env_clear()
            .current_dir(folder)
            .envs(env.iter().copied());
        stop_ignoring_signals();
        let child = command.spawn(pts).expect("the program is there");
        let child = Running::new(child, format!("{program} {args:?}"));
        Self { pty, child, out: Vec::new() }
    }

    /// Changes the width.
    pub fn resize(&self, columns: u16) {
        self.pty.resize(Size::new(ROWS, columns)).expect("a terminal has a size");
    }

    /// Types `text`.
    pub fn write(&mut self, text: &str) {
        self.pty.write_all(text.as_bytes()).expect("the terminal takes what is typed");
    }

    /// Waits until the output contains `text`; fails if the program ends before.
    pub fn wait_for(&mut self, text: &str) {
        while !String::from_utf8_lossy(&self.out).contains(text) {
            assert!(self.read(), "the program ended without {text:?}: {}", self.out.escape_ascii());
        }
    }

    /// Waits until the program ends.
    pub fn end(mut self, columns: u16) -> Seen {
        while self.read() {}
        let status = self.child.wait().expect("the program ends");
        Seen { status, out: String::from_utf8_lossy(&self.out).into_owned(), columns }
    }

    /// Reads what is available; returns false at the end.
    fn read(&mut self) -> bool {
        let mut buffer = [0; 4096];
        match self.pty.read(&mut buffer) {
            // The end is an error on a terminal that no process has open any more.
            Ok(0) => false,
            Err(error) if error.kind() != ErrorKind::Interrupted => false,
            Ok(count) => {
                self.out.extend_from_slice(&buffer[..count]);
                true
            }
            Err(_) => true,
        }
    }
}

impl Seen {
    /// The screen as a terminal shows it.
    pub fn screen(&self) -> vt100::Parser {
        let mut parser = vt100::Parser::new(
            ROWS.try_into().expect("there are rows"),
            self.columns.try_into().expect("there are columns"),
            0,
        );
        parser.process(self.out.as_bytes());
        parser
    }

    /// [`Seen::all_rows`] without the note after each log with codes.
    pub fn rows(&self) -> Vec<String> {
        let mut rows = self.all_rows();
        // On a narrow terminal, it has several rows.
        if let Some(note) = rows.iter().rposition(|row| row.starts_with(EXPLAIN_NOTE)) {
            rows.truncate(note);
        }
        rows
    }

    /// The rows up to the last one that is not empty, without trailing blanks.
    pub fn all_rows(&self) -> Vec<String> {
        let screen = self.screen();
        let rows = screen
            .screen()
            .rows(0, self.columns)
            .map(|row| row.trim_end().to_string())
            .collect::<Vec<_>>();
        let used = rows.iter().rposition(|row| !row.is_empty()).map_or(0, |last| last + 1);
        rows[..used].to_vec()
    }
}

/// Runs the binary to its end on a terminal with this number of columns.
pub fn run(args: &[&str], folder: &Path, columns: u16, env: &[(&str, &str)]) -> Seen {
    Terminal::start(env!("CARGO_BIN_EXE_imerr-annotate"), args, folder, columns, env).end(columns)
}
