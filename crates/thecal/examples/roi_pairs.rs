//! Random pairs of real regions of interest: the gap beside two readings of what is drawn.
//!
//! ```text
//! cargo run --release -p thecal --example roi_pairs -- COUNT SEED RTSTRUCT...
//! cargo run --release -p thecal --example roi_pairs -- all RTSTRUCT...
//! ```
//!
//! Each pair is two regions of one structure set, every second one with half of its planes left out;
//! `all` takes all pairs as they are drawn, in both orders. The gap must not be above the distance of
//! the drawn areas, nor below that of the slabs which the planes stand for (each half way to its
//! neighbours, the ends half a slice), and both closest points must lie on their structures. Where two
//! overlap, the depth must be that of the deepest samples of both surfaces, to what these lie apart.
//! The two readings are taken by comparing every edge with every other, which shares no code with the
//! search. Fails (exit code 1) where one is broken.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program whose output is a table")]

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use rayon::prelude::*;
use thecal_geom::{Contour, Point2, PointTree, Region};
use thecal_margin::{Arrangement, gap};
use thecal_mask::{EndRule, Solid};

/// What the two readings may be off by, mm.
const SLACK_MM: f64 = 0.01;
/// Samples of a surface lie about this far apart, mm.
const SAMPLES_MM: f64 = 2.0;
/// Closest points lie on their structures to this, mm.
const ON_SURFACE_MM: f64 = 0.02;

/// A region of interest that has a solid.
struct Roi {
    name: String,
    solid: Solid,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize| args.get(i).and_then(|a| a.parse::<u64>().ok());
    let (random, paths) = match args.first().map(String::as_str) {
        Some("all") => (None, &args[1..]),
        _ => (number(0).zip(number(1)), args.get(2..).unwrap_or_default()),
    };
    let mut sets = Vec::new();
    for path in paths {
        match rois(Path::new(path)) {
            Ok(set) if set.len() > 1 => sets.push(set),
            Ok(_) => eprintln!("{path}: fewer than two regions with an area"),
            Err(why) => eprintln!("{path}: {why}"),
        }
    }
    if sets.is_empty() {
        eprintln!("usage: roi_pairs COUNT SEED RTSTRUCT...; roi_pairs all RTSTRUCT...");
        return ExitCode::from(2);
    }
    let mut seen = Seen::default();
    match random {
        Some((count, seed)) => at_random(&sets, count, seed, &mut seen),
        None => each(&sets, &mut seen),
    }
    let Seen { pairs, broken, apart, slowest_s, slowest } = seen;
    println!(
        "{pairs} pairs: {broken} broken; {apart} lie apart; slowest {slowest_s:.1} s, {slowest}"
    );
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What was found so far.
#[derive(Default)]
struct Seen {
    pairs: usize,
    broken: usize,
    apart: usize,
    slowest_s: f64,
    slowest: String,
}

impl Seen {
    fn look(&mut self, named: String, a: &Solid, b: &Solid) {
        let started = Instant::now();
        let faults = faults(a, b, &mut self.apart);
        let seconds = started.elapsed().as_secs_f64();
        for fault in &faults {
            println!("{named}: {fault}");
        }
        self.pairs += 1;
        self.broken += usize::from(!faults.is_empty());
        if seconds > self.slowest_s {
            (self.slowest_s, self.slowest) = (seconds, named);
        }
    }
}

fn at_random(sets: &[Vec<Roi>], count: u64, seed: u64, seen: &mut Seen) {
    let mut random = Random(seed);
    // Sets with more regions have more pairs.
    let of: Vec<usize> = (0..sets.len()).flat_map(|k| vec![k; sets[k].len()]).collect();
    for _ in 0..count {
        let set = &sets[of[random.below(of.len())]];
        let (i, j) = (random.below(set.len()), random.below(set.len() - 1));
        let (a, b) = (&set[i], &set[if j < i { j } else { j + 1 }]);
        let mut thinned = |roi: &Roi| match random.below(4) {
            0 | 1 => (roi.solid.clone(), ""),
            part => (roi.solid.thinned(part == 3), " thinned"),
        };
        let ((of_a, how_a), (of_b, how_b)) = (thinned(a), thinned(b));
        seen.look(format!("{}{how_a} to {}{how_b}", a.name, b.name), &of_a, &of_b);
    }
}

fn each(sets: &[Vec<Roi>], seen: &mut Seen) {
    for set in sets {
        for (i, a) in set.iter().enumerate() {
            for (_, b) in set.iter().enumerate().filter(|(j, _)| *j != i) {
                seen.look(format!("{} to {}", a.name, b.name), &a.solid, &b.solid);
            }
        }
    }
}

fn rois(path: &Path) -> Result<Vec<Roi>, String> {
    let set = thecal_dicom::read::read_rtstruct(path).map_err(|e| e.to_string())?;
    let solid = |contours: &[Contour]| Solid::from_contours(contours, EndRule::HalfSlice, 3.0);
    let roi = |roi: &thecal_dicom::read::Roi| {
        let solid = solid(roi.contours.as_ref().ok()?).ok()?;
        Some(Roi { name: roi.name.clone(), solid })
    };
    Ok(set.rois.iter().filter_map(roi).collect())
}

/// What is wrong with the gap of a pair.
fn faults(a: &Solid, b: &Solid, apart: &mut usize) -> Vec<String> {
    let Some(found) = gap(a, b, Arrangement::Apart) else {
        return vec!["no gap".to_owned()];
    };
    let gap_mm = found.gap_mm;
    let drawn_mm = least(a, b, 0.0);
    let mut out = Vec::new();
    if drawn_mm > 0.0 && gap_mm > 0.0 {
        *apart += 1;
    }
    if gap_mm > drawn_mm + SLACK_MM {
        out.push(format!("{gap_mm:.3}, drawn areas are {drawn_mm:.3} apart"));
    }
    if gap_mm <= 0.0 {
        let depth_mm = depth_mm(a, b).max(depth_mm(b, a));
        if (gap_mm + depth_mm).abs() > SAMPLES_MM {
            out.push(format!("{gap_mm:.3}, samples lie {depth_mm:.3} deep"));
        }
    }
    if gap_mm > 0.0 {
        let slabs_mm = least(a, b, 0.5);
        if gap_mm < slabs_mm - SLACK_MM {
            out.push(format!("{gap_mm:.3}, slabs are {slabs_mm:.3} apart"));
        }
        let between = (found.a_mm - found.b_mm).norm();
        if (between - gap_mm).abs() > SLACK_MM {
            out.push(format!("{gap_mm:.3}, its points are {between:.3} apart"));
        }
    }
    for (s, p, which) in [(a, found.a_mm, "first"), (b, found.b_mm, "second")] {
        let level = s.level(p);
        let off_mm = level.value_mm.abs() / level.gradient.norm().max(1.0);
        if off_mm > ON_SURFACE_MM {
            out.push(format!("{gap_mm:.3}, the {which} point is {off_mm:.3} off its structure"));
        }
    }
    out
}

/// How deep the surface of the first lies in the second, by samples of both, mm.
fn depth_mm(of: &Solid, other: &Solid) -> f64 {
    let there = other.surface_samples(0.5 * SAMPLES_MM);
    let tree = PointTree::new(there.iter().map(|s| s.point_mm));
    let here = of.surface_samples(SAMPLES_MM).into_par_iter().map(|s| s.point_mm);
    let within = here.filter(|p| other.level_mm(*p) < 0.0);
    let depth = within.filter_map(|p| {
        let (n, far_mm) = tree.nearest(p, f64::INFINITY)?;
        // On a shelf between two planes samples lie farther apart: the surface itself is nearer.
        let near_mm = (other.nearest_from(p, there[n].point_mm).point_mm - p).norm();
        Some(far_mm.min(near_mm))
    });
    depth.reduce(|| 0.0, f64::max)
}

/// The least distance of two drawings, mm, each plane as thick as `part` of the way to its
/// neighbours says; 0 where they share a point.
fn least(a: &Solid, b: &Solid, part: f64) -> f64 {
    let moved = |s: &Solid, (w, region): (f64, &Region)| {
        let ring = |ring: &Vec<Point2>| -> Vec<Point2> {
            let at = |p: &Point2| a.frame().stack_from_patient(s.patient_point(*p, w));
            ring.iter().map(at).map(|q| [q.x, q.y]).collect()
        };
        let up = a.frame().stack_from_patient(s.patient_point(region.rings()[0][0], w)).z;
        (up, region.rings().iter().map(ring).collect::<Vec<_>>())
    };
    let slabs = |s: &Solid| {
        let mut planes: Vec<(f64, Vec<Vec<Point2>>)> = s.drawn().map(|d| moved(s, d)).collect();
        planes.sort_by(|x, y| x.0.total_cmp(&y.0));
        let at: Vec<f64> = planes.iter().map(|p| p.0).collect();
        let span = |w: f64| {
            let below = at.iter().rev().find(|x| **x < w - 1e-6).map_or(w - s.spacing_mm(), |x| *x);
            let above = at.iter().find(|x| **x > w + 1e-6).map_or(w + s.spacing_mm(), |x| *x);
            [w - part * (w - below), w + part * (above - w)]
        };
        planes.iter().map(|(w, rings)| (span(*w), rings.clone())).collect::<Vec<_>>()
    };
    let (of_a, of_b) = (slabs(a), slabs(b));
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (i, (x, _)) in of_a.iter().enumerate() {
        for (j, (y, _)) in of_b.iter().enumerate() {
            pairs.push(((y[0] - x[1]).max(x[0] - y[1]).max(0.0), i, j));
        }
    }
    pairs.sort_by(|x, y| x.0.total_cmp(&y.0));
    let mut best = f64::INFINITY;
    for (up, i, j) in pairs {
        if up >= best {
            break;
        }
        best = best.min(flat(&of_a[i].1, &of_b[j].1).hypot(up));
    }
    best
}

/// The distance of two areas in one plane, mm, edge by edge.
fn flat(a: &[Vec<Point2>], b: &[Vec<Point2>]) -> f64 {
    if inside(a[0][0], b) || inside(b[0][0], a) {
        return 0.0;
    }
    let mut best2 = f64::INFINITY;
    for (p, q) in edges(a) {
        for (r, s) in edges(b) {
            let far = (p[0].max(q[0]) < r[0].min(s[0]) - best2.sqrt())
                || (r[0].max(s[0]) < p[0].min(q[0]) - best2.sqrt());
            if far {
                continue;
            }
            if cross(p, q, r, s) {
                return 0.0;
            }
            for (point, ends) in [(p, (r, s)), (q, (r, s)), (r, (p, q)), (s, (p, q))] {
                best2 = best2.min(to_edge2(point, ends));
            }
        }
    }
    best2.sqrt()
}

fn edges(rings: &[Vec<Point2>]) -> impl Iterator<Item = (Point2, Point2)> + '_ {
    rings.iter().flat_map(|r| r.iter().copied().zip(r.iter().copied().cycle().skip(1)))
}

/// Inside by the even-odd rule.
fn inside(p: Point2, rings: &[Vec<Point2>]) -> bool {
    let crosses = |(a, b): &(Point2, Point2)| {
        (a[1] > p[1]) != (b[1] > p[1])
            && p[0] < a[0] + (p[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
    };
    edges(rings).filter(crosses).count() % 2 == 1
}

fn cross(p: Point2, q: Point2, r: Point2, s: Point2) -> bool {
    let turn = |a: Point2, b: Point2, c: Point2| {
        (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    };
    turn(p, q, r) * turn(p, q, s) < 0.0 && turn(r, s, p) * turn(r, s, q) < 0.0
}

fn to_edge2(p: Point2, (a, b): (Point2, Point2)) -> f64 {
    let (d, to) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let t = (d[0] * to[0] + d[1] * to[1]) / (d[0] * d[0] + d[1] * d[1]).max(1e-12);
    let t = t.clamp(0.0, 1.0);
    (to[0] - t * d[0]).powi(2) + (to[1] - t * d[1]).powi(2)
}

/// Steele, Lea and Flood 2014, doi 10.1145/2714064.2660195.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}
