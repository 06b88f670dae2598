//! The Chinese texts of the built-in entries say what the English ones say, in one style.

use std::collections::BTreeSet;

use imerr::catalog::{Entry, Lang, Texts, built_in};
use imerr::terminal::width;

/// The widest meaning, in columns.
const MEANING_COLUMNS: usize = 80;

/// Every text of an entry in both languages: the field, the English and the Chinese text.
fn pairs(entry: &Entry) -> Vec<(&'static str, String, String)> {
    let (en, zh) = (entry.texts(Lang::En), entry.texts(Lang::Zh));
    let text = |text: Option<&str>| text.unwrap_or_default().to_string();
    let lines = |texts: Texts<'_>| texts.check.join("\n");
    vec![
        ("meaning", en.meaning.to_string(), zh.meaning.to_string()),
        ("cause", text(en.cause), text(zh.cause)),
        ("remedy", en.remedy.to_string(), zh.remedy.to_string()),
        ("check", lines(en), lines(zh)),
        ("note", text(en.note), text(zh.note)),
    ]
}

/// Applies `fault` to each Chinese text, and fails with all faults.
fn assert_faultless(fault: impl Fn(&str, &str, &str) -> Option<String>) {
    let mut faults = Vec::new();
    for entry in built_in().entries() {
        for (field, english, chinese) in pairs(entry) {
            if let Some(fault) = fault(field, &english, &chinese) {
                faults
                    .push(format!("{} {} {field}: {fault}: {chinese}", entry.system, entry.codes));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

#[test]
fn every_text_is_translated() {
    assert_faultless(|_, english, chinese| {
        if english.is_empty() {
            return None;
        }
        let lines = |text: &str| text.lines().count();
        if lines(english) != lines(chinese) {
            return Some(format!("{} lines instead of {}", lines(chinese), lines(english)));
        }
        let is_chinese = chinese.lines().all(|line| line.contains(is_han));
        (!is_chinese).then(|| "not in Chinese".to_string())
    });
}

/// The names that versions have in both languages.
const PRODUCTS: [&str; 3] = ["SDK", "@tencentcloud/chat", "tim-js-sdk"];

#[test]
fn versions_are_without_english_words() {
    let words = imerr::language::of(Lang::Zh);
    for since in built_in().entries().iter().filter_map(|entry| entry.since.as_deref()) {
        let chinese = words.since(since);
        for word in chinese.split(' ').filter(|word| !PRODUCTS.contains(word)) {
            let number = word.strip_prefix('v').unwrap_or(word);
            assert!(!number.contains(|c: char| c.is_ascii_alphabetic()), "{since}: {chinese}");
        }
    }
    let rows = [("after 2023", "2023年之后"), ("2023", "2023年"), ("SDK 7.4", "SDK 7.4")];
    for (since, wanted) in rows {
        assert_eq!(words.since(since), wanted);
    }
}

/// The numbers in a text, with their signs.
fn numbers(text: &str) -> BTreeSet<String> {
    let chars: Vec<char> = text.replace(",000", "000").chars().collect();
    let mut numbers = BTreeSet::new();
    let mut start = 0;
    while start < chars.len() {
        if !chars[start].is_ascii_digit() {
            start += 1;
            continue;
        }
        let digits = chars[start..].iter().take_while(|c| c.is_ascii_digit());
        let end = start + digits.count();
        let before = start.checked_sub(1).map(|index| chars[index]);
        let is_in_word = before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_in_word {
            numbers.insert(chars[start..end].iter().collect());
        }
        start = end;
    }
    numbers
}

#[test]
fn both_languages_have_the_same_numbers() {
    assert_faultless(|_, english, text| {
        let (english, chinese) = (numbers(english), numbers(text));
        let missing: Vec<&String> =
            english.difference(&chinese).filter(|number| !is_in_han(number, text)).collect();
        // Chinese has digits where English has words.
        let is_small = |number: &&String| matches!(number.as_str(), "0" | "1" | "2");
        let added: Vec<&String> =
            chinese.difference(&english).filter(|number| !is_small(number)).collect();
        (!missing.is_empty() || !added.is_empty())
            .then(|| format!("missing {missing:?}, added {added:?}"))
    });
}

/// Whether `text` has the number as a Chinese character: 一次 is as good as 1次.
fn is_in_han(number: &str, text: &str) -> bool {
    match number {
        "1" => text.contains('一'),
        "2" => text.contains(['二', '两']),
        _ => false,
    }
}

/// The identifiers in a text: words with an underscore, a capital after a small letter, or two
/// capitals. A plural `s` is left out.
fn identifiers(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let identifiers = words.filter(|word| is_identifier(word));
    identifiers.map(|word| word.strip_suffix('s').unwrap_or(word)).collect()
}

fn is_identifier(word: &str) -> bool {
    let mut pairs = word.as_bytes().windows(2);
    word.contains('_')
        || pairs.any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

#[test]
fn both_languages_have_the_same_identifiers() {
    assert_faultless(|_, english, chinese| {
        let (mut english, chinese) = (identifiers(english), identifiers(chinese));
        // The product has a Chinese name.
        english.remove("WeChat");
        let missing: Vec<&&str> = english.difference(&chinese).collect();
        (!missing.is_empty()).then(|| format!("missing {missing:?}"))
    });
}

#[test]
fn the_style_is_the_same_everywhere() {
    const FORBIDDEN: [&str; 5] = ["抱歉", "哦", "！", "【", "】"];
    assert_faultless(|field, _, chinese| {
        let chars: Vec<char> = chinese.chars().collect();
        for pair in chars.windows(2) {
            let [a, b] = [pair[0], pair[1]];
            if is_han(a) && b.is_ascii_alphabetic() || a.is_ascii_alphabetic() && is_han(b) {
                return Some(format!("no blank between {a} and {b}"));
            }
            if is_han(a) && ",;:?!(".contains(b) || ",;?!)".contains(a) && is_han(b) {
                return Some(format!("half-width punctuation in {a}{b}"));
            }
            let is_wide = |c: char| "，。；：（）“”、".contains(c);
            if is_wide(a) && b == ' ' || a == ' ' && is_wide(b) {
                return Some(format!("a blank beside {a}{b}"));
            }
        }
        if let Some(word) = FORBIDDEN.iter().find(|word| chinese.contains(*word)) {
            return Some(format!("{word} is not our word"));
        }
        let is_sentence = chinese.is_empty() || field == "check" || chinese.ends_with(['。', '）']);
        if !is_sentence {
            return Some("no full stop at the end".to_string());
        }
        if field == "remedy" && chinese.starts_with('请') {
            return Some("a remedy begins with who, where or the verb".to_string());
        }
        let is_too_wide = field == "meaning" && width(chinese) > MEANING_COLUMNS;
        is_too_wide.then(|| format!("{} columns", width(chinese)))
    });
}
