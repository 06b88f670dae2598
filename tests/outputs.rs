//! The real binary writing one output for each input: whole, or not at all.
#![cfg(unix)]

mod common;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{
    LINE, Limited, Running, binary, expect, folder, kill, make_fifo, open_fifo, read, run,
    status_and_output, text, tree, wait_until,
};

#[test]
fn output_mirrors_the_tree() {
    let folder = folder(&[("logs/a.log", LINE), ("logs/deep/.b", "plain\n"), ("c", LINE)]);
    let absolute = folder.path().join("c").display().to_string();
    expect(&["-r", "-o", "out", "logs", "c", &absolute, "-j", "3"], folder.path(), 0, "", "");
    let below_root = format!("out{absolute}");
    let mut wanted = vec![
        "c",
        "logs/a.log",
        "logs/deep/.b",
        &below_root,
        "out/c",
        "out/logs/a.log",
        "out/logs/deep/.b",
    ];
    wanted.sort();
    assert_eq!(tree(folder.path()), wanted);
    for name in ["logs/a.log", "logs/deep/.b", "c"] {
        assert_eq!(
            read(folder.path(), &format!("out/{name}")),
            text(&run(&[name], folder.path()).stdout),
            "{name}"
        );
    }
    // The way back.
    expect(&["--strip", "-o", "back", "out/logs/a.log"], folder.path(), 0, "", "");
    assert_eq!(read(folder.path(), "back/out/logs/a.log"), LINE);
}

#[test]
fn each_file_is_annotated_independently() {
    let old = "2020-01-01 00:00:00 old\n";
    let folder = folder(&[("a", old), ("b", old), ("c", "imsdk code:6206\n")]);
    expect(
        &["-o", "out", "-j1", "--since", "2025-01-01", "--tail", "1", "a", "b", "c"],
        folder.path(),
        0,
        "",
        "",
    );
    assert!(read(folder.path(), "out/c").starts_with("imsdk code:6206 [imerr 6206 "));
    assert_eq!(read(folder.path(), "out/b"), "");
}

#[test]
fn outputs_have_no_colors_and_no_names_by_default() {
    let folder = folder(&[("a", LINE)]);
    expect(&["-o", "out", "--color", "always", "-H", "a"], folder.path(), 0, "", "");
    let colored = read(folder.path(), "out/a");
    assert!(
        colored.starts_with("\x1b[38;5;163ma\x1b[39m:imsdk error_code:\x1b[")
            && colored.contains("m[imerr "),
        "{colored}"
    );
}

#[test]
fn records_go_to_the_output_of_their_file() {
    let folder = folder(&[("a", LINE), ("b", "plain\n")]);
    expect(&["-o", "out", "--format", "jsonl", "a", "b"], folder.path(), 0, "", "");
    for name in ["a", "b"] {
        let alone = run(&["--format", "jsonl", name], folder.path()).stdout;
        assert_eq!(read(folder.path(), &format!("out/{name}")), text(&alone));
    }
}

#[test]
fn existing_files_are_replaced_only_with_force() {
    let folder =
        folder(&[("a", LINE), ("b", LINE), ("out/a", "old"), ("out/c/d", "old"), ("c", LINE)]);
    let error_of_c =
        "error: out/c: is a directory; move it away, or use another directory for -o\n";
    let wanted = format!("error: out/a: already exists; --force replaces it\n{error_of_c}");
    expect(&["-o", "out", "a", "b", "c"], folder.path(), 2, "", &wanted);
    assert_eq!(read(folder.path(), "out/a"), "old");
    assert!(read(folder.path(), "out/b").contains("[imerr 6206 "));
    expect(&["-o", "out", "--force", "a", "b", "c"], folder.path(), 2, "", error_of_c);
    assert!(read(folder.path(), "out/a").contains("[imerr 6206 "));
    expect(
        &["-o", "a", "b"],
        folder.path(),
        2,
        "",
        "error: a: is not a directory; -o needs a directory, or a name for a new one\n",
    );
}

#[test]
fn inputs_are_never_overwritten() {
    let folder = folder(&[("logs/a", LINE), ("logs/b", LINE), ("out/x", "")]);
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("out/logs")).expect("the folder is writable");
    symlink(path("logs/b"), path("out/logs/a")).expect("the folder is writable");
    fs::hard_link(path("logs/a"), path("out/logs/b")).expect("the folder is writable");
    for args in [
        &["-o", "out", "--force", "-r", "logs"][..],
        &["-o", "out", "-r", "logs"],
        &["-o", ".", "--force", "-r", "logs"],
    ] {
        let output = run(args, folder.path());
        let said = text(&output.stderr);
        assert_eq!(
            (output.status.code(), said.matches(": is the same file as the input ").count()),
            (Some(2), 2)
        );
        assert_eq!(
            (read(folder.path(), "logs/a"), read(folder.path(), "logs/b")),
            (LINE.into(), LINE.into())
        );
    }
    let said = text(&run(&["-o", ".", "--force", "./logs/a"], folder.path()).stderr);
    assert_eq!(
        said,
        "error: ./logs/a: is the same file as the input ./logs/a; use another directory \
            for -o\n"
    );
}

#[test]
fn two_inputs_do_not_share_an_output() {
    let folder = folder(&[("logs/a", LINE), ("here/b", LINE), ("b", "plain\n")]);
    let output = binary(&folder.path().join("here")).args(["-o", "out", "../b", "b"]).finish();
    let wanted = "error: out/b: is the same file as the output for ../b; use another \
        directory for -o\n";
    assert_eq!(status_and_output(&output), (Some(2), String::new(), wanted.into()));
    assert_eq!(read(folder.path(), "here/out/b"), "plain\n");
}

#[test]
fn conflicting_output_options_are_refused() {
    let folder = folder(&[("a", LINE)]);
    let rows: [&[&str]; 6] = [
        &["-o", "out"],
        &["-o", "out", "-"],
        &["-o", "out", "a", "-"],
        &["-o", "out", "-c", "a"],
        &["-o", "out", "-q", "a"],
        &["--force", "a"],
    ];
    for args in rows {
        let output = run(args, folder.path());
        assert_eq!(
            (output.status.code(), tree(folder.path())),
            (Some(2), vec!["a".to_string()]),
            "{args:?}"
        );
        assert!(text(&output.stderr).starts_with("error: "), "{args:?}: {}", text(&output.stderr));
    }
}

#[test]
fn bad_inputs_leave_no_output_and_the_others_run() {
    let folder = folder(&[("a", LINE), ("logs/b", LINE)]);
    let wanted = "error: missing: no such file or directory\n";
    expect(&["-o", "out", "missing", "logs", "a"], folder.path(), 2, "", wanted);
    assert_eq!(tree(&folder.path().join("out")), ["a", "logs/b"]);
}

#[test]
fn an_input_that_fails_in_the_middle_leaves_no_output() {
    let folder = folder(&[("a", LINE)]);
    // The first claims to have a page of bytes and has fewer, the other fails at the first read.
    for (input, wanted) in
        [("/sys/devices/system/cpu/online", "shrank while it was read"), ("/proc/self/mem", "")]
    {
        if !Path::new(input).exists() {
            continue;
        }
        let output = run(&["-o", "out", "--force", "a", input], folder.path());
        let said = text(&output.stderr);
        assert!(
            said.starts_with(&format!("error: {input}: {wanted}"))
                && said.ends_with("; no output was written for it\n"),
            "{said}"
        );
        assert_eq!(
            (output.status.code(), tree(&folder.path().join("out"))),
            (Some(2), vec!["a".to_string()])
        );
    }
}

#[test]
fn outputs_have_the_read_permissions_of_the_input() {
    let folder = folder(&[("open", LINE), ("secret", LINE)]);
    let path = |name: &str| folder.path().join(name);
    fs::set_permissions(path("open"), fs::Permissions::from_mode(0o644)).expect("the file is ours");
    fs::set_permissions(path("secret"), fs::Permissions::from_mode(0o600))
        .expect("the file is ours");
    expect(&["-o", "out", "open", "secret"], folder.path(), 0, "", "");
    let mode = |name: &str| fs::metadata(path(name)).expect("it was written").mode() & 0o777;
    assert_eq!((mode("out/open") & !0o077, mode("out/secret")), (0o600, 0o600));
}

#[test]
fn a_limit_on_file_sizes_leaves_no_incomplete_file() {
    let folder = folder(&[("big", &LINE.repeat(100_000)), ("small", LINE)]);
    // Half a kilobyte for each unit: what is in `big` does not fit.
    let script = "ulimit -f 8; exec \"$0\" -o out big small";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_imerr-annotate")])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .finish();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.starts_with("error: out/big")
            && said.ends_with("file too large; this output was not written\n"),
        "{said}"
    );
    assert_eq!(tree(&folder.path().join("out")), ["small"]);
}

/// Needs the right to mount a small disk in a namespace of its own, and is passed over without it.
#[test]
fn a_full_disk_leaves_no_incomplete_file() {
    let folder = folder(&[("big", &LINE.repeat(100_000)), ("small", LINE), ("disk/x", "")]);
    let script = "mount -t tmpfs -o size=64k tmpfs disk || exit 77\n\"$0\" -j1 -o disk big \
        small\necho $?\nls -A disk";
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", script, env!("CARGO_BIN_EXE_imerr-annotate")])
        .current_dir(folder.path())
        .output();
    let Ok(output) = output else { return };
    if matches!(output.status.code(), Some(1 | 77)) {
        return;
    }
    let wanted = "error: disk/big: no space left on device; this output was not written\n";
    assert_eq!(
        (text(&output.stdout), text(&output.stderr)),
        ("2\nsmall\n".to_string(), wanted.to_string())
    );
}

#[test]
fn a_signal_leaves_no_incomplete_file() {
    let folder = folder(&[("done", LINE), ("big", &LINE.repeat(1_000_000))]);
    // With four threads, two share the large file.
    for (out, threads) in [("one", "-j1"), ("four", "-j4")] {
        let mut child = binary(folder.path()).args(["-o", out, threads, "done", "big"]).start();
        let out = folder.path().join(out);
        wait_until("the first output", || out.join("done").exists());
        kill(&child, "TERM");
        assert_eq!(child.wait().expect("the binary ends").code(), Some(143));
        assert_eq!(tree(&out), ["done"]);
    }
}

#[test]
fn a_signal_while_an_input_keeps_a_worker_waiting_leaves_no_temporary_file() {
    let folder = folder(&[("out/x", "")]);
    let fifo = folder.path().join("fifo");
    make_fifo(&fifo);
    let mut child = binary(folder.path()).args(["-o", "out", "fifo"]).start();
    let mut writer = open_fifo(&fifo);
    writer.write_all(LINE.as_bytes()).expect("the binary reads");
    wait_until("a temporary file", || tree(&folder.path().join("out")).len() == 2);
    kill(&child, "TERM");
    assert_eq!(child.wait().expect("the binary ends").code(), Some(143));
    assert_eq!(tree(&folder.path().join("out")), ["x"]);
}

/// The second run begins while the first one has not ended.
#[test]
fn temporary_files_of_killed_runs_are_removed_and_others_stay() {
    let folder = folder(&[("out/x", "")]);
    let folder = folder.path();
    let out = folder.join("out");
    let dead = ".dead.log.imerr-annotate-000000000000deadd8a83723e9207918";
    // A name of the user's own, and one with a wrong digit at its end.
    let alike = [
        ".dead.log.imerr-annotate-dead00",
        ".dead.log.imerr-annotate-000000000000deadd8a83723e9207919",
    ];
    for name in [&[dead], &alike[..]].concat() {
        fs::write(out.join(name), LINE).expect("the folder is writable");
    }
    let (mut killed, _writer) = start_waiting(folder, &out, "one");
    assert!(!tree(&out).contains(&dead.to_string()));
    let (mut child, writer) = start_waiting(folder, &out, "two");
    assert_eq!(tree(&out).len(), 5, "each run has its file: {:?}", tree(&out));
    kill(&killed, "KILL");
    assert_eq!(killed.wait().expect("it was killed").code(), None);
    assert_eq!(tree(&out).len(), 5);
    // A walk passes over them, and so does a report by its own names.
    expect(
        &["-r", "-c", "--no-filename", "--glob", "*imerr-annotate-*", "."],
        folder,
        0,
        "1\n1\n",
        "",
    );
    expect(&["-q", "--report", "json=out/report", "out/x"], folder, 1, "", "");
    assert!(!tree(&out).iter().any(|name| name.starts_with(".one")), "{:?}", tree(&out));
    drop(writer);
    assert!(child.wait().expect("the binary ends").success());
    assert_eq!(tree(&out), [alike[1], alike[0], "report", "two", "x"]);
}

/// A run that has written to its temporary file in `out` and waits for more.
fn start_waiting(folder: &Path, out: &Path, name: &str) -> (Running, File) {
    let fifo = folder.join(name);
    make_fifo(&fifo);
    let child = binary(folder).args(["-o", "out", name]).start();
    let mut writer = open_fifo(&fifo);
    writer.write_all(LINE.as_bytes()).expect("the binary reads");
    let begins = format!(".{name}.imerr-annotate-");
    let is_temporary = |path: &String| path.starts_with(&begins);
    wait_until("the temporary file", || tree(out).iter().any(is_temporary));
    (child, writer)
}

#[test]
fn a_second_run_does_not_read_the_outputs_of_the_first() {
    let folder = folder(&[("a", LINE), ("logs/b", LINE)]);
    expect(&["-r", "-o", "out", "."], folder.path(), 0, "", "");
    expect(&["-r", "-o", "out", "--force", "."], folder.path(), 0, "", "");
    assert_eq!(tree(folder.path()), ["a", "logs/b", "out/a", "out/logs/b"]);
}

#[test]
fn the_extension_of_a_compressed_input_is_removed_in_any_case() {
    let folder = folder(&[]);
    let file = File::create(folder.path().join("a.log.GZ")).expect("the folder is writable");
    let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    encoder.write_all(LINE.as_bytes()).and_then(|()| encoder.finish()).expect("it is writable");
    expect(&["-o", "out", "a.log.GZ"], folder.path(), 0, "", "");
    assert_eq!(tree(&folder.path().join("out")), ["a.log"]);
    assert!(read(folder.path(), "out/a.log").contains("[imerr 6206 "));
}

#[test]
fn parent_directories_in_a_path_are_resolved() {
    let folder = folder(&[("a.log", LINE), ("x/a.log", "plain\n")]);
    expect(&["-o", "out", "x/../a.log", "x/a.log"], folder.path(), 0, "", "");
    assert_eq!(tree(&folder.path().join("out")), ["a.log", "x/a.log"]);
    assert_eq!(read(folder.path(), "out/x/a.log"), "plain\n");
}

#[test]
fn documents_are_written_through_symbolic_links() {
    let folder = folder(&[("log", LINE), ("real/a", "old"), ("real/b", "old"), ("out/x", "")]);
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("links")).expect("the folder is writable");
    let links = [
        ("links/report", "../real/a"),
        ("links/baseline", "../real/b"),
        ("links/new", "../real/new"),
        ("links/link", "new2"),
        ("links/new2", "../real/new2"),
        ("out/log", "../real/log"),
    ];
    for (link, target) in links {
        symlink(target, path(link)).expect("the folder is writable");
    }
    let args = [
        "--report",
        "sarif=links/report",
        "--report",
        "json=links/new",
        "--report",
        "csv=links/link",
        "--write-baseline",
        "links/baseline",
        "-o",
        "out",
        "--force",
        "log",
    ];
    expect(&args, folder.path(), 0, "", "");
    for (link, target) in links {
        assert_eq!(fs::read_link(path(link)).expect("it is still a link"), Path::new(target));
    }
    assert!(read(folder.path(), "real/a").contains("sarif-2.1.0"));
    assert!(read(folder.path(), "real/b").contains("schema_version"));
    assert!(read(folder.path(), "real/new").contains("6206"));
    assert!(read(folder.path(), "real/new2").contains("6206"));
    assert!(read(folder.path(), "real/log").contains("[imerr 6206 "));
}

#[test]
fn two_outputs_that_are_one_file_are_refused() {
    let folder = folder(&[("log", LINE), ("sub/x", ""), ("old", "old"), ("out/x", "")]);
    let path = |name: &str| folder.path().join(name);
    symlink("old", path("link")).expect("the folder is writable");
    symlink("new", path("dangling")).expect("the folder is writable");
    fs::hard_link(path("old"), path("hard")).expect("the folder is writable");
    fs::hard_link(path("log"), path("log2")).expect("the folder is writable");
    let same = "name another file";
    let rows: [(&[&str], &str); 10] = [
        (
            &["--report", "sarif=a.x", "--report", "junit=a.x"],
            "a.x: is the same file as the output a.x",
        ),
        (
            &["--report", "sarif=a.x", "--report", "junit=./a.x"],
            "./a.x: is the same file as the output a.x",
        ),
        (
            &["--report", "sarif=a.x", "--report", "junit=sub/../a.x"],
            "sub/../a.x: is the same file as the output a.x",
        ),
        (
            &["--write-baseline", "sub/../bb", "--report", "json=bb"],
            "sub/../bb: is the same file as the output bb",
        ),
        (
            &["--report", "sarif=old", "--report", "junit=link"],
            "link: is the same file as the output old",
        ),
        (
            &["--report", "sarif=dangling", "--report", "junit=new"],
            "new: is the same file as the output dangling",
        ),
        (
            &["--report", "sarif=old", "--report", "junit=hard"],
            "hard: is the same file as the output old",
        ),
        (&["--report", "sarif=sub/../log"], "sub/../log: is the same file as the input log"),
        (&["--report", "sarif=log2"], "log2: is the same file as the input log"),
        (&["--write-baseline", "log"], "log: is the same file as the input log"),
    ];
    let before = tree(folder.path());
    for (args, cause) in rows {
        let expected = format!("error: {cause}; {same}\n");
        expect(&[args, &["log"]].concat(), folder.path(), 2, "", &expected);
        assert_eq!(tree(folder.path()), before, "{args:?}");
    }
    assert_eq!(read(folder.path(), "old"), "old");
    // An output of -o, and a file that the shell opened for standard output.
    let expected = "error: out/log: is the same file as the output out/log; use another \
        directory for -o\nwarning: out/log: not written, since not everything was read\n";
    expect(&["-o", "out", "--report", "json=out/log", "log"], folder.path(), 2, "", expected);
    let stdout = File::create(path("shell")).expect("the folder is writable");
    let output =
        binary(folder.path()).args(["--report", "json=shell", "log"]).stdout(stdout).finish();
    let expected = "error: shell: is the same file as standard output; name another file\n";
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(2), expected.to_string()));
    // A device takes any number of documents.
    let twice = ["--report", "json=/dev/null", "--report", "csv=/dev/null", "-q", "log"];
    expect(&twice, folder.path(), 0, "", "");
}

/// The report goes to a FIFO that no program reads, so that it is never written.
#[test]
fn a_signal_ends_the_process_while_a_report_is_stuck() {
    let folder = folder(&[("log", LINE)]);
    let fifo = folder.path().join("fifo");
    make_fifo(&fifo);
    let mut child = binary(folder.path()).args(["--report", "json=fifo", "log"]).start();
    let mut line = [0; 10];
    let stdout = child.stdout.as_mut().expect("it is piped");
    stdout.read_exact(&mut line).expect("the line is written before the report");
    kill(&child, "TERM");
    assert_eq!(child.wait().expect("the process ends").code(), Some(143));
}

#[test]
fn thread_counts_give_the_same_tree() {
    let contents: Vec<(String, String)> = (0..40)
        .map(|number| (format!("logs/{}/{number}", number % 7), LINE.repeat(number * 50)))
        .collect();
    let files: Vec<(&str, &str)> =
        contents.iter().map(|(name, content)| (name.as_str(), content.as_str())).collect();
    let folder = folder(&files);
    for threads in ["1", "2", "8"] {
        expect(&["-r", "-o", threads, "-j", threads, "logs"], folder.path(), 0, "", "");
    }
    let one = tree(&folder.path().join("1"));
    assert_eq!(one.len(), 40);
    for threads in ["2", "8"] {
        assert_eq!(tree(&folder.path().join(threads)), one);
        for name in &one {
            assert_eq!(
                read(folder.path(), &format!("{threads}/{name}")),
                read(folder.path(), &format!("1/{name}"))
            );
        }
    }
}

#[test]
fn threads_share_a_large_file() {
    let mut log = String::new();
    for number in 0..60_000 {
        log += &format!("{number} imsdk request failed, code:{}\n", 6200 + number % 10);
    }
    let folder = folder(&[("big", &log)]);
    for threads in ["1", "4"] {
        expect(&["-o", threads, "-j", threads, "big"], folder.path(), 0, "", "");
    }
    let (one, four) = (read(folder.path(), "1/big"), read(folder.path(), "4/big"));
    assert!(one.len() > log.len() && four == one, "{} and {} bytes", four.len(), one.len());
}
