//! Values that a key names: `userID: lily`, `"password":"..."`, `用户：张三`, `?usersig=...`.

use std::sync::LazyLock;

use regex::Regex;

use super::value::{Value, decoded, quote, values};
use super::vocabulary::{Vocabulary, is_nothing};
use super::{MaskKind, Span};

/// Keys whose values are of one kind.
pub(super) struct KeyRule {
    pub kind: MaskKind,
    /// A regular expression for the end of the key, in any case. What separates it from the value
    /// follows.
    pub keys: &'static str,
    /// How sure the key is.
    certainty: Certainty,
    /// Lines with a value, and the value.
    #[cfg_attr(not(test), expect(dead_code, reason = "for tests"))]
    pub masked: &'static [(&'static str, &'static str)],
    /// Lines that stay as they are.
    #[cfg_attr(not(test), expect(dead_code, reason = "for tests"))]
    pub kept: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Certainty {
    /// The value is one whatever it looks like.
    Sure,
    /// A word of the catalog after a blank is a message about the key.
    UnlessMessage,
    /// The same, and a value may have blanks.
    Words,
    /// The value is all that follows up to a quote or `|`.
    Rest,
}

pub(super) const RULES: &[KeyRule] = &[
    KeyRule {
        kind: MaskKind::UserSig,
        keys: r"user_?sig|\bsig",
        certainty: Certainty::UnlessMessage,
        masked: &[
            ("Login|userSig:eJw1jV0LgjAYRv|code:6206", "eJw1jV0LgjAYRv"),
            ("{\"UserID\":\"x1\",\"UserSig\":\"eJyrVgrx*Ac-\"}", "eJyrVgrx*Ac-"),
            ("{\\\"usersig\\\":\\\"eJyrVg\\\"}", "eJyrVg"),
            ("GET /v4/im?usersig=eJyrVg-__&random=1", "eJyrVg-__"),
            ("user_sig = 'abc123'", "abc123"),
        ],
        kept: &[
            "login failed, code: 6206, desc: userSig expired",
            "UserSig: expired, code 6206",
            "Login|userSig:|code:70402",
            "userSig: undefined",
            "userSigExpireTime: 604800",
            "error_code:70013 error_message:UserSig: is not valid",
        ],
    },
    KeyRule {
        kind: MaskKind::Secret,
        keys: r"passw(?:or)?d|passphrase|\bpwd|密码|口令",
        certainty: Certainty::Sure,
        masked: &[
            ("login password=hunter2 code: 6206", "hunter2"),
            ("{\"password\":\"a \\\"b\\\" c\",\"x\":1}", "a \\\"b\\\" c"),
            ("密码：tiger，用户登录失败", "tiger"),
            ("pwd: 123456", "123456"),
        ],
        kept: &["password: wrong, code: 70402", "{\"password\":null}", "passwordLength: 12"],
    },
    KeyRule {
        kind: MaskKind::Secret,
        keys: r"token|secret(?:_?(?:key|id))?|(?:api|access|private|app|sign)_?key(?:_?(?:id|secret))?|\bsign(?:ature)?|credential|session_?key|令牌|密钥",
        certainty: Certainty::UnlessMessage,
        masked: &[
            ("access_token=abc.def-123&x=1", "abc.def-123"),
            ("SecretKey: AKIDz8krbsJ5yKBZQpn74WFkmLPx3", "AKIDz8krbsJ5yKBZQpn74WFkmLPx3"),
            ("setToken: token=10262:AL1mj7:2001", "10262:AL1mj7:2001"),
            ("{\"deviceToken\":\"<0a1b>\"}", "<0a1b>"),
            ("sdkSecretKey='0f1e2d'", "0f1e2d"),
            ("Signature=9f86d081|code:9512", "9f86d081"),
            ("密钥=0f1e2d", "0f1e2d"),
        ],
        kept: &[
            "setToken failed, code -10005|descr",
            "token: expired, code 6206",
            "json_token:[]",
            "token size:128",
            "design: new",
        ],
    },
    KeyRule {
        kind: MaskKind::Secret,
        keys: r"\bauthorization",
        certainty: Certainty::UnlessMessage,
        masked: &[
            ("Authorization: Bearer abc-123 code: 6206", "abc-123"),
            ("{\"Authorization\":\"Basic dTpw\"}", "dTpw"),
        ],
        kept: &["authorization: failed, code: 70402"],
    },
    KeyRule {
        kind: MaskKind::Secret,
        keys: r"\b(?:set-)?cookie",
        certainty: Certainty::Rest,
        masked: &[("Cookie: a=b; c=d|code:6206", "a=b; c=d")],
        kept: &["cookies are off"],
    },
    KeyRule {
        kind: MaskKind::Phone,
        keys: r"phone(?:_?(?:num(?:ber)?|no))?|\bmobile(?:_?(?:num(?:ber)?|no))?|\btel(?:ephone)?|手机号码?|电话(?:号码)?",
        certainty: Certainty::UnlessMessage,
        masked: &[
            ("手机号：13800138000，登录失败", "13800138000"),
            ("{\"phone\":\"+86-138-0013-8000\"}", "+86-138-0013-8000"),
            ("phoneNumber=5551234", "5551234"),
        ],
        kept: &["telemetry: on", "phone: invalid"],
    },
    KeyRule {
        kind: MaskKind::Mail,
        keys: r"e-?mail(?:_?addr(?:ess)?)?|邮箱(?:地址)?",
        certainty: Certainty::UnlessMessage,
        masked: &[("email=lily at home", "lily"), ("邮箱: lily#x.cn", "lily#x.cn")],
        kept: &["email: missing"],
    },
    KeyRule {
        kind: MaskKind::User,
        keys: r"user_?ids?(?:_?(?:list|array|set))?|user_?names?|\b[lg]?uid|identifier|accounts?(?:_?(?:list|array|id))?|open_?id|union_?id|tiny_?id|base16_format|\buser|sender|receiver|用户(?:ID|名|名称|账号)?|账号|帐号",
        certainty: Certainty::UnlessMessage,
        masked: &[
            ("|userid:lily tinyid: 0|code:6206", "lily"),
            ("{\"From_Account\":\"lily\",\"ErrorCode\":70107}", "lily"),
            ("{\"To_Account\":[\"u1\", \"u2\"],\"ErrorCode\":0}", "u2"),
            ("{\\\"identifier\\\":\\\"lily\\\"}", "lily"),
            ("?sdkappid=1400000001&identifier=admin&random=1", "admin"),
            ("user_id_list:<lily,bob>|code:6017", "bob"),
            ("用户：张三，错误码：6206", "张三"),
            ("用户【lily】登录失败，错误码：6206", "lily"),
            ("用户ID=10086 错误码 6206", "10086"),
            ("receiver_user_id:user2|x", "user2"),
            ("userID:%E5%BC%A0%E4%B8%89", "%E5%BC%A0%E4%B8%89"),
            ("userid:u2 =>base16_format:7532", "7532"),
            ("userId: 10086, code: 6206", "10086"),
        ],
        kept: &[
            "userid:undefined|code:70402",
            "tinyid: 0|x",
            "user_id_list:<>|code:6017",
            "{\"account_type\":\"IM\"}",
            "account: not found, code 70107",
            "用户：未登录，错误码：6014",
            "uuid=12",
            "userID:",
        ],
    },
    KeyRule {
        kind: MaskKind::User,
        keys: r"nick(?:_?name)?|(?:real|full|first|last|display)_?name|昵称|姓名|名字|客户",
        certainty: Certainty::Words,
        masked: &[
            ("|nick:Li Lei|code:20007", "Li Lei"),
            ("{\"nickName\":\"Li Lei\"}", "Li Lei"),
            ("昵称：小明，错误码：6206", "小明"),
        ],
        kept: &["panic: nil", "nickname: empty"],
    },
    KeyRule {
        kind: MaskKind::Device,
        keys: r"device[_ ]?ids?|\b(?:imei|idfa|idfv|oaid|android_?id|mac)|设备ID|设备号",
        certainty: Certainty::UnlessMessage,
        masked: &[
            ("TIM: ======  Device ID:   BC4E34C4D0-24E9", "BC4E34C4D0-24E9"),
            ("|device_id:4248CF9F6A-4E2D|system", "4248CF9F6A-4E2D"),
        ],
        kept: &["device_id:|x", "device_type:Linux", "mac: unknown"],
    },
];

/// The rules, each with the expression for its keys and what separates them from a value.
static COMPILED: LazyLock<Vec<(&KeyRule, Regex)>> = LazyLock::new(|| {
    fn compile(rule: &'static KeyRule) -> (&'static KeyRule, Regex) {
        // In front of a Chinese bracket no separator is needed.
        let between = r#"(?:\\*(?:["']|”|’))?[ \t]*(?:=>|:|=|：|【|「)"#;
        let pattern = format!("(?i-u:{}){between}", rule.keys);
        (rule, Regex::new(&pattern).expect("the patterns are constant"))
    }
    RULES.iter().map(compile).collect()
});

/// The values in a line that a key names.
pub(super) fn find(line: &str, vocabulary: &Vocabulary) -> Vec<Span> {
    let mut spans = Vec::new();
    for (rule, pattern) in &*COMPILED {
        for found in pattern.find_iter(line) {
            let mut start = found.end();
            if found.as_str().ends_with(['【', '「']) {
                start -= '【'.len_utf8();
            }
            find_values(line, rule, found.as_str(), start, vocabulary, &mut spans);
        }
    }
    spans
}

fn find_values(
    line: &str,
    rule: &KeyRule,
    key: &str,
    start: usize,
    vocabulary: &Vocabulary,
    spans: &mut Vec<Span>,
) {
    if rule.certainty == Certainty::Rest {
        spans.extend(rest(line, start).map(|range| span(line, rule.kind, range, "")));
        return;
    }
    let is_after_blank = line[start..].starts_with(' ');
    for value in values(line, start, rule.certainty == Certainty::Words) {
        let value = without_scheme(line, value);
        if is_nothing(value.text) || (value.is_quoted && value.text.trim().is_empty()) {
            continue;
        }
        let is_message = !value.is_quoted
            && rule.certainty != Certainty::Sure
            && (is_after_blank || !value.text.is_ascii())
            && vocabulary.has(value.text);
        if is_message {
            continue;
        }
        // A bare number of a JSON key becomes a text.
        let key_quote = closing_quote_of_key(key);
        let quote = if value.is_quoted || line[value.range.end..].starts_with(key_quote) {
            ""
        } else {
            key_quote
        };
        spans.push(span(line, rule.kind, value.range, quote));
    }
}

fn span(line: &str, kind: MaskKind, range: std::ops::Range<usize>, quote: &str) -> Span {
    let mut value = decoded(&line[range.clone()]);
    // The SDK writes user IDs in hexadecimal beside their text.
    if line[..range.start].ends_with("base16_format:")
        && let Some(text) = from_hex(&value)
    {
        value = text;
    }
    Span { range, kind, value, quote: quote.to_string() }
}

fn from_hex(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    for at in (0..text.len()).step_by(2) {
        bytes.push(u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// The quote after a key in quotes: `\"` of `\"userId\":`.
fn closing_quote_of_key(key: &str) -> &str {
    let at = key.find(['"', '\'']);
    let start = at.map_or(key.len(), |at| key[..at].trim_end_matches('\\').len());
    quote(&key[start..])
}

/// The value without the scheme of an authorization.
fn without_scheme<'l>(line: &'l str, value: Value<'l>) -> Value<'l> {
    fn is_scheme(word: &str) -> bool {
        ["bearer", "basic", "digest", "token"].iter().any(|one| word.eq_ignore_ascii_case(one))
    }
    if let Some((scheme, text)) = value.text.split_once(' ')
        && is_scheme(scheme)
    {
        let range = value.range.end - text.len()..value.range.end;
        return Value { range, text, ..value };
    }
    if !is_scheme(value.text) || value.is_quoted {
        return value;
    }
    values(line, value.range.end, false).into_iter().next().unwrap_or(value)
}

/// All that follows up to a quote or `|`.
fn rest(line: &str, start: usize) -> Option<std::ops::Range<usize>> {
    let text = &line[start..];
    let mark = quote(text.trim_start());
    let start = start + (text.len() - text.trim_start().len()) + mark.len();
    let text = line[start..].trim_end();
    let end = text.find(['|', '"', '\'']).unwrap_or(text.len());
    let end = start + text[..end].trim_end_matches(['\\', ' ']).len();
    (end > start).then_some(start..end)
}
