//! A bundle as a ZIP archive. The same files give the same bytes.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use imerr::report::Bundle;
use rawzip::time::UtcDateTime;
use rawzip::{CompressionMethod, Error, ZipArchiveWriter};

/// The archive with the files of `bundle`, in its order. All have the first date that an archive
/// can have.
pub fn of_bundle(bundle: &Bundle) -> Vec<u8> {
    archive(bundle).expect("a write to memory cannot fail")
}

fn archive(bundle: &Bundle) -> Result<Vec<u8>, Error> {
    let mut archive = ZipArchiveWriter::new(Cursor::new(Vec::new()));
    let date = UtcDateTime::from_components(1980, 1, 1, 0, 0, 0, 0).expect("there was this day");
    for file in &bundle.files {
        let builder = archive
            .new_file(file.name)
            .compression_method(CompressionMethod::DEFLATE)
            .last_modified(date);
        let (mut entry, config) = builder.start()?;
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::best()));
        writer.write_all(&file.bytes)?;
        let (encoder, output) = writer.finish()?;
        encoder.finish()?;
        entry.finish(output)?;
    }
    Ok(archive.finish()?.into_inner())
}
