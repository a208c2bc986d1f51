//! The values of a dose grid.

use dicom_dictionary_std::tags;

use crate::dose::head::DoseHead;
use crate::object::bad;
use crate::pixels::{PixelFormat, Pixels};
use crate::read::{DataSet, Fault, FaultKind, Source};

/// Voxels that a dose grid may hold: 1 GiB as they are kept.
pub const MAX_VOXELS: u128 = 1 << 28;

/// The values in the units of the head, planes ascending along the normal, then row by row.
pub(crate) fn values(
    source: &Source,
    data: &DataSet<'_>,
    head: &DoseHead,
) -> Result<Vec<f32>, Fault> {
    let voxels: u128 = head.lattice.size.iter().map(|&n| n as u128).product();
    let most = MAX_VOXELS.min(u128::from(thecal_voxel::memory::allowed()) / 4);
    if voxels > most {
        let advice = "export the dose on a coarser grid, or allow more with --memory";
        let expected = format!("at most {most} voxels");
        return Err(Fault::new(FaultKind::TooLarge, format!("{voxels}"), expected, advice)
            .of(tags::NUMBER_OF_FRAMES));
    }
    let pixels = Pixels::new(data, source.transfer_syntax())?;
    let format = *pixels.format();
    let mut values: Vec<f32> = Vec::new();
    for k in 0..format.frames {
        let place = if head.lattice.descending { format.frames - 1 - k } else { k };
        scaled(&pixels.frame(place)?, &format, head.scaling, &mut values);
    }
    if values.len() as u128 == voxels {
        return Ok(values);
    }
    let found = format!("{} values", values.len());
    Err(bad(tags::PIXEL_DATA, found, format!("{voxels}, one for each voxel")))
}

/// The values of one plane, from little endian words of 16 or 32 bits.
fn scaled(frame: &[u8], format: &PixelFormat, scaling: f64, out: &mut Vec<f32>) {
    let dose = |stored: f64| (stored * scaling) as f32;
    let (halves, words) = (frame.as_chunks::<2>().0.iter(), frame.as_chunks::<4>().0.iter());
    match (format.bits_allocated, format.signed) {
        (16, false) => out.extend(halves.map(|&w| dose(f64::from(u16::from_le_bytes(w))))),
        (16, true) => out.extend(halves.map(|&w| dose(f64::from(i16::from_le_bytes(w))))),
        (_, false) => out.extend(words.map(|&w| dose(f64::from(u32::from_le_bytes(w))))),
        (_, true) => out.extend(words.map(|&w| dose(f64::from(i32::from_le_bytes(w))))),
    }
}
