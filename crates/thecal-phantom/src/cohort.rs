//! Many studies with known gaps, some of them broken in a way that has a name.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use thecal_dicom::write::{RtStructOut, write_rtstruct};
use thecal_geom::Vector3;

use crate::error::Error;
use crate::files::write_built;
use crate::random::ShapeKind;
use crate::spec::PhantomSpec;
use crate::study::Study;

/// A way in which a study can be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The structure set ends in the middle of a contour.
    Truncated,
    /// The structure set is a text.
    NotDicom,
    /// The structure set is empty.
    EmptyFile,
    /// There are images alone.
    NoStructures,
    /// No structure reads as the cord.
    NoCord,
    /// No structure reads as a tumour.
    NoTumour,
    /// Two structures read as the cord.
    TwoCords,
    /// There are two structure sets.
    TwoSets,
    /// A coordinate is no number.
    BadNumber,
    /// The cord's contours bound no area.
    Sliver,
    /// Cord and tumour lie in frames of reference that nothing joins.
    TwoFrames,
    /// The structure set is longer than memory allows.
    TooLarge,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Truncated,
        Self::NotDicom,
        Self::EmptyFile,
        Self::NoStructures,
        Self::NoCord,
        Self::NoTumour,
        Self::TwoCords,
        Self::TwoSets,
        Self::BadNumber,
        Self::Sliver,
        Self::TwoFrames,
        Self::TooLarge,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::NotDicom => "not_dicom",
            Self::EmptyFile => "empty_file",
            Self::NoStructures => "no_structures",
            Self::NoCord => "no_cord",
            Self::NoTumour => "no_tumour",
            Self::TwoCords => "two_cords",
            Self::TwoSets => "two_sets",
            Self::BadNumber => "bad_number",
            Self::Sliver => "sliver",
            Self::TwoFrames => "two_frames",
            Self::TooLarge => "too_large",
        }
    }
}

/// How large the studies of a cohort are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// The tumour and a little beyond: 17 to 32 planes, four structures.
    Small,
    /// As planning systems hold them: see [`PhantomSpec::clinical`].
    Clinical,
}

/// What a cohort is made of.
#[derive(Debug, Clone, Copy)]
pub struct CohortSpec {
    /// Number of studies.
    pub studies: usize,
    /// How many of them are broken, each in the next way; spread over the cohort.
    pub broken: usize,
    /// How many different phantoms; the studies take them in turn, each at a place of its own
    /// (without images) and with UIDs and a patient of its own.
    pub phantoms: usize,
    /// Rows and columns of the CT; none: structure sets alone.
    pub ct_size: Option<u16>,
    /// Distance between contour points, mm; in clinical studies its mean over the phantoms, from
    /// two thirds to four thirds.
    pub point_spacing_mm: f64,
    /// How large they are.
    pub size: Size,
    /// Seed of the first phantom.
    pub seed: u64,
}

/// A study of a cohort.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CohortStudy {
    /// Its folder, below the cohort's.
    pub folder: PathBuf,
    /// How it is broken.
    pub fault: Option<Fault>,
    /// Its tumour-cord gap, mm, before it was broken.
    pub gap_mm: f64,
}

/// Length of a structure set that is too large, bytes: some 8 GiB would be needed for its contours, twice what
/// is allowed by default. A sparse file, which takes no room on disk.
const LARGE_BYTES: u64 = 1 << 29;

/// Writes a cohort and `cohort.csv` (folder, fault, gap).
///
/// # Errors
/// A phantom cannot be made or written.
///
/// # Example
/// ```
/// use thecal_phantom::cohort::{CohortSpec, Size, write_cohort};
///
/// let folder = tempfile::tempdir()?;
/// let spec = CohortSpec {
///     studies: 3,
///     broken: 1,
///     phantoms: 1,
///     ct_size: None,
///     point_spacing_mm: 1.0,
///     size: Size::Small,
///     seed: 7,
/// };
/// let studies = write_cohort(&spec, folder.path())?;
/// assert_eq!(studies.iter().filter(|s| s.fault.is_some()).count(), 1);
/// assert!(folder.path().join("cohort.csv").is_file());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_cohort(spec: &CohortSpec, dir: &Path) -> Result<Vec<CohortStudy>, Error> {
    let phantoms = (0..spec.phantoms.clamp(1, spec.studies.max(1)))
        .into_par_iter()
        .map(|k| {
            let spec = phantom(spec, k);
            Study::build(&spec).map(|study| (spec, study))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let studies = (0..spec.studies)
        .into_par_iter()
        .map(|i| one(spec, &phantoms[i % phantoms.len()], i, dir))
        .collect::<Result<Vec<_>, _>>()?;
    let mut text = String::from("folder,fault,gap_mm\n");
    for s in &studies {
        let fault = s.fault.map_or("", Fault::name);
        text.push_str(&format!("{},{fault},{:.6}\n", s.folder.display(), s.gap_mm));
    }
    write(&dir.join("cohort.csv"), text.as_bytes())?;
    Ok(studies)
}

/// Gaps from 0.6 to 5.9 mm, in the three shapes, on slices of 2, 2.5 and 3 mm, or 1, 1.25 and 1.5.
fn phantom(spec: &CohortSpec, k: usize) -> PhantomSpec {
    let shape = [ShapeKind::Sphere, ShapeKind::Ellipsoid, ShapeKind::CShape][k % 3];
    let clinical = spec.size == Size::Clinical;
    let slice_mm = [2.0, 2.5, 3.0][k / 3 % 3] * if clinical { 0.5 } else { 1.0 };
    let gap_mm = 0.6 + 5.3 * ((k * 7) % 24) as f64 / 23.0;
    let make = if clinical { PhantomSpec::clinical } else { PhantomSpec::random };
    let mut out = make(spec.seed + k as u64, shape, slice_mm, gap_mm);
    let part = if clinical { out.point_spacing_mm / 0.75 } else { 1.0 };
    out.point_spacing_mm = part * spec.point_spacing_mm;
    out.ct = spec.ct_size.is_some();
    out.rows = spec.ct_size.unwrap_or(if clinical { 32 } else { 16 });
    out.columns = out.rows;
    out.pixel_mm = if clinical { 500.0 } else { 180.0 } / f64::from(out.rows);
    out
}

fn fault_of(spec: &CohortSpec, i: usize) -> Option<Fault> {
    let number = |i: usize| i * spec.broken / spec.studies.max(1);
    (number(i + 1) > number(i)).then(|| Fault::ALL[number(i) % Fault::ALL.len()])
}

fn one(
    cohort: &CohortSpec,
    (base, built): &(PhantomSpec, Study),
    i: usize,
    dir: &Path,
) -> Result<CohortStudy, Error> {
    let folder = PathBuf::from(format!("ward-{}", i % 7)).join(format!("case-{i:05}"));
    let out = dir.join(&folder);
    let fault = fault_of(cohort, i);
    // The seed makes patient and UIDs; the built study keeps its shape.
    let mut spec = PhantomSpec { seed: cohort.seed + 1000 + i as u64, ..base.clone() };
    spec.ct |= fault == Some(Fault::NoStructures);
    let shift = Vector3::new(0.1 * (i % 50) as f64, 0.0, 0.5 * (i / 50) as f64);
    let alone = cohort.ct_size.is_none();
    let edit = |set: &mut RtStructOut| {
        if alone {
            let contours = set.rois.iter_mut().flat_map(|r| &mut r.contours);
            contours.flat_map(|c| &mut c.contour.points_mm).for_each(|p| *p += shift);
        }
        if let Some(fault) = fault {
            break_set(fault, set);
        }
    };
    let set = write_built(&spec, built, &out, &edit)?;
    if let Some(fault) = fault {
        break_files(fault, set, &out)?;
    }
    let gap_mm = built.truth.pairs.first().map_or(f64::NAN, |p| p.gap_mm);
    Ok(CohortStudy { folder, fault, gap_mm })
}

/// What is wrong already in what is drawn.
fn break_set(fault: Fault, set: &mut RtStructOut) {
    let cord = set.rois.iter().position(|r| r.name == "SpinalCord").unwrap_or(0);
    match fault {
        Fault::NoCord => set.rois[cord].name = "Stomach".to_owned(),
        Fault::NoTumour => {
            for (roi, name) in set
                .rois
                .iter_mut()
                .filter(|r| r.interpreted_type == "GTV")
                .zip(["Spleen", "Pancreas"])
            {
                roi.name = name.to_owned();
                roi.interpreted_type = "ORGAN".to_owned();
            }
        }
        Fault::TwoCords => {
            let mut second = set.rois[cord].clone();
            second.name = "Spinal Cord".to_owned();
            set.rois.push(second);
        }
        Fault::Sliver => {
            for c in &mut set.rois[cord].contours {
                let first = c.contour.points_mm[0];
                let step = Vector3::new(0.5, 0.0, 0.0);
                c.contour.points_mm = (0..4).map(|k| first + step * f64::from(k)).collect();
            }
        }
        _ => {}
    }
}

/// What is wrong with the files.
fn break_files(fault: Fault, mut set: RtStructOut, out: &Path) -> Result<(), Error> {
    let path = out.join("RS.dcm");
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { path, source }
    };
    let read = || std::fs::read(&path).map_err(io(&path));
    match fault {
        Fault::Truncated => {
            let bytes = read()?;
            write(&path, &bytes[..bytes.len() * 3 / 5])
        }
        Fault::NotDicom => write(&path, b"The structures were sent by mail.\n"),
        Fault::EmptyFile => write(&path, b""),
        Fault::NoStructures => std::fs::remove_file(&path).map_err(io(&path)),
        Fault::TwoSets => {
            // Another UID of the same length.
            let last = if set.sop_uid.ends_with('1') { '2' } else { '1' };
            set.sop_uid.pop();
            set.sop_uid.push(last);
            Ok(write_rtstruct(&out.join("RS2.dcm"), &set)?)
        }
        Fault::BadNumber => {
            let mut bytes = read()?;
            // Contour Data (3006,0050) of the first contour, which is the cord's.
            if let Some(at) = bytes.windows(4).position(|w| w == [0x06, 0x30, 0x50, 0x00]) {
                bytes[at + 12..at + 15].copy_from_slice(b"abc");
            }
            write(&path, &bytes)
        }
        Fault::TwoFrames => {
            let mut bytes = read()?;
            let uid = set.study.frame_uid.as_bytes();
            let places: Vec<usize> = (0..bytes.len().saturating_sub(uid.len()))
                .filter(|&at| bytes[at] == uid[0] && bytes[at..].starts_with(uid))
                .collect();
            // Frames of the structures stand last, one for each; the tumour's is the third.
            let of_tumour = set.rois.len() - 2;
            if let Some(&at) = places.get(places.len().saturating_sub(of_tumour)) {
                let last = at + uid.len() - 1;
                bytes[last] = if bytes[last] == b'1' { b'2' } else { b'1' };
            }
            write(&path, &bytes)
        }
        Fault::TooLarge => {
            let file = OpenOptions::new().write(true).open(&path).map_err(io(&path))?;
            file.set_len(LARGE_BYTES).map_err(io(&path))
        }
        Fault::NoCord | Fault::NoTumour | Fault::TwoCords | Fault::Sliver => Ok(()),
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let io = |source| Error::Io { path: path.to_owned(), source };
    let mut file = std::fs::File::create(path).map_err(io)?;
    file.write_all(bytes).map_err(io)
}
