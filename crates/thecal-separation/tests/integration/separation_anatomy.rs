//! Shifts of a cord and a sac that fills again, against what geometry says.

use crate::shapes::{circle, flat, heights, solid};
use thecal_geom::{Contour, Point3, Vector3};
use thecal_margin::Centreline;
use thecal_mask::{EndRule, Solid};
use thecal_separation::{sac_reexpanded, shift_lps_mm};

/// A tube of circles about (`lean` times the height, 0).
fn leaning(lean: f64, radius_mm: f64) -> Vec<Contour> {
    let planes = heights(-40.0, 40.0, 2.0);
    planes.map(|z| flat(circle([lean * z, 0.0], radius_mm, 120, 0.0), z)).collect()
}

fn close(found: Vector3, wanted: [f64; 3]) {
    assert!((found - Vector3::from(wanted)).norm() < 1e-6, "{found:?} for {wanted:?}");
}

#[test]
fn a_shift_goes_to_the_front_the_left_and_the_head() {
    // The patient's coordinates grow to the left, to the back and to the head (DICOM PS3.3,
    // C.7.6.2.1.1), so a shift to the front is negative along y.
    let line = |lean: f64| {
        let cord = solid(&leaning(lean, 5.0), EndRule::HalfSlice, 2.0);
        Centreline::from_solid(&cord).expect("a line")
    };
    let at = Point3::new(1.0, -8.0, 3.0);
    close(shift_lps_mm(&line(0.0), at, [2.0, 0.0, 0.0]), [0.0, -2.0, 0.0]);
    close(shift_lps_mm(&line(0.0), at, [0.0, 3.0, 0.0]), [3.0, 0.0, 0.0]);
    close(shift_lps_mm(&line(0.0), at, [0.0, 0.0, 4.0]), [0.0, 0.0, 4.0]);
    // A cord that leans to the left by 3 in 4: its own left points down by as much.
    close(shift_lps_mm(&line(0.75), at, [0.0, 5.0, 0.0]), [4.0, 0.0, -3.0]);
    close(shift_lps_mm(&line(0.75), at, [1.0, 5.0, 10.0]), [10.0, -1.0, 5.0]);
}

fn radii_mm(sac: &Solid, centre: impl Fn(f64) -> [f64; 2]) -> Vec<(f64, f64)> {
    let radii = sac.drawn().flat_map(|(w, region)| {
        let [x, y] = centre(w);
        let rings = region.rings().iter().flatten();
        rings.map(move |p| (w, (p[0] - x).hypot(p[1] - y))).collect::<Vec<_>>()
    });
    radii.collect()
}

#[test]
fn a_straight_sac_that_was_dented_is_straight_again() {
    // It leans by 0.25 and is pressed in from the front by a tumour between -6 and 6 mm.
    for lean in [0.25, -0.4] {
        let dented = heights(-40.0, 40.0, 2.0).map(|z| {
            let ring = circle([lean * z, 0.0], 8.0, 240, 0.0);
            let dent = |p: [f64; 2]| if z.abs() <= 6.0 { [p[0], p[1].max(-3.0)] } else { p };
            flat(ring.map(dent), z)
        });
        let sac = solid(&dented.collect::<Vec<_>>(), EndRule::HalfSlice, 2.0);
        let block = || [[-10.0, -20.0], [10.0, -20.0], [10.0, -3.5], [-10.0, -3.5]];
        let tumour = heights(-6.0, 6.0, 2.0).map(|z| flat(block(), z));
        let tumour = solid(&tumour.collect::<Vec<_>>(), EndRule::Plane, 2.0);
        let (filled, warnings) =
            sac_reexpanded(&sac, &[&tumour], EndRule::HalfSlice).expect("levels on both sides");
        assert!(warnings.is_empty(), "{warnings:?}");
        let radii = radii_mm(&filled, |w| [lean * w, 0.0]);
        assert!(radii.len() > 41 * 100);
        for (w, r) in radii {
            assert!((r - 8.0).abs() < 0.02, "{lean} at {w}: {r}");
        }
    }
}

#[test]
fn a_sac_that_bends_keeps_its_course_through_the_dent() {
    // Its middle follows the parabola c z². The sac is uninvolved from 14 mm on, and its course there
    // is that of the 8 mm beyond: 36 c. The cubic of Hermite with these slopes passes the middle at
    // 14² c - 28 / 8 (36 c + 36 c), worked out by hand.
    let c = 0.002;
    let planes = heights(-40.0, 40.0, 2.0).map(|z| {
        let ring = circle([c * z * z, 0.0], 8.0, 240, 0.0);
        let dent = |p: [f64; 2]| if z.abs() <= 6.0 { [p[0], p[1].max(-3.0)] } else { p };
        flat(ring.map(dent), z)
    });
    let sac = solid(&planes.collect::<Vec<_>>(), EndRule::HalfSlice, 2.0);
    let block = || [[-10.0, -20.0], [10.0, -20.0], [10.0, -3.5], [-10.0, -3.5]];
    let tumour = heights(-6.0, 6.0, 2.0).map(|z| flat(block(), z));
    let tumour = solid(&tumour.collect::<Vec<_>>(), EndRule::Plane, 2.0);
    let (filled, _) = sac_reexpanded(&sac, &[&tumour], EndRule::HalfSlice).expect("a sac");
    for (w, r) in radii_mm(&filled, |w| [c * w * w, 0.0]) {
        assert!((r - 8.0).abs() < 0.2, "at {w}: {r}");
    }
    // At the front of the middle level nothing is drawn: there the section is the cubic's alone.
    let middle = filled.drawn().find(|(w, _)| w.abs() < 0.1).expect("a level").1;
    let front = middle.rings()[0].iter().min_by(|a, b| a[1].total_cmp(&b[1])).expect("points");
    let wanted_x = c * (14.0 * 14.0 - 28.0 / 8.0 * 72.0);
    assert!((front[0] - wanted_x).abs() < 0.25, "{front:?} for {wanted_x}");
}
