//! Images as PNG; with a palette where a byte can number the colours, which takes a third of the
//! size.

use std::collections::BTreeMap;

use png::{BitDepth, ColorType, Compression, Encoder, EncodingError};

/// An image of red, green and blue as PNG.
pub(super) fn rgb(size: [u32; 2], pixels: &[u8]) -> Result<Vec<u8>, EncodingError> {
    written(size, ColorType::Rgb, None, pixels)
}

/// An image of red, green, blue and opacity as PNG, with a palette if it has few colours.
pub(super) fn with_palette(size: [u32; 2], pixels: &[u8]) -> Result<Vec<u8>, EncodingError> {
    let (pixels, _) = pixels.as_chunks::<4>();
    // By lightness, in which ramps rise: neighbours have near numbers, which pack well.
    let key = |p: &[u8; 4]| {
        let [r, g, b, opacity] = p.map(u32::from);
        (opacity, 2 * r + 5 * g + b, *p)
    };
    let mut colours: BTreeMap<(u32, u32, [u8; 4]), u8> =
        pixels.iter().map(|p| (key(p), 0)).collect();
    if colours.len() > 256 {
        return written(size, ColorType::Rgba, None, pixels.as_flattened());
    }
    for (number, (_, place)) in (0..=u8::MAX).zip(&mut colours) {
        *place = number;
    }
    let palette: Vec<[u8; 4]> = colours.keys().map(|(.., colour)| *colour).collect();
    let numbers: Vec<u8> = pixels.iter().map(|p| colours[&key(p)]).collect();
    written(size, ColorType::Indexed, Some(&palette), &numbers)
}

fn written(
    [width, height]: [u32; 2],
    kind: ColorType,
    palette: Option<&[[u8; 4]]>,
    bytes: &[u8],
) -> Result<Vec<u8>, EncodingError> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, width, height);
    encoder.set_compression(Compression::Balanced);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_color(kind);
    if let Some(palette) = palette {
        let colours = palette.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]);
        encoder.set_palette(colours.collect::<Vec<_>>());
        encoder.set_trns(palette.iter().map(|[.., opacity]| *opacity).collect::<Vec<_>>());
    }
    encoder.write_header()?.write_image_data(bytes)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, load_from_memory_with_format};

    /// What another decoder makes of it.
    fn seen(png: &[u8]) -> Vec<u8> {
        let image = load_from_memory_with_format(png, ImageFormat::Png).expect("a PNG");
        image.to_rgba8().into_raw()
    }

    #[test]
    fn few_colours_come_back_as_they_were_and_take_a_byte_each() {
        let pixel = |n: u32| match n % 5 {
            0 => [0; 4],
            k => [40 * k as u8, 255 - 30 * k as u8, (n / 64 % 40) as u8, 255],
        };
        let pixels: Vec<u8> = (0..64 * 48).flat_map(pixel).collect();
        let found = with_palette([64, 48], &pixels).expect("written");
        assert_eq!(seen(&found), pixels);
        // Byte 25 of a PNG tells its kind of colour, 3 with a palette (ISO/IEC 15948, 11.2.2).
        assert_eq!(found[25], 3);
    }

    #[test]
    fn many_colours_come_back_as_they_were() {
        let pixel = |n: u32| [n as u8, (n >> 4) as u8, 7, 255];
        let pixels: Vec<u8> = (0..37 * 29).flat_map(pixel).collect();
        let found = with_palette([37, 29], &pixels).expect("written");
        assert_eq!(seen(&found), pixels);
        assert_eq!(found[25], 6);
    }
}
