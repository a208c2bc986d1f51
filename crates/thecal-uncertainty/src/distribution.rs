//! Samples of a figure, and what they say.

/// Samples in ascending order.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    sorted: Vec<f64>,
}

/// A probability from samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probability {
    /// Share of the samples.
    pub p: f64,
    /// Its Monte Carlo standard error: what other seeds would scatter by.
    pub standard_error: f64,
}

impl Probability {
    /// That `hits` of `of` samples hold.
    ///
    /// The standard error is `sqrt(q (1 - q) / n)` with `q = (hits + 1) / (n + 2)` (Laplace's rule of
    /// succession), so that none or all of the samples do not claim an error of 0.
    #[must_use]
    pub fn from_hits(hits: usize, of: usize) -> Self {
        let n = of as f64;
        let q = (hits as f64 + 1.0) / (n + 2.0);
        Self { p: hits as f64 / n.max(1.0), standard_error: (q * (1.0 - q) / n.max(1.0)).sqrt() }
    }
}

impl Distribution {
    /// Of samples, of which there is at least one.
    pub(crate) fn new(mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        Self { sorted: samples }
    }

    /// The samples, ascending.
    #[must_use]
    pub fn samples(&self) -> &[f64] {
        &self.sorted
    }

    /// The value below which a share of the samples lies, from 0 to 1, linear between samples.
    #[must_use]
    pub fn quantile(&self, share: f64) -> f64 {
        let Some(last) = self.sorted.len().checked_sub(1) else { return f64::NAN };
        let at = share.clamp(0.0, 1.0) * last as f64;
        let below = (at as usize).min(last);
        let above = (below + 1).min(last);
        self.sorted[below] + (at - below as f64) * (self.sorted[above] - self.sorted[below])
    }

    /// The probability of at least this.
    #[must_use]
    pub fn at_least(&self, threshold: f64) -> Probability {
        let below = self.sorted.partition_point(|x| *x < threshold);
        Probability::from_hits(self.sorted.len() - below, self.sorted.len())
    }

    /// Variance about the mean.
    #[must_use]
    pub fn variance(&self) -> f64 {
        let n = self.sorted.len() as f64;
        let mean = self.sorted.iter().sum::<f64>() / n;
        self.sorted.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0)
    }

    /// Standard deviation.
    #[must_use]
    pub fn sd(&self) -> f64 {
        self.variance().sqrt()
    }
}
