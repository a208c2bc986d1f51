//! The Image Pixel module (PS3.3 section C.7.6.3), as far as bytes depend on it.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use crate::read::{DataSet, Fault, FaultKind};

/// How the pixels of an object are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PixelFormat {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// Number of frames.
    pub frames: usize,
    /// Bits Allocated: 1, 8, 16 or 32.
    pub bits_allocated: u32,
    /// Bits Stored, at most Bits Allocated.
    pub bits_stored: u32,
    /// High Bit, counted from 0.
    pub high_bit: u32,
    /// Pixel Representation: two's complement where true.
    pub signed: bool,
}

/// A frame may need this many bytes: no plane of a body has 500 million pixels.
pub(crate) const MAX_FRAME_BYTES: usize = 1 << 30;

impl PixelFormat {
    /// Reads the attributes. Planes are of one sample; High Bit is Bits Stored - 1 where absent.
    ///
    /// # Errors
    /// One of them is absent or outside what the standard allows.
    pub fn read(data: &DataSet<'_>) -> Result<Self, Fault> {
        let samples = data.integer(tags::SAMPLES_PER_PIXEL)?.unwrap_or(1);
        if samples != 1 {
            return Err(bad(samples, "1 (grey)", tags::SAMPLES_PER_PIXEL));
        }
        let rows = whole(data, tags::ROWS, 1..=65_535)?;
        let columns = whole(data, tags::COLUMNS, 1..=65_535)?;
        let bits_allocated = whole(data, tags::BITS_ALLOCATED, 1..=32)?;
        if ![1, 8, 16, 32].contains(&bits_allocated) {
            return Err(bad(bits_allocated, "1, 8, 16 or 32", tags::BITS_ALLOCATED));
        }
        let bits_stored = match data.integer(tags::BITS_STORED)? {
            Some(_) => whole(data, tags::BITS_STORED, 1..=bits_allocated)?,
            None => bits_allocated,
        };
        let high_bit = match data.integer(tags::HIGH_BIT)? {
            Some(_) => whole(data, tags::HIGH_BIT, bits_stored - 1..=bits_allocated - 1)?,
            None => bits_stored - 1,
        };
        let frames = match data.integer(tags::NUMBER_OF_FRAMES)? {
            Some(_) => whole(data, tags::NUMBER_OF_FRAMES, 1..=i64::from(u32::MAX))?,
            None => 1,
        };
        let signed = match data.integer(tags::PIXEL_REPRESENTATION)? {
            Some(_) => whole(data, tags::PIXEL_REPRESENTATION, 0..=1)? == 1,
            None => false,
        };
        let format = Self {
            rows: rows as usize,
            columns: columns as usize,
            frames: frames as usize,
            bits_allocated: bits_allocated as u32,
            bits_stored: bits_stored as u32,
            high_bit: high_bit as u32,
            signed,
        };
        let most = thecal_voxel::memory::allowed().min(MAX_FRAME_BYTES as u64);
        if format.frame_bytes() as u64 > most {
            let found = format!("{rows} x {columns} pixels of {bits_allocated} bits");
            let expected = format!("at most {most} bytes in a frame");
            let advice = "no real plane is so large: do not use the file";
            return Err(Fault::new(FaultKind::TooLarge, found, expected, advice).of(tags::ROWS));
        }
        Ok(format)
    }

    /// Bytes of one frame as [`super::Pixels::frame`] gives it.
    #[must_use]
    pub fn frame_bytes(&self) -> usize {
        self.rows * self.columns * self.bits_allocated.div_ceil(8) as usize
    }

    /// Pixels of one frame.
    #[must_use]
    pub fn frame_pixels(&self) -> usize {
        self.rows * self.columns
    }

    /// Where the value of a pixel that is not encapsulated holds fewer bytes than the attributes
    /// state, it is cut off. More is padding.
    pub(crate) fn check_native_length(&self, found: u64) -> Result<(), Fault> {
        let bits =
            self.frame_pixels() as u128 * u128::from(self.bits_allocated) * self.frames as u128;
        let expected = bits.div_ceil(8);
        if u128::from(found) >= expected {
            return Ok(());
        }
        let advice = "the file is truncated: copy or export it again";
        Err(Fault::new(
            FaultKind::Truncated,
            format!("{found} bytes"),
            format!(
                "{expected} for {} frames of {} x {} at {} bits",
                self.frames, self.rows, self.columns, self.bits_allocated
            ),
            advice,
        )
        .of(tags::PIXEL_DATA))
    }
}

fn whole(data: &DataSet<'_>, tag: Tag, range: std::ops::RangeInclusive<i64>) -> Result<i64, Fault> {
    let advice = "export the image again from its source";
    let found = data.integer(tag)?.ok_or_else(|| {
        Fault::new(FaultKind::Missing, "no value", "a whole number", advice).of(tag)
    })?;
    if range.contains(&found) {
        return Ok(found);
    }
    Err(bad(found, &format!("{} to {}", range.start(), range.end()), tag))
}

fn bad(found: i64, expected: &str, tag: Tag) -> Fault {
    let advice = "export the image again from its source";
    Fault::new(FaultKind::BadValue, found.to_string(), expected, advice).of(tag)
}
