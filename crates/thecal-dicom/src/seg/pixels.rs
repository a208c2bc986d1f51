//! The pixels of a segmentation, unpacked frame by frame.

use std::collections::BTreeSet;

use dicom_core::VR;
use dicom_dictionary_std::tags;
use thecal_voxel::{FULL, Slice};

use super::SegmentationKind;
use super::frames::Frame;
use crate::object::{bad, count, missing};
use crate::read::{ByteOrder, DataSet, Fault, FaultKind, Value};

/// Pixel data with what is needed to read it.
#[derive(Debug, Clone)]
pub(super) struct Pixels {
    bytes: Vec<u8>,
    kind: SegmentationKind,
    /// Bits of a pixel: 1, 8 or 16.
    bits: usize,
    /// Rows and columns.
    size: [usize; 2],
    big: bool,
}

impl Pixels {
    /// Checks that the pixel data hold every frame before anything is made of them.
    pub(super) fn of(
        data: &DataSet<'_>,
        kind: SegmentationKind,
        size: [usize; 2],
        frame_count: usize,
    ) -> Result<Self, Fault> {
        let bits = count(data, tags::BITS_ALLOCATED, [1, 64])?;
        let allowed: &[usize] = match kind {
            SegmentationKind::Binary => &[1, 8],
            SegmentationKind::Fractional { .. } => &[8],
            SegmentationKind::LabelMap => &[8, 16],
        };
        if !allowed.contains(&bits) {
            let expected = format!("{allowed:?} for a {} segmentation", kind.term());
            return Err(bad(tags::BITS_ALLOCATED, bits.to_string(), expected));
        }
        let element = data
            .get(tags::PIXEL_DATA)
            .ok_or_else(|| missing(tags::PIXEL_DATA, "the pixels of the segments"))?;
        let bytes = match &element.value {
            Value::Bytes(bytes) => *bytes,
            Value::Fragments(_) | Value::Items(_) => {
                let advice = "decompress the file first, for example with gdcmconv --raw";
                return Err(Fault::new(
                    FaultKind::UnsupportedSyntax,
                    "compressed pixels",
                    "native ones",
                    advice,
                )
                .of(tags::PIXEL_DATA));
            }
        };
        let needed = size.iter().chain([&frame_count, &bits]).map(|&n| n as u128).product::<u128>();
        if needed > bytes.len() as u128 * 8 {
            let advice = "the file is cut off or miscounts its frames: export it again";
            let found = format!("{} bytes", bytes.len());
            let expected = format!("at least {} for {frame_count} frames", needed.div_ceil(8));
            return Err(Fault::new(FaultKind::Truncated, found, expected, advice)
                .of(tags::PIXEL_DATA));
        }
        let mut bytes = bytes.to_vec();
        let big = element.byte_order == ByteOrder::Big;
        // Words of a big endian file hold two bytes of pixels in reverse.
        if big && element.vr == VR::OW && bits < 16 {
            bytes.as_chunks_mut::<2>().0.iter_mut().for_each(|word| word.reverse());
        }
        Ok(Self { bytes, kind, bits, size, big })
    }

    fn frame_len(&self) -> usize {
        self.size[0] * self.size[1]
    }

    /// The value of a pixel; frames follow each other without padding, bits lowest first
    /// (PS3.5 section 8.2 and annex D).
    fn value(&self, frame: usize, pixel: usize) -> u16 {
        let at = frame * self.frame_len() + pixel;
        let byte = |n: usize| u16::from(self.bytes.get(n).copied().unwrap_or(0));
        match self.bits {
            1 => byte(at / 8) >> (at % 8) & 1,
            8 => byte(at),
            _ if self.big => byte(2 * at) << 8 | byte(2 * at + 1),
            _ => byte(2 * at + 1) << 8 | byte(2 * at),
        }
    }

    /// How much of each pixel of a frame belongs to a segment.
    fn parts(&self, frame: usize, segment: u16) -> Vec<u8> {
        let whole = |inside: bool| if inside { FULL } else { 0 };
        let part = |value: u16| match self.kind {
            SegmentationKind::Binary => whole(value != 0),
            SegmentationKind::LabelMap => whole(value == segment),
            SegmentationKind::Fractional { maximum } => {
                let maximum = u32::from(maximum);
                let value = u32::from(value).min(maximum);
                ((value * u32::from(FULL) + maximum / 2) / maximum) as u8
            }
        };
        (0..self.frame_len()).map(|n| part(self.value(frame, n))).collect()
    }

    /// The part of a plane that holds some of a segment, from the frames that cover it.
    pub(super) fn window(&self, frames: &[usize], segment: u16, place: &Frame) -> Option<Slice> {
        let mut parts = self.parts(*frames.first()?, segment);
        for &more in &frames[1..] {
            let others = self.parts(more, segment);
            parts.iter_mut().zip(others).for_each(|(p, o)| *p = o.max(*p));
        }
        self.cut(&parts, place)
    }

    /// Cuts a frame to what is not empty.
    fn cut(&self, parts: &[u8], place: &Frame) -> Option<Slice> {
        let columns = self.size[1];
        let mut window: Option<[usize; 4]> = None;
        for (j, row) in parts.chunks_exact(columns).enumerate() {
            let Some(first) = row.iter().position(|&v| v > 0) else { continue };
            let last = row.iter().rposition(|&v| v > 0).unwrap_or(first);
            let w = window.get_or_insert([first, last, j, j]);
            *w = [w[0].min(first), w[1].max(last), w[2], j];
        }
        let [i0, i1, j0, j1] = window?;
        let to = |k: usize, n: usize| place.axes[k] * (place.spacing_mm[k] * n as f64);
        Some(Slice {
            first_mm: place.position_mm + to(0, i0) + to(1, j0),
            size: [i1 + 1 - i0, j1 + 1 - j0],
            values: (j0..=j1)
                .flat_map(|j| parts[j * columns + i0..=j * columns + i1].iter().copied())
                .collect(),
        })
    }

    /// The labels on a frame of a label map, each once.
    pub(super) fn labels(&self, frame: usize) -> BTreeSet<u16> {
        let mut seen = BTreeSet::new();
        let mut last = None;
        for n in 0..self.frame_len() {
            let value = self.value(frame, n);
            if last.replace(value) != Some(value) {
                seen.insert(value);
            }
        }
        seen
    }
}
