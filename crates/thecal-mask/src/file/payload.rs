//! The bytes that hold the voxels, packed or not, read to their end: only there stands the check
//! sum that tells damage, and only there it shows that more follows than was announced.

use std::io::{self, Read};

use flate2::bufread::GzDecoder;
use thecal_geom::Warning;

use super::FileFault;

/// More than this behind the voxels is not looked at, bytes: it takes time and says nothing.
const MOST_SURPLUS: u64 = 1 << 30;
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Bytes to be read once, from the first to the last.
pub(super) enum Payload<'a> {
    Plain(&'a [u8]),
    Packed(Box<Members<'a>>),
}

impl<'a> Payload<'a> {
    pub(super) fn new(bytes: &'a [u8], packed: bool) -> Self {
        if packed {
            Self::Packed(Box::new(Members { now: Some(GzDecoder::new(bytes)), behind: &[] }))
        } else {
            Self::Plain(bytes)
        }
    }

    /// True where bytes begin as a gzip file does.
    pub(super) fn is_packed(bytes: &[u8]) -> bool {
        bytes.starts_with(&GZIP)
    }

    /// Reads what follows the voxels, so that check sums are compared.
    ///
    /// # Errors
    /// A check sum or a stated length is not that of the data, the packed data are cut off, or
    /// more follows than any file would hold.
    pub(super) fn finish(mut self) -> Result<Option<Warning>, FileFault> {
        let mut rest = (&mut self).take(MOST_SURPLUS + 1);
        let mut surplus = io::copy(&mut rest, &mut io::sink()).map_err(|e| damaged(&e))?;
        if surplus > MOST_SURPLUS {
            let found = format!("more than {MOST_SURPLUS} bytes after the voxels");
            return Err(FileFault::new("data", found, "the voxels that the header states"));
        }
        if let Self::Packed(members) = &self {
            surplus += members.behind.len() as u64;
        }
        Ok((surplus > 0).then(|| {
            let message = format!(
                "{surplus} bytes follow the voxels that the header states; they are not read. \
                 Make sure that header and voxels belong together"
            );
            Warning::new("data_surplus", message, "")
        }))
    }
}

impl Read for Payload<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(bytes) => bytes.read(out),
            Self::Packed(members) => members.read(out),
        }
    }
}

/// The members of a gzip file (RFC 1952 section 2.2) one behind the other, each held against its
/// check sum and length.
pub(super) struct Members<'a> {
    now: Option<GzDecoder<&'a [u8]>>,
    /// What follows the last member and is none.
    behind: &'a [u8],
}

impl Read for Members<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.now {
            // At the end of a member the decoder fails where its check sum is not that of the data.
            let count = member.read(out)?;
            if count > 0 || out.is_empty() {
                return Ok(count);
            }
            let rest = self.now.take().map_or(&[][..], GzDecoder::into_inner);
            if Payload::is_packed(rest) {
                self.now = Some(GzDecoder::new(rest));
            } else {
                self.behind = rest;
            }
        }
        Ok(0)
    }
}

/// A fault of packed data.
pub(super) fn damaged(error: &io::Error) -> FileFault {
    FileFault::new("data", error.to_string(), "packed data whose check sum fits")
        .advise("the file is truncated or damaged: copy it again")
}
