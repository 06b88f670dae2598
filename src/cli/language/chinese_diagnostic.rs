//! Problems of catalogs, rules, config files and the values of options in Chinese.
//!
//! Their readers write English, as a library does. Here are the problems that people meet most, by
//! their sentences; the tests make each of them happen. All others stay in English.

/// English sentences and what they are in Chinese. `{}` stands for any text, at the end of a sentence
/// for all that follows. The first sentence that fits counts.
const SENTENCES: [(&str, &str); 60] = [
    (
        "contains neither a system with [[entry]] tables, nor rules such as [[key]] or [[marker]], \
         nor a [[cause]]",
        "既没有 system 和 [[entry]]，也没有 [[key]]、[[marker]] 等规则，也没有 [[cause]]",
    ),
    (
        "a file contains a system with its entries or rules, not both: move one of them to another \
         file",
        "system 及其 [[entry]] 不能与规则写在同一个文件中，把其中一种移到另一个文件",
    ),
    (
        "system is needed at the top, in lower-case letters, digits and '-'",
        "文件开头需要 system，由小写字母、数字和“-”组成",
    ),
    (
        "either code = NUMBER or range = [FIRST, LAST] is needed",
        "需要 code = NUMBER 或 range = [FIRST, LAST]",
    ),
    ("code and range are both given; leave one of them out", "code 和 range 只能写一个"),
    (
        "{} is missing: a rule needs lines that must be found and lines that must be ignored",
        "缺少 {}：规则既要有必须识别的行，也要有不得识别的行",
    ),
    ("{} is missing", "缺少 {}"),
    ("{} is empty", "{} 为空"),
    ("{} contains an empty string", "{} 中有空字符串"),
    ("{} must be a table", "{} 应为表"),
    ("{} must be written {}, not as {}", "{} 应写成 {}，而不是{}"),
    ("{} must be a date in quotes, such as {}", "{} 应为带引号的日期，如 {}"),
    ("{} must be {} to {} points", "{} 应在 {} 与 {} 之间"),
    ("{} must be {}, not {}", "{} 应为{}，而不是{}"),
    ("unknown key '{}'; did you mean '{}'?", "没有名为“{}”的键；是否想写“{}”？"),
    ("unknown field '{}'; did you mean '{}'?", "没有名为“{}”的字段；是否想写“{}”？"),
    ("unknown key '{}'; known keys are {}", "没有名为“{}”的键；可用的有 {}"),
    ("unknown key '{}', known are {}", "没有名为“{}”的键；可用的有 {}"),
    ("unknown field '{}', known are {}", "没有名为“{}”的字段；可用的有 {}"),
    ("'{}' cannot be set in a config file; use {}", "“{}”不能写在配置文件中；改用 {}"),
    (
        "'{}' is unknown; 'imerr-annotate list' shows the categories",
        "没有名为“{}”的值；用 imerr-annotate list 查看全部分类",
    ),
    ("'{}' is unknown; did you mean '{}'?", "没有名为“{}”的值；是否想写“{}”？"),
    ("'{}' is none of {}", "没有名为“{}”的值；可用的有 {}"),
    ("{} '{}' is unknown; did you mean '{}'?", "{} 没有名为“{}”的值；是否想写“{}”？"),
    ("{} '{}' is none of {}", "{} 没有名为“{}”的值；可用的有 {}"),
    ("'{}' must be lower-case letters, digits and '-'", "“{}”应由小写字母、数字和“-”组成"),
    ("'{}' is not a constant of letters, digits and '_'", "“{}”不是由字母、数字和“_”组成的常量名"),
    (
        "hint '{}' must be in lower case and at least {} bytes long",
        "hints 中的“{}”应为小写，至少{}字节",
    ),
    ("{} begins or ends with a blank", "{} 的开头或末尾有空格"),
    ("{} has {} characters, the limit is {}", "{} 有{}个字符，上限为{}个"),
    ("check has {} lines; at most {} are allowed", "check 有{}行，上限为{}行"),
    (
        "{} contains {}, which {}; texts must be visible and on one line, without square brackets",
        "{} 中有 {}，{}；文本应可见、只占一行，且不含方括号",
    ),
    (
        "{} begins with {}, which combines with a character in front of it",
        "{} 以 {} 开头，它会与前一个字符组合",
    ),
    (
        "{} contains {}; it must be printable ASCII without square brackets",
        "{} 中有 {}；应为可打印的 ASCII 字符，且不含方括号",
    ),
    (
        "{} is no code: a code has at most {} digits; longer numbers in a log are ids and times",
        "{} 不是错误码：错误码最多{}位，日志中更长的数字是 ID 或时间",
    ),
    (
        "range {} to {} is empty: the first must be below the last",
        "范围 {} 至 {} 为空：起点应小于终点",
    ),
    (
        "range needs two numbers, the first and the last code, not {}",
        "range 需要起止两个错误码，而不是{}个",
    ),
    ("{} is defined twice, first in line {}", "{} 定义了两次，第一次在第{}行"),
    ("{} overlaps {} in line {}", "{} 与 {} 重叠，后者在第{}行"),
    ("{} is out of order after {}", "{} 的顺序不对，不能在 {} 之后"),
    ("{}: see names {}, which is in no catalog", "{}：see 中的 {} 未收录"),
    ("{} has {} already, at {}", "{} 中已有 {}，位于 {}"),
    ("{}: a code is found in this line", "{}：此行识别出了错误码，本不应识别"),
    (
        "{}: no code is found in this line: {} is in no catalog that is given; {}",
        "{}：此行没有识别出错误码：给出的文件都未收录 {}，把收录它的文件一并写上",
    ),
    ("{}: no code is found in this line", "{}：此行没有识别出错误码"),
    ("must be a list of strings", "应为字符串列表"),
    ("a whole number from 0 on is needed, without a sign, or 'all'", "应为不带符号的整数，或 all"),
    ("a whole number from 0 on is needed, without a sign", "应为不带符号的整数"),
    ("a whole number from {} to {} is needed", "应为 {} 至 {} 的整数"),
    ("'{}' is not a time; did you mean '{}'?", "“{}”不是时间；是否想写“{}”？"),
    ("'{}' is not a time; examples: {}", "“{}”不是时间；例如 {}"),
    (
        "'{}' is neither a code nor a range of codes such as {}",
        "“{}”不是错误码，也不是范围（如 {}）",
    ),
    (
        "the range {} to {} is empty: the smaller code comes first",
        "范围 {} 至 {} 为空：较小的错误码在前",
    ),
    ("{} is too large for a code", "{} 过大，不会是错误码"),
    (
        "no code has this name, and it is neither a code nor a range such as {}; did you mean '{}'?",
        "没有此常量名，也不是错误码或范围（如 {}）；是否想写“{}”？",
    ),
    (
        "no code has this name, and it is neither a code nor a range such as {}",
        "没有此常量名，也不是错误码或范围（如 {}）",
    ),
    ("'{}' is no encoding; did you mean '{}'?", "“{}”不是编码名称；是否想写“{}”？"),
    ("a directory is needed; to write one file: > {}", "应为目录；只写一个文件时用 > {}"),
    ("must not be empty", "不能为空"),
    ("not valid UTF-8", "不是有效的 UTF-8"),
];

/// Words in place of `{}` that are Chinese too.
const WORDS: [(&str, &str); 20] = [
    ("a string", "字符串"),
    ("a number", "数字"),
    ("an integer", "整数"),
    ("an array", "数组"),
    ("true or false", "真假值（true 或 false）"),
    ("string", "字符串"),
    ("integer", "整数"),
    ("float", "小数"),
    ("boolean", "真假值"),
    ("datetime", "日期"),
    ("array", "数组"),
    ("table", "表"),
    ("is a control character", "它是控制字符"),
    ("breaks the line", "它会换行"),
    ("changes the direction of text", "它会改变文字方向"),
    ("is invisible", "它不可见"),
    ("stands for text that was lost in a conversion", "它表示转码时丢失的文字"),
    ("is for private use", "它属于私用区"),
    ("is not a character", "它不是字符"),
    ("ends annotations", "它会使标注提前结束"),
];

/// `message` in Chinese; None if there are no words for it.
pub(super) fn diagnostic(message: &str) -> Option<String> {
    SENTENCES.iter().find_map(|(english, chinese)| Some(fill(chinese, &holes(english, message)?)))
}

/// Why an option does not accept `value`, after a text that has the value.
pub(super) fn cause(message: &str, value: &str) -> String {
    let cause = diagnostic(message).unwrap_or_else(|| message.to_string());
    for named in [format!("没有名为“{value}”的值；"), format!("“{value}”")] {
        if let Some(rest) = cause.strip_prefix(&named) {
            return rest.to_string();
        }
    }
    cause
}

/// The parts of `message` in place of `{}`, if it is the sentence `english`.
fn holes<'m>(english: &str, message: &'m str) -> Option<Vec<&'m str>> {
    let mut literals = english.split("{}");
    let mut rest = message.strip_prefix(literals.next()?)?;
    let mut holes = Vec::new();
    for literal in literals {
        let end = if literal.is_empty() { rest.len() } else { rest.find(literal)? };
        holes.push(&rest[..end]);
        rest = &rest[end + literal.len()..];
    }
    rest.is_empty().then_some(holes)
}

/// `chinese` with `holes` in place of `{}`, in order.
fn fill(chinese: &str, holes: &[&str]) -> String {
    let mut filled = String::new();
    let mut holes = holes.iter();
    for (index, literal) in chinese.split("{}").enumerate() {
        if index > 0 {
            let hole = holes.next().copied().unwrap_or_default();
            let word = WORDS.iter().find(|(english, _)| *english == hole);
            filled += word.map_or(hole, |(_, chinese)| chinese);
        }
        filled += literal;
    }
    filled
}

#[cfg(test)]
mod tests {
    use imerr::custom::CustomBuilder;

    use super::*;

    #[test]
    fn sentences_have_the_same_number_of_holes_in_both_languages() {
        for (english, chinese) in SENTENCES {
            let holes = |text: &str| text.matches("{}").count();
            assert!(holes(english) >= holes(chinese), "{english}");
        }
    }

    /// The problems of a file, each in Chinese if there are words for it.
    fn problems(text: &str) -> Vec<String> {
        let mut builder = CustomBuilder::default();
        builder.add("c.toml", text.as_bytes());
        let problems = builder.finish().map(|_| ()).expect_err("the file has problems");
        let mut translated = Vec::new();
        for problem in problems {
            translated.push(diagnostic(&problem.message).unwrap_or(problem.message));
        }
        translated
    }

    #[test]
    fn problems_of_catalogs_are_in_chinese() {
        let file = "system = \"app\"\n[[entry]]\ncode = \"5\"\nnames = [\"A B\"]\ncategory = \"C\"\n\
                    kind = \"auht\"\nseverity = \"zebra\"\nmeening = \"x\"\nremedy = \" x\"\n\
                    retry = 5\nnote = \"\"\ncause = \"a [b]\"\n";
        let wanted = [
            "缺少 meaning",
            "缺少 status",
            "code 应为整数，而不是字符串",
            "“A B”不是由字母、数字和“_”组成的常量名",
            "“C”应由小写字母、数字和“-”组成",
            "kind 没有名为“auht”的值；是否想写“auth”？",
            "severity 没有名为“zebra”的值；可用的有 info, warning, error, fatal",
            "没有名为“meening”的字段；是否想写“meaning”？",
            "remedy 的开头或末尾有空格",
            "retry 应为字符串，而不是整数",
            "note 为空",
            "cause 中有 '['，它会使标注提前结束；文本应可见、只占一行，且不含方括号",
        ];
        assert_eq!(problems(file), wanted);
        let entry = "category = \"c\"\nkind = \"auth\"\nseverity = \"error\"\nmeaning = \"M.\"\n\
                     remedy = \"R.\"\nretry = \"never\"\nstatus = \"current\"\n";
        let rows = [
            ("[[entry]]\ncode = 5\n", "文件开头需要 system，由小写字母、数字和“-”组成"),
            (
                "system = \"a\"\nsyste = 1\n[[entry]]\ncode = 5\n",
                "没有名为“syste”的键；是否想写“system”？",
            ),
            ("system = \"a\"\n[[entry]]\n", "需要 code = NUMBER 或 range = [FIRST, LAST]"),
            ("system = \"a\"\n[[entry]]\nrange = [7, 5]\n", "范围 7 至 5 为空：起点应小于终点"),
            (
                "system = \"a\"\n[[entry]]\ncode = 12345678901\n",
                "12345678901 不是错误码：错误码最多10位，日志中更长的数字是 ID 或时间",
            ),
            (
                "x = 1\n",
                "既没有 system 和 [[entry]]，也没有 [[key]]、[[marker]] 等规则，也没有 [[cause]]",
            ),
        ];
        for (head, wanted) in rows {
            let file = format!("{head}{}", if head.contains("[[entry]]") { entry } else { "" });
            assert_eq!(problems(&file), [wanted], "{file}");
        }
        let twice =
            format!("system = \"a\"\n[[entry]]\ncode = 5\n{entry}[[entry]]\ncode = 5\n{entry}");
        assert_eq!(problems(&twice), ["5 定义了两次，第一次在第3行"]);
    }

    #[test]
    fn problems_of_rules_are_in_chinese() {
        let file = "[[key]]\nname = \"fehler\"\nweight = 500\nfound = []\n[[makrer]]\n";
        let wanted = [
            "缺少 ignored：规则既要有必须识别的行，也要有不得识别的行",
            "weight 应在 -100 与 100 之间",
            "没有名为“makrer”的键；是否想写“marker”？",
        ];
        let found = problems(file);
        for sentence in wanted {
            assert!(found.iter().any(|one| one == sentence), "{sentence}: {found:?}");
        }
    }

    #[test]
    fn other_messages_stay() {
        assert_eq!(diagnostic("extra `=`, expected nothing"), None);
        assert_eq!(diagnostic("meaning is missing here"), None);
    }
}
