//! Defaults of options from a file, `thecal.toml`.

use std::path::{Path, PathBuf};

use clap::{Arg, Command, ValueEnum as _};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use thecal::Thresholds;
use thecal_report::text::plain;

use crate::args::values::bytes;
use crate::args::{Ends, bounds};
use crate::check;
use crate::exit::Failure;

/// What is looked for in the working directory.
const NAME: &str = "thecal.toml";

/// Commands that measure.
const MEASURING: [&str; 3] = ["check", "batch", "compare"];

/// What a file may say, key by key.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(default)]
    thresholds: Vec<Threshold>,
    tolerance_mm: Option<f64>,
    aliases: Option<PathBuf>,
    ends: Option<String>,
    amount_mm: Option<f64>,
    memory: Option<String>,
    jobs: Option<usize>,
    timeout_s: Option<f64>,
}

/// A length in mm, or `PAIR=MM`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Threshold {
    Number(f64),
    Text(String),
}

/// A file of defaults.
#[derive(Debug)]
pub(crate) struct Config {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// What it is known by in records.
    pub(crate) sha256: String,
    keys: Keys,
}

impl Config {
    /// The file that was asked for, or that of the working directory; none where there is neither.
    pub(crate) fn find(asked: Option<&Path>) -> Result<Option<Self>, Failure> {
        let path = match asked {
            Some(path) => path,
            None if Path::new(NAME).exists() => Path::new(NAME),
            None => return Ok(None),
        };
        let read = |text: &str| -> Result<Self, toml::de::Error> {
            let digest = Sha256::digest(text.as_bytes());
            let sha256 = digest.iter().map(|b| format!("{b:02x}")).collect();
            Ok(Self { path: path.to_owned(), sha256, keys: toml::from_str(text)? })
        };
        let found = check::parsed(path, read)?;
        found.check()?;
        Ok(Some(found))
    }

    fn texts(&self) -> Vec<String> {
        let text = |t: &Threshold| match t {
            Threshold::Number(mm) => mm.to_string(),
            Threshold::Text(text) => text.clone(),
        };
        self.keys.thresholds.iter().map(text).collect()
    }

    /// Whether its values are such as options take.
    fn check(&self) -> Result<(), Failure> {
        let place = plain(&self.path.display().to_string()).into_owned();
        let Keys { tolerance_mm, ends, amount_mm, memory, jobs, timeout_s, .. } = &self.keys;
        let tolerance_mm = tolerance_mm.unwrap_or(Thresholds::default().tolerance_mm());
        check::thresholds(&self.texts(), tolerance_mm).map_err(|f| f.in_file(&place))?;
        let known = |e: &String| Ends::from_str(e, false).is_ok();
        let wrong = |key: &str, expected: &str| {
            Failure::input(format!("{place}: {key}: expected {expected}"))
        };
        if !ends.as_ref().is_none_or(known) {
            return Err(wrong("ends", "half_slice, plane or rounded"));
        }
        amount_mm.map(bounds::amount).transpose().map_err(|e| wrong("amount_mm", e))?;
        if memory.as_ref().is_some_and(|m| bytes(m).is_err()) {
            return Err(wrong("memory", "a size as \"4GiB\""));
        }
        jobs.map(bounds::jobs).transpose().map_err(|e| wrong("jobs", e))?;
        timeout_s.map(bounds::timeout).transpose().map_err(|e| wrong("timeout_s", e))?;
        Ok(())
    }

    /// The command line with its values as defaults, so that what is typed goes before them.
    pub(crate) fn as_defaults(&self, mut command: Command) -> Command {
        let Keys { tolerance_mm, aliases, ends, amount_mm, memory, jobs, timeout_s, .. } =
            &self.keys;
        let text = |number: &Option<f64>| number.map(|n| n.to_string());
        // A file of names lies where the file that names it says.
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let aliases = aliases.as_ref().map(|a| folder.join(a).into_os_string());
        for name in MEASURING {
            command = command.mut_subcommand(name, |c| {
                let c = c.mut_arg("threshold", |a| a.default_values(self.texts()));
                let c = c.mut_arg("tolerance", |a| defaulted(a, text(tolerance_mm)));
                let c = c.mut_arg("amount", |a| defaulted(a, text(amount_mm)));
                let c = c.mut_arg("ends", |a| defaulted(a, ends.clone()));
                c.mut_arg("aliases", |a| defaulted(a, aliases.clone()))
            });
        }
        command
            .mut_subcommand("info", |c| c.mut_arg("aliases", |a| defaulted(a, aliases.clone())))
            .mut_subcommand("batch", |c| {
                let c = c.mut_arg("jobs", |a| defaulted(a, jobs.map(|n| n.to_string())));
                c.mut_arg("timeout", |a| defaulted(a, text(timeout_s)))
            })
            .mut_arg("memory", |a| defaulted(a, memory.clone()))
    }
}

fn defaulted(arg: Arg, value: Option<impl Into<clap::builder::OsStr>>) -> Arg {
    let value: Option<clap::builder::OsStr> = value.map(Into::into);
    match value {
        Some(value) => arg.default_value(value),
        None => arg,
    }
}
