//! English.

use super::{DiagnosisWords, EXPLAINED, VerdictText};
use crate::confidence::Confidence;
use crate::diagnose::{Distance, SessionKind, VerdictReason};

pub(super) struct English;

/// `1 line`, `2 lines`
fn count_of(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

impl DiagnosisWords for English {
    fn verdict(&self, text: &VerdictText<'_>) -> String {
        let hedge = match text.confidence {
            Confidence::High => "",
            Confidence::Medium => "Probably: ",
            Confidence::Low => "Possibly: ",
        };
        let first = if text.incidents > 1 { "first " } else { "" };
        let time = text.time.map_or(String::new(), |time| format!("{time}, "));
        let mut sentence = format!("{hedge}{} ({first}{time}{}", text.title, text.place);
        if text.sessions > 1 {
            sentence += &format!("; in {}", count_of(text.sessions, "session"));
        } else if text.incidents > 1 {
            sentence += &format!("; {} times", text.incidents);
        }
        sentence += ")";
        if let Some(note) = text.note {
            sentence += &format!("; {note}");
        }
        sentence += ".";
        match text.consequences {
            0 if text.starts == 0 => {}
            0 if text.starts == 1 => sentence += " 1 finding shows it.",
            0 => sentence += &format!(" {} findings show it.", text.starts),
            1 => sentence += &format!(" 1 finding follows from it: {}.", text.named),
            count => sentence += &format!(" {count} findings follow from it: {}.", text.named),
        }
        let Some(reason) = text.reason else { return sentence };
        let share = format!("{} of {}", text.starts + text.consequences, text.findings);
        let reason = match reason {
            VerdictReason::MostFindings => format!("it explains the most findings, {share}"),
            VerdictReason::Fault => format!("it is a fault, and explains {share} findings"),
            VerdictReason::Blocks => {
                format!("hardly anything works while it lasts; it explains {share} findings")
            }
            VerdictReason::First => "none explains more, and it came first".to_string(),
        };
        sentence + &format!(" Named first of {} causes: {reason}.", text.causes)
    }

    fn few_explained(&self, explained: u64, findings: u64) -> String {
        let rest = self.not_explained();
        match explained {
            0 => format!("No finding has a known cause; see \"{rest}\"."),
            1 => format!("Only 1 of {findings} findings has a known cause; see \"{rest}\"."),
            _ => format!(
                "Only {explained} of {findings} findings have a known cause; see \"{rest}\"."
            ),
        }
    }

    fn sentence_gap(&self) -> &'static str {
        " "
    }

    fn no_incident(&self, findings: u64) -> String {
        match findings {
            1 => "No known cause explains the finding below.".to_string(),
            _ => format!("No known cause explains the {findings} findings below."),
        }
    }

    fn list_comma(&self) -> &'static str {
        ", "
    }

    fn semicolon(&self) -> &'static str {
        "; "
    }

    fn or(&self) -> &'static str {
        " or "
    }

    fn columns(&self) -> [&'static str; 3] {
        ["When", "What", "Where"]
    }

    fn in_verdict(&self) -> &'static str {
        "named above"
    }

    fn labels(&self) -> [&'static str; 2] {
        ["fix", "verify"]
    }

    fn session(&self, kind: SessionKind, key: &str) -> String {
        match kind {
            SessionKind::Custom => format!("session {key}"),
            SessionKind::Process => format!("process {key}"),
            SessionKind::User => format!("user {key}"),
            SessionKind::App => format!("SDKAppID {key}"),
            SessionKind::Log => "the whole log".to_string(),
        }
    }

    fn sessions(&self, sessions: u64) -> String {
        count_of(sessions, "session")
    }

    fn times(&self, name: &str, count: u64) -> String {
        format!("{name} x{count}")
    }

    fn then(&self, consequences: &str) -> String {
        format!("then {consequences}")
    }

    fn ended_by(&self, event: &str, at: &str) -> String {
        format!("until {event} at {at}")
    }

    fn went_quiet(&self) -> &'static str {
        "then quiet"
    }

    fn new_session(&self) -> &'static str {
        "until the app started again"
    }

    fn end_of_log(&self) -> &'static str {
        "until the log ends"
    }

    fn rounds(&self, rounds: u64) -> String {
        format!("{rounds} rounds")
    }

    fn confidence(&self, confidence: Confidence) -> &'static str {
        match confidence {
            Confidence::High => "",
            Confidence::Medium => "; probable",
            Confidence::Low => "; possible",
        }
    }

    fn beginning_unknown(&self) -> &'static str {
        "the log does not show how the session began"
    }

    fn clocks_differ(&self) -> &'static str {
        "its lines have several clocks, so their order counts"
    }

    fn because(&self, code: i64, after: Distance, session: SessionKind, ends: &str) -> String {
        let session = match session {
            SessionKind::Custom => "same session",
            SessionKind::Process => "same process",
            SessionKind::User => "same user",
            SessionKind::App => "same SDKAppID",
            SessionKind::Log => "same log",
        };
        if after == Distance::Before {
            return format!("{code}: shortly before it, {session}");
        }
        let between = if ends.is_empty() { String::new() } else { format!(", no {ends} between") };
        format!("{code}: {} after it, {session}{between}", self.after(after))
    }

    fn after(&self, distance: Distance) -> String {
        match distance {
            Distance::Time(millis @ ..1000) => format!("{millis} ms"),
            Distance::Time(millis @ ..60_000) => format!("{} s", millis / 1000),
            Distance::Time(millis @ ..3_600_000) => format!("{} min", millis / 60_000),
            Distance::Time(millis) => format!("{} h", millis / 3_600_000),
            Distance::Lines(lines) => count_of(lines, "line"),
            Distance::Before => "shortly before".to_string(),
        }
    }

    fn explained_by(&self, causes: &[(&str, u64)], findings: u64) -> String {
        let shown = causes.iter().take(EXPLAINED);
        let mut parts: Vec<String> = shown
            .map(|(title, count)| format!("{title} ({count} of {})", count_of(findings, "finding")))
            .collect();
        if causes.len() > EXPLAINED {
            parts.push(format!("and {} more", causes.len() - EXPLAINED));
        }
        format!("Causes: {}; imerr-annotate diagnose has the details", parts.join("; "))
    }

    fn few_explained_by(&self, causes: &[(&str, u64)], explained: u64, findings: u64) -> String {
        let shown = causes.iter().take(EXPLAINED);
        let mut parts: Vec<String> =
            shown.map(|(title, count)| format!("{title} ({count})")).collect();
        if causes.len() > EXPLAINED {
            parts.push(format!("and {} more", causes.len() - EXPLAINED));
        }
        format!(
            "Causes are known for only {explained} of {}: {}; imerr-annotate diagnose has the \
             details",
            count_of(findings, "finding"),
            parts.join("; ")
        )
    }

    fn not_explained(&self) -> &'static str {
        "Not explained"
    }

    fn all_explained(&self) -> &'static str {
        "Every finding is explained."
    }

    fn begins_after(&self, title: &str) -> String {
        format!("the log may begin after its cause, such as: {title}")
    }

    fn more_incidents(&self, incidents: u64) -> String {
        format!("and {}; --format json lists them", count_of(incidents, "more incident"))
    }

    fn all_incidents(&self, left_out: u64, all: u64) -> String {
        match left_out {
            0 => format!("--top all lists each of the {all} incidents"),
            _ => format!("and {}; --top all lists all {all}", count_of(left_out, "more incident")),
        }
    }

    fn more_codes(&self, codes: u64, findings: u64) -> String {
        let codes = count_of(codes, "more code");
        format!("and {codes}, with {}", count_of(findings, "finding"))
    }

    fn more_details(&self) -> &'static str {
        "--top all has the details"
    }

    fn seen_before(&self, ticket: &str, note: Option<&str>) -> String {
        let note = note.map_or(String::new(), |note| format!(" ({note})"));
        format!("seen before: {ticket}{note}")
    }

    fn is_coarse(&self) -> &'static str {
        "There were too many findings to keep all apart, so incidents may be coarser than usual."
    }

    fn evidence(&self) -> &'static str {
        "First lines"
    }

    fn not_explained_share(&self, count: u64, findings: u64) -> String {
        format!("{count} of {}", count_of(findings, "finding"))
    }
}
