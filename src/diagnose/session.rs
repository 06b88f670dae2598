//! The session of a line: which run of which app, or which user of a server, wrote it.

use std::sync::LazyLock;

use regex::bytes::{Captures, Regex, RegexBuilder};

use super::SessionKind;

/// So many bytes of a line are searched for a process id, which is at its beginning.
const BEGINNING: usize = 200;
/// So many bytes are searched for other keys.
const SEARCHED: usize = 4096;
/// The longest key, in bytes; of longer ones, the beginning counts.
const KEY_LIMIT: usize = 64;

/// Compiles a pattern for bytes: lines need not be UTF-8.
fn regex(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).unicode(false).build()
}

/// How loggers write the id of the process.
static PROCESS: LazyLock<Regex> = LazyLock::new(|| {
    let forms = [
        // [I][2024-05-09 +8.0 12:51:36.901][7325, 7325*][tag]
        r"\[([0-9]+), ?[0-9]+\*?\]",
        // TIM: 2020-01-21 09:55:35.297/I/22008-22113
        r"/[VDIWEF]/([0-9]+)-[0-9]+",
        // TIM: 2022-01-20 15:37:21.797 I 25763-26170 |-channel.cpp; the thread may be negative.
        r"[0-9.:] [VDIWEF] ([0-9]+)--?[0-9]+(?:[ |]|$)",
        // 05-09 12:51:36.118  7325  7398 E imsdk
        r"^(?:[0-9]{4}-)?[0-9]{2}-[0-9]{2} [0-9:.]{8,15}\s+([0-9]+)\s+[0-9]+ [VDIWEF] ",
        // 04-02 10:06:31.218 30217-30260/com.example.im I/imsdk
        r"^[0-9-]{5,10} [0-9:.]{8,15} ([0-9]+)-[0-9]+/",
        // E/imsdk   (15282): TIM:
        r"^[VDIWEF]/[^(]{1,40}\( *([0-9]+)\)",
        // 2023-11-20 10:42:15.900027+0800 ChatDemo[4821:1193042], sshd[4821]: and, of iOS,
        // ChatDemo(ImSDK)[4821] <Notice>:
        r"^[^\[]{0,59}[\w).-]\[([0-9]+)(?::[0-9a-fx]+\]|\](?:: | <))",
        // 2026-03-04 14:02:24.028  WARN 4821 --- [main]
        r" (?:TRACE|DEBUG|INFO|WARN|ERROR) ([0-9]+) --- \[",
        // [pid 123] and [pid:123]
        r"\bpid[ :=]+([0-9]+)",
    ];
    regex(&forms.join("|")).expect("the forms are constant")
});

/// How logs write the user.
static USER: LazyLock<Regex> = LazyLock::new(|| {
    let names = "user_?id|identifier|From_Account|Operator_Account|Owner_Account";
    let pattern = format!(r#"(?i)\b(?:{names})\\?"?\s*[:=]\s*\\?"?([^\s"'\\|,;&}}\])]+)"#);
    regex(&pattern).expect("the pattern is constant")
});

/// How logs write the SDKAppID.
static APP: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"(?i)\bsdk_?app_?id\\?"?\s*[:=]\s*\\?"?([0-9]+)"#).expect("the pattern is constant")
});

/// Finds the key of the session in a line.
#[derive(Clone, Debug, Default)]
pub struct SessionKey {
    custom: Option<Regex>,
}

impl SessionKey {
    /// A key that `pattern` finds before all others: its group `session`, or else all of it.
    ///
    /// Fails if the regular expression is wrong.
    pub fn custom(pattern: &str) -> Result<Self, String> {
        let custom = regex(pattern).map_err(|error| error.to_string())?;
        Ok(Self { custom: Some(custom) })
    }

    /// The first key of `line` that fits, down to those of the kind `weakest`: a file whose lines
    /// show the process is not divided by users.
    ///
    /// The id of a task is no key: a task is a part of a run, and its findings have causes outside
    /// of it.
    pub(super) fn find<'l>(
        &self,
        line: &'l [u8],
        weakest: SessionKind,
    ) -> Option<(SessionKind, &'l [u8])> {
        let line = &line[..line.len().min(SEARCHED)];
        if let Some(custom) = &self.custom {
            let found = custom.captures(line)?;
            let key = found.name("session").or(found.get(0))?.as_bytes();
            return Some((SessionKind::Custom, limited(key)));
        }
        let beginning = &line[..line.len().min(BEGINNING)];
        let forms = [
            (SessionKind::Process, &PROCESS, beginning),
            (SessionKind::User, &USER, line),
            (SessionKind::App, &APP, line),
        ];
        for (kind, form, text) in forms {
            if kind > weakest {
                break;
            }
            if let Some(found) = form.captures(text) {
                return Some((kind, limited(group(&found))));
            }
        }
        None
    }
}

/// The group that took part in the match.
fn group<'l>(found: &Captures<'l>) -> &'l [u8] {
    let group = found.iter().skip(1).flatten().next();
    group.map_or(&[], |group| group.as_bytes())
}

fn limited(key: &[u8]) -> &[u8] {
    &key[..key.len().min(KEY_LIMIT)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(line: &str) -> String {
        let found = SessionKey::default().find(line.as_bytes(), SessionKind::Log);
        found.map_or(String::new(), |(kind, key)| format!("{kind} {}", key.escape_ascii()))
    }

    #[test]
    fn the_key_of_a_line_is_the_first_that_fits() {
        let rows = [
            ("[I][2024-05-09 +8.0 12:51:36.901][7325, 7325*][tag][x", "process 7325"),
            ("TIM: 2020-01-21 09:55:35.297/I/22008-22113     /Msg", "process 22008"),
            ("TIM: 2022-01-20 15:37:21.797 I 25763-26170     |-channel.cpp", "process 25763"),
            ("TIM: 2026-11-28 15:37:21.797 I 29677--1419774272|-im_engine", "process 29677"),
            ("05-09 12:51:36.118  7325  7398 E imsdk   : TIM: |-login", "process 7325"),
            ("04-02 10:06:31.218 30217-30260/com.example.im I/imsdk: x", "process 30217"),
            ("E/imsdk   (15282): TIM: |-group_list_fetcher.cpp:85", "process 15282"),
            ("2023-11-20 10:42:15.900027+0800 ChatDemo[4821:1193042] x", "process 4821"),
            ("Nov 27 10:00:00 host chat[812]: code 6206", "process 812"),
            ("login failed|userid:u1|sdkappid:1400000001", "user u1"),
            ("{\"From_Account\":\"bob\",\"ErrorCode\":20003}", "user bob"),
            ("{\"msg\":\"{\\\"From_Account\\\":\\\"bob\\\"}\"}", "user bob"),
            ("?sdkappid=1400000001&identifier=admin&random=1", "user admin"),
            ("2026-03-04 14:02:24.028  WARN 7 --- [main] c.e.Im : code 6206", "process 7"),
            ("com.example.TimException: [10007] operator is no admin", ""),
            ("[10007] operator is no admin", ""),
            ("sdkappid:1400000001|x", "app 1400000001"),
            ("2024-05-09 10:00:00 [ERROR] login failed, code: 6206", ""),
            ("task_id:6|error_code:9523", ""),
        ];
        for (line, wanted) in rows {
            assert_eq!(key(line), wanted, "{line}");
        }
    }

    #[test]
    fn a_custom_pattern_is_the_only_one() {
        let key = SessionKey::custom("device=(?<session>[a-z]+)").expect("a pattern");
        let find = |line: &'static str| key.find(line.as_bytes(), SessionKind::Log);
        assert_eq!(find("pid 12 device=abc"), Some((SessionKind::Custom, &b"abc"[..])));
        assert_eq!(find("pid 12"), None);
        let whole = SessionKey::custom("dev-[0-9]+").expect("a pattern");
        let found = whole.find(b"x dev-12 y", SessionKind::Log);
        assert_eq!(found, Some((SessionKind::Custom, &b"dev-12"[..])));
        assert!(SessionKey::custom("(").is_err());
    }
}
