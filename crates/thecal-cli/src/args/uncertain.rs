//! The arguments of probabilities of gaps.

use std::path::PathBuf;

use clap::Args;

/// What is uncertain, and how it is sampled.
#[derive(Debug, Args)]
#[command(next_help_heading = "Uncertainty")]
pub(crate) struct Uncertain {
    /// How sure the gaps are, under these sources of uncertainty: delineation, registration or
    /// treatment (published spreads, which the output names), or a file of your own (TOML, see
    /// docs/uncertainty.md)
    #[arg(long, value_name = "PRESET|FILE")]
    pub(crate) uncertainty: Option<String>,
    /// Number of samples
    #[arg(long, value_name = "N", default_value_t = 10_000, requires = "uncertainty",
        value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    pub(crate) samples: u32,
    /// Seed of the samples; the same seed gives the same figures
    #[arg(long, value_name = "N", default_value_t = 1, requires = "uncertainty")]
    pub(crate) seed: u64,
}

impl Uncertain {
    /// The file of sources, where one is named.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        let path = PathBuf::from(self.uncertainty.as_ref()?);
        path.is_file().then_some(path)
    }
}
