//! A structure set built byte by byte, with parts to be bent.

use super::{Form, RTSTRUCT};

/// One contour: type, announced number of points, data.
#[derive(Clone)]
pub(crate) struct DrawnContour {
    pub(crate) kind: Option<&'static str>,
    pub(crate) count: Option<&'static str>,
    pub(crate) data: Vec<u8>,
    pub(crate) data_vr: &'static str,
    pub(crate) extra: Vec<u8>,
}

pub(crate) fn drawn(data: &str) -> DrawnContour {
    let (kind, data) = (Some("CLOSED_PLANAR"), data.as_bytes().to_vec());
    DrawnContour { kind, count: None, data, data_vr: "DS", extra: Vec::new() }
}

/// A region: number, name and, if it is drawn, contours.
pub(crate) type DrawnRoi = (&'static str, &'static str, Option<Vec<DrawnContour>>);

pub(crate) fn contour_item(form: Form, contour: &DrawnContour) -> Vec<u8> {
    let mut item = contour.extra.clone();
    if let Some(kind) = contour.kind {
        item.extend(form.text((0x3006, 0x42), "CS", kind));
    }
    if let Some(count) = contour.count {
        item.extend(form.text((0x3006, 0x46), "IS", count));
    }
    item.extend(form.element((0x3006, 0x50), contour.data_vr, &contour.data));
    item
}

pub(crate) fn roi_contour_item(form: Form, number: &str, contours: &[DrawnContour]) -> Vec<u8> {
    let items: Vec<_> = contours.iter().map(|contour| contour_item(form, contour)).collect();
    [
        form.text((0x3006, 0x2A), "IS", "255\\128\\0"),
        form.open_sequence((0x3006, 0x40), "SQ", &items),
        form.text((0x3006, 0x84), "IS", number),
    ]
    .concat()
}

/// The elements before the regions.
pub(crate) fn head(form: Form) -> Vec<u8> {
    let image = form.text((8, 0x1155), "UI", "1.9.1");
    let series = [
        form.text((0x20, 0xE), "UI", "1.8"),
        form.sequence((0x3006, 0x16), &[image.clone(), image]),
    ];
    let study = form.sequence((0x3006, 0x14), &[series.concat()]);
    let frame = [form.text((0x20, 0x52), "UI", "1.7"), form.sequence((0x3006, 0x12), &[study])];
    [
        form.text((8, 5), "CS", "ISO_IR 100"),
        form.text((8, 0x16), "UI", RTSTRUCT),
        form.text((8, 0x18), "UI", "1.2.3.4"),
        form.text((8, 0x60), "CS", "RTSTRUCT"),
        form.text((0x20, 0xD), "UI", "1.5"),
        form.text((0x20, 0xE), "UI", "1.6"),
        form.text((0x3006, 2), "SH", "plan"),
        form.sequence((0x3006, 0x10), &[frame.concat()]),
    ]
    .concat()
}

pub(crate) fn data_set(form: Form, rois: &[DrawnRoi]) -> Vec<u8> {
    let definitions: Vec<_> = rois
        .iter()
        .map(|(number, name, _)| {
            // Names are in Latin-1.
            let name: Vec<u8> = name.chars().map(|c| c as u8).collect();
            [
                form.text((0x3006, 0x22), "IS", number),
                form.text((0x3006, 0x24), "UI", "1.7"),
                form.element((0x3006, 0x26), "LO", &name),
            ]
            .concat()
        })
        .collect();
    let contours: Vec<_> = rois
        .iter()
        .filter_map(|(number, _, contours)| {
            contours.as_ref().map(|contours| roi_contour_item(form, number, contours))
        })
        .collect();
    let observations: Vec<_> = rois
        .iter()
        .map(|(number, ..)| {
            [form.text((0x3006, 0x84), "IS", number), form.text((0x3006, 0xA4), "CS", "ORGAN")]
                .concat()
        })
        .collect();
    [
        head(form),
        form.sequence((0x3006, 0x20), &definitions),
        form.sequence((0x3006, 0x39), &contours),
        form.sequence((0x3006, 0x80), &observations),
    ]
    .concat()
}
