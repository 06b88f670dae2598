//! `explain`, `search` and `list`: what they find, and what they print if they find nothing.

mod common;

use common::{folder, run, status_and_output};

#[test]
fn a_number_out_of_range_is_reported() {
    let folder = folder(&[]);
    for number in ["99999999999999999999", "-99999999999999999999", "+99999999999999999999"] {
        let (status, out, errors) =
            status_and_output(&run(&["explain", "--", number], folder.path()));
        let wanted = format!("{number}: the number is too large for a code\n");
        assert_eq!((status, out.as_str()), (Some(1), ""));
        assert!(errors.ends_with(&wanted), "{errors}");
    }
    for args in [["--code", "99999999999999999999"], ["--fail-on", "99999999999999999999"]] {
        let (status, _, errors) = status_and_output(&run(&args, folder.path()));
        assert_eq!(status, Some(2));
        assert!(errors.contains("99999999999999999999 is too large for a code"), "{errors}");
    }
}

/// The codes of JSON Lines.
fn codes(args: &[&str]) -> Vec<i64> {
    let (status, out, errors) = status_and_output(&run(args, folder(&[]).path()));
    assert_eq!((status, errors.as_str()), (Some(0), ""), "{args:?}");
    let mut codes = Vec::new();
    for line in out.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert!(entry["meaning"].is_string() && entry["page"].is_string(), "{line}");
        codes.extend(entry["code"].as_i64());
    }
    codes
}

#[test]
fn lookups_have_one_schema_and_the_filters_of_log_runs() {
    let rows: [(&[&str], &[i64]); 8] = [
        (&["explain", "6206,10010"], &[6206, 10010]),
        (&["explain", "6206,10010", "--system", "sdk"], &[6206]),
        (&["explain", "70001", "--category", "web/login"], &[70001]),
        (&["explain", "--code", "ERR_USER_SIG_EXPIRED,10010"], &[6206, 10010]),
        (&["explain", "login failed, code: 6206, desc: x"], &[6206]),
        (&["search", "blocked", "the", "sender"], &[20007]),
        (&["search", "expired", "--code", "6206-6208"], &[6206]),
        (&["list", "--code", "6206-6208", "--kind", "conflict"], &[6208]),
    ];
    for (args, wanted) in rows {
        assert_eq!(codes(&[args, &["--format", "json"]].concat()), wanted, "{args:?}");
    }
}

#[test]
fn a_row_of_csv_is_one_line() {
    let output = run(&["explain", "6206", "--format", "csv"], folder(&[]).path());
    let (_, out, _) = status_and_output(&output);
    assert_eq!(out.lines().count(), 2, "{out}");
    assert!(out.starts_with("code,system,") && out.contains(" | "), "{out}");
}

#[test]
fn filters_that_leave_nothing_are_named() {
    let rows: [(&[&str], &str); 3] = [
        (&["explain", "6206", "--system", "web"], "6206: no entry for it passes the filters\n"),
        (&["explain", "--code", "424242"], "no code passes the filters\n"),
        (
            &["search", "blocked", "--code", "6206"],
            "blocked: no code with these words passes the filters\n",
        ),
    ];
    for (args, wanted) in rows {
        let (status, out, errors) = status_and_output(&run(args, folder(&[]).path()));
        assert_eq!((status, out.as_str()), (Some(1), ""), "{args:?}");
        assert!(errors.ends_with(wanted), "{errors}");
    }
}

#[test]
fn a_search_without_words_says_so() {
    let folder = folder(&[]);
    for words in [&["search", ""][..], &["search", " ", ""]] {
        let (status, out, errors) = status_and_output(&run(words, folder.path()));
        assert_eq!((status, out.as_str()), (Some(1), ""));
        assert!(errors.starts_with("error: search: no word to search for"), "{errors}");
    }
    let quoted = status_and_output(&run(&["search", "usersig expired"], folder.path()));
    let separate = status_and_output(&run(&["search", "usersig", "expired"], folder.path()));
    assert_eq!(quoted, separate);
}

#[test]
fn a_search_without_a_hit_names_the_words_that_no_code_has() {
    let rows = [
        ("zebra", "no code has this word; try another word, or 'imerr-annotate list'"),
        ("expried", "no code has this word; did you mean 'expired'?"),
        ("Usersgi", "no code has this word; did you mean 'usersig'?"),
        ("6260", "no code has this word; did you mean '6206' or '2660' or '6250'?"),
        ("usersig expried", "no code has 'expried'; did you mean 'usersig expired'?"),
        ("usersgi expried", "no code has 'usersgi' or 'expried'; did you mean 'usersig expired'?"),
        (
            "usersig zebra xylophone",
            "no code has 'zebra' or 'xylophone'; try another word, or 'imerr-annotate list'",
        ),
        (
            "dns huawei heartbeat",
            "no code has most of these words; try fewer, or 'imerr-annotate list'",
        ),
    ];
    for (query, wanted) in rows {
        let output = run(
            &[&["search"][..], &query.split(' ').collect::<Vec<_>>()].concat(),
            folder(&[]).path(),
        );
        let (status, out, errors) = status_and_output(&output);
        assert_eq!((status, out.as_str()), (Some(1), ""), "{query}");
        assert_eq!(errors, format!("error: {query}: {wanted}\n"));
    }
}

#[test]
fn words_that_no_code_has_are_left_out() {
    let folder = folder(&[]);
    let wanted = status_and_output(&run(&["search", "usersig", "expired"], folder.path())).1;
    for (query, note) in [
        ("usersig expired zebra", "note: none of these has 'zebra'\n"),
        ("how is usersig expired", ""),
    ] {
        let words: Vec<&str> = ["search"].into_iter().chain(query.split(' ')).collect();
        let (status, out, errors) = status_and_output(&run(&words, folder.path()));
        assert_eq!((status, errors.as_str()), (Some(0), note), "{query}");
        assert_eq!(out.lines().count(), wanted.lines().count(), "{query}");
    }
}

#[test]
fn words_that_are_no_code_or_name_are_searched_for() {
    let folder = folder(&[]);
    let run =
        |words: &str| status_and_output(&run(&words.split(' ').collect::<Vec<_>>(), folder.path()));
    let (status, out, note) = run("explain usersig expired");
    assert_eq!((status, &out), (Some(0), &run("search usersig expired").1));
    let count = out.lines().count();
    let wanted = format!("note: usersig expired: no code or name; a search finds {count} codes\n");
    assert_eq!(note, wanted);

    let (status, out, note) = run("explain ERR_SVR_GROUP");
    assert_eq!(status, Some(0));
    let count = out.lines().count();
    assert!(count > 5 && out.contains("10015  server/group "), "{out}");
    assert_eq!(note, format!("note: ERR_SVR_GROUP: part of the names of {count} codes\n"));
    let json = run("explain ERR_SVR_GROUP --format json").1;
    assert_eq!(json.lines().count(), count);

    let (status, out, _) = run("explain usersig expired --system web");
    assert!(status == Some(0) && out.contains("\n  remedy "), "{out}");
    let filtered = run("explain USERSIG --code 424242");
    let message = "error: USERSIG: no entry for it passes the filters\n";
    assert_eq!(filtered, (Some(1), String::new(), message.to_string()));
}

#[test]
fn words_of_no_code_are_not_explained() {
    let search = "no code or name; find codes by words with 'imerr-annotate search";
    for (typed, wanted) in [
        ("explain zebra crossing", format!("error: zebra crossing: {search} zebra crossing'\n")),
        (
            "explain login",
            "error: login: a category; 'imerr-annotate list --category login' lists its codes, \
             'imerr-annotate search login' finds the word\n"
                .to_string(),
        ),
        (
            "explain 700001",
            "error: 700001: not in any catalog; go by the text beside it in the log; near codes \
             are:\n  70001 (The server \
             rejected a UserSig that is past its validity period)\n  800001 (The push SDK could not \
             register because the appKey is not valid)\n"
                .to_string(),
        ),
    ] {
        let words: Vec<&str> = typed.split(' ').collect();
        let (status, out, errors) = status_and_output(&run(&words, folder(&[]).path()));
        assert_eq!((status, out.as_str(), errors), (Some(1), "", wanted), "{typed}");
    }
}
