//! Links as pictures for a phone's camera.

use api::{Code, Problem};
use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};

/// The picture, two modules a character, dark on light whatever the terminal's colours are.
pub fn picture(link: &str) -> Result<String, Problem> {
    let code = QrCode::with_error_correction_level(link, EcLevel::L)
        .map_err(|e| Problem::new(Code::TooLarge, "this link is too long for a picture").why(e.to_string()))?;
    let image = code.render::<Dense1x2>().dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).build();
    let lines = image.lines().map(|line| format!("\x1b[30;107m{line}\x1b[0m\n")).collect();
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_becomes_a_square() {
        let picture = picture("peer:join/abcdefgh").unwrap();
        let lines: Vec<_> = picture.lines().collect();
        let cells = super::super::table::width(lines[0]);
        assert!(lines.len() * 2 >= cells && lines.len() * 2 <= cells + 1, "{cells} by {}", lines.len());
        assert!(super::picture(&"x".repeat(5000)).is_err());
    }
}
