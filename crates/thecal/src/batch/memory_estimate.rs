//! How much memory a study needs, before it starts.

use thecal_dicom::index::Kind;

use super::file_facts::{FileFacts, FileOf};
use crate::settings::Settings;

const MIB: u64 = 1 << 20;
/// What the smallest study takes, with its share of the threads' own memory.
const BASE: u64 = 16 * MIB;
/// Contours as text to points, solids, trees and samples.
const BY_CONTOUR_BYTE: u64 = 16;
/// A bit a voxel to coverage and surface.
const BY_SEGMENT_BYTE: u64 = 40;
/// A mask and the cut-out of each structure, by the byte without compression.
const BY_MASK_BYTE: u64 = 8;
/// The file, its values as numbers, and the grids that they are placed on.
const BY_DOSE_BYTE: u64 = 6;
/// Lattices and histograms of the structures that dose figures are given of.
const DOSE: u64 = 64 * MIB;
/// Grids of a separation, at half a millimetre round the cord.
const SEPARATION: u64 = 192 * MIB;

/// A box of the images, and the pictures while they are drawn.
const PICTURES: u64 = 256 * MIB;

/// Bytes, on the generous side.
pub(super) fn need_bytes(files: &[FileFacts], settings: &Settings, reports: bool) -> u64 {
    let mut need = BASE;
    let (mut largest_mask, mut masks) = (0, 0);
    for file in files {
        match file.of {
            FileOf::Object(Kind::RtStruct) => need += BY_CONTOUR_BYTE * file.bytes,
            FileOf::Object(Kind::Seg) => need += BY_SEGMENT_BYTE * file.bytes,
            FileOf::Mask => {
                largest_mask = largest_mask.max(file.unpacked_bytes.unwrap_or(file.bytes));
                masks += file.bytes;
            }
            FileOf::Object(Kind::RtDose) if settings.dose.is_some() => {
                need += BY_DOSE_BYTE * file.bytes + DOSE;
            }
            FileOf::Object(_) | FileOf::More => {}
        }
    }
    // Of several files the voxels of one are in memory at a time.
    need += BY_MASK_BYTE * largest_mask + masks;
    need += if settings.separation.is_some() { SEPARATION } else { 0 };
    need + if reports { PICTURES } else { 0 }
}
