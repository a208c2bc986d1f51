//! All integration tests of `thecal-cli` in one program: it is linked once.

mod arguments;
mod batch;
mod batch_crash;
mod batch_labels;
mod batch_shards;
mod batch_steps;
#[path = "../../../thecal-testing/tests/integration/blocks/mod.rs"]
mod blocks;
mod common;
mod compared;
mod config;
mod dvh;
mod explain;
mod identity;
mod killed;
mod label_tables;
mod listed;
mod manual;
mod outputs;
mod own_results;
mod permissions;
mod planned;
mod program;
mod readme;
mod separation;
mod talk;
