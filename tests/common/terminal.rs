//! Running the real binary on a terminal of its own.
#![allow(dead_code, reason = "each test file takes what it needs")]

use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::process::{Child, ExitStatus};

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

/// A terminal that a program runs on.
pub struct Terminal {
    pty: Pty,
    child: Child,
    /// What came out so far.
    pub out: Vec<u8>,
}

/// How a terminal looks that a program ran on.
pub struct Seen {
    pub status: ExitStatus,
    /// All bytes that came out.
    pub out: String,
    columns: u16,
}

/// The rows of every terminal here.
const ROWS: u16 = 60;

impl Terminal {
    /// Starts `program` with nothing in its environment but `env`.
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
        let child = command.spawn(pts).expect("the program is there");
        Self { pty, child, out: Vec::new() }
    }

    /// Makes it so many columns wide.
    pub fn resize(&self, columns: u16) {
        self.pty.resize(Size::new(ROWS, columns)).expect("a terminal has a size");
    }

    /// Types.
    pub fn write(&mut self, text: &str) {
        self.pty.write_all(text.as_bytes()).expect("the terminal takes what is typed");
    }

    /// Waits until `text` has come out; for ever, and so fails the run, if it does not come.
    pub fn wait_for(&mut self, text: &str) {
        while !String::from_utf8_lossy(&self.out).contains(text) {
            assert!(self.read(), "the program ended without {text:?}: {}", self.out.escape_ascii());
        }
    }

    /// Waits for the end.
    pub fn end(mut self, columns: u16) -> Seen {
        while self.read() {}
        let status = self.child.wait().expect("the program ends");
        Seen { status, out: String::from_utf8_lossy(&self.out).into_owned(), columns }
    }

    /// Takes what is there; false when nothing comes any more.
    fn read(&mut self) -> bool {
        let mut buffer = [0; 4096];
        match self.pty.read(&mut buffer) {
            // A terminal that nobody writes to any more fails with an error of its own.
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
    /// The screen as a person sees it.
    pub fn screen(&self) -> vt100::Parser {
        let mut parser = vt100::Parser::new(
            ROWS.try_into().expect("there are rows"),
            self.columns.try_into().expect("there are columns"),
            0,
        );
        parser.process(self.out.as_bytes());
        parser
    }

    /// The rows that are not empty, without the blanks at their ends.
    pub fn rows(&self) -> Vec<String> {
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

/// Runs the binary on a terminal of so many columns to its end.
pub fn run(args: &[&str], folder: &Path, columns: u16, env: &[(&str, &str)]) -> Seen {
    Terminal::start(env!("CARGO_BIN_EXE_imerr-annotate"), args, folder, columns, env).end(columns)
}
