//! Something that was dropped, repaired or doubtful, to be shown in every output.

/// A warning with a stable code. Nothing is dropped without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Stable, machine-readable, in snake case (for example `contour_degenerate`).
    pub code: &'static str,
    /// One sentence for a person: what was found and what was done.
    pub message: String,
    /// Where: a structure, a contour, a plane, a file. Empty where it concerns the whole.
    pub place: String,
}

impl Warning {
    /// A warning from its parts.
    pub fn new(code: &'static str, message: impl Into<String>, place: impl Into<String>) -> Self {
        Self { code, message: message.into(), place: place.into() }
    }
}
