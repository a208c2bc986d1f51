//! JPEG 2000 and High-Throughput JPEG 2000 (ISO/IEC 15444-1, 15444-15) through OpenJPEG.

use super::PixelFormat;
use super::codec::{check_size, put};

/// Decodes a codestream, bare or in a JP2 container.
pub(super) fn decode(
    format: &PixelFormat,
    encoded: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let size = Size::read(codestream(encoded).ok_or("no JPEG 2000 codestream")?)
        .ok_or("a JPEG 2000 codestream without its size")?;
    check_size(format, size.columns, size.rows, size.components, size.bits)?;
    // Strict, so that a stream that is cut off is an error and not a blurred picture.
    let parameters = jpeg2k::DecodeParameters::new().strict(true);
    let image = jpeg2k::Image::from_bytes_with(encoded, parameters).map_err(|e| e.to_string())?;
    let [component] = image.components() else {
        return Err(format!("{} components", image.components().len()));
    };
    let decoded = (component.width() as usize, component.height() as usize);
    if decoded != (format.columns, format.rows) {
        return Err(format!("{} x {} decoded pixels", decoded.1, decoded.0));
    }
    put(format, component.data().iter().copied(), out)
}

/// The codestream within a JP2 container, or the bytes themselves.
fn codestream(encoded: &[u8]) -> Option<&[u8]> {
    if encoded.starts_with(&[0xFF, 0x4F]) {
        return Some(encoded);
    }
    let mut rest = encoded;
    loop {
        let (head, _) = rest.split_first_chunk::<8>()?;
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        if head[4..] == *b"jp2c" {
            return rest.get(8..);
        }
        rest = rest.get(length.max(8)..)?;
    }
}

/// The SIZ marker segment (ISO/IEC 15444-1 annex A.5.1).
struct Size {
    columns: usize,
    rows: usize,
    components: usize,
    bits: u32,
}

impl Size {
    fn read(codestream: &[u8]) -> Option<Self> {
        let siz = codestream.strip_prefix(&[0xFF, 0x4F, 0xFF, 0x51])?;
        let word = |at: usize| {
            let b = siz.get(at..at + 4)?;
            Some(u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
        };
        // Behind the length and the capabilities: image size, then its offset.
        let columns = word(4)?.checked_sub(word(12)?)?;
        let rows = word(8)?.checked_sub(word(16)?)?;
        let components = u16::from_be_bytes([*siz.get(36)?, *siz.get(37)?]);
        let depth = siz.get(38)?;
        Some(Self {
            columns: columns as usize,
            rows: rows as usize,
            components: components.into(),
            bits: u32::from(depth & 0x7F) + 1,
        })
    }
}
