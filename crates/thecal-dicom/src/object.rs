//! What readers of every kind of object share.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use thecal_geom::{Point3, Vector3, Warning};

use crate::read::{DataSet, Fault, FaultKind, MAX_COORDINATE_MM, Source};

/// The object must be of one of these SOP classes, or, where it names none, hold `mark`.
pub(crate) fn check_class(
    source: &Source,
    data: &DataSet<'_>,
    classes: &[&str],
    what: &str,
    mark: Tag,
    warnings: &mut Vec<Warning>,
) -> Result<(), Fault> {
    match data.code(tags::SOP_CLASS_UID).or(source.media_storage_sop_class()) {
        Some(uid) if classes.contains(&uid) => Ok(()),
        None if data.get(mark).is_some() => {
            let message = format!("no SOP class is given; read as {what} by its content");
            warnings.push(Warning::new("sop_class_absent", message, ""));
            Ok(())
        }
        other => {
            let modality = data.code(tags::MODALITY).unwrap_or("none");
            let found = format!("{} (modality {modality})", other.unwrap_or("none"));
            let advice = "name the file of the right kind";
            let fault = Fault::new(FaultKind::WrongObject, found, what, advice);
            Err(fault.of(tags::SOP_CLASS_UID))
        }
    }
}

/// An attribute is absent that nothing can be said without.
pub(crate) fn missing(tag: Tag, expected: &str) -> Fault {
    let advice = "the file is incomplete: export it again from its source";
    Fault::new(FaultKind::Missing, "nothing", expected, advice).of(tag)
}

/// An attribute holds what it must not.
pub(crate) fn bad(tag: Tag, found: impl Into<String>, expected: impl Into<String>) -> Fault {
    let advice = "correct it where the file was made";
    Fault::new(FaultKind::BadValue, found, expected, advice).of(tag)
}

/// A whole number within bounds.
pub(crate) fn count(data: &DataSet<'_>, tag: Tag, within: [i64; 2]) -> Result<usize, Fault> {
    let expected = format!("a whole number from {} to {}", within[0], within[1]);
    match data.integer(tag)? {
        Some(n) if (within[0]..=within[1]).contains(&n) => Ok(n as usize),
        Some(n) => Err(bad(tag, n.to_string(), expected)),
        None => Err(missing(tag, &expected)),
    }
}

/// The whole number that each item of a sequence holds, of those that hold one.
pub(crate) fn numbers(items: &[DataSet<'_>], tag: Tag) -> Result<Vec<i64>, Fault> {
    items.iter().filter_map(|item| item.integer(tag).transpose()).collect()
}

/// Exactly `N` numbers; `None` where the attribute is absent or empty.
pub(crate) fn exactly<const N: usize>(
    data: &DataSet<'_>,
    tag: Tag,
) -> Result<Option<[f64; N]>, Fault> {
    let numbers = data.numbers(tag)?;
    if numbers.is_empty() {
        return Ok(None);
    }
    let found = format!("{} values", numbers.len());
    numbers.try_into().map(Some).map_err(|_| bad(tag, found, format!("{N} values")))
}

/// Image Position (Patient), bounded.
pub(crate) fn position(data: &DataSet<'_>) -> Result<Option<Point3>, Fault> {
    let tag = tags::IMAGE_POSITION_PATIENT;
    let Some(p) = exactly::<3>(data, tag)? else { return Ok(None) };
    match p.iter().find(|x| x.abs() > MAX_COORDINATE_MM) {
        Some(x) => Err(bad(tag, x.to_string(), "coordinates within a kilometre")),
        None => Ok(Some(p.into())),
    }
}

/// Image Orientation (Patient): unit vectors along a row and along a column.
pub(crate) fn orientation(data: &DataSet<'_>) -> Result<Option<[Vector3; 2]>, Fault> {
    let tag = tags::IMAGE_ORIENTATION_PATIENT;
    let Some([a, b, c, d, e, f]) = exactly::<6>(data, tag)? else { return Ok(None) };
    let axes = [Vector3::new(a, b, c), Vector3::new(d, e, f)];
    let unit = axes.iter().all(|v| (v.norm() - 1.0).abs() < 1e-3);
    if !unit || axes[0].dot(&axes[1]).abs() > 1e-3 {
        let found = format!("{a}\\{b}\\{c}\\{d}\\{e}\\{f}");
        return Err(bad(tag, found, "two unit vectors at a right angle"));
    }
    Ok(Some(axes.map(|v| v.normalize())))
}

/// Pixel Spacing as distance of columns (along a row), then of rows, mm.
pub(crate) fn pixel_spacing(data: &DataSet<'_>) -> Result<Option<[f64; 2]>, Fault> {
    let tag = tags::PIXEL_SPACING;
    let Some([rows, columns]) = exactly::<2>(data, tag)? else { return Ok(None) };
    for x in [rows, columns] {
        if !(x > 0.0 && x < 1e3) {
            return Err(bad(tag, x.to_string(), "lengths above 0 and below 1000 mm"));
        }
    }
    Ok(Some([columns, rows]))
}
