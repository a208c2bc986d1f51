//! What planes leave open, against equations (9) and (10) of docs/method.md: the changes in them are in
//! closed form, or gaps of what is drawn anew without some planes.

use crate::shapes::{circle, flat, heights, solid};
use thecal_geom::Contour;
use thecal_margin::{Arrangement, IntervalPart, PairGap, Part, gap, measure};
use thecal_mask::{EndRule, Solid};

/// Blocks 12 mm wide and 20 mm long, whose faces lie at heights to their left, one for each plane
/// 2 mm apart. Their inscribed circles are all alike, so that the face alone moves.
fn block(faces: &[(f64, f64)]) -> Vec<Contour> {
    let ring = |x: f64| [[x, -6.0], [x + 20.0, -6.0], [x + 20.0, 6.0], [x, 6.0]];
    faces.iter().map(|&(z, x)| flat(ring(x), z)).collect()
}

fn made(drawn: &[Contour]) -> Solid {
    solid(drawn, EndRule::HalfSlice, 2.0)
}

/// The planes without the even or the odd ones between the first and the last.
fn without(drawn: &[Contour], odd: bool) -> Vec<Contour> {
    let last = drawn.len() - 1;
    let kept = |k: usize| k == 0 || k == last || (k % 2 == 1) != odd;
    drawn.iter().enumerate().filter(|(k, _)| kept(*k)).map(|(_, c)| c.clone()).collect()
}

fn part(found: &PairGap, part: Part) -> (f64, f64) {
    let of = |p: &IntervalPart| (p.lower_mm, p.upper_mm);
    found.parts.iter().find(|p| p.part == part).map_or((0.0, 0.0), of)
}

fn found(a: &[Contour], b: &[Contour]) -> PairGap {
    measure(&made(a), &made(b), Arrangement::Apart, &[]).expect("measured")
}

fn gap_mm(a: &Solid, b: &Solid) -> f64 {
    gap(a, b, Arrangement::Apart).expect("a gap").gap_mm
}

/// Equation (9) with the gaps of solids that were drawn anew: the lower and the upper part.
fn equation_9(a: &[Contour], b: &[Contour], [f_a, f_b]: [f64; 2]) -> (f64, f64) {
    let (one, two) = (made(a), made(b));
    let g = gap_mm(&one, &two);
    let most = |of: &dyn Fn(bool) -> f64| (of(false) - g).abs().max((of(true) - g).abs());
    let c_a = most(&|odd| gap_mm(&made(&without(a, odd)), &two));
    let c_b = most(&|odd| gap_mm(&one, &made(&without(b, odd))));
    let limited = |change: f64| change.clamp(-c_a - c_b, c_a + c_b);
    let s = limited(gap_mm(&one.straight(), &two.straight()) - g);
    let q = limited(gap_mm(&one.cubic(), &two.cubic()) - g);
    let half = f_a * c_a + f_b * c_b;
    (half + (-s).max(-q).max(0.5 * (s - 0.1)).max(0.0), half + s.max(q).max(0.0))
}

fn rod(z: impl Iterator<Item = f64>, radius_mm: impl Fn(f64) -> f64) -> Vec<Contour> {
    z.map(|z| flat(circle([0.0, 0.0], radius_mm(z), 240, 0.0), z)).collect()
}

/// A rod of 5 mm, drawn from a height on.
fn straight_rod(from_mm: f64) -> Vec<Contour> {
    rod(heights(from_mm, from_mm + 42.0, 2.0), |_| 5.0)
}

fn close((lower, upper): (f64, f64), wanted: (f64, f64), by: f64, what: &str) {
    let off = (lower - wanted.0).abs().max((upper - wanted.1).abs());
    assert!(off < by, "{what}: {lower} {upper} for {wanted:?}");
}

/// A roof whose ridge lies on a plane, its slopes falling by `slope`. Without that plane the cubic
/// through -6, -2, 2 and 6 mm lies `3/4 * 2` slopes below the ridge, and without the others the ridge
/// is where it was: `C` = 1.5 slopes. Neither straight lines nor the cubic move the ridge. The cord is
/// drawn half way between these planes, 1 mm above and below the ridge: 3 mm and no farther than
/// the drawn areas lie apart.
#[test]
fn a_ridge_on_a_plane_is_open_by_the_share_that_its_place_has() {
    let cord = straight_rod(-21.0);
    let farthest_mm = 3.0_f64.hypot(1.0) - 3.0;
    for (planes, share) in [
        ([-12.0, 12.0], 0.2),
        // The ridge on the last plane but one, above or below.
        ([-12.0, 2.0], 0.4),
        ([-2.0, 12.0], 0.4),
        ([-4.0, 12.0], 0.2),
        ([-6.0, 4.0], 0.2),
        // Five planes tell of nothing.
        ([-4.0, 4.0], 1.0),
    ] {
        let slope = 0.4;
        let faces: Vec<_> =
            heights(planes[0], planes[1], 2.0).map(|z| (z, 8.0 + slope * z.abs())).collect();
        let wide = planes[0].abs().min(planes[1]) >= 6.0;
        let (a, b) = (block(&faces), &cord);
        let told = found(&a, b);
        assert!((told.gap.gap_mm - 3.0).abs() < 1e-4, "{planes:?}");
        let (lower, upper) = if wide {
            (share * 1.5 * slope, share * 1.5 * slope)
        } else {
            equation_9(&a, b, [share, share])
        };
        let wanted = (lower, upper.min(farthest_mm));
        close(part(&told, Part::Planes), wanted, 2e-3, &format!("{planes:?} {slope}"));
        assert_eq!(part(&told, Part::Poles).0, 0.0, "a flat face has no pole");
        // The same of the second structure.
        let turned = found(b, &a);
        close(part(&turned, Part::Planes), wanted, 2e-3, &format!("{planes:?} in turn"));
    }
}

/// Two planes share the ridge, and the curve between them lies an eighth of the fall beyond it above
/// them (the cubic's `(9 + 9 - 1 - 1) / 16`, the fall counted up to the step of the planes): straight
/// lines are so much farther off.
#[test]
fn a_ridge_between_planes_is_open_by_what_straight_lines_leave_out_too() {
    for (fall, from_mm) in [(0.4, -20.0), (1.2, -20.0), (3.0, -20.0), (1.2, -21.0), (3.0, -21.0)] {
        let cord = straight_rod(from_mm);
        let face = |z: f64| (z, 8.0 + fall * (0.5 * (z.abs() - 1.0)).powi(2));
        let a = block(&heights(-9.0, 9.0, 2.0).map(face).collect::<Vec<_>>());
        let told = found(&a, &cord);
        let beyond_mm = f64::min(fall, 2.0) / 8.0;
        assert!((told.gap.gap_mm - (3.0 - beyond_mm)).abs() < 1e-3, "{fall}: {:?}", told.gap);
        let straight = gap_mm(&made(&a).straight(), &made(&cord)) - told.gap.gap_mm;
        assert!((straight - beyond_mm).abs() < 1e-3, "{straight} for {fall}");
        let (lower, upper) = equation_9(&a, &cord, [0.2, 0.2]);
        // A cord that is drawn on the same planes lies no farther off than 3 mm.
        let drawn_mm = if from_mm == -21.0 { 3.0 } else { 3.0_f64.hypot(1.0) };
        let wanted = (lower, upper.min(drawn_mm - told.gap.gap_mm));
        close(part(&told, Part::Planes), wanted, 2e-3, &format!("{fall} {from_mm}"));
    }
}

/// A rod of small radius that swells to a ridge on a plane: a feature shorter than two slices where
/// leaving the plane out changes more than 0.1 mm.
#[test]
fn a_short_feature_is_open_by_its_pole() {
    let ring = |z: f64| flat(circle([30.0, 0.0], 5.0, 240, 0.0), z);
    let cord: Vec<_> = heights(-21.0, 21.0, 2.0).map(ring).collect();
    for (radius_mm, slope) in
        [(1.5, 0.03), (1.5, 0.12), (3.0, 0.12), (3.0, 0.3), (6.0, 0.3), (3.0, 0.02)]
    {
        let a = rod(heights(-12.0, 12.0, 2.0), |z| radius_mm - slope * z.abs());
        let told = found(&a, &cord);
        let two = made(&cord);
        let c = [false, true].map(|odd| gap_mm(&made(&without(&a, odd)), &two) - told.gap.gap_mm);
        let c = c[0].abs().max(c[1].abs());
        let short = c > 0.1 && radius_mm < 4.0;
        let share = if short { 0.5 } else { 0.2 };
        let bulge = radius_mm.hypot(1.0) - radius_mm;
        let pole = if short { (bulge.min(4.0 * c) - share * c).max(0.0) } else { 0.0 };
        let (lower, _) = equation_9(&a, &cord, [share, 0.2]);
        assert!((part(&told, Part::Planes).0 - lower).abs() < 2e-3, "{radius_mm} {slope}: {lower}");
        let (found, upper) = part(&told, Part::Poles);
        assert!((found - pole).abs() < 0.01, "{radius_mm} {slope}: {found} for {pole}");
        assert_eq!(upper, 0.0);
    }
}

/// Two such rods: the parts of both are added.
#[test]
fn the_poles_of_two_short_features_add_up() {
    let rod_at = |x: f64, radius_mm: f64, from_mm: f64| -> Vec<Contour> {
        let ring = |z: f64| flat(circle([x, 0.0], radius_mm - 0.12 * z.abs(), 240, 0.0), z);
        heights(from_mm, -from_mm, 2.0).map(ring).collect()
    };
    let (a, b) = (rod_at(0.0, 1.8, -10.0), rod_at(8.0, 2.6, -14.0));
    let told = found(&a, &b);
    assert!((told.gap.gap_mm - 3.6).abs() < 1e-3);
    let (one, two) = (made(&a), made(&b));
    let most = |of: &dyn Fn(bool) -> f64| of(false).max(of(true)) - told.gap.gap_mm;
    let c_a = most(&|odd| gap_mm(&made(&without(&a, odd)), &two));
    let c_b = most(&|odd| gap_mm(&one, &made(&without(&b, odd))));
    assert!(c_a > 0.1 && c_b > 0.1);
    let pole = |r: f64, c: f64| (r.hypot(1.0) - r).min(4.0 * c) - 0.5 * c;
    let wanted = pole(1.8, c_a) + pole(2.6, c_b);
    let (found, _) = part(&told, Part::Poles);
    assert!((found - wanted).abs() < 0.01, "{found} for {wanted}");
    assert!((part(&told, Part::Planes).0 - 0.5 * (c_a + c_b)).abs() < 5e-3);
}

/// Two ridges on one block, the second farther off but known less well: the range is that of both.
/// Without its plane the cubic through the faces 2 and 6 mm off a ridge lies `(18 v_2 - 2 v_6) / 16`
/// below it.
#[test]
fn a_place_elsewhere_that_is_known_less_well_widens_the_range() {
    let cord = straight_rod(-21.0);
    for (further_mm, lies_mm) in [(0.1, 16.0), (0.15, 16.0), (0.3, 16.0), (0.1, 20.0), (0.1, -16.0)]
    {
        let (near, far) = (0.1, 0.6);
        let face = |z: f64| {
            let (up, there) = (z.abs(), (z - lies_mm).abs());
            let ridge = if up < 7.0 { near * up } else { 3.0 };
            let other = further_mm + if there < 3.0 { far * there } else { 3.0 };
            (z, 8.0 + f64::min(ridge, other))
        };
        let a = block(&heights(-26.0, 26.0, 2.0).map(face).collect::<Vec<_>>());
        let told = found(&a, &cord);
        assert!((told.gap.gap_mm - 3.0).abs() < 1e-4);
        let open = |v_2: f64, v_6: f64| 0.2 * (18.0 * v_2 - 2.0 * v_6) / 16.0;
        let there_mm = open(2.0 * far, 3.0 - further_mm) - further_mm;
        let wanted = f64::max(open(2.0 * near, 6.0 * near), there_mm);
        let lower = part(&told, Part::Planes).0;
        assert!((lower - wanted).abs() < 5e-3, "{further_mm} {lies_mm}: {lower} for {wanted}");
    }
}
