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
mod tests;
