//! DICOM for thecal: the only crate that uses `dicom-*`.
//!
//! [`read`] opens files that may be damaged, hostile or unusual and returns contours.
//! [`image`] builds volumes from CT and MR series. [`seg`] reads masks. [`pixels`] decodes the
//! frames of any object. [`write`](mod@write) writes RTSTRUCT, SEG and CT. All coordinates are
//! DICOM LPS millimetres.

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
