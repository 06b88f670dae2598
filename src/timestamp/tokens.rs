//! The words that may stand before a timestamp, and how they are told from prose.

/// What a word is when it stands before a timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A level or a name after which loggers write the time.
    Name,
    /// An address, a process, a file: anything that is no word of a language.
    Tag,
    /// A word of a message.
    Prose,
}

/// How many bytes the word at the beginning of `text` has.
pub(super) fn length(text: &[u8]) -> usize {
    text.iter().take_while(|&&byte| is_part(byte)).count()
}

/// What `word` is.
pub(super) fn kind(word: &[u8]) -> Word {
    let (stem, has_colon) = word.strip_suffix(b":").map_or((word, false), |stem| (stem, true));
    if is_name(stem) {
        Word::Name
    } else if !has_colon && is_tag(stem) {
        Word::Tag
    } else {
        Word::Prose
    }
}

/// Whether `stem` is a level, the letter of one, or a name that stands before the time, such as those of the SDKs' own
/// loggers.
fn is_name(stem: &[u8]) -> bool {
    if let [letter] = stem {
        return b"IDWEVFTCN".contains(letter);
    }
    let mut buffer = [0; 20];
    matches!(
        lower_case(stem, &mut buffer),
        b"info"
            | b"debug"
            | b"warn"
            | b"error"
            | b"warning"
            | b"trace"
            | b"fatal"
            | b"verbose"
            | b"notice"
            | b"critical"
            | b"severe"
            | b"err"
            | b"crit"
            | b"alert"
            | b"emerg"
            | b"panic"
            | b"log"
            | b"tim"
            | b"chat"
            | b"litechat"
            | b"imsdk"
            | b"flutter"
            | b"i/flutter"
    )
}

/// `word` in lower case, in `buffer`; nothing when it is longer than any word that is known.
pub(super) fn lower_case<'b>(word: &[u8], buffer: &'b mut [u8; 20]) -> &'b [u8] {
    let Some(lower) = buffer.get_mut(..word.len()) else { return &[] };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    lower
}

/// Whether `word` has what words of a language lack, and is no key with its value: `10.0.0.1`, `web-1`, `a/b`,
/// `tim.js:1`, `1234:M`.
fn is_tag(word: &[u8]) -> bool {
    let is_foreign = word
        .iter()
        .any(|&byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'.' | b'@' | b'#' | b'_'));
    let behind_colon = word.rsplit(|&byte| byte == b':').next().unwrap_or_default();
    let is_value = behind_colon.len() < word.len()
        && behind_colon.len() > 1
        && !behind_colon.iter().all(u8::is_ascii_digit);
    is_foreign && !is_value && !word.ends_with(b".")
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'.' | b'_' | b'/' | b'@' | b'#' | b':' | b'-' | b'+' | b'$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_told_from_prose() {
        use Word::{Name, Prose, Tag};
        let rows = [
            ("INFO", Name),
            ("info:", Name),
            ("E", Name),
            ("TIM:", Name),
            ("Chat", Name),
            ("10.0.0.1", Tag),
            ("::1", Tag),
            ("web-1", Tag),
            ("E/imsdk", Tag),
            ("tim-js.js:1", Tag),
            ("1234:M", Tag),
            ("nova-api.log.1.2017-05-16_13:53:08", Tag),
            ("web.example.com", Tag),
            ("at", Prose),
            ("e", Prose),
            ("login", Prose),
            ("done.", Prose),
            ("Last-Modified:", Prose),
            ("expire_time:", Prose),
            ("expires:2026-11-24", Prose),
            ("", Prose),
        ];
        for (word, wanted) in rows {
            assert_eq!(kind(word.as_bytes()), wanted, "{word:?}");
        }
    }

    #[test]
    fn words_end_at_blanks_and_brackets() {
        let rows =
            [("E/imsdk   (1)", 7), ("TIM: x", 4), ("INFO|x", 4), ("ts=1", 2), ("登录", 0), ("", 0)];
        for (text, wanted) in rows {
            assert_eq!(length(text.as_bytes()), wanted, "{text:?}");
        }
    }
}
