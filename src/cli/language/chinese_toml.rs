//! What the parser of TOML says about a file, in Chinese.

/// The problems of files that people write by hand, and what they are in Chinese. The parser adds
/// what it expected: `unclosed array, expected ]`, with the sign in backquotes.
const PROBLEMS: [(&str, &str); 34] = [
    ("duplicate key", "键重复"),
    ("extra `=`", "多了一个 ="),
    ("extra assignment between key-value pairs", "多了一个 ="),
    ("extra comma in array", "数组中多了一个逗号"),
    ("extra comma in inline table", "内联表中多了一个逗号"),
    ("invalid basic string", "字符串有误，可能缺少引号"),
    ("invalid boolean", "真假值有误，应为 true 或 false"),
    ("invalid date-time", "日期有误"),
    ("invalid float", "小数有误"),
    ("invalid inline table element", "内联表的内容有误"),
    ("invalid integer number", "整数有误"),
    ("invalid key-value pair", "键值对有误，应为 KEY = VALUE"),
    ("invalid literal string", "单引号字符串有误，可能缺少引号"),
    ("invalid multi-line basic string", "多行字符串有误，可能缺少引号"),
    ("invalid multi-line literal string", "多行单引号字符串有误，可能缺少引号"),
    ("invalid string", "字符串有误"),
    ("invalid unquoted key", "不带引号的键只能有字母、数字、“-”和“_”"),
    ("invalid value", "值有误"),
    ("key with no value", "键没有值"),
    ("missing assignment between key-value pairs", "键与值之间缺少 ="),
    ("missing comma between array elements", "数组元素之间缺少逗号"),
    ("missing comma between key-value pairs", "键值对之间缺少逗号"),
    ("missing opening quote", "缺少左引号"),
    ("missing value", "缺少值"),
    ("missing value for key", "键没有值"),
    ("string values must be quoted", "字符串应加引号"),
    ("unclosed array", "数组没有结束"),
    ("unclosed array table", "表名没有结束"),
    ("unclosed inline table", "内联表没有结束"),
    ("unclosed table", "表名没有结束"),
    ("unexpected content", "此处有多余的内容"),
    ("unexpected key or value", "此处有多余的键或值"),
    ("unexpected leading zero", "数字不能以 0 开头"),
    ("unquoted keys cannot be empty", "键不能为空"),
];

/// `message` in Chinese; None if it is none of the parser.
pub(super) fn problem(message: &str) -> Option<String> {
    let (problem, expected) = match message.split_once(", expected ") {
        Some((problem, expected)) => (problem, expected),
        None => (message, ""),
    };
    let (_, chinese) = PROBLEMS.iter().find(|(english, _)| *english == problem)?;
    // The words for what else could follow say nothing new.
    let is_sign = expected.starts_with('`') && !expected.contains(", ");
    let sign =
        if is_sign { format!("，应有 {}", expected.replace('`', "")) } else { String::new() };
    Some(format!("{chinese}{sign}"))
}
