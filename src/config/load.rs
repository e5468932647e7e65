//! Reading, checking and printing the configuration.

use super::{Config, KeyDoc, Order, declared, keys};
use crate::error::{Error, Result};
use std::ops::Range;
use std::path::Path;

/// A configuration is a few hundred lines; what is larger is something else, bytes.
const MOST_BYTES: u64 = 1 << 20;

/// Reads a TOML file over the defaults.
pub fn load(path: Option<&Path>) -> Result<Config> {
    let Some(path) = path else { return Ok(Config::default()) };
    let cannot = |why: String| {
        Error::usage(
            format!("cannot read the configuration {}: {why}", path.display()),
            "`formcheck config` prints a complete one to start from",
        )
    };
    let meta = std::fs::metadata(path).map_err(|e| cannot(e.to_string()))?;
    // A pipe would wait for a writer, a device may never end.
    if !meta.is_file() {
        return Err(cannot("it is not a file".into()));
    }
    if meta.len() > MOST_BYTES {
        return Err(cannot(format!("it is larger than {} kB", MOST_BYTES >> 10)));
    }
    let text = std::fs::read_to_string(path).map_err(|e| cannot(e.to_string()))?;
    parse(&text).map_err(|e| Error { message: format!("{}: {}", path.display(), e.message), ..e })
}

/// Parses TOML text over the defaults and checks every value against its declaration. What is refused is told with its line, key
/// and value, and what is allowed.
pub fn parse(text: &str) -> Result<Config> {
    let config: Config = toml::from_str(text).map_err(|e| {
        let said = e.message().lines().next().unwrap_or("not a valid configuration").to_owned();
        let (line, found) = e.span().map_or((None, None), |s| (Some(line(text, s.start)), key_at(text, s.start)));
        let doc = found.as_ref().and_then(|(key, _)| declared(key));
        let place = line.map_or(String::new(), |l| format!("line {l}: "));
        let key = found.map_or(String::new(), |(key, value)| format!("{key} = {value}: "));
        let hint = doc.map_or_else(|| "`formcheck config` prints every key with its unit and range".to_owned(), allowed);
        Error::usage(format!("{place}{key}{said}"), hint)
    })?;
    let at = |e: Error, key: &str| match line_of(text, key) {
        Some(line) => Error { message: format!("line {line}: {}", e.message), ..e },
        None => e,
    };
    check(&config).map_err(|(e, key)| at(e, key))?;
    super::instrument::check_overrides(&config.instrument).map_err(|e| at(e, "instrument"))?;
    Ok(config)
}

fn allowed(doc: &KeyDoc) -> String {
    let order = match doc.order {
        Order::Single => "",
        Order::Rising => ", each step at least the one before",
        Order::Falling => ", each step at most the one before",
    };
    format!("allowed is {} to {} {}{order} ({})", doc.min, doc.max, doc.unit, doc.what)
}

/// Line from 1 of a place in the text.
fn line(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|b| **b == b'\n').count()
}

/// Calls back with "section.key", and where key and value stand in the text, of every value that is no table.
fn leaves(table: &toml::de::DeTable, above: &str, found: &mut dyn FnMut(&str, Range<usize>, Range<usize>)) {
    for (key, value) in table.iter() {
        let name = if above.is_empty() { key.get_ref().to_string() } else { format!("{above}.{}", key.get_ref()) };
        match value.get_ref() {
            toml::de::DeValue::Table(inner) => leaves(inner, &name, found),
            _ => found(&name, key.span(), value.span()),
        }
    }
}

/// A value longer than this is cut where it is told, characters.
const MOST_TOLD: usize = 60;

/// Key and value, as written, at a place in the text.
fn key_at(text: &str, at: usize) -> Option<(String, String)> {
    let mut hit = None;
    leaves(toml::de::DeTable::parse(text).ok()?.get_ref(), "", &mut |name, key, value| {
        if (key.start..=value.end).contains(&at) {
            let written = text.get(value).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
            let told = written.chars().take(MOST_TOLD).collect::<String>();
            hit = Some((name.to_owned(), if told.len() < written.len() { told + "…" } else { told }));
        }
    });
    hit
}

/// The line of a key, or of the first key below a section of that name.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let mut hit = None;
    leaves(toml::de::DeTable::parse(text).ok()?.get_ref(), "", &mut |name, place, _| {
        if name == key || name.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')) {
            hit = hit.or(Some(place.start));
        }
    });
    hit.map(|at| line(text, at))
}

/// Limits of which the first may not lie above the second; of steps all.
const ORDERED: &[(&str, &str)] = &[
    ("filter.gap_fill_s", "filter.gap_max_s"),
    ("flag.p_borderline", "flag.p_flag"),
    ("view.side_max", "view.oblique_side_max"),
    ("view.oblique_side_max", "view.oblique_max"),
    ("gate.cm_per_px_good", "gate.cm_per_px_fair"),
    ("gate.cm_per_px_fair", "gate.cm_per_px_max"),
    ("gate.usable_min", "gate.usable_good"),
    ("reps.concentric_min_s", "reps.concentric_max_s"),
    ("reps.touch_and_go_s", "reps.dead_stop_s"),
    ("reps.lift_off_cm", "reps.rise_cm"),
    ("E1.resid_ok", "E1.resid_max"),
    ("S1.narrow", "S1.wide"),
    ("S3.narrow", "S3.wide"),
    ("S4.behind", "S4.ahead"),
];

fn check(config: &Config) -> std::result::Result<(), (Error, &'static str)> {
    let value =
        toml::Value::try_from(config).map_err(|e| (Error::internal(format!("the configuration cannot be represented: {e}")), ""))?;
    for doc in keys() {
        for number in numbers(lookup(&value, doc.key)) {
            if !(doc.min..=doc.max).contains(&number) {
                return Err((Error::usage(format!("{} = {number} {} is out of range", doc.key, doc.unit), allowed(doc)), doc.key));
            }
        }
    }
    for (lower, upper) in ORDERED {
        let of = |key: &str| numbers(lookup(&value, key));
        let (low, high) = (of(lower).into_iter().fold(f64::NEG_INFINITY, f64::max), of(upper).into_iter().fold(f64::INFINITY, f64::min));
        if low > high {
            let message = format!("{lower} = {low} lies above {upper} = {high}");
            return Err((Error::usage(message, format!("{lower} may be at most {upper}")), lower));
        }
    }
    let shares = config.score.median_share + config.score.min_share;
    if shares > 1.0 + 1e-9 {
        let message = format!("score.median_share + score.min_share = {shares} could score a set above 100");
        return Err((Error::usage(message, "together they may be at most 1"), "score.median_share"));
    }
    Ok(())
}

pub(super) fn lookup<'a>(value: &'a toml::Value, key: &str) -> Option<&'a toml::Value> {
    key.split('.').try_fold(value, |v, part| v.get(part))
}

pub(super) fn numbers(value: Option<&toml::Value>) -> Vec<f64> {
    match value {
        Some(toml::Value::Float(f)) => vec![*f],
        Some(toml::Value::Integer(i)) => vec![*i as f64],
        Some(toml::Value::Array(a)) => a.iter().flat_map(|v| numbers(Some(v))).collect(),
        _ => vec![],
    }
}

/// The numbers behind one documented key, in order; empty for an unknown key.
pub fn value(config: &Config, key: &str) -> Vec<f64> {
    toml::Value::try_from(config).map(|v| numbers(lookup(&v, key))).unwrap_or_default()
}

/// The configuration as TOML, every number with meaning, unit, range and source.
pub fn render(config: &Config) -> Result<String> {
    let plain = toml::to_string(config).map_err(|e| Error::internal(format!("the configuration cannot be printed: {e}")))?;
    let mut section = String::new();
    let mut out = String::from("# formcheck configuration. Keep only the lines you change.\n\n");
    for line in plain.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            section = name.to_owned();
        } else if let Some((key, _)) = line.split_once(" = ") {
            let full = format!("{section}.{key}");
            if let Some(doc) = declared(&full) {
                out.push_str(&format!("# {}; {}, {} to {}; {}\n", doc.what, doc.unit, doc.min, doc.max, doc.source));
            }
        }
        out.push_str(line);
        out.push('\n');
        let open = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')).map(|name| format!("{name}."));
        for doc in keys().filter(|d| open.as_ref().is_some_and(|o| d.key.strip_prefix(o.as_str()).is_some_and(|k| !k.contains('.')))) {
            if value(config, doc.key).is_empty() {
                let key = doc.key.rsplit('.').next().unwrap_or(doc.key);
                out.push_str(&format!("# {}; {}, {} to {}; {}\n# {key} = …\n", doc.what, doc.unit, doc.min, doc.max, doc.source));
            }
        }
    }
    out.push_str("\n# What the networks that come with the program read; give a table as [instrument.back_pull] to change it.\n");
    for line in super::instrument::built_in().lines().skip_while(|line| !line.is_empty()) {
        let table = line.strip_prefix('[').map(|l| format!("[instrument.{l}"));
        let line = table.as_deref().unwrap_or(line);
        out.push_str(if line.starts_with('#') || line.is_empty() { "" } else { "#   " });
        out.push_str(line);
        out.push('\n');
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_declared_and_every_declaration_has_its_number() {
        fn numeric(prefix: &str, value: &toml::Value, out: &mut Vec<String>) {
            match value {
                toml::Value::Table(table) => {
                    table.iter().for_each(|(k, v)| numeric(&if prefix.is_empty() { k.clone() } else { format!("{prefix}.{k}") }, v, out))
                }
                v if !numbers(Some(v)).is_empty() => out.push(prefix.to_owned()),
                _ => {}
            }
        }
        let full = Config {
            lifter: super::super::Lifter { height_cm: Some(170.0), load_kg: Some(1.0), slow_motion: Some(1.0), ..Default::default() },
            filter: super::super::Filter { visibility_min: Some(0.5), ..Default::default() },
            ..Config::default()
        };
        let value = toml::Value::try_from(full).unwrap();
        let mut found = vec![];
        numeric("", &value, &mut found);
        for key in &found {
            assert!(declared(key).is_some(), "{key} has no unit, range and source");
        }
        for doc in keys() {
            assert!(lookup(&value, doc.key).is_some(), "{} does not exist", doc.key);
            assert!(doc.min < doc.max && !doc.unit.is_empty() && !doc.what.is_empty() && !doc.source.is_empty(), "{}", doc.key);
            assert_eq!(keys().filter(|d| d.key == doc.key).count(), 1, "{} stands twice", doc.key);
        }
    }

    #[test]
    fn the_printed_configuration_is_read_back_as_itself() {
        let text = render(&Config::default()).unwrap();
        assert_eq!(parse(&text).unwrap(), Config::default());
        assert!(text.contains("# height_cm = …") && text.contains("[instrument.back_pull]"), "{text}");
    }

    #[test]
    fn what_is_refused_is_told_with_its_key_value_range_and_line() {
        for (text, said, hint) in [
            ("[filter]\nlandmrk_hz = 6.0", "line 2: filter.landmrk_hz = 6.0: unknown field `landmrk_hz`", "every key"),
            ("\n[E4]\ndrift_cm = [3.0, 5.0, 800.0]", "line 3: E4.drift_cm = 800 cm is out of range", "0 to 50 cm, each step at least"),
            ("[E4]\ndrift_cm = [8.0, 5.0, 3.0]", "line 2: E4.drift_cm = [8.0, 5.0, 3.0]: its steps must rise", "0 to 50"),
            ("[P4]\n# slow\necc_s = [0.4, 0.7, 1.0]", "line 3: P4.ecc_s = [0.4, 0.7, 1.0]: its steps must fall", "at most the one before"),
            ("[E1]\ndB_pull = [0.1, 0.2]", "line 2: E1.dB_pull = [0.1, 0.2]: 2 numbers, where 3 steps", "0 to 1"),
            ("[E1]\ndB_pull = 0.1", "line 2: E1.dB_pull = 0.1: invalid type", "0 to 1"),
            ("[lifter]\nheight_cm = 1.78", "line 2: lifter.height_cm = 1.78 cm is out of range", "100 to 230"),
            ("[lifter]\nvariant = \"sumoo\"", "line 2: lifter.variant = \"sumoo\": unknown variant `sumoo`", "every key"),
            ("[lifter]\nslow_motion = 0.5", "line 2: lifter.slow_motion = 0.5 times is out of range", "1 to 32"),
            ("[score]\nmedian_share = 1.0\nmin_share = 0.5", "line 2: score.median_share + score.min_share = 1.5", "at most 1"),
            (
                "[view]\nside_max = 40.0",
                "line 2: view.side_max = 40 lies above view.oblique_side_max = 30",
                "at most view.oblique_side_max",
            ),
            ("[S1]\nnarrow = [1.2, 0.4]", "line 2: S1.narrow = 1.2 lies above S1.wide = 1.15", "at most S1.wide"),
            ("[instrument.back_pull]\nsigma = 0.0", "line 2: instrument.back_pull: sigma", "models/instruments"),
        ] {
            let e = parse(text).unwrap_err();
            assert_eq!(e.kind, crate::ErrorKind::Usage);
            assert!(e.message.contains(said) && e.hint.contains(hint), "{text}\n{}\n{}", e.message, e.hint);
        }
    }

    #[test]
    fn only_a_file_of_a_few_lines_is_a_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |path: &Path| load(Some(path)).unwrap_err();
        assert!(refused(folder.path()).message.contains("not a file"));
        assert_eq!(refused(Path::new("/dev/null")).kind, crate::ErrorKind::Usage);
        let large = folder.path().join("large.toml");
        std::fs::write(&large, vec![b'#'; (MOST_BYTES + 1) as usize]).unwrap();
        assert!(refused(&large).message.contains("larger than 1024 kB"));
    }
}
