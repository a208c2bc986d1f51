//! Gaps of a cord in its sac, inside and where it leaves it.

use crate::shapes::{circle, flat, heights, sagitta_mm, solid, tube};
use thecal_margin::{Arrangement, gap, measure};
use thecal_mask::EndRule;

/// How far an eccentric circle lies within a larger one at the least.
fn ring_mm(sac_mm: f64, cord_mm: f64, off_mm: f64) -> f64 {
    sac_mm - cord_mm - off_mm
}

#[test]
fn a_cord_outside_its_sac_lies_as_far_out_as_it_stands_over() {
    for off_mm in [1.0, 2.5, 4.0, 5.5, 8.0] {
        let (cord, sac) = (tube([off_mm, 0.0], 4.0, 180, 0.0), tube([0.0, 0.0], 7.0, 180, 0.0));
        let found = measure(&cord, &sac, Arrangement::Within, &[]).expect("measured");
        let wanted_mm = ring_mm(7.0, 4.0, off_mm);
        let error_mm = 0.01 + sagitta_mm(7.0, 180);
        assert!((found.gap.gap_mm - wanted_mm).abs() < error_mm, "{off_mm}: {:?}", found.gap);
        // The farthest point of the cord, and the sac's nearest to it.
        let (a, b) = (found.gap.a_mm, found.gap.b_mm);
        assert!((a.x - off_mm - 4.0).abs() < 0.02 && a.y.abs() < 0.2, "{off_mm}: {a}");
        assert!((b.x - 7.0).abs() < 0.02 && b.y.abs() < 0.2, "{off_mm}: {b}");
        // So it is on every plane.
        for (w, least) in &found.profile.planes {
            let least = least.expect("every plane faces the sac").gap_mm;
            assert!((least - wanted_mm).abs() < error_mm, "{off_mm} at {w}: {least}");
        }
    }
}

#[test]
fn a_cord_that_leaves_its_sac_on_one_plane_says_how_far() {
    // Both straight; one section of the cord in the middle stands 2 mm over the sac.
    let planes = heights(-20.0, 20.0, 2.0).map(|z| {
        let off_mm = if z == 0.0 { 5.0 } else { 0.0 };
        flat(circle([off_mm, 0.0], 4.0, 180, 0.0), z)
    });
    let cord = solid(&planes.collect::<Vec<_>>(), EndRule::HalfSlice, 2.0);
    let found = gap(&cord, &tube([0.0, 0.0], 7.0, 180, 0.0), Arrangement::Within).expect("a gap");
    assert!((found.gap_mm + 2.0).abs() < 0.02, "{found:?}");
    assert!(found.a_mm.z.abs() < 0.02, "{found:?}");
}

#[test]
fn only_levels_that_both_have_count() {
    // The cord goes on past the sac's last plane, straight or bending away there.
    for (csf_mm, spacing_mm, bends) in
        [(2.0, 1.0, 0.0), (3.0, 1.0, 0.0), (3.0, 2.0, 0.5), (1.0, 2.0, -0.3)]
    {
        let stack = |radius_mm: f64, to_mm: f64, bends: f64| {
            let planes = heights(-20.0, to_mm, spacing_mm).map(|z| {
                let off_mm = bends * (z - 20.0_f64).max(0.0);
                flat(circle([off_mm, 0.0], radius_mm, 180, 0.0), z)
            });
            solid(&planes.collect::<Vec<_>>(), EndRule::HalfSlice, spacing_mm)
        };
        let (cord, sac) = (stack(4.0, 40.0, bends), stack(4.0 + csf_mm, 20.0, 0.0));
        let found = gap(&cord, &sac, Arrangement::Within).expect("a gap").gap_mm;
        assert!((found - csf_mm).abs() < 0.02, "{csf_mm} {spacing_mm} {bends}: {found}");
    }
    let below = heights(-60.0, -30.0, 2.0).map(|z| flat(circle([0.0, 0.0], 4.0, 90, 0.0), z));
    let below = solid(&below.collect::<Vec<_>>(), EndRule::HalfSlice, 2.0);
    assert_eq!(gap(&below, &tube([0.0, 0.0], 7.0, 180, 0.0), Arrangement::Within), None);
}

#[test]
fn a_cord_that_leads_out_of_its_sac_is_as_far_out_as_on_the_last_plane_of_both() {
    // It leans by 0.3: at 20 mm it stands 6 + 4 - 7 mm over, and farther above, where no sac is.
    let planes = heights(-20.0, 40.0, 2.0).map(|z| flat(circle([0.3 * z, 0.0], 4.0, 180, 0.0), z));
    let cord = solid(&planes.collect::<Vec<_>>(), EndRule::HalfSlice, 2.0);
    let found = gap(&cord, &tube([0.0, 0.0], 7.0, 180, 0.0), Arrangement::Within).expect("a gap");
    assert!((found.gap_mm + 3.0).abs() < 0.03, "{found:?}");
    assert!(found.a_mm.z.abs() < 20.01, "{found:?}");
}
