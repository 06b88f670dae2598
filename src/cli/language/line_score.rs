//! The words of `explain-line`.

use imerr::catalog::Lang;
use imerr::detect::{Confidence, Explanation, Finding};
use imerr::input::LINE_LIMIT;

const MEDIUM: i32 = Confidence::MEDIUM_POINTS;
const HIGH: i32 = Confidence::HIGH_POINTS;
const UNKNOWN: i32 = Explanation::UNKNOWN_POINTS;

/// The words of `explain-line` in one language. The reasons are texts of the rules.
pub trait LineScoreWords: Sync {
    /// The line has no number that may be a code.
    fn no_candidate(&self) -> &'static str;
    /// What a number was taken for. None: it is not reported.
    fn verdict(&self, finding: Option<&Finding>) -> String;
    /// The sum of the points, between the verdict and what they are enough for.
    fn points(&self, points: i32) -> String;
    /// What the points are enough for.
    fn limits(&self, explanation: &Explanation) -> String;
    /// In front of each of several meanings.
    fn ambiguous(&self) -> &'static str;
    /// The code begins at this byte, from 1, too far to the right for carets.
    fn at_byte(&self, byte: usize) -> String;
    /// The key in front of the number; none if it is empty.
    fn key(&self, key: &str) -> String;
    /// The reason of a rule without a text.
    fn own_rule(&self) -> &'static str;
    /// The marker does not count, since another one does.
    fn not_counted(&self) -> &'static str;
    /// Only the beginning of this line of standard input is explained.
    fn long_line(&self, number: usize) -> String;
}

/// The words of `explain-line` in `lang`.
pub fn line_score_words(lang: Lang) -> &'static dyn LineScoreWords {
    match lang {
        Lang::En => &English,
        Lang::Zh => &Chinese,
    }
}

struct English;

impl LineScoreWords for English {
    fn no_candidate(&self) -> &'static str {
        "no code: no number follows a known key or name, or matches a rule"
    }

    fn verdict(&self, finding: Option<&Finding>) -> String {
        match finding {
            None => "not reported".to_string(),
            Some(finding) if finding.entries.is_unknown() => "unknown".to_string(),
            Some(finding) => format!("{} confidence", finding.confidence),
        }
    }

    fn points(&self, points: i32) -> String {
        format!(", {points} points ")
    }

    fn limits(&self, explanation: &Explanation) -> String {
        let Some(finding) = explanation.finding else {
            return format!(
                "(in no catalog; --unknown reports it from {UNKNOWN} points on, on a line of the \
                 product that nothing speaks against)"
            );
        };
        if finding.entries.is_unknown() {
            return format!(
                "(in no catalog; --unknown reports it, as {UNKNOWN} points are enough)"
            );
        }
        match finding.confidence {
            Confidence::Low => format!("(below {MEDIUM})"),
            Confidence::Medium if explanation.points >= HIGH => {
                format!("({MEDIUM} or more; high needs a marker of the product)")
            }
            Confidence::Medium => {
                format!("({MEDIUM} or more; high needs {HIGH} and a marker of the product)")
            }
            Confidence::High => format!("({HIGH} or more, with a marker of the product)"),
        }
    }

    fn ambiguous(&self) -> &'static str {
        "ambiguous: "
    }

    fn at_byte(&self, byte: usize) -> String {
        format!("at byte {byte} of the line:")
    }

    fn key(&self, key: &str) -> String {
        match key {
            "" => "the shape of the text around it".to_string(),
            key => format!("`{key}` in front of it"),
        }
    }

    fn own_rule(&self) -> &'static str {
        "A rule of your own."
    }

    fn not_counted(&self) -> &'static str {
        " (not counted, as another marker is)"
    }

    fn long_line(&self, number: usize) -> String {
        format!(
            "standard input: line {number} is longer than {LINE_LIMIT} bytes; only its beginning \
             is explained"
        )
    }
}

struct Chinese;

impl LineScoreWords for Chinese {
    fn no_candidate(&self) -> &'static str {
        "没有错误码：没有数字跟在已知的键或名称之后，也没有数字符合规则"
    }

    fn verdict(&self, finding: Option<&Finding>) -> String {
        match finding {
            None => "不报告".to_string(),
            Some(finding) if finding.entries.is_unknown() => "未收录".to_string(),
            Some(finding) => match finding.confidence {
                Confidence::Low => "可信度：低".to_string(),
                Confidence::Medium => "可信度：中".to_string(),
                Confidence::High => "可信度：高".to_string(),
            },
        }
    }

    fn points(&self, points: i32) -> String {
        format!("（{points}分；")
    }

    fn limits(&self, explanation: &Explanation) -> String {
        let Some(finding) = explanation.finding else {
            return format!(
                "错误码库未收录；所在行属于本产品、没有反证且达到{UNKNOWN}分时，--unknown 会报告）"
            );
        };
        if finding.entries.is_unknown() {
            return format!("错误码库未收录；已达到{UNKNOWN}分，--unknown 会报告）");
        }
        match finding.confidence {
            Confidence::Low => format!("{MEDIUM}分为中）"),
            Confidence::Medium => format!("{MEDIUM}分为中，{HIGH}分且行内有产品标记为高）"),
            Confidence::High => format!("{HIGH}分且行内有产品标记为高）"),
        }
    }

    fn ambiguous(&self) -> &'static str {
        "有歧义："
    }

    fn at_byte(&self, byte: usize) -> String {
        format!("位于该行第{byte}字节：")
    }

    fn key(&self, key: &str) -> String {
        match key {
            "" => "符合数字前后文本的形式".to_string(),
            key => format!("前面有 `{key}`"),
        }
    }

    fn own_rule(&self) -> &'static str {
        "自定义规则。"
    }

    fn not_counted(&self) -> &'static str {
        "（未计入，因为同类标记已计入）"
    }

    fn long_line(&self, number: usize) -> String {
        format!("标准输入：第{number}行超过{LINE_LIMIT}字节；只分析了开头部分")
    }
}
