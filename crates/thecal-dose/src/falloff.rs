//! How a dose falls past the edge of a tumour, and how far it takes to fall from one dose to another.
//!
//! | law | dose at `x` mm past the tumour's edge, where it is `E` | distance to the dose `L` |
//! |---|---|---|
//! | [`Falloff::Linear`] | `E - k Rx x` | `(E - L) / (k Rx)` |
//! | [`Falloff::Edge`] | `P (1 - Phi((x - x0) / s))` | `s (z(1 - L / P) - z(1 - E / P))` |
//!
//! `Rx` is the prescribed dose and `k` the stated fall-off in parts of it for each mm. `P` is the dose of
//! the plateau that the edge falls from, `s = P / (k Rx sqrt(2 pi))` the width of the edge whose steepest
//! fall-off is `k`, `Phi` the normal distribution, `z` its quantile, and `x0` where the dose is `P / 2`.
//!
//! Both assume that a new plan falls off as steeply, that the dose falls straight and all the way from
//! tumour to cord, and that nothing is traded for coverage elsewhere. They are no plan.

use crate::normal;
use std::f64::consts::TAU;

/// How a dose falls off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Falloff {
    /// As steeply everywhere.
    Linear {
        /// Per cent of the prescribed dose for each mm.
        pct_per_mm: f64,
    },
    /// As the edge of a beam does: an error function, steepest at half its plateau.
    Edge {
        /// The steepest fall-off, per cent of the prescribed dose for each mm.
        steepest_pct_per_mm: f64,
        /// The dose that the edge falls from, Gy: more than the prescribed dose where that is the dose
        /// of an isodose line (24 Gy on the 90 % line: 26.7 Gy).
        plateau_gy: f64,
    },
}

/// Why no distance can be told.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FalloffError {
    /// A fall-off that is no positive number.
    #[error("the fall-off is {found_pct_per_mm} % per mm; a positive number is needed")]
    Slope {
        /// The number, % of the prescription per mm.
        found_pct_per_mm: f64,
    },
    /// A dose that is no positive number.
    #[error("the {what} is {found_gy} Gy; a positive number is needed")]
    Dose {
        /// Which dose.
        what: &'static str,
        /// The number, Gy.
        found_gy: f64,
    },
    /// The tumour's edge cannot have the dose of the plateau, nor more.
    #[error(
        "the tumour's edge is to have {edge_gy} Gy and the plateau has {plateau_gy} Gy; a beam's edge \
         comes up to its plateau nowhere, so state a higher plateau or a lower dose at the edge"
    )]
    Plateau {
        /// Dose asked for at the tumour's edge, Gy.
        edge_gy: f64,
        /// Dose of the plateau, Gy.
        plateau_gy: f64,
    },
}

impl Falloff {
    /// How far the dose takes to fall from `edge_gy` at the tumour's edge to `limit_gy`, mm; zero where
    /// the edge has no more than the limit.
    ///
    /// # Errors
    /// A fall-off or a dose that is no positive number, or an edge of the plateau's dose.
    ///
    /// # Example
    /// ```
    /// use thecal_dose::Falloff;
    ///
    /// // 24 Gy at the tumour's edge and 14 Gy at the cord, at 13.5 % of 24 Gy for each mm.
    /// let falloff = Falloff::Linear { pct_per_mm: 13.5 };
    /// let needed_mm = falloff.distance_mm(24.0, 24.0, 14.0)?;
    /// assert!((needed_mm - 3.09).abs() < 0.01);
    /// # Ok::<(), thecal_dose::FalloffError>(())
    /// ```
    pub fn distance_mm(
        &self,
        prescription_gy: f64,
        edge_gy: f64,
        limit_gy: f64,
    ) -> Result<f64, FalloffError> {
        self.check(prescription_gy, edge_gy, limit_gy)?;
        if edge_gy <= limit_gy {
            return Ok(0.0);
        }
        Ok(match *self {
            Self::Linear { pct_per_mm } => {
                (edge_gy - limit_gy) / (0.01 * pct_per_mm * prescription_gy)
            }
            Self::Edge { steepest_pct_per_mm, plateau_gy } => {
                let width_mm = width_mm(steepest_pct_per_mm, prescription_gy, plateau_gy);
                let z = |gy: f64| normal::quantile(1.0 - gy / plateau_gy);
                width_mm * (z(limit_gy) - z(edge_gy))
            }
        })
    }

    /// The dose at a distance past the tumour's edge, Gy; before it where the distance is negative.
    ///
    /// # Errors
    /// As [`Self::distance_mm`].
    pub fn dose_gy(
        &self,
        prescription_gy: f64,
        edge_gy: f64,
        past_mm: f64,
    ) -> Result<f64, FalloffError> {
        self.check(prescription_gy, edge_gy, edge_gy)?;
        Ok(match *self {
            Self::Linear { pct_per_mm } => {
                (edge_gy - 0.01 * pct_per_mm * prescription_gy * past_mm).max(0.0)
            }
            Self::Edge { steepest_pct_per_mm, plateau_gy } => {
                let width_mm = width_mm(steepest_pct_per_mm, prescription_gy, plateau_gy);
                let edge = normal::quantile(1.0 - edge_gy / plateau_gy);
                plateau_gy * normal::below(-(edge + past_mm / width_mm))
            }
        })
    }

    /// The law and what it takes for granted, in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Linear { pct_per_mm } => format!(
                "The dose falls by {pct_per_mm} % of the prescription for each mm, as steeply \
                 everywhere between tumour and cord."
            ),
            Self::Edge { steepest_pct_per_mm, plateau_gy } => format!(
                "The dose falls as a beam's edge does (an error function) from {plateau_gy} Gy, by \
                 {steepest_pct_per_mm} % of the prescription for each mm where it is steepest."
            ),
        }
    }

    fn check(&self, prescription_gy: f64, edge_gy: f64, limit_gy: f64) -> Result<(), FalloffError> {
        let positive = |x: f64| x > 0.0 && x.is_finite();
        let doses = [
            ("prescribed dose", prescription_gy),
            ("dose at the tumour's edge", edge_gy),
            ("limit", limit_gy),
        ];
        if let Some((what, found_gy)) = doses.into_iter().find(|(_, gy)| !positive(*gy)) {
            return Err(FalloffError::Dose { what, found_gy });
        }
        let (Self::Linear { pct_per_mm: slope } | Self::Edge { steepest_pct_per_mm: slope, .. }) =
            *self;
        if !positive(slope) {
            return Err(FalloffError::Slope { found_pct_per_mm: slope });
        }
        if let Self::Edge { plateau_gy, .. } = *self {
            if !positive(plateau_gy) {
                return Err(FalloffError::Dose {
                    what: "dose of the plateau",
                    found_gy: plateau_gy,
                });
            }
            if edge_gy >= plateau_gy {
                return Err(FalloffError::Plateau { edge_gy, plateau_gy });
            }
        }
        Ok(())
    }
}

/// The width of an edge, mm, from its steepest fall-off: the standard deviation of the normal
/// distribution that it adds up.
fn width_mm(steepest_pct_per_mm: f64, prescription_gy: f64, plateau_gy: f64) -> f64 {
    plateau_gy / (0.01 * steepest_pct_per_mm * prescription_gy * TAU.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn linear(pct_per_mm: f64, rx: f64, edge: f64, limit: f64) -> f64 {
        let law = Falloff::Linear { pct_per_mm };
        law.distance_mm(rx, edge, limit).expect("numbers")
    }

    #[test]
    fn a_linear_fall_off_asks_for_what_a_table_worked_by_hand_says() {
        // (E - L) / (k Rx) to 0.1 mm, at 5, 13.5 and 17.6 % per mm: a mean at the cord's D5
        // (Guckenberger 2007) and the steepest directions of 50 plans (Snyder 2017).
        let table = [
            (24.0, 24.0, 14.0, [8.3, 3.1, 2.4]),
            (24.0, 18.3, 14.0, [3.6, 1.3, 1.0]),
            (24.0, 24.0, 17.0, [5.8, 2.2, 1.7]),
            (27.0, 27.0, 20.3, [5.0, 1.8, 1.4]),
            (30.0, 30.0, 25.3, [3.1, 1.2, 0.9]),
        ];
        for (rx, edge, limit, wanted) in table {
            for (k, wanted) in [5.0, 13.5, 17.6].into_iter().zip(wanted) {
                let found = linear(k, rx, edge, limit);
                assert!((found - wanted).abs() <= 0.051, "{rx} {limit} at {k}: {found}");
            }
        }
    }

    #[test]
    fn an_edge_is_as_steep_as_is_said_and_longer_than_a_line_near_its_plateau() {
        let law = Falloff::Edge { steepest_pct_per_mm: 15.0, plateau_gy: 24.0 / 0.9 };
        // At half the plateau it falls by 15 % of 24 Gy for each mm.
        let half = 12.0 / 0.9;
        let dose = |x: f64| law.dose_gy(24.0, half, x).expect("numbers");
        let slope = (dose(-1e-4) - dose(1e-4)) / 2e-4;
        assert!((slope - 3.6).abs() < 1e-6, "{slope}");
        let found = law.distance_mm(24.0, 24.0, 14.0).expect("numbers");
        assert!(found > linear(15.0, 24.0, 24.0, 14.0), "{found}");
        // 90 to 50 % of a normal edge are 1.2816 of its widths.
        let width = (24.0 / 0.9) / (3.6 * TAU.sqrt());
        let found = law.distance_mm(24.0, 0.9 * 24.0 / 0.9, 0.5 * 24.0 / 0.9).expect("numbers");
        assert!((found - 1.281_552 * width).abs() < 1e-5, "{found}");
    }

    #[test]
    fn an_edge_below_the_limit_needs_no_gap() {
        assert_eq!(linear(10.0, 24.0, 12.0, 14.0), 0.0);
    }

    #[test]
    fn what_makes_no_distance_is_refused() {
        let law = |pct_per_mm| Falloff::Linear { pct_per_mm };
        let slope = law(0.0).distance_mm(24.0, 24.0, 14.0);
        assert_eq!(slope, Err(FalloffError::Slope { found_pct_per_mm: 0.0 }));
        assert!(law(f64::NAN).distance_mm(24.0, 24.0, 14.0).is_err());
        assert!(law(10.0).distance_mm(0.0, 24.0, 14.0).is_err());
        assert!(law(10.0).distance_mm(24.0, -1.0, 14.0).is_err());
        assert!(law(10.0).distance_mm(24.0, 24.0, f64::INFINITY).is_err());
        let edge = Falloff::Edge { steepest_pct_per_mm: 15.0, plateau_gy: 24.0 };
        let found = edge.distance_mm(24.0, 24.0, 14.0);
        assert_eq!(found, Err(FalloffError::Plateau { edge_gy: 24.0, plateau_gy: 24.0 }));
    }

    proptest! {
        /// The dose at the needed distance is the limit, whatever the law.
        #[test]
        fn the_dose_at_the_distance_is_the_limit(
            rx in 12.0..36.0_f64, share in 0.6..1.05_f64, part in 0.2..0.99_f64, k in 3.0..25.0_f64,
        ) {
            let (edge, limit) = (share * rx, share * part * rx);
            for law in [
                Falloff::Linear { pct_per_mm: k },
                Falloff::Edge { steepest_pct_per_mm: k, plateau_gy: rx / 0.9 },
            ] {
                let past = law.distance_mm(rx, edge, limit).expect("numbers");
                let dose = law.dose_gy(rx, edge, past).expect("numbers");
                prop_assert!((dose - limit).abs() < 1e-9, "{:?}: {} Gy at {} mm", law, dose, past);
            }
        }
    }
}
