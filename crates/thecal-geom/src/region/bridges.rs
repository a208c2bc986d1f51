//! Keyholes opened: an outer ring and its hole drawn as one ring, joined by a bridge.

use super::repair_report::RepairReport;
use crate::ring::{Point2, Ring, near};
use std::collections::HashMap;

/// Two edges drawn back and forth within this distance are a keyhole's bridge.
pub(super) const BRIDGE_MM: f64 = 0.01;

/// Removes pairs of edges drawn back and forth, and joins what is left into rings.
pub(super) fn open_keyholes(ring: Ring, count: &mut RepairReport) -> Vec<Ring> {
    let n = ring.len();
    // A ring that comes back to no point of its own has no bridge: the common case, and cheap.
    if !returns_to_itself(&ring) {
        return vec![ring];
    }
    let cell = |p: Point2| ((p[0] / BRIDGE_MM).round() as i64, (p[1] / BRIDGE_MM).round() as i64);
    let mut gone = vec![false; n];
    let mut by_start: HashMap<(i64, i64), Vec<usize>> = HashMap::with_capacity(n);
    for (i, &p) in ring.iter().enumerate() {
        by_start.entry(cell(p)).or_default().push(i);
    }
    for i in 0..n {
        if gone[i] {
            continue;
        }
        let (a, b) = (ring[i], ring[(i + 1) % n]);
        let (x, y) = cell(b);
        let twin = (-1..=1)
            .flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy)))
            .filter_map(|c| by_start.get(&c))
            .flatten()
            .copied()
            .find(|&j| {
                let (c, d) = (ring[j], ring[(j + 1) % n]);
                j != i
                    && !gone[j]
                    && near(c, b, BRIDGE_MM)
                    && near(d, a, BRIDGE_MM)
                    // Edges shorter than the width lie near each other whichever way they run.
                    && (b[0] - a[0]) * (d[0] - c[0]) + (b[1] - a[1]) * (d[1] - c[1]) < 0.0
            });
        if let Some(j) = twin {
            gone[i] = true;
            gone[j] = true;
        }
    }
    if !gone.contains(&true) {
        return vec![ring];
    }
    let parts = join_runs(&ring, &gone);
    count.keyholes += parts.len().saturating_sub(1).max(usize::from(parts.is_empty()));
    parts
}

/// True when two points of a ring that are not neighbours in it may lie within a bridge's width.
fn returns_to_itself(ring: &Ring) -> bool {
    // Strips of one width, each sorted along its length: every pair that is near enough stands in
    // one strip or in two next to each other.
    let mut points: Vec<(i64, f64, usize)> = ring
        .iter()
        .enumerate()
        .map(|(i, p)| ((p[0] / BRIDGE_MM).floor() as i64, p[1], i))
        .collect();
    points.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let n = ring.len();
    let meets = |a: &(i64, f64, usize), b: &(i64, f64, usize)| {
        let apart = a.2.abs_diff(b.2);
        apart > 1 && apart < n - 1 && near(ring[a.2], ring[b.2], BRIDGE_MM)
    };
    // How far ahead the next strip's points within reach begin; it only ever moves on.
    let mut next = 0;
    for (i, a) in points.iter().enumerate() {
        let of_own = points[i + 1..].iter().take_while(|b| b.0 == a.0 && b.1 - a.1 <= BRIDGE_MM);
        if of_own.into_iter().any(|b| meets(a, b)) {
            return true;
        }
        while points.get(next).is_some_and(|b| (b.0, b.1) < (a.0 + 1, a.1 - BRIDGE_MM)) {
            next += 1;
        }
        let reach = (a.0 + 1, a.1 + BRIDGE_MM);
        if points[next..].iter().take_while(|b| (b.0, b.1) <= reach).any(|b| meets(a, b)) {
            return true;
        }
    }
    false
}

/// Chains the edges that are left into closed rings.
fn join_runs(ring: &Ring, gone: &[bool]) -> Vec<Ring> {
    let n = ring.len();
    let Some(bridge) = gone.iter().position(|&g| g) else { return vec![ring.clone()] };
    let mut runs: Vec<Ring> = Vec::new();
    let mut open: Ring = Vec::new();
    for k in 1..=n {
        let i = (bridge + k) % n;
        if gone[i] {
            if !open.is_empty() {
                open.push(ring[i]);
                runs.push(std::mem::take(&mut open));
            }
        } else {
            open.push(ring[i]);
        }
    }
    let mut rings = Vec::new();
    while let Some(mut chain) = runs.pop() {
        loop {
            let end = chain[chain.len() - 1];
            if near(end, chain[0], 2.0 * BRIDGE_MM) {
                chain.pop();
                break;
            }
            match runs.iter().position(|r| near(r[0], end, 2.0 * BRIDGE_MM)) {
                Some(k) => {
                    let next = runs.swap_remove(k);
                    chain.extend(next.into_iter().skip(1));
                }
                None => break,
            }
        }
        if chain.len() >= 3 {
            rings.push(chain);
        }
    }
    rings
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square of 10 mm with points this far apart along one side, moved and turned by quarters, and the
    /// area that is left of it.
    fn square_with_points_every(step_mm: f64, by_mm: f64, turns: u32) -> (usize, f64) {
        let side = (0..=50).map(|i| [4.0 + step_mm * f64::from(i), 0.0]);
        let corners = [[10.0, 0.0], [10.0, 10.0], [0.0, 10.0]];
        let ring = std::iter::once([0.0, 0.0]).chain(side).chain(corners);
        let turned = |p: Point2| (0..turns).fold(p, |[x, y], _| [-y, x]).map(|x| x + by_mm);
        let mut count = RepairReport::default();
        let parts = open_keyholes(ring.map(turned).collect(), &mut count);
        let area = |r: &Ring| {
            let next = r.iter().cycle().skip(1);
            0.5 * r.iter().zip(next).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>()
        };
        (count.keyholes, parts.iter().map(area).sum())
    }

    #[test]
    fn points_that_lie_close_together_along_an_outline_are_no_bridge() {
        for step_mm in [0.0005, 0.002, 0.004, 0.009, 0.02] {
            for (by_mm, turns) in [(0.0, 0), (-40.0, 0), (30.0, 2), (-40.0, 1), (30.0, 3)] {
                let (keyholes, area_mm2) = square_with_points_every(step_mm, by_mm, turns);
                assert_eq!(keyholes, 0, "{step_mm} {by_mm} {turns}");
                assert!((area_mm2 - 100.0).abs() < 1e-9, "{step_mm}: {area_mm2}");
            }
        }
    }
    /// A number between 0 and 1 that looks random.
    fn part(k: u64) -> f64 {
        let x = (k + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let x = (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((x ^ (x >> 32)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    #[test]
    fn a_ring_comes_back_to_itself_where_two_of_its_points_say_so() {
        let mut meets = 0;
        for case in 0..600 {
            let n = 4 + (10.0 * part(7 * case)) as usize;
            let at = |k: u64| 0.16 * part(10_000 + 64 * case + k) - 0.08;
            let ring: Ring = (0..n as u64).map(|i| [at(2 * i), at(2 * i + 1)]).collect();
            let wanted = (0..n).any(|i| {
                (i + 2..n).any(|j| (i > 0 || j + 1 < n) && near(ring[i], ring[j], BRIDGE_MM))
            });
            assert_eq!(returns_to_itself(&ring), wanted, "{ring:?}");
            meets += usize::from(wanted);
        }
        assert!((100..500).contains(&meets), "{meets}");
    }

    #[test]
    fn a_bridge_is_found_wherever_it_lies_and_however_it_wavers() {
        for case in 0..200 {
            let by = |k: u64| 0.008 * (part(100 * case + k) - 0.5);
            let o = [7.0 * part(case) - 3.0, 5.0 * part(900 + case) - 2.0];
            // A square of 10 mm round one of 4 mm, joined by a bridge with a point on its way.
            let (way, foot) = ([3.0, 5.0], [0.0, 5.0]);
            let wavers = |p: Point2, k: u64| [p[0] + by(k), p[1] + by(k + 1)];
            let mut ring = vec![[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0], foot];
            ring.extend([[1.5, 5.0], way, [3.0, 7.0], [7.0, 7.0], [7.0, 3.0], [3.0, 3.0]]);
            ring.extend([wavers(way, 0), wavers([1.5, 5.0], 2), wavers(foot, 4)]);
            ring.iter_mut().for_each(|p| *p = [p[0] + o[0], p[1] + o[1]]);
            let turn = (part(77 + case) * ring.len() as f64) as usize;
            ring.rotate_left(turn);
            let mut count = RepairReport::default();
            let mut areas: Vec<f64> = open_keyholes(ring, &mut count)
                .iter()
                .map(|r| crate::ring::shoelace_mm2(r).abs())
                .collect();
            areas.sort_by(f64::total_cmp);
            assert_eq!((areas.len(), count.keyholes), (2, 1), "{case}");
            assert!((areas[0] - 16.0).abs() < 0.1 && (areas[1] - 100.0).abs() < 0.1, "{areas:?}");
        }
    }
}
