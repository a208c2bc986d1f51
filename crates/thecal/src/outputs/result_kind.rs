//! What the solids of a result are.

/// What a solid of a result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResultKind {
    /// The spinal cord, as drawn.
    Cord,
    /// The thecal sac, as drawn.
    Sac,
    /// A tumour before any separation, as drawn.
    Tumour,
    /// The residual of a tumour after an approach.
    Residual,
    /// What an approach takes of a tumour.
    Removed,
    /// The cord grown by a threshold.
    Expansion,
    /// The exact expansion that a drawn PRV should be.
    ExactPrv,
    /// What is to be treated.
    Target,
}
