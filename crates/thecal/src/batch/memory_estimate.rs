//! How much memory a study needs, before it starts.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use thecal_dicom::index::Kind;

use super::discover::Found;
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
/// Grids of a separation, at half a millimetre round the cord.
const SEPARATION: u64 = 192 * MIB;

/// A box of the images, and the pictures while they are drawn.
const PICTURES: u64 = 256 * MIB;

/// Bytes, on the generous side.
pub(super) fn need_bytes(study: &Found, settings: &Settings, reports: bool) -> u64 {
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |m| m.len());
    let mut need = BASE;
    for object in &study.index.objects {
        need += match object.kind {
            Kind::RtStruct => BY_CONTOUR_BYTE * size(&object.path),
            Kind::Seg => BY_SEGMENT_BYTE * size(&object.path),
            _ => 0,
        };
    }
    // Of several files the voxels of one are in memory at a time.
    let of_mask = |path: &PathBuf| unpacked_bytes(path).unwrap_or_else(|| size(path));
    need += BY_MASK_BYTE * study.index.other_paths.iter().map(of_mask).max().unwrap_or(0);
    need += study.index.other_paths.iter().map(|path| size(path)).sum::<u64>();
    need += if settings.separation.is_some() { SEPARATION } else { 0 };
    need + if reports { PICTURES } else { 0 }
}

/// The size that a gzip file states of its contents at its end (RFC 1952).
fn unpacked_bytes(path: &Path) -> Option<u64> {
    let packed = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
    if !packed {
        return None;
    }
    let mut file = File::open(path).ok()?;
    file.seek(SeekFrom::End(-4)).ok()?;
    let mut size = [0; 4];
    file.read_exact(&mut size).ok()?;
    Some(u64::from(u32::from_le_bytes(size)))
}
