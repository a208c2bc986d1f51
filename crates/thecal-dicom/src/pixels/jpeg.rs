//! JPEG (ISO/IEC 10918-1): baseline, extended and lossless.
//!
//! `dicom-pixeldata` takes what is of 8 bits. The extended process at 12 bits, which it does not
//! know, stands in [`extended`], the lossless one in [`lossless`].

mod extended;
mod lossless;

use super::PixelFormat;
use super::frame_checks::{Unusable, check_size};

/// Decodes one frame of one component.
pub(super) fn decode(
    format: &PixelFormat,
    encoded: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Unusable> {
    let (marker, header) = Segments::new(encoded)
        .ok_or("no JPEG stream")?
        .find(|(marker, _)| is_start_of_frame(*marker))
        .ok_or("a JPEG stream without a frame")?;
    let (head, _) = header.split_first_chunk::<6>().ok_or("a short JPEG frame header")?;
    let word = |i: usize| usize::from(u16::from_be_bytes([head[i], head[i + 1]]));
    let bits = u32::from(head[0]);
    check_size(format, word(3), word(1), head[5].into(), bits)?;
    match (marker, bits) {
        (LOSSLESS, _) => lossless::decode(format, bits, encoded, out)?,
        (EXTENDED, 12) => extended::decode(format, encoded, out)?,
        (PROGRESSIVE, 12) => {
            let what = "progressive JPEG of 12 bits, which is retired".to_owned();
            return Err(Unusable::unknown(what));
        }
        (BASELINE | EXTENDED | PROGRESSIVE, 8) => {
            super::library::decode(BASELINE_SYNTAX, format, bits, encoded, out)?;
        }
        _ => {
            let what = format!(
                "a JPEG process that is none of DICOM's (marker {marker:02X}, {bits} bits)"
            );
            return Err(Unusable::unknown(what));
        }
    }
    Ok(())
}

/// The registry has one decoder for all processes of 8 bits.
const BASELINE_SYNTAX: &str = dicom_dictionary_std::uids::JPEG_BASELINE8_BIT;
const BASELINE: u8 = 0xC0;
const EXTENDED: u8 = 0xC1;
const PROGRESSIVE: u8 = 0xC2;
const LOSSLESS: u8 = 0xC3;

fn is_start_of_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}

/// The marker segments up to the first scan.
pub(super) struct Segments<'a> {
    rest: &'a [u8],
}

impl<'a> Segments<'a> {
    pub(super) fn new(encoded: &'a [u8]) -> Option<Self> {
        encoded.strip_prefix(&[0xFF, 0xD8]).map(|rest| Self { rest })
    }
}

impl<'a> Iterator for Segments<'a> {
    /// The marker and what follows its length.
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        // Any number of 0xFF may stand before a marker.
        while self.rest.starts_with(&[0xFF, 0xFF]) {
            self.rest = &self.rest[1..];
        }
        let (head, rest) = self.rest.split_first_chunk::<4>()?;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]])).checked_sub(2)?;
        if head[0] != 0xFF {
            return None;
        }
        let (segment, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some((head[1], segment))
    }
}
