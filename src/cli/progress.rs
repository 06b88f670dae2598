//! How far a run is, as one line on standard error that goes away at the end.
//!
//! There is one terminal and so one line for the whole process: it is kept here, where workers count, messages make room for
//! themselves, and a signal takes it away.

use std::io::{self, IsTerminal};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};
use same_file::Handle;

use super::system;

/// `--progress`
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum When {
    /// Where it disturbs nobody, once the run takes a while
    Auto,
    /// Also where standard error is no terminal, or the output goes into a pipe
    Always,
    Never,
}

/// Runs that are over by then show nothing.
const DELAY: Duration = Duration::from_millis(400);

/// How often the line is drawn in a second.
const REDRAWS: u8 = 10;

static LINE: OnceLock<Line> = OnceLock::new();

struct Line {
    bar: ProgressBar,
    files: usize,
    done: AtomicUsize,
    since: Instant,
    is_shown: AtomicBool,
    is_forced: bool,
}

/// Begins to show progress over so many files and, if that is known, bytes.
///
/// `uses_stdout` tells whether the run writes to standard output: nothing is shown when that is the terminal too.
pub fn start(when: When, files: usize, bytes: Option<u64>, uses_stdout: bool) {
    let is_forced = match when {
        When::Never => return,
        _ if uses_stdout && io::stdout().is_terminal() => return,
        When::Always => !io::stderr().is_terminal(),
        // The reader of a pipe may write to the same terminal.
        When::Auto if !io::stderr().is_terminal() || uses_stdout && stdout_is_pipe() => return,
        When::Auto => false,
    };
    let bar = ProgressBar::with_draw_target(bytes, ProgressDrawTarget::hidden());
    bar.set_style(style(bytes.is_some()));
    let line = Line {
        bar,
        files,
        done: AtomicUsize::new(0),
        since: Instant::now(),
        is_shown: AtomicBool::new(false),
        is_forced,
    };
    line.tell_files();
    if when == When::Always {
        line.show();
    }
    // There is one run, and so one start, in a process.
    let _ = LINE.set(line);
}

/// So many more bytes are done.
pub fn bytes(count: u64) {
    let Some(line) = LINE.get() else { return };
    if line.since.elapsed() > DELAY {
        line.show();
    }
    line.bar.inc(count);
    // A file that grows, or unpacks to more than its size, makes the estimate worthless.
    if line.bar.length().is_some_and(|length| line.bar.position() > length) {
        line.bar.unset_length();
        line.bar.set_style(style(false));
    }
}

/// One more file is done.
pub fn file() {
    if let Some(line) = LINE.get() {
        line.done.fetch_add(1, Ordering::Relaxed);
        line.tell_files();
    }
}

/// Takes the line away for good.
pub fn finish() {
    if let Some(line) = LINE.get() {
        line.bar.finish_and_clear();
    }
}

/// Does `say`, which writes to standard error, with the line out of the way.
pub fn suspend(say: impl FnOnce()) {
    match LINE.get() {
        Some(line) => line.bar.suspend(say),
        None => say(),
    }
}

impl Line {
    fn show(&self) {
        if self.is_shown.swap(true, Ordering::Relaxed) {
            return;
        }
        self.bar.set_draw_target(match self.is_forced {
            true => ProgressDrawTarget::term_like_with_hz(Box::new(Ansi), REDRAWS),
            false => ProgressDrawTarget::stderr_with_hz(REDRAWS),
        });
    }

    fn tell_files(&self) {
        if self.files > 1 {
            self.bar.set_message(format!(
                "{} of {} files  ",
                self.done.load(Ordering::Relaxed),
                self.files
            ));
        }
    }
}

fn style(length_is_known: bool) -> ProgressStyle {
    let template = match length_is_known {
        true => "{msg}{bytes} of {total_bytes}  {bytes_per_sec}  {eta} left",
        false => "{msg}{bytes}  {bytes_per_sec}  {elapsed}",
    };
    ProgressStyle::with_template(template).expect("the hardcoded template is right")
}

pub fn stdout_is_pipe() -> bool {
    let about = Handle::stdout().and_then(|handle| handle.as_file().metadata());
    about.is_ok_and(|about| system::is_pipe(&about))
}

/// Standard error driven as a terminal, whatever it is.
#[derive(Debug)]
struct Ansi;

impl Ansi {
    fn write(&self, text: &str) -> io::Result<()> {
        io::Write::write_all(&mut io::stderr(), text.as_bytes())
    }
}

impl TermLike for Ansi {
    fn width(&self) -> u16 {
        80
    }

    fn move_cursor_up(&self, count: usize) -> io::Result<()> {
        if count > 0 { self.write(&format!("\x1b[{count}A")) } else { Ok(()) }
    }

    fn move_cursor_down(&self, count: usize) -> io::Result<()> {
        if count > 0 { self.write(&format!("\x1b[{count}B")) } else { Ok(()) }
    }

    fn move_cursor_right(&self, count: usize) -> io::Result<()> {
        if count > 0 { self.write(&format!("\x1b[{count}C")) } else { Ok(()) }
    }

    fn move_cursor_left(&self, count: usize) -> io::Result<()> {
        if count > 0 { self.write(&format!("\x1b[{count}D")) } else { Ok(()) }
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write(&format!("{text}\n"))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.write(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.write("\r\x1b[2K")
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}
