//! Values that their shape shows: mail addresses, telephone numbers, identity cards, names, IP
//! addresses, UserSigs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::value::decoded;
use super::{MaskKind, Span};

/// A shape of values.
pub(super) struct ShapeRule {
    pub kind: MaskKind,
    /// Group `value` is the value. What is around it belongs to the shape.
    pub pattern: &'static str,
    /// Whether a match is one.
    is_value: fn(&str) -> bool,
    /// Lines with a value, and the value.
    #[cfg_attr(not(test), expect(dead_code, reason = "for tests"))]
    pub masked: &'static [(&'static str, &'static str)],
    /// Lines that stay as they are.
    #[cfg_attr(not(test), expect(dead_code, reason = "for tests"))]
    pub kept: &'static [&'static str],
}

/// Longer shapes come first: of two at one place, the first one wins.
pub(super) const RULES: &[ShapeRule] = &[
    ShapeRule {
        kind: MaskKind::UserSig,
        // What zlib makes of the JSON of a UserSig, in its own base64.
        pattern: r"(?:^|[^A-Za-z0-9]|%[0-9A-Fa-f]{2}|\\[nrt])(?P<value>eJ(?:[A-Za-z0-9*_+/=-]|%2[AaBbFf]|%3[Dd]){40,})",
        is_value: |_| true,
        masked: &[(
            "login(lily, eJw1jV0LgjAYRv*L1iGb7qPUXXRRdBFSEF6Ka69zmDqmfWD030tsz*U553DeqDyd)",
            "eJw1jV0LgjAYRv*L1iGb7qPUXXRRdBFSEF6Ka69zmDqmfWD030tsz*U553DeqDyd",
        )],
        kept: &["eJson code:6206"],
    },
    ShapeRule {
        kind: MaskKind::Secret,
        // Keys of clouds and of code hosts, by their beginnings.
        pattern: r"(?:^|[^A-Za-z0-9])(?P<value>(?:AKID|AKIA|ASIA|LTAI)[A-Za-z0-9]{12,}|(?:sk|rk|pk|ghp|gho|ghs|glpat|xox[abp])[-_][A-Za-z0-9_-]{16,}|AIza[A-Za-z0-9_-]{30,}|[A-Za-z0-9_-]{11,}:APA91b[A-Za-z0-9_-]{20,})",
        is_value: |_| true,
        masked: &[
            ("using AKIDz8krbsJ5yKBZQpn74W now", "AKIDz8krbsJ5yKBZQpn74W"),
            (
                "fcm cGk2x9Q_1aB:APA91bH2k3Lm4Np5Qr6St7Uv8Wx9 ok",
                "cGk2x9Q_1aB:APA91bH2k3Lm4Np5Qr6St7Uv8Wx9",
            ),
        ],
        kept: &["task_1", "sk-1", "AKID is missing"],
    },
    ShapeRule {
        kind: MaskKind::Secret,
        // The secret of a cloud after its ID.
        pattern: r"(?:AKID|AKIA|ASIA|LTAI)[A-Za-z0-9]{12,}(?:[^A-Za-z0-9/+].{0,40}?)??[^A-Za-z0-9/+](?P<value>[A-Za-z0-9/+]{30,})(?:[^A-Za-z0-9/+]|$)",
        is_value: |text| {
            text.contains(|c: char| c.is_ascii_digit())
                && text.contains(|c: char| c.is_ascii_uppercase())
                && text.contains(|c: char| c.is_ascii_lowercase())
        },
        masked: &[(
            "aws AKIAQ2W3E4R5T6Y7U8I9 secret 9aB8cD7eF6gH5iJ4kL3mN2oP1qR0sT/uV+wXyZ12",
            "9aB8cD7eF6gH5iJ4kL3mN2oP1qR0sT/uV+wXyZ12",
        )],
        kept: &["AKIA is missing, request 5bd2850fff3ecb11d7c805251c51ee463a25727b"],
    },
    ShapeRule {
        kind: MaskKind::Secret,
        // The secret key of an SDKAppID, and the push token of a device of Apple.
        pattern: r"(?:^|[^A-Za-z0-9]|0x|%[0-9A-Fa-f]{2})(?P<value>[0-9a-fA-F]{64}|[0-9a-f]{8}(?: [0-9a-f]{8}){7})(?:[^A-Za-z0-9]|$)",
        is_value: |_| true,
        masked: &[(
            "key 5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e,",
            "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e",
        )],
        kept: &["5bd2850fff3ecb11d7c805251c51ee463a25727b"],
    },
    ShapeRule {
        kind: MaskKind::Secret,
        // A key of an unknown service is a long mix of letters and digits.
        pattern: r"(?i-u:\bkey=)(?P<value>[A-Za-z0-9+/_-]{16,})",
        is_value: |text| {
            text.contains(|c: char| c.is_ascii_digit()) && text.contains(char::is_alphabetic)
        },
        masked: &[("id=1&key=q1w2e3r4t5y6u7i8", "q1w2e3r4t5y6u7i8")],
        kept: &["key=group_attributes_of_x", "key=1234567890123456"],
    },
    ShapeRule {
        kind: MaskKind::Secret,
        // What Apple prints of a push token.
        pattern: r"bytes ?= ?0x(?P<value>[0-9a-f]{8,}(?:[ .…]+[0-9a-f]{4,})*)",
        is_value: |_| true,
        masked: &[(
            "{length = 32, bytes = 0x7a3f91c2 55de ... 90ab12cd }",
            "7a3f91c2 55de ... 90ab12cd",
        )],
        kept: &["bytes = 0x1f"],
    },
    ShapeRule {
        kind: MaskKind::Secret,
        pattern: r"(?i-u:\bbearer)(?: +|%20|\+)(?P<value>[A-Za-z0-9._~+/=-]{6,})",
        is_value: |text| text.contains(|c: char| c.is_ascii_digit()),
        masked: &[("header Bearer q1w2e3r4 sent", "q1w2e3r4")],
        kept: &["bearer authentication failed"],
    },
    ShapeRule {
        kind: MaskKind::Secret,
        // The user and the password of curl and of HTTP, in base64.
        pattern: r"(?-u:\b)Basic (?P<value>[A-Za-z0-9+/]{6,}={0,2})",
        is_value: |text| text[1..].contains(|c: char| c.is_ascii_uppercase()),
        masked: &[("header Basic bGlseTpxMXcy sent", "bGlseTpxMXcy")],
        kept: &["Basic information is missing"],
    },
    ShapeRule {
        kind: MaskKind::Secret,
        pattern: r"(?:^|[ \t])-u[ =]?(?P<value>[^ \t:/]+:[^ \t/]+)",
        is_value: |_| true,
        masked: &[("curl -u lily:q1w2 https://x.example", "lily:q1w2")],
        kept: &["date -u 12", "-utf8: x"],
    },
    ShapeRule {
        kind: MaskKind::Secret,
        // A line of a key or a certificate.
        pattern: r"^[ \t]*(?P<value>[A-Za-z0-9+/]{60,80}={0,2})[ \t]*$",
        is_value: |text| text.contains(|c: char| c.is_ascii_digit()),
        masked: &[(
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
        )],
        kept: &["================================================================"],
    },
    ShapeRule {
        kind: MaskKind::Secret,
        pattern: r"PRIVATE KEY-----(?:\\+[nr])*(?P<value>[A-Za-z0-9+/=\\]{8,})",
        is_value: |_| true,
        masked: &[(
            r"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\nBgkq\n-----END",
            r"MIIEvQIBADAN\nBgkq",
        )],
        kept: &["-----BEGIN PRIVATE KEY-----"],
    },
    ShapeRule {
        kind: MaskKind::Text,
        // A message as the bytes of its protocol.
        pattern: r"(?i-u:\b(?:buf|buffer|hex|rsp|req|body|data|content|pb)(?: ?hex)?\b ?[:=] ?(?:0x)?)(?P<value>[0-9A-Fa-f]{40,})",
        is_value: |_| true,
        masked: &[(
            "|pb buffer hex:0a0b68656c6c6f20776f726c64120a0b68656c6c6f20776f726c6412|",
            "0a0b68656c6c6f20776f726c64120a0b68656c6c6f20776f726c6412",
        )],
        kept: &["|buf:0a020800"],
    },
    ShapeRule {
        kind: MaskKind::Secret,
        // A JSON web token.
        pattern: r"(?:^|[^A-Za-z0-9])(?P<value>eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?)",
        is_value: |_| true,
        masked: &[("got eyJhbGciOi.eyJzdWIiOi.sig-1 code 6206", "eyJhbGciOi.eyJzdWIiOi.sig-1")],
        kept: &["eyJ.a"],
    },
    ShapeRule {
        kind: MaskKind::Secret,
        pattern: r#"://(?P<value>[^/ \t:@"',]*:[^/ \t"',]+|[^/ \t:@"',]{12,})@"#,
        is_value: |text| text.contains(':') || text.contains(|c: char| c.is_ascii_digit()),
        masked: &[
            ("proxy http://bob:pw1@proxy.example:8080", "bob:pw1"),
            ("redis://:pw1@cache.example", ":pw1"),
            ("mysql://sa:p@w1@db.example/im", "sa:p@w1"),
            ("https://q1w2e3r4t5y6@git.example", "q1w2e3r4t5y6"),
        ],
        kept: &[
            "http://proxy.example:8080/a@b",
            "ssh://git@host/x",
            "akka.tcp://sparkDriverActor@host:1",
        ],
    },
    ShapeRule {
        kind: MaskKind::User,
        // A folder with blanks ends with the next separator.
        pattern: r#"(?:\\+(?:Users|Documents and Settings)\\+|[A-Za-z]:/Users/)(?P<value>[^/\\ \t:"',|]+(?: [^/\\ \t:"',|]+){1,3})[/\\]"#,
        is_value: |_| true,
        masked: &[(r"C:\Users\Li Lei\app.log", "Li Lei"), ("C:/Users/Li Lei/app.log", "Li Lei")],
        kept: &[r"C:\Users\Public Documents"],
    },
    ShapeRule {
        kind: MaskKind::User,
        pattern: r#"(?:/home/|/Users/|\\+(?:Users|Documents and Settings|WeChat Files|Tencent Files)\\+|/(?:Documents and Settings|WeChat Files|Tencent Files)/|%2F(?:Users|home)%2F|%5CUsers%5C)(?P<value>[^/\\ \t:"'%,|]+)"#,
        is_value: |name| !matches!(name, "Shared" | "Public" | "Default"),
        masked: &[
            ("open /Users/lily/app.log", "lily"),
            (r"C:\Users\lily\app.log", "lily"),
            (r"C:\\Users\\lily\\app.log", "lily"),
            ("%2FUsers%2Flily%2Fapp.log", "lily"),
        ],
        kept: &["/home/", "/var/log/app.log"],
    },
    ShapeRule {
        kind: MaskKind::User,
        // A conversation is named by the user at its other end.
        pattern: r"(?-u:\b)(?:C2C|c2c)_?(?P<value>[A-Za-z0-9._@-]*[0-9][A-Za-z0-9._@-]*)",
        is_value: |_| true,
        masked: &[("conversationID C2Cuser2 failed", "user2"), ("c2c_lily8|code:6017", "lily8")],
        kept: &["C2CMessage failed", "c2c_get_msg"],
    },
    ShapeRule {
        kind: MaskKind::User,
        pattern: r#"(?i-u:conv(?:ersation)?_?id)\\*["']?[ \t]*[:=][ \t]*\\*["']?(?:C2C|c2c_)(?P<value>[A-Za-z0-9._@-]+)"#,
        is_value: |_| true,
        masked: &[("conversationID: C2Clily, code: 6014", "lily")],
        kept: &["conversationID: GROUPg1"],
    },
    ShapeRule {
        kind: MaskKind::Mail,
        pattern: r"(?:%[0-9A-Fa-f]{2})?(?P<value>[A-Za-z0-9._+-]+(?:@|%40|\\u0040)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})",
        is_value: is_mail,
        masked: &[
            ("user lily.li@mail.example.com failed", "lily.li@mail.example.com"),
            ("?m=lily%40example.com&x=1", "lily%40example.com"),
            ("(a@b.cn)", "a@b.cn"),
        ],
        kept: &["@tencentcloud/chat@3.6.6", "icon@2x.png", "Object@5f3a", "lib@1.2.so"],
    },
    ShapeRule {
        kind: MaskKind::IdCard,
        pattern: r"(?:^|[^A-Za-z0-9]|%[0-9A-Fa-f]{2})(?P<value>[1-9][0-9]{16}[0-9Xx])(?:[^A-Za-z0-9]|$)",
        is_value: is_id_card,
        masked: &[
            ("身份证号：11010519491231002X 错误码：20007", "11010519491231002X"),
            ("idcard 440524188001010014, code 6206", "440524188001010014"),
        ],
        kept: &["seq 110105194912310021", "id 11010519491331002X", "t=1700000000123456789"],
    },
    ShapeRule {
        kind: MaskKind::Device,
        // The IMEI of a phone.
        pattern: r"(?:^|[^A-Za-z0-9.])(?P<value>(?:35|86|01|99)[0-9]{13})(?:[^A-Za-z0-9]|$)",
        is_value: has_luhn_digit,
        masked: &[("model [Mate 60/867530021234560]", "867530021234560")],
        kept: &["seq 867530021234567"],
    },
    ShapeRule {
        kind: MaskKind::Text,
        // A place on the map.
        pattern: r"(?:^|[^A-Za-z0-9.])(?P<value>-?[0-9]{1,3}\.[0-9]{4,}, ?-?[0-9]{1,3}\.[0-9]{4,})(?:[^A-Za-z0-9.]|$)",
        is_value: |_| true,
        masked: &[("gps 48.1371,11.5754", "48.1371,11.5754")],
        kept: &["0.0061, 0.05"],
    },
    ShapeRule {
        kind: MaskKind::Text,
        // A message of XMPP.
        pattern: r"<(?:body|content|text)>(?P<value>[^<]+)</(?:body|content|text)></(?:message|msg)",
        is_value: |_| true,
        masked: &[("<message><body>see you</body></message>", "see you")],
        kept: &["<body>502 Bad Gateway</body>"],
    },
    ShapeRule {
        kind: MaskKind::User,
        pattern: r"(?i-u:\b(?:log(?:ged|ging)?[ -]?in|sign(?:ed|ing)?[ -]?in|connect(?:ed|ing)?|authenticated) as )(?P<value>[A-Za-z0-9_.@-]*[A-Za-z0-9])",
        is_value: |name| name.len() > 2 && name != "user",
        masked: &[("logged in as lily, code: 6206", "lily")],
        kept: &["as user 6206"],
    },
    ShapeRule {
        kind: MaskKind::User,
        // GET /api/users/99182/friends
        pattern: r#"/(?:users?|accounts?|members?)/(?P<value>[A-Za-z_.@-]*[0-9][A-Za-z0-9_.@-]{2,})(?:[/?# "]|$)"#,
        is_value: |_| true,
        masked: &[("GET /api/users/99182/friends", "99182")],
        kept: &["/users/v2/login"],
    },
    ShapeRule {
        kind: MaskKind::IdCard,
        // A bank card of UnionPay.
        pattern: r"(?:^|[^A-Za-z0-9])(?P<value>62[0-9]{14}(?:[0-9]{3})?|62[0-9]{2}(?: [0-9]{4}){3}(?: [0-9]{3})?)(?:[^A-Za-z0-9]|$)",
        is_value: has_luhn_digit,
        masked: &[("pay by 6222021234567890128 failed", "6222021234567890128")],
        kept: &["seq 6222021234567890123"],
    },
    ShapeRule {
        kind: MaskKind::User,
        pattern: r"(?:用户|会员|顾客) ?(?P<value>[\u{3400}-\u{4DBF}\u{4E00}-\u{9FFF}]{2,4})(?:[ ，,：:（(。]|$)",
        is_value: is_chinese_name,
        masked: &[
            ("用户 李四 手机号：13812345678 错误码：20007", "李四"),
            ("用户 欧阳小明 code: 6206", "欧阳小明"),
            ("用户张三丰，错误码：6206", "张三丰"),
        ],
        kept: &["用户 登录失败", "用户签名过期 6206", "用户 不存在，6206", "用户任务 6206"],
    },
    ShapeRule {
        kind: MaskKind::Phone,
        // A Chinese mobile number.
        pattern: r"(?:^|[^A-Za-z0-9.]|%[0-9A-Fa-f]{2}|\\[nrt])(?P<value>(?:(?:\+|00)?86[ -]?)?1[3-9][0-9](?:[0-9]{8}|[ -][0-9]{4}[ -][0-9]{4}))(?:[^A-Za-z0-9]|$)",
        is_value: |_| true,
        masked: &[
            ("sms to 13800138000 failed", "13800138000"),
            ("+86 138-0013-8000", "+86 138-0013-8000"),
            ("来电13800138000，登录失败", "13800138000"),
        ],
        kept: &[
            "seq:138001380001",
            "1380013800",
            "time 1700000000123",
            "0.13800138000",
            "a13800138000",
        ],
    },
    ShapeRule {
        kind: MaskKind::Phone,
        // A Chinese line with its area.
        pattern: r"(?:^|[^A-Za-z0-9.+-])(?P<value>(?:\(0(?:10|2[0-9]|[3-9][0-9]{2})\)[ -]?|0(?:10|2[0-9]|[3-9][0-9]{2})[ -])[2-9][0-9]{6,7})(?:[^A-Za-z0-9-]|$)",
        is_value: |_| true,
        masked: &[
            ("dial 0755-83765566 now", "0755-83765566"),
            ("(010) 62345678", "(010) 62345678"),
            ("(021)55667788", "(021)55667788"),
        ],
        kept: &["0755-8376", "2010-62345678"],
    },
    ShapeRule {
        kind: MaskKind::Phone,
        pattern: r"(?:^|[^A-Za-z0-9.+])(?P<value>\+[1-9][0-9]{0,2}[ -]?\(?[0-9]{2,4}\)?(?:[ -]?[0-9]{2,4}){2,4})(?:[^A-Za-z0-9]|$)",
        is_value: |text| text.bytes().filter(u8::is_ascii_digit).count() >= 9,
        masked: &[
            ("call +1 415-555-2671 now", "+1 415-555-2671"),
            ("+442079460958", "+442079460958"),
        ],
        kept: &["2024-05-09 +0800 12:51:36", "[2024-05-09 +8.0 12:51:36.901]", "x +12345"],
    },
    ShapeRule {
        kind: MaskKind::User,
        // 用户张三（id 8877665）
        pattern: r"(?:用户|会员|顾客|好友|(?i-u:\b(?:user|member|friend) ))[^（()）,，。:：]{1,30}[（(](?i-u:u?id)[ :：=]*(?P<value>[A-Za-z0-9_.@-]{5,})",
        is_value: |text| text.contains(|c: char| c.is_ascii_digit()),
        masked: &[("用户李四（id 8877665）被踢", "8877665"), ("user Li Lei (id=lei_99)", "lei_99")],
        kept: &["用户登录失败（id 12）", "user login (id is missing)"],
    },
    ShapeRule {
        kind: MaskKind::Text,
        // A place where people live. `地址 错误` is a message.
        pattern: r#"(?:(?i-u:addr(?:ess)?)|地址|住址)\\*["']?[ \t:：=是为]*\\*["'“]?(?P<value>[\u{4E00}-\u{9FFF}][\u{4E00}-\u{9FFF}A-Za-z0-9（）()#-]{3,})"#,
        is_value: is_street_address,
        masked: &[
            ("address=杭州市西湖区文三路90号, code: 6017", "杭州市西湖区文三路90号"),
            ("地址 广州市天河区体育西路10号", "广州市天河区体育西路10号"),
        ],
        kept: &["地址 错误", "地址 服务器所在区域的路由不可用", "地址解析失败，市场号"],
    },
    ShapeRule {
        kind: MaskKind::Text,
        // The signature of a profile. That of a request has no blanks.
        pattern: r#"(?:(?i-u:signature)|签名)(?: ?(?:set )?(?:to|is|为|是))? ?\\*["“](?P<value>[^"”\\:,]+)"#,
        is_value: |text| !text.is_ascii() || text.contains(' '),
        masked: &[
            ("signature \"心若向阳\"", "心若向阳"),
            ("set signature to \"stay hungry\" ok", "stay hungry"),
        ],
        kept: &["signature \"HMAC-SHA256\" mismatch"],
    },
    ShapeRule {
        kind: MaskKind::User,
        // 用户u10086登录失败, no such account u2000
        pattern: r"(?:用户 ?|(?i-u:\b(?:account|user(?:_?id)?|identifier|member)) )(?P<value>[A-Za-z0-9_.@-]*[0-9](?:[A-Za-z0-9_.@-]*[A-Za-z0-9_])?)",
        is_value: |text| text.len() >= 7 || text.contains(|c: char| c.is_ascii_alphabetic()),
        masked: &[
            ("用户u10086登录失败，错误码：6206", "u10086"),
            ("用户 1000086 登录失败", "1000086"),
            ("{\"ErrorCode\":90012,\"ErrorInfo\":\"no such account u2000\"}", "u2000"),
            ("user u2000. code: 20007", "u2000"),
        ],
        kept: &["用户 6206 登录失败", "用户签名过期 6206", "user 6206 failed", "user signature 1"],
    },
    ShapeRule {
        kind: MaskKind::Device,
        pattern: r"(?:^|[^0-9A-Fa-f:])(?P<value>[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})(?:[^0-9A-Fa-f:]|$)",
        is_value: |_| true,
        masked: &[("wifi 02:42:ac:11:00:02 lost", "02:42:ac:11:00:02")],
        kept: &["12:51:37", "02:42:ac:11:00"],
    },
    ShapeRule {
        kind: MaskKind::Ip,
        pattern: r"(?P<value>[0-9]{1,3}(?:\.[0-9]{1,3}){3})",
        is_value: |_| true,
        masked: &[
            ("server address:162.14.17.41:443(tcp)", "162.14.17.41"),
            ("server 162.14.17.41", "162.14.17.41"),
        ],
        kept: &[
            "server address:127.0.0.1:8080(tcp)",
            "bind 0.0.0.0:80",
            "1.2.3.4.5",
            "v1.2.3.4",
            "version: 1.2.3.4",
            "ver 1.2.3.4",
            "300.1.1.1",
        ],
    },
    ShapeRule {
        kind: MaskKind::Ip,
        pattern: r"(?P<value>[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:]*)",
        is_value: |text| text.contains(|c: char| c.is_ascii_digit()),
        masked: &[("connect [2402:4e00::1f]:443", "2402:4e00::1f")],
        kept: &["12:51:37", "std::add", "::1", "a::b", "x::1f", "2026-11-28 12:51:37:123"],
    },
];

static COMPILED: LazyLock<Vec<(&ShapeRule, Regex)>> = LazyLock::new(|| {
    fn compile(rule: &'static ShapeRule) -> (&'static ShapeRule, Regex) {
        (rule, Regex::new(rule.pattern).expect("the patterns are constant"))
    }
    RULES.iter().map(compile).collect()
});

/// The values in a line that their shape shows.
pub(super) fn find(line: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    for (rule, pattern) in &*COMPILED {
        let mut from = 0;
        while let Some(found) = pattern.captures_at(line, from) {
            let value = value_of(&found);
            // What ends one value may begin the next one.
            from = value.end();
            let text = value.as_str();
            if !(rule.is_value)(text) {
                continue;
            }
            let Some(kind) = kind(rule.kind, line, value.range()) else { continue };
            let value_text = decoded(text);
            spans.push(Span {
                range: value.range(),
                kind,
                value: value_text,
                quote: String::new(),
            });
        }
    }
    spans
}

/// Whether a private key begins with the next line.
pub(super) fn begins_key(line: &str) -> bool {
    line.contains("-----BEGIN") && line.trim_end().ends_with("PRIVATE KEY-----")
}

/// The part of a private key on a line of its own, also after the beginning of a line of a log.
pub(super) fn line_of_key(line: &str) -> Option<Span> {
    const SHORTEST: usize = 24;
    let start = line.trim_end().rfind([' ', '\t']).map_or(0, |blank| blank + 1);
    let text = line[start..].trim_end();
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let is_alone = line.trim() == text;
    let is_part = is_alone || text.len() >= SHORTEST || text.ends_with('=');
    (!text.is_empty() && is_part && text.chars().all(is_base64)).then(|| Span {
        range: start..start + text.len(),
        kind: MaskKind::Secret,
        value: text.to_string(),
        quote: String::new(),
    })
}

fn value_of<'l>(found: &Captures<'l>) -> regex::Match<'l> {
    found.name("value").expect("every pattern has the group")
}

/// The kind of a value; None if it is none after all.
fn kind(kind: MaskKind, line: &str, range: std::ops::Range<usize>) -> Option<MaskKind> {
    if kind != MaskKind::Ip {
        return Some(kind);
    }
    let text = &line[range.clone()];
    let (before, after) = (&line[..range.start], &line[range.end..]);
    let address: IpAddr = text.parse().ok()?;
    let is_part = before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.')
        && !ends_with_percent(before)
        || after.starts_with(|c: char| c.is_ascii_alphanumeric())
        || is_continued_number(after);
    (!is_part && !is_version(before)).then_some(())?;
    match address {
        IpAddr::V4(address) => kind_of_v4(address),
        IpAddr::V6(address) => kind_of_v6(address),
    }
}

/// Whether a byte in the escapes of URLs is at the end, such as `%3A`.
fn ends_with_percent(text: &str) -> bool {
    let bytes = text.as_bytes();
    let escape = bytes.len().checked_sub(3).map(|start| &bytes[start..]);
    escape.is_some_and(|escape| escape[0] == b'%' && escape[1..].iter().all(u8::is_ascii_hexdigit))
}

/// Whether a dot and a digit follow, as in a version of five numbers.
fn is_continued_number(after: &str) -> bool {
    let mut next = after.chars();
    next.next() == Some('.') && next.next().is_some_and(|c| c.is_ascii_digit())
}

fn is_version(before: &str) -> bool {
    let before = before.trim_end_matches([' ', ':', '=', '"', '\'']).to_ascii_lowercase();
    // `server` is no version.
    let word = before.trim_end_matches("ver");
    before.ends_with("version") || (word != before && !word.ends_with(char::is_alphabetic))
}

/// Addresses that every machine has say nothing about a person. Whether an address is private shows
/// that a proxy or a wrong name server answers.
fn kind_of_v4(address: Ipv4Addr) -> Option<MaskKind> {
    if address.is_loopback() || address.is_unspecified() || address.is_broadcast() {
        return None;
    }
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_private = address.is_private() || address.is_link_local() || is_shared;
    Some(if is_private { MaskKind::PrivateIp } else { MaskKind::Ip })
}

fn kind_of_v6(address: Ipv6Addr) -> Option<MaskKind> {
    if address.is_loopback() || address.is_unspecified() {
        return None;
    }
    let is_private = address.is_unique_local() || address.is_unicast_link_local();
    Some(if is_private { MaskKind::PrivateIp } else { MaskKind::Ip })
}

fn is_mail(text: &str) -> bool {
    const FILES: [&str; 12] =
        ["png", "jpg", "jpeg", "gif", "webp", "so", "js", "css", "html", "json", "java", "log"];
    let ending = text.rsplit('.').next().unwrap_or_default();
    !FILES.iter().any(|file| ending.eq_ignore_ascii_case(file))
}

/// Whether date and check digit of an identity card (GB 11643) are right.
fn is_id_card(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [u8; 11] = *b"10X98765432";
    let (month, day) = (&text[10..12], &text[12..14]);
    if !("01"..="12").contains(&month) || !("01"..="31").contains(&day) {
        return false;
    }
    let digits = text.bytes().map(|digit| u32::from(digit.wrapping_sub(b'0')));
    let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let check = CHECKS[sum as usize % CHECKS.len()];
    text.as_bytes()[17].eq_ignore_ascii_case(&check)
}

/// Whether the check digit of a card is right (ISO 7812).
fn has_luhn_digit(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let mut sum = 0;
    for (place, digit) in digits.iter().rev().enumerate() {
        let value = if place % 2 == 1 { digit * 2 } else { *digit };
        sum += value / 10 + value % 10;
    }
    sum.is_multiple_of(10)
}

/// Whether a text has a town or a district, and a street or a number in it.
fn is_street_address(text: &str) -> bool {
    const OTHER: [&str; 6] = ["服务", "区域", "路由", "路径", "解析", "失败"];
    let Some(at) = text.find(['省', '市', '区', '县', '镇']) else { return false };
    let has_street = text[at..].contains(['路', '街', '道', '村', '弄', '巷', '号']);
    has_street && !OTHER.iter().any(|word| text.contains(word))
}

/// Whether the text begins with a common surname, and is as long as a name with it. Words that
/// begin with one are rare after `用户`.
fn is_chinese_name(text: &str) -> bool {
    const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余杜叶\
        魏苏吕丁沈钟姜崔谭陆范汪廖贾夏付邹熊孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔任";
    const LONG_SURNAMES: [&str; 6] = ["欧阳", "上官", "司马", "诸葛", "东方", "皇甫"];
    const WORDS: [&str; 4] = ["任务", "任意", "江湖", "万能"];
    if WORDS.iter().any(|word| text.starts_with(word)) {
        return false;
    }
    let length = text.chars().count();
    let has_long_surname = LONG_SURNAMES.iter().any(|surname| text.starts_with(surname));
    has_long_surname || (length <= 3 && text.starts_with(|c| SURNAMES.contains(c)))
}
