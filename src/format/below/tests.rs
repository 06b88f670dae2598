use super::*;
use crate::detect::Detector;
use crate::format::{Line, LineContext, LinePart, Render, Repeat};
use crate::strip::is_below_line;
use crate::syntax::{BELOW_END, BELOW_MARK, inserted_styles, without};
use crate::terminal::{Styles, Theme};

/// The output for the lines of one file, with blanks in place of the marks, and without marks at
/// the ends of lines.
fn rendered(below: &Below, lines: &[&str]) -> String {
    rendered_with(below, lines, LineContext::default())
}

/// The same, as after a prefix.
fn rendered_with(below: &Below, lines: &[&str], mut context: LineContext) -> String {
    rendered_file(below, lines, &mut context)
}

/// The output for the lines of a file.
fn rendered_file(below: &Below, lines: &[&str], context: &mut LineContext) -> String {
    let detector = Detector::built_in().with_unknown(true);
    let mut out = Vec::new();
    let mut offset = 0;
    for (number, text) in (1..).zip(lines) {
        let findings = crate::testutil::findings(&detector, text.as_bytes());
        let line = Line {
            file: "stdin".as_ref(),
            number,
            offset,
            text: text.as_bytes(),
            end: b"\n",
            findings: &findings,
            part: LinePart::default(),
            catalog: detector.catalog(),
        };
        offset += text.len() as u64 + 1;
        below.render_line(&line, context, &mut out);
    }
    let out = String::from_utf8(out).expect("the lines are UTF-8");
    let mark = std::str::from_utf8(BELOW_MARK).expect("the mark is ASCII");
    let mut inserted = out.lines().filter(|line| !is_of_log(line, lines));
    assert!(inserted.all(|line| is_below_line(line.as_bytes())), "{out:?}");
    let end = std::str::from_utf8(BELOW_END).expect("the mark is ASCII");
    let out = out.replace(&format!("{end}\n"), "\n");
    out.replace(&format!("{mark}\n"), "\n").replace(mark, "        ")
}

fn without_styles(text: &str) -> String {
    let mut plain = text.to_string();
    while let Some(start) = plain.find("\x1b[") {
        let length = plain[start..].find('m').expect("a style ends with m") + 1;
        plain.replace_range(start..start + length, "");
    }
    plain
}

fn is_of_log(line: &str, lines: &[&str]) -> bool {
    let plain = without(line.as_bytes(), &inserted_styles(line.as_bytes()));
    lines.iter().any(|text| text.as_bytes() == plain)
}

#[test]
fn the_meaning_is_beside_the_carets_if_it_fits_there() {
    let line = "中文\timsdk code:6206, x";
    let beside = "\
中文\timsdk code:6206, x
                   ^^^^ error 6206 (sdk/account): The UserSig has expired.
        fix: Get a new UserSig from your server and log in again.
";
    let below = "\
中文\timsdk code:6206, x
                   ^^^^
        error 6206 (sdk/account): The UserSig has expired.
        fix: Get a new UserSig from your server and log in again.
";
    let wrapped = "\
中文\timsdk code:6206, x
                   ^^^^
        error 6206 (sdk/account): The UserSig has expired.
        fix: Get a new UserSig from your server and log in
             again.
";
    let narrow = "\
中文\timsdk code:6206, x
                   ^^^^
        error 6206 (sdk/account): The
         UserSig has expired.
        fix: Get a new UserSig from
         your server and log in
         again.
";
    for (width, wanted) in [(100, beside), (75, beside), (74, below), (63, wrapped), (38, narrow)] {
        assert_eq!(rendered(&Below::new(width), &[line]), wanted, "{width}");
    }
}

#[test]
fn a_meaning_beside_early_carets_leaves_room_for_the_mark() {
    let wanted = "\
6206 imsdk code:6206
                ^^^^ error 6206 (sdk/account): The UserSig has expired.
        fix: Get a new UserSig from your server and log in again.
ret: 6206
     ^^^^ error 6206? (sdk/account): The UserSig has expired.
        fix: Get a new UserSig from your server and log in again.
";
    let lines = ["6206 imsdk code:6206", "ret: 6206"];
    assert_eq!(rendered(&Below::new(100), &lines), wanted);
    let line = "ERR_SDK_NOT_LOGGED_IN";
    for (width, is_beside) in [(121, true), (120, false)] {
        let block = rendered(&Below::new(width), &[line]);
        assert_eq!(block.contains("^ error 6014 (sdk/account): "), is_beside, "{width}: {block}");
    }
}

#[test]
fn several_codes_are_below_the_carets() {
    let wanted = "\
imsdk code:6206 code:6206 error_code:6707
           ^^^^      ^^^^            ^^^^
        error 6206 (sdk/account): The UserSig has expired.
        fix: Get a new UserSig from your server and log in again.
        unknown 6707: No catalog holds this code.
        fix: Go by the text beside it, and quote both to support.
";
    assert_eq!(rendered(&Below::new(120), &["imsdk code:6206 code:6206 error_code:6707"]), wanted);
}

#[test]
fn codes_that_carets_do_not_reach_have_an_excerpt() {
    let line = format!("imsdk code:6206 {} code:70001", "x".repeat(62));
    let wraps = "
    ^^^^^
        | imsdk code:6206 xxxxxxxx...
        |            ^^^^
        error 6206 (sdk/account): The";
    let runs = "
           ^^^^
        | ...xxxxxxxxxxxx code:70001
        |                      ^^^^^
        error 6206 (sdk/account): The UserSig";
    let both = "
        | imsdk code:6206 xxxxxxxxxxxxxxxxxxxxxxxxxx...
        |            ^^^^
        | ...xxxxxxxxxxxx code:70001
        |                      ^^^^^
        error 6206 (sdk/account): The UserSig";
    for (width, wrap, wanted) in
        [(40, Wrap::Yes, wraps), (80, Wrap::No, runs), (80, Wrap::Unknown, both)]
    {
        let block = rendered(&Below { wrap, ..Below::new(width) }, &[&line]);
        assert!(block.starts_with(&format!("{line}{wanted}")), "{wrap:?}: {block}");
    }
}

#[test]
fn with_colors_carets_have_text_beside_them() {
    let styles = Styles::colored(Theme::none());
    let long = format!("imsdk code:6206 {} code:70001", "x".repeat(62));
    let rows: [(&str, usize, &str); 4] = [
        ("imsdk code:6206", 80, "           ^^^^ error 6206 (sdk/account): The"),
        ("imsdk code:6206", 40, "        error 6206"),
        (&long, 120, "        error 6206 (sdk/account): The"),
        (&long, 40, "        error 6206"),
    ];
    for wrap in [Wrap::No, Wrap::Yes, Wrap::Unknown] {
        for (line, width, wanted) in rows {
            let below = Below { wrap, styles: styles.clone(), ..Below::new(width) };
            let block = without_styles(&rendered(&below, &[line]));
            assert!(block.starts_with(&format!("{line}\n{wanted}")), "{wrap:?}: {block}");
            assert!(!block.contains(" | "), "{wrap:?}: {block}");
        }
    }
}

#[test]
fn text_is_beside_the_carets_of_an_excerpt() {
    let line = format!("{} imsdk login failed, code: 6206, {}", "x".repeat(30), "y".repeat(160));
    let wanted = "
        | ...ogin failed, code: 6206, yyyyyyyyyyyyyyyyy...
        |                       ^^^^ error 6206 (sdk/account): The UserSig has expired.
        fix: Get a new UserSig from your server and log in again.
";
    let block = rendered(&Below { wrap: Wrap::Yes, ..Below::new(120) }, &[&line]);
    assert_eq!(block, format!("{line}{wanted}"));
    // Too few columns for an excerpt.
    let block = rendered(&Below { wrap: Wrap::Yes, ..Below::new(24) }, &[&line]);
    assert!(block.starts_with(&format!("{line}\n        error 6206\n         (sdk")), "{block}");
}

#[test]
fn an_invisible_code_is_named_below_the_line() {
    let block = rendered(&Below::new(80), &["\x1b]8;;imsdk code:6206"]);
    assert!(
        block.starts_with("\x1b]8;;imsdk code:6206\n        error 6206 (sdk/account): "),
        "{block}"
    );
}

#[test]
fn an_ambiguous_code_has_all_its_meanings() {
    let block = rendered(&Below::new(200), &["code:2001"]);
    let is_first = |row: &&str| !row.starts_with("         ");
    // The first meaning is too long for the row of the carets.
    let fields: Vec<&str> = block.lines().skip(2).filter(is_first).map(str::trim_start).collect();
    let [first, fix, second, other_fix] = fields.as_slice() else { panic!("four fields: {block}") };
    assert!(first.starts_with("warning 2001"), "{block}");
    assert!(second.starts_with("or ") && !second.contains("2001"), "{block}");
    assert!(fix.starts_with("fix: ") && other_fix.starts_with("fix: "), "{block}");
}

#[test]
fn a_repeated_code_refers_to_the_line_that_explains_it() {
    let lines = ["imsdk code:6206", "x imsdk code:6206", "imsdk code:70001 code:6206"];
    let short = rendered(&Below { repeat: Repeat::Short, ..Below::new(100) }, &lines);
    let wanted =
        "log in again.\nx imsdk code:6206\n             ^^^^ error 6206 (see above)\nimsdk";
    assert!(short.contains(wanted), "{short}");
    assert!(short.ends_with("\n        error 6206 (see above)\n"), "{short}");
    let numbered = LineContext { has_numbers: true, ..LineContext::default() };
    let short =
        rendered_with(&Below { repeat: Repeat::Short, ..Below::new(100) }, &lines, numbered);
    assert_eq!(short.matches("error 6206 (see line 1)\n").count(), 2, "{short}");
    let none = rendered(&Below { repeat: Repeat::None, ..Below::new(80) }, &lines);
    let wanted = "log in again.\nx imsdk code:6206\nimsdk code:70001 code:6206\n           ^^^^^\n";
    assert!(none.contains(wanted), "{none}");
    let full = rendered(&Below::new(80), &lines);
    assert_eq!(full.matches("error 6206 (sdk/account)").count(), 3, "{full}");
}

/// The blocks of files with these names, each with the same lines.
fn rendered_files(below: &Below, names: &[&str], lines: &[&str], spans_files: bool) -> Vec<String> {
    let mut context = LineContext { spans_files, has_numbers: true, ..LineContext::default() };
    let mut blocks = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let lines_before = if index > 0 { lines.len() as u64 } else { 0 };
        context.begin_file(name, lines_before);
        blocks.push(rendered_file(below, lines, &mut context));
    }
    blocks
}

#[test]
fn a_code_that_another_file_explained_refers_to_that_file() {
    let lines = ["plain", "imsdk code:6206", "imsdk code:6206"];
    // Two files can have the same name.
    let names = ["d/app.log", "d/app.log", "c.log"];
    let short = Below { repeat: Repeat::Short, ..Below::new(80) };
    let [first, second, third] = &rendered_files(&short, &names, &lines, true)[..] else {
        panic!("three files")
    };
    assert!(first.contains("fix: ") && first.contains("^ error 6206 (see line 2)\n"), "{first}");
    for file in [second, third] {
        assert_eq!(file.matches("^^^^ error 6206 (see d/app.log:2)\n").count(), 2, "{file}");
        assert!(!file.contains("fix: "), "{file}");
    }
    let none = Below { repeat: Repeat::None, ..short.clone() };
    let blocks = rendered_files(&none, &names[1..], &lines, true);
    let wanted = "plain\nimsdk code:6206\n           ^^^^ error 6206 (see d/app.log:2)\nimsdk \
                  code:6206\n";
    assert_eq!(blocks[1], wanted);
    // A reader who sees the lines of the files in turns has an explanation in each.
    let apart = rendered_files(&short, &names, &lines, false);
    assert!(apart[0] == apart[1] && apart[1] == apart[2], "{apart:?}");
}

#[test]
fn a_code_of_a_file_that_is_out_of_sight_has_its_meaning() {
    let mut lines = vec!["plain"; 40];
    lines[0] = "imsdk code:6206";
    let short = Below { repeat: Repeat::Short, ..Below::new(100) };
    let blocks = rendered_files(&short, &["a", "b", "c"], &lines, true);
    assert!(blocks[1].contains("(see a:1)\n"), "{}", blocks[1]);
    assert!(blocks[2].contains("(see a:1): The UserSig has expired.\n"), "{}", blocks[2]);
}

#[test]
fn the_place_in_another_file_fits_the_line_and_is_text() {
    let long = format!("{}/\u{1b}[31m/app.log", "d".repeat(60));
    let short = |width| Below { repeat: Repeat::Short, ..Below::new(width) };
    for (width, wanted) in [
        (100, format!("(see ...{}/?[31m/app.log:1)", "d".repeat(21))),
        (40, "(see\n             ...dddd/?[31m/app.log:1)".to_string()),
    ] {
        let blocks = rendered_files(&short(width), &[&long, "b"], &["imsdk code:6206"], true);
        assert!(blocks[1].contains(&wanted), "{}", blocks[1]);
        let widest = blocks[1].lines().map(crate::terminal::width).max();
        assert!(widest.is_some_and(|widest| widest < width), "{}", blocks[1]);
    }
}

#[test]
fn a_code_of_the_line_above_has_no_block_where_all_lines_have_codes() {
    let only = || LineContext { has_only_codes: true, ..LineContext::default() };
    let lines = [
        "imsdk code:6206",
        "imsdk code:6206",
        "imsdk code:70001",
        "imsdk code:6206",
        "imsdk code:6206 code:70001",
        "imsdk code:70001",
    ];
    let plain = Below { repeat: Repeat::Short, ..Below::new(80) };
    let short = Below { styles: Styles::colored(Theme::none()), ..plain.clone() };
    let shown = without_styles(&rendered_with(&short, &lines, only()));
    let blocks: Vec<&str> = shown.lines().filter(|line| line.contains(" (see above)")).collect();
    let wanted = ["^^^^ error 6206 (see above)", "^^^^^ error 70001 (see above)"];
    assert_eq!(blocks.iter().map(|line| line.trim_start()).collect::<Vec<_>>(), wanted, "{shown}");
    assert!(shown.starts_with("imsdk code:6206\n           ^^^^ error 6206 (sdk"), "{shown}");
    assert!(shown.contains("again.\nimsdk code:6206\nimsdk code:70001\n"), "{shown}");
    assert!(shown.ends_with("(see above)\nimsdk code:70001\n"), "{shown}");
    let full = rendered_with(&Below::new(80), &lines, only());
    assert_eq!(full.matches("error 6206 (sdk/account)").count(), 4, "{full}");
    // Nothing else shows the code where it is not highlighted.
    let shown = rendered_with(&plain, &lines, only());
    assert_eq!(shown.matches("6206 (see above)\n").count(), 3, "{shown}");
    // A screen further down, the meaning is a reminder.
    let many = without_styles(&rendered_with(&short, &["imsdk code:6206"; 110], only()));
    assert_eq!(many.matches("error 6206 (see above): The UserSig has").count(), 2, "{many}");
    assert_eq!(many.lines().count(), 110 + 2 + 2);
}

#[test]
fn a_code_that_was_explained_out_of_sight_has_its_meaning() {
    // The lines with the code, and what is beside its carets there.
    let rows: [(&[usize], &[&str]); 4] = [
        (&[1, 51], &["(see above)"]),
        (&[1, 52], &["(see above): The UserSig has expired."]),
        (
            &[1, 30, 80, 110],
            &["(see above)", "(see above): The UserSig has expired.", "(see above)"],
        ),
        (&[1, 52, 103], &["(see above): The UserSig has expired."; 2]),
    ];
    let theme = Theme::auto();
    for (numbers, wanted) in rows {
        let mut lines = vec!["plain"; numbers.last().copied().unwrap_or(0)];
        for number in numbers {
            lines[number - 1] = "imsdk code:6206";
        }
        let short = Below { repeat: Repeat::Short, ..Below::new(100) };
        let shown = rendered(&short, &lines);
        let beside: Vec<&str> =
            shown.lines().filter_map(|line| line.split("^^^^ error 6206 ").nth(1)).collect();
        assert_eq!(beside[1..], *wanted, "{numbers:?}");
        let colored = rendered(&Below { styles: Styles::colored(theme.clone()), ..short }, &lines);
        for reference in wanted {
            assert!(colored.contains(&format!("\u{1b}[2m {reference}\u{1b}[22m")), "{colored}");
        }
    }
}

#[test]
fn an_explanation_that_has_left_the_screen_has_its_meaning_again() {
    let long = "x".repeat(150);
    // The lines between those with the code, their number, and whether the screen still has the
    // explanation, which takes two rows.
    let rows = [
        ("plain", 19, true),
        ("plain", 20, false),
        (long.as_str(), 9, true),
        (long.as_str(), 11, false),
    ];
    for (between, count, is_in_sight) in rows {
        let mut lines = vec![between; count + 2];
        (lines[0], lines[count + 1]) = ("imsdk code:6206", "imsdk code:6206");
        let (repeat, measure_rows) = (Repeat::Short, Some((|| Some(24)) as fn() -> _));
        let below = Below { repeat, measure_rows, wrap: Wrap::Yes, ..Below::new(100) };
        let shown = rendered(&below, &lines);
        let wanted = if is_in_sight { "(see above)\n" } else { "(see above): The UserSig has" };
        assert!(shown.contains(wanted), "{count} {shown}");
    }
}

#[test]
fn a_code_in_a_line_of_many_rows_has_an_excerpt_with_colors_too() {
    let styles = Styles::colored(Theme::none());
    let below = Below { styles, wrap: Wrap::Yes, ..Below::new(80) };
    let lines = |columns: usize| {
        let half = "abcde ".repeat(columns / 12);
        format!("{half}imsdk code:6206 {half}")
    };
    let shown = without_styles(&rendered(&below, &[&lines(3000)]));
    let wanted = "abcde \n        | ...e abcde imsdk code:6206 abcde abcde abcde ...\n        |";
    assert!(shown.contains(wanted), "{shown}");
    let shown = without_styles(&rendered(&below, &[&lines(280)]));
    assert!(shown.ends_with("again.\n") && !shown.contains("..."), "{shown}");
}

#[test]
fn no_meaning_is_far_to_the_right() {
    let line = format!("{} imsdk code:6206", "x".repeat(60));
    let beside = rendered(&Below::new(140), &[&line]);
    assert!(beside.contains("\n        error 6206 (sdk/account): The"), "{beside}");
    let beside = rendered(&Below::new(140), &[&line[30..]]);
    assert!(beside.contains("^^^^ error 6206 (sdk/account): The"), "{beside}");
}

#[test]
fn codes_beyond_the_limit_are_counted() {
    let line: String = (120_001..121_000).map(|code| format!("imsdk code:{code} ")).collect();
    let block = rendered(&Below::new(80), &[&line]);
    assert!(block.ends_with("\n        and 983 more codes on this line\n"), "{block}");
}

#[test]
fn the_colors_of_the_line_are_off_in_the_block() {
    let styles = Styles::colored(Theme::dark()).with_links(true);
    let block = rendered(&Below { styles, ..Below::new(80) }, &["\x1b[33mimsdk code:6206"]);
    let lines: Vec<&str> = block.lines().collect();
    assert_eq!(lines[0], "\x1b[33mimsdk code:\x1b[0000;1;38;5;203;4m6206\x1b[0000;33m");
    let head = "\x1b[0m           \x1b[1;38;5;203m^^^^\x1b[22;39m \x1b]8;;https://";
    assert!(lines[1].starts_with(head), "{block:?}");
    let label = "\x1b\\\x1b[1;38;5;203merror 6206\x1b[22;39m\x1b]8;;\x1b\\\
        \x1b[2m (sdk/account)\x1b[22m: The";
    assert!(lines[1].contains(label), "{block:?}");
    let fix = "        \x1b[38;5;114mfix\x1b[39m: Get a new UserSig";
    assert!(lines[2].starts_with(fix) && lines[2].ends_with("\x1b[0;33m"), "{block:?}");
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
        out.starts_with(
            b"imsdk code:6206       \t \t\n       \t   ^^^^ error 6206 (sdk/account): "
        ),
        "{}",
        out.escape_ascii()
    );
    assert!(out.ends_with(b"\n"));
}
