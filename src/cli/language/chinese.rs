//! Chinese, in simplified characters.
//!
//! Colons are full-width, also after the name of a file or option. Only a place in a file is
//! written as in English, `app.toml:3:1: `, so that editors find it.
//!
//! The labels of levels are not the words of severities: `错误` is a code in a log, `出错` a run
//! that failed.

use imerr::catalog::Lang;
use imerr::gate::{Condition, Violation};
use imerr::input::Notice;
use imerr::language;
use imerr::report::{Bundle, ReportData};
use imerr::stats::TimesOutOfRange;

use super::{
    BinaryFiles, CommonNotice, Contents, Meant, Messages, NoHit, NothingRead, OutputProblem, Tip,
    UnknownNote, chinese_help, shell_words,
};
use crate::args::is_number;
use crate::commands::Problem;
use crate::messages::Level;

pub(super) struct Chinese;

impl Messages for Chinese {
    fn level(&self, level: Level) -> &'static str {
        match level {
            Level::Error => "出错：",
            Level::Warning => "注意：",
            Level::Note => "说明：",
        }
    }

    fn before_hint(&self) -> &'static str {
        "；"
    }

    fn tip_label(&self) -> &'static str {
        "提示："
    }

    fn divided_usage(&self, message: &str) -> Option<(String, String)> {
        let (cause, hint) = message.split_once('；')?;
        Some((cause.to_string(), hint.to_string()))
    }

    fn meant(&self, meant: &Meant<'_>) -> String {
        match meant {
            Meant::Code { words } => format!("查询错误码：imerr-annotate explain {words}"),
            Meant::Member { archive, member } => {
                format!("读取压缩包中的文件：imerr-annotate {archive} -g '{archive}/{member}'")
            }
            Meant::Severity { name } => {
                format!("按级别筛选：--severity {name}")
            }
            Meant::LastLines { count } => {
                format!("只读文件的最后几行：--tail {count}")
            }
            Meant::Context { count } => {
                format!("同时输出有错误码的行的前后几行：-C {count}")
            }
            Meant::First { count } => format!("只列出前{count}项：--top {count}"),
            Meant::Update => "错误码包含在程序中，升级程序即可更新".to_string(),
            Meant::Version => "显示版本：imerr-annotate --version".to_string(),
            Meant::Typed { words } => format!("是不是要用“{words}”？"),
            Meant::Program { name } => format!("运行命令：imerr-annotate -- {name} ..."),
            Meant::Command { name } => format!("是不是要用命令“{name}”？"),
            Meant::LateCommand { name } => {
                format!("命令写在最前面，一次只用一个：imerr-annotate {name} ...")
            }
            Meant::File { name } => format!("是不是要读取“{name}”？"),
        }
    }

    fn no_file_named(&self, name: &str) -> String {
        format!("没有名为“{name}”的文件")
    }

    fn is_directory(&self) -> [&'static str; 2] {
        ["是目录", "指定其中的文件，如 DIR/*.log；加 -r 可跟踪目录中现有的文件"]
    }

    fn notice_hint(&self, notice: Notice) -> Option<&'static str> {
        match notice {
            Notice::Guessed(_) => Some("如有误，加 --encoding none"),
            Notice::Unsure("UTF-16LE") => Some("--encoding utf-16le 可转成 UTF-8"),
            Notice::Unsure("UTF-16BE") => Some("--encoding utf-16be 可转成 UTF-8"),
            Notice::Unsure("gb18030") => Some("--encoding gb18030 可转成 UTF-8"),
            Notice::Unsure(_) => Some("--encoding big5 可转成 UTF-8"),
            _ => None,
        }
    }

    fn trying_again(&self) -> &'static str {
        "继续尝试"
    }

    fn no_output_written(&self) -> &'static str {
        "未写出对应的文件"
    }

    fn no_code_in_lines(&self, lines: u64) -> String {
        format!(
            "{lines}行中没有发现错误码；imerr-annotate explain-line LINE 可说明某个数字为何不是错误码"
        )
    }

    fn errors_above(&self, count: usize, named: &[String]) -> String {
        match named {
            [one] => format!("日志上方有关于 {one} 的错误"),
            _ => {
                let more = if count > named.len() { " 等" } else { "" };
                format!("日志上方有关于{count}个文件的错误：{}{more}", named.join("、"))
            }
        }
    }

    fn none_passes_filters(&self, findings: u64) -> String {
        format!("发现{findings}处错误码，均不符合筛选条件")
    }

    fn only_guesses(&self, findings: u64) -> String {
        format!("没有确定的错误码，有{findings}处可能是；--min-confidence low 可显示")
    }

    fn mixed_zones(&self, file: &str) -> String {
        format!(
            "{file}：带时区和不带时区的时间相差数小时；在命令前写 TZ=Asia/Shanghai，指定不带时区的时间所在的时区"
        )
    }

    fn none_in_time_range(&self, times: &TimesOutOfRange) -> String {
        let words = language::of(Lang::Zh);
        format!("{}内没有错误码；{}", words.time_range(times), words.times_out_of_range(times))
    }

    fn binary_files(&self, files: &BinaryFiles<'_>) -> String {
        let BinaryFiles { count, first, are_hidden, findings } = files;
        let found = match findings {
            0 => String::new(),
            _ => format!("（发现{findings}处错误码）"),
        };
        match (are_hidden, count) {
            (true, 1) => format!("{first} 是二进制文件：已查找{found}，未显示；--text 可显示"),
            (true, _) => {
                format!("{count}个二进制文件已查找{found}，未显示，第一个是 {first}；--text 可显示")
            }
            (false, 1) => format!("{first} 是二进制文件：含 NUL 字节，已按原样读取"),
            (false, _) => format!("{count}个二进制文件已按原样读取，第一个是 {first}"),
        }
    }

    fn nothing_read(&self, nothing: &NothingRead<'_>) -> String {
        match nothing {
            NothingRead::NoFile { paths } => format!("{paths} 中没有可读取的文件"),
            NothingRead::NoMatch { paths } => format!("{paths} 中没有符合 --glob 的文件"),
            NothingRead::EmptyFile { name } => format!("{name} 是空文件"),
            NothingRead::EmptyFiles { count } => format!("{count}个文件都是空文件"),
        }
    }

    fn unknown_codes(&self, note: &UnknownNote) -> String {
        let UnknownNote { count, is_lower_bound, named, are_all_named } = note;
        let over = if *is_lower_bound { "超过" } else { "" };
        let more = if *are_all_named { "" } else { " 等" };
        format!("{over}{count}个未收录的错误码（{named}{more}）；--unknown 可显示")
    }

    fn same_notice(&self, notice: &CommonNotice<'_>) -> String {
        let CommonNotice { first, count, named } = notice;
        let more = if *count > named.len() { " 等" } else { "" };
        format!("另有{count}个文件与 {first} 情况相同：{}{more}", named.join("、"))
    }

    fn filters_may_hide_cause(&self, findings: u64) -> String {
        format!("筛选条件排除了{findings}处错误码，原因可能就在其中")
    }

    fn files_written(&self, names: &[String]) -> String {
        format!("已写入 {}", names.join("、"))
    }

    fn in_baseline(&self, count: u64) -> String {
        format!("（{count}处错误码）")
    }

    fn more_about_code(&self, code: i64, options: &str) -> String {
        format!("查看 {code} 的详情：imerr-annotate explain {options}{code}")
    }

    fn files_done(&self, done: usize, all: usize) -> String {
        format!("已读{done}/{all}个文件")
    }

    fn bytes_done(&self, done: &str, all: &str) -> String {
        format!("{done} / {all}")
    }

    fn seconds_left(&self, seconds: u64) -> String {
        format!("剩余{seconds}秒")
    }

    /// `--fail-on error：发现 6206 ERR_USER_SIG_EXPIRED（sdk/account 错误）412次，首次位于
    /// app.log:12，另有3个错误码`
    fn gate(&self, violation: &Violation<'_>, data: &ReportData<'_>) -> String {
        let Violation { row, new_count, other_codes, .. } = violation;
        let kind = match data.entry(&row.key) {
            Some(entry) => {
                let severity = language::of(Lang::Zh).severity(data.severity(&row.key));
                format!("{}/{} {severity}", entry.system, entry.category)
            }
            None => "未收录".to_string(),
        };
        let in_baseline = match row.count - new_count {
            0 => String::new(),
            count => format!("（基线中有{count}次）"),
        };
        let others = match other_codes {
            0 => String::new(),
            others => format!("，另有{others}个错误码"),
        };
        let (found, title, count) = (found(violation), data.title(&row.key), row.count);
        let (file, line) = (data.file(row.first.file), row.first.line);
        format!("{found} {title}（{kind}）{count}次{in_baseline}，首次位于 {file}:{line}{others}")
    }

    fn cause_found(&self, cause: &str, place: &str) -> String {
        format!("--fail-on-cause {cause}：已发现，首次位于 {place}")
    }

    fn not_all_read(&self) -> &'static str {
        "未写入，因为没有读完全部内容"
    }

    fn bundle_written(&self, file: &str, bytes: u64, bundle: &Bundle) -> String {
        let (files, values) = (bundle.files.len(), bundle.masked_values());
        format!("已写入 {file}：{files}个文件，{bytes}字节，{values}个值已脱敏；发送之前请先查看")
    }

    fn gate_read_nothing(&self) -> [&'static str; 2] {
        ["没有读到任何文件，门禁没有检查任何内容", "请检查路径和 --glob"]
    }

    fn baseline_of_too_many(&self, count: usize) -> [String; 2] {
        [
            format!("未写入，因为输入中的错误码超过{count}种"),
            "缩小范围，例如去掉 --unknown".to_string(),
        ]
    }

    fn output_problem(&self, problem: OutputProblem) -> [&'static str; 2] {
        match problem {
            OutputProblem::Exists => ["已存在", "--force 可覆盖"],
            OutputProblem::NoDirectory => ["所在目录不存在", "先创建该目录"],
            OutputProblem::IsDirectory => ["是目录", "指定其中的一个文件"],
            OutputProblem::IsDirectoryBelow => ["是目录", "移走它，或用 -o 指定另一个目录"],
            OutputProblem::NotDirectory => ["不是目录", "-o 需要一个目录，或一个新目录的名称"],
            OutputProblem::NoPath => ["标准输入没有路径，不能用 -o 输出", "改用 > FILE"],
        }
    }

    fn command_not_found(&self, name: &str) -> String {
        format!("找不到命令：{name}")
    }

    fn cannot_be_written(&self, cause: &str) -> String {
        format!("无法写入：{cause}")
    }

    fn several_near(&self, wanted: &str) -> String {
        if is_number(wanted) {
            return format!("{wanted}：错误码库未收录；以日志中它旁边的文字为准；相近的错误码：");
        }
        format!("{wanted}：错误码库未收录；是不是要查下列之一？")
    }

    fn lookup_problem(&self, problem: &Problem) -> String {
        match problem {
            Problem::NoCode => "没有要查询的内容；写一个错误码，如 6206".to_string(),
            Problem::TooLarge(number) => format!("{number}：数字过大，不会是错误码"),
            Problem::EmptyRange(range) => format!("{range}：错误码库中没有此范围的错误码"),
            Problem::Category(name) => format!(
                "{name}：是分类；查看其中的错误码：imerr-annotate list --category {name}；按词语查找：\
                 imerr-annotate search {name}"
            ),
            Problem::Words(words) => format!(
                "{words}：不是错误码，也不是名称；按词语查找：imerr-annotate search {}",
                shell_words(words)
            ),
            Problem::PartOfNames(part, count) => {
                format!("{part}：{count}个错误码的常量名含有它")
            }
            Problem::SeveralNumbers { text, first, second } => format!(
                "{text}：有多个数字，且都不在“code:”这样的键之后；只写错误码：imerr-annotate \
                 explain {first},{second}"
            ),
            Problem::Unknown { wanted, similar } => {
                format!("{wanted}：错误码库未收录；{}", near(wanted, similar))
            }
            Problem::NonePasses => "没有符合筛选条件的错误码".to_string(),
            Problem::EntryFiltered(wanted) => format!("{wanted}：对应的条目不符合筛选条件"),
        }
    }

    fn found_by_words(&self, words: &str, count: usize) -> String {
        format!("{words}：不是错误码，也不是名称；按词语找到{count}个错误码")
    }

    fn no_words(&self) -> &'static str {
        "search：没有要搜索的词；例如 imerr-annotate search 过期"
    }

    fn words_left_out(&self, words: &[String]) -> String {
        format!("以上错误码都不包含“{}”", words.join("”或“"))
    }

    fn no_code_has(&self, search: &NoHit) -> String {
        let NoHit { query, missing, corrected } = search;
        if missing.is_empty() {
            return format!(
                "{query}：没有包含其中大多数词的错误码；减少词语，或用 imerr-annotate list 查看全部"
            );
        }
        let cause = if query.contains(' ') {
            format!("没有包含“{}”的错误码", missing.join("”或“"))
        } else {
            "没有包含该词的错误码".to_string()
        };
        let hint = if corrected.is_empty() {
            "换一个词，或用 imerr-annotate list 查看全部".to_string()
        } else {
            format!("是不是要搜索“{}”？", corrected.join("”或“"))
        };
        format!("{query}：{cause}；{hint}")
    }

    fn no_code_passes(&self, words: &str) -> String {
        format!("{words}：包含这些词的错误码均不符合筛选条件")
    }

    fn undetectable(&self, codes: &str) -> [String; 2] {
        [format!("错误码库未收录 {codes}"), "--unknown 可在与产品有关的行中找到它".to_string()]
    }

    fn unknown_zone(&self, zone: &str) -> [String; 2] {
        [format!("“{zone}”不是时区"), "应使用 Asia/Shanghai 这样的名称".to_string()]
    }

    fn times_in_utc(&self) -> &'static str {
        "时间按 UTC 计算"
    }

    fn more_undetectable(&self, count: usize) -> String {
        format!("另有{count}个值未收录")
    }

    fn contents(&self, contents: &Contents) -> String {
        match contents {
            Contents::Entries(entries) => format!("{entries}个条目"),
            Contents::Rules { rules, lines } => format!("{rules}条规则，{lines}行示例"),
            Contents::Causes { causes, samples } => format!("{causes}个原因，{samples}段示例"),
        }
    }

    /// The subject is `6206 of sdk` or `key error code`; the other one is built in or has a place.
    fn replaces(&self, subject: &str, overridden: &str) -> String {
        let subject = match subject.split_once(" of ") {
            Some((code, system)) => format!("{system} 的 {code}"),
            None => subject.to_string(),
        };
        match overridden.strip_prefix("the one at ") {
            Some(place) => format!("{subject} 取代了 {place} 处的定义"),
            None => format!("{subject} 取代了内置的定义"),
        }
    }

    fn more_replaced(&self, count: usize) -> String {
        format!("另有{count}处定义被取代")
    }

    fn diagnostic(&self, message: &str) -> Option<String> {
        super::chinese_diagnostic::diagnostic(message)
    }

    fn untranslated(&self, message: &str) -> String {
        format!("内容有误：{message}")
    }

    fn no_man(&self) -> &'static str {
        "无法用 man 显示手册；可查看 --help，或写入文件：imerr-annotate man > imerr-annotate.1"
    }

    fn line_of_config(&self, line: usize) -> String {
        format!("第{line}行")
    }

    fn no_config_file(&self, path: &str) -> String {
        format!("{path} 不存在")
    }

    fn nothing_configured(&self, keys: &str) -> String {
        format!("未设置任何选项；可设置 {keys}")
    }

    fn codes_and_ranges(&self, count: usize) -> String {
        format!("收录{count}个错误码和错误码范围：")
    }

    fn as_of(&self, date: &str) -> String {
        format!("截至 {date}")
    }

    fn more_catalog_problems(&self, count: usize) -> [String; 2] {
        [format!("另有{count}个问题"), "全部列出：imerr-annotate check-catalog FILE...".to_string()]
    }

    fn bundle_is_zip(&self, name: &str) -> [String; 2] {
        ["--bundle 写入的是 ZIP 压缩包".to_string(), format!("请命名为 {name}")]
    }

    fn only_table_is_shortened(&self) -> [&'static str; 2] {
        ["只有表格才能排序和截短", "请去掉 --format"]
    }

    fn only_text_is_shortened(&self) -> [&'static str; 2] {
        ["只有文本才能截短", "请去掉 --format"]
    }

    fn all_problems(&self) -> &'static str {
        "；--top all 列出全部"
    }

    fn all_details(&self) -> &'static str {
        "--top all 列出全部内容：处理建议、名称、位置、分类和时间分布"
    }

    fn waiting_for_client(&self) -> &'static str {
        "正在等待 MCP 客户端（此命令应由客户端启动）；按 Ctrl-D 结束"
    }

    fn waiting_for_lines(&self) -> &'static str {
        "请输入或粘贴日志行，按 Ctrl-D 结束"
    }

    fn may_be_log(&self, name: &str) -> String {
        format!("标注日志：imerr-annotate {name}")
    }

    fn usage_error(&self, error: &clap::Error) -> Option<String> {
        super::chinese_usage::usage_error(error)
    }

    fn tip(&self, tip: Tip<'_>) -> String {
        match tip {
            Tip::NoPattern => {
                "无需模式即可找到错误码；要先按模式筛选：grep ... | imerr-annotate".into()
            }
            Tip::Pretty => "在终端上默认就是便于阅读的格式；用分页器时：imerr-annotate --format below \
                            --color always ... | less -R"
                .into(),
            Tip::Glob => "改用 --glob '*.log'；排除则用 --glob '!*.log'".into(),
            Tip::NoRecursion => "目录总是连同其中的所有文件一起读取，去掉该选项即可".into(),
            Tip::NullLists => "--files-from FILE 可读取 find -print0 的输出".into(),
            Tip::WholeLines => "总是输出整行；要截断：imerr-annotate ... | cut -c 1-200".into(),
            Tip::Default => "默认即是如此，不需要选项".into(),
            Tip::AllCounts => "错误码总是按问题、分类、类型、文件和时间分别统计，不需要选项".into(),
            Tip::FollowsNames => "只写 --follow 即可，文件轮转后会继续读取新文件".into(),
            Tip::NoPager => {
                "不会启动分页器；需要时用 imerr-annotate --format below --color always ... | less -R"
                    .into()
            }
            Tip::Use(words) => format!("改用 {words}"),
            Tip::NoCommand => "该选项用于标注日志，不与命令一起使用".into(),
            Tip::OnlyOne => "只用其中一个".into(),
            Tip::Commands(names) => format!("可用的命令：{}", names.replace(", ", "、")),
            Tip::Example(words) => format!("例如 {words}"),
            Tip::ExampleOf { words, values } => {
                format!("例如 {words}；可用的值：{}", values.replace(", ", "、"))
            }
            Tip::ConfigFile => {
                "改写配置文件，如 lang = \"zh\"；其路径：imerr-annotate config path".into()
            }
            Tip::NoNotes => {
                "在配置文件中写 notes = false；其路径：imerr-annotate config path".into()
            }
        }
    }

    fn about(&self, command: &str) -> Option<&'static str> {
        Some(match command {
            "imerr-annotate" => {
                "在日志中找出腾讯云即时通信 IM 的错误码，并给出含义和处理建议。\n\n\
                 读取文件、标准输入或命令的输出，逐行原样输出。\n\
                 标注在终端中显示在日志行的下方，其他情况写在行尾；--strip 可去掉标注。"
            }
            "stats" => {
                "统计日志中的错误码：按分类、类型、文件和时间\n\n\
                 表格把同一问题的错误码归为一组，并给出处理建议。不输出日志行。"
            }
            "diagnose" => {
                "找出最先出了什么问题，以及哪些错误码由它引发\n\n\
                 同一份日志轮转出的多个文件，按时间顺序当作一份日志读取。"
            }
            "explain" => {
                "查询错误码：含义、处理建议、原因和排查方法\n\n\
                 日志文字按日志识别，查询其中的错误码。没有错误码的词语用于查找：\
                 找到的错误码不多时逐个说明，较多时列出。"
            }
            "search" => {
                "按常量名和文字中的词查找错误码\n\n\
                 最符合的在前。词语可以是中文或英文，同义词也算。"
            }
            "list" => "列出全部错误码",
            "export" => {
                "把错误码导出为其他程序使用的表：rsyslog、Vector、Splunk、lnav 等\n\n\
                 这样的表用于解释由正则表达式从行中截取的错误码。能在管道中运行 imerr-annotate 时，\
                 直接使用它更好：能找到正则表达式漏掉的错误码，也不会把其他数字当作错误码。"
            }
            "explain-line" => "显示日志行如何评分：键、名称、模式和标记各计多少分",
            "mcp" => {
                "为 AI 智能体（Agent）提供服务：使用标准输入和输出的 MCP 服务器\n\n\
                 由编辑器、聊天程序等客户端启动，供模型查询错误码、读取日志。不会写入任何文件。"
            }
            "check-catalog" => "检查错误码库和规则，并运行规则的示例",
            "new-catalog" => "输出带注释的错误码库模板",
            "config" => "显示配置文件设置了哪些选项、在哪一行",
            "completions" => "输出 shell 的补全脚本",
            "man" => "显示程序或某个命令的手册",
            "path" => "显示配置文件的路径，无论文件是否存在",
            _ => return None,
        })
    }

    fn option_help(&self, command: &str, id: &str) -> Option<&'static str> {
        chinese_help::option(command, id)
    }

    fn value_help(&self, command: &str, value: &str) -> Option<&'static str> {
        chinese_help::value(command, value)
    }

    fn help_phrases(&self) -> &'static [(&'static str, &'static str)] {
        chinese_help::phrases()
    }

    fn help_heading(&self, heading: &str) -> Option<&'static str> {
        Some(match heading {
            "Arguments" => "参数：",
            "Codes" => "错误码：",
            "Commands" => "命令：",
            "Config" => "配置：",
            "Custom codes" => "自定义错误码：",
            "Description" => "说明：",
            "Diagnosis" => "诊断：",
            "Environment" => "环境变量：",
            "Examples" => "示例：",
            "See also" => "另请参阅：",
            "Exit status" => "退出码：",
            "Files" => "文件：",
            "Input" => "输入：",
            "Lines" => "行：",
            "Name" => "名称：",
            "Options" => "选项：",
            "Output" => "输出：",
            "Reports and gates" => "报告与门禁：",
            "Runtime" => "运行：",
            "Subcommands" => "命令：",
            "Synopsis" => "概要：",
            "Usage" => "用法：",
            _ => return None,
        })
    }
}

/// `--fail-on error：发现`
fn found(violation: &Violation<'_>) -> String {
    match violation.condition {
        Condition::Severity(severity) => format!("--fail-on {severity}：发现"),
        Condition::Code => "--fail-on：发现".to_string(),
        Condition::Unknown => "--fail-on unknown：发现".to_string(),
        Condition::MaxErrors(limit) => {
            format!("--max-errors {limit}：发现{}处错误，最严重的是", violation.total_count)
        }
    }
}

/// What to do about a code or name that is in no catalog. Codes come from logs, so they are rarely
/// misspelled.
fn near(wanted: &str, similar: &[String]) -> String {
    if is_number(wanted) {
        let text = "以日志中它旁边的文字为准";
        return match similar {
            [] => format!("{text}，或按词语查找：imerr-annotate search WORD..."),
            several => format!("{text}；相近的错误码：{}", several.join("、")),
        };
    }
    match similar {
        [] => "按词语查找：imerr-annotate search WORD...".to_string(),
        [one] => format!("是不是要查 {one}？"),
        several => format!("是不是要查 {} 之一？", several.join("、")),
    }
}
