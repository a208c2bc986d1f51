//! JPEG 2000 (ISO/IEC 15444-1) by a decoder that is safe Rust; High-Throughput JPEG 2000
//! (15444-15), which it does not know, through OpenJPEG.
//!
//! The registry of `dicom-pixeldata` has OpenJPEG for both. It is in C, has overflowed on a crafted
//! file, and is not asked there to be strict, so that a stream that is cut off gives half a
//! picture.

use super::PixelFormat;
use super::frame_checks::{Unusable, check_size, put};

/// Decodes a codestream, bare or in a JP2 container.
pub(super) fn decode(
    format: &PixelFormat,
    encoded: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Unusable> {
    let size = check(format, encoded)?;
    let settings = hayro_jpeg2000::DecodeSettings {
        resolve_palette_indices: false,
        strict: true,
        target_resolution: None,
    };
    let image = hayro_jpeg2000::Image::new(encoded, &settings).map_err(|e| e.to_string())?;
    if (image.width() as usize, image.height() as usize) != (format.columns, format.rows) {
        return Err(format!("{} x {} decoded pixels", image.height(), image.width()).into());
    }
    let mut context = hayro_jpeg2000::DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(|e| e.to_string())?;
    let [component] = decoded.components() else {
        return Err(format!("{} components", decoded.components().len()).into());
    };
    // The decoder takes every sample for unsigned and lifts it by half its range.
    let (shift, most) = match size.signed {
        true => (1_i32 << (size.bits - 1), (1_i32 << (size.bits - 1)) - 1),
        false => (0, ((1_i64 << size.bits) - 1) as i32),
    };
    let least = if size.signed { -shift } else { 0 };
    let value = |&v: &f32| (v.round() as i32 - shift).clamp(least, most);
    Ok(put(format, component.samples().iter().map(value), out)?)
}

/// Decodes a high-throughput codestream with OpenJPEG. Runs in a process of its own, see
/// [`super::outside`].
#[cfg(feature = "openjpeg")]
pub(super) fn decode_high_throughput(
    format: &PixelFormat,
    encoded: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Unusable> {
    check(format, encoded)?;
    // Strict, so that a stream that is cut off is an error and not a blurred picture.
    let parameters = jpeg2k::DecodeParameters::new().strict(true);
    let image = jpeg2k::Image::from_bytes_with(encoded, parameters).map_err(|e| e.to_string())?;
    let [component] = image.components() else {
        return Err(format!("{} components", image.components().len()).into());
    };
    let decoded = (component.width() as usize, component.height() as usize);
    if decoded != (format.columns, format.rows) {
        return Err(format!("{} x {} decoded pixels", decoded.1, decoded.0).into());
    }
    Ok(put(format, component.data().iter().copied(), out)?)
}

/// Holds what the stream says of itself against the attributes, and looks for its end.
pub(super) fn check(format: &PixelFormat, encoded: &[u8]) -> Result<Size, Unusable> {
    let stream = codestream(encoded).ok_or("no JPEG 2000 codestream")?;
    let size = Size::read(stream).ok_or("a JPEG 2000 codestream without its size")?;
    check_size(format, size.columns, size.rows, size.components, size.bits)?;
    if !(1..=24).contains(&size.bits) {
        return Err(Unusable::unknown(format!("JPEG 2000 pixels of {} bits", size.bits)));
    }
    size.check_tiles()?;
    // Behind the end of the codestream (annex A.4.4) there may be a byte that fills it up.
    let end = stream.iter().rposition(|&b| b != 0).unwrap_or(0);
    if !stream[..=end].ends_with(&[0xFF, 0xD9]) {
        return Err("a JPEG 2000 codestream without its end".into());
    }
    Ok(size)
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
            // 0 stands for all that follows.
            let end = if length == 0 { rest.len() } else { length.min(rest.len()) };
            return rest.get(8..end);
        }
        rest = rest.get(length.max(8)..)?;
    }
}

/// The SIZ marker segment (ISO/IEC 15444-1 annex A.5.1).
pub(super) struct Size {
    columns: usize,
    rows: usize,
    components: usize,
    bits: u32,
    signed: bool,
    /// How many tiles the image has, across and down.
    tiles: [u64; 2],
}

/// A frame has hardly more tiles than this; each costs memory and time before it holds anything.
const MOST_TILES: u64 = 4096;

impl Size {
    fn read(codestream: &[u8]) -> Option<Self> {
        let siz = codestream.strip_prefix(&[0xFF, 0x4F, 0xFF, 0x51])?;
        let word = |at: usize| {
            let b = siz.get(at..at + 4)?;
            Some(u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
        };
        // Behind the length and the capabilities: image size, then its offset, then those of tiles.
        let columns = word(4)?.checked_sub(word(12)?)?;
        let rows = word(8)?.checked_sub(word(16)?)?;
        let tiles = |k: usize| {
            let (size, offset) = (u64::from(word(20 + 4 * k)?), u64::from(word(28 + 4 * k)?));
            let end = u64::from(word(4 + 4 * k)?);
            (size > 0).then(|| end.saturating_sub(offset).div_ceil(size))
        };
        let components = u16::from_be_bytes([*siz.get(36)?, *siz.get(37)?]);
        let depth = siz.get(38)?;
        Some(Self {
            columns: columns as usize,
            rows: rows as usize,
            components: components.into(),
            bits: u32::from(depth & 0x7F) + 1,
            signed: depth & 0x80 != 0,
            tiles: [tiles(0)?, tiles(1)?],
        })
    }

    fn check_tiles(&self) -> Result<(), String> {
        let [across, down] = self.tiles;
        if across.saturating_mul(down) > MOST_TILES {
            return Err(format!("a JPEG 2000 image of {across} x {down} tiles"));
        }
        Ok(())
    }
}
