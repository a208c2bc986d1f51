use super::*;
use crate::solid::component::{Section, distance};
use crate::solid::end_rule::EndRule;
use std::sync::Arc;

const PLANES_MM: [f64; 7] = [0.0, 2.0, 3.5, 5.5, 8.0, 9.5, 12.0];

/// Four faces in space: two that meet at an edge, and two far off. Each has its normal within the
/// planes, how far off the origin it lies there at the foot of the stack, and how much farther for
/// each mm up.
struct Block {
    faces: [(Point2, f64, f64); 4],
}

impl Block {
    /// The first face leans, and the second follows it at an angle, degrees.
    fn new(angle: f64, lean: f64, of_second: f64) -> Self {
        let at = |deg: f64| [deg.to_radians().cos(), deg.to_radians().sin()];
        let faces = [
            (at(7.0), 10.0, lean),
            (at(7.0 + angle), 11.0, of_second),
            (at(180.0), 25.0, 0.0),
            (at(260.0), 25.0, 0.0),
        ];
        Self { faces }
    }

    /// Where two of its faces meet at a height.
    fn corner(&self, i: usize, w: f64) -> Point2 {
        let [(m, c, by), (n, d, by_n)] = [self.faces[i % 4], self.faces[(i + 1) % 4]];
        let (c, d) = (c + by * w, d + by_n * w);
        let area = m[0] * n[1] - m[1] * n[0];
        [(c * n[1] - d * m[1]) / area, (d * m[0] - c * n[0]) / area]
    }

    fn level(&self, p: Point2, w: f64) -> f64 {
        let of = self.faces.map(|(n, c, by)| dot(n, p) - c - by * w);
        of.into_iter().fold(f64::NEG_INFINITY, f64::max)
    }

    fn section(&self, w: f64, turned: bool) -> Region {
        let mut ring: Vec<Point2> = (0..4).map(|i| self.corner(i, w)).collect();
        if turned {
            ring.reverse();
            ring.rotate_left(1);
        }
        Region::from_rings(&[ring]).0.expect("an area")
    }

    fn part(&self, turned: bool) -> Component {
        part_of(PLANES_MM.map(|w| (w, self.section(w, turned))))
    }
}

fn part_of(planes: impl IntoIterator<Item = (f64, Region)>) -> Component {
    let of = |(w, region)| (w, Arc::new(Section::new(region)));
    Component::new(planes.into_iter().map(of).collect(), 2.0, EndRule::Plane, MOST)
}

/// Points on the first face and on the second, this far from the edge between them, but for a hair
/// inwards: on the line of a face a point may lie on either side of it.
fn beside_the_edge(block: &Block, w: f64, off_mm: f64) -> [Point2; 2] {
    const HAIR_MM: f64 = 1e-4;
    let at = block.corner(0, w);
    let [m, n] = [block.faces[0].0, block.faces[1].0];
    let at = [0, 1].map(|k| at[k] - HAIR_MM * (m[k] + n[k]));
    let back = |n: Point2, by: f64| [at[0] + by * n[1], at[1] - by * n[0]];
    [back(m, off_mm), back(n, -off_mm)]
}

/// The largest error of the level beside the edge of a block, mm, between planes of a stack.
fn worst_mm(block: &Block, part: &Component, planes_mm: &[f64]) -> f64 {
    let mut worst = 0.0_f64;
    for pair in planes_mm.windows(2) {
        for t in [0.2, 0.5, 0.85] {
            let w = (1.0 - t) * pair[0] + t * pair[1];
            for off_mm in [0.02, 0.3, 0.9, 1.6, 2.6] {
                for p in beside_the_edge(block, w, off_mm) {
                    worst = worst.max((part.level(p, w).0 - block.level(p, w)).abs());
                }
            }
        }
    }
    worst
}

#[test]
fn flat_faces_are_where_they_are_beside_an_edge_between_them() {
    for (angle, lean, of_second) in
        [(90.0, 0.9, 0.0), (90.0, -0.9, 0.0), (90.0, 0.0, 0.8), (90.0, 0.0, -0.7)]
    {
        let block = Block::new(angle, lean, of_second);
        for turned in [false, true] {
            let worst = worst_mm(&block, &block.part(turned), &PLANES_MM);
            assert!(worst < 1e-3, "{angle} {lean} {of_second}: {worst}");
        }
    }
}

#[test]
fn planes_farther_off_that_were_drawn_differently_do_not_bend_a_face() {
    for lean in [0.9, -0.9] {
        let block = Block::new(90.0, lean, 0.0);
        // On the first and the last plane the face that leans is another one, turned by 50 degrees.
        let mut other = Block::new(140.0, 0.0, 0.0);
        for face in &mut other.faces[..2] {
            let ([x, y], (sin, cos)) = (face.0, 50.0_f64.to_radians().sin_cos());
            face.0 = [x * cos + y * sin, y * cos - x * sin];
        }
        other.faces[0].1 = 14.0;
        assert!(dot(other.faces[1].0, block.faces[1].0) > 1.0 - 1e-12);
        let drawn = |k: usize| if k == 1 || k == 4 { &other } else { &block };
        let planes = (1..5).map(|k| (PLANES_MM[k], drawn(k).section(PLANES_MM[k], false)));
        let worst = worst_mm(&block, &part_of(planes), &PLANES_MM[2..4]);
        assert!(worst < 1e-3, "{lean}: {worst}");
    }
}

#[test]
fn beyond_a_corner_both_edges_are_faces_and_beside_an_edge_that_one_is() {
    for (angle, turned) in [(60.0, false), (90.0, true), (120.0, false), (120.0, true)] {
        let block = Block::new(angle, 0.4, 0.0);
        let part = block.part(turned);
        let (w, stencil) = (6.0, LagrangeStencil::new(&PLANES_MM, 3, MOST));
        let b = part.blend(w);
        let edges = |p: Point2, k: usize| {
            let (d, g) = distances(&part, &b, p);
            let place = Place { part: &part, b: &b, stencil: &stencil, p, d: &d, g: &g };
            let (found, count) = place.edges(k);
            found[..count].to_vec()
        };
        for k in 0..b.count {
            for corner in 0..4 {
                let at = block.corner(corner, PLANES_MM[b.first + k]);
                let [m, n] = [block.faces[corner].0, block.faces[(corner + 1) % 4].0];
                let beyond = [0, 1].map(|x| at[x] + m[x] + n[x]);
                let found = edges(beyond, k);
                assert_eq!(found.len(), 2, "{angle} {corner}");
                for wanted in [m, n] {
                    assert!(found.iter().any(|f| dot(*f, wanted) > 1.0 - 1e-9), "{found:?}");
                }
                // Along the one edge, away from the corner.
                let beside = [at[0] + 3.0 * m[1] + 0.2 * m[0], at[1] - 3.0 * m[0] + 0.2 * m[1]];
                let found = edges(beside, k);
                assert!(found.len() == 1 && dot(found[0], m) > 1.0 - 1e-9, "{found:?}");
            }
        }
    }
}

#[test]
fn the_points_beside_one_of_a_ring_are_the_one_before_and_the_one_after() {
    let ring: Vec<Point2> = (0..5).map(|i| [f64::from(i), f64::from(i * i)]).collect();
    for i in 0..5 {
        assert_eq!(beside(&ring, ring[i]), Some([ring[(i + 4) % 5], ring[(i + 1) % 5]]));
    }
    assert_eq!(beside(&ring, [0.5, 0.5]), None);
}

#[test]
fn faces_count_by_how_near_the_surface_is_and_how_far_they_are_turned() {
    // Outside both outlines up to 0.05 mm, inside both up to 0.5 mm.
    for (d, wanted) in [
        ([-3.0, 4.0], 1.0),
        ([0.02, 7.0], 0.6),
        ([0.3, 0.04], 0.2),
        ([0.2, 0.06], 0.0),
        ([-0.1, -2.0], 0.8),
        ([-3.0, -0.4], 0.2),
        ([-0.7, -0.6], 0.0),
    ] {
        assert!((near_surface(d) - wanted).abs() < 1e-12, "{d:?}: {}", near_surface(d));
    }
    for (cosine, wanted) in
        [(0.0, 1.0), (0.3, 1.0), (0.45, 0.5), (0.6, 0.0), (-0.2, 1.0), (-0.35, 0.5), (-0.5, 0.0)]
    {
        assert!((differ(cosine) - wanted).abs() < 1e-12, "{cosine}: {}", differ(cosine));
    }
}

/// The distances within a blend's planes at a point, with their directions.
fn distances(part: &Component, b: &SliceWeights, p: Point2) -> (Values, [Point2; MOST]) {
    let (mut d, mut g) = ([0.0; MOST], [[0.0; 2]; MOST]);
    for k in 0..b.count {
        let mut edge = usize::MAX;
        (d[k], g[k]) = distance(part.region(b.first + k), p, &mut edge);
    }
    (d, g)
}

#[test]
fn a_face_is_as_far_off_as_it_lies_from_inside_and_from_outside() {
    for (angle, turned) in [(60.0, false), (70.0, true), (90.0, false), (120.0, true)] {
        let block = Block::new(angle, 0.3, 0.1);
        let part = block.part(turned);
        let (w, stencil) = (6.0, LagrangeStencil::new(&PLANES_MM, 3, MOST));
        let b = part.blend(w);
        let [m, n] = [block.faces[0].0, block.faces[1].0];
        let cosine = dot(m, n);
        for (off_first, off_second) in
            [(-1.0, -0.7), (-1.2, -0.9), (-0.5, -0.4), (-0.3, 0.4), (-2.0, -1.7), (-0.6, -2.0)]
        {
            for k in 0..b.count {
                // The place that is so far off the two faces of this plane.
                let [(_, c, by), (_, e, by_n)] = [block.faces[0], block.faces[1]];
                let at = PLANES_MM[b.first + k];
                let (c, e) = (c + by * at + off_first, e + by_n * at + off_second);
                let area = m[0] * n[1] - m[1] * n[0];
                let p = [(c * n[1] - e * m[1]) / area, (e * m[0] - c * n[0]) / area];
                let (d, g) = distances(&part, &b, p);
                let place = Place { part: &part, b: &b, stencil: &stencil, p, d: &d, g: &g };
                // A straight way to the first face may meet the second one before.
                let clear = cosine <= 0.0 || off_first * cosine > off_second;
                if (clear && off_second < 0.0) || cosine.abs() < 1e-9 {
                    let found = place.off(k, m).expect("the face is there");
                    assert!((found - off_first).abs() < 2e-6, "{angle}: {found} for {off_first}");
                }
                let beside = place.off(k, [-m[0], -m[1]]);
                assert!(beside.is_none_or(|d| d < -10.0), "{angle}: {beside:?}");
            }
        }
    }
}

/// Four planes, of which some show the second face of a block nearer than the first.
fn shown(second_mm: [f64; 4], first: impl Fn(f64) -> f64, w_mm: [f64; 4]) -> Component {
    part_of(w_mm.into_iter().zip(second_mm).map(|(w, second)| {
        let mut block = Block::new(90.0, 0.0, 0.0);
        (block.faces[0].1, block.faces[1].1) = (first(w), second);
        (w, block.section(0.0, false))
    }))
}

#[test]
fn where_planes_farther_off_show_another_face_the_one_beside_is_followed() {
    let w_mm = [31.0, 33.0, 34.5, 36.5];
    let [m, n] = {
        let block = Block::new(90.0, 0.0, 0.0);
        [block.faces[0].0, block.faces[1].0]
    };
    let lean = 0.05;
    let first = |w: f64| 10.0 + lean * (w - 33.5);
    // The point lies 0.4 mm inside of the first face at its height, and 4 mm off the second one of
    // planes that have it where it usually is, or 0.05 mm where it came near.
    for (below, near) in [
        (1, [true, false, false, true]),
        (1, [true, false, false, false]),
        (1, [false, false, false, true]),
        (0, [false, false, true, true]),
        (0, [false, false, true, false]),
        (2, [true, true, false, false]),
        (2, [false, true, false, false]),
    ] {
        let part = shown(near.map(|near| if near { 7.05 } else { 11.0 }), first, w_mm);
        for t in [0.2, 0.5, 0.7] {
            let w = (1.0 - t) * w_mm[below] + t * w_mm[below + 1];
            let off = first(w) - 0.4;
            let p = [0, 1].map(|k| off * m[k] + 7.0 * n[k]);
            let b = part.blend(w);
            let stencil = LagrangeStencil::new(&w_mm, below, MOST);
            let (d, g) = distances(&part, &b, p);
            let place = Place { part: &part, b: &b, stencil: &stencil, p, d: &d, g: &g };
            let (share, (value, growth)) =
                place.farther([below, below + 1]).expect("planes show another face");
            assert!((share - 1.0).abs() < 1e-12, "{share}");
            assert!((value + 0.4).abs() < 1e-9, "{near:?} {t}: {value}");
            let wanted = Vector3::new(m[0], m[1], -lean);
            assert!((growth - wanted).norm() < 1e-6, "{near:?} {t}: {growth}");
            // So the solid has it there, as far as it is near.
            let level = part.level(p, w).0;
            assert!(level < 0.0 && level > -0.5, "{level}");
        }
    }
    // Where all show the same face there is nothing to follow.
    let part = shown([11.0; 4], first, w_mm);
    let b = part.blend(34.0);
    let stencil = LagrangeStencil::new(&w_mm, 1, MOST);
    let p = [0, 1].map(|k| 9.0 * m[k] + 7.0 * n[k]);
    let (d, g) = distances(&part, &b, p);
    let place = Place { part: &part, b: &b, stencil: &stencil, p, d: &d, g: &g };
    assert!(place.farther([1, 2]).is_none());
}

#[test]
fn a_plane_that_lacks_a_face_says_nothing_of_its_bend() {
    // The face bends like a parabola along the stack; on a plane farther off there is none that faces so.
    let w_mm = [41.0, 43.0, 44.5, 47.5];
    for bends in [0.05, -0.05] {
        let first = |w: f64| 10.0 + 0.3 * (w - 44.0) + bends * (w - 44.0).powi(2);
        for lacking in [0, 3] {
            let sections = (0..4).map(|k| {
                let mut block = Block::new(90.0, 0.0, 0.0);
                block.faces[0].1 = first(w_mm[k]);
                if k == lacking {
                    // Turned by 50 degrees, the first face is another one.
                    let ([x, y], (sin, cos)) =
                        (block.faces[0].0, (-50.0_f64).to_radians().sin_cos());
                    block.faces[0].0 = [x * cos - y * sin, x * sin + y * cos];
                }
                (w_mm[k], block.section(0.0, false))
            });
            let part = part_of(sections);
            let stencil = LagrangeStencil::new(&w_mm, 1, MOST);
            let block = Block::new(90.0, 0.0, 0.0);
            let [m, n] = [block.faces[0].0, block.faces[1].0];
            for t in [0.25, 0.5, 0.75] {
                let w = (1.0 - t) * w_mm[1] + t * w_mm[2];
                let p = [0, 1].map(|k| 9.0 * m[k] + 10.8 * n[k]);
                let b = part.blend(w);
                let (d, g) = distances(&part, &b, p);
                let place = Place { part: &part, b: &b, stencil: &stencil, p, d: &d, g: &g };
                let (value, growth) = place.face(m).expect("both planes beside have it");
                let straight = (1.0 - t) * first(w_mm[1]) + t * first(w_mm[2]);
                assert!((value - (9.0 - straight)).abs() < 1e-9, "{bends} {lacking}: {value}");
                let rise = (first(w_mm[2]) - first(w_mm[1])) / (w_mm[2] - w_mm[1]);
                let wanted = Vector3::new(m[0], m[1], -rise);
                assert!((growth - wanted).norm() < 1e-6, "{bends} {lacking}: {growth}");
                // The other three have a face that bends: with four of them it would be followed.
                assert!(place.off(lacking, m).is_none());
            }
        }
    }
}

#[test]
fn faces_count_as_far_as_they_are_turned_and_as_the_surface_is_near() {
    // Two faces at a cosine of -0.35 count by half, and by less where the surface is not near.
    let block = Block::new((-0.35_f64).acos().to_degrees(), 0.9, 0.0);
    let part = block.part(false);
    let [(m, c, lean), (n, e, _)] = [block.faces[0], block.faces[1]];
    let area = m[0] * n[1] - m[1] * n[0];
    let w = 6.5;
    let b = part.blend(w);
    let stencil = LagrangeStencil::new(&PLANES_MM, 3, MOST);
    let mut seen = 0;
    for (off_first, off_second) in [(0.0, -0.6), (-0.1, -0.5), (-0.2, -0.4)] {
        let (c, e) = (c + lean * w + off_first, e + off_second);
        let p = [(c * n[1] - e * m[1]) / area, (e * m[0] - c * n[0]) / area];
        let (d, g) = distances(&part, &b, p);
        let beside = [b.below, b.below + 1];
        let turned = dot(g[beside[0]], g[beside[1]]);
        let wanted = near_surface(beside.map(|k| d[k])) * differ(turned);
        let found = part.faced(&b, &stencil, p, (&d, &g));
        assert!((found.map_or(0.0, |f| f.share) - wanted).abs() < 1e-12, "{off_first}: {wanted}");
        seen += usize::from((turned + 0.35).abs() < 1e-9 && wanted > 0.1);
    }
    assert!(seen > 1, "{seen}");
}

#[test]
fn planes_farther_off_whose_outline_only_turns_keep_their_own_distances() {
    // On the last plane another face is near; on the first one the face itself is turned by 30 degrees.
    let w_mm = [31.0, 33.0, 34.5, 36.5];
    let bends = |w: f64| 10.0 + 0.1 * (w - 33.5) + 0.08 * (w - 33.5).powi(2);
    let sections = (0..4).map(|k| {
        let mut block = Block::new(90.0, 0.0, 0.0);
        block.faces[0].1 = bends(w_mm[k]);
        match k {
            0 => {
                let ([x, y], (sin, cos)) = (block.faces[0].0, 30.0_f64.to_radians().sin_cos());
                block.faces[0].0 = [x * cos - y * sin, x * sin + y * cos];
                block.faces[0].1 = 12.5;
            }
            3 => block.faces[1].1 = 7.05,
            _ => {}
        }
        (w_mm[k], block.section(0.0, false))
    });
    let part = part_of(sections);
    let block = Block::new(90.0, 0.0, 0.0);
    let [m, n] = [block.faces[0].0, block.faces[1].0];
    let stencil = LagrangeStencil::new(&w_mm, 1, MOST);
    let b = part.blend(33.8);
    let p = [0, 1].map(|k| (bends(33.8) - 0.4) * m[k] + 7.0 * n[k]);
    let (d, g) = distances(&part, &b, p);
    assert!((dot(g[0], m) - 30.0_f64.to_radians().cos()).abs() < 1e-9 && dot(g[3], n) > 0.999);
    let place = Place { part: &part, b: &b, stencil: &stencil, p, d: &d, g: &g };
    let (share, (value, growth)) =
        place.farther([1, 2]).expect("the last plane shows another face");
    assert!((share - 1.0).abs() < 1e-12);
    let of_face = bends(33.8) - 0.4 - bends(w_mm[3]);
    let (mut own, mut along) = ([d[0], d[1], d[2], of_face], [g[0], m, m, m]);
    let wanted = b.between(&stencil, false, &mut own, &mut along);
    assert!((value - wanted.0).abs() < 1e-9, "{value} for {}", wanted.0);
    assert!((growth - wanted.1).norm() < 1e-6, "{growth} for {}", wanted.1);
    // By the way straight to it the turned face would lie elsewhere.
    let (mut other, mut along) =
        ([place.off(0, m).expect("it is there"), d[1], d[2], of_face], [m; 4]);
    assert!((b.between(&stencil, false, &mut other, &mut along).0 - wanted.0).abs() > 1e-3);
}
