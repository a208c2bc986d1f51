//! The normal distribution, which an edge of a beam follows.

use std::f64::consts::SQRT_2;

/// The part of a normal distribution below `z`.
pub(crate) fn below(z: f64) -> f64 {
    0.5 * libm::erfc(-z / SQRT_2)
}

/// Where a part `p` of a normal distribution lies below; infinite at 0 and 1.
///
/// # Error
/// Halves an interval until it cannot be halved: exact up to rounding of the error function.
pub(crate) fn quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p > 0.5 {
        return -quantile(1.0 - p);
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    let (mut low, mut high) = (-39.0_f64, 0.0_f64);
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if below(middle) < p { low = middle } else { high = middle }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_tables() {
        // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.1, and 1.645 for 95 %.
        for (p, z) in [(0.5, 0.0), (0.95, 1.644_854), (0.975, 1.959_964), (0.995, 2.575_829)] {
            assert!((quantile(p) - z).abs() < 1e-6, "{p}");
            assert!((quantile(1.0 - p) + z).abs() < 1e-6, "{p}");
        }
        assert_eq!(quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(quantile(1.0), f64::INFINITY);
        assert!(quantile(-0.1).is_nan() && quantile(f64::NAN).is_nan());
    }

    #[test]
    fn a_quantile_leads_back() {
        for k in 1..200 {
            let p = f64::from(k) / 200.0;
            assert!((below(quantile(p)) - p).abs() < 1e-14, "{p}");
        }
        assert!((below(quantile(1e-12)) / 1e-12 - 1.0).abs() < 1e-9);
    }
}
