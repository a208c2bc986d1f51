//! What bounds a part within the planes, and past the last of them.

use thecal_mask::Solid;

/// Ends nearer to each other than this are one, mm.
pub(super) const SAME_MM: f64 = 1e-6;

/// What bounds a zone within the planes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// The sides between drawn planes.
    Drawn,
    /// The outline of the last drawn plane, which is this layer of nodes.
    Held(usize),
    /// The taper of the last planes. What is open may keep the outline of the last drawn plane, which
    /// is this layer of nodes.
    Tapered(Option<usize>),
}

impl Shape {
    /// The layer of nodes whose outline what is open keeps, where that is another than the zone's own.
    pub(super) fn widest_at(self) -> Option<usize> {
        match self {
            Self::Tapered(layer) => layer,
            Self::Drawn | Self::Held(_) => None,
        }
    }
}

/// The levels of a part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Solids<'a> {
    pub(super) sides: &'a Solid,
    pub(super) tapered: &'a Solid,
}
