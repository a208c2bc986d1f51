//! Squared distances of whole steps.

/// Squares of whole steps times the squared spacing, mm², forwards and backwards, so that a run is
/// filled by copying.
pub(super) struct Squares {
    up: Vec<f32>,
    down: Vec<f32>,
    pub(super) spacing2_mm2: f32,
}

impl Squares {
    pub(super) fn new(n: usize, spacing_mm: f64) -> Self {
        let spacing2_mm2 = (spacing_mm * spacing_mm) as f32;
        let up: Vec<f32> = (0..=n).map(|d| square(d, spacing2_mm2)).collect();
        let down = up.iter().rev().copied().collect();
        Self { up, down, spacing2_mm2 }
    }

    /// Fills `out` with the distances to the voxel before it and to the voxel after it.
    #[inline(always)]
    pub(super) fn fill(&self, out: &mut [f32], before: bool, after: bool) {
        let n = out.len();
        let half = match (before, after) {
            (true, true) => n.div_ceil(2),
            (true, false) => n,
            (false, true) => 0,
            (false, false) => return out.fill(f32::INFINITY),
        };
        let (left, right) = out.split_at_mut(half);
        let down = &self.down[self.down.len() - 1 - right.len()..];
        if n < 24 {
            for (o, &s) in left.iter_mut().zip(&self.up[1..]) {
                *o = s;
            }
            for (o, &s) in right.iter_mut().zip(down) {
                *o = s;
            }
        } else {
            left.copy_from_slice(&self.up[1..=half]);
            right.copy_from_slice(&down[..right.len()]);
        }
    }
}

/// Squared distance of `d` steps; every pass computes it in this one way.
#[inline(always)]
pub(super) fn square(d: usize, spacing2_mm2: f32) -> f32 {
    let d = d as f32;
    d * d * spacing2_mm2
}
