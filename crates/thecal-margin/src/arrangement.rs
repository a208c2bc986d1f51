//! The expected arrangement of two structures.

/// The expected arrangement of two structures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    /// Apart, as tumour and cord: overlap is a negative gap.
    Apart,
    /// The first within the second, as cord and sac: the gap is how far the first surface lies
    /// inside the second, negative where it leaves it.
    Within,
}
