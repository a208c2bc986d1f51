//! Any rings within the reader's bound: a region with a finite area and finite distances, or none.
//!
//! The first byte chooses how the rest is read: points on a lattice coarse enough to meet each
//! other (so that keyholes, repeats and crossings occur), or doubles from their bits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use thecal_geom::{Point2, Region};

/// As the reader of structure sets refuses to go beyond.
const MAX_COORDINATE_MM: f64 = 1e6;

fn rings(bytes: &[u8]) -> Vec<Vec<Point2>> {
    let Some((&mode, rest)) = bytes.split_first() else { return Vec::new() };
    let mut rings = vec![Vec::new()];
    let mut add = |point: Option<Point2>| match point {
        None => rings.push(Vec::new()),
        Some(point) => rings.last_mut().expect("never empty").push(point),
    };
    if mode % 4 == 0 {
        for bits in rest.as_chunks::<16>().0 {
            let at = |k: usize| f64::from_le_bytes(bits[k..k + 8].try_into().expect("8 bytes"));
            let point = [at(0), at(8)];
            add(point.iter().all(|x| x.abs() <= MAX_COORDINATE_MM).then_some(point));
        }
    } else {
        let step_mm = [0.0, 1.0, 0.004, 7.3][usize::from(mode % 4)];
        for &[x, y] in rest.as_chunks::<2>().0 {
            let point = [f64::from(x as i8) * step_mm, f64::from(y as i8) * step_mm];
            add((x != 127).then_some(point));
        }
    }
    rings
}

fuzz_target!(|bytes: &[u8]| {
    let start = std::time::Instant::now();
    let drawn = rings(bytes);
    let (region, _) = Region::from_rings(&drawn);
    let Some(region) = region else { return };
    // No less than nothing, up to the rounding of large coordinates.
    let area_mm2 = region.area_mm2();
    assert!(area_mm2.is_finite() && area_mm2 >= -1e-3, "{area_mm2} mm2");
    let (min, max) = region.bounds();
    let middle = [0.5 * (min[0] + max[0]), 0.5 * (min[1] + max[1])];
    let outside = [max[0] + 1.0, max[1] + 1.0];
    let drawn_points = drawn.iter().flatten().copied().take(8);
    for point in [middle, outside, min, max, [0.0, 0.0]].into_iter().chain(drawn_points) {
        let distance_mm = region.signed_distance_mm(point);
        assert!(distance_mm.is_finite());
        assert_eq!(region.contains(point), distance_mm < 0.0 || distance_mm.is_sign_negative());
        // The nearest edge tells the side as the crossings of a ray do.
        let (inside, foot) = region.nearest_with_hint(point, 0);
        assert!((foot.distance_mm - distance_mm.abs()).abs() <= 1e-9 * (1.0 + distance_mm.abs()));
        assert!(foot.distance_mm < 1e-3 || inside == region.contains(point), "{point:?}");
    }
    assert!(region.signed_distance_mm(outside) >= 1.0);
    // Islands part the region: nothing is lost and nothing counted twice.
    let parts_mm2: f64 = region.islands().iter().map(Region::area_mm2).sum();
    assert!((parts_mm2 - area_mm2).abs() <= 1e-3 + 1e-9 * area_mm2, "{parts_mm2} {area_mm2} mm2");
    // With the sanitizer, on a busy machine.
    assert!(start.elapsed().as_secs() < 8, "{:?} for {} bytes", start.elapsed(), bytes.len());
});
