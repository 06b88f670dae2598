//! Messages in the language that is chosen.

use std::fs;
use std::path::Path;

use crate::common::{Limited, folder, status_and_output, status_and_stderr};
use crate::{OWN, command_line};

/// Expects a usage error or a failure whose message contains a text, for each command line.
fn expect_in_chinese(folder: &Path, rows: &[(&str, &str)]) {
    for (typed, wanted) in rows {
        let output = command_line(folder, &format!("--lang zh {typed}")).finish();
        let (status, errors) = status_and_stderr(&output);
        assert_eq!(status, Some(2), "{typed}: {errors}");
        assert!(errors.contains(wanted), "{typed}: {errors}");
    }
}

#[test]
fn usage_errors_are_in_chinese_too() {
    let folder = folder(&[]);
    let rows = [
        ("--zebra", "出错：没有选项“--zebra”\n"),
        ("--follw", "\n\n  是不是要用“--follow”？\n"),
        ("-e x", "\n\n  提示：无需模式即可找到错误码；"),
        ("--no-color", "\n\n  提示：改用 --color never\n"),
        ("--kind 苹果", "的值“苹果”无效：可用的有 鉴权、权限、"),
        ("--level error", "\n\n  提示：改用 --severity error\n"),
        ("stats -l error", "\n\n  提示：按级别筛选：--severity error\n"),
        ("-n50", "\n\n  提示：只读文件的最后几行：--tail 50\n"),
        ("-5", "\n\n  提示：同时输出有错误码的行的前后几行：-C 5\n"),
        ("-help", "\n\n  提示：改用 --help\n"),
        ("--mask", "\n\n  提示：改用 imerr-annotate diagnose --bundle out.zip FILE\n"),
        ("stats list", "命令写在最前面，一次只用一个：imerr-annotate list ..."),
        ("--kind 鉴全", "出错：--kind <LIST> 的值“鉴全”无效：是不是要用“鉴权”？\n"),
        ("-F", "\n\n  提示：只写 --follow 即可，"),
        ("--follow=name", "\n\n  提示：只写 --follow 即可，"),
        ("--no-pager", "\n\n  提示：不会启动分页器；"),
        ("export", "\n\n  提示：例如 imerr-annotate export csv > codes.csv；可用的值：csv、"),
        ("--baseline b", "\n\n  提示：例如 --fail-on error --baseline imerr-baseline.json\n"),
        ("--format html", "的值“html”无效\n\n  提示：改用 --report html=report.html\n"),
        ("stats --strip", "\n\n  提示：该选项用于标注日志，不与命令一起使用\n"),
        ("--format jsn", "出错：--format <FORMAT> 的值“jsn”无效\n\n  可用的值：auto、"),
        ("--format jsn", "\n\n  是不是要用“json”？\n"),
        ("--code", "出错：--code <LIST> 缺少值\n"),
        ("--threads x", "出错：--threads <NUM> 的值“x”无效：应为 1 至 256 的整数\n"),
        ("--severity eror", "出错：--severity <LIST> 的值“eror”无效：是不是要用“error”？\n"),
        ("--kind auht", "出错：--kind <LIST> 的值“auht”无效：是不是要用“auth”？\n"),
        ("--since yestreday", "的值“yestreday”无效：不是时间；是不是要用“yesterday”？\n"),
        ("--code zebra", "的值“zebra”无效：没有此常量名，也不是错误码或范围（如 70001-70020）\n"),
        ("-g [", "的值“[”无效：glob“[”有语法错误，解析器的说明：unclosed character class; missing"),
        ("diagnose --session-key (", "的值“(”无效：正则表达式有语法错误，解析器的说明：\n    (\n"),
        ("--count=5", "出错：--count 不需要值“5”\n"),
        ("--strip --only", "出错：--strip 不能与 --only 同时使用\n\n  提示：只用其中一个\n"),
        ("completions", "出错：缺少参数 <SHELL>\n\n  提示：例如 imerr-annotate completions bash；"),
        ("completions tcsh", "出错：<SHELL> 的值“tcsh”无效\n\n  可用的值：bash、elvish、fish、"),
        ("list 6206", "出错：多余的参数“6206”\n"),
        ("--severity wran", "的值“wran”无效：是不是要用“warning”？\n"),
        (
            "--since 25:99",
            "不是时间\n\n  提示：例如 2026-11-24、2026-11-24T10:00:00+08:00、11-24 10:00:00（按",
        ),
        ("--until 25:99", "2h（2小时前）、@1700000000\n"),
        ("--report html", "的值“html”无效：缺少文件；写成 --report html=report.html\n"),
        ("--report a.html", "的值“a.html”无效：缺少种类；写成 --report html=a.html\n"),
        (
            "--report a",
            "的值“a”无效：不是 KIND=FILE 的形式，如 html=report.html\n\n  提示：可用的种类：sarif、",
        ),
        ("--theme zebra", "可用的有 auto、dark、light、none，也不是 error=bold red 这样的样式\n"),
        ("--theme error=zebra", "：“zebra”不是颜色或属性；例如 bold"),
        ("--encoding zebra", "的值“zebra”无效：不是编码名称\n\n  提示：可用的有 auto、none、utf-8"),
        ("--poll-interval 5 -f a", "应为 1ms 至 1m 的时长，如 500ms 或 2s\n"),
        ("new-catalog A", "模块名应由小写字母、数字和“-”组成\n"),
        ("--tail 5", "出错：--tail 用于文件；标准输入可用 tail -n N | imerr-annotate\n\n详情见"),
        ("-f", "出错：--follow 用于文件；标准输入无需此选项，写入多少就读取多少\n"),
        ("-o out", "出错：--output-dir 需要指定文件；标准输入可用 > FILE\n"),
        (
            "-o out --format sarif a",
            "出错：--output-dir 需要日志格式；报告可用 --report KIND=FILE\n",
        ),
        ("- --files-from -", "出错：标准输入不能既是文件列表又是其中的文件；"),
        (
            "-c --format junit a",
            "出错：--count 会取代 --format junit 的输出；可用 --report KIND=FILE",
        ),
        ("-c --format csv a", "出错：--count 会取代 --format csv 的输出；只用其中一个\n"),
        (
            "-v --format csv a",
            "出错：--invert-match 和上下文选择的是日志行，而 --format csv 不输出",
        ),
        ("--json-fields ecs --format below a", "出错：--json-fields 用于 JSON 行，即 auto"),
        ("--no-log a", "出错：--no-log 用于 ci、github、azure 和 teamcity；"),
        ("--format rsyslog -v a", "出错：--format rsyslog 每行应答一行，--invert-match 会改变"),
        ("--since 2026-01-02 --until 2026-01-01 a", "出错：--since 不早于 --until，"),
        ("--unknown --system sdk a", "出错：未收录的错误码没有模块、分类、类型、级别和重试信息，"),
        ("config pth", "出错：没有命令“pth”\n\n  是不是要用“path”？\n\n详情见 --help。\n"),
    ];
    expect_in_chinese(folder.path(), &rows);
}

#[test]
fn messages_about_files_are_in_chinese_too() {
    let folder = folder(&[("app.log", "plain\n"), ("bad.toml", "x = \n")]);
    for (name, bytes) in [
        ("cut.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03abc".as_slice()),
        ("bad.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xff\xff\xff\xff\xff"),
        ("cut.zip", b"PK\x03\x04\x0a\0\0\0\0\0"),
        ("utf16", b"\xff\xfea\0"),
    ] {
        fs::write(folder.path().join(name), bytes).expect("the folder is writable");
    }
    let rows = [
        ("cut.gz", "出错：cut.gz：gzip 数据不完整，到第13字节就已结束\n"),
        ("bad.gz", "出错：bad.gz：gzip 数据在第"),
        ("cut.zip", "出错：cut.zip：zip 包不完整，到第10字节就已结束\n"),
        ("--files-from cut.gz", "出错：cut.gz：不是文件名列表：含有控制字符；--files-from 需要"),
        ("--files-from utf16", "出错：utf16：编码为 UTF-16；列表应为 UTF-8\n"),
        ("--files-from - -", "标准输入不能既是文件列表又是其中的文件"),
        ("--config bad.toml app.log", "出错：bad.toml:1:5: 字符串应加引号"),
        ("--catalog app.log app.log", "文件中没有 system 和 [[entry]]，没有"),
        ("--catalog . app.log", "内容有误："),
        ("--baseline app.log --fail-on error app.log", "出错：app.log：不是基线文件："),
        ("--report json=a --report csv=a app.log", "出错：a：与另一个输出 a 是同一个文件；指定"),
        (
            "stats --format csv --top 3 app.log",
            "出错：--top：只有表格才能排序和截短；请去掉 --format\n",
        ),
        ("man zebra", "出错：没有命令“zebra”；可用的命令：stats、diagnose、"),
        ("man stast", "出错：没有命令“stast”；是不是要用“stats”？\n"),
    ];
    expect_in_chinese(folder.path(), &rows);
}

#[test]
fn frequent_messages_are_in_the_language_that_is_chosen() {
    let folder = folder(&[("app.log", "imsdk code:6206\nimsdk code:6707\n")]);
    for (name, bytes) in [
        ("a.7z", b"7z\xbc\xaf\x27\x1c rest".as_slice()),
        ("a.pdf", b"%PDF-1.7\n"),
        ("nul.log", b"a\0b\0\nimsdk code:6206\n"),
        ("big-endian.log", b"\0o\0k\0\n"),
        ("logs.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        ("utf16.log", b"\xff\xfeo\0k\0\n\0"),
    ] {
        fs::write(folder.path().join(name), bytes).expect("the folder is writable");
    }
    fs::create_dir(folder.path().join("logs")).expect("the folder is writable");
    let mut missing = Vec::new();
    for (typed, english, chinese) in MESSAGES {
        for (lang, wanted) in [("en", english), ("zh", chinese)] {
            let mut command = command_line(folder.path(), &format!("--lang {lang} {typed}"));
            command.env("PATH", "/usr/bin:/bin");
            let (_, errors) = status_and_stderr(&command.finish());
            if !errors.lines().any(|line| line == wanted) {
                missing.push(format!("{typed}: {wanted}\n{errors}"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

const MESSAGES: [(&str, &str, &str); 45] = [
    (
        "diagnose --fail-on-cause zebra app.log",
        "error: --fail-on-cause: 'zebra' is unknown; --fail-on-cause help lists the causes",
        "出错：--fail-on-cause：没有名为“zebra”的原因；--fail-on-cause help 可列出全部",
    ),
    (
        "missing.log",
        "error: missing.log: no such file or directory",
        "出错：missing.log：文件不存在",
    ),
    (
        "app.log 6206",
        "error: 6206: no such file or directory; to look up the code: imerr-annotate explain 6206",
        "出错：6206：文件不存在；查询错误码：imerr-annotate explain 6206",
    ),
    (
        "6206",
        "error: no file named '6206'; to look up the code: imerr-annotate explain 6206",
        "出错：没有名为“6206”的文件；查询错误码：imerr-annotate explain 6206",
    ),
    (
        "--fail-on error --baseline none.json",
        "error: none.json: no such file or directory; --write-baseline writes one",
        "出错：none.json：文件不存在；--write-baseline 可生成基线",
    ),
    (
        "explian 6206",
        "error: no file named 'explian'; did you mean the command 'explain'?",
        "出错：没有名为“explian”的文件；是不是要用命令“explain”？",
    ),
    (
        "sh -c x",
        "error: no file named 'sh'; to run a command: imerr-annotate -- sh ...",
        "出错：没有名为“sh”的文件；运行命令：imerr-annotate -- sh ...",
    ),
    (
        "version",
        "error: no file named 'version'; to print the version: imerr-annotate --version",
        "出错：没有名为“version”的文件；显示版本：imerr-annotate --version",
    ),
    (
        "a.7z",
        "error: a.7z: is a 7z archive, which is not read; use 7z x -so a.7z | imerr-annotate",
        "出错：a.7z：是 7z 压缩包，无法读取；可用 7z x -so a.7z | imerr-annotate",
    ),
    (
        "a.pdf",
        "error: a.pdf: is a PDF, which is not read; use pdftotext a.pdf - | imerr-annotate",
        "出错：a.pdf：是 PDF，无法读取；可用 pdftotext a.pdf - | imerr-annotate",
    ),
    (
        "-o out a.7z",
        "error: a.7z: is a 7z archive, which is not read; use 7z x -so a.7z | imerr-annotate; no \
         output was written for it",
        "出错：a.7z：是 7z 压缩包，无法读取；可用 7z x -so a.7z | imerr-annotate；未写出对应的文件",
    ),
    (
        "nul.log",
        "note: nul.log is binary: it has NUL bytes, and was read as it is",
        "说明：nul.log 是二进制文件：含 NUL 字节，已按原样读取",
    ),
    (
        "big-endian.log nul.log",
        "note: 2 binary files were read as they are, the first is big-endian.log",
        "说明：2个二进制文件已按原样读取，第一个是 big-endian.log",
    ),
    (
        "logs.zip/app.log",
        "error: logs.zip/app.log: not a directory; to read a file in an archive: imerr-annotate \
         logs.zip -g 'logs.zip/app.log'",
        "出错：logs.zip/app.log：路径中有一级不是目录；读取压缩包中的文件：imerr-annotate logs.zip -g \
         'logs.zip/app.log'",
    ),
    (
        "explain app.log",
        "note: to annotate a log: imerr-annotate app.log",
        "说明：标注日志：imerr-annotate app.log",
    ),
    (
        "utf16.log",
        "note: utf16.log: is UTF-16LE; it is converted to UTF-8",
        "说明：utf16.log：编码为 UTF-16LE，已转成 UTF-8",
    ),
    (
        "explain 999999",
        "error: 999999: not in any catalog; go by the text beside it in the log, or find codes by \
         words with 'imerr-annotate search \
         WORD...'",
        "出错：999999：错误码库未收录；以日志中它旁边的文字为准，或按词语查找：imerr-annotate search \
         WORD...",
    ),
    (
        "explain zebra crossing",
        "error: zebra crossing: no code or name; find codes by words with 'imerr-annotate search \
         zebra crossing'",
        "出错：zebra crossing：不是错误码，也不是名称；按词语查找：imerr-annotate search zebra crossing",
    ),
    (
        "explain USERSIG",
        "note: USERSIG: part of the names of 12 codes",
        "说明：USERSIG：12个错误码的常量名含有它",
    ),
    (
        "explain login",
        "error: login: a category; 'imerr-annotate list --category login' lists its codes, \
         'imerr-annotate search login' finds the word",
        "出错：login：是分类；查看其中的错误码：imerr-annotate list --category login；按词语查找：\
         imerr-annotate search login",
    ),
    (
        "strip app.log",
        "error: no file named 'strip'; did you mean 'imerr-annotate --strip app.log'?",
        "出错：没有名为“strip”的文件；是不是要用“imerr-annotate --strip app.log”？",
    ),
    (
        "explain --severity fatal 6206",
        "error: 6206: no entry for it passes the filters",
        "出错：6206：对应的条目不符合筛选条件",
    ),
    (
        "explain --severity fatal --kind timeout",
        "error: no code passes the filters",
        "出错：没有符合筛选条件的错误码",
    ),
    (
        "search zebra",
        "error: zebra: no code has this word; try another word, or 'imerr-annotate list'",
        "出错：zebra：没有包含该词的错误码；换一个词，或用 imerr-annotate list 查看全部",
    ),
    (
        "search expried",
        "error: expried: no code has this word; did you mean 'expired'?",
        "出错：expried：没有包含该词的错误码；是不是要搜索“expired”？",
    ),
    ("search usersig zebra", "note: none of these has 'zebra'", "说明：以上错误码都不包含“zebra”"),
    (
        "search dns huawei heartbeat",
        "error: dns huawei heartbeat: no code has most of these words; try fewer, or \
         'imerr-annotate list'",
        "出错：dns huawei heartbeat：没有包含其中大多数词的错误码；减少词语，或用 imerr-annotate list \
         查看全部",
    ),
    (
        "-l error app.log",
        "error: error: no such file or directory; to select codes by severity: --severity error",
        "出错：error：文件不存在；按级别筛选：--severity error",
    ),
    (
        "-n 5 app.log",
        "error: 5: no such file or directory; to read the last lines of a file: --tail 5",
        "出错：5：文件不存在；只读文件的最后几行：--tail 5",
    ),
    (
        "62006 app.log",
        "error: 62006: no such file or directory; to look up the code: imerr-annotate explain 62006",
        "出错：62006：文件不存在；查询错误码：imerr-annotate explain 62006",
    ),
    (
        "search --severity fatal --kind content usersig",
        "error: usersig: no code with these words passes the filters",
        "出错：usersig：包含这些词的错误码均不符合筛选条件",
    ),
    (
        "--fail-on error app.log",
        "error: --fail-on error: found 6206 ERR_USER_SIG_EXPIRED (sdk/account error) once, first \
         at app.log:1",
        "出错：--fail-on error：发现 6206 ERR_USER_SIG_EXPIRED（sdk/account 错误）1次，首次位于 \
         app.log:1",
    ),
    (
        "--max-errors 0 app.log",
        "error: --max-errors 0: found 1 error: 6206 ERR_USER_SIG_EXPIRED (sdk/account error) once, \
         first at app.log:1",
        "出错：--max-errors 0：发现1处错误，最严重的是 6206 ERR_USER_SIG_EXPIRED（sdk/account 错误）1次，\
         首次位于 app.log:1",
    ),
    (
        "--fail-on unknown --unknown app.log",
        "error: --fail-on unknown: found 6707 (unknown) once, first at app.log:2",
        "出错：--fail-on unknown：发现 6707（未收录）1次，首次位于 app.log:2",
    ),
    (
        "--write-baseline base app.log missing.log",
        "warning: base: not written, since not everything was read",
        "注意：base：未写入，因为没有读完全部内容",
    ),
    (
        "--write-baseline logs app.log",
        "error: logs: is a directory; name a file in it",
        "出错：logs：是目录；指定其中的一个文件",
    ),
    (
        "--write-baseline none/base app.log",
        "error: none/base: its directory does not exist; make it first",
        "出错：none/base：所在目录不存在；先创建该目录",
    ),
    (
        "-o app.log app.log",
        "error: invalid value 'app.log' for '--output-dir <DIR>': a directory is needed; to write \
         one file: > app.log",
        "出错：--output-dir <DIR> 的值“app.log”无效：应为目录；只写一个文件时用 > app.log",
    ),
    (
        "-o - app.log",
        "error: invalid value '-' for '--output-dir <DIR>': a directory is needed; without -o, the \
         output is standard output",
        "出错：--output-dir <DIR> 的值“-”无效：应为目录；不加 -o 就写到标准输出",
    ),
    ("-- nosuchcmd", "error: command not found: nosuchcmd", "出错：找不到命令：nosuchcmd"),
    (
        "--code 5 app.log",
        "warning: --code: 5 is not in any catalog; --unknown finds it on lines about the product",
        "注意：--code：错误码库未收录 5；--unknown 可在与产品有关的行中找到它",
    ),
    (
        "--catalog none.toml app.log",
        "error: none.toml: no such file or directory",
        "出错：none.toml：文件不存在",
    ),
    (
        "check-catalog app.log",
        "note: to annotate a log: imerr-annotate app.log",
        "说明：标注日志：imerr-annotate app.log",
    ),
    (
        "--config none.toml app.log",
        "error: none.toml: no such file or directory",
        "出错：none.toml：文件不存在",
    ),
    ("--formt below", "error: unexpected argument '--formt' found", "出错：没有选项“--formt”"),
];

#[test]
fn catalogs_are_checked_in_the_language_that_is_chosen() {
    let folder = folder(&[
        ("own.toml", OWN),
        ("other.toml", OWN),
        ("bad.toml", "system = \"app\"\n[[entry]]\ncode = \"5\"\n"),
        ("config.toml", "formt = \"below\"\n"),
    ]);
    let printed = |typed: &str| {
        let mut command = command_line(folder.path(), &format!("--lang zh {typed}"));
        status_and_output(&command.finish())
    };
    let (status, out, errors) = printed("check-catalog own.toml other.toml");
    assert_eq!((status, out.as_str()), (Some(0), "own.toml：1个条目\nother.toml：1个条目\n"));
    assert_eq!(errors, "说明：other.toml:3: my-app 的 31004 取代了 own.toml:3 处的定义\n");
    let (status, out, _) = printed("check-catalog bad.toml");
    assert!(
        status == Some(1) && out.contains("bad.toml:3:8: code 应为整数，而不是字符串\n"),
        "{out}"
    );
    let (status, _, errors) = printed("--catalog bad.toml own.toml");
    let wanted = "出错：bad.toml:3:8: code 应为整数，而不是字符串\n  |\n3 | code = \"5\"\n";
    assert!(status == Some(2) && errors.contains(wanted), "{errors}");
    let (status, _, errors) = printed("--config config.toml own.toml");
    let wanted = "出错：config.toml:1:1: 没有名为“formt”的键；是不是要用“format”？\n";
    assert!(status == Some(2) && errors.starts_with(wanted), "{errors}");
}

#[test]
fn the_headings_of_the_help_are_in_the_language_that_is_chosen() {
    let folder = folder(&[]);
    let headings = |help: &str| -> Vec<String> {
        let is_heading =
            |line: &&str| !line.starts_with(' ') && (line.ends_with(':') || line.ends_with('：'));
        help.lines().filter(is_heading).map(str::to_string).collect()
    };
    let commands =
        ["", "stats ", "diagnose ", "explain ", "search ", "list ", "explain-line ", "man "];
    for command in commands {
        let help = |lang: &str| {
            let typed = format!("{command}--help --lang {lang}");
            let output = command_line(folder.path(), &typed).finish();
            let (status, out, _) = status_and_output(&output);
            assert_eq!(status, Some(0), "{typed}");
            out
        };
        let (english, chinese) = (help("en"), help("zh"));
        assert!(english.contains("\nUsage: imerr-annotate"), "{english}");
        assert!(chinese.contains("\n用法：imerr-annotate"), "{chinese}");
        let (english, chinese) = (headings(&english), headings(&chinese));
        assert_eq!(english.len(), chinese.len(), "{command}");
        let all_differ = english.iter().zip(&chinese).all(|(english, chinese)| english != chinese);
        assert!(all_differ, "{command}: {chinese:?}");
    }
}
