//! A small SVG writer: elements, attributes, text, all escaped.

use std::fmt::Write;

/// Grows from front to back; every element is closed at once.
#[derive(Debug, Default)]
pub struct Svg {
    body: String,
}

/// Escapes text for an element or a quoted attribute.
pub fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
        out
    })
}

/// At most one decimal, no trailing zero: a tenth of a user unit is below what a screen shows.
pub fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".into() } else { text.to_owned() }
}

impl Svg {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn rect(&mut self, class: &str, x: f64, y: f64, width: f64, height: f64) {
        // Writing to a String cannot fail.
        let _ = write!(
            self.body,
            r#"<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>"#,
            escape(class),
            short(x),
            short(y),
            short(width.max(0.0)),
            short(height.max(0.0))
        );
    }

    pub fn line(&mut self, class: &str, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2]) {
        let (x1, y1, x2, y2) = (short(x1), short(y1), short(x2), short(y2));
        let _ = write!(self.body, r#"<line class="{}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>"#, escape(class));
    }

    pub fn circle(&mut self, class: &str, [x, y]: [f64; 2], radius: f64) {
        let _ = write!(self.body, r#"<circle class="{}" cx="{}" cy="{}" r="{}"/>"#, escape(class), short(x), short(y), short(radius));
    }

    pub fn text(&mut self, class: &str, [x, y]: [f64; 2], text: &str) {
        let _ = write!(self.body, r#"<text class="{}" x="{}" y="{}">{}</text>"#, escape(class), short(x), short(y), escape(text));
    }

    /// Open strokes; a piece of one point becomes a short dash with round caps.
    pub fn strokes(&mut self, class: &str, pieces: &[Vec<[f64; 2]>]) {
        let path = path_data(pieces);
        if !path.is_empty() {
            let _ = write!(self.body, r#"<path class="{}" d="{path}"/>"#, escape(class));
        }
    }

    /// The whole picture. `stretch`: fills its box, without keeping its shape.
    pub fn finish(self, width: f64, height: f64, stretch: bool) -> String {
        let shape = if stretch { r#" preserveAspectRatio="none""# } else { "" };
        format!(r#"<svg viewBox="0 0 {} {}"{shape} aria-hidden="true" focusable="false">{}</svg>"#, short(width), short(height), self.body)
    }
}

fn path_data(pieces: &[Vec<[f64; 2]>]) -> String {
    let mut data = String::new();
    for piece in pieces.iter().filter(|p| !p.is_empty()) {
        for (i, [x, y]) in piece.iter().enumerate() {
            let _ = write!(data, "{}{} {}", if i == 0 { "M" } else { "L" }, short(*x), short(*y));
        }
        if piece.len() == 1 {
            data.push_str("h0.1");
        }
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_numbers_are_short() {
        let mut svg = Svg::new();
        svg.text("a\"b", [1.04, -0.01], "<b>&'");
        assert_eq!(svg.body, r#"<text class="a&quot;b" x="1" y="0">&lt;b&gt;&amp;&#39;</text>"#);
    }

    #[test]
    fn pieces_are_not_joined() {
        assert_eq!(path_data(&[vec![[0.0, 1.0], [1.0, 2.0]], vec![], vec![[3.0, 4.5]]]), "M0 1L1 2M3 4.5h0.1");
    }
}
