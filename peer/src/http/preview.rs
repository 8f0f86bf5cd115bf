//! What may be looked at in the browser, told from the content itself: never from a name, and never what could be more than
//! pixels, sound or letters.
//!
//! Whatever passes is also sent with `nosniff` and a sandbox, so that being wrong here gives nobody a script.

use imagesize::{Compression, ImageType};

/// So many bytes from the beginning are looked at. Photographs carry up to 64 KiB of remarks before they say their size.
pub const LOOKED_AT_BYTES: u64 = 256 << 10;

/// A picture with more pixels is not shown: unpacked, this many are 160 MB.
const MAX_PIXELS: usize = 40_000_000;

/// The content type to show it with; nothing if it is not to be shown. `whole` says whether `start` is all there is.
pub fn kind(start: &[u8], whole: bool) -> Option<&'static str> {
    picture(start).or_else(|| sound_or_film(start)).or_else(|| text(start, whole))
}

fn picture(start: &[u8]) -> Option<&'static str> {
    let kind = match imagesize::image_type(start).ok()? {
        ImageType::Png => "image/png",
        ImageType::Jpeg => "image/jpeg",
        ImageType::Gif => "image/gif",
        ImageType::Webp => "image/webp",
        ImageType::Heif(Compression::Av1) => "image/avif",
        _ => return None,
    };
    let size = imagesize::blob_size(start).ok()?;
    size.width.checked_mul(size.height).filter(|pixels| *pixels <= MAX_PIXELS).map(|_| kind)
}

fn sound_or_film(start: &[u8]) -> Option<&'static str> {
    let at = |offset: usize, magic: &[u8]| start.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    if at(0, b"ID3") || is_mpeg_audio(start) {
        Some("audio/mpeg")
    } else if at(0, b"OggS\0") {
        Some("audio/ogg")
    } else if at(0, b"RIFF") && at(8, b"WAVE") {
        Some("audio/wav")
    } else if at(0, b"\x1a\x45\xdf\xa3") && start.get(..64)?.windows(4).any(|four| four == b"webm") {
        Some("video/webm")
    } else if at(4, b"ftypM4A ") || at(4, b"ftypM4B ") {
        Some("audio/mp4")
    } else if at(4, b"ftyp")
        && [&b"isom"[..], b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"M4V "]
            .iter()
            .any(|brand| at(8, brand))
    {
        Some("video/mp4")
    } else {
        None
    }
}

/// The head of a frame of MPEG audio, layer III: eleven set bits, a version, a layer, a bit rate and a sampling rate that exist.
fn is_mpeg_audio(start: &[u8]) -> bool {
    let Some([0xff, second, third, _]) = start.first_chunk::<4>() else { return false };
    let (version, layer) = ((second >> 3) & 3, (second >> 1) & 3);
    second & 0xe0 == 0xe0 && version != 1 && layer == 1 && !matches!(third >> 4, 0 | 15) && (third >> 2) & 3 != 3
}

/// UTF-8, no control characters but those of plain text. The last letter may be cut off.
fn text(start: &[u8], whole: bool) -> Option<&'static str> {
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) if !whole && error.error_len().is_none() => {
            std::str::from_utf8(&start[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    text.chars().all(plain).then_some("text/plain; charset=utf-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of a PNG of this size (PNG specification, 11.2.2), no more.
    fn png(width: u32, height: u32) -> Vec<u8> {
        [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", &width.to_be_bytes()[..], &height.to_be_bytes(), b"\x08\x06\0\0\0crc!"]
            .concat()
    }

    fn gif(width: u16, height: u16) -> Vec<u8> {
        [b"GIF89a", &width.to_le_bytes()[..], &height.to_le_bytes(), b"\0\0\0"].concat()
    }

    /// An AVIF's head: its brand, and the property that says how large it is (ISO/IEC 23008-12, 6.5.3).
    fn avif(width: u32, height: u32) -> Vec<u8> {
        let atom = |name: &[u8], body: &[u8]| [&(body.len() as u32 + 8).to_be_bytes()[..], name, body].concat();
        let ispe = atom(b"ispe", &[&[0; 4][..], &width.to_be_bytes(), &height.to_be_bytes()].concat());
        let meta = atom(b"meta", &[&[0; 4][..], &atom(b"iprp", &atom(b"ipco", &ispe))].concat());
        [atom(b"ftyp", b"avif\0\0\0\0avifmif1"), meta].concat()
    }

    #[test]
    fn pictures_are_shown_unless_they_are_too_large() {
        assert_eq!(kind(&png(800, 600), true), Some("image/png"));
        assert_eq!(kind(&gif(800, 600), true), Some("image/gif"));
        assert_eq!(kind(&avif(800, 600), true), Some("image/avif"));
        for bomb in [png(30_000, 30_000), png(u32::MAX, u32::MAX), gif(65_535, 65_535), avif(30_000, 30_000)] {
            assert_eq!(kind(&bomb, true), None);
        }
        assert_eq!(kind(&png(1, 1)[..12], true), None, "cut off before it says its size");
    }

    #[test]
    fn sounds_and_films_are_told_by_their_beginning() {
        for (start, expected) in [
            (&b"ID3\x04\0\0\0\0\0\0"[..], "audio/mpeg"),
            (b"\xff\xfb\x90\x64\0\0", "audio/mpeg"),
            (b"OggS\0\x02\0\0", "audio/ogg"),
            (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
            (b"\0\0\0\x20ftypisom\0\0\x02\0", "video/mp4"),
            (b"\0\0\0\x20ftypM4A \0\0\0\0", "audio/mp4"),
        ] {
            assert_eq!(kind(start, true), Some(expected));
        }
        let mut webm = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm".to_vec();
        webm.resize(100, 0);
        assert_eq!(kind(&webm, true), Some("video/webm"));
    }

    #[test]
    fn what_could_do_more_is_letters_or_nothing() {
        let letters = Some("text/plain; charset=utf-8");
        for text in [
            "<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
            "<!doctype html><script>",
            "käse\t\r\n",
        ] {
            assert_eq!(kind(text.as_bytes(), true), letters, "{text}");
        }
        for not in [
            &b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"[..],
            b"PK\x03\x04\0\0",
            b"\x7fELF",
            b"\xff\xfe<\0s\0",
            b"a\0b",
            b"\x1b[2J",
        ] {
            assert_eq!(kind(not, true), None, "{not:?}");
        }
    }

    #[test]
    fn a_letter_that_is_cut_off_is_no_matter_unless_nothing_follows() {
        assert_eq!(kind(&"é".as_bytes()[..1], true), None);
        assert_eq!(kind(&"aé".as_bytes()[..2], false), Some("text/plain; charset=utf-8"));
        assert_eq!(kind(b"a\xffb", false), None);
    }
}
