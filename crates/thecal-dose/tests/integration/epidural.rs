//! The part of a tumour near the cord, against closed forms.

use crate::cord_shapes::tube;
use std::f64::consts::PI;
use thecal_dose::{Dose, DoseGrid, Metric, epidural_part};
use thecal_geom::{Point3, Vector3};
use thecal_mask::Solid;

/// A cord of 5 mm radius.
fn cord() -> Solid {
    tube([0.0, 0.0], 5.0, [-20.0, 20.0], 2.0)
}

/// 1 Gy for each mm towards the front, from 20 Gy on the cord's axis, sampled every 2 mm.
fn dose() -> Dose {
    let n = 41;
    let mut values_gy = Vec::new();
    for _ in 0..n {
        for j in 0..n {
            let y = -40.0 + 2.0 * j as f32;
            values_gy.extend(std::iter::repeat_n(20.0 - y, n));
        }
    }
    let axes = [Vector3::x(), Vector3::y(), Vector3::z()];
    let planes_mm = (0..n).map(|k| 2.0 * k as f64).collect();
    let corner = Point3::new(-40.0, -40.0, -40.0);
    let grid = DoseGrid::new(corner, axes, [2.0, 2.0], planes_mm, [n, n], values_gy);
    Dose::from(grid.expect("a grid"))
}

/// A tumour round the cord: all within a distance is the cylinder of cord and distance, as long as the
/// tumour, where the cord is longer.
#[test]
fn the_part_of_a_tumour_round_the_cord_is_a_cylinder() {
    let tumour = tube([0.0, 0.0], 14.0, [-10.0, 10.0], 2.0);
    for within in [2.0, 3.0, 5.0] {
        let found = epidural_part(&tumour, &cord(), &dose(), within).expect("a part");
        let radius = 5.0 + within;
        let wanted_cc = PI * radius * radius * 20.0 / 1000.0;
        assert!((found.volume_cc / wanted_cc - 1.0).abs() < 0.03, "{within}: {}", found.volume_cc);
        let gy = |metric: Metric| {
            let figure = found.figures.iter().find(|f| f.0 == metric).expect("a figure").1;
            figure.value.expect("a dose")
        };
        assert!((gy(Metric::Min) - (20.0 - radius)).abs() < 0.06, "{}", gy(Metric::Min));
        assert!((gy(Metric::Mean) - 20.0).abs() < 0.03, "{}", gy(Metric::Mean));
        // The coldest 2 % of a disc are a segment of it.
        let depth = segment_depth(0.02) * radius;
        let wanted = 20.0 - radius + depth;
        let d98 = gy(Metric::DoseToPercent(98.0));
        assert!((d98 - wanted).abs() < 0.05, "{d98} for {wanted}");
    }
}

/// How deep the segment with a part of the unit disc is.
fn segment_depth(part: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 2.0_f64);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        let rest = 1.0 - middle;
        let area = rest.acos() - rest * (1.0 - rest * rest).sqrt();
        if area < part * PI { low = middle } else { high = middle }
    }
    low
}

/// A lens: where the discs of a tumour and of cord and distance overlap, along the tumour's length.
#[test]
fn the_part_of_a_tumour_beside_the_cord_is_a_lens() {
    let tumour = tube([0.0, -15.0], 8.0, [-10.0, 10.0], 2.0);
    let lens = |r: f64, q: f64, d: f64| {
        let at = |r: f64, q: f64| (d * d + r * r - q * q) / (2.0 * d * r);
        let root = (-d + r + q) * (d + r - q) * (d - r + q) * (d + r + q);
        r * r * at(r, q).acos() + q * q * at(q, r).acos() - 0.5 * root.sqrt()
    };
    for within in [3.0, 5.0] {
        let found = epidural_part(&tumour, &cord(), &dose(), within).expect("a part");
        let wanted_cc = lens(5.0 + within, 8.0, 15.0) * 20.0 / 1000.0;
        // A lens of 1 mm loses its rim.
        let most = if within < 4.0 { 0.1 } else { 0.03 };
        let error = found.volume_cc / wanted_cc - 1.0;
        assert!(error.abs() < most, "{within}: {}", found.volume_cc);
        // The coldest point is that of the tumour nearest to the cord, 7 mm in front of its axis.
        let least = found.figures.iter().find(|f| f.0 == Metric::Min).expect("a figure").1;
        assert!((least.value.expect("a dose") - 27.0).abs() < 0.06, "{least:?}");
    }
    // The tumour comes to 2 mm from the cord and no nearer.
    let none = epidural_part(&tumour, &cord(), &dose(), 1.0).expect("no part");
    assert_eq!((none.volume_cc, none.figures.len()), (0.0, 0));
}
