//! Lower envelope of parabolas of equal width along one line of voxels.
//!
//! P. F. Felzenszwalb, D. P. Huttenlocher: Distance transforms of sampled functions. Theory of
//! Computing 8 (2012) 415-428, doi:10.4086/toc.2012.v008a019. Crossings are computed from
//! differences of heights, so that 32-bit numbers lose nothing far from the first voxel.

use super::squares::square;

/// Room for the envelope of one line, with what does not change from line to line.
pub(super) struct Envelope {
    spacing2_mm2: f32,
    /// `1 / (2 spacing² d)` by the distance `d` of two apexes.
    slope: Vec<f32>,
    apex: Vec<u32>,
    /// The first voxel where the parabola of the same number is the lowest.
    from: Vec<u32>,
}

impl Envelope {
    pub(super) fn new(n: usize, spacing_mm: f64) -> Self {
        let s2 = spacing_mm * spacing_mm;
        Self {
            spacing2_mm2: s2 as f32,
            slope: (0..=n).map(|d| (0.5 / (s2 * d.max(1) as f64)) as f32).collect(),
            apex: vec![0; n + 1],
            from: vec![0; n + 1],
        }
    }

    /// Builds the envelope of the finite heights within the line; returns its parabolas.
    #[inline(always)]
    fn build(&mut self, heights: &[f32]) -> usize {
        let n = heights.len();
        let last = (n - 1) as f32;
        let slope = &self.slope[..=n];
        let apex = &mut self.apex[..=n];
        let from = &mut self.from[..=n];
        let mut count = 0;
        // Top of the stack, kept at hand.
        let (mut p, mut fp, mut start_p) = (0_usize, 0.0_f32, 0_u32);
        for (q, &fq) in heights.iter().enumerate() {
            if fq == f32::INFINITY {
                continue;
            }
            let mut start = 0;
            while count > 0 {
                let z = 0.5 * (q + p) as f32 + (fq - fp) * slope[(q - p).min(n)];
                if z >= last {
                    // It would only win beyond the end.
                    start = u32::MAX;
                    break;
                }
                start = if z < 0.0 { 0 } else { z as u32 + 1 };
                if start > start_p {
                    break;
                }
                start = 0;
                count -= 1;
                if count > 0 {
                    p = apex[count - 1] as usize;
                    fp = heights[p.min(n - 1)];
                    start_p = from[count - 1];
                }
            }
            if start == u32::MAX {
                continue;
            }
            apex[count] = q as u32;
            from[count] = start;
            count += 1;
            (p, fp, start_p) = (q, fq, start);
        }
        count
    }

    /// Calls `f` with `(apex, first, end)` for every piece of the line.
    #[inline(always)]
    fn pieces(&self, count: usize, n: usize, mut f: impl FnMut(usize, usize, usize)) {
        let mut first = 0;
        for m in 0..count {
            let end = if m + 1 < count { (self.from[m + 1] as usize).min(n) } else { n };
            f(self.apex[m] as usize, first, end);
            first = end;
        }
    }

    /// Heights of the envelope over the line.
    #[inline(always)]
    pub(super) fn lower(&mut self, heights: &[f32], out: &mut [f32]) {
        let n = heights.len();
        let count = self.build(heights);
        if count == 0 {
            out.fill(f32::INFINITY);
            return;
        }
        let s2 = self.spacing2_mm2;
        self.pieces(count, n, |p, first, end| {
            let h = heights[p];
            for (i, o) in out[first..end].iter_mut().enumerate() {
                *o = square((first + i).abs_diff(p), s2) + h;
            }
        });
    }

    /// Heights, and the feature of the lowest parabola, over the line.
    #[inline(always)]
    pub(super) fn lower_with_feature(
        &mut self,
        heights: &[f32],
        features: &[u32],
        out: &mut [f32],
        out_features: &mut [u32],
    ) {
        let n = heights.len();
        let count = self.build(heights);
        if count == 0 {
            out.fill(f32::INFINITY);
            return;
        }
        let s2 = self.spacing2_mm2;
        self.pieces(count, n, |p, first, end| {
            for i in first..end {
                out[i] = square(i.abs_diff(p), s2) + heights[p];
                out_features[i] = features[p];
            }
        });
    }
}
