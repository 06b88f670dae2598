use super::*;
use crate::detect::Detector;
use crate::format::{Line, LineContext, LinePart, Render, Repeat};
use crate::strip::is_below_line;
use crate::syntax::{BELOW_END, BELOW_MARK, FIELD};
use crate::terminal::{Styles, Theme};

/// The output for the lines of one file, with blanks in place of the marks, and without marks at
/// the ends of lines.
fn rendered(below: &Below, lines: &[&str]) -> String {
    let detector = Detector::built_in().with_unknown(true);
    let mut context = LineContext::default();
    let mut out = Vec::new();
    for text in lines {
        let findings = crate::testutil::findings(&detector, text.as_bytes());
        let line = Line {
            file: "stdin".as_ref(),
            number: 1,
            offset: 0,
            text: text.as_bytes(),
            end: b"\n",
            findings: &findings,
            part: LinePart::default(),
            catalog: detector.catalog(),
        };
        below.render_line(&line, &mut context, &mut out);
    }
    let out = String::from_utf8(out).expect("the lines are UTF-8");
    let mark = std::str::from_utf8(BELOW_MARK).expect("the mark is ASCII");
    let mut inserted = out.lines().filter(|line| !lines.contains(line));
    assert!(inserted.all(|line| is_below_line(line.as_bytes())), "{out:?}");
    let end = std::str::from_utf8(BELOW_END).expect("the mark is ASCII");
    let out = out.replace(&format!("{end}\n"), "\n");
    out.replace(&format!("{mark}\n"), "\n").replace(mark, "        ")
}

#[test]
fn a_block_is_below_the_line() {
    let wanted = "\
中文\timsdk code:6206, x
                   ^^^^
        = sdk/account error: The
          UserSig has expired.
        = help: Get a new UserSig from
          your server and log in again.
        = see: imerr-annotate explain
          6206
";
    assert_eq!(rendered(&Below::new(40), &["中文\timsdk code:6206, x"]), wanted);
}

#[test]
fn several_codes_are_named() {
    let wanted = "\
imsdk code:6206 code:6206 error_code:6707
           ^^^^      ^^^^            ^^^^
        = 6206 sdk/account error: The UserSig has expired.
        = help: Get a new UserSig from your server and log in again.
        = see: imerr-annotate explain 6206
        = 6707 unknown: No catalog holds this code.
        = help: Go by the text beside it, and quote both to support.
";
    assert_eq!(rendered(&Below::new(80), &["imsdk code:6206 code:6206 error_code:6707"]), wanted);
}

#[test]
fn codes_that_carets_do_not_reach_have_an_excerpt() {
    let line = format!("imsdk code:6206 {} code:70001", "x".repeat(62));
    let wraps = "
    ^^^^^
        | imsdk code:6206 xxxxxxxx...
        |            ^^^^
        = 6206 sdk";
    let runs = "
           ^^^^
        | ...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx code:70001
        |                                                              ^^^^^
        = 6206 sdk";
    let both = "
        | imsdk code:6206 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
        |            ^^^^
        | ...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx code:70001
        |                                                     ^^^^^
        = 6206 sdk";
    for (width, wrap, wanted) in
        [(40, Wrap::Yes, wraps), (80, Wrap::No, runs), (80, Wrap::Unknown, both)]
    {
        let block = rendered(&Below { wrap, ..Below::new(width) }, &[&line]);
        assert!(block.starts_with(&format!("{line}{wanted}")), "{wrap:?}: {block}");
    }
}

#[test]
fn an_invisible_or_doubtful_code_is_named() {
    let block = rendered(&Below::new(80), &["\x1b]8;;imsdk code:6206"]);
    assert!(
        block.starts_with("\x1b]8;;imsdk code:6206\n        = 6206 sdk/account error: "),
        "{block}"
    );
    let block = rendered(&Below::new(80), &["ret: 6206"]);
    assert!(
        block.starts_with("ret: 6206\n     ^^^^\n        = 6206? sdk/account error: "),
        "{block}"
    );
}

#[test]
fn an_ambiguous_code_has_all_its_meanings() {
    let block = rendered(&Below::new(200), &["code:2001"]);
    let fields: Vec<&str> =
        block.lines().filter_map(|line| line.trim_start().strip_prefix(FIELD)).collect();
    let [first, help, second, other_help, see] = fields.as_slice() else {
        panic!("five fields: {block}")
    };
    assert!(first.contains("/") && second.starts_with("or ") && second.contains("/"), "{block}");
    assert!(
        help.starts_with("help: ") && other_help.starts_with("help: ") && see.ends_with(" 2001"),
        "{block}"
    );
}

#[test]
fn a_repeated_code_takes_one_line_or_none() {
    let lines = ["imsdk code:6206", "imsdk code:6206", "imsdk code:70001 code:6206"];
    let short = rendered(&Below { repeat: Repeat::Short, ..Below::new(80) }, &lines);
    assert!(
        short.contains(
            "\nimsdk code:6206\n           ^^^^ sdk/account error: The UserSig has expired.\nimsdk"
        ),
        "{short}"
    );
    assert!(short.ends_with("   = 6206 sdk/account error: The UserSig has expired.\n"), "{short}");
    assert_eq!(
        (short.matches("explain 6206").count(), short.matches("explain 70001").count()),
        (1, 1)
    );
    let none = rendered(&Below { repeat: Repeat::None, ..Below::new(80) }, &lines);
    assert!(
        none.contains(
            "explain 6206\nimsdk code:6206\nimsdk code:70001 code:6206\n           \
            ^^^^^\n        = server/"
        ),
        "{none}"
    );
    let full = rendered(&Below::new(80), &lines);
    assert_eq!(full.matches("explain 6206").count(), 3);
    // Without room after the carets, the code is explained below them.
    let narrow = rendered(&Below { repeat: Repeat::Short, ..Below::new(40) }, &lines[..2]);
    let wanted = "\nimsdk code:6206\n           ^^^^\n        = sdk/account error: The\n          \
        UserSig has expired.\n";
    assert!(narrow.ends_with(wanted), "{narrow}");
    let far = format!("{} imsdk code:6206 {}", "x".repeat(50), "x".repeat(50));
    let excerpt = rendered(
        &Below { repeat: Repeat::Short, wrap: Wrap::Yes, ..Below::new(120) },
        &[lines[0], &far],
    );
    assert!(excerpt.ends_with("^^^^ sdk/account error: The UserSig has expired.\n"), "{excerpt}");
}

#[test]
fn codes_beyond_the_limit_are_counted() {
    let line: String = (120_001..121_000).map(|code| format!("imsdk code:{code} ")).collect();
    let block = rendered(&Below::new(80), &[&line]);
    assert!(block.ends_with("\n        = and 983 more codes on this line\n"), "{block}");
}

#[test]
fn the_colors_of_the_line_are_off_in_the_block() {
    let styles = Styles::colored(Theme::dark()).with_links(true);
    let block = rendered(&Below { styles, ..Below::new(80) }, &["\x1b[33mimsdk code:6206"]);
    let lines: Vec<&str> = block.lines().collect();
    assert_eq!(lines[1], "\x1b[0m           \x1b[31m^^^^\x1b[39m");
    assert!(lines[2].starts_with("        = \x1b[31msdk/account error\x1b[39m: The"), "{block:?}");
    assert!(lines[4].contains("see\x1b[39m: imerr-annotate explain \x1b]8;;https://"), "{block:?}");
    assert!(lines[4].ends_with("\x1b\\6206\x1b]8;;\x1b\\\x1b[0;33m"), "{block:?}");
}

#[test]
fn a_line_without_an_end_gets_a_marked_one() {
    let detector = Detector::built_in();
    let findings = crate::testutil::findings(&detector, b"imsdk code:6206");
    let line = Line {
        file: "stdin".as_ref(),
        number: 1,
        offset: 0,
        text: b"imsdk code:6206",
        end: b"",
        findings: &findings,
        part: LinePart::default(),
        catalog: detector.catalog(),
    };
    let mut out = Vec::new();
    Below::new(80).render_line(&line, &mut LineContext::default(), &mut out);
    assert!(
        out.starts_with(b"imsdk code:6206       \t \t\n       \t   ^^^^ \t \n       \t= "),
        "{}",
        out.escape_ascii()
    );
    assert!(out.ends_with(b"\n"));
}
