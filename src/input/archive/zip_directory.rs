//! The directory at the end of a zip archive.

use std::io;

use super::zip_header::u16_at;
use super::zip_reader::{MEMBER, Reader, corrupt, ends_early};
use crate::input::decode::CountingReader;

/// Reads the directory, which begins with `signature`. Returns the number of its entries, and the
/// signature of a member if another archive follows. Otherwise reads all bytes after it.
pub(super) fn count_entries(
    input: &mut CountingReader<Reader>,
    mut signature: [u8; 4],
) -> io::Result<(u64, Option<[u8; 4]>)> {
    let mut entries = 0;
    loop {
        match &signature {
            b"PK\x01\x02" => {
                let fixed: [u8; 42] = read_array(input)?;
                let length = [24, 26, 28].map(|offset| u64::from(u16_at(&fixed, offset)));
                skip(input, length.iter().sum())?;
                entries += 1;
            }
            // The end of a directory of zip64.
            b"PK\x06\x06" => {
                let length = u64::from_le_bytes(read_array(input)?);
                skip(input, length)?;
            }
            b"PK\x06\x07" => skip(input, 16)?,
            // A digital signature.
            b"PK\x05\x05" => {
                let length: [u8; 2] = read_array(input)?;
                skip(input, u16::from_le_bytes(length).into())?;
            }
            b"PK\x05\x06" => {
                let fixed: [u8; 18] = read_array(input)?;
                // A comment that ends early loses nothing.
                input.skip(u16_at(&fixed, 16).into())?;
                let mut next = [0; 4];
                input.read_full(&mut next)?;
                if next == MEMBER {
                    return Ok((entries, Some(next)));
                }
                input.skip(u64::MAX)?;
                return Ok((entries, None));
            }
            _ => {
                let cause = "no header of a member begins here";
                return Err(corrupt(input.consumed, cause));
            }
        }
        signature = read_array(input)?;
    }
}

fn read_array<const N: usize>(input: &mut CountingReader<Reader>) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    if input.read_full(&mut bytes)? < N {
        return Err(ends_early(input));
    }
    Ok(bytes)
}

fn skip(input: &mut CountingReader<Reader>, length: u64) -> io::Result<()> {
    if input.skip(length)? < length {
        return Err(ends_early(input));
    }
    Ok(())
}
