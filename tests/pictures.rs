//! The pictures of README.md and README.zh-CN.md: a terminal with 100 columns, as SVG, in dark and in
//! light.
//!
//! `UPDATE_PICTURES=1 cargo test --test pictures` draws it again. Look at it before you commit it.
#![cfg(unix)]

mod common;
#[path = "common/terminal.rs"]
mod terminal;

use std::fs;
use std::path::Path;

use terminal::{Seen, Terminal};
use vt100::{Cell, Color};

const COMMAND: &str = "imerr-annotate --only fixtures/logs/demo.log";
/// The names of the pictures, and the locale of the terminal in each.
const PICTURES: [(&str, &str); 2] = [("terminal", "C.UTF-8"), ("terminal-zh", "zh_CN.UTF-8")];
const COLUMNS: u16 = 100;
/// The size of a cell, and the space around the terminal, in pixels.
const CELL: (f64, f64) = (8.4, 18.0);
const PADDING: f64 = 12.0;
/// The lowest contrast of text: level AA of WCAG 2.
const CONTRAST: f64 = 4.5;

type Rgb = [u8; 3];

/// The colors of a terminal.
struct Theme {
    name: &'static str,
    background: Rgb,
    text: Rgb,
    /// Black to white, then the bright ones.
    ansi: [Rgb; 16],
}

const fn rgb(hex: u32) -> Rgb {
    let [_, red, green, blue] = hex.to_be_bytes();
    [red, green, blue]
}

const fn palette(hex: [u32; 16]) -> [Rgb; 16] {
    let mut colors = [[0; 3]; 16];
    let mut index = 0;
    while index < 16 {
        colors[index] = rgb(hex[index]);
        index += 1;
    }
    colors
}

const THEMES: [Theme; 2] = [
    Theme {
        name: "dark",
        background: rgb(0x0d1117),
        text: rgb(0xc9d1d9),
        ansi: palette([
            0x8b949e, 0xff7b72, 0x7ee787, 0xe3b341, 0x79c0ff, 0xd2a8ff, 0x56d4dd, 0xc9d1d9,
            0x8b949e, 0xffa198, 0xaff5b4, 0xf2cc60, 0xa5d6ff, 0xe2c5ff, 0xb3f0ff, 0xf0f6fc,
        ]),
    },
    Theme {
        name: "light",
        background: rgb(0xffffff),
        text: rgb(0x24292f),
        ansi: palette([
            0x24292f, 0xcf222e, 0x116329, 0x855a00, 0x0969da, 0x8250df, 0x1b7c83, 0x57606a,
            0x57606a, 0xa40e26, 0x1a7f37, 0x7d4e00, 0x0550ae, 0x6639ba, 0x136061, 0x24292f,
        ]),
    },
];

/// What makes cells look the same.
#[derive(Clone, Copy, PartialEq)]
struct Look {
    color: Rgb,
    is_bold: bool,
    is_underlined: bool,
}

impl Theme {
    fn rgb(&self, color: Color, default: Rgb) -> Rgb {
        match color {
            Color::Default => default,
            Color::Idx(index @ 0..16) => self.ansi[usize::from(index)],
            Color::Idx(index @ 16..232) => {
                let cube = index - 16;
                let level = |part: u8| if part == 0 { 0 } else { 55 + 40 * part };
                [level(cube / 36), level(cube / 6 % 6), level(cube % 6)]
            }
            Color::Idx(index) => [8 + 10 * (index - 232); 3],
            Color::Rgb(red, green, blue) => [red, green, blue],
        }
    }

    fn look(&self, cell: &Cell) -> Look {
        let mut color = self.rgb(cell.fgcolor(), self.text);
        if cell.dim() {
            // Three parts of the color, and one of the background.
            for (part, background) in color.iter_mut().zip(self.background) {
                let sum = 3 * u16::from(*part) + u16::from(background);
                *part = u8::try_from(sum / 4).expect("a mean is not above both");
            }
        }
        Look { color, is_bold: cell.bold(), is_underlined: cell.underline() }
    }
}

fn hex(color: Rgb) -> String {
    let [red, green, blue] = color;
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The contrast of two colors as WCAG 2 defines it, from 1 to 21.
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(color: Rgb) -> f64 {
    let [red, green, blue] = color.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// Text of one look that is drawn as one piece.
struct Run {
    row: usize,
    column: usize,
    cells: usize,
    text: String,
    look: Look,
}

/// The pieces of a row. Wide characters are pieces of their own: fonts differ in their width.
fn runs(row: usize, cells: &[&Cell], theme: &Theme) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut is_joined = false;
    for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_wide_continuation())
    {
        let text = if cell.has_contents() { cell.contents() } else { " " };
        let (look, is_wide) = (theme.look(cell), cell.is_wide());
        match runs.last_mut() {
            Some(run) if is_joined && !is_wide && run.look == look => {
                run.text.push_str(text);
                run.cells += 1;
            }
            _ => {
                let cells = if is_wide { 2 } else { 1 };
                runs.push(Run { row, column, cells, text: text.to_string(), look });
            }
        }
        is_joined = !is_wide;
    }
    for run in &mut runs {
        // Viewers join blanks and drop those at the ends.
        run.column += run.text.len() - run.text.trim_start().len();
        run.cells -= run.text.len() - run.text.trim().len();
        run.text = run.text.trim().replace(' ', "\u{a0}");
    }
    runs.retain(|run| !run.text.is_empty());
    runs
}

fn draw(runs: &[Run], rows: usize, theme: &Theme) -> String {
    let width = f64::from(COLUMNS) * CELL.0 + 2.0 * PADDING;
    let height = rows as f64 * CELL.1 + 2.0 * PADDING;
    let mut svg = String::new();
    let mut line = |text: String| svg.push_str(&(text + "\n"));
    line(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\">"
    ));
    line(format!(
        "<rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"{}\"/>",
        hex(theme.background)
    ));
    line(
        "<g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" \
         font-size=\"14\">"
            .to_string(),
    );
    for run in runs {
        let x = PADDING + run.column as f64 * CELL.0;
        let y = PADDING + run.row as f64 * CELL.1 + 13.0;
        let length = run.cells as f64 * CELL.0;
        let mut style = format!("fill=\"{}\"", hex(run.look.color));
        if run.look.is_bold {
            style += " font-weight=\"bold\"";
        }
        if run.look.is_underlined {
            style += " text-decoration=\"underline\"";
        }
        let text = run.text.replace('&', "&amp;").replace('<', "&lt;");
        line(format!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{length:.1}\" {style}>{text}</text>"
        ));
    }
    line("</g>\n</svg>".to_string());
    svg
}

/// The terminal after the command, with the prompt and the command in the first row. `theme` is the
/// one for its background.
fn screen(theme: &str, locale: &str) -> vt100::Parser {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut args: Vec<&str> = COMMAND.split(' ').skip(1).collect();
    args.extend(["--theme", theme]);
    let env =
        [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", locale), ("TZ", "UTC")];
    let program = env!("CARGO_BIN_EXE_imerr-annotate");
    let seen: Seen = Terminal::start(program, &args, root, COLUMNS, &env).end(COLUMNS);
    assert!(seen.status.success(), "{}", seen.out);
    let size = |count: u16| count.try_into().expect("the terminal is not empty");
    let mut parser = vt100::Parser::new(size(200), size(COLUMNS), 0);
    parser.process(format!("$ {COMMAND}\r\n{}", seen.out).as_bytes());
    parser
}

#[test]
fn the_pictures_show_what_is_printed_and_are_legible() {
    for (name, locale) in PICTURES {
        for theme in &THEMES {
            check_picture(&format!("docs/pictures/{name}-{}.svg", theme.name), locale, theme);
        }
    }
}

fn check_picture(name: &str, locale: &str, theme: &Theme) {
    let parser = screen(theme.name, locale);
    let screen = parser.screen();
    let rows: Vec<String> = screen.rows(0, COLUMNS).collect();
    let used = rows.iter().rposition(|row| !row.trim().is_empty()).map_or(0, |last| last + 1);
    assert!((10..60).contains(&used), "{used} rows");
    let mut all = Vec::new();
    for row in 0..used {
        let number = u16::try_from(row).expect("there are few rows");
        let cells: Vec<&Cell> =
            (0..COLUMNS).filter_map(|column| screen.cell(number, column)).collect();
        all.extend(runs(row, &cells, theme));
    }
    for run in &all {
        let contrast = contrast(run.look.color, theme.background);
        assert!(contrast >= CONTRAST, "{name}: {contrast:.2} of {:?}", run.text);
    }
    let has_chinese = all.iter().any(|run| run.cells == 2 && !run.text.is_ascii());
    assert!(has_chinese, "the picture has a line in Chinese");
    let drawn = draw(&all, used, theme);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        return fs::write(&path, drawn).expect("the directory is writable");
    }
    let kept = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(kept == drawn, "{name} is not what is printed now; UPDATE_PICTURES=1 draws it again");
}
