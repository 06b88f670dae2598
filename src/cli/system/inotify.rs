//! Linux: changes of files, reported by inotify.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, Thread};

use imerr::input::{Change, Watcher};
use rustix::fs::inotify::{self, CreateFlags, Reader, WatchFlags};

/// The most events that wait for the run. The kernel keeps and merges the ones after them.
const MAX_WAITING: usize = 256;

/// A watch, and a name if it is that of a directory.
type Watched = (i32, Vec<u8>);

/// Watches files for the thread that made it.
pub struct Inotify {
    inotify: Arc<OwnedFd>,
    events: Receiver<Watched>,
    inputs: HashMap<Watched, Vec<usize>>,
    /// The watches of the files of each input.
    files: HashMap<usize, Vec<i32>>,
}

impl Inotify {
    /// Fails if the user has as many instances as the system allows.
    pub fn new() -> io::Result<Self> {
        let inotify = Arc::new(inotify::init(CreateFlags::CLOEXEC)?);
        let (sender, events) = sync_channel(MAX_WAITING);
        let (source, run) = (Arc::clone(&inotify), thread::current());
        thread::spawn(move || pass_on(&source, &sender, &run));
        Ok(Self { inotify, events, inputs: HashMap::new(), files: HashMap::new() })
    }

    fn add(&mut self, path: impl AsRef<Path>, flags: WatchFlags) -> Option<i32> {
        inotify::add_watch(&self.inotify, path.as_ref(), flags).ok()
    }

    fn add_input(&mut self, watched: Watched, input: usize) {
        let inputs = self.inputs.entry(watched).or_default();
        if !inputs.contains(&input) {
            inputs.push(input);
        }
    }

    /// Ends the watch of a file for `input`.
    fn remove(&mut self, watch: i32, input: usize) {
        let watched = (watch, Vec::new());
        let Some(inputs) = self.inputs.get_mut(&watched) else { return };
        inputs.retain(|one| *one != input);
        if inputs.is_empty() {
            self.inputs.remove(&watched);
            // The watch of a deleted file is gone already.
            let _ = inotify::remove_watch(&self.inotify, watch);
        }
    }
}

impl Watcher for Inotify {
    fn watch(&mut self, input: usize, path: &Path, files: &[&File]) {
        let mut watches = Vec::new();
        for file in files {
            // The path of the file may have changed since it was opened.
            let path = format!("/proc/self/fd/{}", file.as_raw_fd());
            if let Some(watch) = self.add(path, WatchFlags::MODIFY) {
                watches.push(watch);
                self.add_input((watch, Vec::new()), input);
            }
        }
        for old in self.files.insert(input, watches.clone()).unwrap_or_default() {
            if !watches.contains(&old) {
                self.remove(old, input);
            }
        }
        // No file loses its name here: a look between the steps of a rotation would report that the
        // file is gone.
        let created = WatchFlags::CREATE | WatchFlags::MOVED_TO | WatchFlags::ONLYDIR;
        if let Some(name) = path.file_name()
            && let Some(watch) = self.add(path.with_file_name("."), created)
        {
            self.add_input((watch, name.as_bytes().to_vec()), input);
        }
    }

    fn changes(&mut self) -> Vec<Change> {
        let mut changes: Vec<Change> = Vec::new();
        for watched in self.events.try_iter() {
            let change = if watched.1.is_empty() { Change::Content } else { Change::Path };
            let inputs = self.inputs.get(&watched).into_iter().flatten();
            changes.extend(inputs.map(|input| change(*input)));
        }
        changes.sort_unstable();
        changes.dedup();
        changes
    }
}

/// Passes events on to the run, until it is over.
fn pass_on(inotify: &OwnedFd, events: &SyncSender<Watched>, run: &Thread) {
    let mut buffer = [MaybeUninit::uninit(); 4096];
    let mut reader = Reader::new(inotify, &mut buffer);
    while let Ok(event) = reader.next() {
        let name = event.file_name().map(|name| name.to_bytes().to_vec());
        if events.send((event.wd(), name.unwrap_or_default())).is_err() {
            break;
        }
        run.unpark();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::time::{Duration, Instant};

    use super::*;

    /// Waits for the next changes.
    fn next(inotify: &mut Inotify) -> Vec<Change> {
        let since = Instant::now();
        while since.elapsed() < Duration::from_secs(60) {
            let changes = inotify.changes();
            if !changes.is_empty() {
                return changes;
            }
            thread::park_timeout(Duration::from_secs(1));
        }
        Vec::new()
    }

    #[test]
    fn changes_of_watched_files_and_names_are_reported() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = |name: &str| directory.path().join(name);
        let mut inotify = Inotify::new().expect("Linux has inotify");
        let mut one = File::create(path("one")).expect("the directory is writable");
        let mut two = File::create(path("two")).expect("the directory is writable");
        inotify.watch(0, &path("one"), &[&one]);
        inotify.watch(1, &path("two"), &[&two]);
        // A file is watched under any name.
        fs::rename(path("one"), path("moved")).expect("the directory is writable");
        one.write_all(b"1").expect("the file is writable");
        assert_eq!(next(&mut inotify), [Change::Content(0)]);
        two.write_all(b"2").expect("the file is writable");
        assert_eq!(next(&mut inotify), [Change::Content(1)]);
        // Only one of these names is watched.
        File::create(path("other")).expect("the directory is writable");
        let new = File::create(path("one")).expect("the directory is writable");
        assert_eq!(next(&mut inotify), [Change::Path(0)]);
        // The old file is not watched any more.
        inotify.watch(0, &path("one"), &[&new]);
        one.write_all(b"1").expect("the file is writable");
        two.write_all(b"2").expect("the file is writable");
        assert_eq!(next(&mut inotify), [Change::Content(1)]);
    }
}
