//! Stored pixel values of a data set, frame by frame, whatever their transfer syntax.
//!
//! A frame comes out as little endian bytes of Bits Allocated each, row by row, with nothing
//! applied: no mask of Bits Stored, no rescale, no padding. Frames of 1 bit come out as one byte
//! per pixel, 0 or 1, since such frames need not begin at a byte of the file (PS3.5 section 8.1.1).
//! Only pixels of one sample are taken: structures are not drawn on colour pictures.
//!
//! Encapsulated pixels (PS3.5 annex A.4) are found by their basic or extended offset table, or
//! without one; every offset and length is checked against the bytes that are there.
//!
//! JPEG, JPEG-LS, JPEG 2000 and JPEG XL need the feature `codecs`; a build without it says so where it meets
//! such a frame.

mod codec;
mod file;
mod format;
mod fragments;
mod frame_checks;
#[cfg(feature = "codecs")]
mod j2k;
#[cfg(feature = "codecs")]
mod jpeg;
#[cfg(feature = "codecs")]
mod jpeg_ls;
#[cfg(feature = "codecs")]
mod jxl;
#[cfg(feature = "codecs")]
mod library;
#[cfg(feature = "codecs")]
mod outside;
mod rle;

pub use codec::is_panic_of_a_decoder;
pub use format::PixelFormat;
#[cfg(feature = "codecs")]
pub use outside::{decode_with, serve};

use std::borrow::Cow;

use dicom_core::VR;
use dicom_dictionary_std::tags;

use crate::read::{ByteOrder, DataSet, Fault, FaultKind, Value};
pub(crate) use codec::{Codec, decode};
pub(crate) use file::{PixelFile, PixelPlace};
use fragments::{OffsetTables, frames_of};

/// The pixels of a data set that is in memory.
#[derive(Debug, Clone)]
pub struct Pixels<'a> {
    format: PixelFormat,
    stored: Stored<'a>,
}

#[derive(Debug, Clone)]
enum Stored<'a> {
    Native(Native<'a>),
    Encapsulated { codec: Codec, frames: Vec<Vec<&'a [u8]>> },
}

impl<'a> Pixels<'a> {
    /// Finds the frames in the Pixel Data of a whole data set; nothing is decoded yet.
    ///
    /// `transfer_syntax` is what the file declares, [`crate::read::Source::transfer_syntax`].
    ///
    /// # Errors
    /// An attribute of the Image Pixel module is absent or makes no sense, Pixel Data is absent or
    /// too short, the frames of encapsulated pixels cannot be separated, or the transfer syntax
    /// cannot be decoded; the fault names it.
    pub fn new(data: &DataSet<'a>, transfer_syntax: Option<&str>) -> Result<Self, Fault> {
        let format = PixelFormat::read(data)?;
        let element = data.get(tags::PIXEL_DATA).ok_or_else(|| {
            let advice = "export the image again, with its pixels";
            Fault::new(FaultKind::Missing, "no element", "the pixels", advice).of(tags::PIXEL_DATA)
        })?;
        let stored = match &element.value {
            Value::Bytes(bytes) => {
                let order = native_order(element.byte_order, transfer_syntax);
                Stored::Native(Native::new(bytes, &format, element.vr, order)?)
            }
            Value::Fragments { offsets, fragments } => {
                let codec = Codec::from_transfer_syntax(transfer_syntax)?;
                let tables = OffsetTables {
                    basic: offsets,
                    extended: data.bytes(tags::EXTENDED_OFFSET_TABLE),
                };
                let lengths: Vec<usize> = fragments.iter().map(|f| f.len()).collect();
                let begins = |i: usize| codec.begins_frame(fragments[i]);
                let ranges = frames_of(&lengths, tables, format.frames, begins)?;
                let frames = ranges.into_iter().map(|range| fragments[range].to_vec()).collect();
                Stored::Encapsulated { codec, frames }
            }
            Value::Items(_) => {
                let advice = "export the image again from its source";
                return Err(Fault::new(FaultKind::Malformed, "a sequence", "pixels", advice)
                    .of(tags::PIXEL_DATA));
            }
        };
        Ok(Self { format, stored })
    }

    /// How a pixel is stored, and how many there are.
    #[must_use]
    pub fn format(&self) -> &PixelFormat {
        &self.format
    }

    /// The bytes of one frame, from 0: [`PixelFormat::frame_bytes`] of them.
    ///
    /// # Errors
    /// There is no such frame, or it cannot be decoded to the size that the attributes state.
    pub fn frame(&self, index: usize) -> Result<Cow<'a, [u8]>, Fault> {
        if index >= self.format.frames {
            let expected = format!("a frame below {}", self.format.frames);
            let advice = "refer to frames that the object has";
            return Err(Fault::new(FaultKind::BadValue, index.to_string(), expected, advice));
        }
        match &self.stored {
            Stored::Native(native) => Ok(native.frame(&self.format, index)),
            Stored::Encapsulated { codec, frames } => {
                let mut out = Vec::new();
                match frames[index].as_slice() {
                    [one] => decode(*codec, &self.format, one, &mut out)?,
                    several => decode(*codec, &self.format, &several.concat(), &mut out)?,
                }
                Ok(Cow::Owned(out))
            }
        }
    }
}

/// GE's private syntax swaps the pixels only; everywhere else they follow the data set.
fn native_order(data_set: ByteOrder, transfer_syntax: Option<&str>) -> ByteOrder {
    if transfer_syntax == Some("1.2.840.113619.5.2") { ByteOrder::Big } else { data_set }
}

/// Pixels that are not encapsulated.
#[derive(Debug, Clone)]
struct Native<'a> {
    bytes: &'a [u8],
    /// XOR this to an index to find the byte of a little endian value.
    swap: usize,
}

impl<'a> Native<'a> {
    fn new(bytes: &'a [u8], format: &PixelFormat, vr: VR, order: ByteOrder) -> Result<Self, Fault> {
        format.check_native_length(bytes.len() as u64)?;
        Ok(Self { bytes, swap: swap_of(format, vr, order) })
    }

    fn frame(&self, format: &PixelFormat, index: usize) -> Cow<'a, [u8]> {
        if format.bits_allocated == 1 {
            let pixels = format.rows * format.columns;
            let first = index * pixels;
            let bit = |i: usize| self.bytes[(i >> 3) ^ self.swap] >> (i & 7) & 1;
            return Cow::Owned((first..first + pixels).map(bit).collect());
        }
        let size = format.frame_bytes();
        let range = index * size..(index + 1) * size;
        if self.swap == 0 {
            return Cow::Borrowed(&self.bytes[range]);
        }
        Cow::Owned(range.map(|i| self.bytes[i ^ self.swap]).collect())
    }
}

/// Big endian words hold two pixels of 8 bits, or 16 of 1 bit (PS3.5 section 8.1.1, annex D).
fn swap_of(format: &PixelFormat, vr: VR, order: ByteOrder) -> usize {
    match (order, format.bits_allocated, vr) {
        (ByteOrder::Little, ..) | (ByteOrder::Big, 1 | 8, VR::OB) => 0,
        (ByteOrder::Big, 32, _) => 3,
        (ByteOrder::Big, ..) => 1,
    }
}
