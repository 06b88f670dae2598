//! Archives of all kinds, intact and hostile, as a feed reads them.

mod damage;
mod zip_writer;

use std::io::{Cursor, Read, Write};

use tar::{Builder, EntryType, Header};
use zip_writer::{ZipMember, zip};

use crate::input::feed::describe_event;
use crate::input::{Event, Events, Feed, Input};

/// What a feed reports about `archive` on standard input: names, text and errors.
fn read(archive: &[u8]) -> Vec<String> {
    read_in(archive, usize::MAX)
}

/// The same for reads of up to `size` bytes.
fn read_in(archive: &[u8], size: usize) -> Vec<String> {
    let reader = ShortReads { bytes: Cursor::new(archive.to_vec()), size };
    rows_of(Feed::from_reader(reader))
}

/// The same for an archive in a file, which has the same name.
fn read_file(archive: &[u8]) -> Vec<String> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("stdin");
    std::fs::write(&path, archive).expect("the directory is writable");
    let prefix = format!("{}/", directory.path().display());
    let rows = rows_of(Feed::new([Input::Path(path)]));
    rows.into_iter().map(|row| row.replace(&prefix, "")).collect()
}

fn rows_of(mut feed: Feed) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    let mut text: Vec<u8> = Vec::new();
    while let Some(event) = feed.next(Vec::new()) {
        let name = |file: usize| feed.inputs().at(file).name();
        match event {
            Event::Block(block) => text.extend(block.bytes()),
            Event::Started { .. } => {}
            Event::Finished { file, .. } => {
                let text = String::from_utf8_lossy(&std::mem::take(&mut text)).into_owned();
                rows.push(format!("{}: {text:?}", name(file)));
            }
            Event::Failed { file, error } => rows.push(format!("{}: error: {error}", name(file))),
            Event::Notice { file, notice } => rows.push(format!("{}: {notice}", name(file))),
            other => panic!("{}", describe_event(other)),
        }
    }
    rows
}

struct ShortReads {
    bytes: Cursor<Vec<u8>>,
    size: usize,
}

impl Read for ShortReads {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let count = self.size.min(out.len());
        self.bytes.read(&mut out[..count])
    }
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (name, text) in members {
        let mut header = Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mtime(1_700_000_000);
        builder.append_data(&mut header, name, *text).expect("a vector takes everything");
    }
    builder.into_inner().expect("a vector takes everything")
}

/// A member of tar with a name that the crate refuses to write, or of another kind.
fn raw_member(name: &[u8], kind: EntryType, text: &[u8]) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(text.len() as u64);
    header.set_cksum();
    let mut member = header.as_bytes().to_vec();
    member.extend(text);
    member.resize(member.len().next_multiple_of(512), 0);
    member
}

const END: [u8; 1024] = [0; 1024];

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).and_then(|()| encoder.finish()).expect("a vector takes everything")
}

#[test]
fn members_are_inputs_for_all_methods_and_sizes_of_reads() {
    let wanted = [r#"stdin/a.log: "one\n""#, r#"stdin/d/b: "two""#, r#"stdin/empty: """#];
    let texts: [(&str, &[u8]); 3] = [("a.log", b"one\n"), ("d/b", b"two"), ("empty", b"")];
    let mut archives = vec![tar(&texts), gzip(&tar(&texts))];
    for method in [0, 8, 12, 93, 95] {
        for (has_descriptor, is_zip64) in
            [(false, false), (false, true), (true, false), (true, true)]
        {
            let members = texts.map(|(name, text)| {
                let member = ZipMember::new(name, text, method);
                ZipMember { has_descriptor, is_zip64, ..member }
            });
            archives.push(zip(&members));
        }
    }
    for archive in archives {
        for size in [1, 7, 1000, usize::MAX] {
            assert_eq!(read_in(&archive, size), wanted, "{}", archive.escape_ascii());
        }
        assert_eq!(read_file(&archive), wanted, "{}", archive.escape_ascii());
    }
}

#[test]
fn archives_and_compressed_members_are_unpacked_up_to_the_limit() {
    let inner = zip(&[ZipMember::new("b.log", b"b\n", 8)]);
    let archive = tar(&[("a.gz", &gzip(b"a\n")), ("i.zip", &inner), ("i.tgz", &gzip(&inner))]);
    let wanted =
        [r#"stdin/a.gz: "a\n""#, r#"stdin/i.zip/b.log: "b\n""#, r#"stdin/i.tgz/b.log: "b\n""#];
    assert_eq!(read(&archive), wanted);
    let mut nested = b"x\n".to_vec();
    for _ in 0..6 {
        nested = tar(&[("t", &nested), ("log", b"log\n")]);
    }
    let rows = read(&nested);
    assert!(
        rows[0].starts_with("stdin/t/t/t/t: error: is an archive within 4 archives"),
        "{rows:?}"
    );
    assert_eq!(
        rows[1..],
        ["/t/t/t/log", "/t/t/log", "/t/log", "/log"].map(|name| format!("stdin{name}: \"log\\n\""))
    );
    let many = tar(&[("a", &tar(&[("a", &tar(&[("a", &tar(&[("a", &inner), ("b", &inner)]))]))]))]);
    let rows = read(&many);
    let more = "stdin: error: 1 more of its archives are within 4 archives, and are not read";
    assert_eq!((rows.len(), rows[1].as_str()), (2, more), "{rows:?}");
    let twice = tar(&[("a.gz.gz", &gzip(&gzip(b"a\n")))]);
    assert!(read(&twice)[0].contains("compressed twice"), "{:?}", read(&twice));
}

#[test]
fn hostile_names_stay_below_the_archive() {
    let names: [(&[u8], &str); 4] = [
        (b"C:/x", "x"),
        (b"/etc/passwd", "etc/passwd"),
        (b"../../x", "x"),
        (b"a\x1b]0;\n", "a\u{fffd}]0;\u{fffd}"),
    ];
    for (name, wanted) in names {
        let member = ZipMember { name: name.to_vec(), ..ZipMember::new("", b"t", 8) };
        let first = raw_member(b"0/", EntryType::Directory, b"");
        let tar = [first, raw_member(name, EntryType::Regular, b"t"), END.to_vec()].concat();
        for archive in [zip(&[member]), tar] {
            let rows = read(&archive);
            assert!(
                rows[0].starts_with(&format!("stdin/{wanted}: is read under this name")),
                "{rows:?}"
            );
            assert_eq!(rows[1..], [format!("stdin/{wanted}: \"t\"")]);
        }
    }
    let unknown = [&raw_member(b"x\xff", EntryType::Regular, b"t")[..], &END].concat();
    assert_eq!(read(&unknown)[1..], ["stdin/x\u{fffd}: \"t\""]);
    let windows =
        ZipMember { name: b"\xb4\xed\xce\xf3\\a.log".to_vec(), ..ZipMember::new("", b"t", 8) };
    assert_eq!(read(&zip(&[windows])), [r#"stdin/错误/a.log: "t""#]);
}

#[test]
fn the_unicode_path_of_a_zip_counts_if_it_belongs_to_the_name() {
    let mut crc = flate2::Crc::new();
    crc.update(b"old");
    for (sum, wanted) in [(crc.sum(), "stdin/新: \"t\""), (7, "stdin/old: \"t\"")] {
        let mut extra = vec![0x75, 0x70, 8, 0, 1];
        extra.extend(sum.to_le_bytes());
        extra.extend("新".as_bytes());
        let member = ZipMember { extra, ..ZipMember::new("old", b"t", 8) };
        assert_eq!(read(&zip(&[member])), [wanted]);
    }
}

#[test]
fn members_that_are_no_files_are_left_out() {
    let archive = [
        raw_member(b"d/", EntryType::Directory, b""),
        raw_member(b"link", EntryType::Symlink, b""),
        raw_member(b"hard", EntryType::Link, b""),
        raw_member(b"tty", EntryType::Char, b""),
        raw_member(b"fifo", EntryType::Fifo, b""),
        raw_member(b"a", EntryType::Regular, b"a"),
        END.to_vec(),
    ];
    let wanted = [r#"stdin/a: "a""#, "stdin: 4 members are links or devices; they are not read"];
    assert_eq!(read(&archive.concat()), wanted);
    let directory = ZipMember::new("d/", b"", 0);
    let fork = ZipMember::new("__MACOSX/._a", b"\0\0", 8);
    assert_eq!(read(&zip(&[directory, fork, ZipMember::new("a", b"a", 0)])), [r#"stdin/a: "a""#]);
}

#[test]
fn members_that_cannot_be_read_are_named_and_the_others_are_read() {
    let ok = ZipMember::new("ok", b"ok", 8);
    let rows = [
        (ZipMember { flags: 1, ..ZipMember::new("m", b"x", 8) }, "is encrypted"),
        (ZipMember::new("m", b"x", 9), "is compressed with Deflate64"),
        (ZipMember::new("m", b"x", 14), "is compressed with LZMA"),
        (ZipMember::new("m", b"x", 99), "is compressed with method 99"),
        (ZipMember { wrong_crc: 1, ..ZipMember::new("m", b"x", 8) }, "wrong data or checksum"),
        (ZipMember { wrong_size: 1, ..ZipMember::new("m", b"x", 8) }, "wrong sizes"),
    ];
    for (member, error) in rows {
        let found = read(&zip(&[member.clone(), ok.clone()]));
        assert!(found[0].starts_with("stdin/m: error: ") && found[0].contains(error), "{found:?}");
        assert_eq!(found.last().map(String::as_str), Some(r#"stdin/ok: "ok""#), "{error}");
    }
    let mut sparse = Header::new_gnu();
    sparse.set_entry_type(EntryType::GNUSparse);
    sparse.as_old_mut().name[0] = b's';
    sparse.set_size(0);
    sparse.set_cksum();
    let archive =
        [sparse.as_bytes(), &raw_member(b"a", EntryType::Regular, b"a")[..], &END].concat();
    let found = read(&archive);
    assert!(found[0].starts_with("stdin/s: error: is a sparse file"), "{found:?}");
    assert_eq!(found[1..], [r#"stdin/a: "a""#]);
}

#[test]
fn long_names_of_gnu_and_pax_are_read() {
    let long = "d/".repeat(100) + "a.log";
    let wanted = [format!("stdin/{long}: \"t\"")];
    assert_eq!(read(&tar(&[(&long, b"t")])), wanted);
    fn record(key: &str, value: &str) -> String {
        let rest = format!(" {key}={value}\n");
        let mut length = rest.len();
        while (length.to_string() + &rest).len() != length {
            length += 1;
        }
        format!("{length}{rest}")
    }
    let records = record("mtime", "1.5") + &record("path", &long) + &record("size", "1");
    let pax = [
        raw_member(b"PaxHeaders/a", EntryType::XHeader, records.as_bytes()),
        raw_member(b"short", EntryType::Regular, b"t"),
        END.to_vec(),
    ];
    assert_eq!(read(&pax.concat()), wanted);
    let newline = record("path", "a\nb");
    let pax = [
        raw_member(b"PaxHeaders/a", EntryType::XHeader, newline.as_bytes()),
        raw_member(b"short", EntryType::Regular, b"t"),
        END.to_vec(),
    ];
    assert_eq!(read(&pax.concat())[1..], ["stdin/a\u{fffd}b: \"t\""]);
}

#[test]
fn an_archive_that_ends_early_is_an_error_at_every_byte() {
    let texts: [(&str, &[u8]); 2] = [("a.log", b"one\n"), ("b.log", b"two\n")];
    let members = texts.map(|(name, text)| ZipMember::new(name, text, 8));
    for archive in [tar(&texts), gzip(&tar(&texts)), zip(&members)] {
        let whole = read(&archive);
        let end_marker = if archive.starts_with(b"a.log") { 1023 } else { 0 };
        for length in 600..archive.len().saturating_sub(end_marker) {
            let rows = read(&archive[..length]);
            assert!(rows.iter().any(|row| row.contains("early")), "{length}: {rows:?}");
        }
        assert_eq!(whole.len(), 2);
    }
    let archive = zip(&members);
    for length in 30..archive.len() {
        let rows = read(&archive[..length]);
        assert!(rows.iter().any(|row| row.contains("early")), "{length}: {rows:?}");
    }
}

#[test]
fn a_directory_that_lists_other_members_is_an_error() {
    let one = zip(&[ZipMember::new("a", b"a", 0)]);
    let two = zip(&[ZipMember::new("a", b"a", 0), ZipMember::new("b", b"b", 0)]);
    let directory = two.windows(4).position(|bytes| bytes == b"PK\x01\x02").expect("a directory");
    let first = one.windows(4).position(|bytes| bytes == b"PK\x01\x02").expect("a directory");
    let overlapping = [&one[..first], &two[directory..]].concat();
    let found = read(&overlapping);
    assert!(found[1].contains("the directory lists 2 members, but 1 were found"), "{found:?}");
}

#[test]
fn a_stored_member_without_its_length_ends_at_its_own_descriptor() {
    let inner = ZipMember { has_descriptor: true, ..ZipMember::new("i", b"PPK\x07\x08text", 0) };
    let text = [&zip(&[inner.clone(), inner])[..], b"PK\x07\x08PKPK\x07"].concat();
    for text in [&text, &text[..text.len() - 3], b"P", &vec![b'P'; 300_000]] {
        let member = ZipMember { has_descriptor: true, ..ZipMember::new("a.log", text, 0) };
        let archive = zip(&[member.clone(), member]);
        let rows = [1, 5, 4096, usize::MAX].map(|size| read_in(&archive, size));
        assert!(rows.iter().all(|row| *row == read_file(&archive)), "{rows:?}");
        assert!(rows[0].iter().all(|row| !row.contains("error")), "{rows:?}");
    }
}

#[test]
fn links_that_the_directory_of_a_zip_file_marks_are_left_out() {
    let link = ZipMember { mode: 0o120_777, ..ZipMember::new("link", b"/etc/passwd", 0) };
    let device = ZipMember { mode: 0o020_644, ..ZipMember::new("tty", b"", 0) };
    let file = ZipMember { mode: 0o100_644, ..ZipMember::new("a", b"a", 8) };
    let found = read_file(&zip(&[link, device, file]));
    let wanted = [r#"stdin/a: "a""#, "stdin: 2 members are links or devices; they are not read"];
    assert_eq!(found, wanted);
}

#[test]
fn a_zip_file_may_begin_with_other_bytes_which_are_named() {
    let archive = zip(&[ZipMember::new("a", b"a", 8), ZipMember::new("b", b"b", 0)]);
    let wanted = [
        "stdin: error: a zip archive begins at byte 11; the bytes before that are not read",
        r#"stdin/a: "a""#,
        r#"stdin/b: "b""#,
    ];
    assert_eq!(read_file(&[b"MZ\x90\0, or text", &archive[..]].concat()[2..]), wanted);
}

#[test]
fn members_that_share_their_data_are_read_once() {
    let one = zip(&[ZipMember::new("a", b"aa", 0)]);
    let directory = one.windows(4).position(|bytes| bytes == b"PK\x01\x02").expect("a directory");
    let (entry, mut end) = (&one[directory..one.len() - 22], one[one.len() - 22..].to_vec());
    let twice = [&one[..directory], entry, entry].concat();
    end[8..12].copy_from_slice(&[2, 0, 2, 0]);
    end[12..16].copy_from_slice(&(2 * entry.len() as u32).to_le_bytes());
    let rows = read_file(&[&twice[..], &end].concat());
    assert_eq!(rows[0], r#"stdin/a: "aa""#);
    assert!(rows[1].contains("error: overlaps another member") && rows.len() == 2, "{rows:?}");
}

#[test]
fn archives_that_follow_each_other_are_read_as_one() {
    let (one, two) = (tar(&[("a", b"a")]), tar(&[("b", b"b")]));
    assert_eq!(read(&[one, two].concat()), [r#"stdin/a: "a""#, r#"stdin/b: "b""#]);
    let (one, two) = (ZipMember::new("a", b"a", 8), ZipMember::new("b", b"b", 0));
    let zips = [zip(&[one]), zip(&[two])].concat();
    assert_eq!(read(&zips), [r#"stdin/a: "a""#, r#"stdin/b: "b""#]);
    assert_eq!(read_file(&zips), read(&zips));
    assert_eq!(read(&zip(&[])), Vec::<String>::new());
    assert_eq!(read_file(&zip(&[])), Vec::<String>::new());
}
