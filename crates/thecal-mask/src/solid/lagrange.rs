//! The planes that a level between two neighbours is interpolated through, and their weights.
//!
//! Between two planes the value is that of the straight line plus a bend. The bend is the cubic's
//! through the four nearest planes, where the second differences on both sides agree; where they
//! do not, it is held to the smaller one, and where they have different signs there is none. So
//! the surface bulges as smooth shapes do and never overshoots beside a section that was drawn
//! differently from its neighbours.

/// At most this many planes take part.
pub(super) const MOST: usize = 4;

/// A second difference may be this many times its neighbour's: past that it is no smooth shape's.
const MOST_RATIO: f64 = 1.5;
/// The one at the end of a stack may be this many times the one before it: towards a pole a surface
/// bends ever more.
const MOST_AT_END: f64 = 3.0;

/// A value for each plane of a stencil.
pub(super) type Values = [f64; MOST];

/// Second differences on both sides of an interval, and the weights of the planes' values in them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limited {
    second: [f64; 2],
    parts: [Values; 2],
}

/// Planes round an interval of a stack.
#[derive(Debug, Clone, Copy)]
pub(super) struct LagrangeStencil {
    /// The first plane.
    pub(super) first: usize,
    /// Number of planes.
    pub(super) count: usize,
    /// Which of them is the one below the interval.
    pub(super) below: usize,
    at_mm: Values,
    /// One over the product of each plane's distances from the others.
    per: Values,
    /// Second divided differences through three neighbours: the first three planes and the last.
    seconds: [Values; 2],
    /// The bend is the cubic's as it stands.
    free: bool,
}

/// The bend between two planes at one height: the weights of the two second differences.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bend {
    /// Share of the way from the plane below to the one above.
    part: f64,
    /// Product of the distances from the two, mm², negative between them: the bend is this times the
    /// second difference.
    pub(super) product: f64,
    /// Weights of the two second differences.
    shares: [f64; 2],
}

impl LagrangeStencil {
    /// Round the planes `below` and the next of a stack, `most` planes or as many as there are.
    pub(super) fn new(w_mm: &[f64], below: usize, most: usize) -> Self {
        let count = w_mm.len().min(most);
        let first = below.saturating_sub((count - 1) / 2).min(w_mm.len() - count);
        let mut at_mm = [0.0; MOST];
        at_mm[..count].copy_from_slice(&w_mm[first..first + count]);
        let mut per = [0.0; MOST];
        for k in 0..count {
            let others = (0..count).filter(|&j| j != k);
            per[k] = 1.0 / others.map(|j| at_mm[k] - at_mm[j]).product::<f64>();
        }
        let second = |from: usize| {
            let mut out = [0.0; MOST];
            if from + 3 <= count {
                for k in from..from + 3 {
                    let others = (from..from + 3).filter(|&j| j != k);
                    out[k] = 1.0 / others.map(|j| at_mm[k] - at_mm[j]).product::<f64>();
                }
            }
            out
        };
        let seconds = [second(0), second(1)];
        Self { first, count, below: below - first, at_mm, per, seconds, free: false }
    }

    /// The same planes with the cubic's own bend.
    pub(super) fn unlimited(self) -> Self {
        Self { free: true, ..self }
    }

    /// Keeps a plane beyond the two neighbours from swaying what lies between them where the section
    /// there has gone: its value is then arbitrary. Gives for each plane the one whose changes its
    /// value has.
    pub(super) fn hold(&self, of: &mut Values) -> [usize; MOST] {
        let mut from: [usize; MOST] = std::array::from_fn(|k| k);
        let near = 3.0 * (of[self.below + 1] - of[self.below]).abs();
        let mut hold = |k: usize, inner: usize| {
            let room = near.max((self.at_mm[k] - self.at_mm[inner]).abs());
            if (of[k] - of[inner]).abs() > room {
                of[k] = of[inner] + room * (of[k] - of[inner]).signum();
                from[k] = from[inner];
            }
        };
        for k in (0..self.below).rev() {
            hold(k, k + 1);
        }
        for k in self.below + 2..self.count {
            hold(k, k - 1);
        }
        from
    }

    /// The weights of the polynomial through all planes at `w`.
    pub(super) fn weights(&self, w: f64) -> Values {
        let mut weights = self.per;
        // Each times the product of the steps from the planes before it, then from those after.
        let (mut before, mut after) = (1.0, 1.0);
        for (weight, at) in weights.iter_mut().zip(self.at_mm).take(self.count) {
            *weight *= before;
            before *= w - at;
        }
        for (weight, at) in weights[..self.count].iter_mut().zip(&self.at_mm[..self.count]).rev() {
            *weight *= after;
            after *= w - at;
        }
        weights
    }

    /// How the bend is made at `w`.
    pub(super) fn bend(&self, w: f64) -> Bend {
        let (lo, hi) = (self.at_mm[self.below], self.at_mm[self.below + 1]);
        let shares = match self.count {
            4 => {
                // The cubic in Newton's form: past the second difference on one side of the
                // interval comes its change towards the other.
                let last = (w - self.at_mm[0]) / (self.at_mm[3] - self.at_mm[0]);
                match self.below {
                    0 => {
                        let ahead = (w - self.at_mm[2]) / (self.at_mm[3] - self.at_mm[0]);
                        [1.0 - ahead, ahead]
                    }
                    2 => {
                        let ahead = (self.at_mm[1] - w) / (self.at_mm[3] - self.at_mm[0]);
                        [ahead, 1.0 - ahead]
                    }
                    _ => [1.0 - last, last],
                }
            }
            3 => [1.0, 0.0],
            _ => [0.0, 0.0],
        };
        Bend { part: (w - lo) / (hi - lo), product: (w - lo) * (w - hi), shares }
    }

    /// The limited second differences of values, and how much of each plane's value is in them. They
    /// are those of the whole interval, whatever the height.
    pub(super) fn limited(&self, of: &Values) -> Limited {
        let limited = |second, parts| Limited { second, parts };
        let sum = |k: usize| (0..self.count).map(|i| self.seconds[k][i] * of[i]).sum::<f64>();
        if self.count < 4 {
            return limited([sum(0), 0.0], [self.seconds[0], [0.0; MOST]]);
        }
        let [a, b] = [sum(0), sum(1)];
        let times = |v: &Values, by: f64| v.map(|x| by * x);
        let most = match self.below {
            _ if self.free => return limited([a, b], self.seconds),
            0 => [MOST_AT_END, MOST_RATIO],
            1 => [MOST_RATIO; 2],
            _ => [MOST_RATIO, MOST_AT_END],
        };
        if a * b <= 0.0 {
            limited([0.0; 2], [[0.0; MOST]; 2])
        } else if a.abs() > most[0] * b.abs() {
            limited([most[0] * b, b], [times(&self.seconds[1], most[0]), self.seconds[1]])
        } else if b.abs() > most[1] * a.abs() {
            limited([a, most[1] * a], [self.seconds[0], times(&self.seconds[0], most[1])])
        } else {
            limited([a, b], self.seconds)
        }
    }

    /// Straight line and limited second difference of values at a height.
    pub(super) fn at(&self, bend: &Bend, of: &Values, limited: &Limited) -> (f64, f64) {
        (self.line(bend, of), bend.between(limited.second))
    }

    /// The growth of both with each plane's value.
    pub(super) fn growth(&self, bend: &Bend, limited: &Limited) -> (Values, Values) {
        let mut line = [0.0; MOST];
        line[self.below] = 1.0 - bend.part;
        line[self.below + 1] = bend.part;
        let [first, last] = &limited.parts;
        (line, std::array::from_fn(|k| bend.between([first[k], last[k]])))
    }

    /// The least value between the two planes that what is drawn allows, with the weight of each
    /// plane's value in it.
    ///
    /// Where the second differences on both sides agree, the shape is smooth and well known. Else
    /// it may be as full as a convex shape can be: it goes on past the plane where its section is
    /// larger as it came there, growing never, and falls to the next plane just before it. A
    /// section that is gone on the next plane may so have ended anywhere up to there.
    pub(super) fn least(&self, bend: &Bend, of: &Values) -> (f64, Values) {
        /// The last part of the way, over which the section falls to the next one.
        const LAST: f64 = 0.03;
        /// Second differences whose ratio is below this agree.
        const AGREE: f64 = 3.0;
        let limited = self.limited(of);
        let (line, second) = self.at(bend, of, &limited);
        let (of_line, of_second) = self.growth(bend, &limited);
        let bent = bend.product * second;
        let free = |k: usize| (0..self.count).map(|i| self.seconds[k][i] * of[i]).sum::<f64>();
        let (a, b) = (free(0), free(1));
        let agree =
            self.count == 4 && a * b > 0.0 && a.abs().max(b.abs()) < AGREE * a.abs().min(b.abs());
        let (lo, hi) = (self.below, self.below + 1);
        let up = of[lo] <= of[hi];
        let (from, to, t) = if up { (lo, hi, bend.part) } else { (hi, lo, 1.0 - bend.part) };
        let step_mm = self.at_mm[hi] - self.at_mm[lo];
        let gone = of[to] - of[from] > step_mm;
        let smooth = std::array::from_fn(|k| of_line[k] + bend.product * of_second[k]);
        // Of a mask the straight lines between its planes are all that is known.
        if (agree || self.count < 3) && !gone {
            return (line + bent, smooth);
        }
        let before = if up { lo.checked_sub(1) } else { Some(hi + 1).filter(|k| *k < self.count) };
        let slope = before.map_or(0.0, |k| {
            ((of[from] - of[k]) / (self.at_mm[from] - self.at_mm[k]).abs()).clamp(0.0, 1.0)
        });
        let value = (of[from] + slope * step_mm * t).min(line + bent);
        let end = ((t - (1.0 - LAST)) / LAST).max(0.0);
        let mut weights = [0.0; MOST];
        (weights[from], weights[to]) = (1.0 - end, end);
        ((1.0 - end) * value + end * of[to], weights)
    }

    fn line(&self, bend: &Bend, of: &Values) -> f64 {
        (1.0 - bend.part) * of[self.below] + bend.part * of[self.below + 1]
    }
}

impl Bend {
    /// The second difference at the height, of those on both sides.
    fn between(&self, second: [f64; 2]) -> f64 {
        self.shares[0] * second[0] + self.shares[1] * second[1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLANES: [f64; 5] = [0.0, 1.0, 2.5, 3.0, 5.0];

    fn values(s: &LagrangeStencil, of: impl Fn(f64) -> f64) -> Values {
        let mut out = [0.0; MOST];
        for k in 0..s.count {
            out[k] = of(PLANES[s.first + k]);
        }
        out
    }

    #[test]
    fn a_cubic_whose_bend_keeps_its_sign_is_followed() {
        let cubic = |w: f64| 2.0 - w + 0.5 * w * w - 0.02 * w * w * w;
        for below in 0..4 {
            let s = LagrangeStencil::new(&PLANES, below, MOST);
            assert_eq!(s.first + s.below, below);
            for t in [0.0, 0.3, 0.8, 1.0] {
                let w = (1.0 - t) * PLANES[below] + t * PLANES[below + 1];
                let v = values(&s, cubic);
                let bend = s.bend(w);
                let (line, second) = s.at(&bend, &v, &s.limited(&v));
                let found = line + bend.product * second;
                assert!((found - cubic(w)).abs() < 1e-12, "{below} {t}");
                let sum: f64 = (0..s.count).map(|k| s.weights(w)[k] * v[k]).sum();
                assert!((sum - cubic(w)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_growth_is_that_of_the_values() {
        for (below, bumps) in [(1, [0.3, 0.1, 0.5, 2.0]), (0, [1.0, 0.4, 0.3, 0.9]), (3, [9.0; 4])]
        {
            let s = LagrangeStencil::new(&PLANES, below, MOST);
            let bend = s.bend(0.4 * PLANES[below] + 0.6 * PLANES[below + 1]);
            let (line, by) = s.growth(&bend, &s.limited(&bumps));
            for k in 0..s.count {
                let moved = |h: f64| {
                    let mut v = bumps;
                    v[k] += h;
                    s.at(&bend, &v, &s.limited(&v))
                };
                let (up, down) = (moved(1e-6), moved(-1e-6));
                assert!(((up.0 - down.0) / 2e-6 - line[k]).abs() < 1e-6);
                assert!(((up.1 - down.1) / 2e-6 - by[k]).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn a_plane_that_was_drawn_differently_does_not_bend_its_neighbours() {
        // One section 1 mm larger than all others: nothing between lies outside of both.
        let planes = [0.0, 2.0, 4.0, 6.0, 8.0];
        for below in 0..4 {
            let s = LagrangeStencil::new(&planes, below, MOST);
            let mut v = [0.0; MOST];
            for (k, v) in v.iter_mut().enumerate().take(s.count) {
                *v = if s.first + k == 2 { -1.0 } else { 0.0 };
            }
            for t in [0.1, 0.5, 0.9] {
                let bend = s.bend(planes[below] + 2.0 * t);
                let (line, second) = s.at(&bend, &v, &s.limited(&v));
                let found = line + bend.product * second;
                assert!((-1.0..=0.0).contains(&found), "{below} {t}: {found}");
            }
        }
    }

    #[test]
    fn a_section_that_is_gone_goes_on_up_to_the_next_plane() {
        // Planes at 0, 1, 2.5 and 3 mm; a section that shrank by 0.6 a mm is gone on the third.
        let s = LagrangeStencil::new(&PLANES, 1, MOST);
        let of = [-5.6, -5.0, 5.0, 6.0];
        let at = |t: f64| s.least(&s.bend(1.0 + 1.5 * t), &of).0;
        // It goes on to shrink as it did, and closes over the last 3 % of the way.
        for t in [0.25_f64, 0.5, 0.9] {
            assert!((at(t) - (-5.0 + 0.6 * 1.5 * t)).abs() < 1e-9, "{t}: {}", at(t));
        }
        let mixed = 0.5 * (-5.0 + 0.6 * 1.5 * 0.985) + 0.5 * 5.0;
        assert!((at(0.985) - mixed).abs() < 1e-9, "{}", at(0.985));
        assert!((at(1.0) - 5.0).abs() < 1e-9);
        // A smooth shape stands as it was interpolated.
        let v = values(&s, |w| 2.0 - w + 0.5 * w * w);
        let bend = s.bend(1.7);
        assert!((s.least(&bend, &v).0 - (2.0 - 1.7 + 0.5 * 1.7 * 1.7)).abs() < 1e-9);
    }

    #[test]
    fn a_plane_beyond_the_neighbours_is_held_to_what_is_known_beside_it() {
        let held = |below: usize, mut of: Values| {
            let s = LagrangeStencil::new(&[0.0, 1.0, 2.5, 3.0], below, MOST);
            let from = s.hold(&mut of);
            (of, from)
        };
        // Three times the change between the neighbours, or the way to the plane.
        assert_eq!(held(1, [9.0, 0.0, 1.0, -9.0]), ([3.0, 0.0, 1.0, -2.0], [1, 1, 2, 2]));
        assert_eq!(held(1, [-9.0, 0.0, 0.1, 9.0]), ([-1.0, 0.0, 0.1, 0.6], [1, 1, 2, 2]));
        assert_eq!(held(1, [2.9, 0.0, 1.0, 3.9]), ([2.9, 0.0, 1.0, 3.9], [0, 1, 2, 3]));
        // One after the other, from the neighbours outwards.
        assert_eq!(held(0, [0.0, 1.0, 9.0, 9.0]), ([0.0, 1.0, 4.0, 7.0], [0, 1, 1, 1]));
        assert_eq!(held(2, [9.0, -9.0, 1.0, 0.0]), ([1.0, -2.0, 1.0, 0.0], [2, 2, 2, 3]));
    }

    #[test]
    fn a_second_difference_is_no_larger_than_its_neighbours_allows() {
        let planes = [0.0, 1.0, 2.0, 3.0];
        let limited = |below: usize, a: f64, b: f64| {
            let s = LagrangeStencil::new(&planes, below, MOST);
            let of = [2.0 * a, 0.0, 0.0, 2.0 * b];
            let found = s.limited(&of);
            for (k, second) in found.second.iter().enumerate() {
                let sum: f64 = (0..MOST).map(|i| found.parts[k][i] * of[i]).sum();
                assert!((sum - second).abs() < 1e-12, "{below} {a} {b}");
            }
            found.second
        };
        for sign in [1.0, -1.0] {
            let (a, b) = (sign, 0.1 * sign);
            let end = MOST_AT_END * b;
            let usual = MOST_RATIO * b;
            for (below, first, last) in [(0, end, usual), (1, usual, usual), (2, usual, end)] {
                let [x, y] = limited(below, a, b);
                assert!((x - first).abs() < 1e-12 && (y - b).abs() < 1e-12, "{below}");
                let [x, y] = limited(below, b, a);
                assert!((x - b).abs() < 1e-12 && (y - last).abs() < 1e-12, "{below}");
                // Of two signs nothing is left; of much the same size both are.
                assert_eq!(limited(below, a, -b), [0.0; 2]);
                assert_eq!(limited(below, a, 0.9 * a), [a, 0.9 * a]);
            }
        }
    }

    #[test]
    fn a_stack_that_is_turned_over_gives_the_same() {
        let part = |k: u64| {
            let x = (k + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            ((x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 11) as f64
                / (1_u64 << 53) as f64
        };
        let over = |of: Values, count: usize| {
            let mut out = [0.0; MOST];
            (0..count).for_each(|k| out[k] = of[count - 1 - k]);
            out
        };
        for case in 0..300 {
            let count = 2 + case as usize % 3;
            let mut planes = vec![0.0];
            (1..count)
                .for_each(|k| planes.push(planes[k - 1] + 0.5 + 2.0 * part(9 * case + k as u64)));
            let below = (case as usize / 3) % (count - 1);
            let mut of = [0.0; MOST];
            (0..count).for_each(|k| of[k] = 8.0 * part(5000 + 9 * case + k as u64) - 4.0);
            let t = 0.02 + 0.96 * part(9000 + case);
            let w = (1.0 - t) * planes[below] + t * planes[below + 1];
            let turned: Vec<f64> = planes.iter().rev().map(|w| -w).collect();
            let here = LagrangeStencil::new(&planes, below, MOST);
            let there = LagrangeStencil::new(&turned, count - 2 - below, MOST);
            let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{case}: {a} and {b}");
            let both =
                |a: Values, b: Values| (0..count).for_each(|k| near(a[k], over(b, count)[k]));
            let (bend, turned) = (here.bend(w), there.bend(-w));
            both(here.weights(w), there.weights(-w));
            let (a, b) = (here.least(&bend, &of), there.least(&turned, &over(of, count)));
            near(a.0, b.0);
            both(a.1, b.1);
            let (a, b) = (here.limited(&of), there.limited(&over(of, count)));
            let (x, y) = (here.at(&bend, &of, &a), there.at(&turned, &over(of, count), &b));
            near(x.0, y.0);
            near(x.1, y.1);
            let (x, y) = (here.growth(&bend, &a), there.growth(&turned, &b));
            both(x.0, y.0);
            both(x.1, y.1);
            // The least value is none that the planes' values and the curve lie below.
            let (line, second) = here.at(&bend, &of, &a);
            assert!(
                here.least(&bend, &of).0
                    <= (line + bend.product * second).max(of[below].max(of[below + 1])) + 1e-9
            );
        }
    }

    #[test]
    fn a_section_at_a_last_plane_goes_on_as_it_is() {
        // Nothing tells how it came there.
        let s = LagrangeStencil::new(&PLANES, 0, MOST);
        let of = [-4.0, 5.0, 6.0, 6.5];
        for t in [0.1, 0.5, 0.96] {
            assert!((s.least(&s.bend(t), &of).0 + 4.0).abs() < 1e-9, "{t}");
        }
        // One that would grow faster than by a mm for each goes on with that.
        let s = LagrangeStencil::new(&PLANES, 1, MOST);
        let of = [-9.0, -5.0, 5.0, 6.0];
        for t in [0.2, 0.6, 0.9] {
            let found = s.least(&s.bend(1.0 + 1.5 * t), &of).0;
            assert!((found - (-5.0 + 1.5 * t)).abs() < 1e-9, "{t}: {found}");
        }
    }
}
