//! What a rule says about its code at length, as text and as Markdown.

use crate::catalog::Entry;
use crate::report::ReportData;
use crate::stats::CodeKey;

/// The help as plain text, a line for each point.
pub(super) fn text(entries: &[&Entry], data: &ReportData<'_>, subject: &CodeKey) -> String {
    let told = |(title, points): (String, Vec<(&str, String)>)| {
        let points: Vec<String> =
            points.into_iter().map(|(label, text)| format!("{label}: {text}")).collect();
        format!("{title}\n{}", points.join("\n"))
    };
    sections(entries, data, subject).into_iter().map(told).collect::<Vec<_>>().join("\n\n")
}

/// The help as Markdown, a list for each meaning.
pub(super) fn markdown(entries: &[&Entry], data: &ReportData<'_>, subject: &CodeKey) -> String {
    let told = |(title, points): (String, Vec<(&str, String)>)| {
        let points: Vec<String> = points
            .into_iter()
            .map(|(label, text)| format!("- **{label}:** {}", literal(&text)))
            .collect();
        format!("**{}**\n\n{}", literal(&title), points.join("\n"))
    };
    sections(entries, data, subject).into_iter().map(told).collect::<Vec<_>>().join("\n\n")
}

/// A title and points for each meaning.
fn sections<'e>(
    entries: &[&'e Entry],
    data: &ReportData<'_>,
    subject: &CodeKey,
) -> Vec<(String, Vec<(&'e str, String)>)> {
    if entries.is_empty() {
        let points = vec![("Meaning", data.meaning(subject)), ("Remedy", data.remedy(subject))];
        return vec![(format!("{}, unknown", subject.code), points)];
    }
    entries.iter().map(|entry| section(entry, subject)).collect()
}

fn section<'e>(entry: &'e Entry, subject: &CodeKey) -> (String, Vec<(&'e str, String)>) {
    let Entry { system, category, severity, kind, .. } = entry;
    let constant = entry.name().map(|name| format!(" {name}")).unwrap_or_default();
    let mut points = vec![("Meaning", entry.meaning.to_string())];
    points.extend(entry.cause.as_ref().map(|cause| ("Cause", cause.to_string())));
    points.push(("Remedy", entry.remedy.to_string()));
    points.push(("Retry", format!("{}: {}", entry.retry, entry.retry.explained())));
    points.extend(entry.note.as_ref().map(|note| ("Note", note.to_string())));
    let related: Vec<String> = entry.see.iter().map(i64::to_string).collect();
    if !related.is_empty() {
        points.push(("Related codes", related.join(", ")));
    }
    (format!("{}{constant}, {system}/{category}, {kind}, {severity}", subject.code), points)
}

/// Text that Markdown shows as it is: a catalog may say `imsdk_*.xlog` or `<UserID>`.
fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '<' | '>' | '#' | '|' | '~' | '&' | '!' | '[' | ']')
        {
            literal.push('\\');
        }
        literal.push(c);
    }
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_shows_text_as_it_is() {
        let rows = [
            ("send support imsdk_*.xlog", "send support imsdk\\_\\*.xlog"),
            ("<UserID> & `x`", "\\<UserID\\> \\& \\`x\\`"),
            ("No change (here), 10.", "No change (here), 10."),
        ];
        for (text, wanted) in rows {
            assert_eq!(literal(text), wanted);
        }
    }
}
