//! JPEG-LS (ISO/IEC 14495-1) through CharLS, where the crate is built with it.

use super::PixelFormat;

/// Decodes one frame of one component.
#[cfg(feature = "charls")]
pub(super) fn decode(
    format: &PixelFormat,
    encoded: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let (columns, rows, components, bits) =
        frame_header(encoded).ok_or("no JPEG-LS frame header")?;
    super::codec::check_size(format, columns, rows, components, bits)?;
    let decoded = charls::CharLS::default().decode(encoded).map_err(|e| e.to_string())?;
    let wide = bits > 8;
    if decoded.len() != format.frame_pixels() * (1 + usize::from(wide)) {
        return Err(format!("{} decoded bytes", decoded.len()));
    }
    if wide {
        let (words, _) = decoded.as_chunks::<2>();
        super::codec::put(format, words.iter().map(|&w| i32::from(u16::from_ne_bytes(w))), out)
    } else {
        super::codec::put(format, decoded.iter().map(|&b| i32::from(b)), out)
    }
}

/// Never reached: [`super::Codec::of`] refuses the transfer syntax.
#[cfg(not(feature = "charls"))]
pub(super) fn decode(_: &PixelFormat, _: &[u8], _: &mut Vec<u8>) -> Result<(), String> {
    Err("JPEG-LS, which this build cannot decode".to_owned())
}

/// Columns, rows, components and precision of the start of frame (SOF55).
#[cfg(feature = "charls")]
fn frame_header(encoded: &[u8]) -> Option<(usize, usize, usize, u32)> {
    super::jpeg::Segments::new(encoded)?.find(|(marker, _)| *marker == 0xF7).and_then(|(_, s)| {
        let (head, _) = s.split_first_chunk::<6>()?;
        let word = |i: usize| usize::from(u16::from_be_bytes([head[i], head[i + 1]]));
        Some((word(3), word(1), head[5].into(), head[0].into()))
    })
}
