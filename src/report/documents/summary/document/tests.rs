//! What the table has at which width and in how many rows.

use super::*;
use crate::terminal::Theme;
use crate::testutil::TestRun;

const SUMMARY: Summary = Summary { width: 80, ..Summary::PLAIN };

#[test]
fn a_cause_comes_before_its_codes() {
    let run = TestRun::default()
        .with_finding_at(0, 7, -10003, Some(0))
        .with_finding_at(0, 8, 6206, Some(61_000))
        .with_finding_at(1, 9, 6206, Some(5_000_000))
        .with_finding(1, 10, 424_242)
        .with_finding(1, 12, 6208);
    let wanted = "\
5 findings of 4 codes in 5000 lines of 3 files
3 errors, 1 unknown, 1 warning, 2026-11-24 10:00:00.000 to 11:23:20.000

3 problems, the worst first
severity  count   share            code    name
error         3   60.0%  ████████  2 codes, one problem
          The UserSig has expired.
          -> Get a new UserSig from your server and log in again.
              2   40.0%  █████▍    6206    ERR_USER_SIG_EXPIRED
          sdk/account, first app.log:8, last logs/backend-2026-11-24.log:9,
          2026-11-24 10:01:01.000 to 11:23:20.000
              1   20.0%  ██▋       -10003  ERR_SVR_SSO_A2_UP_INVALID
          server/access, app.log:7, 2026-11-24 10:00:00.000
unknown       1   20.0%  ██▋       424242
          No catalog holds this code.
          -> Go by the text beside it, and quote both to support.
          logs/backend-2026-11-24.log:10
warning       1   20.0%  ██▋       6208    ERR_LOGIN_KICKED_OFF_BY_OTHER
          sdk/account: The user was logged out because the account logged in on
          another device.
          -> Tell the user and log in only on their request, or both devices
             kick each other. To allow both, change Login and Message > Login
             Settings in the console.
          logs/backend-2026-11-24.log:12

category       count   share    kind      count   share
sdk/account        3   60.0%    auth          3   60.0%
unknown            1   20.0%    unknown       1   20.0%
server/access      1   20.0%    conflict      1   20.0%

severity  count   share            file
error         3   60.0%  ████████  logs/backend-2026-11-24.log
error         2   40.0%  █████▍    app.log

time      in intervals of 2 min, 2 findings without a time
errors    █
max 2     █                                        █
          2026-11-24 10:00:00    2026-11-24 11:23:20
";
    assert_eq!(run.document(&SUMMARY), wanted);
}

#[test]
fn a_wide_terminal_has_a_line_for_each_code() {
    let text = TestRun::from_codes(&[6206, 70001]).document(&Summary { width: 200, ..SUMMARY });
    let lines: Vec<&str> = text.lines().skip(3).take(6).map(str::trim_end).collect();
    let rows = [
        ("severity  count   share                code   name                  category", "meaning"),
        ("error         2    100%  ████████████  2 codes, one problem", "The UserSig has expired."),
        ("", "-> Get a new UserSig from your server and log in again."),
        ("              1   50.0%  ██████        6206   ERR_USER_SIG_EXPIRED  sdk/account", ""),
        ("", "app.log:1"),
        (
            "              1   50.0%  ██████        70001                        \
                server/account or web/login",
            "",
        ),
    ];
    let wanted = rows.map(|(left, right)| match (left, right) {
        ("", _) => format!("{:39}{right}", ""),
        (_, "") => left.to_string(),
        _ => format!("{left:97}{right}"),
    });
    assert_eq!(lines, wanted);
}

#[test]
fn nothing_found_is_one_line() {
    let text = TestRun::default().document(&SUMMARY);
    assert_eq!(text, "No error codes found in 5000 lines of 3 files\n");
}

#[test]
fn no_line_is_too_wide_or_has_a_control_character() {
    let long = format!("/{}/app.log", "var/log/日志".repeat(40));
    let hostile = ["a\x1b[31m\r\nerror 7 \u{202e}\u{9b}2J\u{fe0f}.log", long.as_str(), "stdin"];
    let many: Vec<i64> =
        crate::catalog::built_in().entries().iter().map(|entry| entry.codes.first).collect();
    let runs = [
        TestRun::chat_app(),
        TestRun::chat_app().with_files(&hostile),
        TestRun::from_codes(&many),
        TestRun::from_codes(&[6206; 12_345])
            .with_finding_at(2, u64::MAX, 6208, Some(0))
            .with_files(&hostile),
    ];
    for run in &runs {
        for width in (40..250).step_by(7) {
            let text = run.document(&Summary { width, ..SUMMARY });
            for line in text.lines() {
                assert!(crate::terminal::width(line) <= width, "{width}: {line}");
                assert!(!line.ends_with(' ') && !line.chars().any(char::is_control), "{line:?}");
            }
        }
    }
    assert!(
        runs[1]
            .document(&Summary { width: 200, ..SUMMARY })
            .contains("a\\x1b[31m\\r\\nerror 7 \\u{202e}\\u{9b}2J\\u{fe0f}.log:12")
    );
}

#[test]
fn colors_and_ascii_change_nothing_else() {
    let run = TestRun::chat_app();
    let escape = regex::Regex::new("\x1b\\[[0-9;]*m").expect("hardcoded pattern must compile");
    let styles = Styles::colored(Theme::auto());
    for width in [40, 80, 200] {
        let plain = run.document(&Summary { width, ..SUMMARY });
        let colored = run.document(&Summary { width, styles: styles.clone(), ..SUMMARY });
        assert!(colored.contains("\x1b[1;38;2;238;0;0merror\x1b[22;39m"));
        assert!(colored.contains("\x1b[38;2;0;138;0m->\x1b[39m "));
        assert_eq!(escape.replace_all(&colored, ""), plain);
    }
    let ascii = run
        .with_files(&["a.log", &format!("{}b.log", "x/".repeat(100)), "c.log"])
        .document(&Summary { ascii: true, ..SUMMARY });
    assert!(
        ascii.is_ascii() && ascii.contains("########  3 codes") && ascii.contains(" .../x/x/"),
        "{ascii}"
    );
}

#[test]
fn causes_and_files_that_are_left_out_are_counted() {
    let names: Vec<String> = (0..25).map(|file| format!("{file}.log")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let run = (0..25).fold(TestRun::default().with_files(&names), |run, file| {
        run.with_finding(file, 1, 6206).with_finding(file, 2, 6208)
    });
    let text = run.document(&Summary { max_causes: 1, more: "; --top all lists them", ..SUMMARY });
    let rest = "\n          and 1 more problem, with 25 findings; --top all lists them\n";
    assert!(text.contains(rest) && text.contains("\nthe worst of 2 problems\n"), "{text}");
    assert!(text.contains("  19.log\n          and 5 more files, with 10 findings\n"), "{text}");
}

#[test]
fn few_rows_have_the_first_causes() {
    let names: Vec<String> = (0..9).map(|file| format!("customer/logs/{file}.log")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut run = TestRun::default().with_files(&names);
    // Six codes of one problem, then one problem for each code.
    let entries = crate::catalog::built_in();
    let codes = [6206, 70001, -10003, -10001, -10101, 70101];
    let others = entries.entries().iter().map(|entry| entry.codes.first);
    let all: Vec<i64> = codes.into_iter().chain(others.step_by(7)).collect();
    for (line, code) in (1..).zip(all) {
        for file in 0..9 {
            run = run.with_finding_at(file, line, code, Some(line as i64 * 1000));
        }
    }
    let brief = Summary { max_causes: Summary::LIMIT, details: "--top all has it", ..SUMMARY };
    for width in [40, 59, 60, 80, 100, 200] {
        let text = run.document(&Summary { width, max_rows: 22, ..brief.clone() });
        assert!(text.lines().count() <= 22, "{text}");
        assert!(text.lines().all(|line| crate::terminal::width(line) <= width.min(100)));
        assert!(text.contains(" more problems, with "), "{text}");
        assert!(text.ends_with("\n--top all has it\n") && !text.contains("->"), "{text}");
        let text = run.document(&Summary { width, max_rows: 0, ..brief.clone() });
        assert!(text.contains("\nthe worst of ") && text.contains("\nfatal "), "{text}");
    }
}

#[test]
fn few_rows_have_the_remedies_if_all_have_room() {
    let run = TestRun::from_codes(&[6206, 70001, 20009, 424_242]);
    let limited = |max_rows| run.document(&Summary { max_rows, ..SUMMARY });
    let wanted = "\
4 findings of 4 codes in 5000 lines of 3 files
2 errors, 1 unknown, 1 warning

3 problems, the worst first
severity  count   share  code     meaning
error         2   50.0%  6206 +1  The UserSig has expired.
          -> Get a new UserSig from your server and log in again.
";
    let text = limited(20);
    assert!(text.starts_with(wanted) && text.matches("\n          -> ").count() == 3, "{text}");
    let rows = text.lines().count();
    // One row is for causes that are left out, and one for details.
    assert_eq!(limited(rows + 2), text);
    let text = limited(rows + 1);
    assert!(!text.contains("->") && text.contains("  424242"), "{text}");
}

/// The codes of the table, in order.
fn order_of(run: &TestRun, order: CauseOrder) -> Vec<&'static str> {
    let text = run.document(&Summary { order, ..SUMMARY });
    let mut found: Vec<(usize, &str)> = ["6206", "6208", "70107", "424242"]
        .into_iter()
        .filter_map(|code| Some((text.find(&format!("  {code} "))?, code)))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, code)| code).collect()
}

#[test]
fn causes_are_sorted_as_asked() {
    let run = TestRun::from_codes(&[6208, 70107, 6206, 6206, 6208, 6208]);
    assert_eq!(order_of(&run, CauseOrder::Severity), ["6206", "70107", "6208"]);
    assert_eq!(order_of(&run, CauseOrder::Count), ["6208", "6206", "70107"]);
    assert_eq!(order_of(&run, CauseOrder::First), ["6208", "70107", "6206"]);
    let none = run.document(&Summary { max_causes: 0, ..SUMMARY });
    assert!(none.contains("and 3 more problems, with 6 findings") && !none.contains("6206"));
}

#[test]
fn narrow_tables_have_nearly_all_columns_for_text() {
    let run = TestRun::from_codes(&[6206, 70001, 20009]);
    let text = run.document(&Summary { width: 40, ..SUMMARY });
    for line in [
        "severity  count   share  code",
        "error         2   66.7%  2 codes",
        "  6206 x1 ERR_USER_SIG_EXPIRED",
        "  -> Get a new UserSig from your server",
        "     and log in again.",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}: {text}");
    }
    assert!(text.lines().all(|line| width(line) <= 40), "{text}");
    // A name is beside its code where there is room.
    let text = run.document(&Summary { width: 60, ..SUMMARY });
    assert!(text.contains("33.3%  6206   ERR_USER_SIG_EXPIRED\n"), "{text}");
}

#[test]
fn bars_are_drawn_only_where_counts_differ() {
    let alike = TestRun::from_codes(&[6206, 6208]).document(&SUMMARY);
    assert!(!alike.contains('█'), "{alike}");
    let different = TestRun::from_codes(&[6206, 6208, 6208]).document(&SUMMARY);
    assert!(different.contains('█'), "{different}");
}

#[test]
fn many_groups_are_put_together_if_the_causes_are_limited() {
    let codes = [6206, 10010, 10015, 20001, 30001, 40001, 70107, 80001, 90001];
    let run = TestRun::from_codes(&codes);
    let groups = phrases::categories(&run.data()).len();
    assert!(groups > MAX_GROUPS + 1, "{groups}");
    for (width, max_causes) in [(80, 10), (40, 10), (80, usize::MAX)] {
        let text = run.document(&Summary { width, max_causes, ..SUMMARY });
        let rest = format!("\n{} more ", groups - MAX_GROUPS);
        assert_eq!(text.contains(&rest), max_causes == 10, "{text}");
    }
}
