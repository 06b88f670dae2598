//! Streams: a log and its rotations, by the names of the files.

use std::sync::LazyLock;

use regex::Regex;

/// Where a file is among the rotations of its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rotation {
    /// The path without what rotation adds: the same for all files of a log.
    pub stream: String,
    pub age: Age,
}

/// The age of a file by its name. Older files sort before newer ones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Age {
    /// The digits of the date in the name; `~`, which sorts after them, without a date.
    date: String,
    /// The number after the date, which grows with time.
    part: u32,
    /// The negative number at the end, which grows with age.
    number: i32,
}

/// `app.log.2.gz`, `app-20261127.log`, `app.log-2026-11-27`, `app.2026-11-27.0.log`, `app.log.old`.
/// A number in front of the extension may be that of a device: `phone_1.log`.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    const DATE: &str =
        r"20[0-9]{2}[-.]?[0-9]{2}[-.]?[0-9]{2}(?:[-_T.]?[0-9]{2}(?:[-:.]?[0-9]{2}){0,2})?";
    let dated =
        |name: &str| format!(r"(?:[-._](?<{name}>{DATE})(?:[-._](?<{name}_part>[0-9]{{1,3}}))?)?");
    let pattern = format!(
        r"^(?<base>.+?){}(?<extension>\.(?:log|txt|xlog|out|jsonl?|err))?{}(?:\.(?<number>[0-9]{{1,3}})|(?<old>[-._](?:old|bak|prev)))?(?:\.(?:gz|bz2|xz|zst|lz4|Z))?$",
        dated("inner"),
        dated("outer"),
    );
    Regex::new(&pattern).expect("the pattern is constant")
});

/// The stream of the file with this path, and its place there.
pub(super) fn rotation(path: &str) -> Rotation {
    let start = path.rfind(['/', '\\']).map_or(0, |slash| slash + 1);
    let (folder, name) = path.split_at(start);
    let Some(found) = NAME.captures(name) else {
        let age = Age { date: "~".to_string(), part: 0, number: 0 };
        return Rotation { stream: path.to_string(), age };
    };
    let text = |group: &str| found.name(group).map(|one| one.as_str());
    let number = |group: &str| text(group).and_then(|digits| digits.parse().ok());
    let date = text("outer").or(text("inner")).unwrap_or("~");
    let is_old = text("old").is_some();
    let (base, extension) = (text("base").unwrap_or(name), text("extension").unwrap_or(""));
    Rotation {
        stream: format!("{folder}{base}{extension}"),
        age: Age {
            date: date.chars().filter(|c| c.is_ascii_digit() || *c == '~').collect(),
            part: number("outer_part").or(number("inner_part")).unwrap_or(0),
            number: -number("number").map_or(i32::from(is_old), |number| number as i32),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotations_of_a_log_are_one_stream_from_old_to_new() {
        let rows: [&[&str]; 8] = [
            &["app.log.10.gz", "app.log.2.gz", "app.log.1", "app.log"],
            &["a/app-20261126.log", "a/app-20261127.log.gz", "a/app.log"],
            &["app.log-20261126", "app.log-20261127", "app.log"],
            &["app.2026-11-26.1.log", "app.2026-11-27.0.log", "app.2026-11-27.1.log"],
            &["imsdk_20261126.xlog", "imsdk_20261127.xlog", "imsdk_20261127_1.xlog"],
            &["x.zip/log/im.log.old", "x.zip/log/im.log"],
            &["im_20261127_0900.log", "im_20261127_1000.log"],
            &["messages.2", "messages.1", "messages"],
        ];
        for files in rows {
            let rotations: Vec<Rotation> = files.iter().map(|path| rotation(path)).collect();
            for pair in rotations.windows(2) {
                assert_eq!(pair[0].stream, pair[1].stream, "{files:?}");
                assert!(pair[0].age < pair[1].age, "{files:?}: {pair:?}");
            }
        }
    }

    #[test]
    fn logs_of_several_devices_stay_apart() {
        let paths = [
            "phone_1.log",
            "phone_2.log",
            "a/app.log",
            "b/app.log",
            "app.log",
            "app.txt",
            "server-8001.log",
            "server-8002.log",
            "a.zip/app.log.1",
            "stdin",
            ".log",
            "日志.log",
        ];
        let mut streams: Vec<String> = paths.iter().map(|path| rotation(path).stream).collect();
        streams.sort();
        streams.dedup();
        assert_eq!(streams.len(), paths.len(), "{streams:?}");
    }
}
