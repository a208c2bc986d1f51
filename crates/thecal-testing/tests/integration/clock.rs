//! One clock: record, profile and pictures count positions in the plane across the cord.

use std::f64::consts::TAU;

use nalgebra::{Rotation3, Vector3};
use thecal::{Settings, measure_study, scene};
use thecal_geom::{Contour, ContourKind, Point3, RigidTransform};

use crate::compare::write;

const RADIUS_MM: f64 = 5.0;
const TUMOUR_MM: f64 = 6.0;
const GAP_MM: f64 = 2.5;
const LEAN_DEG: f64 = 35.0;

/// Rings on axial planes of 1 mm; none where a plane is missed.
fn drawn(ring: impl Fn(f64) -> Option<Vec<Point3>>) -> Vec<Contour> {
    let planes = (-35..=35).filter_map(|k| ring(f64::from(k)));
    planes
        .map(|points_mm| Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm })
        .collect()
}

fn circle() -> impl Iterator<Item = (f64, f64)> {
    (0..180).map(|i| (TAU * f64::from(i) / 180.0).sin_cos())
}

#[test]
fn a_tumour_beside_a_leaning_cord_stands_at_one_position_everywhere() {
    // A tube that leans forward, and a ball beside it in the plane across it.
    let turn = Rotation3::from_axis_angle(&Vector3::x_axis(), LEAN_DEG.to_radians());
    let (up, front, left) = (turn * Vector3::z(), turn * -Vector3::y(), Vector3::x());
    let cord = drawn(|z| {
        let on_wall = |(sin, cos): (f64, f64)| {
            let foot = (front * cos + left * sin) * RADIUS_MM;
            Point3::from(foot + up * ((z - foot.z) / up.z))
        };
        Some(circle().map(on_wall).collect())
    });
    for clock_deg in [45.0_f64, 130.0, 300.0] {
        let (sin, cos) = clock_deg.to_radians().sin_cos();
        let middle = (front * cos + left * sin) * (RADIUS_MM + GAP_MM + TUMOUR_MM);
        let tumour = drawn(|z| {
            let square = TUMOUR_MM * TUMOUR_MM - (z - middle.z).powi(2);
            let r = (square > 0.01).then(|| square.sqrt())?;
            let at =
                |(sin, cos): (f64, f64)| Point3::new(middle.x + r * cos, middle.y + r * sin, z);
            Some(circle().map(at).collect())
        });
        let dir = tempfile::tempdir().expect("a folder");
        let structures = vec![("SpinalCord", cord.clone()), ("GTV", tumour)];
        let here = RigidTransform::identity();
        write(&dir.path().join("RS.dcm"), "1.2.826.0.1.1", "P", &structures, &here);
        let measured = measure_study(&[dir.path().to_owned()], &Settings::default());
        let measured = measured.expect("measured");
        let pair = &measured.report.phases[0].pairs[0];
        let gap_mm = pair.gap_mm.expect("a gap");
        assert!((gap_mm - GAP_MM).abs() < 0.05, "{gap_mm}");
        let near = |found: f64, by_deg: f64, what: &str| {
            let apart = ((found - clock_deg + 540.0).rem_euclid(360.0) - 180.0).abs();
            assert!(apart < by_deg, "{what}: {found} for {clock_deg}");
        };
        // In axial planes it would stand ten degrees off.
        let of_record = pair.r#where.as_ref().and_then(|w| w.clock_deg).expect("a position");
        near(of_record, 1.5, "record");
        let profile = pair.profile.as_ref().expect("a profile");
        let least = |s: &&thecal_report::ProfileSector| s.gap_mm.unwrap_or(f64::INFINITY);
        let sector = profile.sectors.iter().min_by(|a, b| least(a).total_cmp(&least(b)));
        let sector = sector.expect("sectors");
        let within = sector.clock_deg_from - 1.5..=sector.clock_deg_to + 1.5;
        assert!(within.contains(&clock_deg), "{sector:?}");
        let pictures = scene(&measured);
        let map = &pictures.maps[0];
        near(map.closest.expect("a closest point").clock_deg, 1.5, "closest on the map");
        let gaps = map.gap_mm.iter().enumerate().filter_map(|(k, gap)| Some((k, (*gap)?)));
        let (nearest, _) = gaps.min_by(|a, b| a.1.total_cmp(&b.1)).expect("gaps");
        let column = nearest % map.columns;
        near((column as f64 + 0.5) * 360.0 / map.columns as f64, 6.0, "column of the map");
    }
}
