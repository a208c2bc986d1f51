//! Surgical approaches as data: working directions and instruments.

use crate::error::SeparationError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An approach: working directions round the cord and the instrument that works along them.
///
/// Directions are clock positions (degrees clockwise seen from below, 0 anterior, 90 patient left)
/// in the plane across the cord's centreline.
///
/// # Example
/// ```
/// use thecal_separation::{Approach, SeparationError};
///
/// let own = Approach::read(
///     "[left_side]
///      from_clock_deg = [[45, 135]]
///      tilt_deg = 20
///      tool_radius_mm = 1.5",
/// )?;
/// assert_eq!(own[0].name, "left_side");
/// assert_eq!(own[0].from_clock_deg, [[45.0, 135.0]]);
/// // The message names the key that is wrong.
/// let wrong = Approach::read("[thick]\nideal = true\ntool_radius_mm = -1").unwrap_err();
/// assert!(wrong.to_string().contains("tool_radius_mm is -1"));
///
/// let names: Vec<String> = Approach::built_in()?.into_iter().map(|a| a.name).collect();
/// assert!(names.iter().any(|n| n == "laminectomy"));
/// # Ok::<(), SeparationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Approach {
    /// Its name in reports.
    #[serde(skip)]
    pub name: String,
    /// Everything can be removed, whatever is in the way: the upper bound.
    #[serde(default)]
    pub ideal: bool,
    /// The whole vertebral body and all tumour in it, in addition to everything within the amount. This is
    /// not an approach, but a comparison for a separation.
    #[serde(default)]
    pub corpectomy: bool,
    /// Ranges of clock positions that instruments come from, each clockwise from the first angle
    /// to the second.
    #[serde(default)]
    pub from_clock_deg: Vec<[f64; 2]>,
    /// Largest tilt towards head and feet, degrees.
    #[serde(default)]
    pub tilt_deg: f64,
    /// Half the width of the instrument, mm.
    #[serde(default = "tool_radius_mm")]
    pub tool_radius_mm: f64,
    /// Distance that the instrument keeps from the sac, mm.
    #[serde(default)]
    pub safety_mm: f64,
    /// Length of the instrument that must be free, mm.
    #[serde(default = "depth_mm")]
    pub depth_mm: f64,
    /// How far a curved instrument reaches round a corner within the cavity already made, mm.
    #[serde(default)]
    pub undercut_mm: f64,
    /// A tube that the instrument works through.
    #[serde(default)]
    pub tube: Option<Tube>,
}

/// A straight tube of a minimally invasive approach: the instrument stays parallel to its axis and
/// within it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Tube {
    /// Inner diameter, mm.
    pub diameter_mm: f64,
    /// Direction that the tube comes from, as a clock position.
    pub clock_deg: f64,
    /// How far the tube's axis passes from the cord's centreline, mm, towards greater clock
    /// positions.
    #[serde(default)]
    pub offset_mm: f64,
    /// Where along the centreline the axis points, mm from the middle of the tumour, towards the
    /// head.
    #[serde(default)]
    pub level_mm: f64,
}

/// Obstacles are known to a little more than this distance.
const MOST_ROOM_MM: f64 = 10.0;

fn tool_radius_mm() -> f64 {
    1.0
}

fn depth_mm() -> f64 {
    60.0
}

/// The built-in approaches, in the form of a user's own file.
///
/// The ranges are plain geometry (quadrants and half planes round the cord), not surgical
/// findings: no source gives angles.
pub const BUILT_IN: &str = include_str!("approaches.toml");

impl Approach {
    /// The built-in approaches by name.
    ///
    /// # Errors
    /// Never for the file as it is built in.
    pub fn built_in() -> Result<Vec<Self>, SeparationError> {
        Self::read(BUILT_IN)
    }

    /// Reads a file of approaches: a table `[NAME]` each.
    ///
    /// # Errors
    /// When the text is not TOML, has an unknown key, or an approach is not possible: see
    /// [`Approach::check`].
    pub fn read(toml: &str) -> Result<Vec<Self>, SeparationError> {
        let found: BTreeMap<String, Self> = toml::from_str(toml)
            .map_err(|e| SeparationError::ApproachFile { message: e.to_string() })?;
        found
            .into_iter()
            .map(|(name, approach)| {
                let approach = Self { name, ..approach };
                approach.check()?;
                Ok(approach)
            })
            .collect()
    }

    /// # Errors
    /// When a length or angle is out of range, no direction is left, or the instrument is wider
    /// than its tube.
    pub fn check(&self) -> Result<(), SeparationError> {
        let fault = |key: &'static str, found: f64, expected: &'static str| {
            Err(SeparationError::Approach { name: self.name.clone(), key, found, expected })
        };
        for (key, found, most) in [
            ("tool_radius_mm", self.tool_radius_mm, 50.0),
            ("safety_mm", self.safety_mm, 50.0),
            ("undercut_mm", self.undercut_mm, 100.0),
        ] {
            if !(0.0..=most).contains(&found) {
                return fault(key, found, "a length of 0 mm or more, at most 50 mm (undercut 100)");
            }
        }
        let room_mm = self.tool_radius_mm + self.safety_mm;
        if room_mm > MOST_ROOM_MM {
            let expected = "half-width and safety_mm of at most 10 mm together";
            return fault("tool_radius_mm + safety_mm", room_mm, expected);
        }
        if !(1.0..=500.0).contains(&self.depth_mm) {
            return fault("depth_mm", self.depth_mm, "a length from 1 to 500 mm");
        }
        if !(0.0..=80.0).contains(&self.tilt_deg) {
            return fault("tilt_deg", self.tilt_deg, "an angle from 0 to 80 degrees");
        }
        for angle in self.from_clock_deg.iter().flatten() {
            if !(-360.0..=720.0).contains(angle) {
                return fault("from_clock_deg", *angle, "clock positions in degrees");
            }
        }
        if let Some(tube) = &self.tube {
            if !(tube.diameter_mm > 0.0 && tube.diameter_mm <= 200.0) {
                return fault("tube.diameter_mm", tube.diameter_mm, "a length above 0 mm");
            }
            if 2.0 * self.tool_radius_mm > tube.diameter_mm {
                return fault(
                    "tool_radius_mm",
                    self.tool_radius_mm,
                    "an instrument no wider than its tube: at most half of tube.diameter_mm",
                );
            }
            let bad = [tube.clock_deg, tube.offset_mm, tube.level_mm]
                .into_iter()
                .find(|x| x.is_nan() || x.abs() > 1000.0);
            if let Some(found) = bad {
                return fault("tube", found, "finite angles and lengths");
            }
        }
        if !self.ideal && !self.corpectomy && self.from_clock_deg.is_empty() && self.tube.is_none()
        {
            return Err(SeparationError::NoDirection { name: self.name.clone() });
        }
        Ok(())
    }

    /// The clock positions and tilts that instruments come from, degrees, about `step_deg` apart,
    /// the middle of each range first.
    pub(crate) fn angles_deg(&self, step_deg: f64) -> Vec<[f64; 2]> {
        let mut clocks = Vec::new();
        for &[from, to] in &self.from_clock_deg {
            let width = if to == from { 0.0 } else { (to - from).rem_euclid(360.0) };
            let width = if width == 0.0 && to != from { 360.0 } else { width };
            // The same lattice of angles for every range, so that a wider one holds a narrower;
            // its ends besides.
            let first = (from / step_deg).ceil() as i64;
            let last = ((from + width) / step_deg).floor() as i64;
            let mut range: Vec<f64> = (first..=last).map(|k| k as f64 * step_deg).collect();
            range.extend([from, from + width]);
            let middle = from + 0.5 * width;
            range.sort_by(|a, b| (a - middle).abs().total_cmp(&(b - middle).abs()));
            clocks.extend(range);
        }
        let tilts = (self.tilt_deg / (2.0 * step_deg)).ceil() as i64;
        let mut out = Vec::new();
        for k in 0..=tilts {
            let tilt = if tilts == 0 { 0.0 } else { self.tilt_deg * k as f64 / tilts as f64 };
            for &clock in &clocks {
                out.push([clock, tilt]);
                if k > 0 {
                    out.push([clock, -tilt]);
                }
            }
        }
        out
    }
}
