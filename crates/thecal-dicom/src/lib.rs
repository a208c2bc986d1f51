//! DICOM for thecal: the only crate that touches `dicom-*`.
//!
//! [`read`] opens files that may be damaged, hostile or merely odd and yields contours;
//! [`image`] makes volumes of CT and MR series; [`seg`] reads masks; [`pixels`] decodes the
//! frames of any object;
//! [`write`](mod@write) makes the files that thecal hands on. All coordinates are DICOM LPS
//! millimetres.

pub mod dose;
pub mod image;
pub mod index;
mod object;
pub mod pixels;
pub mod plan;
pub mod read;
pub mod registration;
pub mod seg;
mod terms;
pub mod write;

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
