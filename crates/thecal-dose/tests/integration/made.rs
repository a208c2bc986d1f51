//! Solids that rows of limits are about and nobody drew.

use crate::cord_shapes::{ball, tube};
use std::f64::consts::PI;
use thecal_dose::{Asked, LimitStructure, MakeError};
use thecal_geom::Point3;

fn asked(expansion_mm: f64, beside_target_mm: Option<f64>) -> Asked {
    Asked { structure: LimitStructure::Cord, expansion_mm, beside_target_mm }
}

#[test]
fn a_grown_cord_is_as_thick_as_cord_and_margin() {
    let cord = tube([0.0, 0.0], 4.5, [-30.0, 30.0], 2.0);
    let prv = asked(2.0, None).make(&cord, None).expect("a solid");
    for z in [-20.0, 0.0, 7.0] {
        let at = Point3::new(0.0, 9.0, z);
        let nearest = prv.nearest_from(at, at).point_mm;
        assert!((nearest.y - 6.5).abs() < 0.03, "{nearest}");
    }
    assert!(asked(0.0, None).is_drawn() && !asked(2.0, None).is_drawn());
}

#[test]
fn the_part_beside_a_target_reaches_as_far_past_it_as_is_asked() {
    let cord = tube([0.0, 0.0], 4.5, [-30.0, 30.0], 2.0);
    let target = ball(Point3::new(15.0, 0.0, 1.0), 8.0, 2.0);
    for beside in [5.0, 6.0] {
        let part = asked(0.0, Some(beside)).make(&cord, Some(&target)).expect("a solid");
        // A ball of 8 mm reaches from -7 to 9 mm.
        let wanted_cc = PI * 4.5 * 4.5 * (16.0 + 2.0 * beside) / 1000.0;
        let planes = part.planes_mm();
        let length = planes[planes.len() - 1] - planes[0];
        assert!((length - 16.0 - 2.0 * beside).abs() < 0.6, "{length}");
        assert!((part.volume_cc() / wanted_cc - 1.0).abs() < 0.06, "{}", part.volume_cc());
    }
}

#[test]
fn without_a_target_or_beside_none_there_is_no_part() {
    let cord = tube([0.0, 0.0], 4.5, [-30.0, 30.0], 2.0);
    let far = ball(Point3::new(0.0, 0.0, 80.0), 8.0, 2.0);
    assert_eq!(asked(0.0, Some(5.0)).make(&cord, None).err(), Some(MakeError::NoTarget));
    assert_eq!(asked(0.0, Some(5.0)).make(&cord, Some(&far)).err(), Some(MakeError::NotBeside));
}
