//! All integration tests of `thecal-dicom` in one program: it is linked once.

mod common;
mod dose;
mod dose_doubts;
mod encapsulated;
mod fuzz_inputs;
mod index;
mod library;
mod origin;
mod plan;
mod registration;
mod rtstruct;
mod rtstruct_files;
mod rtstruct_round_trip;
mod seg;
mod seg_round_trip;
mod series_enhanced;
mod series_geometry;
mod series_split;
mod series_truths;
mod series_values;
mod source;
mod transfer_syntaxes;
