//! Limits for everything that a test waits for, so that a fault fails a test instead of stopping
//! all of them.

use std::fs::File;
use std::io;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// More than any step takes on a slow machine.
pub const LIMIT: Duration = Duration::from_secs(120);

/// A child process that is killed with all its own children after [`LIMIT`]. Reads of its output
/// end then, and the test fails.
pub struct Running {
    /// None once its output was collected.
    child: Option<Child>,
    is_killed: Arc<AtomicBool>,
    /// Dropped to call off the watchdog.
    _watched: Sender<()>,
}

/// Starting commands with a limit.
pub trait Limited {
    /// Starts the command in a process group of its own.
    fn start(&mut self) -> Running;

    /// Runs the command to its end.
    fn finish(&mut self) -> Output {
        self.start().wait_with_output().expect("a child can be waited for")
    }
}

impl Limited for Command {
    fn start(&mut self) -> Running {
        #[cfg(unix)]
        {
            super::stop_ignoring_signals();
            std::os::unix::process::CommandExt::process_group(self, 0);
        }
        let about = format!("{self:?}");
        Running::new(self.spawn().expect("the binary is built before its tests"), about)
    }
}

impl Running {
    /// Watches a child that leads a process group.
    pub fn new(child: Child, about: String) -> Self {
        let (watched, called_off) = channel();
        let is_killed = Arc::new(AtomicBool::new(false));
        let (killed, group) = (Arc::clone(&is_killed), child.id());
        thread::spawn(move || {
            if called_off.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout) {
                killed.store(true, Ordering::SeqCst);
                eprintln!("killed after {} s: {about}", LIMIT.as_secs());
                let script = format!("kill -KILL -{group}");
                let _ = Command::new("/bin/sh").args(["-c", &script]).status();
            }
        });
        Self { child: Some(child), is_killed, _watched: watched }
    }

    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.deref_mut().wait()?;
        assert!(!self.is_killed.load(Ordering::SeqCst), "it did not end by itself");
        Ok(status)
    }

    /// Collects the output, which is part of the failure if the limit is exceeded.
    pub fn wait_with_output(mut self) -> io::Result<Output> {
        let child = self.child.take().expect("the output is collected once");
        let output = child.wait_with_output()?;
        assert!(!self.is_killed.load(Ordering::SeqCst), "it did not end by itself: {output:?}");
        Ok(output)
    }
}

impl Deref for Running {
    type Target = Child;

    fn deref(&self) -> &Child {
        self.child.as_ref().expect("the output is not collected yet")
    }
}

impl DerefMut for Running {
    fn deref_mut(&mut self) -> &mut Child {
        self.child.as_mut().expect("the output is not collected yet")
    }
}

impl Drop for Running {
    /// Ends a child that the test has left.
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
        let is_killed = self.is_killed.load(Ordering::SeqCst);
        assert!(!is_killed || thread::panicking(), "it did not end by itself");
    }
}

/// Waits until `is_true` returns true.
pub fn wait_until(about: &str, mut is_true: impl FnMut() -> bool) {
    let since = Instant::now();
    while !is_true() {
        assert!(since.elapsed() < LIMIT, "not within {} s: {about}", LIMIT.as_secs());
        thread::sleep(Duration::from_millis(1));
    }
}

/// Makes a FIFO.
pub fn make_fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo is there").success());
}

/// Opens a FIFO for writing, which waits until the binary reads it.
pub fn open_fifo(path: &Path) -> File {
    let (opened, is_open) = channel();
    let path = path.to_path_buf();
    // This thread stays if no process opens the other end.
    thread::spawn(move || opened.send(File::options().write(true).open(path)));
    let file = is_open.recv_timeout(LIMIT).expect("the binary opens the other end");
    file.expect("the FIFO can be opened")
}
