//! Which solids each phase shows: cord, sac and bone as a scenario or a second study has them, and
//! what there is of each tumour.

use std::sync::Arc;

use thecal_geom::Vector3;
use thecal_mask::Solid;
use thecal_report as report;
use thecal_report::SECOND_STUDY;
use thecal_voxel::Volume;

use crate::measure::{Part, Parts};
use crate::measured::{Measured, MovedAnatomy};
use crate::record::words;

/// Where the cord of an anatomy is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum CordIs {
    /// Where it was drawn.
    AsDrawn,
    /// As drawn, moved by this.
    Moved(Vector3),
    /// Drawn in another study.
    Another,
}

/// Cord, sac and bone as one or several phases have them.
pub(super) struct Anatomy<'a> {
    pub(super) cord: Option<&'a Solid>,
    pub(super) sac: Option<&'a Solid>,
    pub(super) bone: Vec<&'a Solid>,
    pub(super) cord_is: CordIs,
    pub(super) sac_as_drawn: bool,
    /// Signed distance from the cord, to a little past the widest band.
    pub(super) cord_mm: Option<Arc<Volume<f32>>>,
}

impl<'a> Anatomy<'a> {
    fn new(parts: &'a Parts, cord_is: CordIs) -> Self {
        Self {
            cord: parts.cord.as_ref().map(|c| &c.solid),
            sac: parts.sac.as_ref().map(|s| &s.solid),
            bone: parts.bone.iter().map(|b| &b.solid).collect(),
            cord_is,
            sac_as_drawn: cord_is == CordIs::AsDrawn,
            cord_mm: None,
        }
    }
}

/// What a phase shows.
pub(super) struct Phase<'a> {
    pub(super) record: &'a report::PhaseRecord,
    /// Its place among the anatomies.
    pub(super) anatomy: usize,
    /// The first phase with the same tumours: what an approach leaves is the same whatever becomes
    /// of cord and sac.
    pub(super) tumours_of: usize,
    /// It is the second study.
    pub(super) second: bool,
    pub(super) tumours: Vec<ShownTumour<'a>>,
}

/// A tumour of a phase.
#[derive(Debug, Clone, Copy)]
pub(super) enum ShownTumour<'a> {
    /// As contoured.
    Whole(&'a Solid),
    /// After a separation.
    Resected {
        /// As contoured.
        original: &'a Solid,
        /// None where all of it was taken.
        residual: Option<&'a Solid>,
    },
}

impl<'a> ShownTumour<'a> {
    /// What there is of it in the phase.
    pub(super) fn left(self) -> Option<&'a Solid> {
        match self {
            Self::Whole(solid) => Some(solid),
            Self::Resected { residual, .. } => residual,
        }
    }
}

impl<'a> Phase<'a> {
    /// The tumours as they are.
    pub(super) fn left(&self) -> Vec<&'a Solid> {
        self.tumours.iter().filter_map(|t| t.left()).collect()
    }

    pub(super) fn key(&self) -> Option<String> {
        self.record.key().map(ToOwned::to_owned)
    }
}

/// So many phases after a separation are drawn: each adds up to half a megabyte to the page, which
/// is to open anywhere.
const MOST_DRAWN: usize = 12;

/// Which phases of the record are drawn: the first of those with cord and sac as drawn, then the
/// first with one moved.
fn drawn(records: &[report::PhaseRecord]) -> Vec<bool> {
    let separated = |r: &report::PhaseRecord| r.approach.is_some();
    let mut drawn: Vec<bool> = records.iter().map(|r| !separated(r)).collect();
    let mut room = MOST_DRAWN;
    for as_drawn in [true, false] {
        for (drawn, record) in drawn.iter_mut().zip(records) {
            if separated(record) && record.is_as_drawn() == as_drawn && room > 0 {
                *drawn = true;
                room -= 1;
            }
        }
    }
    drawn
}

/// What stands for phases that are not drawn; none where all are.
pub(super) fn left_out(records: &[report::PhaseRecord]) -> Option<String> {
    let all = records.iter().filter(|r| r.approach.is_some()).count();
    (all > MOST_DRAWN).then(|| {
        format!(
            "Drawn are {MOST_DRAWN} of the {all} phases after a separation, cord and sac as drawn \
             first; the others stand in the tables alone. Ask for fewer approaches at a time to \
             see them."
        )
    })
}

/// The anatomies, as drawn first, and the phases that can be shown, in the record's order.
pub(super) fn phases(measured: &Measured) -> (Vec<Anatomy<'_>>, Vec<Phase<'_>>) {
    let parts = &measured.parts;
    let mut anatomies = vec![Anatomy::new(parts, CordIs::AsDrawn)];
    for moved in &measured.anatomies {
        let shift = moved.shift_lps_mm;
        anatomies.push(Anatomy {
            cord: moved.cord.as_ref().map(|c| &c.solid),
            sac: moved.sac.as_ref().map(|s| &s.solid),
            cord_is: shift.map_or(CordIs::AsDrawn, |by| CordIs::Moved(by.into())),
            // A cord moves within its sac.
            sac_as_drawn: shift.is_some(),
            ..Anatomy::new(parts, CordIs::AsDrawn)
        });
    }
    let mut out: Vec<Phase<'_>> = Vec::new();
    let records = &measured.report.phases;
    for (record, _) in records.iter().zip(drawn(records)).filter(|(_, drawn)| *drawn) {
        let (anatomy, second, tumours) = match (record.key(), record.approach.as_deref()) {
            (Some(SECOND_STUDY), None) => {
                let Some(after) = &measured.after else { continue };
                anatomies.push(Anatomy::new(&after.parts, CordIs::Another));
                (anatomies.len() - 1, true, whole(&after.parts.tumours))
            }
            (_, Some(approach)) => {
                let moved = record.anatomy.filter(|_| !record.is_as_drawn());
                let place = moved.map(|word| {
                    let is = |a: &MovedAnatomy| words::anatomy(a.anatomy) == word;
                    measured.anatomies.iter().position(is).map(|n| n + 1)
                });
                let Some(place) = place.unwrap_or(Some(0)) else { continue };
                let tumours = parts.tumours.iter().map(|t| ShownTumour::Resected {
                    original: &t.solid,
                    residual: residual(measured, &t.name, approach),
                });
                (place, false, tumours.collect())
            }
            (_, None) => (0, false, whole(&parts.tumours)),
        };
        let approach = &record.approach;
        let like = |p: &Phase<'_>| approach.is_some() && p.record.approach == *approach;
        let tumours_of = out.iter().position(like).unwrap_or(out.len());
        out.push(Phase { record, anatomy, tumours_of, second, tumours });
    }
    (anatomies, out)
}

/// Tumours of which nothing was taken.
fn whole(tumours: &[Part]) -> Vec<ShownTumour<'_>> {
    tumours.iter().map(|t| ShownTumour::Whole(&t.solid)).collect()
}

/// What an approach left of a tumour.
fn residual<'a>(measured: &'a Measured, tumour: &str, approach: &str) -> Option<&'a Solid> {
    let found = measured.residuals.iter();
    let mut found = found.filter(|r| r.approach == approach && r.tumour == tumour);
    found.find_map(|r| r.solid.as_ref())
}

#[cfg(test)]
mod tests {
    use report::Anatomy::{CordShift, Fixed};

    use super::*;

    fn record(approach: Option<usize>, anatomy: report::Anatomy) -> report::PhaseRecord {
        let scenario = approach.map(|n| match anatomy {
            report::Anatomy::Fixed => format!("a{n}"),
            moved => format!("a{n}/{moved}"),
        });
        report::PhaseRecord {
            phase: if approach.is_some() {
                report::Phase::Simulated
            } else {
                report::Phase::Before
            },
            approach: approach.map(|n| format!("a{n}")),
            anatomy: approach.map(|_| anatomy),
            scenario,
            pairs: Vec::new(),
            headline: report::Headline::NotAssessable,
        }
    }

    fn records(approaches: usize) -> Vec<report::PhaseRecord> {
        let after = (0..approaches)
            .flat_map(|n| [Fixed, CordShift].map(|anatomy| record(Some(n), anatomy)));
        std::iter::once(record(None, Fixed)).chain(after).collect()
    }

    #[test]
    fn of_many_phases_those_with_cord_and_sac_as_drawn_come_first() {
        let records = records(9);
        let kept: Vec<_> = records.iter().zip(drawn(&records)).filter(|(_, d)| *d).collect();
        assert!(kept[0].0.key().is_none(), "the study as it is");
        let after: Vec<_> = kept[1..].iter().filter_map(|(r, _)| r.scenario.as_deref()).collect();
        assert_eq!(after.len(), MOST_DRAWN);
        assert_eq!((0..9).filter(|n| after.contains(&format!("a{n}").as_str())).count(), 9);
        assert!(left_out(&records).is_some_and(|note| note.contains("12 of the 18")));
    }

    #[test]
    fn up_to_twelve_phases_are_drawn_without_a_word() {
        let records = records(6);
        assert!(drawn(&records).iter().all(|d| *d));
        assert_eq!(left_out(&records), None);
    }
}
