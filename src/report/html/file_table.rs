//! The files with findings.

use maud::{Markup, html};

use super::bilingual::Bilingual;
use super::code_table::severity;
use super::log_text::log_text;
use crate::language::{Label, capitalized};
use crate::report::model::breakdown;
use crate::stats::FileRow;

const MAX_FILES: usize = 100;

/// The section about files; None if there is only one file, which is in the title.
pub(super) fn file_table(page: &mut Bilingual<'_>) -> Option<Markup> {
    if page.data.files.len() < 2 {
        return None;
    }
    let files = breakdown::files(&page.data);
    let (shown, left_out) = files.split_at(files.len().min(MAX_FILES));
    let findings = left_out.iter().map(|row| row.count).sum();
    Some(html! {
        section aria-labelledby="files" {
            h2 id="files" { (page.word(|words| words.files)) }
            table.files {
                thead { tr {
                    th scope="col" { (page.label(Label::Severity)) }
                    th.number scope="col" { (page.label(Label::Count)) }
                    th.number scope="col" { (page.label(Label::Share)) }
                    th scope="col" { (page.label(Label::File)) }
                } }
                tbody { @for row in shown { (file_row(row, page)) } }
            }
            @if !left_out.is_empty() {
                p.note { (page.text(|data| {
                    capitalized(&data.words().more_files(left_out.len() as u64, findings))
                })) }
            }
        }
    })
}

fn file_row(row: &FileRow, page: &mut Bilingual<'_>) -> Markup {
    html! {
        tr {
            td { (severity(row.severity, page)) }
            td.number { (row.count) }
            td.number { (breakdown::percent(row.count, &page.data)) }
            td { code { (log_text(&page.data.file(row.file))) } }
        }
    }
}
