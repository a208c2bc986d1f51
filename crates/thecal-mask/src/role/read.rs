//! What the words of a name say together.

use super::roles::Role;
use super::words::{Kind, Word, Words, words_of};

/// What a name says of its structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It is this.
    Is(Role),
    /// It is a planning aid, a combination or a retired drawing: no role, whatever its type says.
    Aid,
    /// As above, made out of a tumour.
    TumourAid,
    /// The name does not say.
    Nothing,
}

fn is_nerve(role: Role) -> bool {
    matches!(role, Role::Cord | Role::ThecalSac | Role::Canal | Role::Cauda)
}

fn nerve_word(kind: Kind) -> bool {
    matches!(kind, Kind::Structure(role) if is_nerve(role))
}

/// Reads a structure name.
pub(super) fn read(name: &str) -> Said {
    let mut words = words_of(name);
    drop_free_text(&mut words);
    let aid = words.leading_underscore
        || words.sign('!')
        || words.sign('%')
        || words.any(|k| k == Kind::Derived);
    if let Some(role) = target(&words) {
        return match aid || target_in_free_text(&words) || target_is_changed(&words, role) {
            false => Said::Is(role),
            true if role == Role::Tumour => Said::TumourAid,
            true => Said::Aid,
        };
    }
    let known = !words.any(|k| k == Kind::Unknown);
    let names_something = words.any(|k| matches!(k, Kind::Structure(_) | Kind::Prv));
    if aid {
        let certain = known || names_something || words.sign('%');
        return if certain { Said::Aid } else { Said::Nothing };
    }
    if !known {
        return Said::Nothing;
    }
    if words.any(|k| matches!(k, Kind::Dose | Kind::Bed | Kind::Joiner)) {
        return if names_something { Said::Aid } else { Said::Nothing };
    }
    anatomy(&words)
}

/// TG-263: what follows `^` is free text, so a word there that says nothing may be left out.
fn drop_free_text(words: &mut Words) {
    if let Some(&(place, _)) = words.signs.iter().find(|(_, sign)| *sign == '^') {
        words.words.retain(|w| w.start < place || w.kind != Kind::Unknown);
    }
}

/// True where the target is spoken of only in the free text after something else.
fn target_in_free_text(words: &Words) -> bool {
    let Some(&(place, _)) = words.signs.iter().find(|(_, sign)| *sign == '^') else { return false };
    let before =
        |test: fn(Kind) -> bool| words.words.iter().any(|w| w.start < place && test(w.kind));
    before(|k| matches!(k, Kind::Structure(_) | Kind::Unknown))
        && !before(|k| matches!(k, Kind::Target(_) | Kind::Structure(Role::Tumour)))
}

/// The first target that the name speaks of. Tumour words count only where no word is strange
/// (`Lesion_1` but not `Lesion_atlas`).
fn target(words: &Words) -> Option<Role> {
    let known = !words.any(|k| k == Kind::Unknown);
    if !words.any(|k| matches!(k, Kind::Target(_)))
        && (words.any(|k| matches!(k, Kind::Bed)) || !known)
    {
        return None;
    }
    let first = |test: fn(Kind) -> Option<Role>| words.words.iter().find_map(|w| test(w.kind));
    first(|k| if let Kind::Target(role) = k { Some(role) } else { None })
        .or_else(|| first(|k| (k == Kind::Structure(Role::Tumour)).then_some(Role::Tumour)))
}

/// True where the target was cropped, grown or joined with something else.
fn target_is_changed(words: &Words, role: Role) -> bool {
    if words.any(|k| k == Kind::Prv) {
        return true;
    }
    // A margin in the name belongs to CTV and PTV; a GTV with one is no longer the GTV.
    let grown = words.any(|k| k == Kind::Expansion);
    if grown && role == Role::Tumour {
        return true;
    }
    let plus_number = words
        .signs
        .iter()
        .any(|&(place, sign)| sign == '+' && next(words, place).is_none_or(is_number));
    if plus_number {
        return true;
    }
    let joints = words
        .signs
        .iter()
        .filter(|(_, sign)| matches!(sign, '-' | '+' | '&'))
        .map(|&(place, sign)| (place, place, sign))
        .chain(
            words.words.iter().filter(|w| w.kind == Kind::Joiner).map(|w| (w.start, w.end, 'w')),
        );
    joints.into_iter().any(|(before, after, sign)| {
        let left = words.words.iter().rev().find(|w| w.end <= before && !passes_over(w.kind));
        let right = words.words.iter().find(|w| w.start >= after && !passes_over(w.kind));
        let nerve = [left, right].iter().flatten().any(|w| nerve_word(w.kind));
        let second = match (left.map(|w| w.kind), right.map(|w| w.kind)) {
            (Some(Kind::Target(a)), Some(Kind::Target(b))) => sign == '-' || a != b,
            _ => false,
        };
        // "Lungs-GTV": an organ without the tumour.
        let organ = sign == '-'
            && left.is_some_and(|w| w.kind == Kind::Unknown)
            && right.is_some_and(|w| matches!(w.kind, Kind::Target(_)));
        nerve || second || organ
    })
}

fn passes_over(kind: Kind) -> bool {
    matches!(kind, Kind::Number | Kind::Level(_) | Kind::Neutral)
}

fn is_number(word: &Word) -> bool {
    matches!(word.kind, Kind::Number | Kind::Expansion)
}

fn next(words: &Words, place: usize) -> Option<&Word> {
    words.words.iter().find(|w| w.start >= place)
}

/// A name of known words only, without a target.
fn anatomy(words: &Words) -> Said {
    let mut roles: Vec<Role> = Vec::new();
    for word in &words.words {
        if let Kind::Structure(role) = word.kind
            && !roles.contains(&role)
        {
            roles.push(role);
        }
    }
    let level = words.any(|k| matches!(k, Kind::Level(_)));
    if words.any(|k| k == Kind::Prv) {
        return if roles.iter().all(|r| is_nerve(*r)) { Said::Is(Role::Prv) } else { Said::Aid };
    }
    let plus: Vec<bool> = words
        .signs
        .iter()
        .filter(|(_, sign)| *sign == '+')
        .map(|&(place, _)| next(words, place).is_none_or(is_number))
        .collect();
    let grown = words.any(|k| k == Kind::Expansion) || plus.contains(&true);
    match roles.as_slice() {
        [] => bare_level(words),
        [role] if is_nerve(*role) => {
            // "Cord_L" is half of the larynx, "SC_R" a supraclavicular field.
            if words.any(|k| k == Kind::Side) {
                Said::Nothing
            } else if plus.contains(&false) {
                Said::Aid
            } else if grown {
                Said::Is(Role::Prv)
            } else {
                Said::Is(*role)
            }
        }
        [_] if grown => Said::Aid,
        [Role::Body] if level => Said::Is(Role::Vertebra),
        [role] => Said::Is(*role),
        [Role::Body, Role::Vertebra] | [Role::Vertebra, Role::Body] => Said::Is(Role::Vertebra),
        [Role::Hardware, Role::Vertebra] | [Role::Vertebra, Role::Hardware] => {
            Said::Is(Role::Hardware)
        }
        _ => Said::Aid,
    }
}

/// `T7`, `T7-T9`: the vertebra, where nothing else stands there.
fn bare_level(words: &Words) -> Said {
    let only = !words.words.is_empty() && words.words.iter().all(|w| w.kind == Kind::Level(true));
    if only { Said::Is(Role::Vertebra) } else { Said::Nothing }
}
