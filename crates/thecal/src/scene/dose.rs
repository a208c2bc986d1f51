//! The dose on the slice of closest approach and on the unrolled cord.

use rayon::prelude::*;
use thecal_report::SECOND_STUDY;
use thecal_report::scene::{DoseOnPlane, DoseViews, Scene, View};

use super::Work;
use super::planes::Pixels;

/// Distance of the samples on a slice, mm. The dose between samples of its own grid is nearly even, so that
/// nothing is to be seen of finer ones.
const STEP_MM: f64 = 0.25;

impl Work<'_> {
    /// Adds the dose where the record has one that its gate accepted.
    pub(super) fn dose(&self, scene: &mut Scene) {
        let accepted = self.measured.report.dose.as_ref().is_some_and(|d| d.gate.accepted);
        let Some(dose) = &self.measured.dose else {
            if accepted {
                let note = "The dose is not drawn on the slice and the cord: its file is not among \
                            those of the study, or no registration leads from it to the structures \
                            that are drawn.";
                scene.notes.push(note.to_owned());
            }
            return;
        };
        // A plan is made for the anatomy as contoured, or for what an operation left.
        let second = self.measured.report.comparison.is_some();
        let is_meant = |key: Option<&str>| match second {
            true => key == Some(SECOND_STUDY),
            false => key.is_none(),
        };
        let phase = self.phases.iter().position(|p| is_meant(p.key().as_deref()));
        let Some((n, view)) = phase.and_then(|n| Some((n, &scene.phases.get(n)?.slice))) else {
            return;
        };
        let slice = on_plane(dose, view);
        if slice.gy.iter().all(Option::is_none) {
            let note = "The slice of closest approach lies outside the dose grid, so that the dose \
                        is not drawn on it.";
            scene.notes.push(note.to_owned());
        }
        let cord = self.dose_on_cord(&self.phases[n], dose);
        scene.dose = Some(DoseViews { phase: n, slice, cord });
    }
}

/// The dose at the pixels of a view: at each pixel's middle as it is known there, nothing in between.
fn on_plane(dose: &thecal_dose::Dose, view: &View) -> DoseOnPlane {
    let pixels = Pixels::new(view, STEP_MM);
    let [nx, ny] = pixels.size;
    let row = |y: usize| (0..nx).map(move |x| (x, y));
    let places: Vec<(usize, usize)> = (0..ny).flat_map(row).collect();
    let gy = places.par_iter().map(|(x, y)| dose.dose_gy(pixels.point(view, *x, *y)));
    DoseOnPlane { step_mm: STEP_MM, size: pixels.size, gy: gy.collect() }
}
