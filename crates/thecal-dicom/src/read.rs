//! Reading DICOM: files of any origin, treated as hostile until shown otherwise.
//!
//! | step | item |
//! |---|---|
//! | a file's bytes, its transfer syntax, where its data set begins | [`Source`] |
//! | the data set as a tree that borrows from those bytes | [`DataSet`] |
//! | a structure set with its contours | [`read_rtstruct`] |
//! | what could be wrong with a file | [`ReadError`], [`Fault`] |
//!
//! The headers of single elements are decoded by `dicom-encoding`; the walk over them is ours,
//! because every length has to be checked against the bytes that are really there, nesting has
//! to end, and a value has to stay a slice of the file until its reader asks for numbers.

mod dataset;
mod decimal;
mod error;
mod parse;
mod rtstruct;
mod source;
mod syntax;
mod text;

pub use dataset::{DataSet, Element, Value};
pub use error::{Fault, FaultKind, ReadError};
pub use parse::{MAX_DEPTH, MAX_NODES};
pub use rtstruct::{
    MAX_COORDINATE_MM, Roi, RoiFault, StructureSet, read_rtstruct, read_rtstruct_bytes,
};
pub use source::{BEFORE_PIXELS, Source, inflated_limit};
pub use syntax::{ByteOrder, Encoding};

/// Tags, VRs and UIDs, for callers of [`DataSet`] and [`Source::open_until`].
pub use dicom_core::{Tag, VR};
pub use dicom_dictionary_std::{tags, uids};
