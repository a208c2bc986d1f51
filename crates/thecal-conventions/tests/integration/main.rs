//! Conventions against figures that are counted by hand or by slow code of their own.

mod dose;
mod gaps;
mod made;
mod masks;
mod volumes;
