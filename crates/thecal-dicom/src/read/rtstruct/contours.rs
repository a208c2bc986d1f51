//! The contours: found by number, parsed in parallel, doubts gathered by region.

use std::collections::BTreeMap;

use rayon::prelude::*;
use thecal_geom::{Contour, ContourKind, Point3, Warning};

use super::{Distinct, MAX_COORDINATE_MM, Roi, RoiFault, by_number, place, required};
use crate::read::dataset::{DataSet, Value};
use crate::read::decimal::Decimals;
use crate::read::error::{Fault, attribute_name, excerpt};
use crate::read::{Tag, tags};

// Retired, yet still written; their constants in the dictionary are marked as deprecated.
const CONTOUR_SLAB_THICKNESS: Tag = Tag(0x3006, 0x0044);
const CONTOUR_OFFSET_VECTOR: Tag = Tag(0x3006, 0x0045);

/// Contours parsed in one piece: few, so that a thread that has to wait holds up few.
const PIECE: usize = 16;

/// Gives every region its contours, colour and slab thickness. Returns the images that contours
/// refer to.
pub(super) fn assign(
    data: &DataSet<'_>,
    rois: &mut [Roi],
    warnings: &mut Vec<Warning>,
) -> Result<Vec<String>, Fault> {
    let sets = if rois.is_empty() {
        data.items(tags::ROI_CONTOUR_SEQUENCE)?
    } else {
        required(data, tags::ROI_CONTOUR_SEQUENCE)?
    };
    let owners = by_number(rois);
    let mut images = Distinct::default();
    let mut jobs = Vec::new();
    let mut drawn = vec![0_usize; rois.len()];
    let mut parts = vec![0_usize; rois.len()];
    for (place_in_set, set) in sets.iter().enumerate() {
        let number = set.integer(tags::REFERENCED_ROI_NUMBER).ok().flatten();
        let contours = set.items(tags::CONTOUR_SEQUENCE);
        // Of regions that share a number each is faulty, so that the first will do.
        let owner = number.and_then(|number| owners.get(&number)).map(|owners| owners[0]);
        let Some(owner) = owner else {
            let number = number.map_or("no readable number".into(), |n| format!("number {n}"));
            let count = contours.map_or(0, <[_]>::len);
            let message = format!(
                "{count} contours of a region with {number}, which is not defined; left out"
            );
            let at = format!("item {} of the ROI Contour Sequence", place_in_set + 1);
            warnings.push(Warning::new("contours_without_roi", message, at));
            continue;
        };
        let roi = &mut rois[owner];
        parts[owner] += 1;
        colour(set, roi, warnings);
        let Ok(found) = &mut roi.contours else { continue };
        match contours {
            Ok(contours) => {
                for item in contours {
                    drawn[owner] += 1;
                    jobs.push((owner, drawn[owner], item));
                    // A reference is no reason to lose a contour.
                    for image in item.items(tags::CONTOUR_IMAGE_SEQUENCE).unwrap_or_default() {
                        images.add(image.code(tags::REFERENCED_SOP_INSTANCE_UID));
                    }
                }
                found.reserve_exact(contours.len());
            }
            Err(fault) => {
                roi.contours = Err(RoiFault {
                    roi_name: roi.name.clone(),
                    contour_number: None,
                    attribute: fault.attribute,
                    found: fault.found,
                    expected: fault.expected,
                });
            }
        }
    }
    for (roi, _) in rois.iter().zip(&parts).filter(|(_, parts)| **parts > 1) {
        let message = "the contours are in several items; they are joined";
        warnings.push(Warning::new("roi_contours_split", message, place(roi)));
    }
    let parsed: Vec<_> = jobs
        .par_iter()
        .with_max_len(PIECE)
        .map(|&(_, number, item)| contour(number, item))
        .collect();
    let mut doubts: BTreeMap<(usize, &'static str), (usize, usize, String)> = BTreeMap::new();
    for (&(owner, number, _), parsed) in jobs.iter().zip(parsed) {
        let roi = &mut rois[owner];
        let Ok(found) = &mut roi.contours else { continue };
        match parsed {
            Ok(parsed) => {
                found.extend(parsed.contour);
                for (code, message) in parsed.doubts {
                    doubts.entry((owner, code)).or_insert((0, number, message)).0 += 1;
                }
                if let Some(slab_mm) = parsed.slab_thickness_mm {
                    let so_far_mm = roi.slab_thickness_mm.unwrap_or(slab_mm);
                    roi.slab_thickness_mm = Some(slab_mm.max(so_far_mm));
                }
            }
            Err(mut fault) => {
                fault.roi_name.clone_from(&roi.name);
                roi.contours = Err(*fault);
            }
        }
    }
    for ((owner, code), (count, first, message)) in doubts {
        let others =
            if count > 1 { format!(" (and {} more contours)", count - 1) } else { String::new() };
        let at = format!("{}, contour {first}", place(&rois[owner]));
        warnings.push(Warning::new(code, message + &others, at));
    }
    Ok(images.list)
}

fn colour(set: &DataSet<'_>, roi: &mut Roi, warnings: &mut Vec<Warning>) {
    let Some(bytes) = set.bytes(tags::ROI_DISPLAY_COLOR).filter(|bytes| !bytes.is_empty()) else {
        return;
    };
    let numbers = set.numbers(tags::ROI_DISPLAY_COLOR).unwrap_or_default();
    let channels: Vec<u8> = numbers
        .iter()
        .filter(|number| number.fract() == 0.0 && (0.0..=255.0).contains(*number))
        .map(|&number| number as u8)
        .collect();
    match <[u8; 3]>::try_from(channels) {
        Ok(colour) if numbers.len() == 3 => roi.colour = Some(colour),
        _ => {
            let message = format!("the display colour {} is not valid; left out", excerpt(bytes));
            warnings.push(Warning::new("roi_colour_unreadable", message, place(roi)));
        }
    }
}

/// A contour that could be read.
struct Parsed {
    /// `None` where it has no points.
    contour: Option<Contour>,
    slab_thickness_mm: Option<f64>,
    doubts: Vec<(&'static str, String)>,
}

fn contour(number: usize, item: &DataSet<'_>) -> Result<Parsed, Box<RoiFault>> {
    let fault = |tag: Tag, found: String, expected: &str| {
        let attribute = attribute_name(tag);
        let (roi_name, contour_number) = (String::new(), Some(number));
        Box::new(RoiFault { roi_name, contour_number, attribute, found, expected: expected.into() })
    };
    let of_data = |found, expected: &str| fault(tags::CONTOUR_DATA, found, expected);
    let mut doubts = Vec::new();
    let value = match item.get(tags::CONTOUR_DATA).map(|element| &element.value) {
        None => &[][..],
        Some(Value::Bytes(bytes)) => bytes,
        Some(_) => return Err(of_data("a sequence".into(), "decimal numbers")),
    };
    let declared = match item.integer(tags::NUMBER_OF_CONTOUR_POINTS) {
        Ok(declared) => declared,
        Err(fault) => {
            let message = format!("the number of points is {}; not relied on", fault.found);
            doubts.push(("contour_point_count", message));
            None
        }
    };
    let points_mm = points(value, declared.unwrap_or(0))
        .map_err(|(found, expected)| of_data(found, &expected))?;
    let count = points_mm.len();
    if let Some(declared) = declared {
        if i64::try_from(count).is_ok_and(|count| count < declared) {
            return Err(of_data(
                format!("{count} points"),
                &format!("{declared} as Number of Contour Points says"),
            ));
        }
        if i64::try_from(count).is_ok_and(|count| count > declared) {
            let message = format!("{count} points where {declared} were stated; all are used");
            doubts.push(("contour_point_count", message));
        }
    }
    if count == 0 {
        doubts.push(("contour_empty", "a contour has no points; left out".into()));
        return Ok(Parsed { contour: None, slab_thickness_mm: None, doubts });
    }
    let kind = kind(item, count, &mut doubts);
    // A vector that cannot be read is doubted like one that is not zero.
    if item.numbers(CONTOUR_OFFSET_VECTOR).map_or(true, |v| v.iter().any(|&x| x != 0.0)) {
        let message =
            "the contour is offset from the middle of its slab; the offset is not applied";
        doubts.push(("contour_offset_ignored", message.into()));
    }
    let slab_thickness_mm = item.number(CONTOUR_SLAB_THICKNESS).unwrap_or_else(|fault| {
        let message = format!("the slab thickness is {}; left out", fault.found);
        doubts.push(("contour_slab_unreadable", message));
        None
    });
    Ok(Parsed { contour: Some(Contour { number, kind, points_mm }), slab_thickness_mm, doubts })
}

fn kind(item: &DataSet<'_>, count: usize, doubts: &mut Vec<(&'static str, String)>) -> ContourKind {
    let assumed = if count == 1 { ContourKind::Point } else { ContourKind::ClosedPlanar };
    let named = if count == 1 { "a point" } else { "closed planar" };
    let kind = match item.code(tags::CONTOUR_GEOMETRIC_TYPE) {
        Some("CLOSED_PLANAR") => ContourKind::ClosedPlanar,
        Some("CLOSEDPLANAR_XOR") => ContourKind::ClosedPlanarXor,
        Some("OPEN_PLANAR") => ContourKind::OpenPlanar,
        Some("OPEN_NONPLANAR") => ContourKind::OpenNonplanar,
        Some("POINT") => ContourKind::Point,
        Some(other) => {
            let message =
                format!("the type {} is not known; read as {named}", excerpt(other.as_bytes()));
            doubts.push(("contour_type_unknown", message));
            assumed
        }
        None => {
            doubts.push(("contour_type_absent", format!("the type is not given; read as {named}")));
            assumed
        }
    };
    if kind == ContourKind::Point && count > 1 {
        let message = format!("{count} points in a contour of type POINT; all are kept");
        doubts.push(("contour_several_points", message));
    }
    kind
}

/// Points from a Decimal String, or what was found and what was expected. `announced` is how many
/// there should be, for memory; it is not trusted.
fn points(value: &[u8], announced: i64) -> Result<Vec<Point3>, (String, String)> {
    // A point takes at least six bytes with its separators.
    let most = value.len() / 6 + 1;
    let mut points_mm = Vec::with_capacity(usize::try_from(announced).unwrap_or(0).min(most));
    let mut numbers = Decimals::new(value);
    let next =
        |numbers: &mut Decimals<'_>, place: usize| -> Result<Option<f64>, (String, String)> {
            match numbers.next() {
                None => Ok(None),
                Some(Ok(number)) if number.abs() <= MAX_COORDINATE_MM => Ok(Some(number)),
                Some(Ok(number)) => {
                    let expected = format!("at most {MAX_COORDINATE_MM} mm from the origin");
                    Err((format!("{number:e} as value {place}"), expected))
                }
                Some(Err(e)) => Err((
                    format!("{} as value {}", excerpt(e.text), e.component),
                    "a finite decimal number".into(),
                )),
            }
        };
    let uneven = |values: usize| {
        (format!("{values} values"), "a multiple of 3 (x, y, z of each point)".to_owned())
    };
    loop {
        numbers.plain_triples(MAX_COORDINATE_MM, |xyz| points_mm.push(Point3::from(xyz)));
        let read = 3 * points_mm.len();
        let Some(x) = next(&mut numbers, read + 1)? else { break };
        let y = next(&mut numbers, read + 2)?.ok_or_else(|| uneven(read + 1))?;
        let z = next(&mut numbers, read + 3)?.ok_or_else(|| uneven(read + 2))?;
        points_mm.push(Point3::new(x, y, z));
    }
    Ok(points_mm)
}
