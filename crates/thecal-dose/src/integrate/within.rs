//! The places of a part that a climb may go to.

use super::extreme::Bounds;
use super::shape::{SAME_MM, Solids};
use thecal_geom::{Point3, Vector3};

/// What of a part lies within a level of it, between two heights.
pub(super) struct Within<'a> {
    pub(super) solids: Solids<'a>,
    pub(super) level_mm: f64,
    /// From where to where, mm along the stack.
    pub(super) reach_mm: [f64; 2],
    pub(super) past_planes: PastPlanes,
}

/// What bounds a part past its first and its last drawn plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum PastPlanes {
    /// The outlines of those planes, which lie at these heights.
    Held([f64; 2]),
    /// The taper that the last planes show.
    Tapered,
}

impl Within<'_> {
    /// The level at a place and its gradient.
    fn level(&self, p: Point3) -> (f64, Vector3) {
        let PastPlanes::Held([first, last]) = self.past_planes else {
            let level = self.solids.tapered.level(p);
            return (level.value_mm, level.gradient);
        };
        let frame = self.solids.sides.frame();
        let mut of_stack = frame.stack_from_patient(p);
        let w = of_stack.z;
        of_stack.z = w.clamp(first, last);
        let level = self.solids.sides.level(frame.patient_from_stack(of_stack));
        let n = frame.normal();
        // A held outline does not change along the stack.
        let along = if of_stack.z == w { 0.0 } else { level.gradient.dot(&n) };
        (level.value_mm, level.gradient - n.scale(along))
    }
}

impl Bounds for Within<'_> {
    fn holds(&self, p: Point3) -> bool {
        let w = self.solids.sides.frame().stack_from_patient(p).z;
        let [from, to] = self.reach_mm;
        w >= from - SAME_MM && w <= to + SAME_MM && self.level(p).0 <= self.level_mm
    }

    fn onto(&self, mut p: Point3) -> Point3 {
        /// Turns about between level and planes, which settle on a rim.
        const ROUNDS: usize = 6;
        /// As deep below the level as rounding may lift it, mm.
        const HAIR_MM: f64 = 1e-6;
        let (frame, [from, to]) = (self.solids.sides.frame(), self.reach_mm);
        for _ in 0..ROUNDS {
            let mut of_stack = frame.stack_from_patient(p);
            of_stack.z = of_stack.z.clamp(from, to);
            p = frame.patient_from_stack(of_stack);
            let (value_mm, gradient) = self.level(p);
            let over = value_mm - self.level_mm;
            let steep2 = gradient.norm_squared();
            if over > 0.0 && steep2 > 1e-6 {
                p -= gradient * ((over + HAIR_MM) / steep2);
            }
        }
        let mut of_stack = frame.stack_from_patient(p);
        of_stack.z = of_stack.z.clamp(from, to);
        frame.patient_from_stack(of_stack)
    }
}
