//! The numbers that `docs/method.md` gives beside a key of the configuration are the configuration's.

use formcheck::config::{self, Config};
use regex::Regex;
use std::path::Path;

/// What a passage says of a key, with the line.
struct Said {
    line: usize,
    keys: Vec<String>,
    numbers: Vec<f64>,
}

fn numbers(text: &str) -> Vec<f64> {
    Regex::new(r"[−-]?\d+(?:\.\d+)?").unwrap().find_iter(text).map(|n| n.as_str().replace('−', "-").parse().unwrap()).collect()
}

/// "`dB_pull` 0.041, 0.074, 0.115" below the heading of E1, or of any section as "`[S2] cm` 4.0, 5.5, 7.5"; and "0.80 on
/// (`[flag] p_flag`)".
fn said(text: &str) -> Vec<Said> {
    const NUMBER: &str = r"[−-]?\d+(?:\.\d+)?";
    let heading = Regex::new(r"^#{2,4} [\d.]+ (.*)").unwrap();
    let code = Regex::new(r"\b[ESPTD]\d\b").unwrap();
    let after = Regex::new(&format!(r"`(?:\[(\w+)\] )?(\w+)`,? ({NUMBER}(?:(?:, | / ){NUMBER}){{0,2}})")).unwrap();
    let before = Regex::new(&format!(r"({NUMBER})[^()`0-9\[]{{0,40}}\(`(?:\[(\w+)\] )?(\w+)`\)")).unwrap();
    let mut sections: Vec<String> = vec![];
    let mut out = vec![];
    let sources = Regex::new(r"\[(?:V:[^\]]*|C|OC|U)\]").unwrap();
    for (line, row) in (1..).zip(text.lines()) {
        let row = &*sources.replace_all(row, "");
        if let Some(title) = heading.captures(row) {
            sections = code.find_iter(&title[1]).map(|c| c.as_str().to_owned()).collect();
        }
        let keys = |section: Option<&str>, name: &str| -> Vec<String> {
            let named = section.map(|s| vec![s.to_owned()]).unwrap_or_else(|| sections.clone());
            let own: Vec<String> = named.iter().map(|s| format!("{s}.{name}")).filter(|k| config::declared(k).is_some()).collect();
            if section.is_some() || !own.is_empty() {
                return own;
            }
            let everywhere: Vec<&str> = config::keys().map(|d| d.key).filter(|k| k.split_once('.').is_some_and(|k| k.1 == name)).collect();
            // A name that several sections have says nothing outside them.
            if everywhere.len() == 1 { vec![everywhere[0].to_owned()] } else { vec![] }
        };
        let mut add = |keys: Vec<String>, figures: &str| {
            // What is absent by default has no number to agree with.
            if keys.iter().any(|k| !config::value(&Config::default(), k).is_empty()) {
                out.push(Said { line, keys, numbers: numbers(figures) });
            }
        };
        after.captures_iter(row).for_each(|c| add(keys(c.get(1).map(|m| m.as_str()), &c[2]), &c[3]));
        before.captures_iter(row).for_each(|c| add(keys(c.get(2).map(|m| m.as_str()), &c[3]), &c[1]));
    }
    out
}

fn faults(text: &str) -> (usize, Vec<String>) {
    let said = said(text);
    let agrees = |key: &String, figures: &[f64]| {
        let real = config::value(&Config::default(), key);
        let same = |scale: f64| figures.iter().zip(&real).all(|(a, b)| (a - scale * b).abs() < 1e-9);
        // A share may be told in percent.
        figures.len() <= real.len() && (same(1.0) || same(100.0))
    };
    let wrong = said.iter().filter(|s| !s.keys.iter().any(|k| agrees(k, &s.numbers)));
    let told = wrong.map(|s| {
        let real: Vec<_> = s.keys.iter().map(|k| format!("{k} = {:?}", config::value(&Config::default(), k))).collect();
        format!("line {}: {:?}, where {}", s.line, s.numbers, real.join(" or "))
    });
    (said.len(), told.collect())
}

#[test]
fn the_methods_numbers_are_the_configurations() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/method.md")).unwrap();
    let (read, wrong) = faults(&text);
    assert!(read > 30, "{read} numbers: the reader is blind");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_wrong_number_is_seen() {
    let (read, wrong) = faults("### 6.4 E4 Drift\nmild at `drift_cm` 3, 5, 9; from 0.80 on (`[flag] p_flag`) a flag");
    assert_eq!((read, wrong.len()), (2, 1), "{wrong:?}");
}
