//! The order of files and sessions: which file of a log is older, and which runs are of one
//! session.

use std::collections::HashMap;

use super::Stream;
use super::collector::FileState;
use super::signals::{Run, SignalStore};

/// The place of each file: those of a stream together, the oldest first.
pub(super) fn file_order(files: &HashMap<usize, FileState>) -> HashMap<usize, usize> {
    let mut streams: HashMap<usize, Vec<usize>> = HashMap::new();
    for (&file, state) in files {
        streams.entry(state.stream).or_default().push(file);
    }
    let mut streams: Vec<(usize, Vec<usize>)> = streams.into_iter().collect();
    streams.sort();
    let mut order = HashMap::new();
    for (_, mut of_stream) in streams {
        // By time only if all have one: a mixed order would contradict itself.
        let have_times = of_stream.iter().all(|file| files[file].first_time.is_some());
        of_stream.sort_by_key(|file| {
            let state = &files[file];
            (state.first_time.filter(|_| have_times), state.age.clone(), *file)
        });
        for file in of_stream {
            order.insert(file, order.len());
        }
    }
    order
}

/// The runs of each session in order; the sessions in the order of their first runs.
pub(super) fn sessions<'s>(
    files: &HashMap<usize, FileState>,
    store: &'s SignalStore,
    order: &HashMap<usize, usize>,
) -> Vec<(u32, Vec<&'s Run>)> {
    let resolved = resolve_starts(files, store, order);
    let mut sorted: Vec<(u32, &Run)> = Vec::with_capacity(store.runs.len());
    for run in &store.runs {
        sorted.push((resolved.get(&run.session).copied().unwrap_or(run.session), run));
    }
    // Stable: of the signals of a line, the events come first.
    sorted.sort_by_key(|(_, run)| (order[&run.first.file], run.first.line));
    let mut places: HashMap<u32, usize> = HashMap::new();
    let mut sessions: Vec<(u32, Vec<&Run>)> = Vec::new();
    for (session, run) in sorted {
        let place = *places.entry(session).or_insert(sessions.len());
        if place == sessions.len() {
            sessions.push((session, Vec::new()));
        }
        sessions[place].1.push(run);
    }
    sessions
}

/// The session of the lines in front of the first key of a file: the last one of the file before in
/// its stream, else the first one of the file, else that of the first file of the stream.
fn resolve_starts(
    files: &HashMap<usize, FileState>,
    store: &SignalStore,
    order: &HashMap<usize, usize>,
) -> HashMap<u32, u32> {
    let mut starts: HashMap<usize, u32> = HashMap::new();
    for (id, session) in store.sessions.iter().enumerate() {
        if let Some(file) = session.start_of {
            starts.insert(file, id as u32);
        }
    }
    let mut by_order: Vec<usize> = files.keys().copied().collect();
    by_order.sort_by_key(|file| order[file]);
    let mut last_sessions: HashMap<usize, u32> = HashMap::new();
    let mut resolved = HashMap::new();
    for file in by_order {
        let state = &files[&file];
        let last = last_sessions.get(&state.stream).copied();
        if let Some(&start) = starts.get(&file) {
            let first = state.first_session.map(|session| store.kept_session(session));
            let session = last.or(first).unwrap_or(start);
            resolved.insert(start, session);
            last_sessions.insert(state.stream, session);
        }
        if let Some(session) = state.last_session() {
            last_sessions.insert(state.stream, store.kept_session(session));
        }
    }
    resolved
}

pub(super) fn streams(
    files: &HashMap<usize, FileState>,
    store: &SignalStore,
    order: &HashMap<usize, usize>,
) -> Vec<Stream> {
    let count = files.values().map(|state| state.stream + 1).max().unwrap_or(0);
    let mut streams = vec![Stream { files: Vec::new(), sessions: 0 }; count];
    let mut by_order: Vec<usize> = files.keys().copied().collect();
    by_order.sort_by_key(|file| order[file]);
    for file in by_order {
        streams[files[&file].stream].files.push(file);
    }
    for session in store.sessions.iter().filter(|session| session.has_key()) {
        streams[session.stream].sessions += 1;
    }
    for (index, stream) in streams.iter_mut().enumerate() {
        stream.sessions = (stream.sessions + store.merged.of_stream(index)).max(1);
    }
    streams
}
