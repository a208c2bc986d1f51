//! Published limits of dose, and what a plan's figures say to them.
//!
//! | step | item |
//! |---|---|
//! | the rows that are built in, or those of a file | [`Limits`] |
//! | one row: structure, margin, metric, fractions, limit, source | [`LimitRow`] |
//! | what was treated: fractions, and what was given before | [`Course`] |
//! | a verdict with its reason for each row | [`Limits::judge`] |
//!
//! A row counts for its own structure, margin and number of fractions only. Nothing is converted to
//! another number of fractions, but where the row itself is an EQD2 or a BED.

mod answer;
mod course;
mod judge;
mod list;
mod read;
mod row;

pub use answer::{Asked, Compared, Figures, Found, LimitAnswer, LimitUnit, LimitVerdict, Missing};
pub use course::{Course, PriorRt, PriorRtError};
pub use list::Limits;
pub use read::LimitsError;
pub use row::{AllowedDose, Demand, LimitRow, LimitStructure, Place, Span, Status};
