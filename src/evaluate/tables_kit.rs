//! A table, and how its cells are written.

use super::metrics::events::EventError;
use super::metrics::stats::Share;

/// A title, a header, rows of text, and a line below.
pub struct Table {
    pub title: String,
    pub header: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
    pub note: Option<String>,
}

/// Nothing known is a dash.
pub fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or("–".into(), |v| {
        let text = format!("{v:.digits$}");
        // −0.00 says no more than 0.00.
        if text.trim_start_matches(['-', '0', '.']).is_empty() { text.trim_start_matches('-').to_owned() } else { text }
    })
}

pub fn percent(value: Option<f64>) -> String {
    value.map_or("–".into(), |v| format!("{:.1} %", 100.0 * v))
}

/// "0.93 (0.85–0.97, 40/43)".
pub fn share(share: Option<Share>) -> String {
    share.map_or("–".into(), |s| format!("{:.2} ({:.2}–{:.2}, {}/{})", s.value, s.low, s.high, s.hits, s.of))
}

pub fn limits(low: Option<f64>, high: Option<f64>, digits: usize) -> String {
    match (low, high) {
        (Some(_), Some(_)) => format!("{} … {}", number(low, digits), number(high, digits)),
        _ => "–".into(),
    }
}

pub fn event_row(name: &str, e: &EventError) -> Vec<String> {
    let ms = |v| number(v, 0);
    vec![name.to_owned(), e.n.to_string(), ms(e.bias_ms), ms(e.median_abs_ms), ms(e.p95_abs_ms), share(e.found)]
}

pub const EVENTS: [&str; 6] = ["event", "n", "bias ms", "median |error| ms", "p95 |error| ms", "found"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(number(Some(-0.001), 2), "0.00");
        assert_eq!(number(Some(-0.51), 1), "-0.5");
        assert_eq!(number(None, 1), "–");
        assert_eq!(share(Share::new(8, 10)), "0.80 (0.49–0.94, 8/10)");
    }
}
