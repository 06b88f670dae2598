//! The arguments of `export`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::EntryFilterArgs;

/// Write the codes as a table for another program: rsyslog, Vector, Splunk, lnav, ...
///
/// A table explains a code that a regular expression has cut out of a line. Where it can run,
/// imerr-annotate in the pipe is better: it also finds the codes that such expressions miss, and
/// ignores numbers that are not codes.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// The format
    #[arg(value_name = "FORMAT", value_enum)]
    pub format: ExportFormat,

    /// Write to FILE, as a whole, instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,

    #[command(flatten)]
    pub entries: EntryFilterArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// CSV with a header, for enrichment tables of Vector and for spreadsheets
    #[value(alias = "vector")]
    Csv,
    /// JSON for a lookup_table() of rsyslog
    Rsyslog,
    /// CSV for add-contextual-data() of syslog-ng
    SyslogNg,
    /// YAML, a dictionary for the translate filter of Logstash
    Logstash,
    /// NDJSON for the bulk API of Elasticsearch, to enrich documents
    Elastic,
    /// CSV for a lookup of Splunk
    Splunk,
    /// The stanzas of that lookup for transforms.conf and props.conf
    SplunkConf,
    /// YAML for the lookup processor of the OpenTelemetry Collector
    Otel,
    /// CSV for the lookup filter of Fluent Bit
    FluentBit,
    /// A log format for lnav, which reads annotated logs
    Lnav,
    /// SQL that makes a table, for sqlite3 and lnav
    Sqlite,
    /// A table for people
    Markdown,
}
