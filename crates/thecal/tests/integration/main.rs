//! All integration tests of `thecal` in one program: it is linked once.

mod anatomy;
mod bad_input;
mod batch;
mod batch_groups;
mod batch_statuses;
mod blocks;
mod compare;
mod docs;
mod drawn;
mod implausible;
mod imports;
mod invariance;
mod mask_accuracy;
mod mask_sets;
mod moved_pictures;
mod reading_kinds;
mod real_files;
mod real_masks;
mod registered;
mod replay;
mod report_pictures;
mod separation;
mod structures;
mod test_data;
mod volumes;
mod workspace;
