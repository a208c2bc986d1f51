//! Sources of uncertainty: what varies, and by how much.

/// What a source moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// The spinal cord.
    Cord,
    /// The thecal sac.
    ThecalSac,
    /// Every tumour.
    Tumour,
    /// The patient as a whole, against the beams: no gap changes, but every dose does.
    Patient,
}

impl Moved {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Cord, Self::ThecalSac, Self::Tumour, Self::Patient];

    /// Its word in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cord => "cord",
            Self::ThecalSac => "thecal_sac",
            Self::Tumour => "tumour",
            Self::Patient => "patient",
        }
    }
}

/// What makes a structure lie elsewhere than it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Observers draw it differently. Only this kind is spread over the surface in the sensitivity.
    Contouring,
    /// The images that it was drawn on are registered to the others.
    Registration,
    /// It moves within the body: the cord in its canal.
    Motion,
    /// The patient lies otherwise than planned.
    SetUp,
    /// The patient moves during a fraction.
    Intrafraction,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Contouring, Self::Registration, Self::Motion, Self::SetUp, Self::Intrafraction];

    /// Its word in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contouring => "contouring",
            Self::Registration => "registration",
            Self::Motion => "motion",
            Self::SetUp => "set_up",
            Self::Intrafraction => "intrafraction",
        }
    }
}

/// How often a source takes a new value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Once, for the whole course of treatment.
    Systematic,
    /// Anew in every fraction.
    Random,
}

impl Course {
    /// Its word in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Systematic => "systematic",
            Self::Random => "random",
        }
    }
}

/// A source of uncertainty: independent normal distributions about nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// What it is called; no two of a set are called alike.
    pub name: String,
    /// What it moves.
    pub moved: Moved,
    /// What makes it.
    pub kind: Kind,
    /// How often it takes a new value.
    pub course: Course,
    /// Standard deviations of a shift towards the patient's left, back and head, mm.
    pub shift_sd_mm: [f64; 3],
    /// Standard deviations of a rotation about those axes through the pivot, degrees.
    pub rotation_sd_deg: [f64; 3],
    /// Standard deviation of one offset of the whole surface along its outward normal, mm.
    pub offset_sd_mm: f64,
    /// Where the figures come from.
    pub reference: String,
}

/// The sources of one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Sources {
    name: Option<String>,
    all: Vec<Source>,
}

/// Why sources cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// Not TOML, or a key that no source has.
    #[error("{message}")]
    Text {
        /// What the parser says, with line and column.
        message: String,
    },
    /// A source that says nothing that can be used.
    #[error("source {number} (name \"{name}\"): {message}")]
    Source {
        /// Its number in the file, from 1.
        number: usize,
        /// Its name.
        name: String,
        /// What was found, what is expected and what to do.
        message: String,
    },
    /// No source.
    #[error(
        "no source of uncertainty is given; write [[source]] with name, structure, shift_sd_mm and \
         reference"
    )]
    Empty,
    /// More sources than anyone states, which would make every figure slow.
    #[error("{0} sources are given, and at most {MOST_SOURCES} are possible; join some of them")]
    TooMany(usize),
}

/// Most sources of a set.
const MOST_SOURCES: usize = 50;
/// Larger standard deviations than these are a mistake of units, mm and degrees.
const MOST_MM: f64 = 20.0;
const MOST_DEG: f64 = 20.0;

impl Sources {
    /// A set of sources.
    ///
    /// # Errors
    /// When there is none, when two have one name, when a figure is negative, not finite or beyond
    /// 20 mm or 20 degrees, when all figures of a source are 0, when a source of the patient has an
    /// offset of a surface, or when no reference is stated.
    pub fn new(all: Vec<Source>) -> Result<Self, SourceError> {
        if all.is_empty() {
            return Err(SourceError::Empty);
        }
        if all.len() > MOST_SOURCES {
            return Err(SourceError::TooMany(all.len()));
        }
        for (i, source) in all.iter().enumerate() {
            let twice = all[..i].iter().any(|s| s.name == source.name);
            let fault =
                if twice { Some("another source has this name".to_owned()) } else { fault(source) };
            if let Some(message) = fault {
                return Err(SourceError::Source {
                    number: i + 1,
                    name: source.name.clone(),
                    message,
                });
            }
        }
        Ok(Self { name: None, all })
    }

    /// The set under a name: that of a preset.
    pub(crate) fn named(self, name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..self }
    }

    /// Name of the preset; none where the sources were given.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The sources in their order.
    #[must_use]
    pub fn all(&self) -> &[Source] {
        &self.all
    }
}

fn fault(source: &Source) -> Option<String> {
    let range = |what: &str, figures: &[f64], most: f64, unit: &str| {
        let bad = figures.iter().find(|x| !(0.0..=most).contains(*x))?;
        Some(format!("{what} is {bad}; expected a standard deviation of 0 to {most} {unit}"))
    };
    let offset = [source.offset_sd_mm];
    if source.name.trim().is_empty() {
        return Some("it has no name; say what it is, as \"contouring of the cord\"".to_owned());
    }
    let figures = range("shift_sd_mm", &source.shift_sd_mm, MOST_MM, "mm")
        .or_else(|| range("rotation_sd_deg", &source.rotation_sd_deg, MOST_DEG, "degrees"))
        .or_else(|| range("offset_sd_mm", &offset, MOST_MM, "mm"));
    if figures.is_some() {
        return figures;
    }
    let mut all = source.shift_sd_mm.iter().chain(&source.rotation_sd_deg).chain(&offset);
    if all.all(|x| *x == 0.0) {
        return Some("all its standard deviations are 0; leave it out".to_owned());
    }
    let whole = matches!(source.kind, Kind::SetUp | Kind::Intrafraction);
    if whole != (source.moved == Moved::Patient) {
        return Some(format!(
            "kind \"{}\" and structure \"{}\" do not go together: set_up and intrafraction move the \
             patient, other kinds move one structure",
            source.kind.as_str(),
            source.moved.as_str()
        ));
    }
    if source.moved == Moved::Patient && source.offset_sd_mm > 0.0 {
        return Some(
            "the patient as a whole has no surface to offset; leave offset_sd_mm out".to_owned(),
        );
    }
    if source.reference.trim().is_empty() {
        return Some(
            "it has no reference; say where the figures come from: author, year and doi, or the \
             measurements of the department"
                .to_owned(),
        );
    }
    None
}
