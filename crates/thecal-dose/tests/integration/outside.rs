//! Structures that a dose does not cover, or that are smaller than what is asked for.

use crate::shapes::{Drawn, Ends, Random, Shape, Truth};
use thecal_dose::{Dose, DoseGrid, DoseVolume, Metric, NoFigure};
use thecal_geom::{Point3, Vector3};
use thecal_mask::{EndRule, Solid};

fn sphere() -> (Drawn, Solid) {
    let drawn = Drawn::new(Shape::Sphere, 2.0, &mut Random::new(5));
    let solid = Solid::from_contours(&drawn.contours, EndRule::HalfSlice, 2.0).expect("a solid");
    (drawn, solid)
}

/// A dose that grows along x, known from `from` to `to` mm of x from the middle of the sphere.
fn cropped(drawn: &Drawn, [from, to]: [f64; 2], slope: f64) -> Dose {
    let corner = drawn.centre + Vector3::new(from, -20.0, -20.0);
    let columns = 12;
    let step = (to - from) / (columns - 1) as f64;
    let mut values_gy = Vec::new();
    for _ in 0..21 * 21 {
        values_gy.extend((0..columns).map(|i| (16.0 + slope * (from + step * i as f64)) as f32));
    }
    let planes_mm = (0..21).map(|k| 2.0 * f64::from(k)).collect();
    let axes = [Vector3::x(), Vector3::y(), Vector3::z()];
    let corner = Point3::from(corner);
    DoseGrid::new(corner, axes, [step, 2.0], planes_mm, [columns, 21], values_gy)
        .expect("a grid")
        .into()
}

fn figure(curve: &DoseVolume, metric: &str) -> thecal_dose::Figure {
    curve.figure(&metric.parse::<Metric>().expect("a metric"))
}

#[test]
fn what_is_cut_off_on_the_hot_side_has_no_maximum_but_a_lower_end() {
    let (drawn, solid) = sphere();
    let curve =
        DoseVolume::from_solid(&solid, &cropped(&drawn, [-20.0, 8.0], 1.0)).expect("a curve");
    // The cap of a ball of 12 mm beyond 8 mm: pi 4^2 (12 - 4/3) of 4/3 pi 12^3.
    let outside = 16.0 * (12.0 - 4.0 / 3.0) / (4.0 / 3.0 * 1728.0);
    assert!((curve.share_in_grid() - 1.0 + outside).abs() < 0.002, "{}", curve.share_in_grid());
    for metric in ["Dmax", "D0.03cc", "D1cc", "D2%"] {
        let f = figure(&curve, metric);
        assert_eq!((f.value, f.upper, f.reason), (None, None, Some(NoFigure::OutsideDose)));
        assert!(f.lower.is_some_and(|l| (19.0..24.1).contains(&l)), "{metric} {f:?}");
    }
    let volume = figure(&curve, "V20Gycc");
    assert_eq!(volume.value, None);
    let known = std::f64::consts::PI * (8.0 * 8.0 * (12.0 - 8.0 / 3.0) - 16.0 * (12.0 - 4.0 / 3.0));
    assert!(volume.lower.expect("known") < known / 1000.0);
    assert!(volume.upper.expect("known") > 0.064 * std::f64::consts::PI * (12.0 - 8.0 / 3.0));
    for metric in ["Dmin", "Dmean", "D98%"] {
        assert_eq!(figure(&curve, metric).value, None, "{metric}");
    }
}

#[test]
fn what_is_cut_off_on_the_cold_side_keeps_its_hottest_volumes() {
    let (drawn, solid) = sphere();
    let whole =
        DoseVolume::from_solid(&solid, &cropped(&drawn, [-20.0, 20.0], 1.0)).expect("a curve");
    let part =
        DoseVolume::from_solid(&solid, &cropped(&drawn, [-8.0, 20.0], 1.0)).expect("a curve");
    for metric in ["Dmax", "D0.03cc", "D1cc", "D2%", "V20Gycc", "V20Gy"] {
        let (a, b) = (figure(&whole, metric).value, figure(&part, metric).value);
        assert!((a.expect("known") - b.expect("known")).abs() < 0.01, "{metric} {a:?} {b:?}");
    }
    for metric in ["Dmin", "Dmean", "D95%", "D98%"] {
        let f = figure(&part, metric);
        assert_eq!((f.value, f.reason), (None, Some(NoFigure::OutsideDose)), "{metric}");
    }
}

#[test]
fn a_structure_that_the_dose_does_not_meet_has_no_figure_at_all() {
    let (drawn, solid) = sphere();
    let curve =
        DoseVolume::from_solid(&solid, &cropped(&drawn, [40.0, 60.0], 1.0)).expect("a curve");
    assert_eq!(curve.share_in_grid(), 0.0);
    let rounded = solid.with_ends(EndRule::Rounded);
    let far = cropped(&drawn, [40.0, 60.0], 1.0);
    let rounded = DoseVolume::from_solid(&rounded, &far).expect("a curve");
    assert!((rounded.volume_cc() - 7.238).abs() < 0.03, "{}", rounded.volume_cc());
    let volume_cc = Truth::new(&drawn, Ends::Capped, 0.05, 1, |_| 0.0).volume / 1000.0;
    assert!((curve.volume_cc() - volume_cc).abs() < 0.03, "{}", curve.volume_cc());
    for metric in
        Metric::DEFAULTS.into_iter().chain([Metric::CcAtDose(5.0), Metric::PercentAtDose(5.0)])
    {
        let f = curve.figure(&metric);
        assert_eq!((f.value, f.reason), (None, Some(NoFigure::OutsideDose)), "{metric}");
        assert_ne!(f.upper, Some(0.0), "{metric}");
    }
}

#[test]
fn a_volume_larger_than_the_structure_has_no_dose() {
    let (drawn, solid) = sphere();
    let curve =
        DoseVolume::from_solid(&solid, &cropped(&drawn, [-20.0, 20.0], 1.0)).expect("a curve");
    let f = figure(&curve, "D8cc");
    assert_eq!((f.value, f.lower, f.upper), (None, None, None));
    assert_eq!(f.reason, Some(NoFigure::StructureTooSmall));
    // All of it has the least dose.
    assert!((figure(&curve, "D100%").value.expect("known") - 4.0).abs() < 0.05);
}

#[test]
fn a_flat_dose_is_the_same_in_every_figure() {
    let (drawn, solid) = sphere();
    let curve =
        DoseVolume::from_solid(&solid, &cropped(&drawn, [-20.0, 20.0], 0.0)).expect("a curve");
    for metric in Metric::DEFAULTS {
        if let Some(value) = curve.figure(&metric).value {
            assert!((value - 16.0).abs() < 1e-4, "{metric} {value}");
        }
    }
    assert!((figure(&curve, "V15.9Gy").value.expect("known") - 100.0).abs() < 1e-6);
    assert!(figure(&curve, "V16.1Gy").value.expect("known") < 1e-6);
}
