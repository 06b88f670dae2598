//! Help texts and manual pages that clap writes, in the language of standard output.

use imerr::terminal::{MAX_PROSE_COLUMNS, width, wrap};

use super::color::Sink;
use super::language::Messages;
use super::run_config::columns;

/// A help text with its headings and clap's own phrases in the language of `words`, in lines that
/// fit the terminal.
pub fn localized(help: &str, words: &dyn Messages) -> String {
    if words.help_phrases().is_empty() {
        return help.to_string();
    }
    let help = with_phrases(help, words);
    wrapped(&with_headings(&help, words), columns(Sink::Stdout).min(MAX_PROSE_COLUMNS))
}

/// A manual page with its headings and clap's own phrases in the language of `words`.
///
/// If they are translated, lines are not justified: in Chinese, the few blanks of a line would
/// become holes. Words of Latin letters, such as options, are not hyphenated, and lines may break
/// between Chinese characters, which roff takes for one long word.
pub fn localized_manual(page: &str, words: &dyn Messages) -> String {
    let page = with_phrases(page, words);
    if words.help_phrases().is_empty() {
        return page;
    }
    let mut localized = String::new();
    for line in page.split_inclusive('\n') {
        match line.strip_prefix(".SH ").and_then(|heading| manual_heading(heading, words)) {
            Some(heading) => localized += &format!(".SH {heading}\n"),
            None if line.starts_with('.') => localized += line,
            None => localized += &with_break_points(line),
        }
        if line.starts_with(".TH ") {
            localized += ".ad l\n.nh\n";
        }
    }
    localized
}

/// A line of roff with `\:`, where it may break, between Chinese characters and after Chinese
/// punctuation. No line begins with the end of a clause, or ends with an opening mark.
fn with_break_points(line: &str) -> String {
    let mut broken = String::new();
    let mut before = ' ';
    for c in line.chars() {
        let is_possible = is_han(before) && (is_han(c) || OPENING.contains(&c))
            || CLOSING.contains(&before) && (!CLOSING.contains(&c) && c != '\n');
        if is_possible {
            broken += "\\:";
        }
        broken.push(c);
        before = c;
    }
    broken
}

const OPENING: [char; 2] = ['（', '“'];
const CLOSING: [char; 7] = ['，', '。', '；', '：', '、', '）', '”'];

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

fn with_phrases(text: &str, words: &dyn Messages) -> String {
    let mut text = text.to_string();
    for (english, own) in words.help_phrases() {
        text = text.replace(english, own);
    }
    text
}

/// `"EXIT STATUS"` is the heading `Exit status` of help texts.
fn manual_heading(heading: &str, words: &dyn Messages) -> Option<&'static str> {
    let heading = heading.trim().trim_matches('"').to_ascii_lowercase();
    let first = heading.get(..1)?.to_ascii_uppercase();
    let own = words.help_heading(&format!("{first}{}", &heading[1..]))?;
    Some(own.trim_end_matches('：'))
}

/// Translates the heading in front of a colon at the beginning of a line. Colors may precede it.
fn with_headings(help: &str, words: &dyn Messages) -> String {
    let mut translated = String::new();
    let mut is_usage = false;
    for line in help.split_inclusive('\n') {
        let start = line.find(|c: char| c.is_ascii_uppercase() || c == ' ').unwrap_or(0);
        let (heading, text) = line[start..].split_once(':').unwrap_or_default();
        if let Some(own) = words.help_heading(heading) {
            // A full-width colon has its own blank, and so takes two columns.
            translated += &format!("{}{own}{}", &line[..start], text.replacen(' ', "", 1));
            is_usage = heading == "Usage";
            continue;
        }
        is_usage &= line.starts_with(' ');
        translated += if is_usage { &line[1..] } else { line };
    }
    translated
}

/// Wraps each line below the text that follows its last gap, which is the help of an option.
fn wrapped(help: &str, columns: usize) -> String {
    let mut wrapped = String::new();
    for line in help.lines() {
        let (before, text) = line.split_at(line.rfind("  ").map_or(0, |gap| gap + 2));
        let indent = visible_width(before);
        let mut parts = wrap(text, columns.saturating_sub(indent)).into_iter();
        wrapped += format!("{before}{}", parts.next().unwrap_or_default()).trim_end();
        wrapped.push('\n');
        for part in parts {
            wrapped += &format!("{}{part}\n", " ".repeat(indent));
        }
    }
    wrapped
}

/// The columns of a text with the colors of clap, which are all of the form `ESC[1m`.
fn visible_width(text: &str) -> usize {
    let mut pieces = text.split('\u{1b}');
    let first = pieces.next().map_or(0, width);
    let after_color = |piece: &str| piece.split_once('m').map_or(0, |(_, text)| width(text));
    first + pieces.map(after_color).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language;
    use imerr::catalog::Lang;

    #[test]
    fn lines_are_wrapped_below_the_help() {
        let rows = [
            ("  -h, --help  显示帮助\n", "  -h, --help  显示帮助\n"),
            (
                "  \u{1b}[1m-h\u{1b}[0m  显示帮助，共四列\n",
                "  \u{1b}[1m-h\u{1b}[0m  显示帮助，\n      共四列\n",
            ),
            ("          显示帮助\n", "          显示帮\n          助\n"),
            ("一\n          \n二\n", "一\n\n二\n"),
        ];
        for (text, wanted) in rows {
            let columns = if text.contains("--help") { 80 } else { 16 };
            assert_eq!(wrapped(text, columns), wanted, "{text:?}");
        }
    }

    #[test]
    fn clap_and_its_manuals_leave_no_english_heading_or_phrase() {
        let words = language::of(Lang::Zh);
        let help = "Usage: imerr-annotate\n       imerr-annotate -- a\n\nOptions:\n  --top  个数 \
                    [default: 5]\n";
        assert_eq!(
            with_headings(&with_phrases(help, words), words),
            "用法：imerr-annotate\n      imerr-annotate -- a\n\n选项：\n  --top  个数 [默认：5]\n"
        );
        let page = ".SH NAME\n.SH \"CUSTOM CODES\"\n.SH OTHER\n";
        assert_eq!(localized_manual(page, words), ".SH 名称\n.SH 自定义错误码\n.SH OTHER\n");
    }

    #[test]
    fn lines_of_a_chinese_manual_may_break_between_characters() {
        let rows = [
            ("输出带注释的模板\n", r"输\:出\:带\:注\:释\:的\:模\:板"),
            ("见 IM（默认：无）。\n", r"见 IM（默\:认：\:无）。"),
            ("用“错误码”，\\-\\-lang zh\n", r"用\:“错\:误\:码”，\:\-\-lang zh"),
            ("10行\n", "10行"),
        ];
        for (line, wanted) in rows {
            assert_eq!(with_break_points(line).trim_end(), wanted);
        }
        let page = ".TH imerr 1\n.SH OTHER\n";
        let wanted = ".TH imerr 1\n.ad l\n.nh\n.SH OTHER\n";
        assert_eq!(localized_manual(page, language::of(Lang::Zh)), wanted);
        assert_eq!(localized_manual(page, language::of(Lang::En)), page);
    }
}
