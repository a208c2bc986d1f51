//! A structure as drawn: its name, what it is, and its contours.

use crate::resolution::Resolution;
use crate::role::{Aliases, Role, RoleFrom, role_of};
use crate::solid::{EndRule, Solid, SolidError, TracedLattice};
use thecal_geom::{Contour, RigidTransform, Warning};
use thecal_voxel::Slices;

/// One drawn structure of a study.
///
/// # Example
/// ```
/// use thecal_geom::{Contour, ContourKind, Point3};
/// use thecal_mask::role::{Aliases, Role};
/// use thecal_mask::{EndRule, Structure};
///
/// let square = |z: f64| Contour {
///     number: 1,
///     kind: ContourKind::ClosedPlanar,
///     points_mm: [[0., 0.], [9., 0.], [9., 9.], [0., 9.]].map(|[x, y]| Point3::new(x, y, z)).to_vec(),
/// };
/// let drawn = vec![square(0.0), square(2.0), square(4.0)];
/// let cord = Structure::new("Spinal_Cord", "1.2.3", None, drawn, &Aliases::default());
/// assert_eq!(cord.role, Role::Cord);
/// // 81 mm2 over three planes of 2 mm.
/// let solid = cord.solid(EndRule::HalfSlice, 2.0)?;
/// assert!((solid.volume_cc() - 0.486).abs() < 1e-9);
/// # Ok::<(), thecal_mask::SolidError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Structure {
    /// The name, as its source has it.
    pub name: String,
    /// Its number in the source: ROI Number, Segment Number, or the value of a label.
    pub number: Option<i64>,
    /// What it is.
    pub role: Role,
    /// What said so.
    pub role_from: RoleFrom,
    /// Where it came from, for the record: a file or a series UID, never a person.
    pub source: String,
    /// RT ROI Interpreted Type (3006,00A4), where the source has one.
    pub interpreted_type: Option<String>,
    /// Frame of reference that the contours are in.
    pub frame_of_reference_uid: Option<String>,
    /// Contours in drawing order, LPS mm. Empty for a structure that was named but never drawn.
    pub contours: Vec<Contour>,
    /// The mask, where the structure was given as one; it then has no contours.
    pub mask: Option<Slices>,
    /// What its contours show of their resolution in the axes that they were written in, kept when
    /// they are moved to others.
    resolution: Option<Resolution>,
    /// Doubts about its role; see [`role_of`].
    pub warnings: Vec<Warning>,
}

impl Structure {
    /// A structure whose role is read from its name and type (see [`role_of`]).
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        source: impl Into<String>,
        interpreted_type: Option<String>,
        contours: Vec<Contour>,
        aliases: &Aliases,
    ) -> Self {
        let name = name.into();
        let reading = role_of(&name, interpreted_type.as_deref(), aliases);
        Self {
            name,
            number: None,
            role: reading.role,
            role_from: reading.from,
            source: source.into(),
            interpreted_type,
            frame_of_reference_uid: None,
            contours,
            mask: None,
            resolution: None,
            warnings: reading.warning.into_iter().collect(),
        }
    }

    /// Sets the frame of reference.
    #[must_use]
    pub fn in_frame(mut self, frame_of_reference_uid: impl Into<String>) -> Self {
        self.frame_of_reference_uid = Some(frame_of_reference_uid.into());
        self
    }

    /// Gives the structure the role that the user chose it for.
    pub fn choose_as(&mut self, role: Role) {
        self.role = role;
        self.role_from = RoleFrom::User;
    }

    /// The solid of the contours, or of the mask.
    ///
    /// # Errors
    /// As [`Solid::from_contours`] and [`Solid::from_mask`].
    pub fn solid(&self, ends: EndRule, fallback_spacing_mm: f64) -> Result<Solid, SolidError> {
        self.solid_beside(&[], ends, fallback_spacing_mm)
    }

    /// As [`Self::solid`], beside others whose contours were traced on `known` pixels.
    ///
    /// # Errors
    /// As [`Self::solid`].
    pub fn solid_beside(
        &self,
        known: &[TracedLattice],
        ends: EndRule,
        fallback_spacing_mm: f64,
    ) -> Result<Solid, SolidError> {
        match &self.mask {
            Some(mask) => Solid::from_mask(mask, ends, fallback_spacing_mm),
            None => {
                let resolution =
                    self.resolution.unwrap_or_else(|| Resolution::from_contours(&self.contours));
                Solid::from_drawn(&self.contours, resolution, known, ends, fallback_spacing_mm)
            }
        }
    }

    /// Moves the structure to another frame of reference.
    pub fn move_to(&mut self, fixed_from_moving: &RigidTransform, fixed_frame_uid: &str) {
        self.resolution.get_or_insert_with(|| Resolution::from_contours(&self.contours));
        for p in self.contours.iter_mut().flat_map(|c| &mut c.points_mm) {
            *p = fixed_from_moving.apply(*p);
        }
        self.mask = self.mask.as_ref().map(|m| m.moved(fixed_from_moving));
        self.frame_of_reference_uid = Some(fixed_frame_uid.to_owned());
    }

    /// True where at least one contour can bound an area, or a mask holds a pixel.
    #[must_use]
    pub fn has_contours(&self) -> bool {
        self.mask.as_ref().is_some_and(|m| !m.slices().is_empty())
            || self.contours.iter().any(|c| c.kind.is_closed() && c.points_mm.len() >= 3)
    }
}
