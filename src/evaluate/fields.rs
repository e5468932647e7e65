//! Reading JSON by hand, so that every complaint names the file and the key.

use crate::error::{Error, Result};
use serde_json::Value;
use std::path::Path;

/// One channel over the frames; `null` in the file is "not known".
pub type Channel = Vec<Option<f64>>;
/// One point over the frames, px of the upright frame.
pub type Points = Vec<Option<[f64; 2]>>;

/// A JSON object together with where it stands.
pub struct Fields<'a> {
    file: &'a Path,
    at: String,
    value: &'a Value,
}

impl<'a> Fields<'a> {
    pub fn new(file: &'a Path, value: &'a Value) -> Result<Self> {
        let fields = Fields { file, at: String::new(), value };
        if value.is_object() { Ok(fields) } else { Err(fields.wrong("", "an object with the keys of the truth contract")) }
    }

    /// An error about `key`, in the form "lift.truth.json: reps[1].floor_s: expected a number".
    pub fn wrong(&self, key: &str, expected: &str) -> Error {
        let at = self.path(key);
        let found = kind_of(if key.is_empty() { Some(self.value) } else { self.value.get(key) });
        Error::input(
            format!("{}: {at}expected {expected}, found {found}", self.file.display()),
            "the keys and units of a truth file stand in docs/files.md",
        )
    }

    fn path(&self, key: &str) -> String {
        match (self.at.is_empty(), key.is_empty()) {
            (true, true) => String::new(),
            (true, false) => format!("{key}: "),
            (false, true) => format!("{}: ", self.at),
            (false, false) => format!("{}.{key}: ", self.at),
        }
    }

    /// The value of a key; `null` and absent are the same.
    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.value.get(key).filter(|v| !v.is_null())
    }

    pub fn number(&self, key: &str) -> Result<Option<f64>> {
        self.get(key).map(|v| v.as_f64().ok_or_else(|| self.wrong(key, "a number"))).transpose()
    }

    pub fn required(&self, key: &str) -> Result<f64> {
        self.number(key)?.ok_or_else(|| self.wrong(key, "a number"))
    }

    /// A value that serde knows how to read from its name, such as a view or a variant.
    pub fn named<T: serde::de::DeserializeOwned>(&self, key: &str, expected: &str) -> Result<Option<T>> {
        self.get(key).map(|v| serde_json::from_value(v.clone()).map_err(|_| self.wrong(key, expected))).transpose()
    }

    /// The object under a key, and its keys in order.
    pub fn object(&self, key: &str) -> Result<Option<(Fields<'a>, Vec<&'a str>)>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let map = value.as_object().ok_or_else(|| self.wrong(key, "an object"))?;
        let at = self.path(key).trim_end_matches(": ").to_owned();
        Ok(Some((Fields { file: self.file, at, value }, map.keys().map(String::as_str).collect())))
    }

    /// The objects of an array.
    pub fn objects(&self, key: &str) -> Result<Vec<Fields<'a>>> {
        let Some(value) = self.get(key) else { return Ok(vec![]) };
        let items = value.as_array().ok_or_else(|| self.wrong(key, "an array of objects"))?;
        let at = self.path(key).trim_end_matches(": ").to_owned();
        let each = |(i, value): (usize, &'a Value)| {
            let fields = Fields { file: self.file, at: format!("{at}[{i}]"), value };
            if value.is_object() { Ok(fields) } else { Err(fields.wrong("", "an object")) }
        };
        items.iter().enumerate().map(each).collect()
    }

    fn array(&self, key: &str, len: usize, expected: &str) -> Result<Option<&'a Vec<Value>>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let items = value.as_array().ok_or_else(|| self.wrong(key, expected))?;
        if items.len() != len {
            let message = format!("{}: {}{} values for {len} frames", self.file.display(), self.path(key), items.len());
            return Err(Error::input(message, "every channel of a truth file has one value per frame"));
        }
        Ok(Some(items))
    }

    /// One number per frame.
    pub fn channel(&self, key: &str, len: usize) -> Result<Option<Channel>> {
        let Some(items) = self.array(key, len, "one number per frame")? else { return Ok(None) };
        let one = |v: &Value| if v.is_null() { Some(None) } else { v.as_f64().map(Some) };
        items.iter().map(one).collect::<Option<_>>().map(Some).ok_or_else(|| self.wrong(key, "only numbers or null"))
    }

    /// One number for all frames, or one per frame.
    pub fn number_or_channel(&self, key: &str, len: usize) -> Result<Option<Channel>> {
        match self.get(key) {
            Some(Value::Number(n)) => Ok(n.as_f64().map(|v| vec![Some(v); len])),
            _ => self.channel(key, len),
        }
    }

    /// One [x, y] per frame.
    pub fn points(&self, key: &str, len: usize) -> Result<Option<Points>> {
        let Some(items) = self.array(key, len, "one [x_px, y_px] per frame")? else { return Ok(None) };
        items.iter().map(point).collect::<Option<_>>().map(Some).ok_or_else(|| self.wrong(key, "only [x_px, y_px] or null"))
    }

    /// One truth value per frame, as true/false or 1/0.
    pub fn flags(&self, key: &str, len: usize) -> Result<Option<Vec<bool>>> {
        let Some(items) = self.array(key, len, "true or false per frame")? else { return Ok(None) };
        let one = |v: &Value| v.as_bool().or_else(|| v.as_u64().filter(|n| *n < 2).map(|n| n == 1));
        items.iter().map(one).collect::<Option<_>>().map(Some).ok_or_else(|| self.wrong(key, "only true or false"))
    }
}

fn point(value: &Value) -> Option<Option<[f64; 2]>> {
    if value.is_null() {
        return Some(None);
    }
    match value.as_array()?.as_slice() {
        [x, y] if x.is_null() && y.is_null() => Some(None),
        [x, y] => Some(Some([x.as_f64()?, y.as_f64()?])),
        _ => None,
    }
}

fn kind_of(value: Option<&Value>) -> String {
    match value {
        None => "nothing".into(),
        Some(Value::Array(items)) => format!("an array of {}", items.len()),
        Some(Value::Object(_)) => "an object".into(),
        Some(other) => other.to_string(),
    }
}
