//! Whether a set of structures and the images beside it belong together.

use std::collections::HashSet;

use thecal_dicom::index::{Index, Kind};
use thecal_geom::Warning;

use crate::structures::Set;

/// What speaks against it.
pub(crate) fn of(found: &Index, set: &Set) -> impl Iterator<Item = Warning> {
    let absent = unresolved_references(found, set);
    let elsewhere = images_elsewhere(found, set).or_else(|| all_images_elsewhere(found, set));
    absent.into_iter().chain(elsewhere)
}

/// Images that a set refers to and that are not here, while others of the study are.
fn unresolved_references(found: &Index, set: &Set) -> Option<Warning> {
    let images = found.objects.iter().filter(|o| o.kind.is_image());
    let here: HashSet<&str> = images.map(|o| o.sop_instance_uid.as_str()).collect();
    if here.is_empty() {
        return None;
    }
    let wanted: HashSet<&str> = set.images.iter().map(String::as_str).collect();
    let absent = wanted.difference(&here).count();
    (absent > 0).then(|| {
        Warning::new(
            "reference_unresolved",
            format!(
                "{absent} of {} images that the structures refer to are not among the files; they \
                 are measured at their own positions",
                wanted.len()
            ),
            "",
        )
    })
}

/// Images that contours refer to and that lie in a frame of reference that no structure of the set
/// is drawn in: then either the references or the frame is wrong.
fn images_elsewhere(found: &Index, set: &Set) -> Option<Warning> {
    let drawn = set.drawn.iter().filter_map(|d| d.structure.frame_of_reference_uid.as_deref());
    let frames: HashSet<&str> = drawn.chain(set.frame_of_reference_uid.as_deref()).collect();
    if frames.is_empty() {
        return None;
    }
    let wanted: HashSet<&str> = set.contour_images.iter().map(String::as_str).collect();
    let elsewhere = found.objects.iter().filter(|o| {
        o.kind.is_image()
            && wanted.contains(o.sop_instance_uid.as_str())
            && o.frame_of_reference_uid.as_deref().is_some_and(|f| !frames.contains(f))
    });
    let count = elsewhere.count();
    (count > 0).then(|| {
        let message = format!(
            "contours refer to {count} images of another frame of reference than the structures \
             state; they are measured at their own positions in the stated frame. Make sure that \
             the set belongs to these images"
        );
        Warning::new("contour_images_elsewhere", message, "")
    })
}

/// Images of which none lies in a frame of reference of the structures, where no registration is there
/// that could join the two.
fn all_images_elsewhere(found: &Index, set: &Set) -> Option<Warning> {
    let drawn = set.drawn.iter().filter_map(|d| d.structure.frame_of_reference_uid.as_deref());
    let frames: HashSet<&str> = drawn.chain(set.frame_of_reference_uid.as_deref()).collect();
    let joined = found.objects.iter().any(|o| matches!(o.kind, Kind::Reg | Kind::DeformableReg));
    let images = found.objects.iter().filter(|o| o.kind.is_image());
    let of_images: Vec<&str> = images.filter_map(|o| o.frame_of_reference_uid.as_deref()).collect();
    if frames.is_empty() || of_images.is_empty() || joined {
        return None;
    }
    of_images.iter().all(|f| !frames.contains(f)).then(|| {
        let message = format!(
            "none of the {} images lies in the frame of reference of the structures, and no \
             registration joins the two: pictures are drawn without them. Make sure that the \
             structures belong to this study",
            of_images.len()
        );
        Warning::new("images_elsewhere", message, "")
    })
}
