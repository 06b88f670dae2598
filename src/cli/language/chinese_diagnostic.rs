//! Messages that are written in English, in Chinese: those about catalogs, rules, config files, the
//! values of options, options that exclude each other, and damaged files.
//!
//! Their writers speak English, as a library does. Here are their sentences. Others stay in
//! English. Errors of regular expressions and globs follow a sentence in Chinese.

use super::chinese_toml;

/// English sentences and what they are in Chinese. `{}` stands for any text, at the end of a
/// sentence for all that follows. The first sentence that fits counts.
const SENTENCES: &[(&str, &str)] = &[
    (
        "{}; the file contains neither a system with [[entry]] tables, nor rules such as [[key]] or \
         [[marker]], nor a [[cause]]",
        "内容有误：{}；文件中没有 system 和 [[entry]]，没有 [[key]]、[[marker]] 等规则，也没有 [[cause]]",
    ),
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
    (
        "triggers are missing: only lines with one of them are searched for a shape",
        "缺少 triggers：只在含有其中之一的行中查找",
    ),
    // The parsers write the rest in English, with a picture of the place.
    ("regex parse error:{}", "正则表达式有语法错误，解析器的说明：{}"),
    ("error parsing glob '{}': {}", "glob“{}”有语法错误，解析器的说明：{}"),
    ("the file is missing; use {}", "缺少文件；写成 {}"),
    ("the kind is missing; use {}", "缺少种类；写成 {}"),
    ("{} is missing", "缺少 {}"),
    ("{} is empty", "{} 为空"),
    ("{} contains an empty string", "{} 中有空字符串"),
    ("{} must be a table", "{} 应为表"),
    ("{} must be written {}, not as {}", "{} 应写成 {}，而不是{}"),
    ("{} must be a date in quotes, such as {}", "{} 应为带引号的日期，如 {}"),
    ("{} must be {} to {} points", "{} 应在 {} 与 {} 之间"),
    ("{} must be {}, not {}", "{} 应为{}，而不是{}"),
    ("unknown key '{}'; did you mean '{}'?", "没有名为“{}”的键；是不是要用“{}”？"),
    ("unknown field '{}'; did you mean '{}'?", "没有名为“{}”的字段；是不是要用“{}”？"),
    ("unknown key '{}'; known keys are {}", "没有名为“{}”的键；可用的有 {}"),
    ("unknown key '{}', known are {}", "没有名为“{}”的键；可用的有 {}"),
    ("unknown field '{}', known are {}", "没有名为“{}”的字段；可用的有 {}"),
    ("'{}' cannot be set in a config file; use {}", "“{}”不能写在配置文件中；改用 {}"),
    (
        "'{}' is unknown; 'imerr-annotate list' shows the categories",
        "没有名为“{}”的值；用 imerr-annotate list 查看全部分类",
    ),
    ("command '{}' is unknown; did you mean '{}'?", "没有命令“{}”；是不是要用“{}”？"),
    ("command '{}' is none of {}", "没有命令“{}”；可用的命令：{}"),
    ("the cause '{}' is unknown; did you mean '{}'?", "没有名为“{}”的原因；是不是要用“{}”？"),
    (
        "the cause '{}' is unknown; did you mean one of {}?",
        "没有名为“{}”的原因；是不是要用 {} 之一？",
    ),
    (
        "the cause '{}' is unknown; --fail-on-cause help lists the causes",
        "没有名为“{}”的原因；--fail-on-cause help 可列出全部",
    ),
    (
        "'{}' is unknown; --fail-on-cause help lists the causes",
        "没有名为“{}”的原因；--fail-on-cause help 可列出全部",
    ),
    ("'{}' is unknown; did you mean one of {}?", "没有名为“{}”的值；是不是要用 {} 之一？"),
    ("'{}' is unknown; did you mean '{}'?", "没有名为“{}”的值；是不是要用“{}”？"),
    (
        "'{}' is none of {}, and no style such as {}",
        "没有名为“{}”的值；可用的有 {}，也不是 {} 这样的样式",
    ),
    ("'{}' is none of {}", "没有名为“{}”的值；可用的有 {}"),
    ("{} '{}' is unknown; did you mean '{}'?", "{} 没有名为“{}”的值；是不是要用“{}”？"),
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
    ("'{}' is not a time; did you mean '{}'?", "“{}”不是时间；是不是要用“{}”？"),
    (
        "'{}' is not a time; examples: {}",
        "“{}”不是时间；例如 2026-11-24、2026-11-24T10:00:00+08:00、11-24 10:00:00（按日志的年份）、\
         10:00（今天）、yesterday（昨天）、2h（2小时前）、@1700000000",
    ),
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
        "没有此常量名，也不是错误码或范围（如 {}）；是不是要用“{}”？",
    ),
    (
        "no code has this name, and it is neither a code nor a range such as {}",
        "没有此常量名，也不是错误码或范围（如 {}）",
    ),
    ("'{}' is no encoding; did you mean '{}'?", "“{}”不是编码名称；是不是要用“{}”？"),
    (
        "a directory is needed; without -o, the output is standard output",
        "应为目录；不加 -o 就写到标准输出",
    ),
    ("a directory is needed; to write one file: > {}", "应为目录；只写一个文件时用 > {}"),
    ("must not be empty", "不能为空"),
    ("not valid UTF-8", "不是有效的 UTF-8"),
    // Options that exclude each other.
    (
        "no log to read; name files, or pipe a log in ('-' reads what you type)",
        "没有要读取的日志；指定文件，或用管道传入（“-”读取键盘输入）",
    ),
    (
        "--output-dir needs named files; for standard input use > FILE",
        "--output-dir 需要指定文件；标准输入可用 > FILE",
    ),
    (
        "--follow is for files; standard input is read as it is written without it",
        "--follow 用于文件；标准输入无需此选项，写入多少就读取多少",
    ),
    ("--tail is for files; for standard input use {}", "--tail 用于文件；标准输入可用 {}"),
    (
        "standard input cannot be both the list of files and one of them; write the list to a file",
        "标准输入不能既是文件列表又是其中的文件；把列表写入文件",
    ),
    (
        "--format rsyslog answers each line by one line, which {} would change; leave one of them out",
        "--format rsyslog 每行应答一行，{} 会改变这一点；只用其中一个",
    ),
    (
        "--output-dir needs a log format; use --report KIND=FILE for documents",
        "--output-dir 需要日志格式；报告可用 --report KIND=FILE",
    ),
    (
        "{} replaces the output of {}; --report KIND=FILE writes a document in addition",
        "{} 会取代 {} 的输出；可用 --report KIND=FILE 另写一份报告",
    ),
    ("{} replaces the output of {}; leave one of them out", "{} 会取代 {} 的输出；只用其中一个"),
    (
        "--invert-match and context select lines of the log, which {} leaves out; use another format",
        "--invert-match 和上下文选择的是日志行，而 {} 不输出日志；改用其他格式",
    ),
    (
        "--json-fields is for JSON lines: for the formats auto and json",
        "--json-fields 用于 JSON 行，即 auto 和 json 格式",
    ),
    (
        "--no-log is for ci, github, azure and teamcity; other document formats leave the log out anyway",
        "--no-log 用于 ci、github、azure 和 teamcity；其他报告格式本来就不含日志",
    ),
    (
        "no time is after --since and before --until; swap them",
        "--since 不早于 --until，没有符合的时间；交换两者",
    ),
    (
        "unknown codes have no system, category, kind, severity or retry to select them by; leave that \
         out, or --unknown and --fail-on unknown",
        "未收录的错误码没有模块、分类、类型、级别和重试信息，无法据此筛选；去掉这些筛选，或去掉 --unknown \
         和 --fail-on unknown",
    ),
    // The values of options.
    (
        "'{}' is not KIND=FILE, such as {}; kinds are {}",
        "“{}”不是 KIND=FILE 的形式，如 {}；可用的种类：{}",
    ),
    (
        "a report goes to a file; --format writes a document to standard output",
        "报告应写入文件；--format 可把报告写到标准输出",
    ),
    ("a span from {} to {} is needed, such as 500ms or 2s", "应为 {} 至 {} 的时长，如 500ms 或 2s"),
    (
        "the name of a system has only lower-case letters, digits and '-'",
        "模块名应由小写字母、数字和“-”组成",
    ),
    ("only a format that keeps the log can be a default: {}", "只有保留日志的格式可作默认值：{}"),
    ("'{}' is no encoding; use {}, ...", "“{}”不是编码名称；可用的有 {} 等"),
    ("'{}' is no color or attribute; did you mean '{}'?", "“{}”不是颜色或属性；是不是要用“{}”？"),
    ("'{}' is no color or attribute; {}", "“{}”不是颜色或属性；例如 bold、underline、red、#ff8800"),
    ("'{}' is no style; {}", "“{}”不是样式；例如 bold red 或 underline on 231"),
    // Files.
    ("{} data ends early at byte {}", "{} 数据不完整，到第{}字节就已结束"),
    ("{} archive ends early at byte {}", "{} 包不完整，到第{}字节就已结束"),
    ("corrupt {} data at byte {}: {}", "{} 数据在第{}字节处损坏：{}"),
    ("corrupt {} archive at byte {}: {}", "{} 包在第{}字节处损坏：{}"),
    ("is the same file as the output {}", "与另一个输出 {} 是同一个文件"),
    ("is the same file as {}", "与 {} 是同一个文件"),
    ("name another file", "指定另一个文件"),
    ("is the list of files already", "已用作文件列表"),
    ("is in UTF-16", "编码为 UTF-16"),
    ("is no list of names: it has control characters", "不是文件名列表：含有控制字符"),
    ("write the list in UTF-8", "列表应为 UTF-8"),
    ("--files-from needs a file with names of files", "--files-from 需要一个列出文件名的文件"),
    (
        "name {} has more than {} bytes, the limit for a name",
        "第{}个名称超过{}字节，达到名称长度的上限",
    ),
    ("has more than {} names, the limit for a list", "其中的名称超过{}个，达到上限"),
    ("name directories, or use several runs", "改为指定目录，或分几次运行"),
    ("contains no *.toml file", "其中没有 *.toml 文件"),
    ("is larger than {} MiB, the limit for {}", "大于 {} MiB，这是{}的上限"),
    ("split it into several files", "拆成几个文件"),
    ("--write-baseline writes one", "--write-baseline 可生成基线"),
    ("name another file with --config", "用 --config 指定另一个文件"),
    ("is no baseline: {}", "不是基线文件：{}"),
    ("is not a directory", "不是目录"),
    ("{}: cannot be loaded, see above", "{}：无法加载，原因见上"),
    ("cannot be loaded, see above", "无法加载，原因见上"),
    ("cannot be written: {}", "无法写入：{}"),
    ("cannot be run: {}", "无法运行：{}"),
    ("standard output: {}", "标准输出：{}"),
    ("standard input: {}", "标准输入：{}"),
    ("cannot start more threads: {}; going on with {}", "无法启动更多线程：{}；继续使用 {}"),
    (
        "{}: the line at byte {} already has a member {}, so no annotation was added there or in other \
         such lines; --json-key chooses another key",
        "{}：第{}字节处的行已有成员 {}，因此该行及其他这样的行未加标注；可用 --json-key 换一个键",
    ),
];

/// Words in place of `{}` that are Chinese too.
const WORDS: &[(&str, &str)] = &[
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
    ("wrong data or checksum", "数据或校验和有误"),
    ("invalid data", "数据无效"),
    ("restored data doesn't match checksum", "还原的数据与校验和不符"),
    ("a catalog", "错误码库文件"),
    ("a baseline", "基线文件"),
    ("a file with tickets", "工单文件"),
    ("a config file", "配置文件"),
    ("no space left on device", "磁盘已满"),
    ("permission denied", "没有权限"),
    ("no such file or directory", "文件不存在"),
    ("is a directory", "是目录"),
    ("broken pipe", "管道已关闭"),
];

/// `message` in Chinese; None if there are no words for it.
pub(super) fn diagnostic(message: &str) -> Option<String> {
    let mut sentences = SENTENCES.iter();
    let found =
        sentences.find_map(|(english, chinese)| Some(fill(chinese, &holes(english, message)?)));
    found.or_else(|| chinese_toml::problem(message))
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

/// What precedes lists, which have commas in English.
const LISTS: [&str; 3] = ["可用的有 ", "可用的命令：", "可用的种类："];

/// `chinese` with `holes` in place of `{}`, in order.
fn fill(chinese: &str, holes: &[&str]) -> String {
    let mut filled = String::new();
    let mut holes = holes.iter();
    for (index, literal) in chinese.split("{}").enumerate() {
        if index > 0 {
            let hole = holes.next().copied().unwrap_or_default();
            let word = WORDS.iter().find(|(english, _)| *english == hole);
            match (word, chinese_toml::problem(hole)) {
                (Some((_, chinese)), _) => filled += chinese,
                (None, Some(problem)) => filled += &problem,
                (None, None) if LISTS.iter().any(|list| filled.ends_with(list)) => {
                    filled += &hole.replace(", ", "、");
                }
                (None, None) => filled += hole,
            }
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
        for (english, chinese) in SENTENCES.iter().copied() {
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
            "kind 没有名为“auht”的值；是不是要用“auth”？",
            "severity 没有名为“zebra”的值；可用的有 info、warning、error、fatal",
            "没有名为“meening”的字段；是不是要用“meaning”？",
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
                "没有名为“syste”的键；是不是要用“system”？",
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
            "没有名为“makrer”的键；是不是要用“marker”？",
        ];
        let found = problems(file);
        for sentence in wanted {
            assert!(found.iter().any(|one| one == sentence), "{sentence}: {found:?}");
        }
    }

    #[test]
    fn problems_of_toml_are_in_chinese() {
        let rows = [
            ("x = \n", "字符串应加引号"),
            ("x = abc\n", "字符串应加引号"),
            ("x = \"abc\n", "字符串有误，可能缺少引号，应有 \""),
            ("x = [1\n", "数组没有结束，应有 ]"),
            ("[a\n", "表名没有结束，应有 ]"),
            ("x = 1\nx = 2\n", "键重复"),
            ("x y\n", "键没有值，应有 ="),
        ];
        for (file, wanted) in rows {
            let found = problems(file);
            assert!(found[0].starts_with(&format!("内容有误：{wanted}")), "{file}: {found:?}");
        }
    }

    #[test]
    fn other_messages_stay() {
        let framed = diagnostic("regex parse error:\n    (\n    ^\nerror: unclosed group");
        let wanted = "正则表达式有语法错误，解析器的说明：\n    (\n    ^\nerror: unclosed group";
        assert_eq!(framed.as_deref(), Some(wanted));
        assert_eq!(diagnostic("meaning is missing here"), None);
    }
}
