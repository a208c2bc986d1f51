//! Colour images as PNG, with a palette where a byte can number their colours: a third of the size.

use std::collections::BTreeMap;

use png::{BitDepth, ColorType, Compression, Encoder, EncodingError};

/// An image of red, green, blue and opacity as PNG.
pub(super) fn png(size: [u32; 2], pixels: &[u8]) -> Result<Vec<u8>, EncodingError> {
    let (pixels, _) = pixels.as_chunks::<4>();
    // By lightness, in which ramps rise: neighbours have near numbers, which pack well.
    let key = |p: &[u8; 4]| {
        let [r, g, b, opacity] = p.map(u32::from);
        (opacity, 2 * r + 5 * g + b, *p)
    };
    let mut colours: BTreeMap<(u32, u32, [u8; 4]), u8> =
        pixels.iter().map(|p| (key(p), 0)).collect();
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, size[0], size[1]);
    encoder.set_compression(Compression::Balanced);
    encoder.set_depth(BitDepth::Eight);
    if colours.len() > 256 {
        encoder.set_color(ColorType::Rgba);
        encoder.write_header()?.write_image_data(pixels.as_flattened())?;
        return Ok(out);
    }
    for (number, (_, place)) in (0..=u8::MAX).zip(&mut colours) {
        *place = number;
    }
    let palette = colours.keys().flat_map(|(.., [r, g, b, _])| [*r, *g, *b]);
    let opacity = colours.keys().map(|(.., [.., a])| *a);
    encoder.set_color(ColorType::Indexed);
    encoder.set_palette(palette.collect::<Vec<_>>());
    encoder.set_trns(opacity.collect::<Vec<_>>());
    let numbers: Vec<u8> = pixels.iter().map(|p| colours[&key(p)]).collect();
    encoder.write_header()?.write_image_data(&numbers)?;
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
        let found = png([64, 48], &pixels).expect("written");
        assert_eq!(seen(&found), pixels);
        // Byte 25 of a PNG tells its kind of colour, 3 with a palette (ISO/IEC 15948, 11.2.2).
        assert_eq!(found[25], 3);
    }

    #[test]
    fn many_colours_come_back_as_they_were() {
        let pixel = |n: u32| [n as u8, (n >> 4) as u8, 7, 255];
        let pixels: Vec<u8> = (0..37 * 29).flat_map(pixel).collect();
        let found = png([37, 29], &pixels).expect("written");
        assert_eq!(seen(&found), pixels);
        assert_eq!(found[25], 6);
    }
}
