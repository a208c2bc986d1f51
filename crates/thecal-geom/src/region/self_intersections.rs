//! Where the edges of drawn rings meet although no ring joins them there.

use crate::ring::Point2;
use crate::ring::{Ring, SAME_MM};
use crate::search::edge_tree::EdgeTree;

/// How often the edges of rings meet elsewhere than at the corners that join them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SelfIntersections {
    /// Pairs that properly cross.
    pub(crate) crossings: usize,
    /// Pairs that run along each other: where they do nothing is bounded.
    pub(crate) overlaps: usize,
    /// Pairs where an end of one lies on the other, so that their rings may cross there.
    pub(crate) touches: usize,
    /// The search ended early: there are more, or too many edges lie beside each other to tell.
    pub(crate) more: bool,
}

/// Pairs of edges that are held together for each meeting that may be found.
const LOOKS_EACH: usize = 256;

impl SelfIntersections {
    /// The meetings of rings whose edges stand in `edges`.
    pub(crate) fn from_rings(rings: &[Ring], edges: &EdgeTree) -> Self {
        Self::up_to(rings, edges, usize::MAX)
    }

    /// As [`Self::from_rings`], but no more is looked for once `most` were found, some of them twice.
    pub(crate) fn up_to(rings: &[Ring], edges: &EdgeTree, most: usize) -> Self {
        // The edge that follows each in its ring.
        let mut next = Vec::with_capacity(edges.len());
        for ring in rings {
            let start = next.len() as u32;
            next.extend(start + 1..start + ring.len() as u32);
            next.push(start);
        }
        let side = |a: Point2, b: Point2, p: Point2| {
            (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
        };
        let mut pairs: [Vec<(u32, u32)>; 3] = Default::default();
        let (mut looks, most_looks) = (0_usize, most.saturating_mul(LOOKS_EACH));
        let mut more = false;
        let mut band: Vec<(f64, u32)> = Vec::new();
        'slabs: for run in edges.runs() {
            // From left to right, so that only edges beside each other are held together.
            let left = |&i: &u32| {
                let (a, b) = edges.edge(i as usize);
                (a[0].min(b[0]), i)
            };
            band.clear();
            band.extend(run.iter().map(left));
            band.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            for (k, &(_, first)) in band.iter().enumerate() {
                let (a, b) = edges.edge(first as usize);
                let x1 = a[0].max(b[0]) + SAME_MM;
                if looks > most_looks || pairs.iter().map(Vec::len).sum::<usize>() > most {
                    more = true;
                    break 'slabs;
                }
                for &(_, second) in band[k + 1..].iter().take_while(|(x0, _)| *x0 <= x1) {
                    looks += 1;
                    // The earlier edge first, whatever lies further left.
                    let (i, j) = (first.min(second), first.max(second));
                    let (a, b) = edges.edge(i as usize);
                    let (c, d) = edges.edge(j as usize);
                    let joined = next[i as usize] == j || next[j as usize] == i;
                    let forth = (b[0] - a[0]) * (d[0] - c[0]) + (b[1] - a[1]) * (d[1] - c[1]);
                    if joined && forth > 0.0 {
                        // The common case: a corner that does not turn back on itself.
                        continue;
                    }
                    let of_second = [side(a, b, c), side(a, b, d)];
                    let of_first = [side(c, d, a), side(c, d, b)];
                    if of_second[0] * of_second[1] < 0.0 && of_first[0] * of_first[1] < 0.0 {
                        pairs[0].push((i, j));
                        continue;
                    }
                    let on_first = Shadow::new((a, b), of_second, (c, d));
                    let on_second = Shadow::new((c, d), of_first, (a, b));
                    if on_first.shared_mm > SAME_MM || on_second.shared_mm > SAME_MM {
                        pairs[1].push((i, j));
                    } else if (on_first.end_on || on_second.end_on) && !joined {
                        pairs[2].push((i, j));
                    }
                }
            }
        }
        let [crossings, overlaps, touches] = pairs.map(|mut pairs| {
            pairs.sort_unstable();
            pairs.dedup();
            pairs.len()
        });
        Self { crossings, overlaps, touches, more }
    }
}

/// How a second edge lies to a first.
#[derive(Default)]
struct Shadow {
    /// The length that both cover, where the second lies on the line of the first.
    shared_mm: f64,
    /// An end of the second lies on the first.
    end_on: bool,
}

impl Shadow {
    /// By the areas that the ends of the second span with the first.
    fn new(first: (Point2, Point2), areas_mm2: [f64; 2], second: (Point2, Point2)) -> Self {
        let (a, b) = first;
        let u = [b[0] - a[0], b[1] - a[1]];
        let length2_mm2 = u[0] * u[0] + u[1] * u[1];
        let on_line = areas_mm2.map(|area| area * area <= SAME_MM * SAME_MM * length2_mm2);
        if on_line == [false, false] || length2_mm2 == 0.0 {
            return Self::default();
        }
        let length_mm = length2_mm2.sqrt();
        let along = |p: Point2| ((p[0] - a[0]) * u[0] + (p[1] - a[1]) * u[1]) / length_mm;
        let at = [along(second.0), along(second.1)];
        let within = |t: f64| t >= -SAME_MM && t <= length_mm + SAME_MM;
        let both = on_line == [true, true];
        let shared_mm = at[0].max(at[1]).min(length_mm) - at[0].min(at[1]).max(0.0);
        Self {
            shared_mm: if both { shared_mm } else { 0.0 },
            end_on: (on_line[0] && within(at[0])) || (on_line[1] && within(at[1])),
        }
    }
}
