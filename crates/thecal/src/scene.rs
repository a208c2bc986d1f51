//! A measured study as the planes, maps and surfaces that its pictures are drawn from.

mod closest;
#[cfg(feature = "pictures")]
mod conventions;
mod dose;
pub(crate) mod images;
mod map;
mod phases;
mod planes;
mod prv;
mod slice_number;
mod space;
mod surfaces;
mod unrolled;

use std::sync::Arc;

use nalgebra::Matrix3;
use rayon::prelude::*;
use thecal_geom::{Point3, Vector3, Warning};
use thecal_margin::Centreline;
use thecal_mask::Solid;
use thecal_report as report;
use thecal_report::scene::{BrowserSlice, PhaseViews, Scene, Segment};
use thecal_report::text::plain;
use thecal_voxel::{Grid, Volume};

use crate::measure::Part;
use crate::measured::Measured;
use crate::outputs::IMAGES_UNUSABLE;
use crate::record::spared;
use closest::{segment, shown_level};
#[cfg(feature = "pictures")]
pub(crate) use conventions::of_explained;
use images::{Images, drawn};
use phases::{Anatomy, CordIs, Phase};
use planes::{Axes, Cut, Pixels, Shown, view_round};
use surfaces::Room;

/// Distance of the samples that outlines, and images, of single pictures are made from, mm.
const PICTURE_STEPS_MM: [f64; 2] = [0.2, 0.2];
/// The same of the slices of the browser.
const BROWSER_STEPS_MM: [f64; 2] = [0.5, 0.5];
/// Most slices of the browser.
const MOST_SLICES: usize = 72;
/// Spacing of the field of distances from the cord, mm.
const FIELD_MM: f64 = 0.5;
/// Room of a slice: least and most width, and beyond tumour and cord, mm.
const SLICE_MM: [f64; 2] = [48.0, 84.0];
const BESIDE_MM: f64 = 6.0;
/// The same along the stack.
const LENGTH_MM: [f64; 2] = [50.0, 110.0];
const BEYOND_MM: f64 = 10.0;
/// The map and the colours of surfaces reach this far past the largest threshold, mm.
const PAST_MM: f64 = 5.0;

/// What is drawn of a measured study. What cannot be had is left out, with a note that says why.
#[must_use]
pub fn scene(measured: &Measured) -> Scene {
    drawn_of(measured).0
}

/// What is drawn, and which images should have been and could not.
pub(crate) fn drawn_of(measured: &Measured) -> (Scene, Vec<Warning>) {
    let mut scene = Scene { prvs: prv::maps(measured), ..Scene::default() };
    let mut unusable = Vec::new();
    let Some(work) = Work::from_measured(measured) else {
        scene.notes.push(
            "Pictures need a tumour and a cord or a sac; this study has no such pair.".to_owned(),
        );
        return (scene, unusable);
    };
    if measured.report.comparison.is_some() && measured.after.is_none() {
        scene.notes.push(
            "The second study's files were not given, so its numbers stand in the tables alone."
                .to_owned(),
        );
    }
    scene.notes.extend(phases::left_out(&measured.report.phases));
    let images = work.images(&mut scene, &mut unusable);
    scene.modality = images.first.as_ref().map(|i| i.modality.clone());
    scene.phases = work.phases.par_iter().map(|p| work.views(p, &images)).collect();
    work.maps(&mut scene);
    work.dose(&mut scene);
    scene.slices = work.slices(&images);
    scene.surfaces = work.surfaces();
    (scene, unusable)
}

/// What pictures of a dose are drawn from: no more than the phase that the plan was made for.
#[cfg(feature = "pictures")]
pub(crate) fn of_dose(measured: &Measured) -> Scene {
    let mut scene = Scene::default();
    let Some(work) = Work::from_measured(measured).filter(|_| measured.dose.is_some()) else {
        return scene;
    };
    let images = work.images(&mut scene, &mut Vec::new());
    scene.phases = work.phases.iter().take(1).map(|p| work.views(p, &images)).collect();
    work.dose(&mut scene);
    scene
}

/// The images of both studies.
struct Behind {
    first: Option<Images>,
    second: Option<Images>,
}

impl Behind {
    fn of(&self, phase: &Phase<'_>) -> Option<&Images> {
        if phase.second { self.second.as_ref() } else { self.first.as_ref() }
    }
}

/// What the pictures of one study share.
struct Work<'a> {
    measured: &'a Measured,
    axes: Axes,
    /// The cord, or the sac where there is no cord.
    reference: &'a Part,
    /// Middle and sides of the part that is shown, along the contour planes.
    middle: Point3,
    side_mm: f64,
    length_mm: f64,
    /// Where the gap of the study as it is lies, on a level that shows the tumour.
    closest: Point3,
    /// The middle of the cord there, which the cuts go through: before and after the same.
    cord_middle: Point3,
    bands_mm: Vec<f64>,
    anatomies: Vec<Anatomy<'a>>,
    phases: Vec<Phase<'a>>,
}

impl<'a> Work<'a> {
    fn from_measured(measured: &'a Measured) -> Option<Self> {
        let parts = &measured.parts;
        let reference = parts.cord.as_ref().or(parts.sac.as_ref())?;
        let before = measured.report.phases.first()?;
        let segment = segment(before)?;
        let closest = Point3::from(segment.closest.b_mm);
        let frame = reference.solid.frame();
        let axes = Axes::from_solid(&reference.solid);
        let at = |p: Point3| frame.stack_from_patient(p);
        // The tumours, in the axes of the contour planes.
        let (mut lo, mut hi) = (at(closest), at(closest));
        let mut tumour_levels = [f64::INFINITY, f64::NEG_INFINITY];
        for tumour in &parts.tumours {
            for (w, region) in tumour.solid.drawn() {
                let (a, b) = region.bounds();
                for uv in [a, b, [a[0], b[1]], [b[0], a[1]]] {
                    let p = at(tumour.solid.patient_point(uv, w));
                    let [first, last] = tumour_levels;
                    tumour_levels = [first.min(p.z), last.max(p.z)];
                    (lo, hi) = (lo.inf(&p), hi.sup(&p));
                }
            }
        }
        let closest = shown_level(before, reference, closest, tumour_levels);
        let middle = lo + (hi - lo) * 0.5;
        let wide = (hi.x - lo.x).max(hi.y - lo.y) + 2.0 * BESIDE_MM;
        let side_mm = wide.clamp(SLICE_MM[0], SLICE_MM[1]);
        let length_mm = (hi.z - lo.z + 2.0 * BEYOND_MM).clamp(LENGTH_MM[0], LENGTH_MM[1]);
        // A tumour larger than the picture leaves the closest approach near its middle.
        let near = |middle: f64, closest: f64, side: f64| {
            middle.clamp(closest - 0.3 * side, closest + 0.3 * side)
        };
        let c = at(closest);
        let middle = Point3::new(
            near(middle.x, c.x, side_mm),
            near(middle.y, c.y, side_mm),
            near(middle.z, c.z, length_mm),
        );
        let (anatomies, phases) = phases::phases(measured);
        let mut work = Self {
            measured,
            axes,
            reference,
            middle: frame.patient_from_stack(middle),
            side_mm,
            length_mm,
            closest,
            cord_middle: Centreline::or_straight(&reference.solid)
                .map_or(closest, |line| line.nearest(closest).point_mm),
            bands_mm: measured.report.thresholds_mm.clone(),
            anatomies,
            phases,
        };
        work.fields();
        Some(work)
    }

    /// The distances from every cord.
    fn fields(&mut self) {
        let mut drawn: Option<Arc<Volume<f32>>> = None;
        for n in 0..self.anatomies.len() {
            let Anatomy { cord: Some(cord), cord_is, .. } = self.anatomies[n] else { continue };
            let field = match cord_is {
                CordIs::AsDrawn if drawn.is_some() => drawn.clone(),
                CordIs::Moved(by) => drawn.as_ref().and_then(|d| moved(d, by)).map(Arc::new),
                _ => self.field(cord).map(Arc::new),
            };
            if n == 0 {
                drawn.clone_from(&field);
            }
            self.anatomies[n].cord_mm = field;
        }
    }

    /// The images of both studies, each in the frame of reference of what is to be spared.
    fn images(&self, scene: &mut Scene, unusable: &mut Vec<Warning>) -> Behind {
        let mut of =
            |what: &str, structures: &[report::StructureRecord], from: images::Sources<'_>| {
                let spared = spared(structures)?;
                let (frame_uid, place) = images::home(spared);
                images::images(from, frame_uid, self.corners(), place).unwrap_or_else(|none| {
                    let why = plain(&self.measured.labels.hide(&none.why)).into_owned();
                    scene.notes.push(format!("{what} drawn without images: {why}."));
                    if none.damaged {
                        let message = format!("{what} drawn without images: {why}");
                        unusable.push(Warning::new(IMAGES_UNUSABLE, message, ""));
                    }
                    None
                })
            };
        let (report, store) = (&self.measured.report, &self.measured.store);
        let from = images::Sources {
            store,
            series: &self.measured.series,
            files: &self.measured.pictures,
        };
        let first = of("Slices are", &report.structures, from);
        let second = report.comparison.as_ref().zip(self.measured.after.as_ref());
        let second = second.and_then(|(c, after)| {
            let from = images::Sources { store, series: &after.series, files: &after.pictures };
            of("Slices of the second study are", &c.structures_after, from)
        });
        Behind { first, second }
    }

    /// Corners of a box in patient space that holds everything that is shown.
    fn corners(&self) -> [Point3; 2] {
        let room = self.room();
        let (mut lo, mut hi) = (self.middle, self.middle);
        for c in 0..8 {
            let pick = |k: usize| if c >> k & 1 == 0 { 0.0 } else { room.size_mm[k] };
            let p = room.corner + room.axes * Vector3::new(pick(0), pick(1), pick(2));
            (lo, hi) = (lo.inf(&p), hi.sup(&p));
        }
        [lo, hi]
    }

    fn room(&self) -> Room {
        let size_mm = [self.side_mm, self.side_mm, self.length_mm];
        let frame = self.reference.solid.frame();
        let axis = |v: Vector3| frame.patient_from_stack(v.into()).coords;
        let axes =
            Matrix3::from_columns(&[axis(Vector3::x()), axis(Vector3::y()), axis(Vector3::z())]);
        Room { corner: self.middle - axes * Vector3::from(size_mm) * 0.5, axes, size_mm }
    }

    /// Signed distance from the cord, to a little past the widest band.
    fn field(&self, cord: &Solid) -> Option<Volume<f32>> {
        let band = self.bands_mm.iter().copied().fold(0.0, f64::max) + 2.0;
        let (frame, room) = (cord.frame(), self.room());
        let (lo, hi) = cord.bounds();
        let (a, b) = (frame.stack_from_patient(lo), frame.stack_from_patient(hi));
        let (lo, hi) = (a.inf(&b), a.sup(&b));
        let pad = band + 2.0 * FIELD_MM;
        let w = frame.stack_from_patient(self.middle).z;
        let half = 0.5 * self.length_mm + pad;
        let lo = Point3::new(lo.x - pad, lo.y - pad, (lo.z - pad).max(w - half));
        let hi = Point3::new(hi.x + pad, hi.y + pad, (hi.z + pad).min(w + half));
        let size = [0, 1, 2].map(|k| ((hi[k] - lo[k]) / FIELD_MM).ceil().max(1.0) as usize + 1);
        if size.iter().product::<usize>() > 40_000_000 {
            return None;
        }
        let grid = Grid::new(frame.patient_from_stack(lo), room.axes, [FIELD_MM; 3], size).ok()?;
        let field = cord.signed_distance_on(&grid, band).ok()?;
        Some(field.map(|d| d.clamp(-band as f32, band as f32)))
    }

    fn views(&self, phase: &Phase<'_>, behind: &Behind) -> PhaseViews {
        /// Planes nearer than this are shown as one.
        const SAME_PLANE_MM: f64 = 0.25;
        let shown = Shown::of_phase(phase, &self.anatomies, &self.bands_mm);
        let images = behind.of(phase);
        let segment = segment(phase.record);
        let here = segment.as_ref().map_or(self.closest, |s| Point3::from(s.closest.b_mm));
        let slice_at = |p: Point3, segment: Option<Segment>| {
            let mut view = self.slice(p);
            view = drawn(view, &shown, images, PICTURE_STEPS_MM, segment);
            view
        };
        let apart = (here - self.closest).dot(&self.axes.normal).abs() > SAME_PLANE_MM;
        let slice_before = (phase.key().is_some() && apart).then(|| slice_at(self.closest, None));
        let shown_at = if apart { here } else { self.closest };
        let cuts = [0, 1].map(|k| {
            let size_mm = [self.side_mm, self.length_mm];
            let (_, right, down) = self.axes.view(Cut::Across(k));
            // The stack may run along either side of the picture.
            let upright = down.dot(&self.axes.normal).abs() > 0.5;
            let size_mm = if upright { size_mm } else { [size_mm[1], size_mm[0]] };
            let through = right.cross(&down);
            let middle = self.middle + through * (self.cord_middle - self.middle).dot(&through);
            let mut view = view_round(&self.axes, Cut::Across(k), middle, size_mm);
            // Along the axis that the plane is perpendicular to, as the patient's axes count.
            let upwards = if through[through.iamax()] < 0.0 { -through } else { through };
            view.plane_mm = Some(middle.coords.dot(&upwards));
            drawn(view, &shown, images, PICTURE_STEPS_MM, segment.clone())
        });
        PhaseViews {
            scenario: phase.key(),
            anatomy: phase.anatomy,
            tumour: self.states().take_while(|n| *n < phase.tumours_of).count(),
            slice: slice_at(shown_at, segment),
            slice_before,
            cuts: cuts.into(),
        }
    }

    /// The first phase of each state of the tumours.
    fn states(&self) -> impl Iterator<Item = usize> {
        (0..self.phases.len()).filter(|n| self.phases[*n].tumours_of == *n)
    }

    /// The empty slice at the level of a point.
    fn slice(&self, p: Point3) -> report::scene::View {
        let n = self.axes.normal;
        let middle = self.middle + n * (p - self.middle).dot(&n);
        let mut view = view_round(&self.axes, Cut::Slice, middle, [self.side_mm; 2]);
        let solid = &self.reference.solid;
        let w = solid.frame().stack_from_patient(p).z;
        view.plane_mm = Some(w);
        // Images have a better number, where there are some.
        view.number = slice_number::of_planes(solid.planes_mm(), w, n.z > 0.0);
        view
    }

    /// An earlier phase whose cord and tumours lie the same.
    fn like(&self, n: usize) -> Option<usize> {
        let is = |p: &Phase<'a>| {
            let as_drawn = self.anatomies[p.anatomy].cord_is == CordIs::AsDrawn;
            (p.record.approach.as_deref(), if as_drawn { 0 } else { p.anatomy })
        };
        let this = is(&self.phases[n]);
        self.phases[..n].iter().position(|p| is(p) == this)
    }

    fn reach_mm(&self) -> f64 {
        self.bands_mm.iter().copied().fold(0.0, f64::max) + PAST_MM
    }

    fn slices(&self, behind: &Behind) -> Vec<BrowserSlice> {
        let solid = &self.reference.solid;
        let frame = solid.frame();
        let w = frame.stack_from_patient(self.middle).z;
        let shown = |p: &&f64| (**p - w).abs() <= 0.5 * self.length_mm;
        let planes: Vec<f64> = solid.planes_mm().iter().filter(shown).copied().collect();
        let every = planes.len().div_ceil(MOST_SLICES).max(1);
        let mut planes: Vec<f64> = planes.into_iter().step_by(every).collect();
        // The head's end first.
        if self.axes.normal.z > 0.0 {
            planes.reverse();
        }
        let at = |plane: f64| self.middle + self.axes.normal * (plane - w);
        let one = |plane: &f64| {
            let mut view = self.slice(at(*plane));
            let pixels = Pixels::new(&view, BROWSER_STEPS_MM[0]);
            let on = |images: &Option<Images>| {
                images.as_ref().map(|i| i.on(&view, BROWSER_STEPS_MM[1])).unwrap_or_default()
            };
            let (images, second_images) = (on(&behind.first), on(&behind.second));
            let surroundings =
                |a: &Anatomy<'_>| Shown::new(a, &self.bands_mm).surroundings(&view, &pixels);
            let anatomies = self.anatomies.iter().map(surroundings).collect();
            let tumours = self.states().map(|n| {
                Shown::of_phase(&self.phases[n], &self.anatomies, &self.bands_mm)
                    .tumour_outlines(&view, &pixels)
            });
            let tumours = tumours.collect();
            view.images = images;
            if let Some(images) = &behind.first {
                view.number = images.number(&view).or(view.number);
            }
            BrowserSlice { view, second_images, anatomies, tumours }
        };
        planes.par_iter().map(one).collect()
    }
}

/// A field elsewhere.
fn moved(field: &Volume<f32>, by: Vector3) -> Option<Volume<f32>> {
    let grid = field.grid();
    let grid =
        Grid::new(grid.origin_mm() + by, *grid.axes(), grid.spacing_mm(), grid.size()).ok()?;
    Volume::new(grid, field.data().clone()).ok()
}
