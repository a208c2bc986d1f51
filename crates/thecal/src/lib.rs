//! thecal
