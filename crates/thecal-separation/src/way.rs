//! The way of a curved instrument through a cavity.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use thecal_voxel::{Mask, Volume};

/// A voxel on the way of a curved instrument, nearest first.
struct Step {
    way_mm: f32,
    at: usize,
}

impl Ord for Step {
    fn cmp(&self, other: &Self) -> Ordering {
        other.way_mm.total_cmp(&self.way_mm).then(other.at.cmp(&self.at))
    }
}

impl PartialOrd for Step {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Step {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Step {}

/// How far each voxel of a cavity lies from what is reached, along the shortest way within the
/// cavity, minus `most_mm`: negative where a curved instrument gets to.
///
/// Ways lead from voxel to voxel over faces, edges and corners (Dijkstra 1959,
/// doi 10.1007/BF01386390), which makes them up to 8 % too long (Borgefors 1986,
/// doi 10.1016/S0734-189X(86)80047-0): reach is not overstated.
pub(crate) fn way_through(cavity: &Mask, reached: &Volume<f32>, most_mm: f64) -> Volume<f32> {
    let grid = *cavity.grid();
    let size = grid.size();
    let spacing = grid.spacing_mm();
    let mut way = Volume::filled(grid, f32::INFINITY);
    let mut next = BinaryHeap::new();
    for (at, (&inside, &level)) in cavity.values().iter().zip(reached.values()).enumerate() {
        // A start beside the border of what is reached knows its distance from it.
        if inside && level <= 0.5 * spacing[0] as f32 {
            let start = level.max(0.0);
            way.values_mut()[at] = start;
            if level > -2.0 * spacing[0] as f32 {
                next.push(Step { way_mm: start, at });
            }
        }
    }
    let most = most_mm as f32 + 2.0 * spacing[0] as f32;
    while let Some(Step { way_mm, at }) = next.pop() {
        if way_mm > way.values()[at] {
            continue;
        }
        let voxel = [at % size[0], at / size[0] % size[1], at / (size[0] * size[1])];
        for n in 0..27_usize {
            let step = [n % 3, n / 3 % 3, n / 9];
            let to = [0, 1, 2].map(|k| (voxel[k] + step[k]).wrapping_sub(1));
            if n == 13 || (0..3).any(|k| to[k] >= size[k]) {
                continue;
            }
            let to_at = (to[2] * size[1] + to[1]) * size[0] + to[0];
            if !cavity.values()[to_at] {
                continue;
            }
            let length: f64 =
                (0..3).map(|k| (spacing[k] * (step[k] as f64 - 1.0)).powi(2)).sum::<f64>().sqrt();
            let longer = way_mm + length as f32;
            if longer < way.values()[to_at] && longer <= most {
                way.values_mut()[to_at] = longer;
                next.push(Step { way_mm: longer, at: to_at });
            }
        }
    }
    way.map(|w| w - most_mm as f32)
}
