//! What is treated: the fractions of the plan, and what the place was given before.

use crate::biological::AlphaBeta;
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

/// What the place was given before this course.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PriorRt {
    /// It was never irradiated.
    None,
    /// Nobody said.
    Unknown,
    /// It was.
    Given {
        /// The earlier dose to the cord or sac at this place, as EQD2, Gy.
        eqd2_gy: f64,
        /// The alpha/beta that it was converted with.
        alpha_beta: AlphaBeta,
        /// Months since then, where that is stated.
        months: Option<f64>,
    },
}

/// Text that states no earlier treatment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{found}\" states no earlier radiotherapy; write none, unknown, EQD2=37.5 (Gy, at an alpha/beta of \
     2 Gy) or EQD2=37.5,months=9"
)]
pub struct PriorRtError {
    /// The text.
    pub found: String,
}

impl FromStr for PriorRt {
    type Err = PriorRtError;

    fn from_str(text: &str) -> Result<Self, PriorRtError> {
        let wrong = || PriorRtError { found: text.to_owned() };
        let folded = text.trim().to_ascii_lowercase();
        match folded.as_str() {
            "none" => return Ok(Self::None),
            "unknown" => return Ok(Self::Unknown),
            _ => {}
        }
        let (mut eqd2_gy, mut months) = (None, None);
        for part in folded.split(',') {
            let (key, number) = part.split_once('=').ok_or_else(wrong)?;
            let number: f64 = number.trim().parse().map_err(|_| wrong())?;
            let slot = match key.trim() {
                "eqd2" => &mut eqd2_gy,
                "months" => &mut months,
                _ => return Err(wrong()),
            };
            if !(number >= 0.0 && number.is_finite()) || slot.replace(number).is_some() {
                return Err(wrong());
            }
        }
        let eqd2_gy = eqd2_gy.filter(|gy| *gy > 0.0).ok_or_else(wrong)?;
        Ok(Self::Given { eqd2_gy, alpha_beta: AlphaBeta::CORD, months })
    }
}

impl fmt::Display for PriorRt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Unknown => f.write_str("unknown"),
            Self::Given { eqd2_gy, months: None, .. } => write!(f, "EQD2={eqd2_gy}"),
            Self::Given { eqd2_gy, months: Some(months), .. } => {
                write!(f, "EQD2={eqd2_gy},months={months}")
            }
        }
    }
}

/// The course that is judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Course {
    /// Its fractions.
    pub fractions: NonZeroU32,
    /// What the place was given before.
    pub prior: PriorRt,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_treatment_is_read_and_written() {
        let given =
            |eqd2_gy, months| PriorRt::Given { eqd2_gy, alpha_beta: AlphaBeta::CORD, months };
        for (text, wanted) in [
            ("none", PriorRt::None),
            ("Unknown", PriorRt::Unknown),
            ("EQD2=37.5", given(37.5, None)),
            ("EQD2=37.5,months=9", given(37.5, Some(9.0))),
        ] {
            let found: PriorRt = text.parse().expect("an earlier treatment");
            assert_eq!(found, wanted);
            assert_eq!(found.to_string().parse(), Ok(wanted));
        }
    }

    #[test]
    fn what_states_none_is_refused_with_how_to_write_it() {
        let wrong = ["", "yes", "EQD2", "EQD2=", "EQD2=-3", "EQD2=0", "EQD2=nan", "EQD2=1,EQD2=2"];
        for text in wrong.into_iter().chain(["months=9", "EQD2=37.5;months=9", "BED=75"]) {
            let error = text.parse::<PriorRt>().expect_err(text);
            assert!(error.to_string().contains("EQD2=37.5"), "{error}");
        }
    }
}
