//! Reads tar archives of all variants: old, ustar, pax, GNU.
//!
//! The crate `tar` reads the fields of headers. Its iterator is not used: it borrows the archive,
//! which a member that is read on another thread cannot, and it takes a member that ends early for
//! a short one.

use std::io::{self, ErrorKind};
use std::time::{Duration, SystemTime};

use tar::{EntryType, GnuExtSparseHeader, Header};

use super::archive_reader::Archive;
use super::member::Member;
use super::member_name::MemberName;
use crate::input::archive_problem::ArchiveProblem;
use crate::input::decode::{CountingReader, tar_checksum};

type Reader = Box<dyn io::Read + Send>;

const BLOCK: u64 = 512;
/// The longest extended header or long name that is read.
const MAX_EXTENDED: u64 = 1 << 20;

const SPARSE: &str = "is a sparse file, which is not read; unpack the archive with tar and read the \
                      directory";
const CONTINUED: &str = "begins or ends in another volume of the archive, and is not read";

pub(super) struct TarReader {
    input: CountingReader<Reader>,
    /// The bytes of the current member that were not read yet.
    remaining: u64,
    /// The bytes between it and the next header.
    padding: u64,
    left_out: u64,
    /// Whether the next header is searched, after a damaged one.
    is_searching: bool,
}

/// What extended headers say about the next member.
#[derive(Default)]
struct Extended {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    is_pax: bool,
    is_sparse: bool,
}

impl TarReader {
    pub(super) fn new(reader: Reader) -> Self {
        let input = CountingReader::new(0, reader);
        Self { input, remaining: 0, padding: 0, left_out: 0, is_searching: false }
    }

    /// Reads the next header that is not zero; `None` at the end after the end marker. After a
    /// damaged header, reads on up to the next intact one.
    fn read_header(&mut self) -> io::Result<Option<Header>> {
        let (mut header, mut has_end) = (Header::new_old(), false);
        let was_searching = std::mem::take(&mut self.is_searching);
        loop {
            let count = self.input.read_full(header.as_mut_bytes())?;
            if count == 0 && has_end {
                return Ok(None);
            }
            if count < BLOCK as usize {
                return Err(self.ends_early());
            }
            if header.as_bytes().iter().all(|&byte| byte == 0) {
                has_end = true;
            } else if header.cksum().ok() == Some(tar_checksum(header.as_bytes())) {
                return Ok(Some(header));
            } else if !was_searching {
                self.is_searching = true;
                return Err(self.corrupt("no header of a member begins here"));
            }
        }
    }

    fn ends_early(&self) -> io::Error {
        let message = format!("tar archive ends early at byte {}", self.input.consumed);
        io::Error::new(ErrorKind::UnexpectedEof, message)
    }

    /// The error for a bad header, which was read.
    fn corrupt(&self, cause: &str) -> io::Error {
        let offset = self.input.consumed - BLOCK;
        let message = format!("corrupt tar archive at byte {offset}: {cause}");
        io::Error::new(ErrorKind::InvalidData, message)
    }

    /// Makes `size` bytes the data that comes next.
    fn begin_data(&mut self, size: u64) {
        self.remaining = size;
        self.padding = (BLOCK - size % BLOCK) % BLOCK;
    }

    fn skip_data(&mut self) -> io::Result<()> {
        let wanted = self.remaining.saturating_add(self.padding);
        self.begin_data(0);
        if self.input.skip(wanted)? < wanted {
            return Err(self.ends_early());
        }
        Ok(())
    }

    /// Reads the data of an extended header.
    fn read_extended(&mut self, size: u64) -> io::Result<Vec<u8>> {
        if size > MAX_EXTENDED {
            return Err(self.corrupt("a name or an extended header is longer than 1 MiB"));
        }
        let mut data = vec![0; size as usize];
        if self.input.read_full(&mut data)? < data.len() {
            return Err(self.ends_early());
        }
        self.remaining = 0;
        self.skip_data()?;
        Ok(data)
    }

    /// Skips the further maps of a sparse file, which come before its data.
    fn skip_sparse_maps(&mut self, header: &Header) -> io::Result<()> {
        let mut is_extended = header.as_gnu().is_some_and(tar::GnuHeader::is_extended);
        while is_extended {
            let mut map = GnuExtSparseHeader::new();
            if self.input.read_full(map.as_mut_bytes())? < BLOCK as usize {
                return Err(self.ends_early());
            }
            is_extended = map.is_extended();
        }
        Ok(())
    }

    /// The member that `header` begins; `None` if it is left out. Its data comes next.
    fn member(&mut self, header: &Header, extended: Extended) -> io::Result<Option<Member>> {
        let kind = header.entry_type();
        let has_no_data = match kind {
            EntryType::Symlink | EntryType::Char | EntryType::Block | EntryType::Fifo => true,
            // Old archives have the size of the file, but only pax has its data.
            EntryType::Link => !extended.is_pax,
            _ => false,
        };
        if has_no_data {
            self.begin_data(0);
        }
        if kind.is_gnu_sparse() {
            self.skip_sparse_maps(header)?;
        }
        let name = match &extended.name {
            Some(name) => name.as_slice(),
            None => &header.path_bytes(),
        };
        let is_directory = kind.is_dir() || kind.as_byte() == b'D' || name.ends_with(b"/");
        let is_link = kind == EntryType::Link || has_no_data;
        if is_directory || is_link || kind.as_byte() == b'V' || is_resource_fork(name) {
            self.left_out += u64::from(is_link);
            return Ok(None);
        }
        let problem = match kind.as_byte() {
            b'M' => Some(CONTINUED),
            _ if kind.is_gnu_sparse() || extended.is_sparse => Some(SPARSE),
            _ => None,
        };
        let MemberName { path, is_changed: is_renamed } = MemberName::from_bytes(name);
        Ok(Some(Member {
            path,
            is_renamed,
            modified: header.mtime().ok().and_then(time),
            problem: problem.map(|text| ArchiveProblem::Other(text.to_string())),
        }))
    }
}

impl Archive for TarReader {
    fn next_member(&mut self) -> io::Result<Option<Member>> {
        let mut extended = Extended::default();
        loop {
            self.skip_data()?;
            let Some(header) = self.read_header()? else { return Ok(None) };
            let Ok(size) = header.entry_size() else {
                self.is_searching = true;
                return Err(self.corrupt("a size is no number"));
            };
            self.begin_data(size);
            match header.entry_type() {
                EntryType::GNULongName => {
                    let mut name = self.read_extended(size)?;
                    name.truncate(name.iter().position(|&byte| byte == 0).unwrap_or(name.len()));
                    extended.name = Some(name);
                }
                EntryType::XHeader => {
                    let records = self.read_extended(size)?;
                    extended.add_pax(&records);
                }
                EntryType::GNULongLink | EntryType::XGlobalHeader => {}
                _ => {
                    self.begin_data(extended.size.unwrap_or(size));
                    let extended = std::mem::take(&mut extended);
                    if let Some(member) = self.member(&header, extended)? {
                        return Ok(Some(member));
                    }
                }
            }
        }
    }

    fn read_member(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let room = out.len().min(usize::try_from(self.remaining).unwrap_or(usize::MAX));
        if room == 0 {
            return Ok(0);
        }
        let count = io::Read::read(&mut self.input, &mut out[..room])?;
        if count == 0 {
            self.remaining = 0;
            self.padding = 0;
            return Err(self.ends_early());
        }
        self.remaining -= count as u64;
        Ok(count)
    }

    fn left_out(&self) -> u64 {
        self.left_out
    }

    fn can_continue(&self) -> bool {
        self.is_searching
    }
}

impl Extended {
    /// Reads the records of pax. Each is `LENGTH KEY=VALUE` and a line feed; the length is that of
    /// the whole record. The reader of the crate splits at line feeds, which a name may contain.
    /// What follows a wrong record is ignored.
    fn add_pax(&mut self, mut records: &[u8]) {
        self.is_pax = true;
        while let Some((record, rest)) = split_record(records) {
            records = rest;
            let Some(equals) = record.iter().position(|&byte| byte == b'=') else { continue };
            let (key, value) = (&record[..equals], &record[equals + 1..]);
            match key {
                b"path" if !self.is_sparse => self.name = Some(value.to_vec()),
                b"GNU.sparse.name" => self.name = Some(value.to_vec()),
                b"size" => self.size = parse(value),
                _ => {}
            }
            self.is_sparse |= key.starts_with(b"GNU.sparse.");
        }
    }
}

/// The text of the first record, and the records after it.
fn split_record(records: &[u8]) -> Option<(&[u8], &[u8])> {
    let blank = records.iter().position(|&byte| byte == b' ')?;
    let length: usize = std::str::from_utf8(&records[..blank]).ok()?.parse().ok()?;
    let record = records.get(blank + 1..length)?;
    Some((record.strip_suffix(b"\n")?, &records[length..]))
}

fn parse(number: &[u8]) -> Option<u64> {
    std::str::from_utf8(number).ok()?.parse().ok()
}

fn time(seconds: u64) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// Whether macOS keeps attributes of another member under this name.
pub(super) fn is_resource_fork(name: &[u8]) -> bool {
    name.starts_with(b"__MACOSX/")
}
