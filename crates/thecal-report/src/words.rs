//! The words of the record: what may stand where one of a few is meant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! word {
    ($(#[$m:meta])* $name:ident { $($(#[$vm:meta])* $v:ident = $s:literal),+ $(,)? }) => {
        $(#[$m])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[$vm])* #[serde(rename = $s)] $v),+ }
        impl $name {
            /// The word as it stands in every output.
            #[must_use]
            pub fn as_str(self) -> &'static str { match self { $(Self::$v => $s),+ } }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

word! {
    /// Which anatomy was measured.
    Phase {
        /// As contoured; of two studies, the one before the operation.
        Before = "before",
        /// Residual after a simulated separation, which is not an operation.
        Simulated = "simulated",
        /// As contoured in a second study, after an operation.
        After = "after",
    }
}
word! {
    /// Which two structures a gap is between.
    PairKind {
        /// Tumour to cord.
        TumourCord = "tumour-cord",
        /// Tumour to thecal sac.
        TumourSac = "tumour-sac",
        /// Cord surface to the sac around it.
        CordSac = "cord-sac",
    }
}
impl PairKind {
    /// Whether one of the two is a tumour.
    #[must_use]
    pub fn is_of_tumour(self) -> bool {
        self != Self::CordSac
    }
}
word! {
    /// A way to read gap, volume or dose off contours; `docs/explain.md` has the rule of each.
    Convention {
        /// Pixel centres inside, exclusive or, halves of slices to the even number; voxel centres.
        PixelCentres = "pixel_centres",
        /// The same, with halves of slices to the larger number.
        PixelCentresScanLine = "pixel_centres_scan_line",
        /// The same, with holes filled.
        PixelCentresUnion = "pixel_centres_union",
        /// Points rounded to pixels, the contours of a slice filled at once with all outlines.
        EdgesIncluded = "edges_included",
        /// Points rounded to pixels, each contour filled with its outline, then exclusive or.
        EdgesIncludedXor = "edges_included_xor",
        /// Each plane as a slab as thick as the smallest distance of planes.
        Slabs = "slabs",
        /// Areas times that distance, half of whole mm2 at the first and the last plane.
        AreasHalfEnds = "areas_half_ends",
        /// Our solid, which ends on its last planes.
        EndsPlane = "ends_plane",
        /// Our solid with flat caps half a slice past its last planes.
        EndsHalfSlice = "ends_half_slice",
        /// Our solid with rounded caps.
        EndsRounded = "ends_rounded",
        /// Contour points alone.
        Points = "points",
        /// Centres of the dose grid inside the contours.
        DoseGridCentres = "dose_grid_centres",
    }
}
word! {
    /// Where the grid of masks comes from.
    GridSource {
        /// The image series of the study.
        ImageSeries = "image_series",
        /// A spacing on the contour planes that was asked for, or 1 mm: there are no images, or they were
        /// passed over.
        Stated = "stated",
    }
}
impl Convention {
    /// What it is called on the terminal and in pictures.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::PixelCentres => "pixel centres",
            Self::PixelCentresScanLine => "pixel centres, scan lines",
            Self::PixelCentresUnion => "pixel centres, holes filled",
            Self::EdgesIncluded => "edges included",
            Self::EdgesIncludedXor => "edges included, one by one",
            Self::Slabs => "half-slice slabs",
            Self::AreasHalfEnds => "areas, half at the ends",
            Self::EndsPlane => "open ends",
            Self::EndsHalfSlice => "flat caps, half a slice",
            Self::EndsRounded => "rounded caps",
            Self::Points => "contour points only",
            Self::DoseGridCentres => "centres of the dose grid",
        }
    }
}
word! {
    /// Verdict on one threshold.
    Verdict {
        /// The lower bound reaches the threshold.
        Pass = "pass",
        /// The upper bound is below the threshold.
        Fail = "fail",
        /// The interval straddles the threshold.
        Indeterminate = "indeterminate",
    }
}
word! {
    /// Verdict on a limit of dose.
    LimitVerdict {
        /// The upper end of the figure's range does not exceed the limit.
        Pass = "pass",
        /// The lower end of the figure's range exceeds the limit.
        Fail = "fail",
        /// The range straddles the limit, or it is not known whether the limit holds here.
        Indeterminate = "indeterminate",
        /// The row is for another structure, course or number of fractions.
        NotApplicable = "not_applicable",
    }
}
word! {
    /// Verdict on the tumour-cord gap as a whole.
    Headline {
        /// Passes every threshold.
        Clear = "clear",
        /// Passes the smallest threshold, not the largest.
        Marginal = "marginal",
        /// Fails the smallest threshold.
        Insufficient = "insufficient",
        /// The smallest threshold is undecided.
        Indeterminate = "indeterminate",
        /// There is no cord, or no tumour.
        NotAssessable = "not_assessable",
    }
}
impl Headline {
    /// All of them, the worst first: the order in which the worst of several is found.
    pub(crate) const WORST_FIRST: [Self; 5] =
        [Self::NotAssessable, Self::Insufficient, Self::Indeterminate, Self::Marginal, Self::Clear];

    /// Its place in that order.
    #[cfg(feature = "pictures")]
    pub(crate) fn urgency(self) -> Option<usize> {
        Self::WORST_FIRST.iter().position(|h| *h == self)
    }
}
word! {
    /// What became of cord and sac after a simulated separation.
    Anatomy {
        /// Both stay as they were drawn.
        Fixed = "fixed",
        /// The sac fills the shape interpolated from uninvolved levels.
        SacReexpanded = "sac_reexpanded",
        /// The cord moves as a whole.
        CordShift = "cord_shift",
    }
}
word! {
    /// Where a contoured solid ends past its last plane.
    EndRule {
        /// Half a slice past it.
        HalfSlice = "half_slice",
        /// At it.
        Plane = "plane",
        /// Where the taper of the last planes closes.
        Rounded = "rounded",
    }
}
word! {
    /// What a structure is.
    Role {
        /// Spinal cord.
        Cord = "cord",
        /// Thecal sac.
        ThecalSac = "thecal_sac",
        /// Bony spinal canal.
        Canal = "canal",
        /// Cauda equina.
        Cauda = "cauda",
        /// Gross tumour.
        Tumour = "tumour",
        /// Clinical or internal target volume.
        Ctv = "ctv",
        /// Planning target volume.
        Ptv = "ptv",
        /// Planning organ at risk volume.
        Prv = "prv",
        /// Vertebra or a part of one.
        Vertebra = "vertebra",
        /// Implants and cement.
        Hardware = "hardware",
        /// Outer contour of the patient.
        Body = "body",
        /// Anything else.
        Other = "other",
    }
}
word! {
    /// What said that a structure has its role.
    RoleSource {
        /// Its name.
        Name = "name",
        /// The user's alias file.
        Alias = "alias",
        /// RT ROI Interpreted Type, or the coded type of a segment.
        InterpretedType = "interpreted_type",
        /// The user, who chose it.
        User = "user",
    }
}
word! {
    /// How a structure was drawn.
    DrawnAs {
        /// Contours.
        Contours = "contours",
        /// Contours round the pixels of a mask, which is measured.
        Traced = "traced",
        /// A mask.
        Mask = "mask",
        /// Outlines that were computed.
        Computed = "computed",
    }
}
word! {
    /// How traced points lie to the pixels of their mask.
    Tracing {
        /// Along the edges of pixels.
        PixelEdges = "pixel_edges",
        /// Half way between centres.
        HalfWay = "half_way",
        /// Through the centres of the outermost pixels, half a pixel short, which is put back.
        PixelCentres = "pixel_centres",
    }
}
word! {
    /// What limits the precision of a gap.
    Limit {
        /// A closest point lies past the last contour plane, where the end rule applies.
        Ends = "ends",
        /// A closest point lies where planes are missing.
        MissingPlanes = "missing_planes",
        /// A structure is a mask, and its voxel size limits the precision.
        Voxels = "voxels",
    }
}
word! {
    /// The cause of a part of an interval.
    IntervalSource {
        /// Planes lie apart.
        Planes = "planes",
        /// Poles of short features lie between planes.
        Poles = "poles",
        /// An end, which may lie anywhere up to the next plane that was not drawn.
        Ends = "ends",
        /// Outlines are drawn in points.
        Points = "points",
        /// Coordinates are rounded.
        Rounding = "rounding",
        /// Outlines of pixels.
        Pixels = "pixels",
        /// What the search and the interpolation leave open.
        Search = "search",
        /// What was open of the drawing before a simulated separation.
        Drawing = "drawing",
    }
}
word! {
    /// The part of a tumour that counts as epidural.
    ExtentBasis {
        /// Tumour within the drawn canal.
        Canal = "canal",
        /// Tumour outside the drawn vertebrae.
        OutsideBone = "outside_bone",
        /// All of it: neither canal nor vertebra is drawn.
        WholeTumour = "whole_tumour",
    }
}
word! {
    /// What a structure of a result is.
    StructureKind {
        /// The spinal cord, as drawn.
        Cord = "cord",
        /// The thecal sac, as drawn.
        ThecalSac = "thecal_sac",
        /// A tumour before any separation, as drawn.
        Tumour = "tumour",
        /// The residual of a tumour after an approach.
        Residual = "residual",
        /// What an approach takes of a tumour.
        Removed = "removed",
        /// The cord grown by a threshold.
        Expansion = "expansion",
        /// The exact expansion that a drawn PRV should be.
        ExactPrv = "exact_prv",
        /// What is to be treated.
        Target = "target",
    }
}
word! {
    /// What a source of uncertainty moves.
    UncertainStructure {
        /// The spinal cord.
        Cord = "cord",
        /// The thecal sac.
        ThecalSac = "thecal_sac",
        /// Every tumour.
        Tumour = "tumour",
        /// The patient as a whole, against the beams.
        Patient = "patient",
    }
}
word! {
    /// What makes a structure lie elsewhere than it is drawn.
    UncertaintyKind {
        /// Observers draw it differently.
        Contouring = "contouring",
        /// Its images are registered to others.
        Registration = "registration",
        /// It moves within the body.
        Motion = "motion",
        /// The patient lies otherwise than planned.
        SetUp = "set_up",
        /// The patient moves during a fraction.
        Intrafraction = "intrafraction",
    }
}
word! {
    /// How often a source of uncertainty takes a new value.
    UncertaintyPart {
        /// Once, for the whole course.
        Systematic = "systematic",
        /// Anew in every fraction.
        Random = "random",
    }
}
word! {
    /// How a PRV was made.
    PrvKind {
        /// By the same distance in every direction.
        ThreeDimensional = "three_dimensional",
        /// Plane by plane, each outline by the distance within its plane.
        InPlane = "in_plane",
        /// The two look alike on this organ.
        Unclear = "unclear",
    }
}
word! {
    /// A fault of a PRV.
    PrvFault {
        /// The margin is too small.
        TooSmall = "too_small",
        /// It was made plane by plane: where the organ leans, and past its ends, the margin is smaller.
        InPlaneOnly = "in_plane_only",
        /// It ends before it should at one end of the organ.
        TruncatedAtEnd = "truncated_at_end",
        /// It was cut along another structure.
        TruncatedAtStructure = "truncated_at_structure",
        /// The margin is too large.
        TooLarge = "too_large",
        /// It goes on past the end of the organ.
        PastEnd = "past_end",
    }
}
word! {
    /// What said which margin a PRV should have.
    ExpansionFrom {
        /// Its name.
        Name = "name",
        /// The user.
        User = "user",
    }
}
word! {
    /// An end of a stack of planes.
    StackEnd {
        /// Towards the head.
        Head = "head",
        /// Towards the feet.
        Feet = "feet",
    }
}
