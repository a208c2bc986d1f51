//! Biologically effective doses by the linear-quadratic model.
//!
//! `BED = D (1 + d / ab)` and `EQD2 = BED / (1 + 2 / ab)`, with the total dose `D` in `n` equal fractions
//! of `d = D / n`, and `ab` the ratio alpha/beta of the tissue.
//!
//! For one course the limit is converted and not the dose-volume histogram: the conversion rises with
//! the dose, so the hottest volume stays the hottest. Where courses add, each point of the dose is
//! converted before the statistic is taken.
//!
//! # Source
//! Fowler 1989, doi 10.1259/0007-1285-62-740-679. EQD2 is the BED in fractions of 2 Gy.

use std::num::NonZeroU32;

/// The ratio alpha/beta of a tissue, Gy: positive and finite.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct AlphaBeta(f64);

/// A number that is no ratio alpha/beta.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("alpha/beta is {found_gy} Gy; a positive number is needed")]
pub struct AlphaBetaError {
    /// The number, Gy.
    pub found_gy: f64,
}

impl AlphaBeta {
    /// Of the spinal cord, as HyTEC uses it: 2 Gy (Sahgal et al. 2021,
    /// doi 10.1016/j.ijrobp.2019.09.038).
    pub const CORD: Self = Self(2.0);

    /// A ratio.
    ///
    /// # Errors
    /// The number is not positive, or not finite.
    pub fn new(gy: f64) -> Result<Self, AlphaBetaError> {
        if gy > 0.0 && gy.is_finite() {
            return Ok(Self(gy));
        }
        Err(AlphaBetaError { found_gy: gy })
    }

    /// The ratio, Gy.
    #[must_use]
    pub fn gy(self) -> f64 {
        self.0
    }

    /// BED of a total dose in equal fractions, Gy.
    ///
    /// # Example
    /// ```
    /// use std::num::NonZeroU32;
    /// use thecal_dose::AlphaBeta;
    ///
    /// // 30 Gy in 10 fractions of 3 Gy: 30 (1 + 3 / 2) = 75 Gy.
    /// let ten = NonZeroU32::new(10).expect("not zero");
    /// assert!((AlphaBeta::CORD.bed_gy(30.0, ten) - 75.0).abs() < 1e-12);
    /// assert!((AlphaBeta::CORD.eqd2_gy(30.0, ten) - 37.5).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn bed_gy(self, total_gy: f64, fractions: NonZeroU32) -> f64 {
        total_gy * (1.0 + total_gy / (f64::from(fractions.get()) * self.0))
    }

    /// EQD2 of a total dose in equal fractions, Gy.
    #[must_use]
    pub fn eqd2_gy(self, total_gy: f64, fractions: NonZeroU32) -> f64 {
        self.eqd2_of_bed_gy(self.bed_gy(total_gy, fractions))
    }

    /// EQD2 of a BED, Gy.
    #[must_use]
    pub fn eqd2_of_bed_gy(self, bed_gy: f64) -> f64 {
        bed_gy / (1.0 + 2.0 / self.0)
    }

    /// BED of an EQD2, Gy.
    #[must_use]
    pub fn bed_of_eqd2_gy(self, eqd2_gy: f64) -> f64 {
        eqd2_gy * (1.0 + 2.0 / self.0)
    }

    /// The total dose in equal fractions that has a BED, Gy; zero where the BED is not positive.
    ///
    /// The positive root of `D + D² / (n ab) = BED`.
    #[must_use]
    pub fn total_of_bed_gy(self, bed_gy: f64, fractions: NonZeroU32) -> f64 {
        let bed_gy = bed_gy.max(0.0);
        let n_ab = f64::from(fractions.get()) * self.0;
        // The root without the difference of near numbers.
        2.0 * bed_gy / (1.0 + (1.0 + 4.0 * bed_gy / n_ab).sqrt())
    }

    /// The total dose in equal fractions that has an EQD2, Gy; zero where the EQD2 is not positive.
    #[must_use]
    pub fn total_of_eqd2_gy(self, eqd2_gy: f64, fractions: NonZeroU32) -> f64 {
        self.total_of_bed_gy(self.bed_of_eqd2_gy(eqd2_gy), fractions)
    }

    /// The total dose in `to` fractions of the same effect as a total dose in `from` fractions, Gy.
    ///
    /// A limit is converted with it to another number of fractions. A converted limit is a
    /// calculation and not a published limit.
    #[must_use]
    pub fn same_effect_gy(self, total_gy: f64, from: NonZeroU32, to: NonZeroU32) -> f64 {
        self.total_of_bed_gy(self.bed_gy(total_gy, from), to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fractions(n: u32) -> NonZeroU32 {
        NonZeroU32::new(n).expect("not zero")
    }

    fn eqd2(total_gy: f64, n: u32) -> f64 {
        AlphaBeta::CORD.eqd2_gy(total_gy, fractions(n))
    }

    #[test]
    fn cord_limits_of_hytec_have_the_eqd2_that_hytec_names() {
        // One EQD2 of 44.6 Gy stands behind the five limits (Sahgal et al. 2021), as printed to 0.1 Gy
        // of the total dose: 0.1 Gy are up to 0.4 Gy of EQD2.
        for (n, total_gy) in [(1, 12.4), (2, 17.0), (3, 20.3), (4, 23.0), (5, 25.3)] {
            assert!((eqd2(total_gy, n) - 44.6).abs() < 0.15, "{n}: {}", eqd2(total_gy, n));
        }
        for (n, total_gy, wanted) in
            [(1, 13.0, 48.75), (1, 14.0, 56.0), (3, 20.0, 43.33), (3, 21.9, 50.92), (5, 30.0, 60.0)]
        {
            assert!((eqd2(total_gy, n) - wanted).abs() < 0.005, "{n}: {}", eqd2(total_gy, n));
        }
    }

    #[test]
    fn conventional_courses_have_the_eqd2_of_the_literature() {
        for (n, total_gy, wanted) in [(10, 30.0, 37.5), (5, 20.0, 30.0), (1, 8.0, 20.0)] {
            assert!((eqd2(total_gy, n) - wanted).abs() < 1e-9);
        }
        // 2 Gy fractions are their own, whatever the tissue.
        for ab in [0.87, 2.0, 3.0, 10.0] {
            let ab = AlphaBeta::new(ab).expect("positive");
            assert!((ab.eqd2_gy(50.0, fractions(25)) - 50.0).abs() < 1e-9);
        }
        // 60 Gy in 30 fractions at 10 Gy: 60 (1 + 2 / 10).
        let ten = AlphaBeta::new(10.0).expect("positive");
        assert!((ten.bed_gy(60.0, fractions(30)) - 72.0).abs() < 1e-9);
    }

    #[test]
    fn the_limit_of_a_second_course_in_one_to_five_fractions() {
        // EQD2 of 25 Gy, the limit of HyTEC for the SBRT course.
        for (n, wanted) in [(1, 9.05), (2, 12.3), (3, 14.6), (4, 16.4), (5, 17.9)] {
            let total_gy = AlphaBeta::CORD.total_of_eqd2_gy(25.0, fractions(n));
            assert!((total_gy - wanted).abs() < 0.06, "{n}: {total_gy}");
        }
    }

    #[test]
    fn what_is_no_ratio_is_refused() {
        for gy in [0.0, -2.0, f64::NAN, f64::INFINITY] {
            assert!(AlphaBeta::new(gy).is_err(), "{gy}");
        }
    }

    proptest! {
        #[test]
        fn conversions_lead_back(total_gy in 0.0..90.0_f64, n in 1..40_u32, ab in 0.5..12.0_f64) {
            let (n, ab) = (fractions(n), AlphaBeta::new(ab).expect("positive"));
            let bed_gy = ab.bed_gy(total_gy, n);
            prop_assert!((ab.total_of_bed_gy(bed_gy, n) - total_gy).abs() < 1e-9);
            prop_assert!((ab.total_of_eqd2_gy(ab.eqd2_gy(total_gy, n), n) - total_gy).abs() < 1e-9);
            prop_assert!((ab.same_effect_gy(total_gy, n, n) - total_gy).abs() < 1e-9);
            prop_assert!((ab.bed_of_eqd2_gy(ab.eqd2_of_bed_gy(bed_gy)) - bed_gy).abs() < 1e-9);
        }
    }
}
