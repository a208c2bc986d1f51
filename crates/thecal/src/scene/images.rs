//! The CT or MR series behind the outlines, cut to where they lie.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use thecal_dicom::image::{ReadOptions, Reason, Slice, Stack, Stacks, Voxels, stacks_in};
use thecal_dicom::index::{Kind, Series};
use thecal_geom::{Point3, RigidTransform};
use thecal_mask::file::read_image_in;
use thecal_report as report;
use thecal_report::scene::{GreyImage, Segment, SliceNumber, View};
use thecal_store::Store;
use thecal_voxel::{Grid, IndexBox, Interpolation, Volume};

use super::planes::{Pixels, Shown, grey};
use super::slice_number::Numbers;

/// Bytes that the part of a series that is shown may take.
const MOST_BYTES: u64 = 256 << 20;
/// Room round what is shown, so that cubic interpolation has its neighbours, mm.
const PAD_MM: f64 = 6.0;

/// A part of an image series.
pub(super) struct Images {
    pub(super) modality: String,
    values: Volume<f32>,
    /// From the frame of reference of the views to its own.
    place: RigidTransform,
    /// What its slices are called; none of a file without numbers.
    numbers: Option<Numbers>,
    /// Name, and the values that are black and white.
    windows: Vec<(&'static str, [f32; 2])>,
}

impl Images {
    /// The image on a view, once for each grey scale.
    pub(super) fn on(&self, view: &View, step_mm: f64) -> Vec<GreyImage> {
        let pixels = Pixels::new(view, step_mm);
        let [nx, ny] = pixels.size;
        let black = self.windows.iter().map(|w| w.1[0]).fold(f32::INFINITY, f32::min);
        let value = |k: usize| {
            let p = self.place.apply(pixels.point(view, k % nx, k / nx));
            self.values.sample(p, Interpolation::Cubic).unwrap_or(black)
        };
        let values: Vec<f32> = (0..nx * ny).map(value).collect();
        self.windows.iter().map(|(name, w)| grey(name, *w, &values, pixels.size)).collect()
    }

    /// What the image on a view is called.
    pub(super) fn number(&self, view: &View) -> Option<SliceNumber> {
        self.numbers.as_ref()?.at(view, &self.place)
    }
}

/// Draws one view in full.
pub(super) fn drawn(
    mut view: View,
    shown: &Shown<'_>,
    images: Option<&Images>,
    steps_mm: [f64; 2],
    segment: Option<Segment>,
) -> View {
    view.outlines = shown.outlines(&view, steps_mm[0]);
    view.images = images.map(|i| i.on(&view, steps_mm[1])).unwrap_or_default();
    if let Some(images) = images {
        view.number = images.number(&view).or(view.number);
    }
    view.segment = segment;
    view
}

/// The frame of reference that a structure was drawn in, and how points of the result come there.
pub(super) fn home(s: &report::StructureRecord) -> (Option<&str>, RigidTransform) {
    let own = (s.frame_of_reference_uid.as_deref(), RigidTransform::identity());
    let Some(moved) = &s.registration else { return own };
    match RigidTransform::from_rows(&moved.matrix) {
        Ok(here_from_there) => (Some(&moved.from_frame_uid), here_from_there.inverse()),
        Err(_) => own,
    }
}

/// What images may be taken from.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a> {
    pub(super) store: &'a Store,
    pub(super) series: &'a [Series],
    /// Pictures beside masks: NIfTI and NRRD.
    pub(super) files: &'a [PathBuf],
}

/// The series, or the file, that shows the box, in a frame of reference that `place` leads to;
/// `Ok(None)` where there are no images at all, and a reason where there are some that cannot be
/// used.
///
/// Masks that are no DICOM carry no frame of reference: their coordinates are taken for those of
/// the pictures beside them, and where there are none for those of the series at hand.
pub(super) fn images(
    from: Sources<'_>,
    frame_uid: Option<&str>,
    [lo, hi]: [Point3; 2],
    place: RigidTransform,
) -> Result<Option<Images>, NoImages> {
    let unframed = frame_uid.is_none();
    let mut why_not = None;
    for file in from.files.iter().filter(|_| unframed) {
        match of_file(from.store, file, [lo, hi], place) {
            Ok(Some(images)) => return Ok(Some(images)),
            Ok(None) => {}
            Err(why) => why_not = Some(NoImages { why, damaged: true }),
        }
    }
    let series: Vec<&Series> = from.series.iter().filter(|s| s.kind.is_image()).collect();
    if series.is_empty() {
        return match why_not {
            Some(why) => Err(why),
            None if from.files.is_empty() => Ok(None),
            None => {
                let why = "no picture covers the closest approach".to_owned();
                Err(NoImages { why, damaged: false })
            }
        };
    }
    let corners = (0..8).map(|c| {
        let pick = |a: usize| if c >> a & 1 == 0 { lo[a] } else { hi[a] };
        place.apply(Point3::new(pick(0), pick(1), pick(2)))
    });
    let (lo, hi) = corners.fold(
        (Point3::from([f64::INFINITY; 3]), Point3::from([f64::NEG_INFINITY; 3])),
        |(lo, hi), p| (lo.inf(&p), hi.sup(&p)),
    );
    let stack = showing(from.store, &series, frame_uid, [lo, hi])?;
    read(|| load(from.store, stack, [lo, hi], place)).map(Some)
}

/// The volume of an image series that shows a box best: in the frame of reference that is given, or in
/// any where none is.
pub(crate) fn showing(
    store: &Store,
    series: &[&Series],
    frame_uid: Option<&str>,
    [lo, hi]: [Point3; 2],
) -> Result<Stack, NoImages> {
    let fits =
        |s: &&&Series| frame_uid.is_none() || s.frame_of_reference_uid.as_deref() == frame_uid;
    let mut best: Option<(f64, Stack)> = None;
    let elsewhere = "no image series lies in the frame of reference of the structures";
    let mut none = NoImages { why: elsewhere.to_owned(), damaged: false };
    for s in series.iter().filter(fits) {
        none = match stacks_in(store, &s.files) {
            Err(e) => NoImages { why: e.to_string(), damaged: true },
            Ok(read) if read.stacks.is_empty() => no_volume(&read),
            Ok(read) => {
                for stack in read.stacks {
                    let fit = fit(&stack.grid, lo, hi);
                    if fit > 0.0 && best.as_ref().is_none_or(|b| fit > b.0) {
                        best = Some((fit, stack));
                    }
                }
                let why = "no image series covers the closest approach".to_owned();
                NoImages { why, damaged: false }
            }
        };
    }
    best.map(|b| b.1).ok_or(none)
}

/// Why there are no images behind the outlines.
pub(crate) struct NoImages {
    pub(crate) why: String,
    /// The images that should be there cannot be read.
    pub(crate) damaged: bool,
}

fn no_volume(read: &Stacks) -> NoImages {
    let why = read.refused.first().map(|r| r.message.clone());
    let why = why.unwrap_or_else(|| "its slices make no volume".to_owned());
    NoImages { why, damaged: true }
}

/// Reads pixels. A fault of a decoder is no reason to lose what was measured without them.
pub(crate) fn read<T>(load: impl FnOnce() -> Result<T, String>) -> Result<T, NoImages> {
    let fault = || Err("the decoder of the images failed on them".to_owned());
    let read = catch_unwind(AssertUnwindSafe(load)).unwrap_or_else(|_| fault());
    read.map_err(|why| NoImages { why, damaged: true })
}

/// Why the images of a series cannot be drawn; none where they can.
pub(crate) fn unusable(store: &Store, series: &Series) -> Option<String> {
    /// Of more than this no picture is drawn at once, and nothing is said of it here.
    const MOST_LOOKED_AT: u64 = 1 << 30;
    let look = || {
        let found = stacks_in(store, &series.files).map_err(|e| e.to_string())?;
        if found.stacks.is_empty() {
            return Err(no_volume(&found).why);
        }
        for stack in found.stacks {
            match stack.load(ReadOptions { most_bytes: MOST_LOOKED_AT }) {
                Err(refusal) if refusal.reason != Reason::TooLarge => return Err(refusal.message),
                _ => {}
            }
        }
        Ok(())
    };
    read(look).err().map(|none| none.why)
}

/// How well a stack shows a box: the part of its height that it covers, then finer voxels.
fn fit(grid: &Grid, lo: Point3, hi: Point3) -> f64 {
    let middle = lo + (hi - lo) * 0.5;
    if grid.voxel_of(middle).is_none() {
        return 0.0;
    }
    let probes = 21;
    let on = (0..probes).filter(|k| {
        let t = *k as f64 / f64::from(probes - 1);
        let p = Point3::new(middle.x, middle.y, lo.z + t * (hi.z - lo.z));
        grid.voxel_of(p).is_some()
    });
    on.count() as f64 + 0.5 / (1.0 + grid.voxel_mm3())
}

fn load(
    store: &Store,
    stack: Stack,
    [lo, hi]: [Point3; 2],
    place: RigidTransform,
) -> Result<Images, String> {
    // Only the slices that are shown are decoded.
    let normal = stack.grid.axes().column(2).into_owned();
    let span = |p: Point3| (p - stack.grid.origin_mm()).dot(&normal);
    let corners = (0..8).map(|c| {
        let pick = |a: usize| if c >> a & 1 == 0 { lo[a] } else { hi[a] };
        span(Point3::new(pick(0), pick(1), pick(2)))
    });
    let (first, last) =
        corners.fold((f64::INFINITY, f64::NEG_INFINITY), |r, s| (r.0.min(s), r.1.max(s)));
    let pad = PAD_MM + 2.0 * stack.grid.spacing_mm()[2];
    let near = |s: &&Slice| (first - pad..=last + pad).contains(&span(s.position_mm));
    let mut files: Vec<PathBuf> =
        stack.slices.iter().filter(near).map(|s| s.file.clone()).collect();
    files.dedup();
    let uid = stack.series_instance_uid.clone();
    let modality = stack.modality.clone();
    let numbers = Numbers::from_stack(&stack);
    let part = if files.len() < stack.slices.len() && files.len() > 1 {
        let read = stacks_in(store, &files).map_err(|e| e.to_string())?;
        let alike = |s: &Stack| s.series_instance_uid == uid && s.split_by == stack.split_by;
        read.stacks.into_iter().find(alike).unwrap_or(stack)
    } else {
        stack
    };
    let volume =
        part.load(ReadOptions { most_bytes: MOST_BYTES }).map_err(|refusal| refusal.message)?;
    let inside = shown(volume.voxels.grid(), lo, hi)?;
    let values = match &volume.voxels {
        Voxels::I16(v) => v.cropped(inside).map(|v| v.map(|x| f32::from(*x))),
        Voxels::F32(v) => v.cropped(inside),
    };
    let values = values.map_err(|e| e.to_string())?;
    let windows = windows(&modality, &values);
    Ok(Images { modality, values, place, numbers: Some(numbers), windows })
}

/// The picture of a file, where it shows the box.
fn of_file(
    store: &Store,
    file: &Path,
    [lo, hi]: [Point3; 2],
    place: RigidTransform,
) -> Result<Option<Images>, String> {
    /// A CT has air and no value below what a scanner gives, HU.
    const AIR_HU: f32 = -500.0;
    const LEAST_HU: f32 = -3100.0;
    let volume = read_image_in(store, file).map_err(|e| e.to_string())?;
    if fit(volume.grid(), lo, hi) <= 0.0 {
        return Ok(None);
    }
    let least = volume.values().iter().copied().fold(f32::INFINITY, f32::min);
    // The file does not say what it was taken with.
    let modality = if (LEAST_HU..AIR_HU).contains(&least) { Kind::Ct.as_str() } else { "image" };
    let inside = shown(volume.grid(), lo, hi)?;
    let values = volume.cropped(inside).map_err(|e| e.to_string())?;
    let windows = windows(modality, &values);
    let modality = modality.to_owned();
    Ok(Some(Images { modality, values, place, numbers: None, windows }))
}

/// The part of a grid that is shown, with room round it.
fn shown(grid: &Grid, lo: Point3, hi: Point3) -> Result<IndexBox, String> {
    let pad = nalgebra::Vector3::repeat(PAD_MM);
    grid.voxels_within(lo - pad, hi + pad).map_err(|e| e.to_string())
}

/// Soft tissue and bone for CT; for others what 98 of 100 voxels lie within.
fn windows(modality: &str, values: &Volume<f32>) -> Vec<(&'static str, [f32; 2])> {
    if modality == Kind::Ct.as_str() {
        return vec![("soft tissue", [-135.0, 215.0]), ("bone", [-500.0, 1300.0])];
    }
    let mut all: Vec<f32> = values.values().iter().copied().step_by(7).collect();
    all.sort_by(f32::total_cmp);
    let at = |part: f64| all.get((part * (all.len().max(1) - 1) as f64) as usize).copied();
    vec![("1st to 99th percentile", [at(0.01).unwrap_or(0.0), at(0.99).unwrap_or(1.0)])]
}
