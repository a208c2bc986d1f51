//! A thoracic canal with little CSF in front of the cord, and a tumour that dents its sac.
//!
//! Cord and sac have the mean sections of T5 (7.9 x 6.1 and 14.3 x 12.3 mm, CT myelography); of
//! the 6.2 mm that are free from front to back, 5.0 lie behind, within the range of published
//! dorsal widths (5.8 ± 0.8 mm at T5, doi 10.1213/ANE.0b013e3181d5aca6), so that 1.2 are left in
//! front. The tumour presses the sac's front flat. Once it is taken off down to the sac's own
//! course, it is flush with a sac that has re-expanded, and still nearer to the cord than 2 mm.

use std::f64::consts::TAU;
use std::path::Path;

use serde::Serialize;
use thecal_dicom::write::write_rtstruct;
use thecal_geom::{Contour, ContourKind, Point3};

use crate::error::Error;
use crate::random::Stream;
use crate::structure::Structure;
use crate::structure_set::{roi, without_images};

const CORD: [f64; 2] = [3.95, 3.05];
const SAC: [f64; 2] = [7.15, 6.15];
const VENTRAL_MM: f64 = 1.2;
const DENT_MM: f64 = 0.8;
/// The tumour's half height; the dent runs out over [`FADE_MM`] from [`DENT_TO_MM`] on.
const TUMOUR_TO_MM: f64 = 10.0;
const DENT_TO_MM: f64 = 12.0;
const FADE_MM: f64 = 6.0;
const SLICE_MM: f64 = 2.0;
const HALF_PLANES: i32 = 20;

/// What is known of the study by construction; lengths in mm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct VentralTruth {
    /// Cord to the sac's front at levels without tumour.
    pub ventral_csf_mm: f64,
    /// How far the tumour presses the sac in: taken off by as much, it is flush with a re-expanded
    /// sac.
    pub dent_mm: f64,
    /// Tumour to cord as drawn.
    pub tumour_cord_mm: f64,
    /// Tumour to sac as drawn.
    pub tumour_sac_mm: f64,
}

/// The truth of the study.
pub const VENTRAL_TRUTH: VentralTruth = VentralTruth {
    ventral_csf_mm: VENTRAL_MM,
    dent_mm: DENT_MM,
    tumour_cord_mm: VENTRAL_MM - DENT_MM,
    tumour_sac_mm: 0.0,
};

/// Height of the sac's pressed front over its own, mm.
fn dent_mm(z: f64) -> f64 {
    DENT_MM * (1.0 - (z.abs() - DENT_TO_MM) / FADE_MM).clamp(0.0, 1.0)
}

/// The structures of the study: `SpinalCord`, `ThecalSac`, `GTV` and `VB_T05`, patient LPS mm.
#[must_use]
pub fn ventral_structures() -> Vec<Structure> {
    let front = -CORD[1] - VENTRAL_MM;
    let ellipse = |middle: [f64; 2], axes: [f64; 2]| {
        (0..240).map(move |i| {
            let a = TAU * f64::from(i) / 240.0;
            [middle[0] + axes[0] * a.cos(), middle[1] + axes[1] * a.sin()]
        })
    };
    let sac = |z: f64| {
        let least = front + dent_mm(z);
        ellipse([0.0, front + SAC[1]], SAC).map(|p| flattened(p, front + SAC[1], least)).collect()
    };
    let wall = front + DENT_MM;
    let tumour = |z: f64| {
        let block = vec![[-10.0, -20.0], [10.0, -20.0], [10.0, wall], [-10.0, wall]];
        if z.abs() <= TUMOUR_TO_MM { block } else { Vec::new() }
    };
    let body = |z: f64| {
        let within = z.abs() <= TUMOUR_TO_MM;
        if within { ellipse([0.0, -20.0], [16.0, 12.0]).collect() } else { Vec::new() }
    };
    vec![
        structure("SpinalCord", "ORGAN", &|_| ellipse([0.0, 0.0], CORD).collect()),
        structure("ThecalSac", "ORGAN", &sac),
        structure("GTV", "GTV", &tumour),
        structure("VB_T05", "ORGAN", &body),
    ]
}

/// A point of the sac, moved back onto its pressed front along the line to its middle.
fn flattened(p: [f64; 2], middle_y: f64, least_y: f64) -> [f64; 2] {
    if p[1] >= least_y {
        return p;
    }
    let part = (least_y - middle_y) / (p[1] - middle_y);
    [part * p[0], least_y]
}

fn structure(
    name: &'static str,
    interpreted_type: &'static str,
    ring: &dyn Fn(f64) -> Vec<[f64; 2]>,
) -> Structure {
    let mut contours = Vec::new();
    for k in -HALF_PLANES..=HALF_PLANES {
        let z = SLICE_MM * f64::from(k);
        let points_mm: Vec<Point3> =
            ring(z).into_iter().map(|p| Point3::new(p[0], p[1], z)).collect();
        if !points_mm.is_empty() {
            let number = contours.len() + 1;
            contours.push(Contour { number, kind: ContourKind::ClosedPlanar, points_mm });
        }
    }
    Structure { name, interpreted_type, contours }
}

/// Writes the study's `RS.dcm` into `out_dir`; it has no images.
///
/// # Errors
/// When a file cannot be written.
pub fn write_ventral_study(out_dir: &Path) -> Result<VentralTruth, Error> {
    std::fs::create_dir_all(out_dir)
        .map_err(|source| Error::Io { path: out_dir.into(), source })?;
    let uids = &mut Stream::new(5, 4);
    // Nobody drew it, and no segmenter did.
    let drawn = |s: Structure| roi(s.name, s.interpreted_type, "", [255, 255, 0], s.contours);
    let rois = ventral_structures().into_iter().map(drawn).collect();
    let set = without_images("PHANTOMVENTRAL".into(), "Phantom^Ventral", uids, 4, rois);
    write_rtstruct(&out_dir.join("RS.dcm"), &set)?;
    Ok(VENTRAL_TRUTH)
}
