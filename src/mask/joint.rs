//! What joins a key and its value: `:`, `=`, `is`, `是`, a bracket, a blank, `%3D`.

use std::sync::LazyLock;

use regex::Regex;

/// How a key and its value are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    /// By `:`, `=` and the like: a value follows.
    Sign,
    /// By such a sign in the escapes of URLs.
    Percent,
    /// By `is` or `是`: a value or a message follows.
    Word,
    /// By a blank, a bracket or nothing: a value or other words follow.
    Blank,
}

/// The joints, and how they are written after a key. The first one that fits counts.
static FORMS: LazyLock<[(Joint, Regex); 5]> = LazyLock::new(|| {
    // The quote that closes a key, the index of `a[0]`, the bracket of `user[name]`.
    let close = r#"(?:\\*["'”’`]|\[[0-9]*\]|\]|%5[Dd])*"#;
    let percents = "(?:%5[Bb][0-9]*%5[Dd]|%5[Dd]|%5[Cc]|%22|%20)*";
    let form = |text: String| Regex::new(&text).expect("the forms are constant");
    [
        (Joint::Percent, form(format!("^{percents}(?:%3[AaDd])"))),
        (Joint::Sign, form(format!(r"^{close}[ \t]*(?:=>|->|→|:=|={{1,3}}>?|:|：|【|「)"))),
        (Joint::Sign, form(r"^</key>[ \t]*<string>".to_string())),
        (
            Joint::Word,
            form(format!(
                r"^{close}(?:[ \t]+(?:(?:(?:for|of) [^ ]+ )?(?:is|was)|(?:changed|set|reset|updated) to|result|value|received|registered|generated|sent)[ \t]*[ \t:=]|[ \t]*(?:值|内容|信息|字段|输入的|填写的|已更新|已刷新|已保存|成功)*(?:已?(?:改|设|设置|修改|更新|重置)为|是|为|叫|:|：)[:：]?)"
            )),
        ),
        (Joint::Blank, form(r"^(?:[ \t]?[(（]|<|[ \t]+(?:(?:of|for)[ \t]+)?)".to_string())),
    ]
});

/// The joint after a key that ends where `rest` begins, and where in `rest` a value may begin.
pub(super) fn after(line: &str, key: std::ops::Range<usize>) -> Option<(Joint, usize)> {
    let rest = &line[key.end..];
    if rest.starts_with('>') && is_tag(&line[..key.start]) {
        return Some((Joint::Sign, 1));
    }
    for (joint, form) in &*FORMS {
        let Some(found) = form.find(rest) else { continue };
        let after = &rest[found.end()..];
        // `User::login` is the name of a function.
        let is_path = found.as_str().ends_with(':') && after.starts_with(':');
        let is_bracket = found.as_str().ends_with(['【', '「']);
        let start = if is_bracket { found.end() - '【'.len_utf8() } else { found.end() };
        // `user->name` is a field.
        let is_field = found.as_str().ends_with("->") && !after.starts_with(' ');
        let joint = if is_field { Joint::Blank } else { *joint };
        return (!is_path).then_some((joint, start));
    }
    // `userID[lily]` is a value, `users[i]` is not: it is too short.
    if rest.starts_with('[') {
        return Some((Joint::Blank, 0));
    }
    // Chinese has no blanks.
    let is_chinese = line[key].ends_with(|c: char| !c.is_ascii());
    (is_chinese && rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        .then_some((Joint::Blank, 0))
}

/// Whether the word at the end is the name of an XML element.
fn is_tag(before: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':' | '.');
    before.trim_end_matches(is_name).ends_with('<')
}
