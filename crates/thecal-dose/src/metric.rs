//! Names of dose-volume figures.

use std::fmt;
use std::str::FromStr;

/// A dose-volume figure that can be asked for.
///
/// # Example
/// ```
/// use thecal_dose::Metric;
///
/// let metric: Metric = "D0.035cc".parse()?;
/// assert_eq!(metric, Metric::DoseToCc(0.035));
/// assert_eq!("d 95 %".parse(), Ok(Metric::DoseToPercent(95.0)));
/// assert_eq!("V20Gy".parse(), Ok(Metric::PercentAtDose(20.0)));
/// assert_eq!(Metric::CcAtDose(12.0).to_string(), "V12Gycc");
/// assert!("D0.035".parse::<Metric>().is_err());
/// # Ok::<(), thecal_dose::MetricError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Metric {
    /// `Dmax`: the largest dose at any point of the solid, its surface included, Gy.
    Max,
    /// `Dmin`: the least dose at any point of the solid, its surface included, Gy.
    Min,
    /// `Dmean`: the integral of the dose over the solid by its volume, Gy.
    Mean,
    /// `D0.035cc`: the largest dose that the hottest volume of so many cc has everywhere, Gy.
    DoseToCc(f64),
    /// `D95%`: the largest dose that this part of the volume has everywhere, Gy.
    DoseToPercent(f64),
    /// `V20Gycc`: the volume with a dose of at least so many Gy, cc.
    CcAtDose(f64),
    /// `V20Gy` or `V20Gy%`: the part of the volume with a dose of at least so many Gy, %.
    PercentAtDose(f64),
}

/// The unit of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Gy.
    Gy,
    /// cm³.
    Cc,
    /// Percent of the structure's volume.
    Percent,
}

impl Unit {
    /// The word of the report contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gy => "Gy",
            Self::Cc => "cc",
            Self::Percent => "%",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text names no figure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{found}` names no dose-volume figure; expected Dmax, Dmin, Dmean, a dose to a volume such as \
     D0.035cc or D95%, or a volume at a dose such as V20Gy (percent) or V20Gycc"
)]
pub struct MetricError {
    /// The text.
    pub found: String,
}

impl Metric {
    /// What is given without asking: Dmax, Dmin, Dmean, D0.03cc, D0.035cc, D0.35cc, D1cc, D95%, D98%,
    /// D2%.
    pub const DEFAULTS: [Self; 10] = [
        Self::Max,
        Self::Min,
        Self::Mean,
        Self::DoseToCc(0.03),
        Self::DoseToCc(0.035),
        Self::DoseToCc(0.35),
        Self::DoseToCc(1.0),
        Self::DoseToPercent(95.0),
        Self::DoseToPercent(98.0),
        Self::DoseToPercent(2.0),
    ];

    /// The dose that half of the volume has at least.
    pub const MEDIAN: Self = Self::DoseToPercent(50.0);

    /// The unit of the figure.
    #[must_use]
    pub fn unit(&self) -> Unit {
        match self {
            Self::CcAtDose(_) => Unit::Cc,
            Self::PercentAtDose(_) => Unit::Percent,
            _ => Unit::Gy,
        }
    }

    /// The hottest volume that the figure is about, cc: 0 for the maximum; `None` for one that is not
    /// about a hottest volume.
    #[must_use]
    pub fn hottest_cc(&self) -> Option<f64> {
        match self {
            Self::Max => Some(0.0),
            Self::DoseToCc(cc) => Some(*cc),
            _ => None,
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Max => write!(f, "Dmax"),
            Self::Min => write!(f, "Dmin"),
            Self::Mean => write!(f, "Dmean"),
            Self::DoseToCc(cc) => write!(f, "D{cc}cc"),
            Self::DoseToPercent(percent) => write!(f, "D{percent}%"),
            Self::CcAtDose(gy) => write!(f, "V{gy}Gycc"),
            Self::PercentAtDose(gy) => write!(f, "V{gy}Gy"),
        }
    }
}

impl FromStr for Metric {
    type Err = MetricError;

    fn from_str(text: &str) -> Result<Self, MetricError> {
        let word: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        parsed(&word.to_ascii_lowercase()).ok_or_else(|| MetricError { found: text.to_owned() })
    }
}

fn parsed(word: &str) -> Option<Metric> {
    match word {
        "dmax" => return Some(Metric::Max),
        "dmin" => return Some(Metric::Min),
        "dmean" => return Some(Metric::Mean),
        "dmedian" => return Some(Metric::MEDIAN),
        _ => {}
    }
    let positive = |text: &str| text.parse().ok().filter(|x: &f64| x.is_finite() && *x > 0.0);
    if let Some(rest) = word.strip_prefix('d') {
        if let Some(cc) = rest.strip_suffix("cc").or_else(|| rest.strip_suffix("cm3")) {
            return positive(cc).map(Metric::DoseToCc);
        }
        let percent = positive(rest.strip_suffix('%')?)?;
        return (percent <= 100.0).then_some(Metric::DoseToPercent(percent));
    }
    let rest = word.strip_prefix('v')?;
    if let Some(gy) = rest.strip_suffix("gycc") {
        return positive(gy).map(Metric::CcAtDose);
    }
    let gy = rest.strip_suffix('%').unwrap_or(rest).strip_suffix("gy")?;
    positive(gy).map(Metric::PercentAtDose)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let others = [Metric::CcAtDose(0.5), Metric::PercentAtDose(12.5), Metric::MEDIAN];
        for metric in Metric::DEFAULTS.into_iter().chain(others) {
            assert_eq!(metric.to_string().parse(), Ok(metric), "{metric}");
        }
    }

    #[test]
    fn what_names_no_figure_is_refused() {
        for text in [
            "", "D", "Dcc", "D-1cc", "D0cc", "D101%", "DNaN%", "Dinfcc", "V", "V20", "V20%", "D2",
            "X2cc", "VGy", "D1e400cc", "D0.03 mm",
        ] {
            assert!(text.parse::<Metric>().is_err(), "{text}");
        }
    }
}
