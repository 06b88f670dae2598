//! The detectors and formats that the targets choose from.

use std::sync::{Arc, LazyLock};

use imerr::annotate::Annotator;
use imerr::custom::CustomBuilder;
use imerr::detect::Detector;
use imerr::format::{
    Append, Auto, Below, Csv, Inline, Json, Jsonl, LogSchema, Logfmt, Rdjsonl, Render, Repeat,
    Rsyslog, Wrap,
};
use imerr::strip::{DEFAULT_KEY, Stripper};
use imerr::terminal::{Styles, Theme};

/// The texts that annotations have, and what removes them.
pub struct Setup {
    pub detector: Detector,
    pub stripper: Stripper,
}

impl Setup {
    fn new(detector: Detector) -> Self {
        let detector = detector.with_unknown(true);
        let stripper = Stripper::default().with_catalog(detector.catalog().clone());
        Self { detector, stripper }
    }

    /// An annotator that prints lines with `format`.
    pub fn annotator(&self, format: &Arc<dyn Render>) -> Annotator {
        Annotator::new(self.detector.clone(), Some(Arc::clone(format)))
    }

    /// A stage that removes annotations.
    pub fn stripper(&self) -> Stripper {
        self.stripper.clone()
    }
}

/// One setup for each language of the texts. Add a row for a language that is built in.
pub static SETUPS: LazyLock<[Setup; 2]> =
    LazyLock::new(|| [Setup::new(Detector::built_in()), Setup::new(with_custom_texts())]);

/// The built-in codes, some of them with texts that contain what formats and scripts treat
/// specially.
fn with_custom_texts() -> Detector {
    let files: [(&str, &[(i64, &str, &str)]); 3] = [
        (
            "sdk",
            &[
                (
                    6014,
                    "« La session » a échoué: e\u{301} ^ \"x\" \\y.",
                    "Réessayez -> 1\u{a0}s | non",
                ),
                (6206, "用户签名（UserSig）过期了。", "请换新签名；再【登录】！"),
            ],
        ),
        (
            "server",
            &[
                (-10003, "署名が壊れています。", "می\u{200c}شود 👩\u{200d}💻 ⚠\u{fe0f}: ログイン"),
                (70001, "簽名\u{3000}［過期］", "\u{1f600}\u{1f600}"),
            ],
        ),
        ("app", &[(6206, "订单)已锁？", "等 1 秒!"), (6707, "-> 错; or 误)", "无")]),
    ];
    let mut builder = CustomBuilder::default();
    for (system, entries) in files {
        let mut text = format!("system = \"{system}\"\n");
        for (code, meaning, remedy) in entries {
            text += &format!(
                "[[entry]]\ncode = {code}\ncategory = \"c\"\nkind = \"auth\"\n\
                 severity = \"error\"\nmeaning = '''{meaning}'''\nremedy = '''{remedy}'''\n\
                 retry = \"never\"\nstatus = \"current\"\n"
            );
        }
        builder.add(system, &text);
    }
    builder.finish().unwrap_or_else(|problems| panic!("{problems:?}")).detector
}

/// Every format that prints the log, with the options that change its output.
pub fn formats() -> &'static [Arc<dyn Render>] {
    static FORMATS: LazyLock<Vec<Arc<dyn Render>>> = LazyLock::new(|| {
        let colored = |theme| Styles::colored(theme).with_links(true);
        let links = || Styles::default().with_links(true);
        vec![
            Arc::new(Auto::default()),
            Arc::new(Append::default()),
            Arc::new(Append::new(Styles::colored(Theme::dark()))),
            Arc::new(Append::new(colored(Theme::none()))),
            Arc::new(Append::new(links())),
            Arc::new(Auto::new(colored(Theme::light()), Json::default())),
            Arc::new(Inline::default()),
            Arc::new(Inline::new(Styles::colored(Theme::light()))),
            Arc::new(Inline::new(colored(Theme::dark()))),
            Arc::new(Json::default()),
            Arc::new(Json::new(LogSchema::Ecs, DEFAULT_KEY)),
            Arc::new(Json::new(LogSchema::Otel, DEFAULT_KEY)),
            Arc::new(Logfmt),
            Arc::new(Below::new(80)),
            Arc::new(Below { wrap: Wrap::Yes, styles: colored(Theme::dark()), ..Below::new(40) }),
            Arc::new(Below { wrap: Wrap::Unknown, styles: links(), ..Below::new(100) }),
            Arc::new(Below { wrap: Wrap::Yes, repeat: Repeat::Short, ..Below::new(7) }),
            Arc::new(Below { repeat: Repeat::None, ..Below::new(60) }),
        ]
    });
    &FORMATS
}

/// Every format that prints a record for each code.
pub fn record_formats() -> &'static [Arc<dyn Render>] {
    static FORMATS: LazyLock<Vec<Arc<dyn Render>>> = LazyLock::new(|| {
        vec![
            Arc::new(Jsonl),
            Arc::new(Rdjsonl),
            Arc::new(Csv::default()),
            Arc::new(Csv { escape_controls: true }),
            Arc::new(Rsyslog::default()),
        ]
    });
    &FORMATS
}

/// Whether the output for a line depends on the lines before it.
pub fn is_stateful(format: &Arc<dyn Render>) -> bool {
    format.properties().stateful
}
