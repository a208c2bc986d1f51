//! JPEG-LS (ISO/IEC 14495-1) through `dicom-pixeldata` and CharLS, which is in C++.

use super::PixelFormat;
use super::frame_checks::{Unusable, check_size};

/// Holds what the stream says of itself against the attributes; gives the bits of a sample.
pub(super) fn check(format: &PixelFormat, encoded: &[u8]) -> Result<u32, Unusable> {
    let (columns, rows, components, bits) =
        frame_header(encoded).ok_or("no JPEG-LS frame header")?;
    check_size(format, columns, rows, components, bits)?;
    Ok(bits)
}

/// Decodes one frame of one component. Runs in a process of its own, see [`super::outside`].
#[cfg(feature = "charls")]
pub(super) fn decode(
    format: &PixelFormat,
    encoded: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Unusable> {
    const SYNTAX: &str = dicom_dictionary_std::uids::JPEGLS_LOSSLESS;
    let bits = check(format, encoded)?;
    Ok(super::library::decode(SYNTAX, format, bits, encoded, out)?)
}

/// Columns, rows, components and precision of the start of frame (SOF55).
fn frame_header(encoded: &[u8]) -> Option<(usize, usize, usize, u32)> {
    super::jpeg::Segments::new(encoded)?.find(|(marker, _)| *marker == 0xF7).and_then(|(_, s)| {
        let (head, _) = s.split_first_chunk::<6>()?;
        let word = |i: usize| usize::from(u16::from_be_bytes([head[i], head[i + 1]]));
        Some((word(3), word(1), head[5].into(), head[0].into()))
    })
}
