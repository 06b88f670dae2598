//! `Otel`: the source of the lookup processor of the OpenTelemetry Collector.

use std::io::{self, Write};

use super::{CodeTable, Export, yaml};

/// YAML with a map for each code, for a source of the type `yaml`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Otel;

impl Export for Otel {
    fn write(&self, table: &CodeTable<'_>, out: &mut dyn Write) -> io::Result<()> {
        yaml::write(table, out)
    }
}
