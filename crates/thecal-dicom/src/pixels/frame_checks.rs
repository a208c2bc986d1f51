//! What a decoded frame must be: of the stated size, and written where it belongs.

#[cfg(feature = "codecs")]
use super::PixelFormat;
use crate::read::FaultKind;

/// Why a compressed frame gives no pixels.
///
/// Only a stream that breaks off or contradicts itself is damaged. A whole one of another size,
/// depth or kind is not: whoever is told so would export the same file again.
#[derive(Debug)]
pub(super) struct Unusable {
    pub(super) kind: FaultKind,
    /// What was found.
    pub(super) what: String,
    pub(super) advice: &'static str,
}

impl Unusable {
    /// A stream of another size or depth than the attributes state.
    pub(super) fn other(what: String) -> Self {
        let advice = "the file says one thing of its pixels and the compressed frame another: \
            export it without compression";
        Self { kind: FaultKind::Malformed, what, advice }
    }

    /// A kind of stream that is not decoded here.
    #[cfg(feature = "codecs")]
    pub(super) fn unknown(what: String) -> Self {
        let advice = "convert the file to explicit VR little endian";
        Self { kind: FaultKind::UnsupportedSyntax, what, advice }
    }
}

impl From<String> for Unusable {
    fn from(what: String) -> Self {
        let advice = "the pixels are damaged: export the image again";
        Self { kind: FaultKind::Malformed, what, advice }
    }
}

impl From<&str> for Unusable {
    fn from(what: &str) -> Self {
        what.to_owned().into()
    }
}

/// What a compressed frame says of itself has to be what the attributes say, before it is decoded.
#[cfg(feature = "codecs")]
pub(super) fn check_size(
    format: &PixelFormat,
    columns: usize,
    rows: usize,
    components: usize,
    bits: u32,
) -> Result<(), Unusable> {
    if (columns, rows) != (format.columns, format.rows) || components != 1 {
        let what = format!("a frame of {rows} x {columns} pixels of {components} components");
        return Err(Unusable::other(what));
    }
    if bits > format.bits_allocated {
        let what = format!("a frame of {rows} x {columns} pixels of {bits} bits");
        return Err(Unusable::other(what));
    }
    Ok(())
}

/// Writes values as little endian pixels, two's complement where negative.
#[cfg(feature = "codecs")]
pub(super) fn put(
    format: &PixelFormat,
    values: impl Iterator<Item = i32>,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    out.resize(format.frame_bytes(), 0);
    let mut count = 0;
    match format.bits_allocated {
        // A pixel of 1 bit is a byte here as well.
        1 | 8 => out.iter_mut().zip(values).for_each(|(o, v)| {
            *o = v as u8;
            count += 1;
        }),
        16 => out.as_chunks_mut().0.iter_mut().zip(values).for_each(|(o, v)| {
            *o = (v as u16).to_le_bytes();
            count += 1;
        }),
        32 => out.as_chunks_mut().0.iter_mut().zip(values).for_each(|(o, v)| {
            *o = v.to_le_bytes();
            count += 1;
        }),
        bits => return Err(format!("a codec for pixels of {bits} bits")),
    }
    if count == format.frame_pixels() { Ok(()) } else { Err(format!("{count} pixels")) }
}
