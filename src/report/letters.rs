//! Letters of a text, whatever it says.

/// First letter small.
pub fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().collect::<String>() + letters.as_str())
}

/// Text from outside without control characters: a file name must not steer the terminal.
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// A text in which no line ends within a number: between it, its error and its unit.
pub fn unbroken(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = "";
    for (k, word) in text.split(' ').enumerate() {
        let unit = ["s", "cm", "m/s", "%"].contains(&word.trim_end_matches([')', ',', ';', '.', ':']));
        let one = matches!(before, "±" | "≈") || word == "±" || unit && before.ends_with(|c: char| c.is_ascii_digit());
        if k > 0 {
            out.push(if one { '\u{a0}' } else { ' ' });
        }
        out.push_str(word);
        before = word;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stays_with_its_error_and_unit() {
        let said = "lowered too fast, in 0.66 ± 0.05 s, by ≈ 9° (±4 cm) within the 3 s";
        assert_eq!(unbroken(said).replace('\u{a0}', "_"), "lowered too fast, in 0.66_±_0.05_s, by ≈_9° (±4_cm) within the 3_s");
        assert_eq!(unbroken(""), "");
        assert_eq!(unbroken("reps 1 to 4 so far"), "reps 1 to 4 so far");
    }
}
