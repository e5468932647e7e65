//! Metadata in file names, by a template such as `{date}_{lifter}_{load}kg[_set{set}]`.

use super::date::Day;
use super::text::{bare, path_text};
use crate::config::Kind;
use crate::error::{Error, Result};
use regex::Regex;
use std::path::Path;

/// Used when the user gives none: reads `2026-03-14_lifter-a_140kg_set2.mp4`.
pub const DEFAULT_PATTERN: &str = "{date}_{lifter}[_{load}kg][_x{reps}][_rpe{rpe}][_set{set}][_{any}]";

/// Longer than any path.
const TEMPLATE_MAX_BYTES: usize = 4096;

/// Field name → what it matches. Names end at `_`, since lifters have hyphens.
const FIELDS: &[(&str, &str)] = &[
    ("date", r"\d{4}[-_.]?\d{2}[-_.]?\d{2}"),
    ("lifter", r"[^_/]+?"),
    ("load", r"\d{1,3}(?:[.,]\d+)?"),
    ("set", r"\d{1,2}"),
    ("reps", r"\d{1,2}"),
    ("rpe", r"\d{1,2}(?:[.,]\d)?"),
    ("variant", r"(?i:conventional|sumo|romanian|rdl)"),
    ("any", r"[^/]*?"),
];

/// What a file name said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NameFacts {
    pub lifter: Option<String>,
    pub date: Option<Day>,
    pub load_kg: Option<f64>,
    pub reps: Option<u32>,
    pub rpe: Option<f64>,
    pub variant: Option<Kind>,
    pub set: Option<u32>,
}

/// A compiled template.
#[derive(Debug, Clone)]
pub struct NamePattern {
    regex: Regex,
    /// The template has a `/`: it is held against the path below the folder, not the name alone.
    with_folders: bool,
}

impl Default for NamePattern {
    #[allow(clippy::expect_used, reason = "a test compiles the constant")]
    fn default() -> Self {
        // The constant is compiled by a test below, so this cannot fail.
        NamePattern::parse(DEFAULT_PATTERN).expect("the default pattern compiles")
    }
}

impl NamePattern {
    /// Literal text, `{field}` and `[optional part]`.
    pub fn parse(template: &str) -> Result<NamePattern> {
        let wrong = |what: String| {
            let names: Vec<String> = FIELDS.iter().map(|(name, _)| format!("{{{name}}}")).collect();
            Error::usage(
                format!("the name pattern {template:?} {what}"),
                format!("fields are {}; [ ] makes a part optional; the default is {DEFAULT_PATTERN}", names.join(" ")),
            )
        };
        if template.len() > TEMPLATE_MAX_BYTES {
            return Err(Error::usage(format!("the name pattern has more than {TEMPLATE_MAX_BYTES} bytes"), "no file name is as long"));
        }
        let (mut pattern, mut depth, mut seen) = (String::from("^"), 0usize, vec![]);
        let mut rest = template;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            match c {
                '{' => {
                    let (name, after) = rest.split_once('}').ok_or_else(|| wrong("has a { without }".into()))?;
                    let field = FIELDS.iter().find(|(known, _)| *known == name).ok_or_else(|| wrong(format!("has no field {{{name}}}")))?;
                    if seen.contains(&name) && name != "any" {
                        return Err(wrong(format!("has {{{name}}} twice")));
                    }
                    let group = if name == "any" { "?:".to_owned() } else { format!("?P<{name}>") };
                    pattern.push_str(&format!("({group}{})", field.1));
                    seen.push(name);
                    rest = after;
                }
                '[' => (depth, pattern) = (depth + 1, pattern + "(?:"),
                ']' if depth > 0 => (depth, pattern) = (depth - 1, pattern + ")?"),
                ']' => return Err(wrong("has a ] without [".into())),
                c => pattern.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
            }
        }
        if depth > 0 {
            return Err(wrong("has a [ without ]".into()));
        }
        let regex = Regex::new(&(pattern + "$")).map_err(|e| wrong("cannot be understood".into()).because(e))?;
        Ok(NamePattern { regex, with_folders: template.contains('/') })
    }

    /// Facts in the name of a video or a saved track, without its extension; empty when the pattern does not fit.
    pub fn read(&self, relative: &Path) -> NameFacts {
        let bare = bare(relative);
        let text = if self.with_folders { path_text(&bare) } else { bare.file_name().map(|n| path_text(Path::new(n))).unwrap_or_default() };
        let Some(found) = self.regex.captures(&text) else { return NameFacts::default() };
        let get = |name: &str| found.name(name).map(|m| m.as_str());
        let number = |name: &str| get(name).and_then(|s| s.replace(',', ".").parse::<f64>().ok());
        let count = |name: &str| get(name).and_then(|s| s.parse::<u32>().ok());
        NameFacts {
            lifter: get("lifter").map(str::to_owned),
            date: get("date").and_then(Day::parse_name),
            load_kg: number("load").filter(|kg| *kg > 0.0),
            reps: count("reps"),
            rpe: number("rpe").filter(|v| (1.0..=10.0).contains(v)),
            variant: get("variant").and_then(Kind::told),
            set: count("set"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_name_is_read() {
        let facts = NamePattern::default().read(Path::new("x/2026-03-14_lifter-a_140kg_set2.mp4"));
        let expected = NameFacts {
            lifter: Some("lifter-a".into()),
            date: Day::new(2026, 3, 14),
            load_kg: Some(140.0),
            set: Some(2),
            ..NameFacts::default()
        };
        assert_eq!(facts, expected);
        let facts = NamePattern::default().read(Path::new("20260314_bo_142.5kg_x5_warm up.mov"));
        assert_eq!((facts.load_kg, facts.reps, facts.set), (Some(142.5), Some(5), None));
        assert_eq!(NamePattern::default().read(Path::new("IMG_2041.MOV")), NameFacts::default());
        // A saved track tells what its video does.
        let track = NamePattern::default().read(Path::new("x/2026-03-14_bo_80kg.track.json.gz"));
        assert_eq!((track.lifter.as_deref(), track.load_kg), (Some("bo"), Some(80.0)));
    }

    #[test]
    fn a_pattern_of_ones_own_may_name_folders() {
        let own = NamePattern::parse("{lifter}/{date}/{variant}-{load}[-{any}]").unwrap();
        let facts = own.read(Path::new("Zoë/2026.01.02/RDL-80-b.mp4"));
        assert_eq!((facts.lifter.as_deref(), facts.load_kg, facts.variant), (Some("Zoë"), Some(80.0), Some(Kind::Romanian)));
    }

    #[test]
    fn wrong_patterns_are_named() {
        for (wrong, says) in [("{dte}", "{dte}"), ("{date", "without }"), ("[a", "without ]"), ("a]", "without ["), ("{set}{set}", "twice")]
        {
            let e = NamePattern::parse(wrong).unwrap_err();
            assert!(e.message.contains(says) && e.hint.contains("{lifter}"), "{e:?}");
        }
    }
}
