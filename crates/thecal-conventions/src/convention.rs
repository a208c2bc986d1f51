//! The conventions, and which programs have them.

use thecal_mask::EndRule;
use thecal_mask::InPlane;
use thecal_mask::raster::{Combine, ContourRule, PlaneRounding};

/// A way to read gap, volume or dose off contours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Convention {
    /// Pixel centres inside, contours of a slice by exclusive or, planes to slices with halves to the
    /// even number; distances between voxel centres.
    PixelCentres,
    /// As [`Self::PixelCentres`], with halves to the larger number.
    PixelCentresScanLine,
    /// As [`Self::PixelCentresScanLine`], with what any contour covers: holes are filled.
    PixelCentresUnion,
    /// Points rounded to pixels, the contours of a slice filled at once with all their outlines.
    EdgesIncluded,
    /// Points rounded to pixels, each contour filled with its outline, then exclusive or.
    EdgesIncludedXor,
    /// Each plane stands for a slab as thick as the smallest distance of planes.
    Slabs,
    /// Our solid, open at its ends: it ends on its last planes.
    EndsPlane,
    /// Our solid with flat caps half a slice past its last planes.
    EndsHalfSlice,
    /// Our solid with rounded caps.
    EndsRounded,
    /// Contour points alone.
    Points,
    /// Areas times the smallest distance of planes, half of whole mm2 at the first and last.
    AreasHalfEnds,
    /// Centres of the dose grid inside the contours, plane by plane.
    DoseGridCentres,
}

/// What a convention goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// A mask on the grid of the images.
    Mask,
    /// Slabs of the contour planes.
    Slabs,
    /// A solid with an end rule.
    Ends,
    /// Points.
    Points,
    /// A mask on the grid of the dose.
    Dose,
}

/// A program that has a convention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Program {
    /// Its name, with the function or option.
    pub name: &'static str,
    /// The version that was run beside ours, or whose source was read.
    pub version: &'static str,
    /// True where it was run on the same files as ours.
    pub run: bool,
}

const fn run(name: &'static str, version: &'static str) -> Program {
    Program { name, version, run: true }
}

const fn read(name: &'static str, version: &'static str) -> Program {
    Program { name, version, run: false }
}

impl Convention {
    /// Those of gaps, in the order of every table.
    pub const GAPS: [Self; 10] = [
        Self::PixelCentres,
        Self::PixelCentresScanLine,
        Self::PixelCentresUnion,
        Self::EdgesIncluded,
        Self::EdgesIncludedXor,
        Self::Slabs,
        Self::EndsPlane,
        Self::EndsHalfSlice,
        Self::EndsRounded,
        Self::Points,
    ];

    /// Those of volumes, in the order of every table.
    pub const VOLUMES: [Self; 10] = [
        Self::PixelCentres,
        Self::PixelCentresScanLine,
        Self::PixelCentresUnion,
        Self::EdgesIncluded,
        Self::EdgesIncludedXor,
        Self::Slabs,
        Self::AreasHalfEnds,
        Self::EndsPlane,
        Self::EndsHalfSlice,
        Self::EndsRounded,
    ];

    /// The word of records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PixelCentres => "pixel_centres",
            Self::PixelCentresScanLine => "pixel_centres_scan_line",
            Self::PixelCentresUnion => "pixel_centres_union",
            Self::EdgesIncluded => "edges_included",
            Self::EdgesIncludedXor => "edges_included_xor",
            Self::Slabs => "slabs",
            Self::EndsPlane => "ends_plane",
            Self::EndsHalfSlice => "ends_half_slice",
            Self::EndsRounded => "ends_rounded",
            Self::Points => "points",
            Self::AreasHalfEnds => "areas_half_ends",
            Self::DoseGridCentres => "dose_grid_centres",
        }
    }

    /// What it goes by.
    #[must_use]
    pub fn basis(self) -> Basis {
        match self {
            Self::PixelCentres
            | Self::PixelCentresScanLine
            | Self::PixelCentresUnion
            | Self::EdgesIncluded
            | Self::EdgesIncludedXor => Basis::Mask,
            Self::Slabs | Self::AreasHalfEnds => Basis::Slabs,
            Self::EndsPlane | Self::EndsHalfSlice | Self::EndsRounded => Basis::Ends,
            Self::Points => Basis::Points,
            Self::DoseGridCentres => Basis::Dose,
        }
    }

    /// How it makes a mask, where it makes one on the grid of the images.
    #[must_use]
    pub fn contour_rule(self) -> Option<ContourRule> {
        let rule = |in_plane, combine, rounding| Some(ContourRule { in_plane, combine, rounding });
        let (even, up) = (PlaneRounding::HalfToEven, PlaneRounding::HalfUp);
        match self {
            Self::PixelCentres => rule(InPlane::PixelCentre, Combine::ExclusiveOr, even),
            Self::PixelCentresScanLine => rule(InPlane::PixelCentre, Combine::ExclusiveOr, up),
            Self::PixelCentresUnion => rule(InPlane::PixelCentre, Combine::Union, up),
            Self::EdgesIncluded => rule(InPlane::InclusiveEdge, Combine::Together, even),
            Self::EdgesIncludedXor => rule(InPlane::InclusiveEdge, Combine::ExclusiveOr, even),
            _ => None,
        }
    }

    /// Where its solids end, where it is a solid.
    #[must_use]
    pub fn end_rule(self) -> Option<EndRule> {
        match self {
            Self::EndsPlane => Some(EndRule::Plane),
            Self::EndsHalfSlice => Some(EndRule::HalfSlice),
            Self::EndsRounded => Some(EndRule::Rounded),
            _ => None,
        }
    }

    /// The programs that have it.
    #[must_use]
    pub fn programs(self) -> &'static [Program] {
        const PIXEL_CENTRES: &[Program] = &[
            run("dcmrtstruct2nii with scipy distance_transform_edt", "5, scipy 1.17.1"),
            run("dcmrtstruct2nii with SimpleITK SignedMaurerDistanceMap", "5, SimpleITK 2.5.7"),
            run("scikit-image polygon2mask", "0.26.0"),
        ];
        const SCAN_LINE: &[Program] =
            &[run("plastimatch convert --xor-contours, dmap --algorithm maurer", "1.9.4")];
        const UNION: &[Program] =
            &[run("plastimatch convert", "1.9.4"), read("matRad poly2mask", "source, 2026")];
        const TOGETHER: &[Program] = &[run("rt-utils get_roi_mask_by_name", "1.2.7")];
        const EACH: &[Program] =
            &[run("OpenCV fillPoly, contour by contour", "5.0.0"), read("DicomRTTool", "6.2.0")];
        const SLABS: &[Program] = &[
            run("dicompyler-core CalculatePlaneThickness, with shapely", "0.5.6"),
            read("OpenTPS, matRad: each contour fills its slice", "source, 2026"),
        ];
        const OPEN: &[Program] =
            &[read("SlicerRT closed surface without end caps", "source, 2026")];
        const FLAT: &[Program] = &[
            read("SlicerRT closed surface with straight end caps", "source, 2026"),
            read("thecal --ends half_slice (default)", env!("CARGO_PKG_VERSION")),
        ];
        const ROUNDED: &[Program] =
            &[read("SlicerRT closed surface, smooth end caps", "source, 2026")];
        const POINTS: &[Program] = &[
            run("scipy cdist of contour points", "1.17.1"),
            read("DVH Analytics dist_to_ptv_min, up to 0.9.5", "0.9.5"),
        ];
        const AREAS: &[Program] = &[run("dicompyler-core CalculateStructureVolume", "0.5.6")];
        const DOSE: &[Program] = &[
            run("dicompyler-core get_dvh", "0.5.6"),
            read("DVH Analytics (dicompyler-core inside)", "0.9.7"),
        ];
        match self {
            Self::PixelCentres => PIXEL_CENTRES,
            Self::PixelCentresScanLine => SCAN_LINE,
            Self::PixelCentresUnion => UNION,
            Self::EdgesIncluded => TOGETHER,
            Self::EdgesIncludedXor => EACH,
            Self::Slabs => SLABS,
            Self::EndsPlane => OPEN,
            Self::EndsHalfSlice => FLAT,
            Self::EndsRounded => ROUNDED,
            Self::Points => POINTS,
            Self::AreasHalfEnds => AREAS,
            Self::DoseGridCentres => DOSE,
        }
    }
}
