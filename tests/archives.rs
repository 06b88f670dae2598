//! The real binary reading archives as it reads directories.
#![cfg(unix)]

mod common;
#[path = "../src/input/archive/tests/zip_writer.rs"]
mod zip_writer;

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::Arc;

use common::{LINE, expect, folder, read, run, run_with_stdin, status_and_output, text, tree};
use imerr::Annotator;
use imerr::Detector;
use imerr::format::Jsonl;
use imerr::input::Feed;
use imerr::pipeline::{Interrupt, run as run_feed};
use proptest::prelude::*;
use zip_writer::{ZipMember, zip};

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, text) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        builder.append_data(&mut header, name, *text).expect("a vector takes everything");
    }
    builder.into_inner().expect("a vector takes everything")
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).and_then(|()| encoder.finish()).expect("a vector takes everything")
}

/// A zip archive and a compressed tar archive with the same members.
fn archives() -> [(&'static str, Vec<u8>); 2] {
    let members: [(&str, &[u8]); 3] =
        [("logs/a.log", LINE.as_bytes()), ("logs/b.log.gz", &gzip(LINE.as_bytes())), ("c", b"-\n")];
    let zipped = members.map(|(name, text)| ZipMember::new(name, text, 8));
    [("c.zip", zip(&zipped)), ("c.tar.gz", gzip(&tar(&members)))]
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    fs::write(folder.join(name), bytes).expect("the folder is writable");
}

#[test]
fn members_are_counted_listed_and_reported_by_their_names() {
    let folder = folder(&[]);
    for (name, archive) in archives() {
        write(folder.path(), name, &archive);
        let names = |rows: [&str; 3]| rows.map(|row| format!("{name}/{row}\n"));
        let counts = names(["logs/a.log:1", "logs/b.log.gz:1", "c:0"]).concat();
        expect(&["-c", name], folder.path(), 0, &counts, "");
        let found = names(["logs/a.log", "logs/b.log.gz", ""])[..2].concat();
        expect(&["-l", name], folder.path(), 0, &found, "");
        let records = text(&run(&["--format", "jsonl", name], folder.path()).stdout);
        assert!(records.contains(&format!(r#""file":"{name}/logs/a.log""#)), "{records}");
        let stats = text(&run(&["stats", name], folder.path()).stdout);
        assert!(stats.contains(&format!("{name}/logs/a.log:1")), "{stats}");
        let failed = run(&["-q", "--fail-on", "error", name], folder.path());
        let (status, _, stderr) = status_and_output(&failed);
        assert_eq!(status, Some(1));
        assert!(stderr.contains(&format!("first at {name}/logs/a.log:1")), "{stderr}");
        let counts = counts.replace(name, "stdin");
        let output = run_with_stdin(&["-c"], folder.path(), &archive);
        assert_eq!(status_and_output(&output), (Some(0), counts, String::new()));
    }
    expect(&["-q", "c.zip"], folder.path(), 0, "", "");
}

#[test]
fn members_of_nested_archives_are_inputs_for_every_output() {
    let dated = format!("2024-04-26 20:15:02 {LINE}");
    let later = format!("2024-04-26 20:15:03 {LINE}");
    let inner = zip(&[ZipMember::new("y.log.gz", &gzip(later.as_bytes()), 8)]);
    let members = [("a.log", dated.as_bytes()), ("i.zip", &inner[..]), ("c", b"-\n")];
    let folder = folder(&[]);
    write(folder.path(), "n.zip", &zip(&members.map(|(n, t)| ZipMember::new(n, t, 8))));
    write(folder.path(), "n.tgz", &gzip(&tar(&members)));
    for name in ["n.zip", "n.tgz"] {
        let texts = format!("{dated}{later}-\n");
        let rows: [(&[&str], i32, &str); 7] = [
            (
                &["-c", "--since", "2024-04-26 20:15:03"],
                0,
                "N/a.log:0\nN/i.zip/y.log.gz:1\nN/c:0\n",
            ),
            (&["-L"], 0, "N/c\n"),
            (&["--strip"], 0, &texts),
            (&["-q", "--write-baseline", "base"], 0, ""),
            (&["-q", "--baseline", "base", "--fail-on", "info"], 0, ""),
            (&["-q", "--report", "sarif=s", "--report", "junit=j"], 0, ""),
            (&["-o", "out", "--force"], 0, ""),
        ];
        for (args, status, stdout) in rows {
            let output = run(&[args, &[name]].concat(), folder.path());
            let wanted = (Some(status), stdout.replace("N/", &format!("{name}/")), String::new());
            assert_eq!(status_and_output(&output), wanted, "{args:?}");
        }
        for report in ["s", "j"] {
            let report = read(folder.path(), report);
            assert!(report.contains(&format!("{name}/i.zip/y.log.gz")), "{report}");
        }
        let named = text(&run(&["--only", name], folder.path()).stdout);
        assert!(named.contains(&format!("\n{name}/i.zip/y.log.gz:2024")), "{named}");
        let out = format!("out/{name}");
        assert_eq!(tree(&folder.path().join(&out)), ["a.log", "c", "i.zip/y.log"]);
        let annotated = read(folder.path(), &format!("{out}/i.zip/y.log"));
        assert!(annotated.len() > later.len());
        write(folder.path(), "again.zip", &zip(&[ZipMember::new("y", annotated.as_bytes(), 93)]));
        expect(&["--strip", "again.zip"], folder.path(), 0, &later, "");
    }
}

#[test]
fn a_zip_file_after_other_bytes_has_an_output_for_each_member() {
    let folder = folder(&[]);
    let [(_, zip), _] = archives();
    write(folder.path(), "setup.exe", &[b"MZ\0", &zip[..]].concat());
    let (status, stdout, stderr) =
        status_and_output(&run(&["-o", "out", "setup.exe"], folder.path()));
    assert_eq!((status, stdout.as_str()), (Some(2), ""));
    assert!(stderr.contains("setup.exe: a zip archive begins at byte 3"), "{stderr}");
    assert_eq!(tree(&folder.path().join("out/setup.exe")), ["c", "logs/a.log", "logs/b.log"]);
}

#[test]
fn documents_list_members_in_the_place_of_their_archive() {
    let folder = folder(&[("z.log", LINE)]);
    let [(_, zip), _] = archives();
    write(folder.path(), "a.zip", &zip);
    for args in [&["-j1"][..], &["-o", "out"]] {
        let args = [args, &["--report", "json=r.json", "a.zip", "z.log"]].concat();
        assert_eq!(run(&args, folder.path()).status.code(), Some(0), "{args:?}");
        let report = read(folder.path(), "r.json");
        let places: Vec<_> = ["a.zip/logs/a.log\"", "a.zip/logs/b.log.gz\"", "\"z.log\""]
            .iter()
            .map(|name| report.rfind(name).unwrap_or_else(|| panic!("{name}: {report}")))
            .collect();
        assert!(places.is_sorted(), "{report}");
    }
}

#[test]
fn outputs_of_members_are_below_the_name_of_the_archive() {
    let folder = folder(&[]);
    for (name, archive) in archives() {
        write(folder.path(), name, &archive);
        expect(&["-o", "out", name], folder.path(), 0, "", "");
        let out = format!("out/{name}");
        assert_eq!(tree(&folder.path().join(&out)), ["c", "logs/a.log", "logs/b.log"]);
        let annotated = text(&run_with_stdin(&[], folder.path(), LINE.as_bytes()).stdout);
        assert_eq!(read(folder.path(), &format!("{out}/logs/b.log")), annotated);
        let output = run(&["-o", "out", name], folder.path());
        let (status, _, stderr) = status_and_output(&output);
        assert_eq!(status, Some(2));
        assert!(
            stderr.contains(&format!("{out}/c: already exists; --force replaces it")),
            "{stderr}"
        );
        expect(&["--force", "-o", "out", name], folder.path(), 0, "", "");
    }
}

#[test]
fn outputs_of_hostile_members_stay_below_the_directory() {
    let folder = folder(&[]);
    let names = ["/abs", "../../up", "a/../../../b", "d/x", "d", "same", "same", "CASE", "case"];
    let members = names.map(|name| ZipMember::new(name, LINE.as_bytes(), 8));
    write(folder.path(), "h.zip", &zip(&members));
    for args in [&["-o", "in/out", "h.zip"][..], &["--force", "-o", "in/out", "h.zip"]] {
        let (status, stdout, stderr) = status_and_output(&run(args, folder.path()));
        assert_eq!((status, stdout.as_str()), (Some(2), ""));
        assert!(stderr.contains("h.zip/same: is the same file as the output"), "{stderr}");
        assert!(stderr.contains("; the archive has several members of this name"), "{stderr}");
        assert!(stderr.contains("h.zip/abs: is read under this name"), "{stderr}");
        let wanted =
            ["CASE", "abs", "b", "case", "d/x", "same", "up"].map(|n| format!("in/out/h.zip/{n}"));
        assert_eq!(tree(folder.path()), [&["h.zip".to_string()][..], &wanted].concat());
    }
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_runs() {
    let folder = folder(&[("hit", LINE)]);
    let [(_, whole), (_, tar)] = archives();
    let secret = ZipMember { flags: 1, ..ZipMember::new("secret", b"x", 8) };
    write(folder.path(), "s.zip", &zip(&[secret, ZipMember::new("ok", LINE.as_bytes(), 8)]));
    write(folder.path(), "cut.zip", &whole[..whole.len() / 3]);
    write(folder.path(), "cut.tgz", &tar[..tar.len() - 20]);
    let (status, stdout, stderr) =
        status_and_output(&run(&["-c", "s.zip", "cut.zip", "cut.tgz", "hit"], folder.path()));
    assert_eq!(status, Some(2), "{stderr}");
    assert!(stdout.starts_with("s.zip/ok:1\n") && stdout.ends_with("hit:1\n"), "{stdout}");
    for error in [
        "s.zip/secret: is encrypted; unpack the archive with 7z x -pPASSWORD ARCHIVE",
        "cut.zip/logs/b.log.gz: zip archive ends early at byte 122",
        "cut.zip: zip archive ends early at byte 122",
        "gzip data ends early at byte",
    ] {
        assert!(stderr.contains(error), "{error}: {stderr}");
    }
}

#[test]
fn archives_are_neither_followed_nor_read_from_their_end() {
    let folder = folder(&[]);
    for (name, archive) in archives() {
        write(folder.path(), name, &archive);
        let kind = if name == "c.zip" { "zip" } else { "tar" };
        let error = format!("{name}: is a {kind} archive; its members are read without --follow");
        let (status, stdout, stderr) =
            status_and_output(&run(&["--tail", "1", name], folder.path()));
        assert_eq!((status, stdout.as_str()), (Some(2), ""));
        assert!(stderr.contains(&error), "{stderr}");
        let (status, stdout, stderr) = status_and_output(&run(&["-f", name], folder.path()));
        assert_eq!((status, stdout.as_str()), (Some(2), ""));
        assert!(stderr.contains(&error), "{stderr}");
    }
}

#[test]
fn globs_apply_to_members_as_to_files_of_a_directory() {
    let folder = folder(&[("d/x.log", LINE), ("d/y.txt", LINE)]);
    let names = ["a.log", "b.txt", "debug/c.log"];
    let members = names.map(|name| ZipMember::new(name, LINE.as_bytes(), 0));
    write(folder.path(), "d/m.zip", &zip(&members));
    let rows: [(&[&str], &[&str]); 13] = [
        (&["d/m.zip", "-g", "*.log"], &["d/m.zip/a.log", "d/m.zip/debug/c.log"]),
        (&["d/m.zip", "-g", "debug/*.log"], &["d/m.zip/debug/c.log"]),
        (&["d/m.zip", "-g", "/a.log"], &["d/m.zip/a.log"]),
        (&["d/m.zip", "-g", "d/m.zip/a.log"], &["d/m.zip/a.log"]),
        (&["d/m.zip", "-g", "*.log", "-g", "!debug/*.log"], &["d/m.zip/a.log"]),
        (&["d/m.zip", "-g", "!*.log", "-g", "debug/c.log"], &["d/m.zip/debug/c.log"]),
        (
            &["d/m.zip", "-g", "debug/*", "-g", "a.log", "-g", "!d/m.zip/debug/c.log"],
            &["d/m.zip/a.log"],
        ),
        (&["d", "-g", "debug/*.log"], &["d/m.zip/debug/c.log"]),
        (&["d/m.zip", "-g", "!debug"], &["d/m.zip/a.log", "d/m.zip/b.txt"]),
        (&["d/m.zip", "-g", "!*.zip"], &["d/m.zip/a.log", "d/m.zip/b.txt", "d/m.zip/debug/c.log"]),
        (&["d", "-g", "*.log"], &["d/m.zip/a.log", "d/m.zip/debug/c.log", "d/x.log"]),
        (&["d", "-g", "*.zip"], &["d/m.zip/a.log", "d/m.zip/b.txt", "d/m.zip/debug/c.log"]),
        (&["d", "-g", "!*.zip"], &["d/x.log", "d/y.txt"]),
    ];
    for (args, wanted) in rows {
        let (status, stdout, _) = status_and_output(&run(&[&["-l"], args].concat(), folder.path()));
        let mut found: Vec<&str> = stdout.lines().collect();
        found.sort_unstable();
        assert_eq!((status, found.as_slice()), (Some(0), wanted), "{args:?}");
    }
}

/// The records for everything that `reader` has; `name` is the name of its only input, if it has
/// one of its own.
fn records(bytes: Vec<u8>, name: Option<&str>) -> String {
    let reader = Cursor::new(bytes);
    let mut feed = match name {
        Some(name) => Feed::from_named_reader(name, reader),
        None => Feed::from_reader(reader),
    };
    let inputs = imerr::input::Events::inputs(&feed);
    let mut stage = Annotator::new(Detector::built_in(), Some(Arc::new(Jsonl))).with_inputs(inputs);
    let mut out = Vec::new();
    run_feed(&mut feed, &mut stage, &mut out, &mut (), &Interrupt::default())
        .expect("a vector takes everything");
    text(&out)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_packed_tree_has_the_findings_of_its_files(
        files in proptest::collection::btree_map(
            "([a-z]{1,3}/){0,2}[a-z]{1,4}\\.log",
            proptest::collection::vec(
                prop_oneof![
                    Just("imsdk error_code:6206".to_string()),
                    Just("imsdk code: 70001 错误".to_string()),
                    "[ -~]{0,30}",
                ],
                0..40,
            ),
            0..6,
        ),
        is_compressed in any::<bool>(),
    ) {
        let mut texts = Vec::new();
        for (name, lines) in &files {
            texts.push((name.as_str(), lines.join("\n").into_bytes()));
        }
        let mut wanted = String::new();
        let mut packed = Vec::new();
        for (name, text) in &texts {
            wanted += &records(text.clone(), Some(&format!("stdin/{name}")));
            packed.push((*name, if is_compressed { gzip(text) } else { text.clone() }));
        }
        let members: Vec<(&str, &[u8])> =
            packed.iter().map(|(name, text)| (*name, text.as_slice())).collect();
        let tar = tar(&members);
        let mut archives = vec![gzip(&tar)];
        archives.extend([12, 93, 95].map(|method| zip_writer::compressed(method, &tar)));
        archives.push(tar);
        let methods = [(0, false), (8, false), (8, true), (93, false), (95, true)];
        for (method, has_descriptor) in methods {
            let members: Vec<ZipMember> = members
                .iter()
                .map(|(name, text)| ZipMember {
                    has_descriptor,
                    ..ZipMember::new(name, text, method)
                })
                .collect();
            archives.push(zip(&members));
        }
        for archive in archives {
            prop_assert_eq!(&records(archive, None), &wanted);
        }
    }
}
