//! From one frame of reference to another over any number of registrations.

use std::collections::{HashMap, VecDeque};

use thecal_geom::RigidTransform;

use super::{SAME_MM, difference_mm};

/// A registration between two frames of reference.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameLink {
    /// The frame that points are taken to.
    pub fixed_frame_uid: String,
    /// The frame that they are taken from.
    pub moving_frame_uid: String,
    /// The transform between them.
    pub fixed_from_moving: RigidTransform,
    /// SOP Instance UID of the registration.
    pub registration_uid: String,
}

/// Which way a registration was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From its registered to its own frame, as it is written.
    Forward,
    /// The other way, by the inverse.
    Inverse,
}

/// One registration on a path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The frame before it.
    pub from: String,
    /// The frame after it.
    pub to: String,
    /// SOP Instance UID of the registration.
    pub registration_uid: String,
    /// Which way it was used.
    pub direction: Direction,
}

/// The way from one frame of reference to another.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FramePath {
    /// The steps in order; none where both frames are the same.
    pub steps: Vec<Step>,
    /// Takes points of the first frame to the last.
    pub to_from: RigidTransform,
}

/// Registrations that contradict each other.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(
    "registrations place frame of reference {frame} up to {apart_mm:.2} mm apart; leave out those \
     that do not hold"
)]
pub struct Ambiguous {
    /// The frame.
    pub frame: String,
    /// How far apart, within half a metre of the origin, mm.
    pub apart_mm: f64,
}

/// The shortest way from a frame to another, forward or inverse over the links; none where there
/// is none.
///
/// # Errors
/// Two ways over the links that reach a frame disagree by more than [`SAME_MM`].
///
/// # Example
/// ```
/// use thecal_dicom::registration::{FrameLink, frame_path};
/// use thecal_geom::{Point3, RigidTransform, Vector3};
///
/// // An MR was registered to the CT: its points lie 10 mm further left there.
/// let to_ct = RigidTransform::new(Default::default(), Vector3::new(10.0, 0.0, 0.0));
/// let link = FrameLink {
///     fixed_frame_uid: "ct".into(),
///     moving_frame_uid: "mr".into(),
///     fixed_from_moving: to_ct,
///     registration_uid: "1.2.3".into(),
/// };
/// let path = frame_path(&[link.clone()], "ct", "mr")?.expect("a way");
/// assert_eq!(path.to_from.apply(Point3::new(10.0, 0.0, 0.0)), Point3::origin());
/// assert!(frame_path(&[link], "ct", "pet")?.is_none());
/// # Ok::<(), thecal_dicom::registration::Ambiguous>(())
/// ```
pub fn frame_path(
    links: &[FrameLink],
    from: &str,
    to: &str,
) -> Result<Option<FramePath>, Ambiguous> {
    let start = FramePath { steps: Vec::new(), to_from: RigidTransform::identity() };
    let mut reached: HashMap<&str, FramePath> = HashMap::from([(from, start)]);
    let mut queue = VecDeque::from([from]);
    while let Some(here) = queue.pop_front() {
        let path = reached[here].clone();
        for link in links {
            let ways = [
                (&link.moving_frame_uid, &link.fixed_frame_uid, Direction::Forward),
                (&link.fixed_frame_uid, &link.moving_frame_uid, Direction::Inverse),
            ];
            for (a, b, direction) in ways {
                if a != here {
                    continue;
                }
                let next_from_here = match direction {
                    Direction::Forward => link.fixed_from_moving,
                    Direction::Inverse => link.fixed_from_moving.inverse(),
                };
                let to_from = next_from_here.after(&path.to_from);
                if let Some(known) = reached.get(b.as_str()) {
                    let apart_mm = difference_mm(&known.to_from, &to_from);
                    if apart_mm > SAME_MM {
                        return Err(Ambiguous { frame: b.clone(), apart_mm });
                    }
                    continue;
                }
                let mut steps = path.steps.clone();
                let (from, to) = (a.clone(), b.clone());
                let registration_uid = link.registration_uid.clone();
                steps.push(Step { from, to, registration_uid, direction });
                reached.insert(b, FramePath { steps, to_from });
                queue.push_back(b);
            }
        }
    }
    Ok(reached.remove(to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{Rotation3, Vector3};
    use thecal_geom::Point3;

    fn link(fixed: &str, moving: &str, turn: f64, along: f64) -> FrameLink {
        FrameLink {
            fixed_frame_uid: fixed.into(),
            moving_frame_uid: moving.into(),
            fixed_from_moving: RigidTransform::new(
                Rotation3::from_axis_angle(&Vector3::z_axis(), turn),
                Vector3::new(along, 0.0, 0.0),
            ),
            registration_uid: format!("{moving}-to-{fixed}"),
        }
    }

    #[test]
    fn chains_run_forward_and_back() {
        // a <- b -> c: from a to c the first link is inverted.
        let links = [link("a", "b", 0.4, 5.0), link("c", "b", -0.3, 2.0), link("x", "y", 0.0, 0.0)];
        let path = frame_path(&links, "a", "c").unwrap().expect("a way");
        let used: Vec<Direction> = path.steps.iter().map(|s| s.direction).collect();
        assert_eq!(used, [Direction::Inverse, Direction::Forward]);
        let in_b = Point3::new(1.0, 2.0, 3.0);
        let in_a = links[0].fixed_from_moving.apply(in_b);
        let in_c = links[1].fixed_from_moving.apply(in_b);
        assert!((path.to_from.apply(in_a) - in_c).norm() < 1e-12);
        assert!(frame_path(&links, "a", "x").unwrap().is_none());
        assert!(frame_path(&links, "a", "a").unwrap().expect("a way").steps.is_empty());
    }

    #[test]
    fn registrations_that_disagree_are_told() {
        let links = [link("a", "b", 0.0, 5.0), link("a", "b", 0.0, 5.05)];
        assert!(frame_path(&links, "b", "a").unwrap().is_some());
        let links = [link("a", "b", 0.0, 5.0), link("a", "b", 0.0, 6.0)];
        assert!((frame_path(&links, "b", "a").unwrap_err().apart_mm - 1.0).abs() < 1e-9);
    }
}
