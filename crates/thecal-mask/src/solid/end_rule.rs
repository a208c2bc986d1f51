//! Where a contoured solid ends.

/// Where a contoured solid ends past its last plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum EndRule {
    /// Half a slice past the last plane, with the taper that the last planes show.
    #[default]
    HalfSlice,
    /// At the last plane.
    Plane,
    /// Where the taper of the last planes closes, at most one slice past the last plane.
    Rounded,
}
