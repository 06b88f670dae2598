//! The real binary over folders, lists of files and output folders.
#![cfg(unix)]

mod common;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use common::{LINE, binary, folder, kill, read, run, run_with_stdin, text, told};

/// The paths of all files below `folder`, sorted.
fn tree(folder: &Path) -> Vec<String> {
    fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("the folder can be listed").path();
            match path.is_dir() {
                true => collect(root, &path, found),
                false => found.push(path.strip_prefix(root).expect("it is below").display().to_string()),
            }
        }
    }
    let mut found = Vec::new();
    collect(folder, folder, &mut found);
    found.sort();
    found
}

fn expect(args: &[&str], folder: &Path, status: i32, stdout: &str, stderr: &str) {
    let wanted = (Some(status), stdout.to_string(), stderr.to_string());
    assert_eq!(told(&run(args, folder)), wanted, "{args:?}");
}

#[test]
fn folders_are_read_in_the_order_of_paths_and_hidden_files_too() {
    let folder = folder(&[("logs/b", LINE), ("logs/a/z", "plain\n"), ("logs/.git/c", LINE), ("logs/.gitignore", "*\n")]);
    expect(&["-r", "-c", "logs"], folder.path(), 0, "logs/.git/c:1\nlogs/.gitignore:0\nlogs/a/z:0\nlogs/b:1\n", "");
}

#[test]
fn globs_choose_files_as_ripgrep_does() {
    let folder = folder(&[("logs/a.log", LINE), ("logs/deep/b.log", LINE), ("logs/deep/c.txt", LINE), ("d.txt", LINE)]);
    let rows: [(&[&str], &str); 6] = [
        (&["--glob", "*.log"], "logs/a.log:1\nlogs/deep/b.log:1\nd.txt:1\n"),
        (&["--glob", "!*.log"], "logs/deep/c.txt:1\nd.txt:1\n"),
        (&["--glob", "!deep"], "logs/a.log:1\nd.txt:1\n"),
        (&["--glob", "logs/*.log"], "logs/a.log:1\nd.txt:1\n"),
        (&["--glob", "*.log", "--glob", "!b*"], "logs/a.log:1\nd.txt:1\n"),
        (&["--glob", "*.none"], "1\n"),
    ];
    for (globs, wanted) in rows {
        // A file that is named itself is read whatever the globs say.
        let args = [&["-c", "-r", "logs", "d.txt"], globs].concat();
        expect(&args, folder.path(), 0, wanted, "");
    }
    let output = run(&["-r", "--glob", "[", "logs"], folder.path());
    assert!(text(&output.stderr).starts_with("error: invalid value '[' for '--glob <GLOB>'"), "{}", text(&output.stderr));
    assert_eq!(run(&["--glob", "*.log", "logs"], folder.path()).status.code(), Some(2));
}

#[test]
fn links_are_followed_on_demand_and_loops_reported() {
    let folder = folder(&[("logs/a", LINE), ("else/b", LINE)]);
    let path = |name: &str| folder.path().join(name);
    symlink("../else", path("logs/there")).expect("the folder is writable");
    symlink(".", path("logs/up")).expect("the folder is writable");
    symlink("nowhere", path("logs/broken")).expect("the folder is writable");
    expect(&["-r", "-c", "logs"], folder.path(), 0, "1\n", "");
    let output = run(&["-r", "-c", "--follow-links", "logs"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).starts_with("logs/a:1\nlogs/there/b:1\n"), "{}", text(&output.stdout));
    let said = text(&output.stderr);
    assert!(said.contains("imerr-annotate: logs/broken: no such file or directory\n"), "{said}");
    assert!(said.contains("imerr-annotate: logs/up: leads back to logs; it is not followed\n"), "{said}");
    // A link that is named itself is always followed.
    expect(&["-r", "-c", "logs/there"], folder.path(), 0, "1\n", "");
}

#[test]
fn a_fifo_in_a_folder_is_not_waited_for() {
    let folder = folder(&[("logs/a", LINE)]);
    assert!(Command::new("mkfifo").arg(folder.path().join("logs/fifo")).status().expect("mkfifo is there").success());
    expect(&["-r", "-c", "logs"], folder.path(), 0, "1\n", "");
}

#[test]
fn a_folder_that_cannot_be_listed_is_named() {
    let folder = folder(&[("logs/a", LINE), ("logs/locked/b", LINE)]);
    let locked = folder.path().join("logs/locked");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).expect("the folder is ours");
    let may_read_all = fs::read_dir(&locked).is_ok();
    let output = run(&["-r", "-c", "logs"], folder.path());
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).expect("the folder is ours");
    if !may_read_all {
        assert_eq!(told(&output), (Some(2), "1\n".into(), "imerr-annotate: logs/locked: permission denied\n".into()));
    }
}

#[test]
fn a_folder_without_recursion_names_the_option() {
    let folder = folder(&[("logs/a", LINE)]);
    expect(&["logs"], folder.path(), 2, "", "imerr-annotate: logs: is a directory; -r reads the files in it\n");
}

#[test]
fn lists_name_files() {
    let folder = folder(&[("a", LINE), ("b c", LINE), ("logs/d", LINE), ("list", "b c\n\nlogs/d"), ("none", "")]);
    expect(&["-c", "--files-from", "list"], folder.path(), 0, "b c:1\nlogs/d:1\n", "");
    expect(&["-c", "--files-from", "list", "a"], folder.path(), 0, "a:1\nb c:1\nlogs/d:1\n", "");
    // No name in the list is no file, not standard input.
    expect(&["--files-from", "none"], folder.path(), 0, "", "");
    let output = run_with_stdin(&["-c", "--files-from", "-"], folder.path(), b"a\nb c\n");
    assert_eq!(told(&output), (Some(0), "a:1\nb c:1\n".into(), String::new()));
    let output = run_with_stdin(&["-c", "-r", "--files-from", "-", "--null"], folder.path(), b"b c\0\0logs\0");
    assert_eq!(told(&output), (Some(0), "b c:1\nlogs/d:1\n".into(), String::new()));
}

#[test]
fn bad_lists_are_named_and_the_files_still_run() {
    let folder = folder(&[("a", LINE), ("list", "a\0b\0")]);
    let rows: [(&[&str], &str); 3] = [
        (
            &["-c", "a", "--files-from", "missing"],
            "missing: no such file or directory; --files-from needs a file with names of files",
        ),
        (&["-c", "a", "--files-from", "list"], "list: holds NUL bytes; --null reads names that end with them"),
        (&["-c", "a", "--files-from", "."], ".: is a directory; --files-from needs a file with names of files"),
    ];
    for (args, wanted) in rows {
        let output = run(args, folder.path());
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(text(&output.stderr).contains(wanted), "{args:?}: {}", text(&output.stderr));
    }
    expect(
        &["-c", "a", "--files-from", "missing"],
        folder.path(),
        2,
        "1\n",
        "imerr-annotate: missing: no such file or directory; --files-from needs a file with names of files\n",
    );
    assert_eq!(run(&["--files-from", "-", "-"], folder.path()).status.code(), Some(2));
    let output = run_with_stdin(&["--files-from", "-"], folder.path(), b"-\n");
    assert_eq!(told(&output), (Some(2), String::new(), "imerr-annotate: -: is the list of files already\n".into()));
}

#[test]
fn lines_are_named_on_demand_and_the_last_flag_wins() {
    let folder = folder(&[("a", "plain\r\nimsdk code:6206"), ("b", "{\"ErrorCode\":70001}\n")]);
    let named = text(&run(&["-H", "a", "b"], folder.path()).stdout);
    assert!(named.starts_with("a:plain\r\na:imsdk code:6206 [imerr 6206 "), "{named}");
    // The last line of `a` has no end, and nothing of ours makes one.
    assert!(named.contains("]b:{\"ErrorCode\":70001,\"imerr\":{"), "{named}");
    let plain = run(&["a", "b"], folder.path()).stdout;
    for args in [&["--no-filename", "a", "b"][..], &["-H", "--no-filename", "a", "b"]] {
        assert_eq!(run(args, folder.path()).stdout, plain, "{args:?}");
    }
    assert_eq!(text(&run(&["--no-filename", "-H", "a", "b"], folder.path()).stdout), named);
    assert!(text(&run(&["-H", "--only", "a"], folder.path()).stdout).starts_with("a:imsdk code:6206 ["));
    assert_eq!(
        run(&["-H", "--format", "jsonl", "a"], folder.path()).stdout,
        run(&["--format", "jsonl", "a"], folder.path()).stdout
    );
    expect(&["-c", "-H", "a"], folder.path(), 0, "a:1\n", "");
    expect(&["-c", "--no-filename", "a", "b"], folder.path(), 0, "1\n1\n", "");
    assert_eq!(run(&["-H", "--strip", "a"], folder.path()).status.code(), Some(2));
}

#[test]
fn named_long_lines_are_named_once() {
    let long = "x".repeat(3 << 20);
    let folder = folder(&[("a", &format!("{long}\n{LINE}"))]);
    let named = text(&run(&["-H", "a"], folder.path()).stdout);
    assert!(named.starts_with("a:xxx") && named.matches("a:").count() == 2, "{}", named.len());
    assert_eq!(named.replace("a:", "").len(), run(&["a"], folder.path()).stdout.len());
}

#[test]
fn output_mirrors_the_tree() {
    let folder = folder(&[("logs/a.log", LINE), ("logs/deep/.b", "plain\n"), ("c", LINE)]);
    let absolute = folder.path().join("c").display().to_string();
    expect(&["-r", "-o", "out", "logs", "c", &absolute, "-j", "3"], folder.path(), 0, "", "");
    let below_root = format!("out{absolute}");
    let mut wanted = vec!["c", "logs/a.log", "logs/deep/.b", &below_root, "out/c", "out/logs/a.log", "out/logs/deep/.b"];
    wanted.sort();
    assert_eq!(tree(folder.path()), wanted);
    for name in ["logs/a.log", "logs/deep/.b", "c"] {
        assert_eq!(read(folder.path(), &format!("out/{name}")), text(&run(&[name], folder.path()).stdout), "{name}");
    }
    // The way back.
    expect(&["--strip", "-o", "back", "out/logs/a.log"], folder.path(), 0, "", "");
    assert_eq!(read(folder.path(), "back/out/logs/a.log"), LINE);
}

#[test]
fn an_output_is_not_colored_and_names_nothing_unless_asked() {
    let folder = folder(&[("a", LINE)]);
    expect(&["-o", "out", "--color", "always", "-H", "a"], folder.path(), 0, "", "");
    let colored = read(folder.path(), "out/a");
    assert!(colored.starts_with("a:imsdk error_code:6206 \x1b[31m[imerr "), "{colored}");
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
fn what_exists_is_replaced_on_demand_only() {
    let folder = folder(&[("a", LINE), ("b", LINE), ("out/a", "old"), ("out/c/d", "old"), ("c", LINE)]);
    let told_of_c = "imerr-annotate: out/c: is a directory; move it away, or give -o another directory\n";
    let wanted = format!("imerr-annotate: out/a: exists already; --force replaces it\n{told_of_c}");
    expect(&["-o", "out", "a", "b", "c"], folder.path(), 2, "", &wanted);
    assert_eq!(read(folder.path(), "out/a"), "old");
    assert!(read(folder.path(), "out/b").contains("[imerr 6206 "));
    expect(&["-o", "out", "--force", "a", "b", "c"], folder.path(), 2, "", told_of_c);
    assert!(read(folder.path(), "out/a").contains("[imerr 6206 "));
    expect(
        &["-o", "a", "b"],
        folder.path(),
        2,
        "",
        "imerr-annotate: a: is no directory; -o needs one, or the name of one to make\n",
    );
}

#[test]
fn inputs_are_never_written_over() {
    let folder = folder(&[("logs/a", LINE), ("logs/b", LINE), ("out/x", "")]);
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("out/logs")).expect("the folder is writable");
    symlink(path("logs/b"), path("out/logs/a")).expect("the folder is writable");
    fs::hard_link(path("logs/a"), path("out/logs/b")).expect("the folder is writable");
    for args in [&["-o", "out", "--force", "-r", "logs"][..], &["-o", "out", "-r", "logs"], &["-o", ".", "--force", "-r", "logs"]]
    {
        let output = run(args, folder.path());
        let said = text(&output.stderr);
        assert_eq!(
            (output.status.code(), said.matches("which is not written over; give -o another directory\n").count()),
            (Some(2), 2)
        );
        assert_eq!((read(folder.path(), "logs/a"), read(folder.path(), "logs/b")), (LINE.into(), LINE.into()));
    }
    let said = text(&run(&["-o", ".", "--force", "./logs/a"], folder.path()).stderr);
    assert_eq!(said, "imerr-annotate: ./logs/a: is the input ./logs/a, which is not written over; give -o another directory\n");
}

#[test]
fn two_inputs_do_not_share_an_output() {
    let folder = folder(&[("logs/a", LINE), ("here/b", LINE), ("b", "plain\n")]);
    let output = binary(&folder.path().join("here")).args(["-o", "out", "../b", "b"]).output().expect("the binary is built");
    let wanted = "imerr-annotate: b: would go to out/b, as ../b does; give them to two runs with different -o\n";
    assert_eq!(told(&output), (Some(2), String::new(), wanted.into()));
    assert_eq!(read(folder.path(), "here/out/b"), "plain\n");
}

#[test]
fn output_options_that_make_no_sense_are_refused() {
    let folder = folder(&[("a", LINE)]);
    let rows: [&[&str]; 8] = [
        &["-o", "out"],
        &["-o", "out", "-"],
        &["-o", "out", "a", "-"],
        &["-o", "out", "-c", "a"],
        &["-o", "out", "-q", "a"],
        &["--force", "a"],
        &["--compress", "zstd", "a"],
        &["-o", "out", "--compress", "rar", "a"],
    ];
    for args in rows {
        let output = run(args, folder.path());
        assert_eq!((output.status.code(), tree(folder.path())), (Some(2), vec!["a".to_string()]), "{args:?}");
        assert!(text(&output.stderr).starts_with("error: "), "{args:?}: {}", text(&output.stderr));
    }
}

#[test]
fn bad_inputs_leave_no_output_and_the_others_run() {
    let folder = folder(&[("a", LINE), ("logs/b", LINE)]);
    let wanted =
        "imerr-annotate: missing: no such file or directory\nimerr-annotate: logs: is a directory; -r reads the files in it\n";
    expect(&["-o", "out", "missing", "logs", "a"], folder.path(), 2, "", wanted);
    assert_eq!(tree(&folder.path().join("out")), ["a"]);
}

#[test]
fn an_input_that_fails_in_the_middle_leaves_no_output() {
    let folder = folder(&[("a", LINE)]);
    // The first claims to have a page of bytes and has fewer, the other fails at the first read.
    for (input, wanted) in [("/sys/devices/system/cpu/online", "shrank while it was read"), ("/proc/self/mem", "")] {
        if !Path::new(input).exists() {
            continue;
        }
        let output = run(&["-o", "out", "--force", "a", input], folder.path());
        let said = text(&output.stderr);
        assert!(
            said.starts_with(&format!("imerr-annotate: {input}: {wanted}")) && said.ends_with("; it has no output\n"),
            "{said}"
        );
        assert_eq!((output.status.code(), tree(&folder.path().join("out"))), (Some(2), vec!["a".to_string()]));
    }
}

#[test]
fn outputs_may_be_read_by_whoever_may_read_the_input() {
    let folder = folder(&[("open", LINE), ("secret", LINE)]);
    let path = |name: &str| folder.path().join(name);
    fs::set_permissions(path("open"), fs::Permissions::from_mode(0o644)).expect("the file is ours");
    fs::set_permissions(path("secret"), fs::Permissions::from_mode(0o600)).expect("the file is ours");
    expect(&["-o", "out", "open", "secret"], folder.path(), 0, "", "");
    let mode = |name: &str| fs::metadata(path(name)).expect("it was written").mode() & 0o777;
    assert_eq!((mode("out/open") & !0o077, mode("out/secret")), (0o600, 0o600));
}

#[test]
fn outputs_are_compressed_on_demand() {
    let folder = folder(&[("logs/a.log", &LINE.repeat(10_000))]);
    let plain = text(&run(&["logs/a.log"], folder.path()).stdout);
    for (method, name) in [("zstd", "out/logs/a.log.zst"), ("gzip", "out/logs/a.log.gz")] {
        expect(&["-o", "out", "--compress", method, "-r", "logs"], folder.path(), 0, "", "");
        let file = File::open(folder.path().join(name)).expect("it was written");
        let mut back = String::new();
        match method {
            "zstd" => zstd::Decoder::new(file).and_then(|mut decoder| decoder.read_to_string(&mut back)),
            _ => flate2::read::MultiGzDecoder::new(file).read_to_string(&mut back),
        }
        .expect("the stream is whole");
        assert!(back == plain, "{method}");
    }
}

#[test]
fn a_limit_on_file_sizes_leaves_no_half_file() {
    let folder = folder(&[("big", &LINE.repeat(100_000)), ("small", LINE)]);
    for compress in ["", " --compress gzip"] {
        // Half a kilobyte for each unit: what is in `big` does not fit.
        let script = format!("trap '' XFSZ; ulimit -f 8; exec \"$0\" -o out{compress} big small");
        let output = Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_imerr-annotate")])
            .current_dir(folder.path())
            .output()
            .expect("sh is there");
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.starts_with("imerr-annotate: out/big") && said.ends_with("file too large; nothing is left of this output\n"),
            "{said}"
        );
        let name = if compress.is_empty() { "small" } else { "small.gz" };
        assert_eq!(tree(&folder.path().join("out")), [name]);
        fs::remove_dir_all(folder.path().join("out")).expect("the folder is ours");
    }
}

/// Needs the right to mount a small disk in a namespace of its own, and is passed over without it.
#[test]
fn a_full_disk_leaves_no_half_file() {
    let folder = folder(&[("big", &LINE.repeat(100_000)), ("small", LINE), ("disk/x", "")]);
    let script = "mount -t tmpfs -o size=64k tmpfs disk || exit 77\n\"$0\" -j1 -o disk big small\necho $?\nls -A disk";
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", script, env!("CARGO_BIN_EXE_imerr-annotate")])
        .current_dir(folder.path())
        .output();
    let Ok(output) = output else { return };
    if matches!(output.status.code(), Some(1 | 77)) {
        return;
    }
    let wanted = "imerr-annotate: disk/big: no space left on device; nothing is left of this output\n";
    assert_eq!((text(&output.stdout), text(&output.stderr)), ("2\nsmall\n".to_string(), wanted.to_string()));
}

#[test]
fn a_signal_leaves_no_half_file() {
    let folder = folder(&[("done", LINE), ("big", &LINE.repeat(1_000_000))]);
    let mut child = binary(folder.path()).args(["-o", "out", "-j1", "done", "big"]).spawn().expect("the binary is built");
    while !folder.path().join("out/done").exists() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    kill(&child, "INT");
    assert_eq!(child.wait().expect("the binary ends").code(), Some(130));
    assert_eq!(tree(&folder.path().join("out")), ["done"]);
}

#[test]
fn a_signal_while_an_input_keeps_a_worker_waiting_leaves_no_draft() {
    let folder = folder(&[("out/x", "")]);
    let fifo = folder.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo is there").success());
    let mut child = binary(folder.path()).args(["-o", "out", "fifo"]).spawn().expect("the binary is built");
    let mut writer = File::options().write(true).open(&fifo).expect("the binary opens the other end");
    writer.write_all(LINE.as_bytes()).expect("the binary reads");
    assert_eq!(tree(&folder.path().join("out")).len(), 2);
    kill(&child, "INT");
    assert_eq!(child.wait().expect("the binary ends").code(), Some(130));
    assert_eq!(tree(&folder.path().join("out")), ["x"]);
}

#[test]
fn a_second_run_does_not_read_the_outputs_of_the_first() {
    let folder = folder(&[("a", LINE), ("logs/b", LINE)]);
    expect(&["-r", "-o", "out", "."], folder.path(), 0, "", "");
    expect(&["-r", "-o", "out", "--force", "."], folder.path(), 0, "", "");
    assert_eq!(tree(folder.path()), ["a", "logs/b", "out/a", "out/logs/b"]);
}

#[test]
fn thread_counts_give_the_same_tree() {
    let contents: Vec<(String, String)> =
        (0..40).map(|number| (format!("logs/{}/{number}", number % 7), LINE.repeat(number * 50))).collect();
    let files: Vec<(&str, &str)> = contents.iter().map(|(name, content)| (name.as_str(), content.as_str())).collect();
    let folder = folder(&files);
    for threads in ["1", "2", "8"] {
        expect(&["-r", "-o", threads, "-j", threads, "logs"], folder.path(), 0, "", "");
    }
    let one = tree(&folder.path().join("1"));
    assert_eq!(one.len(), 40);
    for threads in ["2", "8"] {
        assert_eq!(tree(&folder.path().join(threads)), one);
        for name in &one {
            assert_eq!(read(folder.path(), &format!("{threads}/{name}")), read(folder.path(), &format!("1/{name}")));
        }
    }
}

#[test]
fn progress_is_shown_and_goes_away() {
    let folder = folder(&[("a", &LINE.repeat(20_000)), ("b", LINE)]);
    let quiet = run(&["a", "b"], folder.path());
    assert_eq!(text(&quiet.stderr), "");
    for extra in [&[][..], &["-o", "out"]] {
        let output = run(&[&["--progress", "always", "a", "missing", "b"], extra].concat(), folder.path());
        let said = text(&output.stderr);
        assert!(said.contains(" of 3 files  ") && said.contains(" left"), "{said:?}");
        assert!(said.contains("\x1b[2Kimerr-annotate: missing: no such file or directory\n") || !extra.is_empty(), "{said:?}");
        assert!(said.trim_end_matches('\r').ends_with("\x1b[2K"), "{said:?}");
        assert!(!extra.is_empty() || output.stdout == quiet.stdout);
    }
    let said = text(&run(&["--progress", "never", "a", "b"], folder.path()).stderr);
    assert_eq!(said, "");
}

/// Needs `script` for a terminal, and is passed over without it.
#[test]
fn progress_stays_away_from_a_terminal_with_output() {
    let folder = folder(&[("a", &LINE.repeat(20_000)), ("b", LINE)]);
    let on_a_terminal = |rest: &str| {
        let command = format!("{} --progress always {rest}", env!("CARGO_BIN_EXE_imerr-annotate"));
        let output = Command::new("script").args(["-qec", &command, "/dev/null"]).current_dir(folder.path()).output();
        output.ok().map(|output| text(&output.stdout))
    };
    let Some(counts) = on_a_terminal("-c a b") else { return };
    assert_eq!(counts, "a:20000\r\nb:1\r\n");
    for rest in ["a b > out", "-q b", "-o tree a b"] {
        let said = on_a_terminal(rest).expect("it ran before");
        let drawn = said.contains(" of 2 files  ") || rest.starts_with("-q");
        assert!(drawn && said.trim_end_matches('\r').ends_with("\x1b[2K"), "{rest}: {said:?}");
    }
}
