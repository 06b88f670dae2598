//! Stands in for the real type where the feature `decode` is off: no file is an archive.

use std::io::{self, Read};

use super::member::Member;
use crate::input::events::ArchiveFormat;

pub(in crate::input) enum ArchiveReader {}

impl ArchiveReader {
    pub(in crate::input) fn format(&self) -> ArchiveFormat {
        match *self {}
    }

    pub(in crate::input) fn next_member(&self) -> io::Result<Option<Member>> {
        match *self {}
    }

    pub(in crate::input) fn member_reader(&self) -> Box<dyn Read + Send> {
        match *self {}
    }

    pub(in crate::input) fn left_out(&self) -> u64 {
        match *self {}
    }
}
