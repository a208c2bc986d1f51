use super::*;
/// One block of cells of 0.5 mm whose corner is the origin.
fn block() -> (Lattice, Block) {
    let cell = Vector3::repeat(0.5);
    let corners = std::array::from_fn(|i| {
        Corner::round([i % STRIDE, i / STRIDE % STRIDE, i / STRIDE.pow(2)], cell)
    });
    let lattice = Lattice { corner: Point3::origin(), step_mm: 0.5, count: [1; 3], cell, corners };
    (lattice, Block { at: [0; 3], cut: true, deep: false })
}

/// What the cells of the block sum up to for a level and one far below the reach.
fn sum_of(level: impl Fn(Point3) -> (f64, Vector3)) -> f64 {
    let (lattice, block) = block();
    let known = lattice.nodes(&block).map(|n| level(lattice.node(n)));
    lattice.sums(&[-9.0; NODES.pow(3)], Some(&known), &[1.0])[0]
}

#[test]
fn levels_that_bend_evenly_come_out_exactly() {
    // A cell counts with 0.5 less its level over 0.5 mm, as long as that lies between 0 and 1.
    let middle = |i: usize| 0.5 * (i as f64 + 0.5);
    for bend in [0.0, 0.05, -0.04] {
        let level = |p: Point3| {
            let squares = p.x * p.x + 0.5 * p.y * p.y + 0.2 * p.x * p.z;
            let slopes = Vector3::new(2.0 * p.x + 0.2 * p.z, p.y, 0.2 * p.x);
            (bend * squares - 0.03 * p.z + 0.02, bend * slopes - Vector3::z() * 0.03)
        };
        let mut wanted = 0.0;
        for i in 0..BLOCK.pow(3) {
            let [x, y, z] = [i % BLOCK, i / BLOCK % BLOCK, i / BLOCK.pow(2)].map(middle);
            let (value_mm, _) = level(Point3::new(x, y, z));
            assert!(value_mm.abs() < 0.25);
            wanted += 0.5 - value_mm / 0.5;
        }
        assert!((sum_of(level) - wanted).abs() < 1e-9, "{bend}");
    }
}

#[test]
fn a_block_is_counted_up_to_a_plane_through_it() {
    for height in [0.3, 0.75, 1.0, 1.6] {
        let found = sum_of(|p| (p.z - height, Vector3::z()));
        // Sixteen cells on each of four layers of 0.5 mm.
        assert!((found - 16.0 * height / 0.5).abs() < 1e-9, "{height}: {found}");
    }
}

#[test]
fn work_grows_with_the_surface_and_not_with_what_lies_deep_within() {
    use thecal_geom::{Contour, ContourKind};
    use thecal_mask::EndRule;
    let cube = |half_mm: f64, wider_mm: f64| {
        let r = half_mm + wider_mm;
        let corners = [[-r, -r], [r, -r], [r, r], [-r, r]];
        let count = (half_mm / 2.0).round() as i32;
        let planes = (-count..=count).map(|k| (2.0 + wider_mm / half_mm) * f64::from(k));
        let contour = |z: f64| Contour {
            number: 1,
            kind: ContourKind::ClosedPlanar,
            points_mm: corners.map(|[x, y]| Point3::new(x, y, z)).into(),
        };
        let contours: Vec<Contour> = planes.map(contour).collect();
        Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid")
    };
    let known = |half_mm: f64| {
        let (a, b) = (cube(half_mm, 0.0), cube(half_mm, 6.0));
        let surfaces =
            FacingSurfaces::new(&a, &b, crate::Arrangement::Apart, &|_| 2.0).expect("they face");
        let lattice = Lattice::over(&a, &b, 2.0).expect("they share a box");
        let blocks = lattice.blocks(&a, &b, &surfaces, 2.0);
        let cc = volumes_within_cc(&a, &b, &surfaces, &[0.0, 2.0]);
        for cc in cc {
            let side = 2.0 * half_mm / 10.0;
            assert!((cc / side.powi(3) - 1.0).abs() < 0.02, "{cc} of a cube of {side} cm");
        }
        let deep = blocks.iter().filter(|b| b.deep && !b.cut).count();
        ((blocks.len() - deep) as f64, deep as f64)
    };
    let (few, deep) = (known(20.0), known(40.0));
    // Twice the side: four times the surface, eight times what lies within.
    assert!(deep.0 / few.0 < 5.0, "{few:?} and {deep:?}");
    assert!(deep.1 / few.1 > 7.0, "{few:?} and {deep:?}");
}

#[test]
fn what_two_planes_share_of_a_cell() {
    let cell = Vector3::repeat(0.5);
    let (x, y) = (Vector3::x(), Vector3::y());
    let share = |a: (f64, Vector3), b: (f64, Vector3)| shared_part(cell, [a, b]);
    // At right angles the product of the parts, facing each other what lies between, and of
    // two that are one the part itself.
    assert_eq!(share((0.0, x), (0.0, y)), 0.25);
    assert_eq!(share((-0.125, x), (0.0, y)), 0.375);
    assert_eq!(share((0.0, x), (0.0, -x)), 0.0);
    assert_eq!(share((-0.125, x), (-0.125, -x)), 0.5);
    assert_eq!(share((0.125, x), (0.125, x)), 0.25);
    assert_eq!(part_below(-1.0, 0.5), 1.0);
    assert_eq!(part_below(0.125, 0.5), 0.25);
    assert_eq!(part_below(1.0, 0.5), 0.0);
}
#[test]
fn nodes_lie_evenly_and_what_is_evenly_steep_comes_out_exactly() {
    let lattice = Lattice { count: [2, 3, 4], ..block().0 };
    let nodes = lattice.nodes(&Block { at: [1, 2, 3], cut: true, deep: false });
    for i in 0..BLOCK.pow(3) {
        let cell = [i % BLOCK, i / BLOCK % BLOCK, i / BLOCK.pow(2)];
        let middle = Vector3::from_fn(|k, _| 0.5 * (BLOCK * (k + 1) + cell[k]) as f64 + 0.25);
        let (mut off, mut growth) = (-middle, -nalgebra::Matrix3::identity());
        for (corner, node) in lattice.corners(cell) {
            let p = lattice.node(nodes[node]).coords;
            assert!((p + corner.off_mm - middle).norm() < 1e-12, "{i}");
            off += corner.weight * p;
            growth += p * corner.growth.transpose();
        }
        assert!(off.norm() + growth.norm() < 1e-12, "{i}: {off} {growth}");
    }
}

#[test]
fn what_grows_evenly_between_nodes_is_known_exactly_in_a_cell() {
    let cell = Vector3::new(0.5, 0.3, 0.7);
    let side = cell * STRIDE as f64;
    let (slope, base) = (Vector3::new(2.0, -3.0, 0.5), 1.7);
    for i in 0..STRIDE.pow(3) {
        let within = [i % STRIDE, i / STRIDE % STRIDE, i / STRIDE.pow(2)];
        let middle = Vector3::from(within.map(|c| c as f64 + 0.5)).component_mul(&cell);
        let (mut value, mut growth, mut weight) = (0.0, Vector3::zeros(), 0.0);
        for (n, corner) in Corner::round(within, cell).iter().enumerate() {
            let up = Vector3::from([n & 1, n >> 1 & 1, n >> 2].map(|x| x as f64));
            let node = up.component_mul(&side);
            assert!((middle - node - corner.off_mm).norm() < 1e-12, "{within:?} {n}");
            let at_node = base + slope.dot(&node);
            value += corner.weight * at_node;
            growth += corner.growth * at_node;
            weight += corner.weight;
        }
        assert!((weight - 1.0).abs() < 1e-12);
        assert!((value - base - slope.dot(&middle)).abs() < 1e-12, "{within:?}");
        assert!((growth - slope).norm() < 1e-12, "{within:?}: {growth}");
    }
}

#[test]
fn two_levels_across_each_other_share_the_product_of_their_parts() {
    let cell = Vector3::new(0.5, 0.25, 1.0);
    // A level along an axis that is zero after a part of the cell, in quarters since four points count.
    let level = |axis: usize, part: f64, sign: f64| {
        let mut growth = Vector3::zeros();
        growth[axis] = sign;
        let at_middle = (0.5 - part) * cell[axis];
        (at_middle, growth)
    };
    for (x, y) in [(0, 1), (0, 2), (1, 2), (1, 0), (2, 1)] {
        for (a, b) in [(0.25, 0.5), (0.75, 0.25), (1.0, 0.5), (0.5, 0.0)] {
            for sign in [1.0, -1.0] {
                // Turned about the middle of the cell, a level leaves the same part below it.
                let levels = [level(x, a, sign), level(y, b, 1.0)];
                assert!((shared_part(cell, levels) - a * b).abs() < 1e-12, "{a} {b}");
            }
        }
    }
}

/// What the cells of the block sum up to for two levels and reaches, mm3.
fn shared_mm3(
    of_a: Option<&dyn Fn(Point3) -> (f64, Vector3)>,
    of_b: &dyn Fn(Point3) -> f64,
    reaches_mm: &[f64],
) -> Vec<f64> {
    let (lattice, block) = block();
    let nodes = lattice.nodes(&block);
    let of_b = nodes.map(|n| of_b(lattice.node(n)));
    let of_a = of_a.map(|level| nodes.map(|n| level(lattice.node(n))));
    let sums = lattice.sums(&of_b, of_a.as_ref(), reaches_mm);
    sums.into_iter().map(|cells| 0.125 * cells).collect()
}

#[test]
fn what_lies_between_two_planes_is_the_box_between_them() {
    // A box of 2 mm. Planes lie at eighths of a mm, so that whole points of a cell lie below them.
    let near = |found: &[f64], wanted: &[f64]| {
        let off = found.iter().zip(wanted).map(|(f, w)| (f - w).abs()).fold(0.0, f64::max);
        assert!(found.len() == wanted.len() && off < 1e-9, "{found:?} for {wanted:?}");
    };
    let axis = |k: usize| Vector3::ith(k, 1.0);
    for (k, l) in [(0, 1), (1, 2), (2, 0), (1, 0), (0, 2), (2, 1)] {
        for height in [0.375, 0.875, 1.0, 1.625] {
            let below = |p: Point3| (p[k] - height, axis(k));
            // Across it, up to each reach.
            let reaches = [0.125, 0.5, 0.875, 1.375];
            let found = shared_mm3(Some(&below), &|p: Point3| p[l], &reaches);
            near(&found, &reaches.map(|r| height * r * 2.0));
            // Facing it: what lies between is a slab, or nothing.
            let found = shared_mm3(Some(&below), &|p: Point3| 1.625 - p[k], &reaches);
            near(&found, &reaches.map(|r| (height - (1.625 - r)).max(0.0) * 4.0));
            // Beside it: the thinner of the two.
            let found = shared_mm3(Some(&below), &|p: Point3| p[k] - 0.25, &reaches);
            near(&found, &reaches.map(|r| height.min(0.25 + r) * 4.0));
        }
        // Deep inside the one solid only the other's reach counts.
        let found = shared_mm3(None, &|p: Point3| p[l] - 0.3, &[0.4, 1.15]);
        near(&found, &[0.7 * 4.0, 1.45 * 4.0]);
    }
}
