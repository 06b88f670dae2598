//! What a query asks for: known words, other words, and Chinese text.
//!
//! Chinese is written without blanks. So `群已解散` is divided into the words that are known, here
//! `群` and `解散`, and text between them.

use super::words::{filler_at, is_han, known_at, simplified};

/// A part of a query, in lower case and in simplified characters.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// A word that has synonyms.
    Known(&'static str),
    /// Another word, a code or a name.
    Word(String),
    /// Chinese text without known words.
    Chinese(String),
}

/// The query as one text, in lower case and in simplified characters.
pub(super) fn normalized(query: &[&str]) -> String {
    let words = query.iter().flat_map(|part| part.split_whitespace());
    let words: Vec<String> = words.map(str::to_lowercase).collect();
    words.join(" ").chars().map(simplified).collect()
}

/// The parts of a normalized query.
pub(super) fn terms(query: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut chinese = String::new();
    let mut rest = query;
    while let Some(first) = rest.chars().next() {
        let known = known_at(rest);
        if known.is_none() && filler_at(rest).is_none() && is_han(first) {
            chinese.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        add_chinese(&mut terms, &mut chinese);
        let length = if let Some(word) = known {
            terms.push(Term::Known(word));
            word.len()
        } else if let Some(filler) = filler_at(rest) {
            filler.len()
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || is_han(c) || is_wide_punctuation(c));
            let word = &rest[..end.unwrap_or(rest.len())];
            let trimmed = word.trim_matches([',', ';', ':', '.', '?', '!', '"']);
            if !trimmed.is_empty() {
                terms.push(Term::Word(trimmed.to_string()));
            }
            word.len().max(first.len_utf8())
        };
        rest = &rest[length..];
    }
    add_chinese(&mut terms, &mut chinese);
    if terms.is_empty() && !query.is_empty() {
        terms.push(Term::Word(query.to_string()));
    }
    terms
}

fn add_chinese(terms: &mut Vec<Term>, chinese: &mut String) {
    if !chinese.is_empty() {
        terms.push(Term::Chinese(std::mem::take(chinese)));
    }
}

fn is_wide_punctuation(c: char) -> bool {
    matches!(c, '，' | '。' | '、' | '；' | '：' | '？' | '！' | '“' | '”' | '（' | '）')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts of the terms; Chinese text without known words has a question mark.
    fn split(query: &[&str]) -> Vec<String> {
        let terms = terms(&normalized(query)).into_iter().map(|term| match term {
            Term::Known(word) => word.to_string(),
            Term::Word(word) => format!("{word}!"),
            Term::Chinese(text) => format!("{text}?"),
        });
        terms.collect()
    }

    #[test]
    fn queries_are_divided_into_known_words_and_others() {
        let rows: [(&[&str], &[&str]); 18] = [
            (&["UserSig Expired"], &["usersig", "expired"]),
            (&["rate", "limit"], &["rate limit"]),
            (&["users", "expired,"], &["users!", "expired"]),
            (&["server/group"], &["server/group!"]),
            (&["-10003"], &["-10003!"]),
            (&["签名过期"], &["签名", "过期"]),
            (&["簽名", "過期"], &["签名", "过期"]),
            (&["用戶簽名過期"], &["用户", "签名", "过期"]),
            (&["userSig过期"], &["usersig", "过期"]),
            (&["群已解散"], &["群", "解散"]),
            (&["How to fix: can't log in?"], &["can't log in"]),
            (&["the theme"], &["theme!"]),
            (&["退出登录"], &["退出登录"]),
            (&["上传失败，怎么办？"], &["上传", "失败"]),
            (&["文件过大"], &["文件?", "过大"]),
            (&["被"], &["被!"]),
            (&["，"], &["，!"]),
            (&[" "], &[]),
        ];
        for (query, wanted) in rows {
            assert_eq!(split(query), wanted, "{query:?}");
        }
    }
}
