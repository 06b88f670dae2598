//! The real binary with logs in GB18030 and UTF-16, as Chinese Windows writes them.

mod common;

use std::fs;
use std::io::Write;

use common::{expect, run, run_with_stdin, status_and_output, text};

/// `2026-11-28 10:00:00 错误 IM 登录失败，错误码：70001，描述：UserSig 已过期`
const GBK: &[u8] = b"2026-11-28 10:00:00 \xb4\xed\xce\xf3 IM \xb5\xc7\xc2\xbc\xca\xa7\xb0\xdc\
    \xa3\xac\xb4\xed\xce\xf3\xc2\xeb\xa3\xba70001\xa3\xac\xc3\xe8\xca\xf6\xa3\xbaUserSig \
    \xd2\xd1\xb9\xfd\xc6\xda\r\n";
const UTF8: &str = "2026-11-28 10:00:00 错误 IM 登录失败，错误码：70001，描述：UserSig 已过期\r\n";
const NOTICE: &str = "app.log: looks like GB18030 (GBK); it is converted to UTF-8; \
                      --encoding none turns this off\n";

/// A folder with `app.log`, which begins with a line in ASCII.
fn folder() -> (tempfile::TempDir, Vec<u8>) {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let log = [b"start\r\n", GBK, GBK].concat();
    fs::write(folder.path().join("app.log"), &log).expect("the folder is writable");
    (folder, log)
}

#[test]
fn gb18030_is_annotated_as_utf_8_with_one_notice() {
    let (folder, log) = folder();
    let utf8 = format!("start\r\n{UTF8}{UTF8}");
    let annotated = run_with_stdin(&[], folder.path(), utf8.as_bytes());
    assert_eq!(text(&annotated.stdout).matches("[imerr 70001 ").count(), 2);
    let gzip = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&log).and_then(|()| encoder.finish()).expect("a vector takes all bytes")
    };
    fs::write(folder.path().join("app.log.gz"), gzip).expect("the folder is writable");
    for args in [&["app.log"][..], &["-j1", "app.log"], &["-j4", "app.log"], &["app.log.gz"]] {
        let output = run(args, folder.path());
        assert_eq!(text(&output.stdout), text(&annotated.stdout), "{args:?}");
        let stderr = text(&output.stderr);
        assert!(stderr.ends_with(&NOTICE["app.log".len()..]), "{args:?}: {stderr}");
        assert_eq!((stderr.lines().count(), output.status.code()), (1, Some(0)));
    }
    let output = run_with_stdin(&["-"], folder.path(), &log);
    assert_eq!(text(&output.stdout), text(&annotated.stdout));
    let again = run_with_stdin(&["-"], folder.path(), &output.stdout);
    assert_eq!((text(&again.stdout), text(&again.stderr)), (text(&output.stdout), String::new()));
}

#[test]
fn encodings_can_be_chosen() {
    let (folder, log) = folder();
    let output = run(&["--encoding", "none", "app.log"], folder.path());
    assert!(output.stdout == log && output.stderr.is_empty());
    for label in ["gb18030", "gbk"] {
        expect(&["--encoding", label, "-c", "app.log"], folder.path(), 0, "2\n", "");
    }
}

#[test]
fn offsets_and_output_files_are_those_of_the_text_in_utf_8() {
    let (folder, _) = folder();
    let output = text(&run(&["--format", "jsonl", "app.log"], folder.path()).stdout);
    let offset = format!(",\"offset\":{},", "start\r\n".len() + UTF8.len());
    assert!(output.contains(&offset), "{output}");
    run(&["-o", "out", "app.log"], folder.path());
    let written = fs::read(folder.path().join("out/app.log")).expect("an output");
    assert_eq!(written, run(&["app.log"], folder.path()).stdout);
    let args = ["--only", "--since", "2026-11-28 09:00", "-c", "app.log"];
    assert_eq!(text(&run(&args, folder.path()).stdout), "2\n");
}

/// An annotated log keeps its encoding when its annotations are removed.
#[test]
fn strip_restores_gb18030_byte_for_byte() {
    let (folder, log) = folder();
    let output = run(&["--strip", "app.log"], folder.path());
    assert!(output.stdout == log && output.stderr.is_empty());
    let unchanged = [&log[..], b"imsdk code:6206\r\n"].concat();
    for format in ["append", "below", "inline", "logfmt"] {
        let args = ["--encoding", "none", "--format", format];
        let annotated = run_with_stdin(&args, folder.path(), &unchanged);
        assert_ne!(annotated.stdout, unchanged);
        let stripped = run_with_stdin(&["--strip"], folder.path(), &annotated.stdout);
        assert!(stripped.stdout == unchanged, "{format}");
    }
    let annotated = run(&["app.log"], folder.path());
    let stripped = run_with_stdin(&["--strip"], folder.path(), &annotated.stdout);
    assert_eq!(text(&stripped.stdout), format!("start\r\n{UTF8}{UTF8}"));
}

#[test]
fn a_doubtful_text_passes_and_is_named() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let log = b"\xca\xa7\xb0\xdc imsdk code:6206\n";
    let output = run_with_stdin(&["-c"], folder.path(), log);
    let wanted = "warning: stdin: may be in GB18030 (GBK); it is not converted; \
                  --encoding gb18030 converts it to UTF-8\n";
    assert_eq!(status_and_output(&output), (Some(0), "1\n".to_string(), wanted.to_string()));
}

/// The log of [`folder`] in UTF-16 without a byte order mark.
fn utf16(to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("start\r\n{UTF8}{UTF8}").encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn utf_16_without_a_mark_is_annotated_as_utf_8_with_one_notice() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let utf8 = format!("start\r\n{UTF8}{UTF8}");
    let annotated = text(&run_with_stdin(&[], folder.path(), utf8.as_bytes()).stdout);
    for (name, log) in
        [("UTF-16LE", utf16(u16::to_le_bytes)), ("UTF-16BE", utf16(u16::to_be_bytes))]
    {
        fs::write(folder.path().join("app.log"), &log).expect("the folder is writable");
        let notice = format!(
            "note: app.log: looks like {name}; it is converted to UTF-8; --encoding none turns \
             this off\n"
        );
        for args in [&["app.log"][..], &["-j1", "app.log"], &["-j4", "app.log"]] {
            let output = run(args, folder.path());
            let wanted = (Some(0), annotated.clone(), notice.clone());
            assert_eq!(status_and_output(&output), wanted, "{args:?}");
        }
        let output = run_with_stdin(&["-"], folder.path(), &log);
        assert_eq!(text(&output.stdout), annotated);
        let gated = run(&["--fail-on", "error", "-q", "app.log"], folder.path());
        assert_eq!(gated.status.code(), Some(1));
        assert!(!text(&gated.stderr).contains("note:"), "{}", text(&gated.stderr));
        let unchanged = run(&["--encoding", "none", "app.log"], folder.path());
        assert!(unchanged.stdout == log, "{name}");
        let stripped = run(&["--strip", "app.log"], folder.path());
        assert!(stripped.stdout == log, "{name}");
    }
}

#[test]
fn a_gate_fails_on_what_may_be_utf_16() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut log: Vec<u8> = UTF8.encode_utf16().flat_map(u16::to_le_bytes).collect();
    // Half of a character of two units.
    log.splice(24..26, [0, 0xd8]);
    fs::write(folder.path().join("app.log"), &log).expect("the folder is writable");
    let warning = "app.log: may be in UTF-16LE; it is not converted; \
                   --encoding utf-16le converts it to UTF-8\n";
    let output = run(&["app.log"], folder.path());
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).starts_with(&format!("warning: {warning}")));
    assert!(output.stdout == log);
    for gate in [&["--fail-on", "error"][..], &["--fail-on", "6206"]] {
        let output = run(&[gate, &["-c", "app.log"]].concat(), folder.path());
        assert_eq!(output.status.code(), Some(2), "{gate:?}");
        assert!(text(&output.stderr).starts_with(&format!("error: {warning}")));
    }
    let chosen = ["--encoding", "utf-16le", "--fail-on", "error", "app.log"];
    assert_eq!(run(&chosen, folder.path()).status.code(), Some(1));
}
