//! `export`: the codes as a table for another program.

use std::io::Write;

use imerr::catalog::Catalog;
use imerr::export::{
    CodeTable, Csv, Elastic, Export, FluentBit, Lnav, Logstash, Markdown, Otel, Rsyslog, Splunk,
    SplunkConf, Sqlite, SyslogNg,
};
use imerr::input::Input;

use super::Problem;
use crate::args::{CatalogArgs, ExportArgs, ExportFormat};
use crate::atomic_file::{self, ClaimedFiles};
use crate::error::{Error, Failure};
use crate::exit_status::Outcome;
use crate::messages::{self, Level};

/// Writes the codes that pass the filters. If there are none, a file stays as it is.
pub fn export(
    args: &ExportArgs,
    catalogs: &CatalogArgs,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> Result<Outcome, Failure> {
    let table = CodeTable::new(catalog, &args.entries.filter(catalog));
    if table.is_empty() {
        messages::say(Level::Error, messages::words().lookup_problem(&Problem::NonePasses));
        return Ok(Outcome::NothingFound);
    }
    let format = format(args.format);
    let Some(path) = &args.output else {
        format.write(&table, out)?;
        return Ok(Outcome::Done);
    };
    let inputs: Vec<Input> = catalogs.catalog.iter().cloned().map(Input::Path).collect();
    ClaimedFiles::new(&inputs)
        .claim(path, "the export".to_string())
        .map_err(|error| vec![error])?;
    let mut document = Vec::new();
    format.write(&table, &mut document)?;
    atomic_file::replace(path, &document).map_err(|error| vec![Error::of_write(path, &error)])?;
    Ok(Outcome::Done)
}

fn format(format: ExportFormat) -> &'static dyn Export {
    match format {
        ExportFormat::Csv => &Csv,
        ExportFormat::Rsyslog => &Rsyslog,
        ExportFormat::SyslogNg => &SyslogNg,
        ExportFormat::Logstash => &Logstash,
        ExportFormat::Elastic => &Elastic,
        ExportFormat::Splunk => &Splunk,
        ExportFormat::SplunkConf => &SplunkConf,
        ExportFormat::Otel => &Otel,
        ExportFormat::FluentBit => &FluentBit,
        ExportFormat::Lnav => &Lnav,
        ExportFormat::Sqlite => &Sqlite,
        ExportFormat::Markdown => &Markdown,
    }
}
