//! RT Dose files built element by element: a good one, of which a test changes what it is about.

use super::{EXPLICIT, Form, meta};

const F: Form = Form::Explicit;
pub(crate) const AXIAL: &str = "1\\0\\0\\0\\1\\0";

type Tag = (u16, u16);
pub(crate) const ROWS: Tag = (0x28, 0x10);
pub(crate) const BITS_ALLOCATED: Tag = (0x28, 0x100);
pub(crate) const FRAME_UID: Tag = (0x20, 0x52);
pub(crate) const DOSE_UNITS: Tag = (0x3004, 2);
pub(crate) const DOSE_TYPE: Tag = (0x3004, 4);
pub(crate) const SUMMATION: Tag = (0x3004, 0xA);
pub(crate) const SCALING: Tag = (0x3004, 0xE);
pub(crate) const HETEROGENEITY: Tag = (0x3004, 0x14);
const PIXEL_DATA: Tag = (0x7FE0, 0x10);

/// A dose of two rows and three columns at (10, 20, z), columns 2.5 and rows 2 mm apart, in Gy,
/// physical, of a plan.
#[derive(Clone)]
pub(crate) struct DoseFile {
    elements: Vec<(Tag, Vec<u8>)>,
}

impl DoseFile {
    /// Planes at the offsets; the stored value is plane * 100 + pixel, a hundredth of a gray each.
    pub(crate) fn new(bits: u16, offsets: &str, z: &str, orientation: &str) -> Self {
        let planes = offsets.split('\\').count();
        let mut pixels = Vec::new();
        for n in 0..planes * 6 {
            let value = (100 * (n / 6) + n % 6) as u32;
            pixels.extend(&value.to_le_bytes()[..usize::from(bits) / 8]);
        }
        Self { elements: Vec::new() }
            .text((8, 0x16), "UI", "1.2.840.10008.5.1.4.1.1.481.2")
            .text((0x20, 0x32), "DS", &format!("10\\20\\{z}"))
            .text((0x20, 0x37), "DS", orientation)
            .text(FRAME_UID, "UI", "1.2.3.9")
            .text((0x28, 8), "IS", &planes.to_string())
            .word(ROWS, 2)
            .word((0x28, 0x11), 3)
            .text((0x28, 0x30), "DS", "2\\2.5")
            .word(BITS_ALLOCATED, bits)
            .word((0x28, 0x103), 0)
            .text(DOSE_UNITS, "CS", "GY")
            .text(DOSE_TYPE, "CS", "PHYSICAL")
            .text(SUMMATION, "CS", "PLAN")
            .text((0x3004, 0xC), "DS", offsets)
            .text(SCALING, "DS", "0.01")
            .put(PIXEL_DATA, F.element(PIXEL_DATA, "OW", &pixels))
    }

    /// Three planes, 3 mm apart.
    pub(crate) fn good() -> Self {
        Self::new(16, "0\\3\\6", "-30", AXIAL)
    }

    /// Adds an element or puts it in the place of another of the same tag.
    pub(crate) fn put(mut self, tag: Tag, element: Vec<u8>) -> Self {
        self.elements.retain(|(t, _)| *t != tag);
        self.elements.push((tag, element));
        self.elements.sort_by_key(|(t, _)| *t);
        self
    }

    pub(crate) fn text(self, tag: Tag, vr: &str, value: &str) -> Self {
        self.put(tag, F.text(tag, vr, value))
    }

    pub(crate) fn word(self, tag: Tag, value: u16) -> Self {
        self.put(tag, F.element(tag, "US", &value.to_le_bytes()))
    }

    pub(crate) fn without(mut self, tag: Tag) -> Self {
        self.elements.retain(|(t, _)| *t != tag);
        self
    }

    /// Signed stored values of 16 bits in place of those that stand there.
    pub(crate) fn values(self, stored: &[i16]) -> Self {
        let bytes: Vec<u8> = stored.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.word((0x28, 0x103), 1).put(PIXEL_DATA, F.element(PIXEL_DATA, "OW", &bytes))
    }

    /// A plan that the dose is of, with a fraction group and its beams.
    pub(crate) fn plan(self, uid: &str, group: &str, beams: &[&str], control_point: bool) -> Self {
        let point = F.text((0x300C, 0xF0), "IS", "0");
        let beams: Vec<Vec<u8>> = beams
            .iter()
            .map(|number| {
                let mut item = F.text((0x300C, 6), "IS", number);
                if control_point {
                    item.extend(F.sequence((0x300C, 0xF2), std::slice::from_ref(&point)));
                }
                item
            })
            .collect();
        let group = [F.sequence((0x300C, 4), &beams), F.text((0x300C, 0x22), "IS", group)].concat();
        let plan = [F.text((8, 0x1155), "UI", uid), F.sequence((0x300C, 0x20), &[group])].concat();
        self.put((0x300C, 2), F.sequence((0x300C, 2), &[plan]))
    }

    /// The file without a preamble.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let elements = self.elements.iter().flat_map(|(_, bytes)| bytes).copied();
        meta(EXPLICIT).into_iter().chain(elements).collect()
    }
}
