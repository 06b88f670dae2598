//! `Lnav`: a log format, which reads annotated logs.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{CodeTable, Export};

/// JSON with the format `imerr_log`, for lines with the annotation of [`Append`] or without one.
/// The parts of the first annotation become columns, to filter by and to query; `imerr_more` has
/// the others. It contains no codes.
///
/// [`Append`]: crate::format::Append
#[derive(Clone, Copy, Debug, Default)]
pub struct Lnav;

/// How lines begin: a name, the pattern, and a sample.
const BEGINNINGS: [[&str; 3]; 3] = [
    [
        "logcat",
        concat!(
            r"^(?<timestamp>\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3})\s+(?<pid>\d+)\s+(?<tid>\d+) ",
            r"(?<level>[VDIWEF]) (?<tag>[^:]+?)\s*: "
        ),
        "05-09 12:51:37.046  7325  7325 E ChatApp : ",
    ],
    [
        "iso",
        concat!(
            r"^(?:TIM: )?\[?(?<timestamp>\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,6})?)",
            r"(?:Z|[+-]\d{2}:?\d{2})?\]?(?:[ /|]+\[?(?<level>[A-Za-z]+)\b\]?)?"
        ),
        "2024-05-09T12:51:37.046Z ERROR ",
    ],
    [
        "xlog",
        concat!(
            r"^\[(?<level>[VDIWEF])\]",
            r"\[(?<timestamp>\d{4}-\d{2}-\d{2} \+8\.0 \d{2}:\d{2}:\d{2}\.\d{3})\]"
        ),
        "[E][2024-05-09 +8.0 12:51:37.046][7325, 7325*]",
    ],
];

/// lnav tries no others.
const TIMESTAMPS: [&str; 7] = [
    "%m-%d %H:%M:%S.%L",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d %H:%M:%S,%f",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d +8.0 %H:%M:%S.%L",
];

/// How lines go on. No text of an annotation contains a square bracket. Lines of other forms belong
/// to the line above and come after its annotation.
const BODY: &str = concat!(
    r"(?<body>.*?)(?: \[imerr (?<imerr_code>-?\d+)\?? ",
    r"(?:(?<imerr_system>[\w-]+)/(?<imerr_category>[\w-]+) )?(?<imerr_severity>\w+): ",
    r"(?<imerr_meaning>[^\]]*?) -> (?<imerr_remedy>[^\]]*)\]",
    r"(?<imerr_more>(?: \[imerr [^\]]*\])*)(?<rest>\s.*)?)?$"
);

const ANNOTATION: &str =
    " [imerr 6206 sdk/account error: The UserSig has expired. -> Get a new UserSig.]";

impl Export for Lnav {
    fn write(&self, table: &CodeTable<'_>, out: &mut dyn Write) -> io::Result<()> {
        let (mut patterns, mut samples) = (json!({}), Vec::new());
        for [name, pattern, beginning] in BEGINNINGS {
            patterns[name] = json!({"pattern": format!("{pattern}{BODY}")});
            let line = format!("{beginning}login failed, code: 6206");
            samples.push(json!({"line": line}));
            samples.push(json!({"line": format!("{line}{ANNOTATION}")}));
        }
        let document = json!({
            "$schema": "https://lnav.org/schemas/format-v1.schema.json",
            "imerr_log": {
                "title": "Logs that imerr-annotate has annotated",
                "description": table.title(),
                "regex": patterns,
                "timestamp-format": TIMESTAMPS,
                "level": {
                    "fatal": "^(F|FATAL|fatal)$",
                    "error": "^(E|ERROR|error)$",
                    "warning": "^(W|WARN|WARNING|warn|warning)$",
                    "info": "^(I|INFO|info)$",
                    "debug": "^([DV]|DEBUG|debug)$",
                },
                "value": columns(),
                "highlights": {"imerr": {"pattern": r"\[imerr .*\]", "color": "Yellow"}},
                "sample": samples,
            },
        });
        serde_json::to_writer_pretty(&mut *out, &document)?;
        writeln!(out)
    }
}

/// The columns that lnav makes of the groups of the patterns.
fn columns() -> Value {
    let mut columns = json!({
        "pid": {"kind": "integer", "identifier": true},
        "tid": {"kind": "integer", "identifier": true},
        "imerr_code": {"kind": "integer", "identifier": true, "foreign-key": true},
    });
    for name in ["tag", "imerr_system", "imerr_category", "imerr_severity"] {
        columns[name] = json!({"kind": "string", "identifier": true});
    }
    for name in ["imerr_meaning", "imerr_remedy", "imerr_more", "rest"] {
        columns[name] = json!({"kind": "string"});
    }
    columns
}
