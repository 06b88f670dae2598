//! Words that are no names: those of the catalog, and those that logs use for missing values.

use std::collections::HashSet;

use imerr_catalog::{Catalog, Lang};

/// Values that say something about a fault, and nothing about a person.
#[rustfmt::skip]
const NOTHING: &[&str] = &[
    "null", "nil", "none", "undefined", "nan", "true", "false", "empty", "unknown", "missing",
    "invalid", "expired", "wrong", "incorrect", "required", "failed", "not", "is", "was", "ok",
    "error", "n/a", "optional", "anonymous", "must", "should", "cannot", "can", "can't", "does",
    "doesn't", "has", "hasn't", "isn't", "too", "mismatch", "mismatched", "redacted", "hidden",
    "masked", "object", "promise",
];

/// Words of logs that the catalog need not have.
#[rustfmt::skip]
const OF_LOGS: &[&str] = &[
    "imsdk", "main", "info", "debug", "warn", "warning", "verbose", "fatal", "trace", "flutter",
    "unity", "chat", "sdkappid", "code",
];

/// Words that often follow a word such as `user` or `token` in a sentence. After a sign they may be
/// names.
#[rustfmt::skip]
const OF_SENTENCES: &[&str] = &[
    "agent", "interface", "space", "defined", "typing",
    "kicked", "kick", "offline", "online", "banned", "muted", "tokens", "pair", "bucket", "manager",
    "refresher", "provider", "handler", "listener", "callback", "service", "module", "store",
    "storage", "keychain", "prompt", "dialog", "page", "screen", "view", "button", "reset", "forgot",
    "lookup", "mapping", "index", "column", "table", "row", "schema", "policy", "strength", "hash",
    "hashed", "encrypted", "plain", "bytes", "byte", "chars", "char", "characters", "ms", "sec",
    "seconds", "rotated", "rotation", "revoked", "renewal", "renewed", "refreshed", "cached",
    "stale", "absent", "present", "blank", "okay", "done", "got", "then", "than", "but", "so",
    "isn", "doesn", "hasn", "wasn", "didn", "don", "won", "couldn", "t", "s", "a", "i", "n", "re",
    "via", "per", "vs", "again", "now", "yet", "still", "never", "always", "here", "there", "who",
    "whose", "where", "why", "how", "she", "he", "they", "we", "me", "my", "our", "his", "her",
    "login", "logout", "logged", "signed", "sign", "joined", "left", "quit", "leaves", "enters",
    "entered", "session", "sessions", "sdk", "api", "url", "uri", "json", "xml", "http", "https",
    "tcp", "udp", "tls", "ssl", "bearer", "basic", "digest", "jwt", "oauth", "fcm", "apns", "hms",
    "android", "ios", "windows", "linux", "mac", "macos", "web", "harmony", "electron", "uniapp",
    "roles", "role", "profile", "profiles", "info", "infos", "details", "detail", "entity", "model",
    "dto", "repository", "controller", "thread", "queue", "pool", "worker", "client", "clients",
    "sig", "sigs", "signature", "signatures", "auth", "authentication", "verification", "tag", "tags",
    "attribute", "attributes", "data", "list", "lists", "count", "status", "state", "type", "level",
    "limit", "quota", "input", "side", "action", "event", "request", "response", "device", "devices",
    "backend", "gateway", "cache", "memory", "disk", "database", "db", "kafka", "redis", "mq", "background",
    "foreground", "local", "remote", "proxy", "socket", "cloud", "native", "js", "ui", "topic", "msg", "get",
    "conversation", "group", "unread", "read", "receipt", "enabled", "sync", "pb",
    "typo", "exception", "exceptions", "async", "await", "func", "impl", "init", "util",
    "utils", "accounts", "users", "members", "name", "names", "ids", "id", "uid", "userid", "utf",
];

/// With what a Chinese message about a key goes on.
const CHINESE_MESSAGES: &[&str] = &[
    "错误", "错了", "错的", "不", "未", "无", "已", "没", "过期", "为空", "空", "失败", "无效",
    "缺失", "有误", "校验", "验证", "必须", "必填", "请", "太", "过长", "过短", "长度", "正确",
    "成功", "登录", "签名", "格式", "类型", "超时", "异常", "禁用", "被", "或", "和", "与", "的",
    "在", "是", "否", "更新", "刷新", "获取", "生成", "修改", "重置", "到期", "即将", "可能", "应",
    "需", "存在", "设置", "注册", "状态", "权限", "系统", "服务", "发送", "接收", "退出", "上线",
    "下线", "离线", "在线", "加入",
];

#[derive(Clone, Debug)]
pub(super) struct Vocabulary {
    /// In lower case.
    words: HashSet<String>,
    /// Chinese has no blanks between words, so a value is looked for in all of it.
    chinese: String,
}

impl Vocabulary {
    pub fn new(catalog: &Catalog) -> Self {
        let mut words: HashSet<String> = OF_LOGS.iter().map(|word| word.to_string()).collect();
        let mut chinese = String::new();
        for entry in catalog.entries() {
            for name in entry.names.iter() {
                words.insert(name.to_ascii_lowercase());
            }
            for lang in [Lang::En, Lang::Zh] {
                let texts = entry.texts(lang);
                for text in [texts.meaning, texts.remedy, texts.cause.unwrap_or_default()] {
                    let found = text.split(|c: char| !c.is_ascii_alphabetic());
                    words.extend(found.filter(|word| word.len() > 1).map(str::to_ascii_lowercase));
                    if lang == Lang::Zh {
                        chinese.push_str(text);
                        chinese.push('\n');
                    }
                }
            }
        }
        Self { words, chinese }
    }

    /// Whether `value` may be a word of a message.
    pub fn has(&self, value: &str) -> bool {
        if value.is_ascii() {
            return self.words.contains(&value.to_ascii_lowercase()) || is_nothing(value);
        }
        self.chinese.contains(value)
    }

    /// Whether `text` has no words but those of messages, and no digit.
    pub fn has_all_words(&self, text: &str) -> bool {
        if !text.is_ascii() {
            return self.has(text);
        }
        if text.bytes().any(|byte| byte.is_ascii_digit()) {
            return false;
        }
        let words = text.split(|c: char| !c.is_ascii_alphabetic());
        words.flat_map(humps).all(|word| self.has_form_of(word))
    }

    /// Whether a word or its stem is one of messages or of sentences.
    pub fn is_word(&self, word: &str) -> bool {
        humps(word).into_iter().any(|word| self.has_form_of(word))
    }

    /// Whether a word or its stem is one of messages.
    fn has_form_of(&self, word: &str) -> bool {
        const ENDINGS: [&str; 7] = ["s", "es", "d", "ed", "ing", "ly", "er"];
        let word = word.to_ascii_lowercase();
        if self.has(&word) || OF_SENTENCES.contains(&word.as_str()) {
            return true;
        }
        for ending in ENDINGS {
            let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.len() > 2) else {
                continue;
            };
            if self.has(stem) || self.has(&format!("{stem}e")) {
                return true;
            }
        }
        false
    }
}

/// The words of a name such as `getToken`.
fn humps(name: &str) -> Vec<&str> {
    let bytes = name.as_bytes();
    let mut words = Vec::new();
    let mut start = 0;
    for end in 1..=name.len() {
        let is_end = end == name.len()
            || (bytes[end].is_ascii_uppercase() && bytes[end - 1].is_ascii_lowercase());
        if is_end {
            words.push(&name[start..end]);
            start = end;
        }
    }
    words
}

/// Whether a text begins as Chinese messages about a key do. Names may begin so, too.
pub(super) fn begins_message(text: &str) -> bool {
    CHINESE_MESSAGES.iter().any(|word| text.starts_with(word))
}

/// Whether a value stands for a missing one, or for one that is masked already.
pub(super) fn is_nothing(value: &str) -> bool {
    let is_filler = |c: char| matches!(c, '*' | '-' | '.' | '_' | '#' | '?');
    let is_template = value.starts_with(['$', '{']) || is_format(value);
    let is_zero = value == "0";
    is_zero || is_template || value.chars().all(is_filler) || {
        NOTHING.iter().any(|word| value.eq_ignore_ascii_case(word))
    }
}

/// Whether a value is a placeholder of `printf`, and no byte of a URL.
fn is_format(value: &str) -> bool {
    let Some(rest) = value.strip_prefix('%') else { return false };
    rest.len() < 2 || !rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())
}
