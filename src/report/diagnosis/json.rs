//! `DiagnosisJson`: a diagnosis for programs, as one JSON object.
//!
//! `fixtures/schemas/diagnosis.schema.json` describes its keys. Times are local times of the log:
//! `2026-11-24T10:00:00.123`.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::parts::{reasons, verdict};
use crate::diagnose::{
    Diagnosis, Ending, Incident, NotExplained, Place, SignalCount, SignalKind, Stream,
};
use crate::report::documents::json::file as json_file;
use crate::report::{Report, ReportData};
use crate::terminal::JsonEscaper;
use crate::timestamp::LocalTimestamp;

/// A diagnosis for programs.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiagnosisJson;

impl Report for DiagnosisJson {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let nothing = Diagnosis::default();
        let diagnosis = data.diagnosis.unwrap_or(&nothing);
        let record = record(diagnosis, data);
        record.serialize(&mut serde_json::Serializer::new(JsonEscaper(&mut *out)))?;
        writeln!(out)
    }
}

/// The document. Its incidents become JSON one by one: all together would take megabytes.
#[derive(Serialize)]
struct Record<'d> {
    #[serde(rename = "type")]
    kind: &'static str,
    schema: u64,
    files: u64,
    lines: u64,
    findings: u64,
    explained: u64,
    verdict: Option<Value>,
    incidents: Incidents<'d>,
    not_explained: Vec<Value>,
    uncounted: u64,
    streams: Vec<Value>,
    coarse: bool,
}

struct Incidents<'d> {
    diagnosis: &'d Diagnosis,
    data: &'d ReportData<'d>,
}

impl Serialize for Incidents<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { diagnosis, data } = self;
        serializer.collect_seq(diagnosis.incidents.iter().map(|one| incident(one, diagnosis, data)))
    }
}

fn record<'d>(diagnosis: &'d Diagnosis, data: &'d ReportData<'d>) -> Record<'d> {
    let not_explained = diagnosis.not_explained.iter().map(|one| rest(one, diagnosis, data));
    let totals = &data.stats.totals;
    Record {
        kind: "diagnosis",
        schema: 1,
        files: totals.files,
        lines: totals.lines,
        findings: diagnosis.findings,
        explained: diagnosis.explained(),
        verdict: diagnosis.verdict.as_ref().map(|one| {
            json!({
                "cause": diagnosis.causes[one.count.cause].name,
                "text": verdict(one, diagnosis, data),
                "reason": one.reason,
                "incident": one.count.incident,
                "incidents": one.count.incidents,
                "sessions": one.count.sessions,
                "starts": one.count.starts,
                "consequences": one.count.consequences,
            })
        }),
        incidents: Incidents { diagnosis, data },
        not_explained: not_explained.collect(),
        uncounted: diagnosis.overflowed,
        streams: diagnosis.streams.iter().map(|one| stream(one, data)).collect(),
        coarse: diagnosis.is_coarse,
    }
}

fn stream(stream: &Stream, data: &ReportData<'_>) -> Value {
    let files = stream.files.iter().map(|&one| json_file(data.name(one)));
    json!({ "files": files.collect::<Vec<_>>(), "sessions": stream.sessions })
}

fn incident(incident: &Incident, diagnosis: &Diagnosis, data: &ReportData<'_>) -> Value {
    let cause = diagnosis.cause(incident);
    let texts = cause.texts(data.catalog.lang());
    let session = diagnosis.session(incident);
    let consequences = incident.consequences.iter().map(|one| &one.signals);
    let ended_at = match &incident.ending {
        Ending::Event(event, at) => json!({ "event": **event, "at": place(at, data) }),
        _ => Value::Null,
    };
    json!({
        "cause": cause.name,
        "fault": cause.fault,
        "title": texts.title,
        "fix": texts.fix,
        "verify": texts.verify,
        "evidence": cause.evidence,
        "source": cause.source,
        "session": { "kind": session.kind, "key": *session.key, "stream": session.stream },
        "first": place(&incident.first, data),
        "last": place(&incident.last, data),
        "starts": signals(incident.starts.iter(), data),
        "consequences": signals(consequences, data),
        "because": reasons(incident, diagnosis, data),
        "ending": incident.ending.as_str(),
        "ended_by": ended_at,
        "storm": incident.is_storm.then_some(texts.storm.as_ref()).flatten(),
        "rounds": incident.rounds,
        "confidence": incident.confidence,
        "beginning_unknown": incident.is_beginning_unknown,
        "clocks_differ": incident.clocks_differ,
        "excerpts": incident.excerpts.iter().map(|(at, line)| json!({
            "at": place(at, data),
            "text": **line,
        })).collect::<Vec<_>>(),
        "known": incident.known.iter().map(|one| json!({
            "ticket": one.ticket,
            "note": one.note,
        })).collect::<Vec<_>>(),
    })
}

fn signals<'s>(signals: impl Iterator<Item = &'s SignalCount>, data: &ReportData<'_>) -> Value {
    let mut records = Vec::new();
    for one in signals {
        let mut record = json!({
            "count": one.count,
            "first": place(&one.first, data),
            "last": place(&one.last, data),
        });
        match &one.kind {
            SignalKind::Code(key) => record["code"] = key.code.into(),
            SignalKind::Event(name) => record["event"] = (**name).into(),
        }
        records.push(record);
    }
    records.into()
}

fn rest(one: &NotExplained, diagnosis: &Diagnosis, data: &ReportData<'_>) -> Value {
    json!({
        "code": one.key.code,
        "severity": one.key.entries.known_severity(data.catalog),
        "count": one.count,
        "first": place(&one.first, data),
        "last": place(&one.last, data),
        "meaning": data.meaning(&one.key),
        "remedy": data.remedy(&one.key),
        "begins_after": one.begins_after.map(|cause| &diagnosis.causes[cause].name),
    })
}

fn place(place: &Place, data: &ReportData<'_>) -> Value {
    json!({
        "file": json_file(data.name(place.file)),
        "line": place.line,
        "time": place.time.map(LocalTimestamp::to_iso),
    })
}
