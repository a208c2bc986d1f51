//! More never leaves less: random approaches to a C of tumour on a cord.

use std::f64::consts::{PI, TAU};
use std::sync::OnceLock;

use proptest::prelude::*;
use thecal_geom::{Contour, ContourKind, Point3};
use thecal_margin::{Arrangement, gap};
use thecal_mask::{EndRule, Solid};
use thecal_separation::{Approach, Field, Instruments, Reach, Scene};

fn prism(rings: &[Vec<[f64; 2]>], half_planes: i32) -> Solid {
    let mut contours = Vec::new();
    for k in -half_planes..=half_planes {
        for ring in rings {
            contours.push(Contour {
                number: contours.len() + 1,
                kind: ContourKind::ClosedPlanar,
                points_mm: ring
                    .iter()
                    .map(|p| Point3::new(p[0], p[1], 2.0 * f64::from(k)))
                    .collect(),
            });
        }
    }
    Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid")
}

/// A C from 1 to 6 mm off a cord of 5 mm, open to the patient's back right.
fn c_shape() -> Vec<[f64; 2]> {
    let at = |r: f64, a: f64| [r * a.sin(), -r * a.cos()];
    let (from, to) = (-0.6 * PI, 0.7 * PI);
    let arc = |r: f64, i: i32| at(r, from + (to - from) * f64::from(i) / 120.0);
    (0..=120).map(|i| arc(11.0, i)).chain((0..=120).rev().map(|i| arc(6.0, i))).collect()
}

fn solids() -> &'static [Solid; 2] {
    static SOLIDS: OnceLock<[Solid; 2]> = OnceLock::new();
    SOLIDS.get_or_init(|| {
        let disc = (0..240).map(|i| f64::from(i) * TAU / 240.0);
        let disc = disc.map(|a| [5.0 * a.cos(), 5.0 * a.sin()]).collect();
        [prism(&[c_shape()], 3), prism(&[disc], 12)]
    })
}

fn field() -> &'static Field<'static> {
    static FIELD: OnceLock<Field<'static>> = OnceLock::new();
    FIELD.get_or_init(|| {
        let [tumour, cord] = solids();
        let (keep_out, bone, levels_mm) = (&[], &[], None);
        let scene = Scene { tumour, reference: cord, cord, keep_out, bone, levels_mm };
        Field::new(scene, 0.5, 6.0, Instruments { room_mm: 4.0, depth_mm: 60.0, tilt_deg: 40.0 })
            .expect("a field")
    })
}

#[derive(Debug, Clone, Copy)]
struct Way {
    from_deg: f64,
    width_deg: f64,
    tilt_deg: f64,
    tool_mm: f64,
    safety_mm: f64,
    undercut_mm: f64,
}

impl Way {
    fn approach(&self) -> Approach {
        let Self { from_deg, tilt_deg, tool_mm, safety_mm, undercut_mm, .. } = self;
        let to_deg = from_deg + self.width_deg;
        Approach::read(&format!(
            "[random]\nfrom_clock_deg = [[{from_deg:?}, {to_deg:?}]]\ntilt_deg = {tilt_deg:?}\n\
             tool_radius_mm = {tool_mm:?}\nsafety_mm = {safety_mm:?}\nundercut_mm = {undercut_mm:?}"
        ))
        .expect("an approach")
        .remove(0)
    }

    fn reach(&self) -> Reach {
        Reach::new(field(), &self.approach()).expect("a reach")
    }
}

/// Gap, mm (infinite where nothing is left), and volume taken, cc.
fn outcome(reach: &Reach, amount_mm: f64) -> (f64, f64) {
    let removal = field().remove(reach, amount_mm).expect("a removal");
    let residual = removal.residual.as_ref();
    let found = residual.and_then(|r| gap(r, &solids()[1], Arrangement::Apart));
    (found.map_or(f64::INFINITY, |g| g.gap_mm), removal.removed_cc)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 4, ..Default::default() })]

    #[test]
    fn more_never_leaves_less(
        from_deg in 0.0..360.0_f64,
        width_deg in 0.0..200.0_f64,
        wider_deg in prop::array::uniform2(0.0..60.0_f64),
        tilt_deg in 0.0..20.0_f64,
        tool_mm in 0.3..3.0_f64,
        thinner in 0.2..1.0_f64,
        safety_mm in 0.0..1.0_f64,
        undercut_mm in prop_oneof![Just(0.0), 0.5..6.0_f64],
        amount_mm in 0.6..5.0_f64,
        deeper_mm in 0.0..1.0_f64,
    ) {
        let way = Way { from_deg, width_deg, tilt_deg, tool_mm, safety_mm, undercut_mm };
        let base = way.reach();
        let was = outcome(&base, amount_mm);
        let wider = Way {
            from_deg: from_deg - wider_deg[0],
            width_deg: width_deg + wider_deg[0] + wider_deg[1],
            ..way
        };
        let thin = Way { tool_mm: thinner * tool_mm, ..way };
        for (what, now) in [
            ("more amount", outcome(&base, amount_mm + deeper_mm)),
            ("more directions", outcome(&wider.reach(), amount_mm)),
            ("a thinner tool", outcome(&thin.reach(), amount_mm)),
        ] {
            prop_assert!(now.0 > was.0 - 0.02, "{what}: gap {} from {}", now.0, was.0);
            // Half a percent, and half a cubic millimetre where next to nothing is taken.
            let least = 0.995 * was.1 - 0.0005;
            prop_assert!(now.1 > least, "{what}: {} cc from {}", now.1, was.1);
        }
    }
}
