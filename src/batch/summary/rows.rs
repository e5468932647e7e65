//! The repetitions of all sets, kept on the disk between the reading of the reports and the writing
//! of the tables: columns are known only when the last report is read, and a season does not fit
//! into memory.

use crate::batch::record::LeanReport;
use crate::patterns::{Severity, Status};
use crate::reps::RepKind;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Result, Seek, SeekFrom, Write};
use std::path::Path;

/// One repetition as the tables show it.
#[derive(Debug, Clone, PartialEq)]
pub struct RepRow {
    pub index: u32,
    pub kind: RepKind,
    /// Lift-off, knee pass, lockout, descent, knee pass down, floor; seconds.
    pub events_s: [Option<f64>; 6],
    pub score: Option<f64>,
    pub coverage: f64,
    /// Known values, by the number of their name ([`Rows::metrics`]).
    pub metrics: Vec<(u16, f64)>,
    /// By the number of their code ([`Rows::codes`]).
    pub checks: Vec<CheckCell>,
}

/// What the tables show of one check.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckCell {
    pub code: u16,
    pub status: Status,
    pub severity: Severity,
    pub value: Option<f64>,
    pub sigma: Option<f64>,
}

impl CheckCell {
    /// What was not judged has no severity, not even "none".
    pub fn is_judged(&self) -> bool {
        !matches!(self.status, Status::NotAssessable | Status::NotApplicable)
    }
}

impl RepRow {
    pub fn metric(&self, number: Option<u16>) -> Option<f64> {
        let number = number?;
        self.metrics.iter().find(|(n, _)| *n == number).map(|(_, value)| *value)
    }

    pub fn check(&self, number: Option<u16>) -> Option<&CheckCell> {
        let number = number?;
        self.checks.iter().find(|c| c.code == number)
    }
}

/// Writes sets one after the other, then gives them back in the same order.
pub struct Rows {
    file: BufWriter<File>,
    pub metrics: Names,
    pub codes: Names,
    sets: usize,
}

/// Names and their numbers, in the order of their first use.
#[derive(Debug, Default)]
pub struct Names {
    pub list: Vec<String>,
    numbers: HashMap<String, u16>,
}

impl Names {
    /// `None` beyond 65 535 names, which no report of this program has.
    fn number(&mut self, name: &str) -> Option<u16> {
        if let Some(&number) = self.numbers.get(name) {
            return Some(number);
        }
        let number = u16::try_from(self.list.len()).ok()?;
        self.list.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        Some(number)
    }

    pub fn find(&self, name: &str) -> Option<u16> {
        self.numbers.get(name).copied()
    }
}

const STATUS: [Status; 5] = [Status::Ok, Status::Borderline, Status::Flag, Status::NotAssessable, Status::NotApplicable];
const SEVERITY: [Severity; 4] = [Severity::None, Severity::Mild, Severity::Moderate, Severity::Severe];
const KIND: [RepKind; 3] = [RepKind::Full, RepKind::Partial, RepKind::Failed];

fn place<T: PartialEq>(of: T, list: &[T]) -> u8 {
    // The lists above hold every value of their kinds; a test would miss one that is new.
    list.iter().position(|v| *v == of).unwrap_or_default() as u8
}

impl Rows {
    /// The file has no name and goes with the process.
    pub fn create(folder: &Path) -> Result<Rows> {
        let file = BufWriter::with_capacity(1 << 18, tempfile::tempfile_in(folder)?);
        Ok(Rows { file, metrics: Names::default(), codes: Names::default(), sets: 0 })
    }

    pub fn push(&mut self, report: &LeanReport) -> Result<()> {
        self.sets += 1;
        put(&mut self.file, report.reps.len() as u64)?;
        for rep in &report.reps {
            put(&mut self.file, u64::from(rep.index))?;
            self.file.write_all(&[place(rep.kind, &KIND)])?;
            let events = [rep.lift_off_s, rep.knee_pass_s, rep.lockout_s, rep.descent_s, rep.knee_pass_down_s, rep.floor_s];
            for value in events.into_iter().chain([rep.score, Some(rep.coverage)]) {
                put_number(&mut self.file, value)?;
            }
            let known: Vec<(u16, f64)> =
                rep.metrics.iter().filter_map(|(name, value)| Some((self.metrics.number(name)?, (*value)?))).collect();
            put(&mut self.file, known.len() as u64)?;
            for (number, value) in known {
                put(&mut self.file, u64::from(number))?;
                self.file.write_all(&value.to_le_bytes())?;
            }
            let checks: Vec<_> = rep.checks.iter().filter_map(|c| Some((self.codes.number(&c.code)?, c))).collect();
            put(&mut self.file, checks.len() as u64)?;
            for (number, check) in checks {
                put(&mut self.file, u64::from(number))?;
                self.file.write_all(&[place(check.status, &STATUS), place(check.severity, &SEVERITY)])?;
                put_number(&mut self.file, check.value)?;
                put_number(&mut self.file, check.sigma)?;
            }
        }
        Ok(())
    }

    /// Gives each set's repetitions, in order; may be asked again.
    pub fn each(&mut self, mut take: impl FnMut(usize, Vec<RepRow>) -> Result<()>) -> Result<()> {
        self.file.flush()?;
        let mut file = self.file.get_ref().try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        let mut from = BufReader::with_capacity(1 << 18, file);
        for set in 0..self.sets {
            let reps = get(&mut from)?;
            let rows = (0..reps).map(|_| row(&mut from)).collect::<Result<Vec<RepRow>>>()?;
            take(set, rows)?;
        }
        Ok(())
    }
}

/// Small numbers are the most common: seven bits to a byte.
fn put(to: &mut impl Write, mut number: u64) -> Result<()> {
    while number >= 0x80 {
        to.write_all(&[number as u8 | 0x80])?;
        number >>= 7;
    }
    to.write_all(&[number as u8])
}

fn get(from: &mut impl Read) -> Result<u64> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let [byte] = bytes(from)?;
        number |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 || shift > 63 {
            return Ok(number);
        }
    }
}

fn put_number(to: &mut impl Write, value: Option<f64>) -> Result<()> {
    to.write_all(&[u8::from(value.is_some())])?;
    value.map_or(Ok(()), |v| to.write_all(&v.to_le_bytes()))
}

fn get_number(from: &mut impl Read) -> Result<Option<f64>> {
    let [known] = bytes(from)?;
    if known == 0 { Ok(None) } else { Ok(Some(f64::from_le_bytes(bytes(from)?))) }
}

fn bytes<const N: usize>(from: &mut impl Read) -> Result<[u8; N]> {
    let mut buffer = [0; N];
    from.read_exact(&mut buffer)?;
    Ok(buffer)
}

fn row(from: &mut impl Read) -> Result<RepRow> {
    let damaged = || std::io::Error::other("the temporary table is damaged");
    let index = u32::try_from(get(from)?).map_err(|_| damaged())?;
    let [kind] = bytes(from)?;
    let mut events_s = [None; 6];
    for event in &mut events_s {
        *event = get_number(from)?;
    }
    let (score, coverage) = (get_number(from)?, get_number(from)?.unwrap_or_default());
    let number = |n: u64| u16::try_from(n).map_err(|_| damaged());
    let mut metrics = vec![];
    for _ in 0..get(from)? {
        let name = number(get(from)?)?;
        metrics.push((name, f64::from_le_bytes(bytes(from)?)));
    }
    let mut checks = vec![];
    for _ in 0..get(from)? {
        let code = number(get(from)?)?;
        let [status, severity] = bytes(from)?;
        let status = STATUS.get(usize::from(status)).ok_or_else(damaged)?;
        let severity = SEVERITY.get(usize::from(severity)).ok_or_else(damaged)?;
        let (value, sigma) = (get_number(from)?, get_number(from)?);
        checks.push(CheckCell { code, status: *status, severity: *severity, value, sigma });
    }
    Ok(RepRow { index, kind: *KIND.get(usize::from(kind)).ok_or_else(damaged)?, events_s, score, coverage, metrics, checks })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_down_is_given_back_to_the_bit() {
        let text = r#"{"provenance": {"config_sha256": "", "video": {"sha256": ""}}, "variant": {"name": "sumo"}, "reps": [
            {"index": 300, "kind": "failed", "lift_off_s": 0.1, "knee_pass_s": null, "lockout_s": null, "descent_s": null,
             "knee_pass_down_s": null, "floor_s": 12.345678, "score": null, "coverage": 0.3,
             "metrics": {"rom_cm": 55.5, "nothing": null, "drift": -0.0},
             "checks": [{"code": "E1", "name": "n", "status": "not_assessable", "severity": "none"},
                        {"code": "E3", "name": "n", "status": "flag", "severity": "severe", "value": 31.5, "sigma": 0.25}]}],
            "set": {"rep_count": 0, "score": null, "score_sigma": null, "coverage": 0, "band": null, "top_findings": [],
                    "velocity_loss_pct": null, "fatigue": null}}"#;
        let report: LeanReport = serde_json::from_str(text).unwrap();
        let empty = LeanReport { reps: vec![], ..serde_json::from_str(text).unwrap() };
        let folder = tempfile::tempdir().unwrap();
        let mut rows = Rows::create(folder.path()).unwrap();
        for r in [&report, &empty, &report] {
            rows.push(r).unwrap();
        }
        for _ in 0..2 {
            let mut seen = vec![];
            rows.each(|set, reps| {
                seen.push((set, reps));
                Ok(())
            })
            .unwrap();
            assert_eq!(seen.iter().map(|(set, reps)| (*set, reps.len())).collect::<Vec<_>>(), [(0, 1), (1, 0), (2, 1)]);
            let rep = &seen[2].1[0];
            assert_eq!((rep.index, rep.kind, rep.events_s[0], rep.events_s[5]), (300, RepKind::Failed, Some(0.1), Some(12.345678)));
            let named: Vec<(&str, f64)> = rep.metrics.iter().map(|(n, v)| (rows.metrics.list[usize::from(*n)].as_str(), *v)).collect();
            assert_eq!(named, [("drift", -0.0), ("rom_cm", 55.5)]);
            let code = rows.codes.find("E3").unwrap();
            let e3 = CheckCell { code, status: Status::Flag, severity: Severity::Severe, value: Some(31.5), sigma: Some(0.25) };
            assert_eq!((rep.check(Some(code)), rep.checks[0].is_judged()), (Some(&e3), false));
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "it leaves nothing");
    }
}
