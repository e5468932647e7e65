//! The overview of a season: sets and lifters as data that the page shows some at a time, and a
//! page for each lifter. A table of a hundred thousand rows would take a browser a minute.

use super::material::{Overview, UNNAMED, report_link, severity_name};
use crate::batch::history::History;
use crate::batch::record::SetRecord;
use crate::batch::text::href;
use crate::patterns::Severity;
use std::collections::HashMap;
use std::fmt::{self, Display, Formatter, Write};
use std::path::{Path, PathBuf};

/// Up to this many sets everything stands in the page itself.
pub const WHOLE_MAX: usize = 600;
/// Where the lifters' pages are.
pub const LIFTERS_FOLDER: &str = "index-lifters";
/// Failures and notes that the page names; all of them stand in `summary.json`.
pub const LISTED_MAX: usize = 200;

/// Sets and lifters as the page's script reads them; written row by row.
pub struct Data<'a> {
    pub overview: &'a Overview,
    pub sets: Vec<&'a SetRecord>,
    /// For each lifter what the overview tells, and his page; empty on a lifter's own page.
    pub lifters: Vec<(&'a History, Option<f64>, PathBuf)>,
    pub out: &'a Path,
    /// From the page to the results.
    pub up: &'a str,
}

impl Display for Data<'_> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let codes: HashMap<&str, usize> = self.overview.codes.iter().enumerate().map(|(i, (code, _))| (code.as_str(), i)).collect();
        f.write_str("{\"codes\":[")?;
        list(f, &self.overview.codes, |f, (code, title)| write!(f, "[{},{}]", Text(code), Text(title)))?;
        f.write_str("],\"lifters\":[")?;
        list(f, &self.lifters, |f, (history, last, page)| {
            let worst = history.metrics.iter().map(|m| m.severity).max().unwrap_or(Severity::None);
            let name = history.lifter.as_deref().unwrap_or(UNNAMED);
            let (sets, sessions) = (history.sets, history.sessions);
            let pain = u8::from(history.pain_reported);
            write!(
                f,
                "[{},{sets},{sessions},{},{},{pain},{}]",
                Text(name),
                Number(last.map(f64::round)),
                Text(severity_name(worst)),
                Text(&href(page))
            )
        })?;
        f.write_str("],\"rows\":[")?;
        list(f, &self.sets, |f, set| self.row(f, set, &codes))?;
        f.write_str("]}")
    }
}

impl Data<'_> {
    fn row(&self, f: &mut Formatter, set: &SetRecord, codes: &HashMap<&str, usize>) -> fmt::Result {
        let facts = &set.facts;
        let date = facts.date.map_or(String::new(), |d| d.to_string());
        write!(f, "[{},{},\"{date}\",{},", Text(&set.called()), Text(facts.lifter.as_deref().unwrap_or("")), Number(facts.load_kg))?;
        write!(f, "{},{},", set.rep_count, Text(set.variant.name()))?;
        let pain = u8::from(facts.pain);
        let judged = (set.rep_count > 0).then_some((100.0 * set.coverage).round());
        write!(f, "{},{},{},{pain},", Number(set.score.map(f64::round)), Number(set.score_sigma.map(f64::round)), Number(judged))?;
        write!(f, "{},[", Number(set.mean_velocity_mps.map(|v| (100.0 * v).round() / 100.0)))?;
        let mut flags: Vec<_> = set.checks.iter().filter(|c| c.severity > Severity::None).collect();
        flags.sort_by_key(|c| std::cmp::Reverse(c.severity));
        list(f, &flags, |f, c| {
            write!(f, "[{},{},{}]", codes.get(&*c.code).copied().unwrap_or_default(), c.severity as u8, c.reps_flagged)
        })?;
        let cue = set.top.as_ref().map_or("", |t| t.2.as_str());
        write!(f, "],{},{}]", Text(cue), Text(&format!("{}{}", self.up, report_link(set, self.out))))
    }
}

fn list<T>(f: &mut Formatter, items: &[T], mut one: impl FnMut(&mut Formatter, &T) -> fmt::Result) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        f.write_str(if i > 0 { ",\n" } else { "" })?;
        one(f, item)?;
    }
    Ok(())
}

/// A JSON string that cannot end the element it stands in.
struct Text<'a>(&'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let quoted = serde_json::to_string(self.0).map_err(|_| fmt::Error)?;
        quoted.chars().try_for_each(|c| match c {
            '<' => f.write_str("\\u003c"),
            '&' => f.write_str("\\u0026"),
            c => f.write_char(c),
        })
    }
}

struct Number(Option<f64>);

impl Display for Number {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self.0.filter(|v| v.is_finite()) {
            Some(v) => write!(f, "{v}"),
            None => f.write_str("null"),
        }
    }
}

/// A file name for each lifter: readable, and different for different names.
pub fn pages(histories: &[History]) -> Vec<PathBuf> {
    let mut taken: HashMap<String, usize> = HashMap::new();
    let one = |history: &History| {
        let name = history.lifter.as_deref().unwrap_or("not named");
        let plain = |c: char| if c.is_alphanumeric() { c.to_lowercase().next().unwrap_or(c) } else { '-' };
        let slug: String = name.chars().take(60).map(plain).collect();
        let times = taken.entry(slug.clone()).or_default();
        *times += 1;
        Path::new(LIFTERS_FOLDER).join(if *times > 1 { format!("{slug}--{times}.html") } else { format!("{slug}.html") })
    };
    histories.iter().map(one).collect()
}
