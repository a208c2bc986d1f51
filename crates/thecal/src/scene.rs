//! A measured study as the planes, maps and surfaces that its pictures are drawn from.

mod images;
mod map;
mod planes;
mod surfaces;

use std::path::PathBuf;

use nalgebra::Matrix3;
use rayon::prelude::*;
use thecal_geom::{Point3, Vector3};
use thecal_mask::Solid;
use thecal_report as report;
use thecal_report::PairKind;
use thecal_report::scene::{BrowserSlice, PhaseViews, Scene, Segment, Surface, What};
use thecal_voxel::{Grid, Volume};

use crate::check::Measured;
use crate::measure::Part;
use images::Images;
use map::CordPoints;
use planes::{Axes, Cut, Pixels, Shown, drawn, view_round};
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

/// What is drawn of a measured study: `paths` are those that it was measured from, and images are
/// taken from there. What cannot be had is left out, with a note that says why.
#[must_use]
pub fn scene(measured: &Measured, paths: &[PathBuf]) -> Scene {
    let mut scene = Scene::default();
    let Some(work) = Work::of(measured) else {
        scene.notes.push(
            "Pictures need a tumour and a cord or a sac; this study has no such pair.".to_owned(),
        );
        return scene;
    };
    let (lo, hi) = work.corners();
    let images = match images::images(paths, work.frame_uid(), lo, hi) {
        Ok(images) => images,
        Err(why) => {
            scene.notes.push(format!("Slices are drawn without images: {why}."));
            None
        }
    };
    scene.modality = images.as_ref().map(|i| i.modality.clone());
    let images = images.as_ref();
    scene.phases = work.phases(images);
    work.maps(&mut scene);
    scene.slices = work.slices(images);
    scene.surfaces = work.surfaces();
    if measured.report.phases.len() > measured.report.drawn_phases().count() {
        scene.notes.push(
            "Slices, cuts, maps and surfaces show cord and sac where they were drawn; other \
             phases have their numbers in the tables."
                .to_owned(),
        );
    }
    scene
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
    /// Where the gap of the study as it is lies.
    closest: Point3,
    bands_mm: Vec<f64>,
    cord_mm: Option<Volume<f32>>,
}

impl<'a> Work<'a> {
    fn of(measured: &'a Measured) -> Option<Self> {
        let parts = &measured.parts;
        let reference = parts.cord.as_ref().or(parts.sac.as_ref())?;
        let before = measured.report.phases.first()?;
        let segment = segment(before)?;
        let closest = Point3::from(segment.closest.b_mm);
        let frame = reference.solid.frame();
        let axes = Axes::of(&reference.solid);
        let at = |p: Point3| frame.stack_from_patient(p);
        // The tumours, in the axes of the contour planes.
        let (mut lo, mut hi) = (at(closest), at(closest));
        for tumour in &parts.tumours {
            for (w, region) in tumour.solid.drawn() {
                let (a, b) = region.bounds();
                for uv in [a, b, [a[0], b[1]], [b[0], a[1]]] {
                    let p = at(tumour.solid.patient_point(uv, w));
                    (lo, hi) = (lo.inf(&p), hi.sup(&p));
                }
            }
        }
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
        let mut work = Self {
            measured,
            axes,
            reference,
            middle: frame.patient_from_stack(middle),
            side_mm,
            length_mm,
            closest,
            bands_mm: measured.report.thresholds_mm.clone(),
            cord_mm: None,
        };
        work.cord_mm = parts.cord.as_ref().and_then(|cord| work.field(&cord.solid));
        Some(work)
    }

    fn frame_uid(&self) -> Option<&str> {
        let named = self.measured.report.structures.iter().find(|s| s.name == self.reference.name);
        named.and_then(|s| s.frame_of_reference_uid.as_deref())
    }

    /// Corners of a box in patient space that holds everything that is shown.
    fn corners(&self) -> (Point3, Point3) {
        let room = self.room();
        let (mut lo, mut hi) = (self.middle, self.middle);
        for c in 0..8 {
            let pick = |k: usize| if c >> k & 1 == 0 { 0.0 } else { room.size_mm[k] };
            let p = room.corner + room.axes * Vector3::new(pick(0), pick(1), pick(2));
            (lo, hi) = (lo.inf(&p), hi.sup(&p));
        }
        (lo, hi)
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

    fn scenarios(&self) -> impl Iterator<Item = &'a report::PhaseRecord> + use<'a> {
        self.measured.report.drawn_phases().filter(|p| p.scenario.is_some())
    }

    fn rest(&self, tumour: &str, scenario: &str) -> Option<&'a Solid> {
        let found = self.measured.residuals.iter();
        let mut found = found.filter(|r| r.scenario == scenario && r.tumour == tumour);
        found.find_map(|r| r.solid.as_ref())
    }

    fn shown(&self, scenario: Option<&str>) -> Shown<'_> {
        let parts = &self.measured.parts;
        let rest = |t: &Part| scenario.map(|s| self.rest(&t.name, s));
        Shown {
            bone: parts.bone.iter().map(|b| &b.solid).collect(),
            sac: parts.sac.as_ref().map(|s| &s.solid),
            cord: parts.cord.as_ref().map(|c| &c.solid),
            tumours: parts.tumours.iter().map(|t| (&t.solid, rest(t))).collect(),
            cord_mm: self.cord_mm.as_ref(),
            bands_mm: &self.bands_mm,
        }
    }

    /// Tumours as they are in a phase.
    fn tumours(&self, scenario: Option<&str>) -> Vec<&'a Solid> {
        let parts = &self.measured.parts;
        match scenario {
            None => parts.tumours.iter().map(|t| &t.solid).collect(),
            Some(s) => parts.tumours.iter().filter_map(|t| self.rest(&t.name, s)).collect(),
        }
    }

    fn phases(&self, images: Option<&Images>) -> Vec<PhaseViews> {
        let phases: Vec<_> = self.measured.report.drawn_phases().collect();
        phases.into_par_iter().map(|p| self.phase(p, images)).collect()
    }

    fn phase(&self, phase: &report::PhaseRecord, images: Option<&Images>) -> PhaseViews {
        /// Planes nearer than this are shown as one.
        const SAME_PLANE_MM: f64 = 0.25;
        let shown = self.shown(phase.scenario.as_deref());
        let segment = segment(phase);
        let here = segment.as_ref().map_or(self.closest, |s| Point3::from(s.closest.b_mm));
        let slice_at = |p: Point3, segment: Option<Segment>| {
            let mut view = self.slice(p);
            view = drawn(view, &shown, images, PICTURE_STEPS_MM, segment);
            view
        };
        let apart = (here - self.closest).dot(&self.axes.normal).abs() > SAME_PLANE_MM;
        let slice_before =
            (phase.scenario.is_some() && apart).then(|| slice_at(self.closest, None));
        let cuts = [0, 1].map(|k| {
            let size_mm = [self.side_mm, self.length_mm];
            let (_, right, down) = self.axes.view(Cut::Across(k));
            // The stack may run along either side of the picture.
            let upright = down.dot(&self.axes.normal).abs() > 0.5;
            let size_mm = if upright { size_mm } else { [size_mm[1], size_mm[0]] };
            let through = right.cross(&down);
            let middle = self.middle + through * (here - self.middle).dot(&through);
            let view = view_round(&self.axes, Cut::Across(k), middle, size_mm);
            drawn(view, &shown, images, PICTURE_STEPS_MM, segment.clone())
        });
        PhaseViews {
            scenario: phase.scenario.clone(),
            slice: slice_at(here, segment),
            slice_before,
            cuts: cuts.into(),
        }
    }

    /// The empty slice at the level of a point.
    fn slice(&self, p: Point3) -> report::scene::View {
        let n = self.axes.normal;
        let middle = self.middle + n * (p - self.middle).dot(&n);
        let mut view = view_round(&self.axes, Cut::Slice, middle, [self.side_mm; 2]);
        view.plane_mm = Some(self.reference.solid.frame().stack_from_patient(p).z);
        view
    }

    fn maps(&self, scene: &mut Scene) {
        let Some(cord) = &self.measured.parts.cord else {
            scene.notes.push("The unrolled map needs a cord.".to_owned());
            return;
        };
        let w = cord.solid.frame().stack_from_patient(self.middle).z;
        let range = [w - 0.5 * self.length_mm, w + 0.5 * self.length_mm];
        let Some(points) = CordPoints::of(&cord.solid, range) else {
            scene.notes.push(
                "The unrolled map needs a cord drawn on axial planes along the tumour.".to_owned(),
            );
            return;
        };
        let reach_mm = self.reach_mm();
        scene.maps = self
            .measured
            .report
            .drawn_phases()
            .map(|phase| {
                let closest = segment(phase).and_then(|s| map::closest(&cord.solid, &s));
                let tumours = self.tumours(phase.scenario.as_deref());
                points.map(phase.scenario.clone(), &tumours, reach_mm, closest)
            })
            .collect();
    }

    fn reach_mm(&self) -> f64 {
        self.bands_mm.iter().copied().fold(0.0, f64::max) + PAST_MM
    }

    fn slices(&self, images: Option<&Images>) -> Vec<BrowserSlice> {
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
            let before = self.shown(None);
            let view = drawn(self.slice(at(*plane)), &before, images, BROWSER_STEPS_MM, None);
            let pixels = Pixels::of(&view, BROWSER_STEPS_MM[0]);
            let after = self.scenarios().map(|phase| {
                let [left, removed] =
                    self.shown(phase.scenario.as_deref()).tumour_levels(&view, &pixels);
                let left = left.map(|l| pixels.outline(What::Tumour, &l));
                let removed = removed.map(|l| pixels.outline(What::Removed, &l));
                removed.into_iter().chain(left).filter(|o| !o.rings.is_empty()).collect()
            });
            let after = after.collect();
            BrowserSlice { view, after }
        };
        planes.par_iter().map(one).collect()
    }

    fn surfaces(&self) -> Vec<Surface> {
        let parts = &self.measured.parts;
        let room = self.room();
        let mut out = Vec::new();
        let of = |what, part: &Part| surfaces::of_solid(&room, what, &part.solid);
        let reach_mm = self.reach_mm();
        if let Some(mut cord) = parts.cord.as_ref().and_then(|c| of(What::Cord, c)) {
            let phases = self.measured.report.drawn_phases();
            let tumours = phases.map(|p| self.tumours(p.scenario.as_deref()));
            cord.gap_mm = tumours.map(|t| surfaces::gaps_mm(&cord.mesh, &t, reach_mm)).collect();
            out.push(cord);
        }
        out.extend(parts.sac.as_ref().and_then(|s| of(What::Sac, s)));
        out.extend(parts.tumours.iter().filter_map(|t| of(What::Tumour, t)));
        for phase in self.scenarios() {
            let Some(scenario) = phase.scenario.as_deref() else { continue };
            for t in &parts.tumours {
                let rest = self.rest(&t.name, scenario);
                out.extend(surfaces::of_tumour(&room, scenario, &t.solid, rest));
            }
        }
        out
    }
}

/// The segment of the least tumour-cord gap of a phase, or tumour-sac gap where there is no cord.
fn segment(phase: &report::PhaseRecord) -> Option<Segment> {
    let of = |kind: PairKind| {
        let pairs = phase.pairs.iter().filter(move |p| p.pair == kind);
        let found = pairs.filter_map(|p| Some((p.gap_mm?, p.closest.clone()?)));
        found.min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let with_cord = phase.pairs.iter().any(|p| p.pair == PairKind::TumourCord);
    let kind = if with_cord { PairKind::TumourCord } else { PairKind::TumourSac };
    of(kind).map(|(gap_mm, closest)| Segment { closest, gap_mm })
}
