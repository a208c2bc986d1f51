//! A tumour wrapped part-way round the thecal sac, in a canal as anatomy has it.

use crate::random::ShapeKind;
use crate::spec::{CanalSpec, CordSpec, Curve, PhantomSpec, Shape};

impl PhantomSpec {
    /// A tumour that lies on the thecal sac from the left of its front over its right side to its
    /// back, 1.84 mm from the cord, in thoracic vertebrae with their arches. No approach but one
    /// from both sides, or from the tumour's own, has the sac out of its way all round.
    ///
    /// The cord lies towards the front of its sac, as in a thoracic kyphosis: 1.6 mm of CSF in front
    /// of it, 3.8 mm behind and 2.6 mm on either side. Published thoracic means are about 1.2 mm in
    /// front (of the 6.2 mm from front to back 5.0 lie behind, `ventral` has the source) and 3.2 mm
    /// on a side. Slices are 2 mm apart.
    ///
    /// # Example
    /// ```
    /// use thecal_phantom::{PhantomSpec, Study};
    ///
    /// let study = Study::build(&PhantomSpec::wrapped())?;
    /// let [tumour_cord, tumour_sac] = [0, 1].map(|k| study.truth.pairs[k].gap_mm);
    /// assert!((tumour_cord - 1.84).abs() < 1e-6 && tumour_sac < 0.3);
    /// # Ok::<(), thecal_phantom::Error>(())
    /// ```
    #[must_use]
    pub fn wrapped() -> Self {
        let shape = Shape::CShape { half_thickness_mm: 3.2, half_height_mm: 12.0, arc_deg: 230.0 };
        let cord = CordSpec {
            semi_axes_mm: [4.0, 3.1],
            x: Curve { amplitude_mm: 3.0, ..Curve::straight(-1.0) },
            y: Curve { offset_mm: 4.0, amplitude_mm: 4.0, wavelength_mm: 200.0, phase_rad: 0.6 },
        };
        let canal = CanalSpec {
            sac_semi_axes_mm: [6.6, 5.8],
            sac_offset_mm: [0.0, 1.1],
            arc_offset_mm: [-0.4, 2.1],
        };
        Self {
            shape,
            direction_deg: -85.0,
            tumour_z_mm: 2.0,
            cord,
            canal: Some(canal),
            ..Self::random(4, ShapeKind::CShape, 2.0, 1.84)
        }
    }
}
