//! What a drawn planning organ at risk volume (PRV) is, against an exact expansion of its organ.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::fixed;
use crate::words::{ExpansionFrom, PrvFault, PrvKind, StackEnd, Verdict};

/// A drawn PRV held against the exact expansion of its organ. Distances are those of the organ's
/// surface that the drawn PRV leaves: its margin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrvRecord {
    /// Name of the drawn PRV.
    pub structure: String,
    /// Name of its organ.
    pub of: String,
    /// The margin that it should have, mm.
    pub expansion_mm: Option<f64>,
    /// What said so; `null` where nothing did.
    #[serde(default)]
    pub expansion_from: Option<ExpansionFrom>,
    /// A margin up to this far from it counts as that, mm.
    #[serde(default)]
    pub tolerance_mm: f64,
    /// The least margin, mm; negative where the organ lies outside the PRV.
    pub least_mm: Option<f64>,
    /// Its range by what the drawings leave open, mm.
    #[serde(default)]
    pub least_lower_mm: Option<f64>,
    /// See `least_lower_mm`.
    #[serde(default)]
    pub least_upper_mm: Option<f64>,
    /// Where it is: position along the PRV's planes, mm.
    #[serde(default)]
    pub least_plane_mm: Option<f64>,
    /// Where it is: clock position round the organ, degrees.
    #[serde(default)]
    pub least_clock_deg: Option<f64>,
    /// The mean margin, mm.
    pub mean_mm: Option<f64>,
    /// The largest margin, mm.
    pub largest_mm: Option<f64>,
    /// The margin whose exact expansion fits best, mm; of a PRV made plane by plane, within the planes.
    pub best_fit_mm: Option<f64>,
    /// Its range by what the drawings leave open, mm.
    #[serde(default)]
    pub best_fit_lower_mm: Option<f64>,
    /// See `best_fit_lower_mm`.
    #[serde(default)]
    pub best_fit_upper_mm: Option<f64>,
    /// How it was made, as far as its shape tells.
    pub kind: Option<PrvKind>,
    /// Whether it is what it should be.
    pub verdict: Option<Verdict>,
    /// What is wrong with it, what is too small first.
    #[serde(default)]
    pub findings: Vec<PrvFinding>,
    /// Surface of the organ whose margin is short by more than the tolerance and what the drawings leave
    /// open, mm2.
    #[serde(default)]
    pub short_surface_mm2: Option<f64>,
    /// Its share of the organ's surface, %.
    #[serde(default)]
    pub short_pct: Option<f64>,
    /// The part of it beside which the PRV was not drawn at all, mm2.
    #[serde(default)]
    pub not_covered_mm2: Option<f64>,
    /// The margins along the planes' normal at the two ends; empty where the planes of the two structures are
    /// not parallel.
    #[serde(default)]
    pub ends: Vec<PrvEnd>,
    /// Plane by plane of the PRV, where it lies beside the organ.
    #[serde(default)]
    pub planes: Vec<PrvPlane>,
    /// Clock sector by clock sector round the organ.
    #[serde(default)]
    pub sectors: Vec<PrvSector>,
    /// Why there is no verdict or no figure.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A fault of a PRV.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrvFinding {
    /// Which.
    pub finding: PrvFault,
    /// The margin that shows it, mm: at an end that along the planes' normal.
    pub margin_mm: f64,
    /// Its range by what the drawings leave open, mm.
    pub margin_lower_mm: f64,
    /// See `margin_lower_mm`.
    pub margin_upper_mm: f64,
    /// True where it is the whole PRV.
    pub everywhere: bool,
    /// Surface of the PRV where it is, mm2; `null` at an end and for the whole.
    pub surface_mm2: Option<f64>,
    /// Which end, for a fault of one.
    pub end: Option<StackEnd>,
    /// The structure that it was cut along.
    pub along: Option<String>,
    /// The place that shows it best, LPS mm.
    pub at_mm: Option<[f64; 3]>,
}

/// The margin along the planes' normal at one end of the organ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrvEnd {
    /// Which end.
    pub end: StackEnd,
    /// From the organ's last plane to the PRV's, mm; negative where the organ is drawn further.
    pub margin_mm: f64,
    /// A slice less: both end somewhere before their next planes.
    pub margin_lower_mm: f64,
    /// A slice more.
    pub margin_upper_mm: f64,
}

/// Margins on one plane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrvPlane {
    /// Position along the normal, mm.
    pub plane_mm: f64,
    /// The least, mm.
    pub least_mm: f64,
    /// The mean, mm.
    pub mean_mm: f64,
    /// The largest, mm.
    pub largest_mm: f64,
}

/// Margins in one clock sector; `null` where none is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrvSector {
    /// Where it begins, degrees clockwise from anterior.
    pub clock_deg_from: f64,
    /// Where it ends, degrees.
    pub clock_deg_to: f64,
    /// The least, mm.
    pub least_mm: Option<f64>,
    /// The mean, mm.
    pub mean_mm: Option<f64>,
    /// The largest, mm.
    pub largest_mm: Option<f64>,
}

impl PrvFault {
    /// True where the organ has less margin than it should.
    #[must_use]
    pub fn is_short(self) -> bool {
        !matches!(self, Self::TooLarge | Self::PastEnd)
    }
}

impl PrvRecord {
    /// True where the organ has less margin somewhere than it should.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.findings.iter().any(|f| f.finding.is_short())
    }

    /// What it should be, as `SpinalCord + 2 mm`.
    #[must_use]
    pub fn meant(&self) -> String {
        match self.expansion_mm {
            Some(mm) => format!("{} + {mm} mm", self.of),
            None => format!("{} + an unknown margin", self.of),
        }
    }

    /// Its faults in words, what is short first; without any, what the verdict rests on.
    #[must_use]
    pub fn told(&self) -> String {
        if !self.findings.is_empty() {
            let told: Vec<String> = self.findings.iter().map(PrvFinding::told).collect();
            return told.join("; ");
        }
        let told = match (self.verdict, self.kind) {
            (Some(Verdict::Pass), _) => "reaches its margin all over",
            (Some(Verdict::Indeterminate), _) => {
                "no fault is shown, but the drawing leaves open whether the margin is reached all over"
            }
            (None, Some(_)) => "no fault is shown that does not depend on the margin",
            _ => "cannot be judged",
        };
        told.to_owned()
    }

    /// Its figures in words.
    #[must_use]
    pub fn figures(&self) -> String {
        let mm = |value: Option<f64>| value.map_or_else(|| "unknown".to_owned(), |v| fixed(v, 2));
        let kind = match self.kind {
            Some(PrvKind::ThreeDimensional) => "a 3-D expansion",
            Some(PrvKind::InPlane) => "an expansion within the planes alone",
            _ => "3-D or within the planes: this organ does not show which",
        };
        format!(
            "margin {} to {} mm, mean {} mm; best fit {} mm, {kind}",
            mm(self.least_mm),
            mm(self.largest_mm),
            mm(self.mean_mm),
            mm(self.best_fit_mm)
        )
    }
}

impl PrvFinding {
    /// The fault in words.
    #[must_use]
    pub fn told(&self) -> String {
        let mm = fixed(self.margin_mm, 2);
        let over =
            self.surface_mm2.map(|a| format!(" over {} mm2", fixed(a, 0))).unwrap_or_default();
        let end = self.end.map_or("an", |end| match end {
            StackEnd::Head => "the head's",
            StackEnd::Feet => "the feet's",
        });
        let along = self.along.as_deref().unwrap_or("another structure");
        match (self.finding, self.everywhere) {
            (PrvFault::TooSmall, true) => format!("too small all over: {mm} mm"),
            (PrvFault::TooSmall, false) => format!("too small in places: {mm} mm{over}"),
            (PrvFault::InPlaneOnly, _) => {
                format!("expanded within the planes alone, down to {mm} mm where the organ leans")
            }
            (PrvFault::TruncatedAtEnd, _) if self.margin_mm < 0.0 => {
                let mm = fixed(-self.margin_mm, 1);
                format!("cut off at {end} end, {mm} mm before the organ's last plane")
            }
            (PrvFault::TruncatedAtEnd, _) => {
                let mm = fixed(self.margin_mm, 1);
                format!("cut off at {end} end, {mm} mm past the organ's last plane")
            }
            (PrvFault::TruncatedAtStructure, _) => {
                format!("cut along \"{along}\", down to {mm} mm{over}")
            }
            (PrvFault::TooLarge, true) => format!("too large all over: {mm} mm"),
            (PrvFault::TooLarge, false) => format!("too large in places: {mm} mm{over}"),
            (PrvFault::PastEnd, _) => {
                let mm = fixed(self.margin_mm, 1);
                format!("goes on {mm} mm past the organ at {end} end")
            }
        }
    }
}
