//! The samples of the rules, and what holds for all of them.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::catalog;
use crate::detect::Detector;

fn masker() -> Masker {
    static MASKER: LazyLock<Masker> = LazyLock::new(|| Masker::new(&catalog::built_in()));
    MASKER.clone()
}

/// All lines with a value, and the value.
fn masked_samples() -> Vec<(MaskKind, &'static str, &'static str)> {
    let mut samples = Vec::new();
    for rule in key_rules::RULES {
        samples.extend(rule.masked.iter().map(|(line, value)| (rule.kind, *line, *value)));
    }
    for rule in shapes::RULES {
        samples.extend(rule.masked.iter().map(|(line, value)| (rule.kind, *line, *value)));
    }
    samples
}

fn codes(text: &str) -> Vec<i64> {
    codes_by(&Detector::built_in(), text)
}

fn codes_by(detector: &Detector, text: &str) -> Vec<i64> {
    detector.find(text.as_bytes()).iter().map(|finding| finding.code).collect()
}

/// The program is built without the tables of Unicode that `regex` has for tests, and would panic.
#[test]
fn the_rules_need_no_tables_of_unicode() {
    for rule in key_rules::RULES {
        assert!(!rule.keys.contains(r"\p"), "{}", rule.keys);
    }
    for rule in shapes::RULES {
        assert!(!rule.pattern.contains(r"\p"), "{}", rule.pattern);
    }
    for file in ["chat", "content", "joint", "keys", "value"] {
        let path = format!("{}/src/mask/{file}.rs", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).expect("the sources are there");
        // `%22userid%22%3A%22lily%22` needs an expression of `value.rs`.
        for class in [r"\s", r"\S", r"\w", r"\W", r"\d", r"\D", r"\p"] {
            assert!(!text.contains(class), "{class} in {file}.rs");
        }
    }
}

#[test]
fn the_samples_of_the_rules_are_masked() {
    let detector = Detector::built_in();
    let mut wrong = Vec::new();
    for (kind, line, value) in masked_samples() {
        let masked = masker().mask(line);
        let is_masked = !masked.contains(value) && masked.contains(&format!("{kind}-"));
        if !is_masked || codes_by(&detector, &masked) != codes_by(&detector, line) {
            wrong.push(format!("{kind} {value}: {line}\n  {masked}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_counterexamples_of_the_rules_stay() {
    let of_keys = key_rules::RULES.iter().flat_map(|rule| rule.kept);
    let mut wrong = Vec::new();
    for line in of_keys.chain(shapes::RULES.iter().flat_map(|rule| rule.kept)) {
        let masked = masker().mask(line);
        if masked != *line {
            wrong.push(format!("{line}\n  {masked}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn values_are_masked_in_all_notations() {
    let detector = Detector::built_in();
    let mut wrong = Vec::new();
    for (line, values) in rows::MASKED {
        let masked = masker().mask(line);
        let is_left = values.iter().any(|value| masked.contains(value));
        if is_left || codes_by(&detector, &masked) != codes_by(&detector, line) {
            wrong.push(format!("{line}\n  {masked}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn messages_stay() {
    let changed = |line: &&str| masker().mask(line) != *line;
    let wrong: Vec<String> = rows::KEPT
        .iter()
        .copied()
        .filter(changed)
        .map(|line| format!("{line}\n  {}", masker().mask(line)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn paths_stay_paths() {
    let log = r"C:\Users\Li Lei\im.log C:\\Users\\lily\\im.log /Users/lily/im.log";
    let wanted = r"C:\Users\user-1\im.log C:\\Users\\user-2\\im.log /Users/user-2/im.log";
    assert_eq!(masker().mask(log), wanted);
}

/// A value has one placeholder, whatever the keys in front of it.
#[test]
fn a_value_has_one_placeholder() {
    let masked = masker().mask("userID: 13800138000\nsms to 13800138000, phone: 13800138000\n");
    assert_eq!(masked, "userID: user-1\nsms to user-1, phone: user-1\n");
}

#[test]
fn the_lines_of_a_private_key_are_masked() {
    let log = ["-----BEGIN PRIVATE KEY-----", "abcDEF", "12:51 D app: q1w2==", "login failed"];
    let wanted =
        ["-----BEGIN PRIVATE KEY-----", "secret-1", "12:51 D app: secret-2", "login failed"];
    // A bundle masks line by line.
    let mut masker = masker();
    assert_eq!(log.map(|line| masker.mask(line)), wanted);
    assert_eq!(masker.mask("failed"), "failed");
}

/// The error of a message stays, also beside its sender.
#[test]
fn errors_beside_a_sender_stay() {
    for (line, error) in [
        (r#"{"sender":"lily9","msg":"参数错误","code":6017}"#, "参数错误"),
        (r#"{"receiver":"lily9","message":"To_Account is invalid"}"#, "To_Account is invalid"),
        ("sender: lily9 msg: userSig expired, code: 6206", "userSig expired"),
        (r#"{"sender":"lily9","text":"kicked offline, code 6208"}"#, "kicked offline, code 6208"),
    ] {
        let masked = masker().mask(line);
        assert!(masked.contains(error) && !masked.contains("lily9"), "{masked}");
    }
}

/// The words of people may be those of messages, which must stay elsewhere.
#[test]
fn texts_that_look_like_messages_are_masked_only_where_they_are() {
    let mut masker = masker();
    let log = "{\"MsgContent\":{\"Text\":\"error code: 6206\"}}\n\
               {\"MsgContent\":{\"Text\":\"login failed\"}}\n\
               imsdk login failed, error code: 6206\n";
    let wanted = "{\"MsgContent\":{\"Text\":\"text-1\"}}\n\
                  {\"MsgContent\":{\"Text\":\"text-2\"}}\n\
                  imsdk login failed, error code: 6206\n";
    assert_eq!(masker.mask(log), wanted);
}

/// An app may name the answer of a server as it names a message.
#[test]
fn answers_with_codes_stay() {
    for line in [
        "payload: {\"code\":6206,\"desc\":\"userSig expired\"}",
        "offline push {code: 7013, desc: 'not supported'}",
        "\"payload\":{\"data\":\"{\\\"errorCode\\\":6206}\"}",
    ] {
        assert_eq!(masker().mask(line), line);
    }
}

/// The lines of the logs of all systems, and those that rules find.
fn fixture_lines() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut lines = Vec::new();
    for file in fs::read_dir(folder.join("logs")).expect("the logs are there") {
        let bytes = fs::read(file.expect("a file").path()).expect("a log");
        lines.extend(String::from_utf8_lossy(&bytes).lines().map(str::to_string));
    }
    for file in fs::read_dir(folder.join("lines")).expect("the lines are there") {
        let text = fs::read_to_string(file.expect("a file").path()).expect("a text");
        for line in text.lines() {
            let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
            lines.extend(record["line"].as_str().map(str::to_string));
        }
    }
    lines
}

#[test]
fn the_codes_of_logs_of_all_kinds_stay() {
    let lines = fixture_lines();
    assert!(lines.len() > 500);
    let detector = Detector::built_in();
    let mut wrong = Vec::new();
    for line in &lines {
        let masked = masker().mask(line);
        if codes_by(&detector, line) != codes_by(&detector, &masked) {
            wrong.push(format!("{line}\n{masked}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn values_are_the_same_however_they_are_written() {
    let rows = [
        ("userID:张三 \"userid\":\"\\u5f20\\u4e09\" uid=%E5%BC%A0%E4%B8%89", 1),
        ("userid:lily =>base16_format:6c696c79 for lily, C2Clily 6c696c79", 1),
        ("{\"a\":\"{\\\"userId\\\":\\\"lily\\\"}\"} userId=lily", 1),
        ("\"userId\": 1234567 and 1234567, not 12345678", 1),
        ("userid:lily userid:lil", 2),
        ("userid:u1|userid:u2", 2),
    ];
    for (line, values) in rows {
        let mut masker = masker();
        let masked = masker.mask(line);
        let counts = masker.counts();
        assert_eq!(counts.len(), 1, "{masked}");
        assert_eq!(counts[0].values, values, "{masked}");
        for value in ["张三", "5f20", "%E5", "lily", "6c696c79", " 1234567,"] {
            assert!(!masked.contains(value), "{masked}");
        }
    }
}

#[test]
fn json_stays_json() {
    for line in [
        r#"{"userId": 10086, "To_Account": ["a", "b"], "code": 6206}"#,
        r#"{"password": "a \" b", "phone": 13800138000, "nick": "x y"}"#,
        r#"{"message": "{\"userId\": 10086}"}"#,
    ] {
        let masked = masker().mask(line);
        assert!(!masked.contains("10086") && !masked.contains("13800138000"), "{masked}");
        serde_json::from_str::<serde_json::Value>(&masked).expect(&masked);
    }
}

#[test]
fn words_of_messages_are_not_taken_for_names() {
    let mut masker = masker();
    masker.learn("userid:login|\nuserid:6206|\nuserid:lily|");
    let masked = masker.mask("lily: login failed, code: 6206, userid:login");
    assert_eq!(masked, "user-3: login failed, code: 6206, userid:user-1");
    assert_eq!(masker.placeholder(MaskKind::User, "lily"), "user-3");
}

/// A line with one value of each kind, in one of several notations.
fn line() -> impl Strategy<Value = (String, Vec<String>)> {
    let id = "[a-z]{3,8}[0-9]{1,4}";
    let secret = "[A-Za-z0-9]{3}[0-9][A-Za-z0-9]{6,20}";
    let phone = "1[3-9][0-9]{9}";
    let mail = "[a-z]{3,9}[0-9]@[a-z]{3,9}\\.(com|cn)";
    let code = prop::sample::select(vec![6014_i64, 6206, 9523, 70107]);
    (id, secret, phone, mail, 0..5_usize, code).prop_map(|(id, secret, phone, mail, form, code)| {
        let line = line_with(&id, &secret, &phone, &mail, form, code);
        (line, vec![id, secret, phone, mail])
    })
}

fn line_with(id: &str, secret: &str, phone: &str, mail: &str, form: usize, code: i64) -> String {
    match form {
        0 => format!("imsdk|userid:{id}|token:{secret}|error_code:{code}|{phone} {mail}"),
        1 => format!(
            "imsdk {{\"From_Account\":\"{id}\",\"password\":\"{secret}\",\"phone\":\"{phone}\",\
             \"email\":\"{mail}\",\"ErrorCode\":{code}}}"
        ),
        2 => format!(
            "imsdk {{\\\"userId\\\":\\\"{id}\\\",\\\"userSig\\\":\\\"{secret}\\\"}} \
             {phone}, {mail}, code: {code}"
        ),
        3 => format!(
            "imsdk GET /x?identifier={id}&usersig={secret}&m={mail} 手机号{phone} code={code}"
        ),
        _ => format!(
            "imsdk 用户：{id}，密码：{secret}，手机号：{phone}，邮箱：{mail}，错误码：{code}"
        ),
    }
}

proptest! {
    #[test]
    fn no_value_is_left_and_all_codes_are(lines in prop::collection::vec(line(), 1..12)) {
        let mut text = String::new();
        for (line, values) in &lines {
            text += &format!("{line}\nagain {}\n", values.join(" "));
        }
        let mut masker = masker();
        masker.learn(&text);
        let masked = masker.mask(&text);
        for value in lines.iter().flat_map(|(_, values)| values) {
            prop_assert!(!masked.contains(value.as_str()), "{value}: {masked}");
        }
        prop_assert_eq!(masked.lines().count(), text.lines().count());
        for (masked, line) in masked.lines().zip(text.lines()) {
            prop_assert_eq!(codes(masked), codes(line), "{}", masked);
        }
        // A value that is masked once is masked in the same way again.
        prop_assert_eq!(masker.mask(&text), masked);
    }

    #[test]
    fn any_text_can_be_masked(text in "\\PC{0,200}") {
        let mut masker = masker();
        let masked = masker.mask(&text);
        prop_assert_eq!(masked.lines().count(), text.lines().count());
    }
}
