//! The user's alias file.

use super::{Role, UnknownRole, normalize_name::normalize_name};
use regex::Regex;
use std::collections::BTreeMap;
use thecal_geom::Warning;

/// Why an alias file cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AliasError {
    /// Not TOML.
    #[error("alias file is not valid TOML: {0}")]
    Syntax(String),
    /// A key that the file does not have.
    #[error("alias file: unknown key \"{key}\"; the file has one table, [aliases]")]
    UnknownKey {
        /// The key.
        key: String,
    },
    /// `aliases` is no table.
    #[error("alias file: aliases is {found}, expected a table of name = \"role\"")]
    NotATable {
        /// TOML type found.
        found: &'static str,
    },
    /// A value that is no text.
    #[error("alias file: \"{name}\" is {found}, expected a role in quotes, as \"cord\"")]
    NotText {
        /// The alias.
        name: String,
        /// TOML type found.
        found: &'static str,
    },
    /// A value that names no role.
    #[error("alias file: \"{name}\": {source}")]
    UnknownRole {
        /// The alias.
        name: String,
        /// The word and the roles that there are.
        source: UnknownRole,
    },
    /// A name or pattern that holds no letter or digit.
    #[error(
        "alias file: \"{pattern}\" has no letter or digit, so it would match any name; write at \
         least one, as in \"Myelon*\""
    )]
    BadPattern {
        /// The pattern.
        pattern: String,
    },
    /// Two aliases that are one when case and separators are folded.
    #[error(
        "alias file: \"{first}\" and \"{second}\" are the same name when case, spaces, _ and - are \
         left out; keep one"
    )]
    Duplicate {
        /// The earlier in alphabetical order.
        first: String,
        /// The later.
        second: String,
    },
}

/// Names and patterns that the user gave roles to. The default is none.
#[derive(Debug, Clone, Default)]
pub struct Aliases {
    /// Most letters first, then alphabetical: the order in which they are tried.
    entries: Vec<Alias>,
}

#[derive(Debug, Clone)]
struct Alias {
    written: String,
    folded: String,
    pattern: Option<Regex>,
    role: Role,
}

impl Alias {
    fn fits(&self, folded_name: &str) -> bool {
        match &self.pattern {
            Some(pattern) => pattern.is_match(folded_name),
            None => self.folded == folded_name,
        }
    }
}

impl Aliases {
    /// The names and patterns as they were written, with their roles, in the order in which they
    /// are tried.
    pub fn entries(&self) -> impl Iterator<Item = (&str, Role)> {
        self.entries.iter().map(|a| (a.written.as_str(), a.role))
    }

    /// Reads an alias file: TOML with one table, `[aliases]`, of `name = "role"`.
    ///
    /// `*` in a name stands for any letters or none, `?` for one. Case, spaces, `_`, `-` and
    /// accents do not matter (see [`normalize_name`]). A name without `*` or `?` goes before patterns, and
    /// of patterns the one with the most letters goes first, then alphabetical order.
    ///
    /// # Errors
    /// [`AliasError`] for a file that is not TOML, holds an unknown key or role, a pattern
    /// without a letter, or the same name twice.
    pub fn parse(text: &str) -> Result<Self, AliasError> {
        let file: toml::Table =
            text.parse().map_err(|e: toml::de::Error| AliasError::Syntax(e.to_string()))?;
        let mut read: Vec<(String, Role)> = Vec::new();
        for (key, value) in &file {
            if key != "aliases" {
                return Err(AliasError::UnknownKey { key: key.clone() });
            }
            let Some(table) = value.as_table() else {
                return Err(AliasError::NotATable { found: value.type_str() });
            };
            // Sorted, so that an error does not depend on how the TOML reader keeps a table.
            for (name, value) in table.iter().collect::<BTreeMap<_, _>>() {
                read.push((name.clone(), role_in(name, value)?));
            }
        }
        Self::from_entries(read)
    }

    /// Names and patterns with their roles, written as in an alias file, in any order.
    ///
    /// # Errors
    /// [`AliasError::BadPattern`] for a pattern without a letter, [`AliasError::Duplicate`] for the
    /// same name twice.
    pub fn from_entries(
        written: impl IntoIterator<Item = (String, Role)>,
    ) -> Result<Self, AliasError> {
        let mut entries = Vec::new();
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for (name, role) in written {
            let alias = Alias::new(&name, role)?;
            if let Some(first) = seen.insert(alias.folded.clone(), name.clone()) {
                return Err(AliasError::Duplicate { first, second: name });
            }
            entries.push(alias);
        }
        entries.sort_by_key(|a| {
            let letters = a.folded.chars().filter(|c| !matches!(c, '*' | '?')).count();
            (a.pattern.is_some(), std::cmp::Reverse(letters), a.folded.clone())
        });
        Ok(Self { entries })
    }

    /// The role that an alias gives to a name.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<Role> {
        if self.entries.is_empty() {
            return None;
        }
        let folded = normalize_name(name);
        self.entries.iter().find(|alias| alias.fits(&folded)).map(|alias| alias.role)
    }

    /// A warning, code `alias_unused`, for each alias that fits none of `names`: a misspelt alias
    /// would otherwise do nothing without a word.
    #[must_use]
    pub fn unused<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Vec<Warning> {
        let names: Vec<String> = names.into_iter().map(normalize_name).collect();
        self.entries
            .iter()
            .filter(|alias| !names.iter().any(|name| alias.fits(name)))
            .map(|alias| {
                let message =
                    format!("alias for {} matches no structure; check its spelling", alias.role);
                Warning::new("alias_unused", message, &alias.written)
            })
            .collect()
    }
}

/// Two are equal where they give the same roles to the same names and patterns as written.
impl PartialEq for Aliases {
    fn eq(&self, other: &Self) -> bool {
        self.entries().eq(other.entries())
    }
}

/// The role that a line of an alias file gives.
fn role_in(name: &str, value: &toml::Value) -> Result<Role, AliasError> {
    let Some(text) = value.as_str() else {
        return Err(AliasError::NotText { name: name.into(), found: value.type_str() });
    };
    text.parse().map_err(|source| AliasError::UnknownRole { name: name.into(), source })
}

impl Alias {
    fn new(name: &str, role: Role) -> Result<Self, AliasError> {
        let mut folded = String::new();
        let mut expression = String::from("^(?s:");
        let mut rest = name;
        while let Some(place) = rest.find(['*', '?']) {
            let (piece, tail) = rest.split_at(place);
            let piece = normalize_name(piece);
            expression.push_str(&regex::escape(&piece));
            expression.push_str(if tail.starts_with('*') { ".*" } else { "." });
            folded.push_str(&piece);
            folded.push_str(&tail[..1]);
            rest = &tail[1..];
        }
        let wild = !folded.is_empty();
        let piece = normalize_name(rest);
        expression.push_str(&regex::escape(&piece));
        expression.push_str(")$");
        folded.push_str(&piece);
        let bad = || AliasError::BadPattern { pattern: name.into() };
        if !folded.chars().any(char::is_alphanumeric) {
            return Err(bad());
        }
        let pattern = if wild { Some(Regex::new(&expression).map_err(|_| bad())?) } else { None };
        Ok(Self { written: name.into(), folded, pattern, role })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(file: &str, name: &str) -> Option<Role> {
        Aliases::parse(&format!("[aliases]\n{file}")).unwrap().role(name)
    }

    #[test]
    fn names_and_wildcards_fit_whatever_the_case_and_separators() {
        assert_eq!(role("CORD = 'canal'", "cord"), Some(Role::Canal));
        assert_eq!(role("CORD = 'canal'", "cord 1"), None);
        assert_eq!(role("'Myelon*' = 'cord'", "MYELON_neu"), Some(Role::Cord));
        assert_eq!(role("'Rücken?ark' = 'cord'", "Rueckenmark"), Some(Role::Cord));
        assert_eq!(role("'*_Durchmesser' = 'other'", "Cord Durchmesser"), Some(Role::Other));
        assert_eq!(role("'GTV!' = 'tumour'", "GTV"), None);
        assert_eq!(role("'a(b' = 'cord'", "ab"), Some(Role::Cord));
    }

    #[test]
    fn the_name_goes_before_the_pattern_and_the_longer_pattern_first() {
        let file = "'M*' = 'other'\n'Myelon*' = 'cord'\n'Myelon sac' = 'thecal_sac'";
        assert_eq!(role(file, "MyelonSac"), Some(Role::ThecalSac));
        assert_eq!(role(file, "Myelon 2"), Some(Role::Cord));
        assert_eq!(role(file, "Mamma"), Some(Role::Other));
    }

    #[test]
    fn each_mistake_is_told_with_what_to_do() {
        let error = |text: &str| Aliases::parse(text).unwrap_err().to_string();
        let unknown = error("[aliases]\nCord = 'spinal'");
        assert!(unknown.contains("\"spinal\" is no role"), "{unknown}");
        assert!(unknown.contains("cord, thecal_sac, canal"), "{unknown}");
        assert!(error("[alias]\nCord = 'cord'").contains("unknown key \"alias\""));
        assert!(error("aliases = 3").contains("expected a table"));
        assert!(error("[aliases]\nCord = 3").contains("\"Cord\" is integer"));
        assert!(error("[aliases]\n'*' = 'cord'").contains("no letter or digit"));
        assert!(error("[aliases]\n'_' = 'cord'").contains("no letter or digit"));
        let twice = error("[aliases]\n'My Cord' = 'cord'\nMY_CORD = 'canal'");
        assert!(twice.contains("\"MY_CORD\" and \"My Cord\""), "{twice}");
        assert!(error("[aliases\n").contains("not valid TOML"));
    }

    #[test]
    fn an_alias_that_fits_nothing_is_told() {
        let aliases = Aliases::parse("[aliases]\nMyelom = 'cord'\nCord = 'canal'").unwrap();
        let unused = aliases.unused(["CORD", "Myelon"]);
        assert_eq!(unused.len(), 1);
        assert_eq!((unused[0].code, unused[0].place.as_str()), ("alias_unused", "Myelom"));
    }

    #[test]
    fn an_empty_file_gives_no_aliases() {
        assert_eq!(Aliases::parse("").unwrap().role("cord"), None);
    }
}
