//! The pixels of a segmentation, frame by frame, each cut to what is not empty.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use dicom_dictionary_std::tags;
use rayon::prelude::*;
use thecal_voxel::{FULL, Slice, memory};

use super::frames::Frame;
use super::kind::SegmentationKind;
use crate::object::bad;
use crate::pixels::Pixels;
use crate::read::{DataSet, Fault, FaultKind};

/// Bytes that the parts of all frames that are not empty may take together.
const MAX_BYTES: usize = 1 << 31;

/// The part of a frame that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window {
    /// Column and row of its first pixel.
    first: [usize; 2],
    /// Columns and rows.
    size: [usize; 2],
    values: Values,
    /// What stands for nothing.
    background: u16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Values {
    Bytes(Vec<u8>),
    Words(Vec<u16>),
}

impl Window {
    fn value(&self, n: usize) -> u16 {
        match &self.values {
            Values::Bytes(v) => u16::from(v[n]),
            Values::Words(v) => v[n],
        }
    }

    /// The largest value.
    pub(super) fn largest(&self) -> u16 {
        (0..self.size[0] * self.size[1]).map(|n| self.value(n)).max().unwrap_or(0)
    }

    /// The labels other than the background, each once.
    pub(super) fn labels(&self) -> BTreeSet<u16> {
        let mut seen = BTreeSet::new();
        let mut last = self.background;
        for n in 0..self.size[0] * self.size[1] {
            let value = self.value(n);
            if value != last && value != self.background {
                seen.insert(value);
            }
            last = value;
        }
        seen
    }
}

/// Decodes all frames.
pub(super) fn windows(
    data: &DataSet<'_>,
    transfer_syntax: Option<&str>,
    kind: SegmentationKind,
    background: u16,
) -> Result<Vec<Option<Window>>, Fault> {
    let pixels = Pixels::new(data, transfer_syntax)?;
    let format = *pixels.format();
    let allowed: &[u32] = match kind {
        SegmentationKind::Binary => &[1, 8],
        SegmentationKind::Fractional { .. } => &[8],
        SegmentationKind::LabelMap => &[8, 16],
    };
    if !allowed.contains(&format.bits_allocated) {
        let expected = format!("{allowed:?} for a {} segmentation", kind.term());
        return Err(bad(tags::BITS_ALLOCATED, format.bits_allocated.to_string(), expected));
    }
    let most = usize::try_from(memory::allowed()).unwrap_or(usize::MAX).min(MAX_BYTES);
    let kept = AtomicUsize::new(0);
    (0..format.frames)
        .into_par_iter()
        .map(|n| {
            let frame = pixels.frame(n)?;
            let values = match format.bits_allocated {
                16 => {
                    let words = frame.as_chunks::<2>().0.iter().map(|&w| u16::from_le_bytes(w));
                    Values::Words(words.collect())
                }
                _ => Values::Bytes(frame.into_owned()),
            };
            let window = match &values {
                Values::Bytes(v) => match u8::try_from(background) {
                    Ok(empty) => cut(v, format.columns, empty, Values::Bytes),
                    Err(_) => {
                        let expected = "a value that a pixel of 8 bits can have";
                        let found = background.to_string();
                        return Err(bad(tags::PIXEL_PADDING_VALUE, found, expected));
                    }
                },
                Values::Words(v) => cut(v, format.columns, background, Values::Words),
            };
            let bytes = window.as_ref().map_or(0, |w| match &w.values {
                Values::Bytes(v) => v.len(),
                Values::Words(v) => 2 * v.len(),
            });
            if kept.fetch_add(bytes, Ordering::Relaxed) + bytes > most {
                let found = format!("more than {most} bytes of pixels that are not empty");
                let advice = "allow more with --memory, or split the segmentation";
                return Err(
                    Fault::new(FaultKind::TooLarge, found, "fewer", advice).of(tags::PIXEL_DATA)
                );
            }
            Ok(window)
        })
        .collect()
}

fn cut<T: Copy + Into<u16> + PartialEq>(
    values: &[T],
    columns: usize,
    empty: T,
    wrap: impl Fn(Vec<T>) -> Values,
) -> Option<Window> {
    let mut window: Option<[usize; 4]> = None;
    for (j, row) in values.chunks_exact(columns).enumerate() {
        let Some(first) = row.iter().position(|&v| v != empty) else { continue };
        let last = row.iter().rposition(|&v| v != empty).unwrap_or(first);
        let w = window.get_or_insert([first, last, j, j]);
        *w = [w[0].min(first), w[1].max(last), w[2], j];
    }
    let [i0, i1, j0, j1] = window?;
    let row = |j: usize| values[j * columns + i0..=j * columns + i1].iter().copied();
    Some(Window {
        first: [i0, j0],
        size: [i1 + 1 - i0, j1 + 1 - j0],
        values: wrap((j0..=j1).flat_map(row).collect()),
        background: empty.into(),
    })
}

/// How much of each pixel of a plane belongs to a segment, from the frames that cover it.
pub(super) fn slice(
    windows: &[&Window],
    kind: SegmentationKind,
    segment: u16,
    place: &Frame,
) -> Option<Slice> {
    let whole = |inside: bool| if inside { FULL } else { 0 };
    let part = |value: u16| match kind {
        SegmentationKind::Binary => whole(value != 0),
        SegmentationKind::LabelMap => whole(value == segment),
        SegmentationKind::Fractional { maximum } => {
            let maximum = u32::from(maximum);
            let value = u32::from(value).min(maximum);
            ((value * u32::from(FULL) + maximum / 2) / maximum) as u8
        }
    };
    let least = |k: usize| windows.iter().map(|w| w.first[k]).min();
    let most = |k: usize| windows.iter().map(|w| w.first[k] + w.size[k]).max();
    let first = [least(0)?, least(1)?];
    let size = [most(0)? - first[0], most(1)? - first[1]];
    let mut parts = vec![0; size[0] * size[1]];
    for w in windows {
        for n in 0..w.size[0] * w.size[1] {
            let (i, j) =
                (w.first[0] - first[0] + n % w.size[0], w.first[1] - first[1] + n / w.size[0]);
            let p = &mut parts[j * size[0] + i];
            *p = part(w.value(n)).max(*p);
        }
    }
    // A label map's window holds other labels too.
    let Window { first: within, size, values, .. } = cut(&parts, size[0], 0, Values::Bytes)?;
    let Values::Bytes(values) = values else { return None };
    let to = |k: usize| place.axes[k] * (place.spacing_mm[k] * (first[k] + within[k]) as f64);
    Some(Slice { first_mm: place.position_mm + to(0) + to(1), size, values })
}
