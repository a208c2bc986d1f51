//! A name cut into the words that the tables know.

use super::names;
use super::normalize_name::{normalize_name, plain};
use super::roles::Role;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What one word of a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Names a structure.
    Structure(Role),
    /// `GTV`, `CTV`, `PTV`, `ITV` and their like.
    Target(Role),
    /// `PRV`.
    Prv,
    Derived,
    Bed,
    Expansion,
    Joiner,
    Dose,
    Side,
    Neutral,
    /// `T07`, `BWK 3`, `L1`; `true` where it may stand for the vertebra by itself.
    Level(bool),
    Number,
    Unknown,
}

/// A word and its place in the folded letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A name as words and the signs between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) words: Vec<Word>,
    /// Signs and the letter index that they stand before.
    pub(super) signs: Vec<(usize, char)>,
    /// True where the name begins with `_`, which TG-263 gives to planning aids.
    pub(super) leading_underscore: bool,
}

impl Words {
    pub(super) fn any(&self, test: impl Fn(Kind) -> bool) -> bool {
        self.words.iter().any(|w| test(w.kind))
    }

    pub(super) fn sign(&self, sign: char) -> bool {
        self.signs.iter().any(|&(_, s)| s == sign)
    }
}

/// Target abbreviations; unlike other words they count in the middle of a word (`iGTV`,
/// `PTVopt`), because no ordinary word holds these letters. `PGTV` is the planning target of a
/// GTV, as departments in China write it. Longer ones first.
const ANCHORS: &[(&str, Kind)] = &[
    ("pgtv", Kind::Target(Role::Ptv)),
    ("pctv", Kind::Target(Role::Ptv)),
    ("gtv", Kind::Target(Role::Tumour)),
    ("ctv", Kind::Target(Role::Ctv)),
    ("itv", Kind::Target(Role::Ctv)),
    ("ptv", Kind::Target(Role::Ptv)),
    ("prv", Kind::Prv),
];

/// Words that stand for themselves wherever they are (`Resttumor_neu`, `Smithtumor`).
const STANDS: &[&str] = &["tumour", "tumor"];

struct Vocabulary {
    kinds: HashMap<Vec<char>, Kind>,
    longest: usize,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut kinds = HashMap::new();
    for (list, kind) in tables() {
        for entry in list {
            // The first table that holds a word has it.
            kinds.entry(normalize_name(entry).chars().collect::<Vec<_>>()).or_insert(kind);
        }
    }
    for &(letters, kind) in ANCHORS {
        kinds.insert(letters.chars().collect(), kind);
    }
    let longest = kinds.keys().map(Vec::len).max().unwrap_or(0);
    Vocabulary { kinds, longest }
});

fn tables() -> [(&'static [&'static str], Kind); 17] {
    [
        (names::CORD, Kind::Structure(Role::Cord)),
        (names::THECAL_SAC, Kind::Structure(Role::ThecalSac)),
        (names::CANAL, Kind::Structure(Role::Canal)),
        (names::CAUDA, Kind::Structure(Role::Cauda)),
        (names::TUMOUR, Kind::Structure(Role::Tumour)),
        (names::CTV, Kind::Target(Role::Ctv)),
        (names::PTV, Kind::Target(Role::Ptv)),
        (names::VERTEBRA, Kind::Structure(Role::Vertebra)),
        (names::HARDWARE, Kind::Structure(Role::Hardware)),
        (names::BODY, Kind::Structure(Role::Body)),
        (names::DERIVED, Kind::Derived),
        (names::BED, Kind::Bed),
        (names::EXPANSION, Kind::Expansion),
        (names::JOINER, Kind::Joiner),
        (names::DOSE, Kind::Dose),
        (names::SIDE, Kind::Side),
        (names::NEUTRAL, Kind::Neutral),
    ]
}

/// The letters of a name with the places where a word may begin or end.
struct Letters {
    letters: Vec<char>,
    /// `edges[i]`: something other than a letter of the same sort stands before letter `i`.
    edges: HashSet<usize>,
    /// Places inside a target abbreviation, where no known word ends.
    inside: HashSet<usize>,
    signs: Vec<(usize, char)>,
}

fn letters_of(name: &str) -> Letters {
    let mut letters = Vec::new();
    let mut edges = HashSet::from([0]);
    let mut signs = Vec::new();
    for c in plain(name) {
        if c.is_alphanumeric() {
            let turns = letters
                .last()
                .is_some_and(|last: &char| last.is_ascii_digit() != c.is_ascii_digit());
            if turns {
                edges.insert(letters.len());
            }
            letters.push(c);
        } else {
            edges.insert(letters.len());
            match c {
                '-' | '–' | '−' | '\u{2010}' | '\u{2011}' => signs.push((letters.len(), '-')),
                '&' | '/' | '\\' | '∩' | '∪' | '|' => signs.push((letters.len(), '&')),
                '+' | '!' | '%' | '^' => signs.push((letters.len(), c)),
                _ => {}
            }
        }
    }
    edges.insert(letters.len());
    let mut inside = HashSet::new();
    let mut start = 0;
    while start < letters.len() {
        let whole = ANCHORS.iter().map(|(anchor, _)| anchor).chain(STANDS);
        let anchor = whole.into_iter().find_map(|anchor| {
            let end = start + anchor.len();
            let fits = letters[start..].starts_with(&anchor.chars().collect::<Vec<_>>());
            (fits && !(start + 1..end).any(|i| edges.contains(&i))).then_some(end)
        });
        if let Some(end) = anchor {
            edges.extend([start, end]);
            inside.extend(start + 1..end);
        }
        start = anchor.unwrap_or(start + 1);
    }
    // z and x before a name mark a planning aid (TG-263 for z).
    if let Some(first @ ('z' | 'x')) = letters.first() {
        edges.insert(letters.iter().take_while(|c| *c == first).count());
    }
    Letters { letters, edges, inside, signs }
}

/// Cuts a name into words: as many letters as can be are given to known words, in as few words
/// as can be. A known word inside an unknown one ("cord" in "Accord") does not count.
pub(super) fn words_of(name: &str) -> Words {
    let Letters { letters, edges, inside, signs } = letters_of(name);
    let count = letters.len();
    // best[i]: least cost of the first i letters, and the last word there.
    let mut best: Vec<Option<(usize, Word)>> = vec![None; count + 1];
    let mut cost = vec![usize::MAX; count + 1];
    cost[0] = 0;
    for start in 0..count {
        let mut offer = |end: usize, kind: Kind, extra: usize| {
            let total = cost[start] + extra;
            let cuts = kind != Kind::Unknown && inside.contains(&end);
            if total < cost[end] && !cuts {
                cost[end] = total;
                best[end] = Some((start, Word { kind, start, end }));
            }
        };
        for end in (start + 1..=count.min(start + VOCABULARY.longest)).rev() {
            let Some(&kind) = VOCABULARY.kinds.get(&letters[start..end]) else { continue };
            let short = end - start <= 2 && letters[start..end].iter().all(char::is_ascii);
            let alone = edges.contains(&start) && edges.contains(&end);
            let split = (start + 1..end).any(|i| edges.contains(&i));
            let abbreviation = matches!(kind, Kind::Target(_) | Kind::Prv) && end - start <= 4;
            if (short && !alone) || (split && (short || abbreviation)) {
                continue;
            }
            offer(end, kind, 1);
        }
        if let Some((end, kind)) = level_at(&letters, start) {
            offer(end, kind, 1);
        }
        if let Some(end) = mark_at(&letters, &edges, start) {
            offer(end, Kind::Derived, 1);
        }
        if letters[start].is_ascii_digit() && (start == 0 || !letters[start - 1].is_ascii_digit()) {
            offer(digits_end(&letters, start), Kind::Number, 1);
        }
        let single = edges.contains(&start) && edges.contains(&(start + 1));
        if single && letters[start].is_ascii_lowercase() {
            offer(start + 1, Kind::Neutral, 1);
        }
        offer(start + 1, Kind::Unknown, 100);
    }
    let mut words = Vec::new();
    let mut at = count;
    while let Some((start, word)) = best[at] {
        words.push(word);
        at = start;
    }
    words.reverse();
    let is_mark = mark_at(&letters, &edges, 0)
        .is_some_and(|end| words.first().is_some_and(|w| w.kind == Kind::Derived && w.end == end));
    spoil(&mut words, &edges, is_mark);
    Words { words, signs, leading_underscore: name.trim_start().starts_with('_') }
}

/// Known words that share an unbroken run of letters with unknown ones become unknown.
fn spoil(words: &mut [Word], edges: &HashSet<usize>, is_mark: bool) {
    let keeps = |kind| matches!(kind, Kind::Target(_) | Kind::Prv);
    for forward in [true, false] {
        let mut unknown_before = false;
        let order: Vec<usize> =
            if forward { (0..words.len()).collect() } else { (0..words.len()).rev().collect() };
        for i in order {
            let joint = if forward { words[i].start } else { words[i].end };
            let touches = unknown_before && !edges.contains(&joint);
            if touches && !keeps(words[i].kind) {
                words[i].kind = Kind::Unknown;
            }
            unknown_before = words[i].kind == Kind::Unknown;
        }
    }
    // A leading z or x that runs into an unknown word is that word's first letter.
    if let [first, second, ..] = words
        && is_mark
        && second.kind == Kind::Unknown
    {
        first.kind = Kind::Unknown;
    }
}

fn digits_end(letters: &[char], start: usize) -> usize {
    start + letters[start..].iter().take_while(|c| c.is_ascii_digit()).count()
}

/// `z`, `zz`, `x` that begin a name.
fn mark_at(letters: &[char], edges: &HashSet<usize>, start: usize) -> Option<usize> {
    let first = *letters.first()?;
    let run = letters.iter().take_while(|c| **c == first).count();
    (start == 0 && matches!(first, 'z' | 'x') && edges.contains(&run)).then_some(run)
}

/// A vertebral level that begins at `start`: `c5`, `t07`, `th7`, `d7`, `l1`, `s1`.
fn level_at(letters: &[char], start: usize) -> Option<(usize, Kind)> {
    let (digits, last, bare) = match &letters[start..] {
        ['t', 'h', ..] => (start + 2, 12, true),
        ['t', ..] => (start + 1, 12, true),
        ['d', ..] => (start + 1, 12, false),
        ['c', ..] => (start + 1, 7, true),
        ['l' | 's', ..] => (start + 1, 5, true),
        _ => return None,
    };
    let end = digits_end(letters, digits);
    if !(1..=2).contains(&(end - digits)) {
        return None;
    }
    let number: u8 = letters[digits..end].iter().collect::<String>().parse().ok()?;
    (1..=last).contains(&number).then_some((end, Kind::Level(bare)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(name: &str) -> Vec<Kind> {
        words_of(name).words.iter().map(|w| w.kind).collect()
    }

    #[test]
    fn no_word_stands_in_two_tables_that_disagree() {
        let mut seen: HashMap<String, Kind> = HashMap::new();
        for (list, kind) in tables() {
            for entry in list {
                if let Some(before) = seen.insert(normalize_name(entry), kind) {
                    assert_eq!(before, kind, "{entry}");
                }
            }
        }
    }

    #[test]
    fn words_are_found_whatever_stands_between_them() {
        let cord = Kind::Structure(Role::Cord);
        for name in ["SpinalCord_PRV02", "SPINAL CORD PRV 02", "spinalcordprv02"] {
            assert_eq!(kinds(name), [cord, Kind::Prv, Kind::Number], "{name}");
        }
        assert_eq!(kinds("CORDT10"), [cord, Kind::Level(true)]);
    }

    #[test]
    fn a_word_inside_an_unknown_word_does_not_count() {
        for name in ["Accord", "VocalCord", "Records", "Disc", "Fossac"] {
            assert!(!kinds(name).iter().any(|k| matches!(k, Kind::Structure(_))), "{name}");
        }
    }
}
