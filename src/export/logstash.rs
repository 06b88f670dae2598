//! `Logstash`: the dictionary of the filter `translate`.

use std::io::{self, Write};

use super::{CodeTable, Export, yaml};

/// YAML with a map for each code, which becomes an object in the event. The name of the file must
/// end in `.yml` or `.yaml`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Logstash;

impl Export for Logstash {
    fn write(&self, table: &CodeTable<'_>, out: &mut dyn Write) -> io::Result<()> {
        yaml::write(table, out)
    }
}
