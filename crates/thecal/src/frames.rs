//! Structures of different frames of reference into one, over the registrations at hand.

use std::collections::HashMap;

use thecal_dicom::index::Object;
use thecal_dicom::registration::{FrameLink, FramePath, frame_path};
use thecal_geom::{RigidTransform, Warning};
use thecal_mask::Structure;

use crate::error::{Error, Fault};

/// The registrations of a study.
#[derive(Clone)]
pub(crate) struct Frames {
    pub(crate) links: Vec<FrameLink>,
    /// Those that cannot be used, with the reason.
    pub(crate) unusable: Vec<String>,
}

impl Frames {
    /// Those among objects, which the index has read.
    pub(crate) fn from_objects(objects: &[&Object]) -> Self {
        let frames: HashMap<&str, &str> = objects
            .iter()
            .filter_map(|o| {
                Some((o.sop_instance_uid.as_str(), o.frame_of_reference_uid.as_deref()?))
            })
            .collect();
        let mut out = Self { links: Vec::new(), unusable: Vec::new() };
        for (object, read) in objects.iter().filter_map(|o| Some((o, o.registration()?))) {
            let registration = match read {
                Ok(registration) => registration,
                Err(why) => {
                    out.unusable.push(why.to_owned());
                    continue;
                }
            };
            let uid = registration.sop_instance_uid.clone().unwrap_or_default();
            for item in &registration.items {
                let of_images = || item.moving_images.iter().find_map(|i| frames.get(i.as_str()));
                let moving =
                    item.moving_frame_uid.clone().or_else(|| of_images().map(|f| (*f).to_owned()));
                let Some(moving_frame_uid) = moving else {
                    out.unusable.push(format!(
                        "{}: the images that it registers are not among the files, and it names \
                         no frame of reference for them",
                        object.path.display()
                    ));
                    continue;
                };
                out.links.push(FrameLink {
                    fixed_frame_uid: registration.fixed_frame_uid.clone(),
                    moving_frame_uid,
                    fixed_from_moving: item.fixed_from_moving,
                    registration_uid: uid.clone(),
                });
            }
        }
        out
    }

    fn path(&self, from: &str, to: &str) -> Result<Option<FramePath>, Error> {
        Ok(frame_path(&self.links, from, to)?)
    }

    /// How what lies in one frame comes into another.
    pub(crate) fn way(&self, from: Option<&str>, to: Option<&str>) -> Result<Way, Error> {
        if from == to {
            return Ok(Way::Same);
        }
        let (Some(from), Some(to)) = (from, to) else { return Ok(Way::None) };
        let path = self.path(from, to)?;
        Ok(path.map_or(Way::None, |path| Way::Registered(path.to_from)))
    }

    /// Moves a structure to another frame; none where it is there already.
    ///
    /// `Ok(Err(()))` is said where no registration leads there.
    fn bring(
        &self,
        structure: &mut Structure,
        to: Option<&str>,
    ) -> Result<Result<Option<Registration>, NoWay>, Error> {
        let from = structure.frame_of_reference_uid.clone();
        if from.as_deref() == to {
            return Ok(Ok(None));
        }
        let (Some(from), Some(to)) = (from, to) else { return Ok(Err(NoWay)) };
        let Some(path) = self.path(&from, to)? else { return Ok(Err(NoWay)) };
        structure.move_to(&path.to_from, to);
        Ok(Ok(Some(Registration { from_frame_uid: from, path })))
    }

    /// Brings all structures to a frame. Gives how each was moved, and whether a frame was assumed
    /// to be another.
    pub(crate) fn unite(
        &self,
        structures: &mut [Structure],
        fixed: &Fixed,
        assume_same: bool,
        warnings: &mut Vec<Warning>,
    ) -> Result<(Vec<Option<Registration>>, bool), Error> {
        let mut moved = vec![None; structures.len()];
        let mut assumed = false;
        let Fixed { name, frame } = fixed;
        for (n, s) in structures.iter_mut().enumerate() {
            match self.bring(s, frame.as_deref())? {
                Ok(how) => moved[n] = how,
                Err(NoWay) if assume_same => {
                    if !assumed {
                        warnings.push(assumption(name, &s.name));
                    }
                    assumed = true;
                }
                Err(NoWay) => {
                    let uid = |f: &Option<String>| f.clone().unwrap_or_else(|| "none".to_owned());
                    return Err(Fault::Frames {
                        a: name.clone(),
                        a_uid: uid(frame),
                        b: s.name.clone(),
                        b_uid: uid(&s.frame_of_reference_uid),
                        unusable: self.unusable.clone(),
                    }
                    .into());
                }
            }
        }
        Ok((moved, assumed))
    }

    /// True where structures of the two frames can be measured together.
    pub(crate) fn connects(&self, a: Option<&str>, b: Option<&str>) -> bool {
        a == b
            || a.zip(b).is_some_and(|(a, b)| matches!(frame_path(&self.links, a, b), Ok(Some(_))))
    }
}

/// How a structure came into another frame of reference than it was drawn in.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    pub(crate) from_frame_uid: String,
    pub(crate) path: FramePath,
}

/// The structure whose frame of reference all others are brought to.
#[derive(Debug, Clone)]
pub(crate) struct Fixed {
    /// Its name, for messages.
    pub(crate) name: String,
    pub(crate) frame: Option<String>,
}

/// How what lies in one frame of reference comes into another.
pub(crate) enum Way {
    /// It is the same.
    Same,
    /// By registrations.
    Registered(RigidTransform),
    /// No registration leads there.
    None,
}

/// No registration leads from one frame to the other.
struct NoWay;

fn assumption(a: &str, b: &str) -> Warning {
    // The same structure of two studies, most often.
    let both =
        if a == b { format!("the two structures \"{a}\"") } else { format!("\"{a}\" and \"{b}\"") };
    let message = format!(
        "{both} lie in different frames of reference and are measured as if in one, on request: every \
         distance between them depends on this"
    );
    Warning::new("assumed_same_frame", message, "")
}
