//! Reads the samples of a cause.

use serde::Deserialize;

use super::codes_of_keys;
use crate::causes::{CauseSample, Expect};
use crate::toml::table::Table;

pub(super) fn read_sample(table: &Table<'_, '_>) -> Option<CauseSample> {
    #[derive(Deserialize)]
    struct Fields {
        log: String,
    }
    let Fields { log } = table.read(&["expect"])?;
    let Some(expect) = table.table("expect") else {
        if !table.has("expect") {
            table.report("expect is missing: what must be found in the log");
        }
        return None;
    };
    let expect = read_expect(&expect)?;
    Some(CauseSample { log, expect, span: table.span_of("log") })
}

fn read_expect(table: &Table<'_, '_>) -> Option<Expect> {
    #[derive(Deserialize)]
    struct Fields {
        first: i64,
        starts: i64,
        ended_by: Option<String>,
        storm: bool,
        rounds: Option<i64>,
    }
    let fields: Fields = table.read(&["consequences", "not_explained", "others"])?;
    let mut others = Vec::new();
    if let Some(table) = table.table("others") {
        for name in table.names() {
            others.push((name.to_string(), table.field(name).map_or(0, i64::unsigned_abs)));
        }
    }
    Some(Expect {
        first: fields.first.unsigned_abs(),
        starts: fields.starts.unsigned_abs(),
        consequences: code_counts(table, "consequences"),
        ended_by: fields.ended_by,
        not_explained: code_counts(table, "not_explained"),
        others,
        storm: fields.storm,
        rounds: fields.rounds.unwrap_or(1).unsigned_abs(),
    })
}

/// `{ 6014 = 3 }`, ascending by code.
fn code_counts(table: &Table<'_, '_>, field: &str) -> Vec<(i64, u64)> {
    let Some(table) = table.table(field) else { return Vec::new() };
    let mut counts = Vec::new();
    for (code, name) in codes_of_keys(&table) {
        counts.push((code, table.field(name).map_or(0, i64::unsigned_abs)));
    }
    counts.sort_unstable();
    counts
}
