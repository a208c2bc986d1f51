//! What a phantom is made of.

use nalgebra::UnitQuaternion;
use serde::{Serialize, Serializer};

/// One coordinate of the centreline against z: an offset plus a sine. Lengths in mm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Curve {
    /// Mean value, mm.
    pub offset_mm: f64,
    /// Amplitude, mm; 0 is a straight line.
    pub amplitude_mm: f64,
    /// Wavelength along z, mm.
    pub wavelength_mm: f64,
    /// Phase at z = 0, radians.
    pub phase_rad: f64,
}

impl Curve {
    /// A straight line at this offset, mm.
    #[must_use]
    pub fn straight(offset_mm: f64) -> Self {
        Self { offset_mm, amplitude_mm: 0.0, wavelength_mm: 100.0, phase_rad: 0.0 }
    }

    fn rate(&self) -> f64 {
        2.0 * std::f64::consts::PI / self.wavelength_mm
    }

    pub(crate) fn at(&self, z: f64) -> f64 {
        self.offset_mm + self.amplitude_mm * (self.rate() * z + self.phase_rad).sin()
    }

    pub(crate) fn slope(&self, z: f64) -> f64 {
        self.amplitude_mm * self.rate() * (self.rate() * z + self.phase_rad).cos()
    }

    pub(crate) fn max_slope(&self) -> f64 {
        (self.amplitude_mm * self.rate()).abs()
    }
}

/// The spinal cord: the same ellipse in every axial plane.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CordSpec {
    /// Semi-axes, transverse then antero-posterior, mm.
    pub semi_axes_mm: [f64; 2],
    /// Centreline, patient left positive.
    pub x: Curve,
    /// Centreline, posterior positive.
    pub y: Curve,
}

/// The tumour's shape and size; lengths in mm, angles in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum Shape {
    /// A sphere.
    Sphere {
        /// Radius, mm.
        radius_mm: f64,
    },
    /// An ellipsoid.
    Ellipsoid {
        /// Semi-axes, mm.
        semi_axes_mm: [f64; 3],
        /// From the axes of the ellipsoid to the scan's.
        #[serde(serialize_with = "quaternion")]
        rotation: UnitQuaternion<f64>,
    },
    /// A C round the sac: an arc thickened in the axial plane, with half an ellipse over height.
    CShape {
        /// Half of the greatest thickness, mm.
        half_thickness_mm: f64,
        /// Half of the height along z, mm.
        half_height_mm: f64,
        /// Opening angle of the arc, degrees.
        arc_deg: f64,
    },
}

/// How the patient lay in the scanner (Patient Position, PS3.3 C.7.3.1.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "the names are DICOM's defined terms")]
pub enum PatientPosition {
    Hfs,
    Hfp,
    Ffs,
    Ffp,
    Hfdr,
    Hfdl,
    Ffdr,
    Ffdl,
}

impl PatientPosition {
    /// The defined term of Patient Position (0018,5100).
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Hfs => "HFS",
            Self::Hfp => "HFP",
            Self::Ffs => "FFS",
            Self::Ffp => "FFP",
            Self::Hfdr => "HFDR",
            Self::Hfdl => "HFDL",
            Self::Ffdr => "FFDR",
            Self::Ffdl => "FFDL",
        }
    }

    /// Directions of a row and of a column of the image, LPS, before any frame rotation.
    #[must_use]
    pub fn orientation(self) -> [[f64; 3]; 2] {
        match self {
            Self::Hfs => [[1., 0., 0.], [0., 1., 0.]],
            Self::Hfp => [[-1., 0., 0.], [0., -1., 0.]],
            Self::Ffs => [[-1., 0., 0.], [0., 1., 0.]],
            Self::Ffp => [[1., 0., 0.], [0., -1., 0.]],
            Self::Hfdl => [[0., -1., 0.], [1., 0., 0.]],
            Self::Hfdr => [[0., 1., 0.], [-1., 0., 0.]],
            Self::Ffdl => [[0., 1., 0.], [1., 0., 0.]],
            Self::Ffdr => [[0., -1., 0.], [-1., 0., 0.]],
        }
    }
}

/// The whole phantom; lengths in mm.
///
/// # Example
/// ```
/// use thecal_phantom::{PhantomSpec, ShapeKind};
///
/// let spec = PhantomSpec::random(7, ShapeKind::Sphere, 2.0, 1.5);
/// assert_eq!((spec.slice_mm, spec.gap_mm), (2.0, 1.5));
/// // The same seed gives the same phantom; fields can be set one by one.
/// assert_eq!(spec, PhantomSpec::random(7, ShapeKind::Sphere, 2.0, 1.5));
/// let structures_alone = PhantomSpec { ct: false, ..spec };
/// assert!(!structures_alone.ct);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PhantomSpec {
    /// The tumour's shape.
    pub shape: Shape,
    /// Distance from tumour to cord, mm, above 0.
    pub gap_mm: f64,
    /// Direction from the cord to the tumour, degrees: 0 anterior, 90 patient left.
    pub direction_deg: f64,
    /// Height of the tumour's middle, mm.
    pub tumour_z_mm: f64,
    /// The cord.
    pub cord: CordSpec,
    /// Slice spacing and thickness, mm.
    pub slice_mm: f64,
    /// Height of the plane nearest to z = 0, mm.
    pub slice_phase_mm: f64,
    /// Pixel spacing, mm.
    pub pixel_mm: f64,
    /// Offset of the pixel lattice, mm.
    pub pixel_phase_mm: [f64; 2],
    /// Rows of the CT.
    pub rows: u16,
    /// Columns of the CT.
    pub columns: u16,
    /// Distance between contour points along the curve, mm.
    pub point_spacing_mm: f64,
    /// Decimal places of contour points, mm.
    pub decimals: usize,
    /// How the patient lay.
    pub patient_position: PatientPosition,
    /// Rotation of the whole study about the origin of LPS, from the scan's axes to the
    /// patient's.
    #[serde(serialize_with = "maybe_quaternion")]
    pub frame_rotation: Option<UnitQuaternion<f64>>,
    /// Seed of start points, noise and UIDs.
    pub seed: u64,
    /// Whether CT images are written.
    pub ct: bool,
    /// A scan longer than the tumour, with organs; none: 16 mm beyond the tumour, one vertebra.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan: Option<ScanSpec>,
    /// A canal with a sac of its own size and a ring of bone; none: a sac thinned until it leaves
    /// the tumour a tenth of the gap, and vertebral bodies alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canal: Option<CanalSpec>,
}

/// A spinal canal; lengths in mm, offsets from the middle of the cord towards the patient's left and
/// back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CanalSpec {
    /// Semi-axes of the thecal sac, transverse then antero-posterior, mm.
    pub sac_semi_axes_mm: [f64; 2],
    /// Middle of the sac, mm.
    pub sac_offset_mm: [f64; 2],
    /// Middle of the arc of a C-shaped tumour, mm.
    pub arc_offset_mm: [f64; 2],
}

/// A scan as planning takes it; lengths in mm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ScanSpec {
    /// Length along z, mm.
    pub length_mm: f64,
    /// Height of the scan's middle over the tumour's, mm.
    pub offset_mm: f64,
    /// The vertebra at the tumour's middle: 0 is T1, 16 is L5.
    pub level: usize,
    /// Height of a vertebra with its disc, mm.
    pub level_mm: f64,
    /// Semi-axes of the trunk, transverse then antero-posterior, mm.
    pub trunk_mm: [f64; 2],
    /// A further tumour, farther from the cord than the first.
    pub second: Option<SecondSpec>,
}

/// A further tumour: an upright ellipsoid; lengths in mm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SecondSpec {
    /// Semi-axes, mm.
    pub semi_axes_mm: [f64; 3],
    /// Distance to the cord, mm.
    pub gap_mm: f64,
    /// Direction from the cord, degrees, as the first's.
    pub direction_deg: f64,
    /// Height of its middle, mm.
    pub z_mm: f64,
}

/// As scalar, then i, j, k.
fn quaternion<S: Serializer>(q: &UnitQuaternion<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    [q.w, q.i, q.j, q.k].serialize(serializer)
}

fn maybe_quaternion<S: Serializer>(
    q: &Option<UnitQuaternion<f64>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    q.map(|q| [q.w, q.i, q.j, q.k]).serialize(serializer)
}
