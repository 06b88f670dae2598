//! The progress of a run, as a line on standard error that disappears at the end.
//!
//! A static, since there is one terminal per process: workers add to it, messages hide it while
//! they are printed, and a signal removes it.

use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};
use same_file::Handle;

use super::color::When;
use super::system;

/// A run that takes less shows nothing.
const DELAY: Duration = Duration::from_millis(400);

const REDRAWS_PER_SECOND: u8 = 10;

static LINE: OnceLock<Line> = OnceLock::new();

struct Line {
    bar: ProgressBar,
    files: usize,
    done: AtomicUsize,
    since: Instant,
    is_shown: AtomicBool,
    is_terminal: bool,
}

/// Starts the progress line for a number of files and, if it is known, of bytes.
///
/// With [`When::Auto`], the line is shown where it disturbs no other output, once the run takes a
/// while. If the run writes to standard output and that is a terminal, it is never shown.
pub fn start(when: When, files: usize, bytes: Option<u64>, uses_stdout: bool) {
    let is_terminal = io::stderr().is_terminal();
    if when == When::Never || uses_stdout && io::stdout().is_terminal() {
        return;
    }
    // The reader of a pipe may write to the same terminal.
    if when == When::Auto && (!is_terminal || uses_stdout && stdout_is_pipe()) {
        return;
    }
    let bar = ProgressBar::with_draw_target(bytes, ProgressDrawTarget::hidden());
    bar.set_style(style(bytes.is_some()));
    let line = Line {
        bar,
        files,
        done: AtomicUsize::new(0),
        since: Instant::now(),
        is_shown: AtomicBool::new(false),
        is_terminal,
    };
    line.show_files();
    if when == When::Always {
        line.show();
    }
    // A process has one run, so it is not set yet.
    let _ = LINE.set(line);
}

pub fn add_bytes(count: u64) {
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

pub fn add_file() {
    if let Some(line) = LINE.get() {
        line.done.fetch_add(1, Ordering::Relaxed);
        line.show_files();
    }
}

pub fn finish() {
    if let Some(line) = LINE.get() {
        line.bar.finish_and_clear();
    }
}

/// Hides the line while `write` writes to standard error.
pub fn suspend(write: impl FnOnce()) {
    match LINE.get() {
        Some(line) => line.bar.suspend(write),
        None => write(),
    }
}

impl Line {
    fn show(&self) {
        if self.is_shown.swap(true, Ordering::Relaxed) {
            return;
        }
        let target = if self.is_terminal {
            ProgressDrawTarget::stderr_with_hz(REDRAWS_PER_SECOND)
        } else {
            ProgressDrawTarget::term_like_with_hz(Box::new(AnsiStderr), REDRAWS_PER_SECOND)
        };
        self.bar.set_draw_target(target);
    }

    fn show_files(&self) {
        if self.files > 1 {
            let done = self.done.load(Ordering::Relaxed);
            self.bar.set_message(format!("{done} of {} files  ", self.files));
        }
    }
}

fn style(has_length: bool) -> ProgressStyle {
    let template = if has_length {
        "{msg}{bytes} of {total_bytes}  {bytes_per_sec}  {eta} left"
    } else {
        "{msg}{bytes}  {bytes_per_sec}  {elapsed}"
    };
    ProgressStyle::with_template(template).expect("hardcoded template must be valid")
}

pub fn stdout_is_pipe() -> bool {
    let metadata = Handle::stdout().and_then(|handle| handle.as_file().metadata());
    metadata.is_ok_and(|metadata| system::is_pipe(&metadata))
}

/// Standard error as a terminal that understands ANSI sequences, although it is none.
#[derive(Debug)]
struct AnsiStderr;

impl TermLike for AnsiStderr {
    fn width(&self) -> u16 {
        80
    }

    // The bar has one line, and the cursor stays in it.
    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(&format!("{text}\n"))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        io::stderr().write_all(text.as_bytes())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.write_str("\r\x1b[2K")
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}
