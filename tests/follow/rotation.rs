//! Logs that are rotated again and again while they are followed.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::Running;
use crate::common::folder;

const LINES: usize = 20_000;

const ROTATIONS: usize = 200;

/// Writes numbered lines to a log and rotates it, waiting for the follower where a line would be
/// lost otherwise.
struct Writer {
    log: PathBuf,
    file: File,
    running: Running,
    written: usize,
    shown: Vec<String>,
}

impl Writer {
    fn line(number: usize) -> String {
        let code = if number.is_multiple_of(7) { "imsdk error_code:6206 " } else { "" };
        format!("{code}line {number} {}", "x".repeat(number * 31 % 97))
    }

    fn open(log: &Path) -> File {
        File::options().append(true).create(true).open(log).expect("the directory is writable")
    }

    /// Writes the next `count` lines, in one piece or one by one.
    fn write(&mut self, count: usize) {
        let lines =
            (self.written..LINES.min(self.written + count)).map(|number| Self::line(number) + "\n");
        if self.written.is_multiple_of(3) {
            self.file
                .write_all(lines.collect::<String>().as_bytes())
                .expect("the directory is writable");
        } else {
            lines.for_each(|line| {
                self.file.write_all(line.as_bytes()).expect("the directory is writable")
            });
        }
        self.written = LINES.min(self.written + count);
    }

    /// Waits until `count` lines were printed.
    fn await_shown(&mut self, count: usize) {
        while self.shown.len() < count {
            let line = self.running.next();
            self.shown.push(line.split(" [imerr ").next().unwrap_or_default().to_string());
        }
    }

    /// Renames the log and creates a new one, to which it switches at once or after some lines.
    fn rename(&mut self, rotation: usize) {
        // A file cannot be found again if it was renamed before any of it was read.
        let first_of_this = self.written;
        self.write(LINES / ROTATIONS - 20);
        self.await_shown(first_of_this + 1);
        fs::rename(&self.log, self.log.with_extension("1")).expect("the directory is writable");
        let new = if rotation.is_multiple_of(2) { Some(Self::open(&self.log)) } else { None };
        let late = rotation % 21;
        self.write(late / 2);
        if rotation.is_multiple_of(3) {
            // The follower has seen the new file by now, and must still read the old one.
            self.await_shown(self.written);
        }
        self.write(late - late / 2);
        self.file = new.unwrap_or_else(|| Self::open(&self.log));
        self.write(20 - late);
    }

    /// Rotates by numbers, several times between two polls.
    fn move_on(&mut self, rotation: usize) {
        let first_of_this = self.written;
        self.write(LINES / ROTATIONS);
        if rotation.is_multiple_of(5) {
            // The follower searches a limited number of rotated files.
            self.await_shown(first_of_this + 1);
        }
        let numbered = |number: usize| self.log.with_extension(format!("log.{number}"));
        // Keeps as many rotated files as the follower may have to read.
        for number in (1..10).rev().filter(|&number| numbered(number).exists()) {
            fs::rename(numbered(number), numbered(number + 1)).expect("the directory is writable");
        }
        fs::rename(&self.log, numbered(1)).expect("the directory is writable");
        self.file = Self::open(&self.log);
    }

    /// Copies the log and truncates it.
    fn cut_off(&mut self, rotation: usize) {
        let (first_of_this, before) = (self.written, 1 + [rotation % 40, 60][rotation % 2]);
        self.write(before);
        // The copy of a file cannot be recognized before any of it was read.
        self.await_shown(first_of_this + 1);
        if rotation.is_multiple_of(3) {
            self.await_shown(self.written);
        }
        fs::copy(&self.log, self.log.with_extension("log.1")).expect("the directory is writable");
        self.file.set_len(0).expect("the file is ours");
        // Sometimes more than before, and sometimes nearly as much.
        self.write(LINES / ROTATIONS - before);
    }
}

/// Follows a log that is rotated, and checks that each line is printed once.
fn rotated(rotate: fn(&mut Writer, usize)) {
    let folder = folder(&[]);
    let running = Running::start(
        &["-f", "--tail", "all", "--poll-interval", "1ms", "app.log"],
        folder.path(),
    );
    let log = folder.path().join("app.log");
    let mut writer =
        Writer { file: Writer::open(&log), log, running, written: 0, shown: Vec::new() };
    for rotation in 0..ROTATIONS {
        rotate(&mut writer, rotation);
    }
    writer.await_shown(LINES);
    for (number, line) in writer.shown.iter().enumerate() {
        assert_eq!(*line, Writer::line(number));
    }
    let (status, out, err) = writer.running.end("TERM");
    assert_eq!((status, out.as_str()), (Some(143), ""));
    // The first file may exist before the first poll.
    let notices = err.lines().filter(|line| {
        line.ends_with("the new file")
            || line.contains("its beginning")
            || line.ends_with("appeared")
    });
    assert!((ROTATIONS - 1..=ROTATIONS + 1).contains(&notices.count()), "{err}");
}

#[test]
fn no_line_is_lost_or_repeated_when_a_log_is_renamed() {
    rotated(Writer::rename);
}

#[test]
fn no_line_is_lost_or_repeated_when_a_log_rotates_faster_than_the_poll() {
    rotated(Writer::move_on);
}

#[test]
fn no_line_is_lost_or_repeated_when_a_log_is_truncated() {
    rotated(Writer::cut_off);
}
