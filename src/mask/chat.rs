//! Who writes to whom, and what: in lines that name a sender or a receiver, and in sentences such
//! as `send "see you" to lily`.
//!
//! `msg` and `message` are often the text of an error, which stays.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::content::{is_about_message, reports_code, span, text_at};
use super::vocabulary::{Vocabulary, is_nothing};
use super::{MaskKind, Span};

/// A key for the one who writes or reads. `from` and `to` have many meanings, so that they must be
/// keys of JSON.
static CORRESPONDENT: LazyLock<Regex> = LazyLock::new(|| {
    let role = "send(?:er)?|recv|receiver|recipient|peer";
    let part = "user|account|uid|id|name|nick";
    let key = format!("(?:{role})(?:_?(?:{part}))*|(?:from|to)(?:_?(?:{part}))+");
    let form = format!(
        r#"(?:^|[^A-Za-z])(?i-u:{key})(?:\\*["'])?[ \t]*[:=]|["'](?i-u:from|to)\\*["'][ \t]*:|(?:发送|接收|收件|发件|收信)(?:者|人|方)[ \t]*(?:[:=]|：)"#
    );
    Regex::new(&form).expect("the form is constant")
});

/// A key for what was written.
static WRITTEN: LazyLock<Regex> = LazyLock::new(|| {
    let form = r#"(?:^|[^A-Za-z0-9_])(?P<key>[Tt]ext|[Cc]ontent|[Bb]ody|[Mm]sg|[Mm]essage|内容|消息)(?:\\*["'])?[ \t]*(?:[:=]|：)[ \t]*"#;
    Regex::new(form).expect("the form is constant")
});

/// `send "see you" to lily`, `recv message from lily`, `发送 "晚上见" 给 lily`.
static SENDING: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let verb = r"\b(?:re)?(?:send|sent|forward|deliver|recv|receiv|reply|repli)[A-Za-z0-9_]*";
    let thing =
        "a|an|the|new|text|custom|c2c|image|file|sound|video|offline|push|message|msg|content";
    let name = r"[A-Za-z0-9_][A-Za-z0-9_.@-]*[A-Za-z0-9_]";
    let english = format!(
        r#"(?i-u:{verb}(?: (?:{thing}))*)(?:[ :=]*{QUOTED})?(?: from (?P<from>{name}))?(?:(?: to | ?[=-]> ?)(?P<to>{name}))?"#
    );
    let chinese = format!(
        r#"(?:发送|回复|转发|收到)(?:了|消息|文本|文字|：|[: ])*{QUOTED}(?: ?(?:给|到|→|[=-]>) ?(?P<to>{name}))?(?P<from>)"#
    );
    [english, chinese].iter().map(|form| Regex::new(form).expect("it is constant")).collect()
});

/// A text in quotes that begins as texts do.
const QUOTED: &str = r#"(?:\\*"(?P<text>[^"\\ \t:,{}\[\]][^"\\]{0,300})\\*"|'(?P<text1>[^' \t:,{}\[\]][^']{0,300})'|[“「](?P<text2>[^”」]{1,300})[”」])"#;

/// What a line about a filter of texts has.
static FILTER: LazyLock<Regex> = LazyLock::new(|| {
    let form = r"(?i-u:(?:sensitive|dirty|forbidden|prohibited|banned) (?:words?|content|text))|敏感|违规|违禁|脏字|屏蔽词";
    Regex::new(form).expect("the form is constant")
});

/// The text that a filter has found.
static FILTERED: LazyLock<Regex> = LazyLock::new(|| {
    let form = format!(r"(?:(?i-u:\b(?:message|msg|text|content))|消息|内容|文本|文字) ?{QUOTED}");
    Regex::new(&form).expect("the form is constant")
});

/// Words of reports, which are rare in what people write to each other.
static REPORT: LazyLock<Regex> = LazyLock::new(|| {
    let english = r"fail|error|invalid|illegal|expire|denied|refuse|reject|timed?[ -]?out|not found|not exist|unable|cannot|missing|support|exceed|exception|unauthorized|forbidden|duplicate|mismatch|kick|success|connect|unavailable|retry|too (?:long|many|large|frequent)";
    let chinese = "失败|错误|异常|超时|无效|不存在|过期|成功|拒绝|非法|不合法|不支持|未登录|禁言|权限|参数|为空|超过|超出|频率|限制|断开|重试|掉线";
    Regex::new(&format!("(?i-u:{english})|{chinese}")).expect("the form is constant")
});

/// `c2c_lily`.
static CONVERSATION: LazyLock<Regex> = LazyLock::new(|| {
    let form = r"(?:^|[^A-Za-z0-9_])(?:c2c_|C2C_)(?P<name>[A-Za-z][A-Za-z_-]*[A-Za-z])";
    Regex::new(form).expect("the form is constant")
});

/// The names and the texts in a line.
pub(super) fn find(line: &str, vocabulary: &Vocabulary) -> Vec<Span> {
    let mut spans = Vec::new();
    if CORRESPONDENT.is_match(line) {
        find_written(line, vocabulary, &mut spans);
    }
    find_sendings(line, vocabulary, &mut spans);
    if FILTER.is_match(line) {
        for found in FILTERED.captures_iter(line) {
            let range = quoted(&found).filter(|range| !is_report(&line[range.clone()], vocabulary));
            spans.extend(range.map(|range| span(line, MaskKind::Text, range)));
        }
    }
    for found in CONVERSATION.captures_iter(line) {
        let name = found.name("name").expect("the form has the group");
        // `c2c_get_msg` is a name of the SDK.
        let has_word = |text: &str| text.split(['_', '-']).any(|word| vocabulary.is_word(word));
        if !has_word(name.as_str()) {
            spans.push(span(line, MaskKind::User, name.range()));
        }
    }
    spans
}

fn find_written(line: &str, vocabulary: &Vocabulary, spans: &mut Vec<Span>) {
    for found in WRITTEN.captures_iter(line) {
        let end = found.get(0).map_or(line.len(), |whole| whole.end());
        let Some((range, _)) = text_at(line, end) else { continue };
        let text = &line[range.clone()];
        let may_be_error = matches!(&found["key"], "msg" | "Msg" | "message" | "Message");
        let stays = if may_be_error {
            is_report(text, vocabulary)
        } else {
            reports_code(text) || REPORT.is_match(text) && vocabulary.has_all_words(text)
        };
        if !stays && !is_nothing(text) && text.parse::<f64>().is_err() {
            spans.push(span(line, MaskKind::Text, range));
        }
    }
}

fn find_sendings(line: &str, vocabulary: &Vocabulary, spans: &mut Vec<Span>) {
    let is_about_message = is_about_message(line);
    for found in SENDING.iter().flat_map(|form| form.captures_iter(line)) {
        let text = quoted(&found);
        let mut is_to_user = false;
        for name in [found.name("from"), found.name("to")].into_iter().flatten() {
            if (is_about_message || text.is_some()) && is_user(name.as_str(), vocabulary) {
                is_to_user = true;
                spans.push(span(line, MaskKind::User, name.range()));
            }
        }
        let Some(range) = text else { continue };
        // One word in ASCII is rather the name of a request.
        let text = &line[range.clone()];
        let is_text = is_to_user || text.contains(' ') || !text.is_ascii();
        if is_text && !is_report(text, vocabulary) {
            spans.push(span(line, MaskKind::Text, range));
        }
    }
}

/// Where the text of [`QUOTED`] is.
fn quoted(found: &regex::Captures<'_>) -> Option<Range<usize>> {
    let groups = ["text", "text1", "text2"];
    groups.iter().find_map(|group| found.name(group)).map(|text| text.range())
}

/// Whether a text is one of programs, and none of people.
fn is_report(text: &str, vocabulary: &Vocabulary) -> bool {
    reports_code(text) || REPORT.is_match(text) || vocabulary.has_all_words(text)
}

/// Whether a word after `from` or `to` is a user, and no class, host, file, group or amount.
fn is_user(name: &str, vocabulary: &Vocabulary) -> bool {
    const SHORTEST: usize = 3;
    const FEWEST_DIGITS: usize = 7;
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
    let is_class = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name[1..].contains(|c: char| c.is_ascii_uppercase());
    let fewest = if is_number { FEWEST_DIGITS } else { SHORTEST };
    name.len() >= fewest && !is_class && !name.contains('.') && !vocabulary.has_all_words(name)
}
