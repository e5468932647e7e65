//! Reading, checking and printing the configuration.

use super::{Config, docs::KEYS};
use crate::error::{Error, Result};
use std::path::Path;

/// Reads a TOML file over the defaults.
pub fn load(path: Option<&Path>) -> Result<Config> {
    match path {
        None => Ok(Config::default()),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|e| {
                Error::usage(
                    format!("cannot read the configuration {}: {e}", path.display()),
                    "`formcheck config` prints a complete one to start from",
                )
            })?;
            parse(&text).map_err(|e| Error { message: format!("{}: {}", path.display(), e.message), ..e })
        }
    }
}

/// Parses TOML text over the defaults and checks every number against its range.
pub fn parse(text: &str) -> Result<Config> {
    let config: Config = toml::from_str(text).map_err(|e| {
        let line = e.span().map_or(String::new(), |s| format!("line {}: ", text[..s.start.min(text.len())].lines().count().max(1)));
        Error::usage(
            format!("{line}{}", e.message().lines().next().unwrap_or("not a valid configuration")),
            "`formcheck config` prints every key with its unit and range",
        )
    })?;
    check(&config)?;
    super::instrument::check_overrides(&config.instrument)?;
    Ok(config)
}

fn check(config: &Config) -> Result<()> {
    let value = toml::Value::try_from(config).map_err(|e| Error::internal(format!("the configuration cannot be represented: {e}")))?;
    for doc in KEYS {
        for number in numbers(lookup(&value, doc.key)) {
            if !(doc.min..=doc.max).contains(&number) {
                return Err(Error::usage(
                    format!("{} = {number} {} is out of range", doc.key, doc.unit),
                    format!("allowed is {} to {} {} ({})", doc.min, doc.max, doc.unit, doc.what),
                ));
            }
        }
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
            if let Some(doc) = KEYS.iter().find(|d| d.key == full) {
                out.push_str(&format!("# {}; {}, {} to {}; {}\n", doc.what, doc.unit, doc.min, doc.max, doc.source));
            }
        }
        out.push_str(line);
        out.push('\n');
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

    fn leaves(prefix: &str, value: &toml::Value, out: &mut Vec<String>) {
        match value {
            toml::Value::Table(table) => {
                table.iter().for_each(|(k, v)| leaves(&if prefix.is_empty() { k.clone() } else { format!("{prefix}.{k}") }, v, out))
            }
            v if !numbers(Some(v)).is_empty() => out.push(prefix.to_owned()),
            _ => {}
        }
    }

    #[test]
    fn every_number_is_documented_and_every_document_has_its_number() {
        let value = toml::Value::try_from(Config::default()).unwrap();
        let mut keys = vec![];
        leaves("", &value, &mut keys);
        for key in &keys {
            assert!(KEYS.iter().any(|d| d.key == key), "{key} has no unit, range and source");
        }
        for doc in KEYS {
            assert!(lookup(&value, doc.key).is_some(), "{} does not exist", doc.key);
        }
    }

    #[test]
    fn the_printed_configuration_is_read_back_as_itself() {
        let text = render(&Config::default()).unwrap();
        assert_eq!(parse(&text).unwrap(), Config::default());
    }

    #[test]
    fn unknown_keys_and_wild_values_are_named() {
        assert!(parse("[filter]\nlandmrk_hz = 6.0").unwrap_err().message.contains("landmrk_hz"));
        let e = parse("[E4]\ndrift_cm = [3.0, 5.0, 800.0]").unwrap_err();
        assert!(e.message.contains("E4.drift_cm") && e.hint.contains("0 to 50"), "{e:?}");
    }
}
