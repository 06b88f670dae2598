//! The texts of the built-in entries, in both languages: our own words, one for each thing, and
//! times with numbers.

use std::collections::HashSet;

use imerr::catalog::{Entry, Lang, Retry, built_in};
use regex::Regex;

/// All texts of an entry in a language.
fn texts(entry: &Entry, lang: Lang) -> Vec<&str> {
    let texts = entry.texts(lang);
    let optional = [texts.cause, texts.note].into_iter().flatten();
    let check = texts.check.iter().map(AsRef::as_ref);
    [texts.meaning, texts.remedy].into_iter().chain(optional).chain(check).collect()
}

/// Fails with the faults that `fault` finds in the texts of a language.
fn assert_faultless(lang: Lang, fault: impl Fn(&str) -> Option<String>) {
    let mut faults = Vec::new();
    for entry in built_in().entries() {
        for text in texts(entry, lang) {
            if let Some(fault) = fault(text) {
                faults.push(format!("{} {}: {fault}: {text}", entry.system, entry.codes));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// English words in a row that make a sentence the vendor's: fewer are the phrases of everybody.
const VENDOR_WORDS: usize = 7;

/// The same in Chinese characters.
const VENDOR_CHARACTERS: usize = 8;

/// A hash that does not depend on the platform.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The hashes in a fixture. The fixtures have no sentences, as these are the vendor's.
fn hashes(fixture: &str) -> HashSet<u64> {
    let lines = fixture.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| u64::from_str_radix(line, 16).expect("a hash")).collect()
}

/// The words in a row of an English text, in lower case.
fn word_runs(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let words: Vec<String> =
        words.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect();
    words.windows(VENDOR_WORDS).map(|words| words.join(" ")).collect()
}

/// The characters in a row of a Chinese text, without blanks.
fn character_runs(text: &str) -> Vec<String> {
    let is_han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}');
    let mut runs = Vec::new();
    for part in text.replace(' ', "").split(|c: char| !is_han(c)) {
        let chars: Vec<char> = part.chars().collect();
        runs.extend(chars.windows(VENDOR_CHARACTERS).map(|run| run.iter().collect()));
    }
    runs
}

#[test]
fn no_text_is_copied_from_the_vendor() {
    let fixture = hashes(include_str!("../fixtures/vendor-sentences.txt"));
    assert!(fixture.len() > 3000);
    assert_faultless(Lang::En, |text| {
        word_runs(text).into_iter().find(|run| fixture.contains(&fnv1a(run)))
    });

    let fixture = hashes(include_str!("../fixtures/vendor-sentences-zh.txt"));
    assert!(fixture.len() > 1500);
    assert!(character_runs("可能存在 内存泄漏").iter().all(|run| fixture.contains(&fnv1a(run))));
    assert_faultless(Lang::Zh, |text| {
        character_runs(text).into_iter().find(|run| fixture.contains(&fnv1a(run)))
    });
}

/// A time without a number.
const VAGUE_EN: &str = r"(?i-u)\b(?:a few|some|several) (?:seconds|minutes|hours|days)\b|\ba (?:while|moment)\b|\bfor (?:seconds|minutes|hours)\b|\b(?:growing|with) waits\b|\btry (?:again )?later\b|\bsoon(?: after)?\b[.,;]";
const VAGUE_ZH: &str = "稍后|稍候|片刻|过一会|过段时间|等一会|几秒后|数秒|数分钟|若干|一阵子";

#[test]
fn times_have_numbers() {
    for (lang, vague) in [(Lang::En, VAGUE_EN), (Lang::Zh, VAGUE_ZH)] {
        let vague = Regex::new(vague).expect("the expression is valid");
        assert_faultless(lang, |text| vague.find(text).map(|found| found.as_str().to_string()));
    }
}

/// A unit of time in Latin letters.
const LATIN_UNIT: &str = r"(?-u)\b[0-9]+ ?(?:ms|s|min|h|d)\b";

#[test]
fn chinese_texts_have_chinese_units_of_time() {
    let unit = Regex::new(LATIN_UNIT).expect("the expression is valid");
    assert!(unit.is_match("等待 10 s 后重试") && !unit.is_match("等待10秒，上限 12 KB"));
    assert_faultless(Lang::Zh, |text| unit.find(text).map(|found| found.as_str().to_string()));
}

/// What says when to repeat: a number with a unit, an event, or a number of tries.
const WHEN_EN: &str = r"(?-u)\b\d+(?:\.\d+)? ?(?:ms|s|h|minutes?|hours?|days?)\b|onConnectSuccess|(?i:connected)|SYNCED|SDK_READY|callback|connection is back|\b[Oo]nline\b|reconnect|\bonce\b|first call|when it recovers";
const WHEN_ZH: &str = r"[0-9]+(?:毫秒|秒|分钟|小时|天)|onConnectSuccess|已连接|CONNECTED|SYNCED|SDK_READY|回调|连接恢复|联网|重连|一次|恢复后";

#[test]
fn a_remedy_says_when_to_repeat() {
    for (lang, when) in [(Lang::En, WHEN_EN), (Lang::Zh, WHEN_ZH)] {
        let when = Regex::new(when).expect("the expression is valid");
        let catalog = built_in();
        let waiting = catalog.entries().iter().filter(|entry| entry.retry == Retry::Backoff);
        let unclear: Vec<String> = waiting
            .map(|entry| format!("{} {}: {}", entry.system, entry.codes, entry.texts(lang).remedy))
            .filter(|line| !when.is_match(line.split_once(": ").map_or("", |(_, remedy)| remedy)))
            .collect();
        assert!(unclear.is_empty(), "{unclear:#?}");
    }
}

/// Other words for what has a name here, and that name.
const OTHER_WORDS_EN: [(&str, &str); 20] = [
    ("backend", "back end"),
    ("back-end", "back end"),
    ("dismissed", "disbanded"),
    ("kicked out", "kicked offline"),
    ("kicked off ", "kicked offline"),
    ("kicked off,", "kicked offline"),
    ("anew", "again"),
    ("block list", "blocklist"),
    ("block-listed", "blocklisted"),
    ("blacklist", "blocklist"),
    ("time-out", "timeout"),
    ("cancelled", "canceled"),
    ("vendor", "Tencent, or phone maker"),
    ("User ID", "UserID"),
    ("Usersig", "UserSig"),
    ("log-in", "login"),
    ("initialis", "initializ"),
    ("recognis", "recogniz"),
    ("behaviour", "behavior"),
    ("colour", "color"),
];
const OTHER_WORDS_ZH: [(&str, &str); 19] = [
    ("登陆", "登录"),
    ("帐号", "账号"),
    ("召回", "撤回"),
    ("错误代码", "错误码"),
    ("后端", "业务后台"),
    ("服务器端", "服务端"),
    ("秘钥", "密钥"),
    ("社区", "社群"),
    ("音视频聊天室", "直播群"),
    ("返回包", "应答"),
    ("回包", "应答"),
    ("响应", "应答"),
    ("超频", "超过频率限制"),
    ("限频", "频率限制"),
    ("踢出", "移出群组，或踢下线"),
    ("注销", "登出"),
    ("用户名", "UserID"),
    ("手机厂商", "厂商"),
    ("好友请求", "好友申请"),
];

#[test]
fn each_thing_has_one_name() {
    for (lang, words) in [(Lang::En, &OTHER_WORDS_EN[..]), (Lang::Zh, &OTHER_WORDS_ZH[..])] {
        assert_faultless(lang, |text| {
            let (other, name) = words.iter().find(|(other, _)| text.contains(other))?;
            Some(format!("'{other}' is '{name}' here"))
        });
    }
}
