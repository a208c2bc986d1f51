//! Planes to connected parts: islands that overlap from plane to plane belong together.

use super::EndRule;
use super::component::{Component, Section};
use super::lagrange::MOST;
use super::planes::DrawnPlane;
use std::collections::HashMap;
use std::sync::Arc;
use thecal_geom::{Region, Ring, Warning};

/// At most this many missing planes in a row are interpolated; a longer gap splits the part.
const MOST_MISSING: f64 = 3.0;
/// Islands nearer than this share a point.
const SHARED_MM: f64 = 1e-6;

/// What planes become.
pub(super) struct Parts {
    pub(super) components: Vec<Component>,
    pub(super) missing_mm: Vec<f64>,
    pub(super) warnings: Vec<Warning>,
}

/// Splits the planes into connected parts. For a mask, `empty_mm` are planes that are known to
/// hold nothing: what lies on their two sides is not joined.
pub(super) fn split(
    planes: Vec<DrawnPlane>,
    empty_mm: Option<&[f64]>,
    spacing_mm: f64,
    ends: EndRule,
) -> Parts {
    let mut islands: Vec<(usize, Region)> = Vec::new();
    let mut w_mm = Vec::with_capacity(planes.len());
    for (i, p) in planes.into_iter().enumerate() {
        islands.extend(p.region.into_islands().into_iter().map(|r| (i, r)));
        w_mm.push(p.w_mm);
    }
    let mut sets = Sets::new(islands.len());
    let steps = steps(&w_mm, empty_mm.unwrap_or_default(), spacing_mm);
    let mut first = 0;
    for (i, joined) in steps.joined.iter().enumerate() {
        let here = first..islands.partition_point(|x| x.0 <= i);
        let next = here.end..islands.partition_point(|x| x.0 <= i + 1);
        first = here.end;
        if *joined {
            join(&islands, here, next, &mut sets);
        }
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut group_of: HashMap<usize, usize> = HashMap::new();
    for i in 0..islands.len() {
        let g = *group_of.entry(sets.root(i)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[g].push(i);
    }
    // A mask's distances are interpolated along straight lines between the two planes next to a
    // point: structures that share no pixel then share no point between them either.
    let most = if empty_mm.is_some() { 2 } else { MOST };
    let (plane_of, mut regions): (Vec<usize>, Vec<Option<Region>>) =
        islands.into_iter().map(|(i, r)| (i, Some(r))).unzip();
    let components = groups.into_iter().map(|members| {
        let of_planes = members.chunk_by(|&a, &b| plane_of[a] == plane_of[b]);
        let stack: Vec<(f64, Arc<Section>)> = of_planes
            .filter_map(|on_plane| {
                let parts = on_plane.iter().filter_map(|&m| regions[m].take()).collect();
                let region = together(parts)?;
                Some((w_mm[plane_of[on_plane[0]]], Arc::new(Section::new(region))))
            })
            .collect();
        Component::new(stack, spacing_mm, ends, most)
    });
    Parts {
        components: components.collect(),
        missing_mm: steps.missing_mm,
        warnings: steps.warnings,
    }
}

/// Islands of one clean region as one region; they stay clean together.
fn together(mut parts: Vec<Region>) -> Option<Region> {
    if parts.len() > 1 {
        let rings: Vec<Ring> = parts.iter().flat_map(|r| r.rings().to_vec()).collect();
        if let Some(whole) = Region::from_rings(&rings).0 {
            return Some(whole);
        }
    }
    parts.pop()
}

/// Whether each plane goes on to the next.
struct Steps {
    joined: Vec<bool>,
    missing_mm: Vec<f64>,
    warnings: Vec<Warning>,
}

fn steps(w_mm: &[f64], empty_mm: &[f64], spacing_mm: f64) -> Steps {
    let mut out = Steps { joined: Vec::new(), missing_mm: Vec::new(), warnings: Vec::new() };
    for pair in w_mm.windows(2) {
        let step = pair[1] - pair[0];
        let place = format!("planes {:.2} to {:.2} mm", pair[0], pair[1]);
        let absent = (step / spacing_mm).round() - 1.0;
        let between = pair[0] + 1e-3..pair[1] - 1e-3;
        let parted = empty_mm.iter().any(|w| between.contains(w));
        out.joined.push(!parted && absent <= MOST_MISSING);
        if parted || absent < 1.0 {
            continue;
        }
        if absent > MOST_MISSING {
            out.warnings.push(Warning::new(
                "planes_split",
                format!("no contour over {step:.2} mm; the structure is split into separate parts"),
                place,
            ));
            continue;
        }
        let n = absent as usize;
        out.missing_mm.extend((1..=n).map(|k| pair[0] + step * k as f64 / (n + 1) as f64));
        out.warnings.push(Warning::new(
            "planes_missing",
            if n == 1 {
                format!("1 plane is missing in a step of {step:.2} mm and is interpolated")
            } else {
                format!("{n} planes are missing in a step of {step:.2} mm and are interpolated")
            },
            place,
        ));
    }
    out
}

/// Joins the islands of a plane with those of the next that they overlap.
fn join(
    islands: &[(usize, Region)],
    here: std::ops::Range<usize>,
    next: std::ops::Range<usize>,
    sets: &mut Sets,
) {
    if here.len() == 1 && next.len() == 1 {
        return sets.unite(here.start, next.start);
    }
    // In the order of their left edges, so that only those that can meet are looked at.
    let left = |i: usize| islands[i].1.bounds().0[0];
    let mut there: Vec<usize> = next.collect();
    there.sort_by(|&a, &b| left(a).total_cmp(&left(b)));
    let widest = there.iter().map(|&i| islands[i].1.bounds().1[0] - left(i)).fold(0.0, f64::max);
    for a in here {
        let (lo, hi) = islands[a].1.bounds();
        let from = there.partition_point(|&b| left(b) < lo[0] - widest);
        for &b in there[from..].iter().take_while(|&&b| left(b) <= hi[0]) {
            if islands[a].1.closest_points(&islands[b].1, SHARED_MM).is_some() {
                sets.unite(a, b);
            }
        }
    }
}

/// Disjoint sets of numbers.
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, mut i: usize) -> usize {
        while self.0[i] != i {
            self.0[i] = self.0[self.0[i]];
            i = self.0[i];
        }
        i
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        // The lower number leads, so that parts stand in the order of their first planes.
        self.0[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_that_is_known_to_be_empty_parts_what_lies_on_its_two_sides() {
        let joined = |empty_mm: &[f64]| steps(&[30.0, 32.0, 34.0, 40.0], empty_mm, 2.0).joined;
        assert_eq!(joined(&[]), [true; 3]);
        assert_eq!(joined(&[33.0]), [true, false, true]);
        assert_eq!(joined(&[31.0, 37.0]), [false, true, false]);
        // On a plane itself, or past all of them, it says nothing.
        assert_eq!(joined(&[30.0, 32.0005, 31.9995, 34.0, 45.0, 1.0]), [true; 3]);
        assert_eq!(joined(&[32.0011]), [true, false, true]);
        assert_eq!(joined(&[31.9989]), [false, true, true]);
    }

    #[test]
    fn steps_of_several_slices_lack_planes_and_longer_ones_split() {
        for (step_mm, missing, joined) in [
            (2.0, 0, true),
            (2.9, 0, true),
            (3.1, 1, true),
            (4.0, 1, true),
            (6.0, 2, true),
            (8.9, 3, true),
            (9.1, 0, false),
            (30.0, 0, false),
        ] {
            let found = steps(&[-7.0, -7.0 + step_mm], &[], 2.0);
            assert_eq!(found.joined, [joined], "{step_mm}");
            assert_eq!(found.missing_mm.len(), missing, "{step_mm}");
            for (k, w) in (1_i32..).zip(&found.missing_mm) {
                let wanted = -7.0 + step_mm * f64::from(k) / (missing as f64 + 1.0);
                assert!((w - wanted).abs() < 1e-12, "{step_mm}: {w}");
            }
            let told: Vec<_> = found.warnings.iter().map(|w| w.code).collect();
            match (missing, joined) {
                (0, true) => assert!(told.is_empty(), "{step_mm}"),
                (_, true) => assert_eq!(told, ["planes_missing"], "{step_mm}"),
                _ => assert_eq!(told, ["planes_split"], "{step_mm}"),
            }
            let one = found.warnings.iter().any(|w| w.message.starts_with("1 plane is"));
            assert_eq!(one, missing == 1, "{step_mm}");
        }
        // Where a plane between is known to be empty nothing is missing.
        let parted = steps(&[0.0, 6.0], &[2.0, 4.0], 2.0);
        assert!(parted.joined == [false] && parted.missing_mm.is_empty());
        assert!(parted.warnings.is_empty());
    }

    #[test]
    fn sets_that_are_joined_are_led_by_their_lowest_number() {
        let mut sets = Sets::new(9);
        for (a, b) in [(7, 8), (3, 7), (5, 3), (1, 2), (8, 5)] {
            sets.unite(a, b);
        }
        let roots: Vec<usize> = (0..9).map(|i| sets.root(i)).collect();
        assert_eq!(roots, [0, 1, 1, 3, 4, 3, 6, 3, 3]);
    }

    #[test]
    fn islands_of_one_plane_stay_what_they_are_together() {
        let square = |x: f64, side: f64| -> Region {
            let ring = vec![[x, 0.0], [x + side, 0.0], [x + side, side], [x, side]];
            Region::from_rings(&[ring]).0.expect("an area")
        };
        assert!(together(Vec::new()).is_none());
        let one = together(vec![square(0.0, 2.0)]).expect("one");
        assert!((one.area_mm2() - 4.0).abs() < 1e-12);
        let all = together(vec![square(0.0, 2.0), square(9.0, 3.0), square(20.0, 1.0)]);
        let all = all.expect("three");
        assert!((all.area_mm2() - 14.0).abs() < 1e-12 && all.rings().len() == 3);
        assert!(all.contains([1.0, 1.0]) && all.contains([20.5, 0.5]) && !all.contains([5.0, 1.0]));
    }
}
