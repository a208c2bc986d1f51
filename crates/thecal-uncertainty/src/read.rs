//! Reads sources from TOML.

use crate::source::{Course, Kind, Moved, Source, SourceError, Sources};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    source: Vec<WrittenSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSource {
    name: String,
    structure: String,
    kind: Option<String>,
    part: Option<String>,
    #[serde(default)]
    shift_sd_mm: [f64; 3],
    #[serde(default)]
    rotation_sd_deg: [f64; 3],
    #[serde(default)]
    offset_sd_mm: f64,
    #[serde(default)]
    reference: String,
}

impl Sources {
    /// Sources from TOML, each a table `[[source]]`.
    ///
    /// `structure` is `cord`, `thecal_sac`, `tumour` or `patient`. `kind` is `contouring` (what it is
    /// where it is not said), `registration`, `motion`, `set_up` or `intrafraction`; the last two move
    /// the patient. `part` is `systematic` (what it is where it is not said) or `random`.
    ///
    /// # Units
    /// mm and degrees.
    ///
    /// # Errors
    /// When it is not TOML, has a key or a word that is not known, or as [`Sources::new`].
    ///
    /// # Example
    /// ```
    /// use thecal_uncertainty::Sources;
    ///
    /// let sources = Sources::from_toml(
    ///     r#"
    ///     [[source]]
    ///     name = "contouring of the tumour"
    ///     structure = "tumour"
    ///     shift_sd_mm = [1.0, 1.0, 1.5]
    ///     offset_sd_mm = 0.5
    ///     reference = "inter-observer study of this department, 2025"
    ///     "#,
    /// )?;
    /// assert_eq!(sources.all()[0].shift_sd_mm, [1.0, 1.0, 1.5]);
    /// # Ok::<(), thecal_uncertainty::SourceError>(())
    /// ```
    pub fn from_toml(text: &str) -> Result<Self, SourceError> {
        let written: Written = toml::from_str(text)
            .map_err(|e| SourceError::Text { message: e.to_string().trim_end().to_owned() })?;
        let sources = written.source.into_iter().enumerate().map(|(i, s)| source(i + 1, s));
        Self::new(sources.collect::<Result<_, _>>()?)
    }
}

fn source(number: usize, written: WrittenSource) -> Result<Source, SourceError> {
    let name = written.name;
    let wrong = |message: String| SourceError::Source { number, name: name.clone(), message };
    let moved = Moved::ALL.into_iter().find(|m| m.as_str() == written.structure);
    let moved = moved.ok_or_else(|| {
        wrong(format!(
            "structure is \"{}\"; expected cord, thecal_sac, tumour or patient",
            written.structure
        ))
    })?;
    let word = written.kind.as_deref().unwrap_or("contouring");
    let kind = Kind::ALL.into_iter().find(|k| k.as_str() == word).ok_or_else(|| {
        wrong(format!(
            "kind is \"{word}\"; expected contouring, registration, motion, set_up or intrafraction"
        ))
    })?;
    let word = written.part.as_deref().unwrap_or("systematic");
    let course = [Course::Systematic, Course::Random].into_iter().find(|c| c.as_str() == word);
    let course = course
        .ok_or_else(|| wrong(format!("part is \"{word}\"; expected systematic or random")))?;
    Ok(Source {
        moved,
        kind,
        course,
        shift_sd_mm: written.shift_sd_mm,
        rotation_sd_deg: written.rotation_sd_deg,
        offset_sd_mm: written.offset_sd_mm,
        reference: written.reference,
        name,
    })
}

/// The sets that are built in.
const PRESETS: &str = include_str!("presets.toml");

#[derive(Deserialize)]
struct WrittenPresets {
    preset: Vec<WrittenPreset>,
}

#[derive(Deserialize)]
struct WrittenPreset {
    name: String,
    note: String,
    source: Vec<WrittenSource>,
}

/// A set of sources that is built in.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    /// What it is asked for by.
    pub name: String,
    /// What it takes into account.
    pub note: String,
    /// Its sources, each with its reference.
    pub sources: Sources,
}

impl Preset {
    /// All that are built in.
    ///
    /// # Errors
    /// As [`Sources::from_toml`].
    pub fn all() -> Result<Vec<Self>, SourceError> {
        let written: WrittenPresets = toml::from_str(PRESETS)
            .map_err(|e| SourceError::Text { message: e.to_string().trim_end().to_owned() })?;
        let preset = |p: WrittenPreset| {
            let sources = p.source.into_iter().enumerate().map(|(i, s)| source(i + 1, s));
            let sources = Sources::new(sources.collect::<Result<_, _>>()?)?.named(&p.name);
            Ok(Self { name: p.name, note: p.note, sources })
        };
        written.preset.into_iter().map(preset).collect()
    }
}
