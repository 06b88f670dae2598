//! The words of the report as a web page. `{}` stands for a number or a name.

/// What only the web page says.
pub struct PageWords {
    /// The value of the attribute `lang`.
    pub lang: &'static str,
    /// The name of the language in itself.
    pub language: &'static str,
    /// The title of the page.
    pub title: &'static str,
    /// The first part of the page: what was found, and what to fix first.
    pub verdict: &'static str,
    /// The label of the cause to fix first.
    pub fix_first: &'static str,
    /// The incidents of a diagnosis.
    pub incidents: &'static str,
    /// The chart of findings over time.
    pub timeline: &'static str,
    /// The title of the chart's numbers.
    pub timeline_table: &'static str,
    /// The table of codes.
    pub codes: &'static str,
    /// The column of meaning and remedy.
    pub meaning_and_remedy: &'static str,
    /// The column of the first place of a code.
    pub first: &'static str,
    /// The column of the last place of a code.
    pub last: &'static str,
    /// The link to the vendor's page about a code.
    pub documentation: &'static str,
    /// The table of files.
    pub files: &'static str,
    /// The part that quotes the log.
    pub excerpts: &'static str,
    /// How many lines have a code, all of which are quoted.
    pub lines: &'static str,
    /// How many lines with a code are quoted, out of how many.
    pub lines_quoted: &'static str,
    /// How many lines with a code are not quoted, before a command.
    pub lines_left_out: &'static str,
    /// How many codes are not quoted for lack of room, before a command.
    pub codes_not_quoted: &'static str,
    /// How to read the quotes.
    pub about_excerpts: &'static str,
    /// The stand-in for the files in a command.
    pub file_argument: &'static str,
    /// What wrote the page, and that it fetches nothing.
    pub footer: &'static str,
    /// The words of the controls, by the names that the script has for them.
    pub controls: &'static [(&'static str, &'static str)],
}

pub(super) const ENGLISH: PageWords = PageWords {
    lang: "en",
    language: "English",
    title: "IM error codes",
    verdict: "Verdict",
    fix_first: "Fix first",
    incidents: "Incidents",
    timeline: "Timeline",
    timeline_table: "The timeline in numbers",
    codes: "Codes",
    meaning_and_remedy: "Meaning and remedy",
    first: "first",
    last: "last",
    documentation: "documentation",
    files: "Files",
    excerpts: "Excerpts",
    lines: "lines: {}",
    lines_quoted: "lines: {} of {}",
    lines_left_out: "{} more lines:",
    codes_not_quoted: "There is no room here for the lines of {} more codes:",
    about_excerpts: "The first 20 and the last 5 lines with each code, with two lines before and \
                     after them. Long lines are cut.",
    file_argument: "FILE...",
    footer: "Written by {}. This page fetches nothing and sends nothing.",
    controls: &[
        ("filter", "Filter"),
        ("filterHint", "code, name or text"),
        ("severity", "Severity"),
        ("all", "all"),
        ("shown", "{} of {} codes"),
        ("copy", "Copy as Markdown"),
        ("copied", "Copied"),
        ("notCopied", "Copying is not allowed here"),
        ("zoomIn", "Zoom in"),
        ("zoomOut", "Zoom out"),
        ("earlier", "Earlier"),
        ("later", "Later"),
        ("whole", "Whole time"),
        ("brush", "Drag over the chart to zoom. The codes below are those of the time shown."),
        ("open", "Open all"),
        ("close", "Close all"),
    ],
};

pub(super) const CHINESE: PageWords = PageWords {
    lang: "zh-CN",
    language: "中文",
    title: "IM 错误码报告",
    verdict: "结论",
    fix_first: "最先处理",
    incidents: "问题经过",
    timeline: "时间分布",
    timeline_table: "时间分布的数据",
    codes: "错误码",
    meaning_and_remedy: "含义和处理建议",
    first: "首次",
    last: "末次",
    documentation: "官方文档",
    files: "文件",
    excerpts: "日志摘录",
    lines: "{}行",
    lines_quoted: "摘录{}行，共{}行",
    lines_left_out: "另有{}行，查看命令：",
    codes_not_quoted: "篇幅所限，另有{}个错误码未摘录，查看命令：",
    about_excerpts: "每个错误码摘录最先20行和最后5行，并附前后各两行。过长的行有截断。",
    file_argument: "文件...",
    footer: "由 {} 生成。本页面不加载也不发送任何数据。",
    controls: &[
        ("filter", "筛选"),
        ("filterHint", "错误码、常量名或文字"),
        ("severity", "级别"),
        ("all", "全部"),
        ("shown", "显示{}个，共{}个错误码"),
        ("copy", "复制为 Markdown"),
        ("copied", "已复制"),
        ("notCopied", "此处不允许复制"),
        ("zoomIn", "放大"),
        ("zoomOut", "缩小"),
        ("earlier", "更早"),
        ("later", "更晚"),
        ("whole", "全部时间"),
        ("brush", "在图上拖动可放大。下方只列出所示时间内的错误码。"),
        ("open", "全部展开"),
        ("close", "全部收起"),
    ],
};

/// `text` with the arguments in place of `{}`.
#[cfg(feature = "html")]
pub(crate) fn fill(text: &str, arguments: &[&str]) -> String {
    let mut filled = String::new();
    let mut arguments = arguments.iter();
    for (index, piece) in text.split("{}").enumerate() {
        if index > 0 {
            filled.push_str(arguments.next().copied().unwrap_or_default());
        }
        filled.push_str(piece);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_controls_have_the_same_names_in_all_languages() {
        assert_eq!(names(&ENGLISH), names(&CHINESE));
    }

    fn names(words: &PageWords) -> Vec<&str> {
        words.controls.iter().map(|(name, _)| *name).collect()
    }

    #[test]
    #[cfg(feature = "html")]
    fn arguments_take_the_place_of_braces() {
        assert_eq!(fill("{} of {} lines", &["2", "7"]), "2 of 7 lines");
        assert_eq!(fill("none", &["2"]), "none");
    }
}
