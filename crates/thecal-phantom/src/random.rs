//! Phantoms of random, realistic size, and the generator behind them.

use nalgebra::{Quaternion, UnitQuaternion};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;

use crate::spec::{CordSpec, Curve, PatientPosition, PhantomSpec, ScanSpec, SecondSpec, Shape};

/// The random generator, named because its values are stable over versions.
pub const GENERATOR: &str = "rand_pcg Pcg64 (seed_from_u64)";

/// The kind of a tumour's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShapeKind {
    /// A sphere.
    Sphere,
    /// An ellipsoid.
    Ellipsoid,
    /// A C round the sac.
    CShape,
}

/// A stream of numbers for one purpose of one study.
pub(crate) struct Stream(Pcg64);

impl Stream {
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        let mixed = seed ^ purpose.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self(Pcg64::seed_from_u64(mixed))
    }

    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, lo: f64, hi: f64) -> f64 {
        lo + (hi - lo) * self.unit()
    }

    pub(crate) fn bits(&mut self) -> u128 {
        (u128::from(self.0.next_u64()) << 64) | u128::from(self.0.next_u64())
    }

    /// Sum of 4 uniforms, scaled to mean 0 and standard deviation 1.
    pub(crate) fn noise(&mut self) -> f64 {
        let bits = self.0.next_u64();
        let sum: u64 = (0..4).map(|i| (bits >> (16 * i)) & 0xffff).sum();
        (sum as f64 / 65_536.0 - 2.0) * 3.0_f64.sqrt()
    }
}

impl PhantomSpec {
    /// A phantom of random size, direction, curvature and sub-voxel phase.
    ///
    /// Units: `slice_mm` and `gap_mm` in mm. Source of the sizes: adult thoracic myelography
    /// means (cord about 7.9 x 6.1 mm, thecal sac about 14.3 x 12.3 mm at T5). Slices thicker
    /// than a tumour's height allows enlarge the tumour to at least four planes.
    #[must_use]
    pub fn random(seed: u64, kind: ShapeKind, slice_mm: f64, gap_mm: f64) -> Self {
        let r = &mut Stream::new(seed, 1);
        let least_half = 2.2 * slice_mm;
        let shape = match kind {
            ShapeKind::Sphere => Shape::Sphere { radius_mm: r.between(6.0, 16.0).max(least_half) },
            ShapeKind::Ellipsoid => {
                // Four normal-like numbers would do; Shoemake's method is exactly uniform.
                let (a, b, c) = (r.unit(), r.unit(), r.unit());
                let (tb, tc) = (2.0 * std::f64::consts::PI * b, 2.0 * std::f64::consts::PI * c);
                let (p, q) = ((1.0 - a).sqrt(), a.sqrt());
                let rotation = UnitQuaternion::new_normalize(Quaternion::new(
                    p * tb.sin(),
                    p * tb.cos(),
                    q * tc.sin(),
                    q * tc.cos(),
                ));
                let semi_axes_mm = [0; 3].map(|_| r.between(5.0, 18.0).max(least_half));
                Shape::Ellipsoid { semi_axes_mm, rotation }
            }
            ShapeKind::CShape => Shape::CShape {
                half_thickness_mm: r.between(3.0, 7.0),
                half_height_mm: r.between(6.0, 18.0).max(least_half),
                arc_deg: r.between(120.0, 240.0),
            },
        };
        let mut curve = |offset: f64| {
            let wavelength_mm = r.between(120.0, 240.0);
            let slope = r.between(0.0, 15.0_f64.to_radians().tan());
            Curve {
                offset_mm: r.between(-offset, offset),
                amplitude_mm: slope * wavelength_mm / (2.0 * std::f64::consts::PI),
                wavelength_mm,
                phase_rad: r.between(0.0, 2.0 * std::f64::consts::PI),
            }
        };
        let (x, y) = (curve(5.0), curve(5.0));
        let semi_axes_mm = [r.between(3.6, 4.6), r.between(2.9, 3.6)];
        let pixel_mm = 1.0;
        Self {
            shape,
            gap_mm,
            direction_deg: r.between(-100.0, 100.0),
            tumour_z_mm: r.between(-20.0, 20.0),
            cord: CordSpec { semi_axes_mm, x, y },
            slice_mm,
            slice_phase_mm: r.between(-0.5, 0.5) * slice_mm,
            pixel_mm,
            pixel_phase_mm: [r.between(-0.5, 0.5) * pixel_mm, r.between(-0.5, 0.5) * pixel_mm],
            rows: 256,
            columns: 256,
            point_spacing_mm: 0.25,
            decimals: 4,
            patient_position: PatientPosition::Hfs,
            frame_rotation: None,
            seed,
            ct: true,
            scan: None,
            canal: None,
        }
    }

    /// A phantom of the size that planning systems hold: a scan of 150 to 200 planes, at most
    /// 250 mm, with a tumour over two to three levels, in one of three a second one, vertebrae,
    /// organs and the outline of the trunk; contours in hundredths of a millimetre.
    ///
    /// Units: `slice_mm` (1 to 1.5) and `gap_mm` in mm. The CT has 512 x 512 pixels of 0.98 mm.
    #[must_use]
    pub fn clinical(seed: u64, kind: ShapeKind, slice_mm: f64, gap_mm: f64) -> Self {
        let mut spec = Self::random(seed, kind, slice_mm, gap_mm);
        let r = &mut Stream::new(seed, 5);
        let half_mm = r.between(22.0, 34.0);
        spec.shape = match spec.shape {
            Shape::Sphere { .. } => Shape::Sphere { radius_mm: r.between(18.0, 24.0) },
            Shape::Ellipsoid { .. } => {
                let tilt = [0; 3].map(|_| r.between(-0.3, 0.3));
                Shape::Ellipsoid {
                    semi_axes_mm: [r.between(9.0, 18.0), r.between(9.0, 18.0), half_mm],
                    rotation: UnitQuaternion::from_euler_angles(tilt[0], tilt[1], tilt[2]),
                }
            }
            Shape::CShape { half_thickness_mm, arc_deg, .. } => {
                Shape::CShape { half_thickness_mm, half_height_mm: half_mm, arc_deg }
            }
        };
        let most = (250.0 / slice_mm).min(200.0);
        let length_mm = slice_mm * r.between(150.0_f64.min(most), most).floor();
        let room_mm = 0.5 * length_mm - 72.0;
        let offset_mm = r.between(-room_mm, room_mm);
        let second = (r.unit() < 1.0 / 3.0).then(|| {
            let semi_axes_mm = [r.between(5.0, 9.0), r.between(5.0, 9.0), r.between(6.0, 10.0)];
            let beyond_mm = half_mm.max(24.0) + semi_axes_mm[2] + 2.0;
            SecondSpec {
                semi_axes_mm,
                gap_mm: (gap_mm + 1.0).max(5.0) + r.between(0.0, 3.0),
                direction_deg: r.between(-100.0, 100.0),
                z_mm: spec.tumour_z_mm + beyond_mm.copysign(offset_mm),
            }
        });
        spec.scan = Some(ScanSpec {
            length_mm,
            offset_mm,
            level: 3 + (r.unit() * 10.0) as usize,
            level_mm: r.between(23.0, 28.0),
            trunk_mm: [r.between(160.0, 190.0), r.between(105.0, 125.0)],
            second,
        });
        spec.slice_phase_mm = (spec.slice_phase_mm * 100.0).round() / 100.0;
        (spec.rows, spec.columns) = (512, 512);
        spec.pixel_mm = 500.0 / 512.0;
        spec.point_spacing_mm = r.between(0.5, 1.0);
        spec.decimals = 2;
        spec
    }
}
