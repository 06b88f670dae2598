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
