use super::*;
use std::sync::Mutex;
use thecal_geom::{Contour, ContourKind};
use thecal_mask::EndRule;

/// What is found by following pairs, each given by its place on a line, what it promises and where it leads,
/// and the places that were followed with what was known then, in their order along the line for each round.
fn followed(pairs: &[[f64; 3]]) -> (Option<f64>, Vec<(f64, f64)>) {
    let reach = |[at, distance_mm, _]: &[f64; 3]| Reach {
        distance_mm: *distance_mm,
        a_mm: Point3::origin(),
        b_mm: Point3::new(*at, 0.0, 0.0),
    };
    let mut reaches: Vec<Reach> = pairs.iter().map(reach).collect();
    reaches.sort_by(|x, y| x.distance_mm.total_cmp(&y.distance_mm));
    let asked = Mutex::new(Vec::new());
    let follow = |pair: &Reach, least_mm: f64| {
        let [at, _, leads_to] = pairs.iter().find(|p| p[0] == pair.b_mm.x)?;
        asked.lock().expect("a list").push((least_mm, *at));
        let gap = Gap { gap_mm: *leads_to, a_mm: pair.a_mm, b_mm: pair.b_mm };
        leads_to.is_finite().then_some(gap)
    };
    let best = follow_all(&reaches, &follow).map(|g| g.gap_mm);
    let mut asked = asked.into_inner().expect("a list");
    asked.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.total_cmp(&y.1)));
    (best, asked.into_iter().map(|(least, at)| (at, least)).collect())
}

const NOTHING: f64 = f64::INFINITY;

#[test]
fn the_nearest_pair_goes_first_and_then_one_of_each_place_whatever_it_promises() {
    // One place of two pairs, and two others that promise little; one of these leads nearer.
    let pairs = [[0.0, 1.0, 0.9], [0.5, 1.01, 0.1], [4.0, 1.3, 0.8], [8.0, 3.0, 1.0]];
    let (best, asked) = followed(&pairs);
    // The second pair of the first place promises more than was found.
    assert_eq!(best, Some(0.8));
    assert_eq!(asked, [(0.0, NOTHING), (4.0, 0.9), (8.0, 0.9)]);
    // Where it promises less, it goes with what is known then.
    let pairs = [[0.0, 1.0, 0.99], [0.5, 1.01, 0.7], [0.2, 1.0, 0.1], [4.0, 1.3, 1.2]];
    let (best, asked) = followed(&pairs);
    assert_eq!(best, Some(0.7));
    // That it begins within 0.35 mm of one that was followed says that it leads to the same place.
    assert_eq!(asked, [(0.0, NOTHING), (0.5, 0.99), (4.0, 0.99)]);
}

#[test]
fn where_there_is_one_place_its_other_pairs_go_as_far_as_they_promise_more() {
    let pairs = [[0.0, 1.0, 0.99], [0.5, 1.01, 0.7], [1.0, 1.1, 0.2]];
    let (best, asked) = followed(&pairs);
    assert_eq!(best, Some(0.7));
    assert_eq!(asked, [(0.0, NOTHING), (0.5, 0.99)]);
}

#[test]
fn pairs_that_lead_nowhere_are_passed_over() {
    let pairs = [[0.0, 1.0, NOTHING], [4.0, 1.3, 1.25], [8.0, 1.4, NOTHING]];
    assert_eq!(followed(&pairs).0, Some(1.25));
    assert_eq!(followed(&pairs[..1]).0, None);
    assert_eq!(followed(&[]), (None, Vec::new()));
}

#[test]
fn rounds_go_on_as_long_as_they_gain() {
    // Sixty pairs that promise as much; the last of them leads nearest. A round takes forty.
    for (gains, wanted) in [(0.004, 0.9), (0.001, 0.999)] {
        let pair = |k: u32| {
            let at = 0.4 * f64::from(k);
            let leads_to = match k {
                0 => 1.0,
                // Of the first forty that are followed in the second round.
                3 => 1.0 - gains,
                59 => 0.9,
                _ => 1.1,
            };
            [at, 1.0 + 1e-6 * f64::from(k), leads_to]
        };
        let pairs: Vec<[f64; 3]> = (0..60).map(pair).collect();
        let (best, asked) = followed(&pairs);
        assert_eq!(best, Some(wanted), "{gains}");
        assert_eq!(asked.len() == 60, gains > GAIN_MM, "{gains}: {}", asked.len());
    }
}

/// A box from -20 to 0 mm along x on planes a step apart, with a ridge along the stack that is 0.3 mm wide and
/// stands out by a millimetre.
fn ridged(step_mm: f64) -> Solid {
    let ring = [
        [-20.0, -10.0],
        [0.0, -10.0],
        [0.0, 4.0],
        [1.0, 4.15],
        [0.0, 4.3],
        [0.0, 10.0],
        [-20.0, 10.0],
    ];
    stack(&ring, step_mm)
}

fn stack(ring: &[[f64; 2]], step_mm: f64) -> Solid {
    let contour = |k: i32| Contour {
        number: 1,
        kind: ContourKind::ClosedPlanar,
        points_mm: ring.iter().map(|[x, y]| Point3::new(*x, *y, step_mm * f64::from(k))).collect(),
    };
    let contours: Vec<Contour> = (0..12).map(contour).collect();
    Solid::from_contours(&contours, EndRule::Plane, step_mm).expect("a solid")
}

#[test]
fn a_ridge_that_lies_between_samples_is_found_on_what_is_computed() {
    let at = |x: f64| Point3::new(x, -6.0, 3.0);
    for (step_mm, found_mm) in [(0.5, 2.0), (2.0, 3.0)] {
        let a = ridged(step_mm);
        let b = stack(&[[3.0, -12.0], [23.0, -12.0], [23.0, 12.0], [3.0, 12.0]], step_mm);
        let surfaces = FacingSurfaces::new(&a, &b, Arrangement::Apart, &|_| 0.0).expect("surfaces");
        let beside = Gap { gap_mm: 3.0, a_mm: at(0.0), b_mm: at(3.0) };
        let found = refine_fine(&a, &b, &surfaces, beside);
        assert!((found.gap_mm - found_mm).abs() < 1e-3, "{step_mm}: {found:?}");
        // What is nearer stays, and where the two overlap nothing is looked for.
        for gap_mm in [1.5, 0.0, -2.0] {
            let known = Gap { gap_mm, ..beside };
            assert_eq!(refine_fine(&a, &b, &surfaces, known), known);
        }
    }
}
