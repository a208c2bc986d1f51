//! What a decoded frame must be: of the stated size, and written where it belongs.

use super::PixelFormat;

/// What a compressed frame says of itself has to be what the attributes say, before it is decoded.
pub(super) fn check_size(
    format: &PixelFormat,
    columns: usize,
    rows: usize,
    components: usize,
    bits: u32,
) -> Result<(), String> {
    if (columns, rows) != (format.columns, format.rows) || components != 1 {
        return Err(format!("{rows} x {columns} pixels of {components} components"));
    }
    if bits > format.bits_allocated {
        return Err(format!("pixels of {bits} bits"));
    }
    Ok(())
}

/// Writes values as little endian pixels, two's complement where negative.
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
