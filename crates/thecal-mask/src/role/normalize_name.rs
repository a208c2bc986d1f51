//! Folding: the form in which two spellings of one name are equal.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Signs that carry meaning in a structure name and therefore stay when it is folded: `+`
/// (grown), `!` (cropped, TG-263), `%` (isodose), `^` (free text follows, TG-263), `&` (and).
const SIGNS: [char; 5] = ['+', '!', '%', '^', '&'];

/// A name with case, accents, spaces, `_`, `-`, dots and brackets taken out.
///
/// The German umlauts read as `ae`, `oe`, `ue` (so `Rückenmark` equals `RUECKENMARK`); other
/// accents fall away. The signs `+ ! % ^ &` stay. Letters of every script are kept, and folding
/// twice changes nothing.
#[must_use]
pub fn normalize_name(name: &str) -> String {
    plain(name).filter(|c| c.is_alphanumeric() || SIGNS.contains(c)).collect()
}

/// Lower case without accents, separators still in place.
pub(super) fn plain(name: &str) -> impl Iterator<Item = char> + '_ {
    name.nfc()
        .flat_map(|c| {
            match c {
                'ä' | 'Ä' => ['a', 'e'].iter(),
                'ö' | 'Ö' => ['o', 'e'].iter(),
                'ü' | 'Ü' => ['u', 'e'].iter(),
                _ => [].iter(),
            }
            .copied()
            .chain((!matches!(c, 'ä' | 'Ä' | 'ö' | 'Ö' | 'ü' | 'Ü')).then_some(c))
        })
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .filter(|c| !is_combining_mark(*c))
        .flat_map(|c| {
            let (first, second) = match c {
                'ß' => ('s', Some('s')),
                'æ' => ('a', Some('e')),
                'œ' => ('o', Some('e')),
                'ø' => ('o', None),
                'ł' => ('l', None),
                'đ' | 'ð' => ('d', None),
                'ı' => ('i', None),
                _ => (c, None),
            };
            std::iter::once(first).chain(second)
        })
}

#[cfg(test)]
mod tests {
    use super::normalize_name;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_name_meet() {
        for name in ["Rückenmark", "RÜCKENMARK", "Ru\u{308}ckenmark", "Rueckenmark", "rücken_mark"]
        {
            assert_eq!(normalize_name(name), "rueckenmark", "{name}");
        }
        assert_eq!(normalize_name("Moelle épinière"), "moelleepiniere");
        assert_eq!(normalize_name("Rdzeń kręgowy"), "rdzenkregowy");
        assert_eq!(normalize_name("ＳＣ"), "sc");
        assert_eq!(normalize_name("Spinal.Cord-(T2)"), "spinalcordt2");
    }

    #[test]
    fn signs_that_carry_meaning_stay() {
        assert_ne!(normalize_name("Cord+2"), normalize_name("Cord 2"));
        assert_ne!(normalize_name("GTV!"), normalize_name("GTV"));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(name in "\\PC*") {
            prop_assert_eq!(normalize_name(&normalize_name(&name)), normalize_name(&name));
        }
    }
}
