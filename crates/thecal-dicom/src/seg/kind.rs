//! How a segmentation says what belongs to a segment.

/// How a segmentation says what belongs to a segment (Segmentation Type).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SegmentationKind {
    /// `BINARY`: one bit for each pixel.
    Binary,
    /// `FRACTIONAL`: a probability or part of the pixel, of this maximum.
    Fractional {
        /// Maximum Fractional Value.
        maximum: u8,
    },
    /// `LABELMAP`: the pixel value is a segment's number.
    LabelMap,
}

impl SegmentationKind {
    /// The defined term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Binary => "BINARY",
            Self::Fractional { .. } => "FRACTIONAL",
            Self::LabelMap => "LABELMAP",
        }
    }
}
