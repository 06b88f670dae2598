//! Messages about inputs in Chinese. Each stands after the name of a file.

use std::io::{self, ErrorKind};

use crate::input::{
    ArchiveFormat, ArchiveProblem, FileError, FormatHelp, LINE_LIMIT, Notice, UnsupportedFormat,
};

pub(super) fn notice(notice: Notice) -> String {
    match notice {
        Notice::Binary(offset) => format!("是二进制文件（第{offset}字节处不是文本）"),
        Notice::Decoded(encoding) => format!("编码为 {encoding}，已转成 UTF-8"),
        Notice::Guessed(encoding) => format!("识别为 {}编码，已转成 UTF-8", name(encoding)),
        Notice::Unsure(encoding) => format!("可能是 {}编码，未转换", name(encoding)),
        Notice::LongLines(count) => {
            format!("有{count}行超过{LINE_LIMIT}字节，只检查了行首部分")
        }
        Notice::LeftOut(count) => format!("有{count}个成员是链接或设备，未读取"),
        Notice::Renamed => "以此名称读取；压缩包中的原名称指向包外，或不是文本".to_string(),
        _ => followed(notice).to_string(),
    }
}

/// A notice about files that are followed.
fn followed(notice: Notice) -> &'static str {
    match notice {
        Notice::Missing => "文件尚不存在，正在等待创建",
        Notice::Appeared => "已出现",
        Notice::Gone => "已不存在，等待其重新出现",
        Notice::Replaced => "已被替换，转为跟踪新文件",
        Notice::Truncated => "已被截断，从头读取",
        Notice::TruncatedWithoutCopy => "已被截断，从头读取；截断前刚写入的行可能丢失",
        Notice::Incomplete => "已轮转多次，部分旧文件无法读取；可能缺少若干行",
        Notice::Duplicate => "与另一个输入是同一个文件，其内容以那个名称输出",
        Notice::Compressed => "是压缩文件，读到末尾为止，不再跟踪",
        Notice::Binary(_)
        | Notice::Decoded(_)
        | Notice::Guessed(_)
        | Notice::Unsure(_)
        | Notice::LongLines(_)
        | Notice::LeftOut(_)
        | Notice::Renamed => "",
    }
}

/// The name of an encoding as people write it, and the blank after it, if there is one.
fn name(encoding: &str) -> String {
    match encoding {
        "gb18030" => "GB18030（GBK）".to_string(),
        "big5" => "Big5 ".to_string(),
        other => format!("{other} "),
    }
}

pub(super) fn file_error(error: &FileError) -> Option<String> {
    let text = match error {
        FileError::Io(error) => return io_error(error),
        FileError::Directory => "是目录；可指定其中的文件，如 DIR/*.log".to_string(),
        FileError::IsOutput => "同时也是输出；写入另一个文件即可".to_string(),
        FileError::Shrunk(expected, found) => format!(
            "读取期间变短：打开时为{expected}字节，读到{found}字节就已结束；如果是日志轮转，再运行一次"
        ),
        FileError::NoTailOfStream => {
            "不是普通文件，无法定位最后几行；可用 tail -n N FILE | imerr-annotate".to_string()
        }
        FileError::NoTailOfEncoded(command) => format!(
            "不是纯文本，无法定位最后几行；可用 {command} FILE | tail -n N | imerr-annotate"
        ),
        FileError::Unsupported(format) => unsupported(*format),
        FileError::Archive(format) => {
            format!("是 {}；去掉 --follow 和 --tail 即可读取其中的成员", archive(*format))
        }
        FileError::NotFollowable => {
            "不是普通文件，无法跟踪；去掉 --follow 时，写入多少就读取多少".to_string()
        }
    };
    Some(text)
}

fn unsupported(format: UnsupportedFormat) -> String {
    let help = match format.help {
        FormatHelp::Use(command) => format!("可用 {command}"),
        FormatHelp::DecompressOnce => "可先解压一次：zcat FILE | imerr-annotate".to_string(),
        FormatHelp::UnpackXlog => "用 github.com/Tencent/mars 的 decode_mars_nocrypt_log_file.py \
                                   解开，加密的用 decode_mars_crypt_log_file.py"
            .to_string(),
    };
    let name = format.name_zh;
    let blank = if name.starts_with(|c: char| c.is_ascii_alphanumeric()) { " " } else { "" };
    format!("是{blank}{name}，无法读取；{help}")
}

fn archive(format: ArchiveFormat) -> &'static str {
    match format {
        ArchiveFormat::Tar => "tar 包",
        ArchiveFormat::Zip => "zip 压缩包",
    }
}

fn io_error(error: &io::Error) -> Option<String> {
    match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(problem) => archive_problem(problem),
        None => system_error(error).map(str::to_string),
    }
}

fn archive_problem(problem: &ArchiveProblem) -> Option<String> {
    let text = match problem {
        ArchiveProblem::TooDeep => {
            "外面已有4层压缩包，达到上限；解开其中一个，再读取目录".to_string()
        }
        ArchiveProblem::MoreTooDeep(count) => {
            format!("还有{count}个压缩包的外面已有4层压缩包，未读取")
        }
        ArchiveProblem::TooLarge => {
            "所在的压缩包解开后超过 1 GiB 且超过自身大小的1000倍，达到上限，\
                                     其余内容不再读取；如果确实有这么大，解开后读取目录"
                .to_string()
        }
        ArchiveProblem::TooManyMembers => {
            "成员的名称共超过 32 MiB，此后的成员未读取；解开后读取目录".to_string()
        }
        ArchiveProblem::Encrypted => {
            "已加密；用 7z x -pPASSWORD ARCHIVE 解开压缩包，再读取目录".to_string()
        }
        ArchiveProblem::Method(name) => {
            format!("用 {name} 压缩，无法读取；用 7z x ARCHIVE 解开压缩包，再读取目录")
        }
        ArchiveProblem::Other(_) => return None,
    };
    Some(text)
}

/// An error that the system has no further text for.
pub(super) fn system_error(error: &io::Error) -> Option<&'static str> {
    if error.get_ref().is_some() {
        return None;
    }
    match error.kind() {
        ErrorKind::NotFound => Some("文件不存在"),
        ErrorKind::PermissionDenied => Some("没有权限"),
        ErrorKind::IsADirectory => Some("是目录"),
        ErrorKind::NotADirectory => Some("路径中有一级不是目录"),
        ErrorKind::AlreadyExists => Some("已存在"),
        ErrorKind::StorageFull => Some("磁盘已满"),
        ErrorKind::ReadOnlyFilesystem => Some("文件系统为只读"),
        ErrorKind::FileTooLarge => Some("文件过大"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_han(c: char) -> bool {
        matches!(c, '\u{4e00}'..='\u{9fff}')
    }

    /// Latin letters and Han characters have a blank between them, and Han characters have
    /// full-width punctuation.
    fn assert_style(text: &str) {
        assert!(text.contains(is_han), "{text}");
        let chars: Vec<char> = text.chars().collect();
        for pair in chars.windows(2) {
            let [a, b] = [pair[0], pair[1]];
            let lacks_blank =
                is_han(a) && b.is_ascii_alphabetic() || a.is_ascii_alphabetic() && is_han(b);
            let is_narrow = is_han(a) && ",;:?!(".contains(b) || ",;?!)".contains(a) && is_han(b);
            let is_wide = |c: char| "，。；：（）、".contains(c);
            let has_blank = is_wide(a) && b == ' ' || a == ' ' && is_wide(b);
            assert!(!lacks_blank && !is_narrow && !has_blank, "{text}: {a}{b}");
        }
    }

    #[test]
    fn notices_are_chinese_in_the_usual_style() {
        for notice in [
            Notice::Binary(7),
            Notice::Decoded("UTF-16LE"),
            Notice::Guessed("gb18030"),
            Notice::Guessed("big5"),
            Notice::Guessed("UTF-16LE"),
            Notice::Unsure("gb18030"),
            Notice::LongLines(2),
            Notice::LeftOut(3),
            Notice::Renamed,
            Notice::Missing,
            Notice::Appeared,
            Notice::Gone,
            Notice::Replaced,
            Notice::Truncated,
            Notice::TruncatedWithoutCopy,
            Notice::Incomplete,
            Notice::Duplicate,
            Notice::Compressed,
        ] {
            assert_style(&super::notice(notice));
        }
    }

    #[test]
    fn errors_are_chinese_or_have_no_words() {
        let unsupported = |help| UnsupportedFormat { name: "x", name_zh: "7z 压缩包", help };
        let of_archive = |problem: ArchiveProblem| FileError::Io(problem.into());
        for error in [
            FileError::Io(ErrorKind::NotFound.into()),
            FileError::Io(ErrorKind::PermissionDenied.into()),
            FileError::Directory,
            FileError::IsOutput,
            FileError::Shrunk(9, 5),
            FileError::NoTailOfStream,
            FileError::NoTailOfEncoded("zcat".to_string()),
            FileError::Unsupported(unsupported(FormatHelp::Use("7z x -so FILE"))),
            FileError::Unsupported(unsupported(FormatHelp::DecompressOnce)),
            FileError::Unsupported(unsupported(FormatHelp::UnpackXlog)),
            FileError::Archive(ArchiveFormat::Zip),
            FileError::NotFollowable,
            of_archive(ArchiveProblem::TooDeep),
            of_archive(ArchiveProblem::MoreTooDeep(2)),
            of_archive(ArchiveProblem::TooLarge),
            of_archive(ArchiveProblem::TooManyMembers),
            of_archive(ArchiveProblem::Encrypted),
            of_archive(ArchiveProblem::Method("PPMd".to_string())),
        ] {
            assert_style(&file_error(&error).expect("it has words"));
        }
        let other = of_archive(ArchiveProblem::Other("is damaged".to_string()));
        assert_eq!(file_error(&other), None);
        assert_eq!(file_error(&FileError::Io(io::Error::other("is damaged"))), None);
    }
}
