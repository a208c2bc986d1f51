//! What the header of an image file says of its frames.

use std::path::{Path, PathBuf};

use thecal_geom::Warning;
use thecal_store::Store;

use super::enhanced;
use super::frame::Frame;
use super::refusal::names;
use crate::index::Kind;
use crate::pixels::{PixelFormat, PixelPlace};
use crate::read::{DataSet, Fault, FaultKind, ReadError, Source, tags, uids};

/// One file of an image series.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ImageFile {
    pub(super) path: PathBuf,
    /// Where its pixels are to be had.
    pub(super) store: Store,
    pub(super) place: PixelPlace,
    pub(super) format: PixelFormat,
    /// Why its pixels cannot be had, as far as the header tells.
    pub(super) pixels: Option<Fault>,
    pub(super) modality: String,
    pub(super) study_instance_uid: String,
    pub(super) series_instance_uid: String,
    pub(super) sop_instance_uid: String,
    pub(super) instance_number: Option<i64>,
    pub(super) frame_of_reference_uid: Option<String>,
    pub(super) inverted: bool,
    /// Stored values that stand for no measurement, lowest and highest.
    pub(super) padding: Option<[i64; 2]>,
    pub(super) frames: Vec<Frame>,
    pub(super) warnings: Vec<Warning>,
}

impl ImageFile {
    /// What a frame is called by: the file's Instance Number, or its own among others.
    pub(super) fn slice_number(&self, frame: &Frame) -> Option<i64> {
        match self.frames.len() {
            1 => self.instance_number,
            _ => i64::try_from(frame.index + 1).ok(),
        }
    }
}

/// What a file turned out to be.
#[derive(Debug)]
pub(super) enum Header {
    Image(Box<ImageFile>),
    /// A scout view: one projection, no slice.
    Localizer,
    /// A picture for the eye: a screen shot, a colour rendering.
    Capture,
    /// Another kind of object.
    Other,
    /// An image that cannot be placed or decoded.
    Unusable(Fault),
}

/// Reads a header, no more of the file than that, and says how many bytes it read.
pub(super) fn read(store: &Store, path: &Path) -> Result<(Header, u64), ReadError> {
    let source = Source::open_until_in(store, path, crate::read::BEFORE_PIXELS)?;
    Ok((of(store, path, &source)?, source.bytes_read()))
}

fn of(store: &Store, path: &Path, source: &Source) -> Result<Header, ReadError> {
    let (data, offset) = source.header()?;
    let class = data.code(tags::SOP_CLASS_UID).or(source.media_storage_sop_class());
    let class = class.unwrap_or_default();
    let modality = data.code(tags::MODALITY).unwrap_or_default();
    let capture = class.strip_prefix(uids::SECONDARY_CAPTURE_IMAGE_STORAGE);
    if capture.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
        return Ok(Header::Capture);
    }
    let kind = Kind::from_sop_class(class, modality);
    // A file that lost both says that it is an image by its rows.
    let nameless = class.is_empty() && modality.is_empty() && data.get(tags::ROWS).is_some();
    if !kind.is_image() && !nameless {
        return Ok(Header::Other);
    }
    let image_type = data.code(tags::IMAGE_TYPE).unwrap_or_default();
    let says = |word: &str| image_type.split('\\').any(|part| part.trim() == word);
    if says("LOCALIZER") {
        return Ok(Header::Localizer);
    }
    let colour = data.integer(tags::SAMPLES_PER_PIXEL).ok().flatten().unwrap_or(1) != 1;
    if colour || says("SCREEN SAVE") || says("SCREENSHOT") {
        return Ok(Header::Capture);
    }
    let place = PixelPlace {
        offset,
        encoding: source.encoding(),
        inflated: source.is_inflated(),
        length: source.length(),
        transfer_syntax: source.transfer_syntax().map(str::to_owned),
    };
    match image((store, path), &data, place, kind, source.warnings()) {
        Ok(file) => Ok(Header::Image(Box::new(file))),
        Err(fault) => Ok(Header::Unusable(fault)),
    }
}

fn image(
    (store, path): (&Store, &Path),
    data: &DataSet<'_>,
    place: PixelPlace,
    kind: Kind,
    warnings: &[Warning],
) -> Result<ImageFile, Fault> {
    let format = PixelFormat::read(data)?;
    if format.bits_allocated == 1 {
        let advice = "give the images, not a mask";
        return Err(
            Fault::new(FaultKind::BadValue, "1", "8, 16 or 32", advice).of(tags::BITS_ALLOCATED)
        );
    }
    let pixels = place.check(&format).err();
    let frames = enhanced::frames(data, &format)?;
    let uid = |tag| data.code(tag).unwrap_or_default().to_owned();
    let mut warnings = warnings.to_vec();
    for warning in &mut warnings {
        warning.place = names(&[path.into()]);
    }
    let modality = match data.code(tags::MODALITY) {
        Some(said) => said.to_owned(),
        None if kind.is_image() => kind.as_str().to_owned(),
        None => String::new(),
    };
    Ok(ImageFile {
        store: store.clone(),
        path: path.into(),
        place,
        pixels,
        modality,
        study_instance_uid: uid(tags::STUDY_INSTANCE_UID),
        series_instance_uid: uid(tags::SERIES_INSTANCE_UID),
        sop_instance_uid: uid(tags::SOP_INSTANCE_UID),
        // No number is no fault: nothing is placed by it.
        instance_number: data.integer(tags::INSTANCE_NUMBER).ok().flatten(),
        frame_of_reference_uid: data.code(tags::FRAME_OF_REFERENCE_UID).map(str::to_owned),
        inverted: data.code(tags::PHOTOMETRIC_INTERPRETATION) == Some("MONOCHROME1"),
        padding: padding(data, &format)?,
        frames,
        format,
        warnings,
    })
}

/// Pixel Padding Value and Range Limit (PS3.3 section C.7.5.1.1.2), whichever is larger.
fn padding(data: &DataSet<'_>, format: &PixelFormat) -> Result<Option<[i64; 2]>, Fault> {
    let stored = |tag| -> Result<Option<i64>, Fault> {
        // Some writers give a negative value as unsigned.
        let too_large = 1_i64 << (format.bits_allocated - 1);
        let folded = |v| if format.signed && v >= too_large { v - 2 * too_large } else { v };
        Ok(data.integer(tag)?.map(folded))
    };
    let Some(value) = stored(tags::PIXEL_PADDING_VALUE)? else { return Ok(None) };
    let limit = stored(tags::PIXEL_PADDING_RANGE_LIMIT)?.unwrap_or(value);
    Ok(Some([value.min(limit), value.max(limit)]))
}
