//! Answers of the programs themselves, kept.
