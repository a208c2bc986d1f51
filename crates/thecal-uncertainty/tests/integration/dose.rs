//! Doses of structures that move, in a dose that rises by 1 Gy for each mm to the patient's left.

use crate::shapes::{ball, normal_cdf, solid, source, sources};
use std::num::NonZeroU32;
use thecal_dose::{Dose, DoseGrid, DoseVolume, Metric};
use thecal_geom::{Point3, Vector3};
use thecal_mask::Solid;
use thecal_uncertainty::{
    Course, DoseProbabilityError, DoseQuestion, Kind, Moved, Sampling, Source, dose_probability,
};

fn rising() -> Dose {
    let size = [41, 41, 41];
    let values_gy = (0..41 * 41 * 41).map(|n| 2.0 * (n % size[0]) as f32).collect();
    let axes = [Vector3::x(), Vector3::y(), Vector3::z()];
    let planes_mm = (0..41).map(|k| 2.0 * f64::from(k)).collect();
    let corner = Point3::new(-40.0, -40.0, -40.0);
    let grid = DoseGrid::new(corner, axes, [2.0, 2.0], planes_mm, [41, 41], values_gy);
    Dose::from(grid.expect("a grid"))
}

const METRICS: [Metric; 4] =
    [Metric::Max, Metric::DoseToCc(0.1), Metric::Mean, Metric::DoseToPercent(95.0)];

fn figures(solid: &Solid, dose: &Dose) -> Vec<(Metric, f64)> {
    let volume = DoseVolume::from_solid(solid, dose).expect("a curve");
    METRICS.iter().map(|m| (*m, volume.figure(m).value.expect("a dose"))).collect()
}

fn of_patient(shift_sd_mm: f64) -> Source {
    let source = source(Moved::Patient, [shift_sd_mm, 0.7, 0.4], [0.0; 3], 0.0);
    Source { kind: Kind::Intrafraction, course: Course::Random, ..source }
}

#[test]
fn every_figure_moves_with_the_structure() {
    let (organ, dose) = (solid(&ball(Point3::origin(), 7.0, 1.0)), rising());
    let figures = figures(&organ, &dose);
    let question = DoseQuestion {
        solid: &organ,
        dose: &dose,
        moved: Moved::Cord,
        pivot: Point3::origin(),
        fractions: NonZeroU32::new(4).expect("four"),
        figures: &figures,
    };
    // Once 0.8 mm for the course, and 1.2 mm anew in each of four fractions: 0.6 mm of their mean.
    let sources =
        sources(vec![source(Moved::Cord, [0.8, 0.5, 0.5], [0.0; 3], 0.0), of_patient(1.2)]);
    let sampling = Sampling { samples: 2_000, seed: 3 };
    let found = dose_probability(&question, &sources, sampling).expect("it moves");
    assert_eq!(found.samples, 2_000);
    for (k, (metric, nominal)) in figures.iter().enumerate() {
        let sd = found.figures[k].sd();
        assert!((sd - 1.0).abs() < 0.05, "{metric}: {sd} Gy");
        let median = found.figures[k].quantile(0.5);
        assert!((median - nominal).abs() < 0.08, "{metric}: {median} and {nominal}");
        for more in [-0.8, 0.0, 1.3] {
            let p = found.held(k, nominal + more).expect("a figure");
            let truth = normal_cdf(more);
            assert!((p.p - truth).abs() < 3.5 * p.standard_error, "{metric}: {p:?} and {truth}");
        }
    }
}

#[test]
fn a_surface_that_lies_farther_out_reaches_into_more_dose() {
    let (organ, dose) = (solid(&ball(Point3::origin(), 7.0, 1.0)), rising());
    let figures = figures(&organ, &dose);
    let question = DoseQuestion {
        solid: &organ,
        dose: &dose,
        moved: Moved::Cord,
        pivot: Point3::origin(),
        fractions: NonZeroU32::MIN,
        figures: &figures,
    };
    let sources = sources(vec![source(Moved::Cord, [0.0; 3], [0.0; 3], 1.0)]);
    let found = dose_probability(&question, &sources, Sampling::default()).expect("it moves");
    // The largest dose follows the surface; the mean of a ball about the same middle stays.
    let [most, mean] = [0, 2].map(|k| found.figures[k].sd());
    assert!((most - 1.0).abs() < 0.1, "{most} Gy");
    assert!(mean < 0.02, "{mean} Gy");
}

#[test]
fn a_structure_that_leaves_the_dose_has_no_figure() {
    let (organ, dose) = (solid(&ball(Point3::new(32.0, 0.0, 0.0), 6.0, 1.0)), rising());
    let figures = figures(&organ, &dose);
    let question = DoseQuestion {
        solid: &organ,
        dose: &dose,
        moved: Moved::Cord,
        pivot: Point3::origin(),
        fractions: NonZeroU32::MIN,
        figures: &figures,
    };
    let far = sources(vec![of_patient(3.0)]);
    let found = dose_probability(&question, &far, Sampling::default());
    assert_eq!(found, Err(DoseProbabilityError::OutsideDose));
    let other = sources(vec![source(Moved::Tumour, [1.0; 3], [0.0; 3], 0.0)]);
    let found = dose_probability(&question, &other, Sampling::default());
    assert_eq!(found, Err(DoseProbabilityError::Unmoved));
}
