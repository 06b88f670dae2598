//! What people wrote: the texts of messages, of pushes and of profiles.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::value::{Extent, closing_quote, decoded, one, quote};
use super::vocabulary::is_nothing;
use super::{MaskKind, Span};

/// Objects whose texts were written by people: elements of messages of the REST API, of the native
/// SDK and of the Web SDK, and offline pushes.
static OBJECT: LazyLock<Regex> = LazyLock::new(|| {
    let name = "msg_?content|offline[ _]?push(?:_?info)?|last_?(?:msg|message)|apns_?info\
                |android_?info|aps|alert|payload\
                |(?:text|custom|face|location|sound|file|image|video)_?elem(?:ent)?";
    let after = r#"(?:\\*["'])?[ \t]*[:=]?[ \t]*(?:[A-Za-z0-9]+[ \t]?)?(?P<open>[{(])"#;
    Regex::new(&format!("(?i-u:{name}){after}")).expect("the form is constant")
});

/// The members of such objects that have a text.
static MEMBER: LazyLock<Regex> = LazyLock::new(|| {
    let form = r#"(?:^|[^A-Za-z0-9_])(?:[Tt]ext|[Dd]esc|[Dd]escription|[Dd]ata|[Ee]xt|[Ee]xtension|[Ss]ound|[Tt]itle|[Ss]ub[Tt]itle|[Ff]ile_?[Nn]ame|[Cc]ontent|[Bb]ody|[Aa]lert|[Uu]rl|URL|[Tt]humb[Uu]rl|[Vv]ideo[Uu]rl|[Rr]emote[A-Za-z]*[Uu]rl|[Ii]mage|[Pp]ath)(?:\\*["'])?[ \t]*[:=][ \t]*"#;
    Regex::new(form).expect("the form is constant")
});

/// A member on a line of its own, as in pretty JSON of the REST API. `"desc"` is the description of
/// an error as well, `"Desc"` is not.
static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    let form = r#"^[ \t]*(?:[0-9T:. -]{8,30})?(?:\\*["'])(?:Text|Desc|Data|Ext|Sound|Title|text)(?:\\*["'])[ \t]*:[ \t]*(?P<quote>\\*["'])"#;
    Regex::new(form).expect("the form is constant")
});

/// `"Tag":"Tag_Profile_IM_Nick","Value":"..."`.
static PROFILE: LazyLock<Regex> = LazyLock::new(|| {
    let form =
        r#"Tag_(?:Profile|SNS)_[A-Za-z_]+\\*["'][ \t]*,[ \t]*\\*["']Value\\*["'][ \t]*:[ \t]*"#;
    Regex::new(form).expect("the form is constant")
});

/// `text: hello` in a line about a message.
static TEXT: LazyLock<Regex> = LazyLock::new(|| {
    let form = r#"(?:^|[^A-Za-z0-9_])(?:(?:[Tt]ext|[Cc]ontent|内容|正文|文本|文本消息)(?:[ _]?[Ee]lem)?(?:\\*["'])?[ \t]*(?:[:=]|：)|(?:(?:[Mm]essage|[Mm]sg|消息) (?:from|to|of) [^:|]{1,60}|[了条]消息|说)[ \t]*(?:[:=]|：)[ \t]*(?P<quote>\\*["'“])|(?:create|send)[A-Za-z0-9]*(?:Text|Custom)[A-Za-z]*\((?P<call>["']))"#;
    Regex::new(form).expect("the form is constant")
});

/// What a line about a message has.
static ABOUT_MESSAGE: LazyLock<Regex> = LazyLock::new(|| {
    let form = r"(?i-u:c2c|conversation|send_?(?:text|custom|group|c2c)?_?(?:msg|message)|recv|received?\b|msg[_ -]?(?:id|seq|random|key|time)\b|(?:text|custom)[_ ]?elem|elem_?type|create[a-z]*message|msgbody|\bon[a-z]*message|last_?(?:msg|message)|v2tim|<message|\bmsg\b|\bmessage\b|\bchat\b|\bcall(?:id)?\b|\binvite)|消息|聊天|发送|接收|私聊|撤回";
    Regex::new(form).expect("the form is constant")
});

/// Where a text without quotes ends: at `|`, and where a key or a report of a code follows.
static NEXT: LazyLock<Regex> = LazyLock::new(|| {
    let key = r#"\\*["']?[A-Za-z_错误码原因返回信息描述][A-Za-z0-9_.错误码原因返回信息描述]*(?: (?:code|message|msg|id|ID))?\\*["']?[ \t]*(?:[:=>]|：)"#;
    let report = "(?:err(?:or)?[ _]?)?code[ :=]|错误码|报错|ERR_[A-Z]|fail(?:ed|ure)?\\b|失败";
    Regex::new(&format!(r"\||[ \t,，;；)）(（。{{}}]+(?:{key}|(?i-u:{report}))|[,;)}}\]]*$"))
        .expect("it is constant")
});

/// Whether a text reports a code.
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    let form = r#"(?i-u:err(?:or)?[_ ]?(?:code|info|msg|message)|code\\*["']?[ \t]*[:=,]?[ \t]*-?[0-9]{3})|错误码|ERR_[A-Z]|^-?[0-9]{3,6}(?:[^0-9]|$)|^(?:失败|成功|错误|超时)"#;
    Regex::new(form).expect("the form is constant")
});

/// What an app puts into messages: all texts of such an object were written by people.
static CUSTOM: LazyLock<Regex> = LazyLock::new(|| {
    let name = "custom_?(?:data|str|elem(?:ent)?)";
    let after = r#"(?:\\*["'])?[ \t]*[:=]?[ \t]*(?P<open>[{\[])"#;
    Regex::new(&format!("(?i-u:{name}){after}")).expect("the form is constant")
});

/// The members of such an object, and the elements of its lists.
static CUSTOM_MEMBER: LazyLock<Regex> = LazyLock::new(|| {
    let form = r#"[A-Za-z0-9_\u{4E00}-\u{9FFF}](?:\\*["'])?[ \t]*[:=][ \t]*|[\[,][ \t]*(?P<element>\\*["'])"#;
    Regex::new(form).expect("the form is constant")
});

/// The texts in a line.
pub(super) fn find(line: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    find_objects(line, &mut spans);
    find_custom(line, &mut spans);
    for found in PROFILE.find_iter(line) {
        spans.extend(member(line, found.end()..line.len()));
    }
    if let Some(found) = ALONE.captures(line) {
        let start = found.name("quote").expect("the form has the group").start();
        spans.extend(member(line, start..line.len()).filter(|span| !CODE.is_match(&span.value)));
    }
    find_texts(line, is_about_message(line), &mut spans);
    spans
}

fn find_objects(line: &str, spans: &mut Vec<Span>) {
    let mut searched = 0;
    for found in OBJECT.captures_iter(line) {
        let open = found.name("open").expect("the form has the group").start();
        // The members of an object are searched with those around it.
        if open < searched {
            continue;
        }
        let end = open + object_end(&line[open..]);
        // Apps and web servers give an answer the name of a payload, too.
        let name = found[0].to_ascii_lowercase();
        let is_message = name.contains("content") || name.contains("elem");
        if is_message || !CODE.is_match(&line[open..end]) {
            find_members(line, open..end, spans);
            searched = end;
        }
    }
}

/// Whether a line is about a message, so that `from` names a user.
pub(super) fn is_about_message(line: &str) -> bool {
    ABOUT_MESSAGE.is_match(line)
}

/// Whether a text reports a code.
pub(super) fn reports_code(text: &str) -> bool {
    CODE.is_match(text)
}

/// Finds `text: hello` in a line about a message. In other lines the key may belong to a logger, so
/// only `text: "hello"` and `content: 你好` are texts there, and `"text":"hello"` is not.
fn find_texts(line: &str, is_about_message: bool, spans: &mut Vec<Span>) {
    for found in TEXT.captures_iter(line) {
        let end = found.get(0).map_or(line.len(), |whole| whole.end());
        let quote = found.name("quote").or(found.name("call"));
        let start = quote.map_or(end, |quote| quote.start());
        let Some((range, is_quoted)) = text_at(line, start) else { continue };
        let text = &line[range.clone()];
        let is_json_key = found[0].contains(['"', '\'']);
        let is_written = (is_quoted || !text.is_ascii()) && !is_json_key;
        if !is_about_message && !is_written {
            continue;
        }
        if !is_nothing(text) && !CODE.is_match(text) {
            spans.push(span(line, MaskKind::Text, range));
        }
    }
}

fn find_custom(line: &str, spans: &mut Vec<Span>) {
    for found in CUSTOM.captures_iter(line) {
        let open = found.name("open").expect("the form has the group").start();
        let end = open + object_end(&line[open..]);
        let mut position = open;
        while let Some(found) = CUSTOM_MEMBER.captures_at(line, position) {
            let whole = found.get(0).expect("it is the match");
            if whole.end() > end {
                break;
            }
            position = whole.end();
            let element = found.name("element");
            let start = element.map_or(whole.end(), |quote| quote.start());
            let Some(span) = member(line, start..end) else { continue };
            // What follows a comma may be a key.
            let after = line[span.range.end..].trim_start_matches(['\\', '"', '\'', ' ']);
            if element.is_none() || !after.starts_with([':', '=']) {
                position = span.range.end;
                spans.push(span);
            }
        }
    }
}

fn find_members(line: &str, range: Range<usize>, spans: &mut Vec<Span>) {
    let mut position = range.start;
    while let Some(found) = MEMBER.find_at(line, position) {
        if found.end() > range.end {
            return;
        }
        position = found.end();
        if let Some(span) = member(line, found.end()..range.end) {
            position = span.range.end;
            spans.push(span);
        }
    }
}

/// The text of a member at the beginning of `range`; None if it has none, or is no text.
fn member(line: &str, range: Range<usize>) -> Option<Span> {
    let rest = &line[range.clone()];
    if !quote(rest).is_empty() {
        let value = one(line, range, Extent::Word)?;
        let is_text = !value.text.trim().is_empty();
        return is_text.then(|| span(line, MaskKind::Text, value.range));
    }
    let text = &rest[..member_end(rest)];
    let is_other = text.is_empty() || text.starts_with(['{', '[', '(']) || is_nothing(text);
    let is_number = text.parse::<f64>().is_ok();
    let range = range.start..range.start + text.len();
    (!is_other && !is_number).then(|| span(line, MaskKind::Text, range))
}

pub(super) fn span(line: &str, kind: MaskKind, range: Range<usize>) -> Span {
    let value = decoded(&line[range.clone()]);
    Span { range, kind, value, quote: String::new() }
}

/// The end of a member without quotes in the text of an object.
fn member_end(text: &str) -> usize {
    static END: LazyLock<Regex> = LazyLock::new(|| {
        let form = r#"[,;] ?(?:\\*["'])?[A-Za-z_]+(?:\\*["'])? ?[=:]|[})\]|]|$"#;
        Regex::new(form).expect("it is constant")
    });
    END.find(text).map_or(text.len(), |found| found.start())
}

/// The end of the object at the beginning; the end of the text if it is cut.
fn object_end(text: &str) -> usize {
    let (open, close) = match text.chars().next() {
        Some('{') => ('{', '}'),
        Some('[') => ('[', ']'),
        _ => ('(', ')'),
    };
    let mark = quote(text[1..].trim_start());
    let (mut depth, mut position) = (0, 0);
    while position < text.len() {
        let rest = &text[position..];
        if !mark.is_empty() && rest.starts_with(mark) {
            position += mark.len();
            position += closing_quote(&text[position..], mark) + mark.len();
            continue;
        }
        let first = rest.chars().next().unwrap_or(' ');
        position += first.len_utf8();
        if first == open {
            depth += 1;
        } else if first == close {
            depth -= 1;
            if depth == 0 {
                return position;
            }
        }
    }
    text.len()
}

/// The text at `start`, and whether quotes are around it.
pub(super) fn text_at(line: &str, start: usize) -> Option<(Range<usize>, bool)> {
    let start =
        start + (line[start..].len() - line[start..].trim_start_matches([' ', '\t', '@']).len());
    let text = &line[start..];
    if !quote(text).is_empty() {
        return one(line, start..line.len(), Extent::Word).map(|value| (value.range, true));
    }
    if text.starts_with(['{', '[', '(', '<']) {
        return None;
    }
    let end = NEXT.find(text).map_or(text.len(), |found| found.start());
    let end = text[..end].trim_end().len();
    (end > 0).then_some((start..start + end, false))
}

/// Whether an address is that of a machine, which other rules judge.
pub(super) fn is_address_of_machine(text: &str) -> bool {
    let is_number = text.bytes().all(|byte| byte.is_ascii_hexdigit() || b".:[]".contains(&byte));
    let dots = text.bytes().filter(|byte| *byte == b'.').count();
    // One dot is that of a coordinate.
    text.contains("://") || (is_number && (text.contains(':') || dots > 1))
}
