//! JPEG XL (ISO/IEC 18181) through jxl-oxide.

use jxl_oxide::{AllocTracker, JxlImage, JxlThreadPool};

use super::PixelFormat;
use super::frame_checks::{Unusable, check_size, put};

/// Decodes a codestream or a container of one grey image.
pub(super) fn decode(
    format: &PixelFormat,
    encoded: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Unusable> {
    // Slices are decoded side by side, so one of them needs no threads of its own.
    let image = JxlImage::builder()
        .pool(JxlThreadPool::none())
        .alloc_tracker(AllocTracker::with_limit(64 * format.frame_pixels() + (16 << 20)))
        .read(encoded)
        .map_err(|e| e.to_string())?;
    let bits = image.image_header().metadata.bit_depth.bits_per_sample();
    let channels = image.pixel_format().channels();
    check_size(format, image.width() as usize, image.height() as usize, channels, bits)?;
    // Values come as 32 bit floats between 0 and 1, exact up to 24 bits.
    if bits > 24 {
        return Err(Unusable::unknown(format!("JPEG XL pixels of {bits} bits")));
    }
    let frame = image.render_frame(0).map_err(|e| e.to_string())?;
    let planes = frame.image_planar();
    let [plane] = planes.as_slice() else {
        return Err(format!("{} planes", planes.len()).into());
    };
    let most = ((1_u32 << bits) - 1) as f32;
    Ok(put(format, plane.buf().iter().map(|v| (v * most).round() as i32), out)?)
}
