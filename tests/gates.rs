//! The real binary with gates and baselines: exit statuses, closed pipes, and reports that are the same however it works.

mod common;

use common::{folder, run, said};

/// Two errors of one code, a warning, an unknown code and a fatal one.
const LOG: &str = "imsdk code:6206\nimsdk code:8020\nimsdk error_code:6707\nimsdk code:6206\nimsdk code:-10112\n";

#[test]
fn each_gate_that_trips_has_a_line() {
    let folder = folder(&[("log", LOG)]);
    let args = ["--fail-on", "fatal", "--fail-on-code", "8020", "--fail-on-unknown", "--max-errors", "9", "log"];
    let (status, told) = said(&run(&args, folder.path()));
    let options: Vec<&str> =
        told.lines().filter_map(|line| line.strip_prefix("imerr-annotate: gate: ")?.split(':').next()).collect();
    assert_eq!((status, options), (Some(1), vec!["--fail-on fatal", "--fail-on-code", "--fail-on-unknown"]), "{told}");
}

#[test]
fn errors_outrank_gates() {
    let folder = folder(&[("log", LOG), ("broken", "{}")]);
    let rows: [&[&str]; 6] = [
        &["--fail-on", "error", "missing", "log"],
        &["--fail-on", "error", "log", "missing"],
        &["-q", "--fail-on", "error", "missing", "log"],
        &["--fail-on", "error", "--baseline", "missing", "log"],
        &["--fail-on", "error", "--report", "sarif=no/folder/a", "log"],
        &["--fail-on", "error", "--no-such-flag", "log"],
    ];
    for args in rows {
        let (status, told) = said(&run(args, folder.path()));
        assert_eq!(status, Some(2), "{args:?}: {told}");
    }
    // The gate is still told where the run went on.
    let (_, told) = said(&run(&["--fail-on-code", "6206", "missing", "log"], folder.path()));
    let wanted = "imerr-annotate: missing: no such file or directory\nimerr-annotate: gate: --fail-on-code: 6206 ";
    assert!(told.starts_with(wanted), "{told}");
}
