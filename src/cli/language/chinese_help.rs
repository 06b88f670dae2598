//! The help texts of options and values in Chinese. The English ones are in the definition of the
//! command line; a test compares the two.

/// The help of each option, by the command that has it and its id; without a command, for all
/// others. A text after a blank line is for `--help` and the manual alone.
const OPTIONS: &[(&str, &str, &str)] = &[
    // Input
    (
        "",
        "files",
        "要读取的文件，按顺序读取；目录、zip 和 tar 压缩包读取其中的所有文件，包括隐藏文件。`-` 为标准输入，也是默认值",
    ),
    ("", "program", "要运行的命令。分别标注它的标准输出和标准错误，并沿用它的退出码"),
    (
        "",
        "recursive",
        "与 -f 同用时，跟踪目录中现有的文件；不与 -f 同用时总是读取目录，标准输入没有内容时默认为当前目录",
    ),
    (
        "",
        "glob",
        "在目录和压缩包中，只读取与 GLOB 匹配的文件；以 ! 开头则排除匹配的文件（可重复，以最后一个匹配的为准）",
    ),
    (
        "",
        "files_from",
        "另外读取 FILE 中列出的文件，每行一个，或用 `find -print0` 的格式；`-` 为标准输入",
    ),
    (
        "",
        "encoding",
        "文件的编码：auto（识别带 BOM 的 UTF-16，以及能确定的 UTF-16、GB18030 和 Big5）、none（不转码），或编码名称，如 gb18030",
    ),
    ("", "tail", "从每个文件的最后 NUM 行开始读取；all 表示从头读取 [默认：all]"),
    (
        "",
        "follow",
        "从最后10行（或 --tail 指定的位置）开始，文件增长时持续读取。支持日志轮转、截断，以及尚不存在的文件",
    ),
    ("", "poll_interval", "与 -f 同用时检查文件的间隔：100ms、2s"),
    // Output
    ("", "format", "输出什么：带标注的日志；或者不输出日志，改为错误码记录、CI 系统的格式或报告"),
    ("stats", "format", "统计结果的格式"),
    ("diagnose", "format", "诊断结果的格式：text、json 或 markdown（可贴到工单中）"),
    ("explain", "format", LOOKUP_FORMAT),
    ("search", "format", LOOKUP_FORMAT),
    ("list", "format", LOOKUP_FORMAT),
    ("export", "format", "格式"),
    ("export", "output", "整份写入 FILE，而不是标准输出"),
    (
        "stats",
        "top",
        "完整列出前 NUM 个问题；all 表示全部 [默认：终端中为一屏之内的简表，最多10个；其他情况为全部]",
    ),
    (
        "diagnose",
        "top",
        "只列出 NUM 个事件；all 表示全部；其余的按原因合并，每个原因一行 [默认：终端中为一屏之内，最多8个；其他情况为全部]",
    ),
    (
        "",
        "sort",
        "表中的顺序：最严重的（severity）、次数最多的（count）或最先出现的（first）在前 [默认：severity]",
    ),
    ("", "by_cause", "列出 diagnose 找到的原因，以及每个原因对应多少处错误码 [默认：仅在终端中]"),
    (
        "",
        "bundle",
        "另外写出一个可发给技术支持的压缩包：诊断结果和日志片段，其中的 UserSig、密码、名字、聊天内容、电话号码、邮箱和 IP 地址已脱敏\n\n\
         只有这个压缩包会脱敏，其他输出都与日志原文相同。前面没有键名的名字、密码和聊天内容可能没有脱敏：发送之前请先查看。",
    ),
    ("", "json_fields", "JSON 日志中的字段名：imerr，或者另加 ecs 或 otel 的字段"),
    (
        "",
        "json_key",
        "加入 JSON 日志的键名，用于本来就有 `imerr` 字段的日志；--strip 时写同一个键名",
    ),
    ("stats", "json_key", JSON_KEY),
    ("diagnose", "json_key", JSON_KEY),
    (
        "",
        "repeated",
        "在 below 格式中，同一文件内（在终端中也包括之后的文件）再次出现的错误码如何说明：full（完整）、short（指出已说明的行；该行已不在屏幕上时再加上含义）或 none（不说明）",
    ),
    (
        "",
        "theme",
        "配色：auto（适用于任何背景）、dark、light 或 none，可另加样式，如 light,error=bold red,code=underline",
    ),
    (
        "",
        "hyperlink",
        "何时为错误码加上官方文档的链接，需要终端支持 OSC 8：auto、always（总是）、never（从不）",
    ),
    ("", "text", "在终端中也输出二进制文件的内容，而不只是一条说明"),
    ("", "strip", "去掉以前的标注"),
    ("", "count", "只输出含错误码的行数；有多个文件时每个文件一行"),
    ("", "files_with_matches", "只输出含错误码的文件名"),
    ("", "files_without_match", "只输出不含错误码的文件名"),
    ("", "quiet", "不输出任何内容。没有设置门禁时，发现错误码则退出码为 0，否则为 1"),
    ("", "no_log", "在 CI 格式中，不输出日志"),
    (
        "",
        "with_filename",
        "在每行前面输出文件名。从多个文件中选取行时（--only、-v、-A、-B、-C、-m）默认如此。在终端中，有多个文件时以文件名为小标题",
    ),
    ("", "no_filename", "不在行或行数前面输出文件名，也不以文件名为小标题"),
    ("", "line_number", "在每行前面输出行号"),
    ("", "output_dir", "把每个输入标注后写入 DIR 下相同路径的文件"),
    ("", "force", "与 -o 同用时，覆盖已有的文件，但不会覆盖输入文件"),
    ("", "color", "何时使用颜色：auto、always（总是）、never（从不）"),
    ("", "lang", "语言：auto（终端中按系统的语言环境，其他情况为英文）、en、zh"),
    ("", "notes", "是否显示说明，可在配置文件中关闭"),
    // Lines
    ("", "only", "只输出含错误码的行"),
    ("", "invert_match", "只输出不含错误码的行；对 -c、-l 和 -q 也有效"),
    ("", "before_context", "只输出含错误码的行，以及每处之前的 NUM 行"),
    ("", "after_context", "只输出含错误码的行，以及每处之后的 NUM 行"),
    ("", "context", "等于 -A NUM -B NUM"),
    ("", "max_count", "每个文件只输出前 NUM 个含错误码的行；与 -v 同用时为不含错误码的行"),
    // Diagnosis
    (
        "",
        "causes",
        "添加文件中的原因，或目录下所有 *.toml 文件中的原因；同名时取代内置的原因（可重复）",
    ),
    (
        "",
        "session_key",
        "用 REGEX 在行中找到的内容区分应用的各次运行：取名为 session 的分组，没有则取整个匹配 [默认：进程、用户或 SDKAppID]",
    ),
    ("", "known", "从 TOML 文件读取以前遇到过的原因，并列出对应的工单"),
    ("", "fail_on_cause", "发现其中某个原因时退出码为 1：usersig-expired,kicked（help 列出全部）"),
    // Codes
    ("", "min_confidence", "报告可信度不低于此的错误码：low（低）、medium（中）或 high（高）"),
    ("", "unknown", "也报告与本产品有关的行中未收录的错误码"),
    ("", "prefer_system", "错误码属于多个模块时，行中没有其他依据就取这个模块"),
    ("", "assume_im", "把每一行都当作使用腾讯云 IM 的应用或服务的日志"),
    (
        "",
        "code",
        "只选取这些错误码：6206,70001-70020,ERR_USER_SIG_EXPIRED；前面加 ! 则排除：'!6206'",
    ),
    (
        "",
        "system",
        "只选取这些模块的错误码：sdk,server；前面加 ! 则排除：'!web'\n\n\
         imerr-annotate --version 列出全部模块。",
    ),
    (
        "",
        "category",
        "只选取这些分类的错误码：account,server/group；前面加 ! 则排除：'!message'\n\n\
         分类见 imerr-annotate list 的第二列；imerr-annotate list --system sdk 只列出一个模块的。",
    ),
    (
        "",
        "kind",
        "只选取这些类型的错误码：auth,rate-limit；前面加 ! 则排除：'!network'\n\n\
         类型有 auth、permission、rate-limit、quota、not-found、conflict、invalid、content、network、\
         timeout、server、client 和 config。",
    ),
    (
        "",
        "severity",
        "只选取达到此级别的错误码：info（提示）、warning（警告）、error（错误）、fatal（严重）；前面加 = 则只选取该级别：=warning,=error",
    ),
    (
        "",
        "retry",
        "只选取重试建议为此的错误码（never、immediate、backoff、after-fix）：immediate,backoff；前面加 ! 则排除：'!never'",
    ),
    (
        "",
        "since",
        "只读取不早于此时间的行：'2026-11-24 10:00'、05-09、10:00（今天）、yesterday 或昨天、2h（2小时前）\n\n\
         没有时间的行取上一行的时间。没有时区的时间是本地时间。能识别的格式见 docs/timestamps.md。",
    ),
    ("", "until", "只读取早于此时间的行"),
    (
        "",
        "wanted",
        "错误码（6206,70001、0x183e）、范围（70001-70020）、常量名或其中一部分，或含错误码的日志文字",
    ),
    ("", "words", "要查找的词，须全部或大部分出现"),
    ("", "lines", "日志行 [默认：标准输入]"),
    ("explain-line", "assume_im", "把这些行当作使用腾讯云 IM 的应用或服务的日志"),
    // Custom codes
    (
        "",
        "catalog",
        "添加文件中的错误码和规则，或目录下所有 *.toml 文件中的；相同的错误码取代内置的（可重复）",
    ),
    ("", "also", "添加其他产品的错误码：rongcloud（融云）"),
    ("check-catalog", "files", "错误码库或规则文件、存放这些文件的目录，或 `-` 表示标准输入"),
    ("", "name", "这些错误码所属模块的名称：由小写字母、数字和“-”组成"),
    // Reports and gates
    ("", "summary", "结束时在标准错误输出全部错误码的汇总，与 stats 相同"),
    (
        "",
        "report",
        "另外把报告写入文件：html（网页，供人阅读）、sarif、gitlab、junit、markdown、json、csv 或 table（可重复）",
    ),
    (
        "",
        "fail_on",
        "发现其中之一时退出码为 1：达到某级别的错误码（info、warning、error、fatal），未收录的错误码算作 error；\
         未收录的错误码（unknown）；或指定的错误码：error,unknown,70001-70020",
    ),
    ("", "max_errors", "错误超过 NUM 处时退出码为 1，包括级别为严重的和未收录的错误码"),
    ("", "baseline", "只有此文件中没有的，或比其中次数更多的错误码，才会使门禁不通过"),
    ("", "write_baseline", "写出供 --baseline 使用的文件"),
    // All others
    ("", "threads", "线程数 [默认：处理器的个数]"),
    ("", "config", "从 FILE 读取选项的默认值（imerr-annotate config path 输出通常的位置）"),
    ("", "no_config", "不读取配置文件"),
    ("", "short_help", "显示常用选项"),
    ("imerr-annotate", "help", "显示全部选项"),
    ("", "help", "显示帮助"),
    ("", "short_version", "显示版本"),
    ("", "version", "显示版本，以及各模块错误码的条数和日期"),
    ("", "root", "允许客户端读取 DIR 及其下各级目录中的日志（可重复） [默认：不读取任何文件]"),
    ("", "skill", "输出一份 SKILL.md，告诉智能体如何改用命令行"),
    ("", "shell", "shell 的名称"),
    ("", "command", "命令，如 stats [默认：程序本身]"),
];

const LOOKUP_FORMAT: &str = "格式：text、json（每个错误码一行，一个对象）或 csv";

const JSON_KEY: &str = "以前的标注加入 JSON 日志的键名，读取时跳过";

/// The help of each value that has one, by command and value.
const VALUES: &[(&str, &str, &str)] = &[
    ("imerr-annotate", "auto", "日志：终端中为 below；其他情况下，JSON 日志为 json，其余为 append"),
    ("imerr-annotate", "append", "日志，每个错误码的说明写在行尾的方括号中"),
    ("imerr-annotate", "below", "日志，含义和处理建议写在含错误码的行下方，供人阅读"),
    ("imerr-annotate", "inline", "日志，含义写在错误码后面的括号中"),
    (
        "imerr-annotate",
        "json",
        "日志，JSON 行中增加字段 imerr：一个对象，有多个错误码时为数组。用 jq 读取：`.imerr // empty | arrays // [.] | .[]`",
    ),
    ("imerr-annotate", "logfmt", "日志，行尾增加 imerr_code=6206 这样的键值对"),
    ("imerr-annotate", "jsonl", "记录：每个错误码一个 JSON 对象，包括未收录的"),
    ("imerr-annotate", "csv", "记录：每个错误码一行，以逗号分隔，包括未收录的"),
    (
        "imerr-annotate",
        "rdjsonl",
        "记录：每个错误码一个 JSON 对象，包括未收录的，供 reviewdog 读取",
    ),
    (
        "imerr-annotate",
        "rsyslog",
        "记录：每行一个 JSON 对象，没有错误码时为 {}，供 rsyslog 的 mmexternal 读取",
    ),
    ("imerr-annotate", "ci", "CI：按环境变量识别所在的系统；不在 CI 中时为 auto"),
    ("imerr-annotate", "github", "CI：日志，每个错误码后附一条 GitHub Actions 的工作流命令"),
    ("imerr-annotate", "azure", "CI：日志，每个错误码后附一条 Azure Pipelines 的日志命令"),
    ("imerr-annotate", "teamcity", "CI：日志，每个错误码后附一条 TeamCity 的服务消息"),
    ("imerr-annotate", "gitlab", "报告：GitLab 的代码质量报告"),
    ("imerr-annotate", "sarif", "报告：SARIF 2.1.0 格式"),
    ("imerr-annotate", "junit", "报告：JUnit XML 格式，每个错误码一个测试用例"),
    ("imerr-annotate", "markdown", "报告：Markdown 表格，供人阅读"),
    ("stats", "table", "分列的表格，供人阅读"),
    ("stats", "json", "一个 JSON 对象"),
    ("stats", "markdown", "Markdown 表格"),
    ("stats", "csv", "以逗号分隔，第一行为列名"),
    ("export", "csv", "CSV，第一行为列名，用于 Vector 的 enrichment table 和电子表格"),
    ("export", "rsyslog", "JSON，用于 rsyslog 的 lookup_table()"),
    ("export", "syslog-ng", "CSV，用于 syslog-ng 的 add-contextual-data()"),
    ("export", "logstash", "YAML，用于 Logstash translate 过滤器的字典"),
    ("export", "elastic", "NDJSON，用于 Elasticsearch 的 bulk API，以补充文档"),
    ("export", "splunk", "CSV，用于 Splunk 的 lookup"),
    ("export", "splunk-conf", "该 lookup 在 transforms.conf 和 props.conf 中的配置"),
    ("export", "otel", "YAML，用于 OpenTelemetry Collector 的 lookup 处理器"),
    ("export", "fluent-bit", "CSV，用于 Fluent Bit 的 lookup 过滤器"),
    ("export", "lnav", "lnav 的日志格式，用于读取带标注的日志"),
    ("export", "sqlite", "建表的 SQL，用于 sqlite3 和 lnav"),
    ("export", "markdown", "表格，供人阅读"),
];

/// What clap and its manual pages write themselves, and the end of the help.
const PHRASES: &[(&str, &str)] = &[
    ("[default: ", "[默认："),
    ("[env: ", "[环境变量："),
    ("[possible values: ", "[可用的值："),
    ("Possible values:", "可用的值："),
    ("Print this message or the help of the given subcommand(s)", "显示程序或某个命令的帮助"),
    ("\"User Commands\"", "\"用户命令\""),
    ("--help prints all options.", "--help 显示全部选项。"),
    (
        "Names and secrets are masked only by `diagnose --bundle`.",
        "只有 `diagnose --bundle` 会对名字和密钥脱敏。",
    ),
    (
        "To read a file that is named like a command, write ./explain.",
        "文件与命令同名时，写成 ./explain 这样的路径。",
    ),
    (
        "Exit status: 0 on success, also if no code was found; 1 if a gate failed; 2 for a usage \
         error or a file that cannot be read or written. A COMMAND's own status is passed on \
         unless it is 0.",
        "退出码：0 成功，没有发现错误码也是 0；1 未通过门禁；2 用法有误，或文件无法读取或写入。\
         运行 COMMAND 时，它的退出码不为 0 就沿用它的。",
    ),
];

pub(super) fn option(command: &str, id: &str) -> Option<&'static str> {
    let of = |command: &str| OPTIONS.iter().find(|row| (row.0, row.1) == (command, id));
    of(command).or_else(|| of("")).map(|row| row.2)
}

pub(super) fn value(command: &str, value: &str) -> Option<&'static str> {
    VALUES.iter().find(|row| (row.0, row.1) == (command, value)).map(|row| row.2)
}

pub(super) fn phrases() -> &'static [(&'static str, &'static str)] {
    PHRASES
}
