//! The findings over time: a chart, its numbers in a table, and finer numbers for the script.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};

use super::bilingual::Bilingual;
use crate::language::Label;
use crate::stats::{Counts, Histogram, Intervals};
use crate::timestamp::LocalTimestamp;

/// The most bars.
const BARS: usize = 96;
/// The most intervals that the script can zoom in to.
const FINE: usize = 1920;
/// The most rows of the table.
const ROWS: usize = 48;
/// The width of an interval and the height of the chart, in units of the chart.
const STEP: u64 = 10;
const HEIGHT: u64 = 120;
/// The colors of the chart where the style is not allowed. They are legible on light and on dark.
const ERROR_COLOR: &str = "#cf4a3c";
const OTHER_COLOR: &str = "#b0812a";

/// The section with the chart; None if no finding has a time.
pub(super) fn timeline(page: &mut Bilingual<'_>) -> Option<Markup> {
    let histogram = &page.data.stats.codes.histogram;
    let fine = histogram.intervals(FINE);
    let (first, last) = (fine.counts.first()?.0, fine.counts.last()?.0);
    let end = LocalTimestamp::from_millis(last.millis().saturating_add(fine.width));
    let (width, bars) = bars_of(&fine);
    let largest = bars.iter().map(|bar| bar.total()).max().unwrap_or(0);
    Some(html! {
        section aria-labelledby="timeline" {
            h2 id="timeline" { (page.word(|words| words.timeline)) }
            div id="zoom" hidden="" {}
            figure {
                (chart(&bars, largest, page))
                div.axis {
                    time id="from" { (axis_time(first)) } " "
                    span.whole { (page.text(|data| data.words().max(largest))) } " "
                    time id="to" { (axis_time(end)) }
                }
                figcaption { (caption(histogram, width, page)) }
            }
            (numbers(histogram, page))
        }
    })
}

/// The width of a bar in milliseconds, and the counts of each, from the finer intervals that the
/// script has too.
fn bars_of(fine: &Intervals) -> (i64, Vec<Counts>) {
    let step = fine.counts.len().div_ceil(BARS).max(1);
    let mut bars = Vec::new();
    for intervals in fine.counts.chunks(step) {
        let mut bar = Counts::default();
        for (_, counts) in intervals {
            bar.errors += counts.errors;
            bar.others += counts.others;
        }
        bars.push(bar);
    }
    (fine.width.saturating_mul(step as i64), bars)
}

/// What the colors mean, and what the chart leaves out.
fn caption(histogram: &Histogram, width: i64, page: &mut Bilingual<'_>) -> Markup {
    let without_time = histogram.without_time;
    html! {
        (swatch("errors", ERROR_COLOR)) " " (page.label(Label::Errors)) " "
        (swatch("others", OTHER_COLOR)) " " (page.label(Label::Others)) " "
        " · "
        span.whole { (page.text(|data| data.words().intervals(&data.words().duration(width)))) }
        @if without_time > 0 {
            (page.text(|data| {
                format!("{}{}", data.words().comma(), data.words().without_time(without_time))
            }))
        }
    }
}

/// A square in the color of a part of the chart.
fn swatch(class: &str, color: &str) -> Markup {
    html! {
        svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" {
            path class=(class) fill=(color) d="M0 0h12v12H0z" {}
        }
    }
}

fn chart(bars: &[Counts], largest: u64, page: &Bilingual<'_>) -> Markup {
    let width = bars.len() as u64 * STEP;
    let (errors, others) = paths(bars, largest);
    html! {
        svg id="chart" width="100%" height=(HEIGHT) viewBox={ "0 0 " (width) " " (HEIGHT) }
            preserveAspectRatio="none" role="img" aria-labelledby="timeline" {
            title { (page.data.words().page().timeline) }
            path id="errors" class="errors" fill=(ERROR_COLOR) d=(errors) {}
            path id="others" class="others" fill=(OTHER_COLOR) d=(others) {}
            path stroke="currentColor" fill="none" d={ "M0 " (HEIGHT) "H" (width) } {}
        }
    }
}

/// The bars of the errors, and those of the others on top of them, as paths.
fn paths(bars: &[Counts], largest: u64) -> (String, String) {
    let (mut errors, mut others) = (String::new(), String::new());
    for (index, counts) in bars.iter().enumerate() {
        let left = index as u64 * STEP + 1;
        let error_height = height(counts.errors, largest);
        push_bar(&mut errors, left, HEIGHT, error_height);
        push_bar(&mut others, left, HEIGHT - error_height, height(counts.others, largest));
    }
    (errors, others)
}

fn push_bar(path: &mut String, left: u64, bottom: u64, height: u64) {
    if height > 0 {
        let width = STEP - 2;
        write!(path, "M{left} {bottom}v-{height}h{width}v{height}z")
            .expect("a String takes all text");
    }
}

/// The height of a bar. What is there is visible.
fn height(count: u64, largest: u64) -> u64 {
    let all = HEIGHT - 4;
    let height = (count as f64 / largest.max(1) as f64 * all as f64).round() as u64;
    if count > 0 { height.clamp(2, all) } else { 0 }
}

/// The numbers of the chart, in fewer intervals.
fn numbers(histogram: &Histogram, page: &mut Bilingual<'_>) -> Markup {
    let intervals = histogram.intervals(ROWS);
    html! {
        details {
            summary { (page.word(|words| words.timeline_table)) }
            table.numbers {
                thead { tr {
                    th scope="col" { (page.label(Label::Time)) }
                    th.number scope="col" { (page.label(Label::Errors)) }
                    th.number scope="col" { (page.label(Label::Others)) }
                } }
                tbody {
                    @for (start, counts) in &intervals.counts {
                        @if counts.total() > 0 {
                            tr {
                                th scope="row" { time { (axis_time(*start)) } }
                                td.number { (counts.errors) }
                                td.number { (counts.others) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The time without milliseconds, unless they matter.
fn axis_time(time: LocalTimestamp) -> Markup {
    let text = time.to_string();
    PreEscaped(text.strip_suffix(".000").unwrap_or(&text).to_string())
}

/// The start and width of the intervals, and index, errors and others of each that is not empty.
pub(super) fn intervals(histogram: &Histogram) -> Value {
    let intervals = histogram.intervals(FINE);
    let Some((first, _)) = intervals.counts.first() else { return Value::Null };
    let mut counts = Vec::new();
    for (index, (_, one)) in intervals.counts.iter().enumerate() {
        if one.total() > 0 {
            counts.push(json!([index, one.errors, one.others]));
        }
    }
    let all = intervals.counts.len();
    json!({ "start": first.millis(), "width": intervals.width, "all": all, "counts": counts })
}
