//! Frames through `dicom-pixeldata` and its registry of codecs, one frame at a time.
//!
//! What the stream says of itself has been held against the attributes before: the library asks
//! for memory by the attributes and copies what the stream gives.

use dicom_core::{PrimitiveValue, VR};
use dicom_dictionary_std::tags;
use dicom_object::mem::{InMemDicomObject, InMemElement};
use dicom_object::{DefaultDicomObject, FileMetaTableBuilder};
use dicom_pixeldata::PixelDecoder;

use super::PixelFormat;
use super::frame_checks::put;

/// Decodes a frame whose samples have `bits` bits.
pub(super) fn decode(
    syntax: &str,
    format: &PixelFormat,
    bits: u32,
    encoded: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), String> {
    // The codecs fill as many bytes as the stream's own samples have, whatever is allocated.
    let bytes: u32 = if bits > 8 { 2 } else { 1 };
    let object = object(syntax, format, 8 * bytes, bits, encoded)?;
    #[allow(clippy::disallowed_methods, reason = "no frames of 1 bit, which it would shift")]
    let decoded = object.decode_pixel_data_frame(0).map_err(|e| chain(&e))?;
    let data = decoded.data();
    if data.len() != format.frame_pixels() * bytes as usize {
        return Err(format!("{} decoded bytes", data.len()));
    }
    if bytes == 1 {
        return put(format, data.iter().map(|&b| i32::from(b)), out);
    }
    let (words, _) = data.as_chunks::<2>();
    put(format, words.iter().map(|&w| i32::from(u16::from_ne_bytes(w))), out)
}

/// An object of this one frame.
fn object(
    syntax: &str,
    format: &PixelFormat,
    allocated: u32,
    bits: u32,
    encoded: &[u8],
) -> Result<DefaultDicomObject, String> {
    let mut object = InMemDicomObject::new_empty();
    let words = [
        (tags::SAMPLES_PER_PIXEL, 1),
        (tags::ROWS, format.rows as u16),
        (tags::COLUMNS, format.columns as u16),
        (tags::BITS_ALLOCATED, allocated as u16),
        (tags::BITS_STORED, bits as u16),
        (tags::HIGH_BIT, bits as u16 - 1),
        (tags::PIXEL_REPRESENTATION, 0),
    ];
    for (tag, word) in words {
        object.put(InMemElement::new(tag, VR::US, PrimitiveValue::from(word)));
    }
    let grey = PrimitiveValue::from("MONOCHROME2");
    object.put(InMemElement::new(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, grey));
    let fragments = dicom_core::value::PixelFragmentSequence::new_fragments(vec![encoded.to_vec()]);
    object.put(InMemElement::new(tags::PIXEL_DATA, VR::OB, fragments));
    let meta = FileMetaTableBuilder::new()
        .transfer_syntax(syntax)
        .media_storage_sop_class_uid(dicom_dictionary_std::uids::SECONDARY_CAPTURE_IMAGE_STORAGE)
        .media_storage_sop_instance_uid("2.25.1")
        .build()
        .map_err(|e| e.to_string())?;
    Ok(object.with_exact_meta(meta))
}

/// An error with its causes: the first only says that decoding failed.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
