//! Tests of whole pages.

use proptest::prelude::*;
use roxmltree::{Document, ParsingOptions};

use super::Html;
use super::document::{SCRIPT, STYLE};
use crate::catalog::Lang;
use crate::testutil::{TestRun, hostile};

/// The page as XML: void elements closed, and without its script.
fn as_xml(page: &str) -> String {
    let page = page.replace(SCRIPT, "");
    let meta = regex::Regex::new("<meta ([^>]*)>").expect("hardcoded pattern must compile");
    meta.replace_all(&page, "<meta $1/>").into_owned()
}

/// The names of the elements whose texts are only data, and the texts of all others.
fn checked(page: &str) -> String {
    let xml = as_xml(page);
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(&xml, options).unwrap_or_else(|error| {
        panic!("{error}\n{xml}");
    });
    let mut text = String::new();
    for node in document.descendants() {
        if node.is_text() && !node.ancestors().any(|one| one.has_tag_name("script")) {
            text += node.text().unwrap_or_default();
        }
        for attribute in node.attributes() {
            let name = attribute.name();
            assert!(!name.starts_with("on") && name != "style" && name != "src", "{name}");
            let is_link = name == "href" || name == "data-u";
            let value = attribute.value();
            assert!(!is_link || value.starts_with('#') || value.starts_with("https://"), "{value}");
        }
    }
    assert!(document.descendants().all(|node| {
        !["img", "iframe", "object", "link", "base"].contains(&node.tag_name().name())
    }));
    text
}

/// A log of `lines` lines, each with one of these codes.
fn log(codes: &[i64], lines: usize) -> String {
    let mut log = String::new();
    for (line, code) in (0..lines).zip(codes.iter().cycle()) {
        let (minute, second) = (line / 60 % 60, line % 60);
        let time = format!("2026-11-24 10:{minute:02}:{second:02}.{:03}", line % 1000);
        let user = line % 977;
        log += &format!("{time} I [{line}] user_{user} is here, room 8810231\n");
        log += &format!("{time} E imsdk: request {line} failed, code: {code}, desc: \"x\"\n");
    }
    log
}

#[test]
fn the_page_is_well_formed_and_has_what_the_table_has() {
    let run = TestRun::with_passages(
        &[("a.log", log(&[6206, 6208, 70001, 424_242], 40)), ("b.log", log(&[10010], 1))],
        65_536,
    );
    let text = checked(&run.document(&Html::default()));
    for wanted in [
        "41 findings of 5 codes in 82 lines of 2 files",
        "20 errors",
        "10 unknown",
        "The UserSig has expired.",
        "Get a new UserSig from your server and log in again.",
        "ERR_LOGIN_KICKED_OFF_BY_OTHER",
        "a.log:2",
        "2026-11-24 10:00:00.000 to 10:00:39.039",
        "request 4 failed",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
}

#[test]
fn nothing_found_is_a_page() {
    let text = checked(&TestRun::default().document(&Html::default()));
    assert!(text.contains("No error codes found in 5000 lines of 3 files"), "{text}");
    assert!(!text.contains("Timeline") && !text.contains("Excerpts"), "{text}");
}

#[test]
fn the_texts_of_both_languages_are_there() {
    let run = TestRun::with_passages(&[("a.log", log(&[6206, 424_242], 4))], 65_536);
    let english = run.document(&Html::default());
    let chinese = run.in_lang(Lang::Zh).document(&Html::default());
    for (page, lang, own, other) in [
        (&english, "en", "The UserSig has expired.", "UserSig 已过期。"),
        (&chinese, "zh-CN", "UserSig 已过期。", "The UserSig has expired."),
    ] {
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
        let (_, data) = page.split_once("<script id=\"data\"").expect("the data");
        assert!(checked(page).contains(own) && data.contains(other), "{page}");
    }
}

#[test]
fn the_title_names_a_few_files_or_what_has_them_all() {
    for (names, title) in [
        (
            &["c.zip/a.log", "c.zip/b.log", "c.zip/c.log"][..],
            "c.zip/a.log, c.zip/b.log, c.zip/c.log",
        ),
        (&["c.zip/a.log", "c.zip/x/b.log", "c.zip/x/c.log", "c.zip/x/d.log"], "c.zip"),
        (&["x/c.zip/a", "x/c.zip/b", "x/c.zip/c", "x/c.zip/d"], "x/c.zip"),
        (&["/a", "/b", "/c", "/x/d"], "/a, /b, /c, 1 more"),
        (&["a", "b", "c", "x/d"], "a, b, c, 1 more"),
    ] {
        let logs: Vec<(&str, &str)> =
            names.iter().map(|&name| (name, "imsdk code:6206\n")).collect();
        let page = TestRun::from_logs(&logs, 9).document(&Html::default());
        let wanted = format!("<title>IM error codes: {title}</title>");
        assert!(page.contains(&wanted), "{wanted}\n{page}");
    }
}

#[test]
fn what_is_left_out_is_named_with_a_command() {
    let run = TestRun::with_passages(&[("a.log", log(&[6206], 100))], 65_536);
    let html = Html { arguments: Some("'a b.log'".to_string()) };
    let text = checked(&run.document(&html));
    assert!(text.contains("lines: 25 of 100"), "{text}");
    let command = "75 more lines:imerr-annotate -n -C2 --unknown --code=6206 'a b.log'";
    assert!(text.contains(command), "{text}");
    let stream = checked(&run.document(&Html::default()));
    assert!(stream.contains("--code=6206 FILE..."), "{stream}");
}

#[test]
fn passages_that_touch_are_one_block() {
    let text = "a\nimsdk code:6206\nb\nimsdk code:6206\nc\nd\n-\ne\nf\nimsdk code:6206\n";
    let page = TestRun::with_passages(&[("a.log", text)], 65_536).document(&Html::default());
    let blocks: Vec<&str> =
        page.split("<pre>").skip(1).filter_map(|rest| rest.split("</pre>").next()).collect();
    assert_eq!(
        blocks,
        [
            "<i>1</i> a\n<b><i>2</i> imsdk code:<mark>6206</mark></b>\n<i>3</i> b\n\
             <b><i>4</i> imsdk code:<mark>6206</mark></b>\n<i>5</i> c\n<i>6</i> d\n",
            "<i>8</i> e\n<i>9</i> f\n<b><i>10</i> imsdk code:<mark>6206</mark></b>\n",
        ]
    );
}

#[test]
fn a_hundred_thousand_findings_are_a_small_page() {
    let all: Vec<i64> =
        crate::catalog::built_in().entries().iter().map(|entry| entry.codes.first).collect();
    let long = format!("imsdk code:6206 {}\n", "<&\"".repeat(1000)).repeat(100);
    let rows = [
        (log(&all, 100_000), 700_000, 1_500_000),
        (log(&[6206], 1000), 30_000, 60_000),
        (log(&all[..100], 5000), 700_000, 1_500_000),
        (log(&(900_001..902_000).collect::<Vec<i64>>(), 2000), 500_000, 1_500_000),
        (long, 50_000, 1_100_000),
    ];
    for (log, least, most) in rows {
        let page = TestRun::with_passages(&[("a.log", log)], 65_536).document(&Html::default());
        assert!((least..most).contains(&page.len()), "{} of {least} to {most}", page.len());
    }
}

#[test]
fn the_script_is_small_and_both_assets_are_plain() {
    assert!(SCRIPT.len() <= 10_000, "{}", SCRIPT.len());
    // What would end their elements or is not well-formed.
    assert!(!SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
    assert!(!STYLE.contains(['<', '&']) && !STYLE.contains("url(") && !STYLE.contains("@import"));
    assert!(!SCRIPT.contains("innerHTML") && !SCRIPT.contains("http"));
}

#[test]
fn names_and_lines_are_only_text() {
    let attack = "</script><img src=x onerror=alert(1)>\u{202e}\x1b[2J\0 &lt; ]]> <!-- \u{fffe}";
    let shown =
        "</script><img src=x onerror=alert(1)>\\u{202e}\\x1b[2J\\x00 &lt; ]]> <!-- \\u{fffe}";
    let log = format!("{attack}\nimsdk code:6206 {attack}\n");
    let names = [attack, "b.log", "c.log", "d.log"];
    for count in [1, 2, 4] {
        let logs: Vec<(&str, &str)> =
            names[..count].iter().map(|name| (*name, log.as_str())).collect();
        let run = TestRun::with_passages(&logs, 65_536);
        for lang in [Lang::En, Lang::Zh] {
            let page = run.in_lang(lang).document(&Html::default());
            let text = checked(&page);
            assert!(text.contains(&format!("6206 {shown}")), "{text}");
            assert!(text.contains(&format!("{shown}:2")), "{text}");
            assert_eq!(page.matches("</script>").count(), 2);
            assert!(!page.contains(['\u{202e}', '\x1b', '\0', '\u{fffe}']));
        }
    }
}

proptest! {
    #![proptest_config(crate::testutil::fragments::config())]

    #[test]
    fn no_log_breaks_the_page(run in hostile::run_with_passages()) {
        let page = run.document(&Html::default());
        checked(&page);
        prop_assert_eq!(&page, &run.document(&Html::default()));
        prop_assert_eq!(page.matches("<script").count(), 2);
        prop_assert!(!page.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
    }
}
