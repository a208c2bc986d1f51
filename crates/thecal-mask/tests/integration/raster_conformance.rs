//! The analytic shapes of the RTMaskConformanceTest suite (B. M. Anderson, Apache-2.0,
//! github.com/brianmanderson/RTMaskConformanceTest), its grid and its limits.
//!
//! Truth is the shape itself, sampled 4 x 4 x 4 times per voxel and taken at one half.

use std::f64::consts::TAU;
use thecal_geom::{Contour, ContourKind, Point3};
use thecal_mask::raster::rasterised;
use thecal_mask::{EndRule, InPlane, Solid, ThroughPlane};
use thecal_voxel::{Grid, IndexBox, Mask, Volume, edt};

struct Shape {
    name: &'static str,
    centre: [f64; 3],
    half: [f64; 3],
    inside: fn([f64; 3]) -> bool,
    /// Radii of the rings of a plane at a height: half axes of ellipses, `None` for squares.
    rings: fn(f64) -> Vec<[f64; 2]>,
    square: bool,
    least_dice: f64,
    most_hd95_mm: f64,
    most_volume: f64,
}

fn round(r2: f64) -> Vec<[f64; 2]> {
    if r2 > 0.0 { vec![[r2.sqrt(); 2]] } else { Vec::new() }
}

fn length(p: [f64; 3]) -> f64 {
    p.iter().map(|x| x * x).sum::<f64>().sqrt()
}

const SHAPES: [Shape; 7] = [
    Shape {
        name: "sphere",
        centre: [256.0, 256.0, 100.0],
        half: [40.0; 3],
        inside: |p| length(p) <= 40.0,
        rings: |z| round(1600.0 - z * z),
        square: false,
        least_dice: 0.98,
        most_hd95_mm: 1.5,
        most_volume: 0.03,
    },
    Shape {
        name: "cube",
        centre: [100.5, 100.5, 100.5],
        half: [30.0; 3],
        inside: |p| p.iter().all(|x| x.abs() <= 30.0),
        rings: |z| if z.abs() <= 30.0 { vec![[30.0; 2]] } else { Vec::new() },
        square: true,
        least_dice: 0.99,
        most_hd95_mm: 1.0,
        most_volume: 0.03,
    },
    Shape {
        name: "cylinder",
        centre: [400.0, 100.0, 100.5],
        half: [30.0, 30.0, 40.0],
        inside: |p| p[0].hypot(p[1]) <= 30.0 && p[2].abs() <= 40.0,
        rings: |z| if z.abs() <= 40.0 { vec![[30.0; 2]] } else { Vec::new() },
        square: false,
        least_dice: 0.97,
        most_hd95_mm: 1.5,
        most_volume: 0.03,
    },
    Shape {
        name: "ellipsoid",
        centre: [100.0, 400.0, 100.0],
        half: [30.0, 50.0, 60.0],
        inside: |p| length([p[0] / 30.0, p[1] / 50.0, p[2] / 60.0]) <= 1.0,
        rings: |z| round(1.0 - z * z / 3600.0).iter().map(|r| [30.0 * r[0], 50.0 * r[0]]).collect(),
        square: false,
        least_dice: 0.97,
        most_hd95_mm: 2.0,
        most_volume: 0.03,
    },
    Shape {
        name: "torus",
        centre: [400.0, 400.0, 100.0],
        half: [80.0, 80.0, 20.0],
        inside: |p| (p[0].hypot(p[1]) - 60.0).hypot(p[2]) <= 20.0,
        rings: |z| {
            let r = round(400.0 - z * z);
            r.iter().flat_map(|r| [[60.0 + r[0]; 2], [60.0 - r[0]; 2]]).collect()
        },
        square: false,
        least_dice: 0.93,
        most_hd95_mm: 2.5,
        most_volume: 0.03,
    },
    Shape {
        name: "hollow_sphere",
        centre: [256.0, 100.0, 100.0],
        half: [40.0; 3],
        inside: |p| (20.0..=40.0).contains(&length(p)),
        rings: |z| [round(1600.0 - z * z), round(400.0 - z * z)].concat(),
        square: false,
        least_dice: 0.92,
        most_hd95_mm: 2.5,
        most_volume: 0.05,
    },
    Shape {
        name: "straw",
        centre: [256.0, 400.0, 100.5],
        half: [40.0, 40.0, 60.0],
        inside: |p| (20.0..=40.0).contains(&p[0].hypot(p[1])) && p[2].abs() <= 60.0,
        rings: |z| if z.abs() <= 60.0 { vec![[40.0; 2], [20.0; 2]] } else { Vec::new() },
        square: false,
        least_dice: 0.92,
        most_hd95_mm: 2.5,
        most_volume: 0.05,
    },
];

fn grid(s: &Shape) -> Grid {
    // The suite's 512 x 512 x 200 voxels of 1 mm, cut to the shape.
    let whole = Grid::axis_aligned(Point3::origin(), [1.0; 3], [512, 512, 200]).expect("a grid");
    let start = [0, 1, 2].map(|a| (s.centre[a] - s.half[a] - 6.0).floor() as usize);
    let end = [0, 1, 2].map(|a| (s.centre[a] + s.half[a] + 6.0).ceil() as usize);
    whole.cropped(IndexBox { start, end }).expect("a part of it")
}

fn drawn(s: &Shape) -> Solid {
    let mut contours = Vec::new();
    for k in 0..200 {
        let z = f64::from(k);
        for half in (s.rings)(z - s.centre[2]) {
            let point = |i: i32| {
                let a = TAU * f64::from(i) / 256.0;
                let (mut x, mut y) = (a.cos(), a.sin());
                if s.square {
                    let m = x.abs().max(y.abs());
                    (x, y) = (x / m, y / m);
                }
                Point3::new(s.centre[0] + half[0] * x, s.centre[1] + half[1] * y, z)
            };
            contours.push(Contour {
                number: contours.len(),
                kind: ContourKind::ClosedPlanar,
                points_mm: (0..256).map(point).collect(),
            });
        }
    }
    Solid::from_contours(&contours, EndRule::HalfSlice, 1.0).expect("a solid")
}

fn truth(s: &Shape) -> Mask {
    let g = grid(s);
    Volume::from_fn(g, |v| {
        let p = g.centre_mm(v);
        let at = |d: [f64; 3]| (s.inside)([0, 1, 2].map(|a| p[a] + d[a] - s.centre[a]));
        // Walls are 20 mm thick: eight equal corners make a uniform voxel.
        let corners = (0..8).filter(|c| at([0, 1, 2].map(|a| (c >> a & 1) as f64 - 0.5))).count();
        if corners % 8 == 0 {
            return corners == 8;
        }
        let hits = (0..64)
            .filter(|q| {
                let off = |n: i32| (f64::from(n) + 0.5) / 4.0 - 0.5;
                at([off(q % 4), off(q / 4 % 4), off(q / 16)])
            })
            .count();
        hits >= 32
    })
}

fn surface(m: &Mask) -> Mask {
    let depth = edt::distance_mm(&m.complement()).expect("an orthogonal grid");
    m.zip_map(&depth, |&m, &d| m && d < 1.01).expect("one grid")
}

/// Distances from the surface of one mask to that of the other, both ways, mm.
fn apart(a: &Mask, b: &Mask) -> Vec<f32> {
    let (a, b) = (surface(a), surface(b));
    let one = |from: &Mask, to: &Mask| {
        let d = edt::distance_mm(to).expect("an orthogonal grid");
        let far = from.values().iter().zip(d.values()).filter(|x| *x.0).map(|x| *x.1);
        far.collect::<Vec<f32>>()
    };
    let mut all = [one(&a, &b), one(&b, &a)].concat();
    all.sort_by(f32::total_cmp);
    all
}

fn check(s: &Shape, truth: &Mask, found: &Mask, how: &str) {
    let common = found.intersection(truth).expect("one grid").count() as f64;
    let (a, b) = (found.count() as f64, truth.count() as f64);
    let dice = 2.0 * common / (a + b);
    assert!(dice >= s.least_dice, "{} {how}: Dice {dice}", s.name);
    assert!((a / b - 1.0).abs() <= s.most_volume, "{} {how}: volume {}", s.name, a / b);
    let d = apart(found, truth);
    let hd95 = f64::from(d[d.len() * 95 / 100]);
    assert!(hd95 <= s.most_hd95_mm, "{} {how}: HD95 {hd95}", s.name);
    let mean = d.iter().map(|&x| f64::from(x)).sum::<f64>() / d.len() as f64;
    assert!(mean <= 0.5, "{} {how}: mean {mean}", s.name);
    let near = d.iter().filter(|&&x| x <= 1.0).count() as f64 / d.len() as f64;
    let least = if s.name == "torus" { 0.90 } else { 0.95 };
    assert!(near >= least, "{} {how}: surface Dice {near}", s.name);
}

#[test]
fn all_seven_shapes_are_within_the_limits() {
    let mut checked = 0;
    for s in &SHAPES {
        let solid = drawn(s);
        let truth = truth(s);
        for rule in
            [InPlane::PixelCentre, InPlane::Supersampled { n: 4 }, InPlane::Coverage { least: 0.5 }]
        {
            let found = rasterised(&solid, &grid(s), rule, ThroughPlane::Slab).expect("a mask");
            check(s, &truth, &found, &format!("{rule:?}"));
            checked += 1;
        }
        check(s, &truth, &solid.mask_on(&grid(s)).expect("a mask"), "solid");
        checked += 1;
    }
    assert_eq!(checked, 28);
}
