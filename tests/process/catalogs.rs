//! Catalogs of the user in the real binary.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::common::{LINE, folder, run, status_and_output, text};
use crate::streaming;

#[test]
fn a_run_reports_catalog_problems_as_check_does() {
    let wrong = (1..=12).map(|code| format!("[[entry]]\ncode = {code}\nkind = \"zebra\"\n"));
    let broken = format!("system = \"app\"\n{}", wrong.collect::<String>());
    let folder = folder(&[("broken.toml", &broken), ("second.toml", "x = \n"), ("log", LINE)]);
    let checked =
        text(&run(&["check-catalog", "broken.toml", "second.toml"], folder.path()).stdout);
    assert!(checked.contains("\n4 | kind = \"zebra\"\n  |        ^^^^^^^\n"), "{checked}");
    let problem = |line: &&str| line.contains(".toml:");
    let more = checked.lines().filter(problem).count() - 10;
    let first = checked.split_inclusive('\n').scan(0, |count, line| {
        *count += usize::from(problem(&line));
        (*count <= 10).then_some(line)
    });
    let first = first.collect::<String>().replace("broken.toml:", "error: broken.toml:");
    let (status, out, errors) = status_and_output(&run(
        &["--catalog", "broken.toml", "--catalog", "second.toml", "log"],
        folder.path(),
    ));
    assert_eq!((status, out.as_str()), (Some(2), ""));
    let expected = format!(
        "{first}error: --catalog: {more} more problems; run 'imerr-annotate check-catalog \
            FILE...' to see all of them\n"
    );
    assert_eq!(errors, expected);
}

#[test]
fn a_new_catalog_is_valid() {
    let template = run(&["new-catalog", "shop"], Path::new("."));
    let folder = folder(&[
        ("shop.toml", &text(&template.stdout)),
        ("log", "error code: 100001, error code: 100050\n"),
    ]);
    let output = run(&["check-catalog", "shop.toml"], folder.path());
    assert_eq!(
        (output.status.code(), text(&output.stdout)),
        (Some(0), "shop.toml: 2 entries\n".to_string())
    );
    let mut child = streaming(&["check-catalog", "-"]);
    child
        .stdin
        .take()
        .expect("stdin is piped")
        .write_all(&template.stdout)
        .expect("the binary reads");
    assert!(child.wait_with_output().expect("the binary ends").status.success());
    let output = run(&["--catalog", "shop.toml", "--format", "csv", "log"], folder.path());
    assert_eq!(text(&output.stdout).matches(",shop,").count(), 2, "{}", text(&output.stdout));
    // The rules in its comments are valid too.
    let rules: String = text(&template.stdout)
        .lines()
        .skip_while(|line| !line.starts_with("# These codes are found after"))
        .filter_map(|line| line.strip_prefix("#   "))
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(folder.path().join("rules.toml"), rules).expect("the directory is writable");
    let output = run(&["check-catalog", "rules.toml", "--catalog", "shop.toml"], folder.path());
    assert_eq!(
        text(&output.stdout),
        "rules.toml: 3 rules with 6 lines\n",
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn custom_codes_are_known_to_all_commands() {
    let template = text(&run(&["new-catalog", "shop"], Path::new(".")).stdout);
    let folder = folder(&[("shop.toml", &template), ("log", "error code: 100001\n")]);
    let rows: [&[&str]; 8] = [
        &["log"],
        &["explain", "100001"],
        &["explain", "ERR_CART_LOCKED"],
        &["search", "same", "cart"],
        &["list", "--system", "shop"],
        &["stats", "--category", "cart", "log"],
        &["explain-line", "error code: 100001"],
        &["--format", "sarif", "log"],
    ];
    for args in rows {
        // After the name of a command, and before lines, which may begin with a dash.
        let (first, rest) = args.split_at(usize::from(args[0] != "log" && args[0] != "--format"));
        let output = run(&[first, &["--catalog", "shop.toml"], rest].concat(), folder.path());
        assert!(
            text(&output.stdout).contains("Another device is changing the same cart."),
            "{args:?}: {}",
            text(&output.stdout)
        );
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
    }
}
