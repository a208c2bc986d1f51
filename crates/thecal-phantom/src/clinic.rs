//! Studies as clinics draw them: the same anatomy under many habits of drawing, with the true gap.
//!
//! A scene is a set of solids, each given by a function that is negative inside (`solid`). Planes
//! of any orientation cut it exactly (`section`); a [`Habit`] turns each section into what a
//! person or a planning system would store (`habit`). The tumour is placed at the gap asked for,
//! or cut back to it, and the gap is certified from the cord's side and from the tumour's
//! (`truth`).

mod cord;
mod files;
mod frame;
mod habit;
mod lattice;
mod nifti;
mod scene;
mod section;
mod solid;
mod spec;
mod study;
mod truth;

pub use files::write_clinic_study;
pub use spec::{ClinicSpec, Habit, Orientation, Points, Scene};
pub use study::{ClinicStudy, ClinicTruth, LabelMap};
