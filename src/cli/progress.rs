//! How far a run is: a line on a terminal that disappears before anything else is written there.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use imerr::catalog::Lang;
use imerr::lock::lock;
use imerr::terminal::width;

use super::color::Sink;
use super::{language, messages, system};

/// A run that takes less shows nothing.
const DELAY: Duration = Duration::from_millis(500);
const REDRAW: Duration = Duration::from_millis(100);

const ERASE: &str = "\r\x1b[K";

/// The progress of the run of this process. Locked while anything is written to the terminal.
static PROGRESS: Mutex<Option<Progress>> = Mutex::new(None);

struct Progress {
    files: usize,
    /// The bytes of all files, if they say how much there is to read.
    total: Option<u64>,
    done_files: usize,
    done: u64,
    started: Instant,
    next_draw: Instant,
    lang: Lang,
    is_drawn: bool,
    /// Whether standard output goes to the terminal too.
    is_stdout_terminal: bool,
    /// Whether the last line on standard output has no end yet.
    is_line_open: bool,
}

/// Shows progress from now on. `total` is None if the bytes that are read differ from those of the
/// files.
pub fn start(files: usize, total: Option<u64>) {
    let mut started = Progress::new(files, total, Instant::now(), Sink::Stdout.is_terminal());
    started.lang = messages::lang();
    *progress() = Some(started);
}

pub fn add_bytes(count: u64) {
    if let Some(progress) = &mut *progress() {
        progress.done += count;
        let columns = || Sink::Stderr.columns();
        let _ = progress.draw(Instant::now(), columns, &mut system::stderr());
    }
}

pub fn add_file() {
    if let Some(progress) = &mut *progress() {
        progress.done_files += 1;
    }
}

/// Calls `write`, which writes whole lines to standard error.
pub fn suspend<T>(write: impl FnOnce() -> T) -> T {
    let mut progress = progress();
    if let Some(progress) = &mut *progress {
        progress.erase(&mut system::stderr());
    }
    write()
}

/// Shows no more progress.
pub fn finish() {
    // Another thread may be stuck at the terminal with the lock.
    for _ in 0..100 {
        let mut progress = match PROGRESS.try_lock() {
            Ok(progress) => progress,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => {
                thread::sleep(Duration::from_millis(1));
                continue;
            }
        };
        if let Some(mut progress) = progress.take() {
            progress.erase(&mut system::stderr());
        }
        return;
    }
}

fn progress() -> MutexGuard<'static, Option<Progress>> {
    lock(&PROGRESS)
}

static IS_STDOUT_LINE_OPEN: AtomicBool = AtomicBool::new(false);
/// Whether a message ended the last line on standard output, so that its own end would be an empty
/// line on the terminal.
static IS_STDOUT_LINE_ENDED: AtomicBool = AtomicBool::new(false);

/// Whether the last line on standard output has no end yet.
pub fn is_stdout_line_open() -> bool {
    IS_STDOUT_LINE_OPEN.load(Ordering::Relaxed)
}

/// Records that a message ended the last line on standard output.
pub fn close_stdout_line() {
    IS_STDOUT_LINE_OPEN.store(false, Ordering::Relaxed);
    IS_STDOUT_LINE_ENDED.store(true, Ordering::Relaxed);
}

/// `bytes` without the line end that a message has written.
fn without_written_line_end(bytes: &[u8]) -> &[u8] {
    if bytes.is_empty() || !IS_STDOUT_LINE_ENDED.swap(false, Ordering::Relaxed) {
        return bytes;
    }
    bytes.strip_prefix(b"\n").unwrap_or(bytes)
}

fn record_line_end(written: &[u8]) {
    if let Some(last) = written.last() {
        IS_STDOUT_LINE_OPEN.store(*last != b'\n', Ordering::Relaxed);
    }
}

/// Standard output, which may be the terminal that shows the progress.
pub struct Stdout<W>(pub W);

impl<W: Write> Write for Stdout<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let all = bytes.len();
        let bytes = without_written_line_end(bytes);
        let left_out = all - bytes.len();
        if bytes.is_empty() {
            return Ok(left_out);
        }
        let mut progress = progress();
        let Some(progress) = progress.as_mut().filter(|progress| progress.is_stdout_terminal)
        else {
            drop(progress);
            let written = self.0.write(bytes)?;
            record_line_end(&bytes[..written]);
            return Ok(left_out + written);
        };
        progress.erase(&mut system::stderr());
        let written = self.0.write(bytes)?;
        record_line_end(&bytes[..written]);
        progress.is_line_open = is_stdout_line_open();
        Ok(left_out + written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Progress {
    fn new(files: usize, total: Option<u64>, now: Instant, is_stdout_terminal: bool) -> Self {
        Self {
            files,
            total,
            done_files: 0,
            done: 0,
            started: now,
            next_draw: now + DELAY,
            lang: Lang::En,
            is_drawn: false,
            is_stdout_terminal,
            is_line_open: false,
        }
    }

    fn draw(
        &mut self,
        now: Instant,
        columns: impl Fn() -> Option<usize>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if now < self.next_draw || self.is_line_open {
            return Ok(());
        }
        self.next_draw = now + REDRAW;
        let mut line = self.line(now - self.started);
        // A line that wraps could not be erased.
        let columns = columns().unwrap_or(80).saturating_sub(1);
        while width(&line) > columns {
            line.pop();
        }
        self.is_drawn = true;
        out.write_all(format!("{ERASE}{line}").as_bytes())
    }

    /// An error is ignored, since there is no other place to report it.
    fn erase(&mut self, out: &mut dyn Write) {
        if std::mem::take(&mut self.is_drawn) {
            let _ = out.write_all(ERASE.as_bytes());
        }
    }

    /// `3 of 8 files, 1.5 GiB of 2.0 GiB, 128.0 MiB/s, 4 s left`
    fn line(&self, elapsed: Duration) -> String {
        let words = language::of(self.lang);
        let mut parts = Vec::new();
        if self.files > 1 {
            parts.push(words.files_done(self.done_files, self.files));
        }
        let total = self.total.filter(|total| *total >= self.done);
        match total {
            Some(total) => parts.push(words.bytes_done(&size(self.done), &size(total))),
            None => parts.push(size(self.done)),
        }
        let rate = (self.done as f64 / elapsed.as_secs_f64()) as u64;
        parts.push(format!("{}/s", size(rate)));
        if let Some(total) = total
            && rate > 0
        {
            parts.push(words.seconds_left((total - self.done).div_ceil(rate)));
        }
        parts.join(imerr::language::of(self.lang).comma())
    }
}

fn size(bytes: u64) -> String {
    let (mut number, mut unit) = (bytes as f64, "B");
    for larger in ["KiB", "MiB", "GiB", "TiB"] {
        if number < 1024.0 {
            break;
        }
        (number, unit) = (number / 1024.0, larger);
    }
    if unit == "B" { format!("{bytes} B") } else { format!("{number:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_has_files_bytes_and_time() {
        let gib = 1 << 30;
        assert_eq!(
            line_after_4_s(8, Some(2 * gib), 3, gib),
            "3 of 8 files, 1.0 GiB of 2.0 GiB, 256.0 MiB/s, 4 s left"
        );
        assert_eq!(line_after_4_s(1, Some(1000), 0, 400), "400 B of 1000 B, 100 B/s, 6 s left");
        assert_eq!(line_after_4_s(1, None, 0, 4096), "4.0 KiB, 1.0 KiB/s");
        assert_eq!(line_after_4_s(1, Some(100), 0, 400), "400 B, 100 B/s");
        assert_eq!(line_after_4_s(1, Some(100), 0, 0), "0 B of 100 B, 0 B/s");
    }

    fn line_after_4_s(files: usize, total: Option<u64>, done_files: usize, done: u64) -> String {
        let mut progress = Progress::new(files, total, Instant::now(), false);
        (progress.done_files, progress.done) = (done_files, done);
        progress.line(Duration::from_secs(4))
    }

    #[test]
    fn progress_in_chinese_is_cut_at_the_columns() {
        let start = Instant::now();
        let mut progress = Progress::new(8, Some(2 << 30), start, false);
        (progress.done_files, progress.done, progress.lang) = (3, 1 << 30, Lang::Zh);
        let line = progress.line(Duration::from_secs(4));
        assert_eq!(line, "已读3/8个文件，1.0 GiB / 2.0 GiB，256.0 MiB/s，剩余4秒");
        let mut out = Vec::new();
        progress.draw(start + DELAY, || Some(8), &mut out).expect("a vector takes everything");
        assert_eq!(String::from_utf8_lossy(&out), "\r\x1b[K已读3/8");
    }

    #[test]
    fn nothing_is_left_of_what_is_drawn() {
        let start = Instant::now();
        let mut progress = Progress::new(1, Some(100), start, true);
        let mut out = Vec::new();
        draw(&mut progress, start + Duration::from_millis(499), &mut out);
        progress.erase(&mut out);
        assert_eq!(out, b"");
        draw(&mut progress, start + Duration::from_millis(500), &mut out);
        draw(&mut progress, start + Duration::from_millis(550), &mut out);
        assert_eq!(out, b"\r\x1b[K0 B of 100");
        progress.erase(&mut out);
        progress.erase(&mut out);
        assert_eq!(out, b"\r\x1b[K0 B of 100\r\x1b[K");
        progress.is_line_open = true;
        draw(&mut progress, start + Duration::from_millis(900), &mut out);
        assert!(out.ends_with(b"100\r\x1b[K"), "a line of the output is not erased");
    }

    fn draw(progress: &mut Progress, now: Instant, out: &mut Vec<u8>) {
        progress.draw(now, || Some(11), out).expect("a vector takes everything");
    }
}
