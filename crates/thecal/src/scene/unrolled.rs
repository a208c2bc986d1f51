//! The maps of the unrolled cord, phase by phase.

use std::borrow::Cow;

use thecal_margin::Centreline;
use thecal_mask::Solid;
use thecal_report::scene::{CordMap, DoseOnCord, MapPoint, Scene};

use super::Work;
use super::closest::segment;
use super::map::{self, CordPoints};
use super::phases::{Anatomy, CordIs, Phase};

impl Work<'_> {
    /// The map of each phase whose cord makes one.
    pub(super) fn maps(&self, scene: &mut Scene) {
        let Some(cord) = &self.measured.parts.cord else {
            scene.notes.push("The unrolled map needs a cord.".to_owned());
            return;
        };
        let Some((line, points)) = self.points(&cord.solid) else {
            scene.notes.push(
                "The unrolled map needs a cord of at least three planes along the tumour."
                    .to_owned(),
            );
            return;
        };
        let each: Vec<Option<Cow<'_, CordPoints>>> =
            self.anatomies.iter().map(|a| self.points_of(a, &line, &points)).collect();
        let reach_mm = self.reach_mm();
        let mut maps: Vec<Option<CordMap>> = Vec::new();
        for (n, phase) in self.phases.iter().enumerate() {
            let closest = self.closest_of(phase);
            let like = self.like(n).and_then(|k| maps[k].clone());
            let on = each[phase.anatomy].as_deref();
            maps.push(match (like, on) {
                (Some(same), _) => Some(CordMap { scenario: phase.key(), closest, ..same }),
                (None, Some(on)) => Some(on.map(phase.key(), &phase.left(), reach_mm, closest)),
                (None, None) => None,
            });
        }
        scene.maps = maps.into_iter().flatten().collect();
    }

    /// The line of a cord, and the points on its surface along what is shown.
    fn points(&self, cord: &Solid) -> Option<(Centreline, CordPoints)> {
        let line = Centreline::from_solid(cord).ok()?;
        let w = line.along_mm(self.middle);
        let along = [w - 0.5 * self.length_mm, w + 0.5 * self.length_mm];
        let points = CordPoints::new(cord, &line, along)?;
        Some((line, points))
    }

    /// The points of an anatomy's cord at the places of the first, none where it makes no map.
    fn points_of<'p>(
        &self,
        anatomy: &Anatomy<'_>,
        line: &Centreline,
        points: &'p CordPoints,
    ) -> Option<Cow<'p, CordPoints>> {
        match (anatomy.cord_is, anatomy.cord?) {
            (CordIs::AsDrawn, _) => Some(Cow::Borrowed(points)),
            (CordIs::Moved(by), _) => Some(Cow::Owned(points.moved(by, line.frame()))),
            (CordIs::Another, cord) => points.on(cord, line).map(Cow::Owned),
        }
    }

    /// The dose on the cord's surface in a phase, at the points of its map of gaps.
    pub(super) fn dose_on_cord(
        &self,
        phase: &Phase<'_>,
        dose: &thecal_dose::Dose,
    ) -> Option<DoseOnCord> {
        let anatomy = &self.anatomies[phase.anatomy];
        let (line, points) = self.points(&self.measured.parts.cord.as_ref()?.solid)?;
        let on = self.points_of(anatomy, &line, &points)?;
        Some(on.dose(dose, self.closest_of(phase)))
    }

    /// The closest point of a phase on its own cord.
    fn closest_of(&self, phase: &Phase<'_>) -> Option<MapPoint> {
        let cord = self.anatomies[phase.anatomy].cord?;
        let segment = segment(phase.record)?;
        Some(map::closest(cord, &Centreline::or_straight(cord)?, &segment))
    }
}
