//! Where the objects of a study lie.
//!
//! | step | item |
//! |---|---|
//! | what lists and opens objects | [`ObjectStore`] |
//! | an object that has been opened | [`ReadAt`] |
//! | the files of this machine | [`FolderStore`] |
//! | bytes that a program holds | [`MemoryStore`] |
//! | any of them, to be handed round | [`Store`] |
//!
//! Objects are called by paths. In a folder these are the paths of its files; another store gives
//! names of that form, so that objects can lie beside each other and below a place.

mod folder;
mod memory;
mod object;
mod object_store;
mod store;

pub use folder::FolderStore;
pub use memory::MemoryStore;
pub use object::ReadAt;
pub use object_store::{Listing, NotSearched, ObjectStore};
pub use store::Store;

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
