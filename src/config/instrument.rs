//! What an instrument (network, outline, plate search) reads for a true value (SPEC 6.0).
//!
//! A threshold is a true unit and stands in the configuration; a measurement model is fitted and stands in
//! `models/instruments/<network>.toml`, built in and overridable by the configuration's `[instrument]`, whose keys are those of the
//! file (`[instrument.back_pull] sigma = 0.012`). `Signals` carries the instrument that read them, and a
//! check either *corrects* its reading ([`Reading::corrected`]) or, where errors are known as read, holds the reading against what a
//! true threshold reads as ([`Reading::read`]). Both say the same: readings rise with the true value.
//!
//! To add one: a field here, a table in every file under `models/instruments`, its use in one check. To refit one: change its numbers
//! there, with date, material and hold-out; no threshold moves.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

const MEASURED: [(&str, &str); 1] = [("blazepose-33", include_str!("../../models/instruments/blazepose-33.toml"))];
const UNMEASURED: &str = include_str!("../../models/instruments/unmeasured.toml");

/// All measurement models of one network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Skeleton layout whose networks it describes, or "unmeasured".
    pub network: String,
    /// YYYY-MM-DD of the fit.
    pub date: String,
    /// The material that it was fitted on, and that its error was told on.
    pub fitted_on: String,
    /// Material that it was tried on and not fitted to.
    pub held_out_on: String,
    /// Back index while nothing changes.
    pub back_index: Reading,
    /// Change of the back index through the pull (E1).
    pub back_pull: Reading,
    /// Back index in lowering above the own pull (P6).
    pub back_low: Reading,
    /// Trunk tipping from the hips' lowest point (E3), degrees.
    pub tip_set: Reading,
    /// The fitted trunk at lockout (E2), degrees above level.
    pub lockout_trunk: Reading,
    /// The arm's line at the bar's height (S2, S7), cm forward of the bar.
    pub arm_line: Reading,
    /// The arm's angle in the set position (S4), degrees.
    pub arm_set: Reading,
    /// Bar ahead of mid-foot (S2), cm.
    pub mid_foot: Reading,
    /// Highest heel of a repetition (P1), cm.
    pub heel_lift: Reading,
    /// The network's points against the joint centres; absent where nobody measured them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centres: Option<Centres>,
}

/// Where a network's points lie against the joint centres, in trunk lengths: [constant, constant, × cos of the trunk angle, × cos of
/// the trunk angle]; first and third along the trunk (shoulder, hip) or forward (others), second and fourth dorsal or up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Centres {
    /// The shoulder, as the table above says.
    pub shoulder: [f64; 4],
    /// The hip.
    pub hip: [f64; 4],
    /// The elbow.
    pub elbow: [f64; 4],
    /// The knee.
    pub knee: [f64; 4],
    /// The ankle.
    pub ankle: [f64; 4],
    /// The heel.
    pub heel: [f64; 4],
    /// The toe.
    pub toe: [f64; 4],
    /// What depends on which way the lifter faces.
    #[serde(default)]
    pub facing: Facing,
}

/// How far further forward a network puts a point while the lifter faces right, and further back while he faces left, trunk lengths. A
/// network does not mark the mirror image of a picture where it marks the picture.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facing {
    /// The shoulder.
    pub shoulder: f64,
    /// The hip.
    pub hip: f64,
    /// The elbow.
    pub elbow: f64,
    /// The toe.
    pub toe: f64,
}

/// One measurement model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Of the true value, of the reading and of `sigma`.
    pub unit: String,
    /// Reading of a true zero.
    #[serde(default)]
    pub bias: f64,
    /// Reading per true unit, above 0.
    #[serde(default = "one")]
    pub gain: f64,
    /// Points [true, read], both rising, in place of `bias` and `gain`; beyond its ends the line goes on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub curve: Vec<[f64; 2]>,
    /// One standard deviation of the reading.
    pub sigma: f64,
    /// From–to of the true values it was fitted in.
    pub domain: [f64; 2],
    /// The material of the fit, with its date, and of the hold-out.
    pub fit: String,
    /// What it came to on material that it was not fitted to.
    pub held_out: String,
}

fn one() -> f64 {
    1.0
}

impl Reading {
    /// What is read for a true value.
    pub fn read(&self, value: f64) -> f64 {
        match self.piece(|p| p[0], value) {
            Some([a, b]) => a[1] + (value - a[0]) * slope(a, b),
            None => self.bias + self.gain * value,
        }
    }

    /// The true value of a reading.
    pub fn corrected(&self, read: f64) -> f64 {
        match self.piece(|p| p[1], read) {
            Some([a, b]) => a[0] + (read - a[1]) / slope(a, b),
            None => (read - self.bias) / self.gain,
        }
    }

    /// Error of the true value whose reading errs by `sigma`, around a reading.
    pub fn corrected_sigma(&self, read: f64, sigma: f64) -> f64 {
        sigma / self.piece(|p| p[1], read).map_or(self.gain, |[a, b]| slope(a, b))
    }

    /// True thresholds as they are read.
    pub fn steps<const N: usize>(&self, steps: [f64; N]) -> [f64; N] {
        steps.map(|s| self.read(s))
    }

    /// The two points of the curve between which a value lies, or the nearest two.
    fn piece(&self, side: impl Fn(&[f64; 2]) -> f64, value: f64) -> Option<[[f64; 2]; 2]> {
        let last = self.curve.len().checked_sub(2)?;
        let at = self.curve.partition_point(|p| side(p) <= value).saturating_sub(1).min(last);
        Some([self.curve[at], self.curve[at + 1]])
    }

    fn fault(&self) -> Option<&'static str> {
        let finite =
            [self.bias, self.gain, self.sigma].iter().chain(&self.domain).chain(self.curve.iter().flatten()).all(|v| v.is_finite());
        match () {
            () if !finite => Some("its numbers must be finite"),
            () if self.gain <= 0.0 => Some("gain must be above 0: readings rise with the true value"),
            () if self.sigma <= 0.0 => Some("sigma must be above 0"),
            () if self.domain[0] >= self.domain[1] => Some("domain must be from a lower to a higher true value"),
            () if self.curve.len() == 1 => Some("curve needs two points [true, read] or none"),
            () if self.curve.windows(2).any(|w| w[1][0] <= w[0][0] || w[1][1] <= w[0][1]) => Some("curve must rise in both, true and read"),
            () => None,
        }
    }
}

fn slope(a: [f64; 2], b: [f64; 2]) -> f64 {
    (b[1] - a[1]) / (b[0] - a[0])
}

impl Default for Instrument {
    /// The one of the networks that come with the program.
    #[allow(clippy::expect_used, reason = "a test reads the built-in file")]
    fn default() -> Instrument {
        // The file is part of the program, and a test reads it.
        parse(MEASURED[0].1, &toml::Table::new()).expect("the built-in instrument is sound")
    }
}

impl Instrument {
    /// The instrument of a skeleton layout, with the configuration's own values over it.
    pub fn of(layout: &str, own: &toml::Table) -> Result<Instrument> {
        parse(MEASURED.iter().find(|m| m.0 == layout).map_or(UNMEASURED, |m| m.1), own)
    }

    /// Every reading with its name.
    pub fn readings(&self) -> [(&'static str, &Reading); 9] {
        [
            ("back_index", &self.back_index),
            ("back_pull", &self.back_pull),
            ("back_low", &self.back_low),
            ("tip_set", &self.tip_set),
            ("lockout_trunk", &self.lockout_trunk),
            ("arm_line", &self.arm_line),
            ("arm_set", &self.arm_set),
            ("mid_foot", &self.mid_foot),
            ("heel_lift", &self.heel_lift),
        ]
    }

    fn check(&self) -> Result<()> {
        if let Some((name, fault)) = self.readings().into_iter().find_map(|(name, r)| Some((name, r.fault()?))) {
            return Err(refused(format!("instrument.{name}: {fault}")));
        }
        let places = self.centres.iter().flat_map(|c| [c.shoulder, c.hip, c.elbow, c.knee, c.ankle, c.heel, c.toe]).flatten();
        let facing = self.centres.iter().flat_map(|c| [c.facing.shoulder, c.facing.hip, c.facing.elbow, c.facing.toe]);
        match places.chain(facing).find(|v| !(-0.3..=0.3).contains(v)) {
            Some(wrong) => Err(refused(format!("instrument.centres: {wrong} is out of range; allowed is -0.3 to 0.3 trunk lengths"))),
            None => Ok(()),
        }
    }
}

fn refused(message: String) -> Error {
    Error::usage(message, "models/instruments says what each value is; `formcheck config` prints them")
}

/// The configuration's `[instrument]` against every built-in one. Single places of points change those of a network that was measured; where
/// none was, they are no instrument.
pub(super) fn check_overrides(own: &toml::Table) -> Result<()> {
    MEASURED.iter().try_for_each(|m| parse(m.1, own).map(drop))?;
    let mut others = own.clone();
    others.remove("centres");
    parse(UNMEASURED, &others).map(drop)
}

/// The default instrument as it stands in its file, line by line.
pub(super) fn built_in() -> &'static str {
    MEASURED[0].1
}

fn parse(text: &str, own: &toml::Table) -> Result<Instrument> {
    let mut table: toml::Table = text.parse().map_err(|e| Error::internal(format!("a built-in instrument cannot be read: {e}")))?;
    lay_over(&mut table, own);
    let instrument: Instrument = toml::Value::Table(table)
        .try_into()
        .map_err(|e: toml::de::Error| refused(format!("instrument: {}", e.message().lines().next().unwrap_or("not a valid instrument"))))?;
    instrument.check()?;
    Ok(instrument)
}

fn lay_over(table: &mut toml::Table, own: &toml::Table) {
    for (key, value) in own {
        match (table.get_mut(key), value) {
            (Some(toml::Value::Table(under)), toml::Value::Table(over)) => {
                // A gain of one's own stands in place of the built-in curve.
                if (over.contains_key("gain") || over.contains_key("bias")) && !over.contains_key("curve") {
                    under.remove("curve");
                }
                lay_over(under, over);
            }
            _ => drop(table.insert(key.clone(), value.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> Result<Instrument> {
        Instrument::of("blazepose-33", &text.parse().unwrap())
    }

    #[test]
    fn every_instrument_is_sound_and_says_where_it_comes_from() {
        for (layout, name) in [("blazepose-33", "blazepose-33"), ("coco-17", "unmeasured")] {
            let i = Instrument::of(layout, &toml::Table::new()).unwrap();
            assert_eq!((i.network.as_str(), i.centres.is_some()), (name, name == layout));
            assert!(i.readings().iter().all(|(_, r)| !r.fit.is_empty() && !r.held_out.is_empty() && !r.unit.is_empty()));
        }
        assert_eq!(Instrument::default(), Instrument::of("blazepose-33", &toml::Table::new()).unwrap());
    }

    #[test]
    fn a_reading_corrected_is_the_value_that_was_read() {
        let i = Instrument::default();
        for (name, r) in i.readings() {
            for k in -5..=25 {
                let value = r.domain[0] + (r.domain[1] - r.domain[0]) * f64::from(k) / 20.0;
                assert!((r.corrected(r.read(value)) - value).abs() < 1e-9, "{name} at {value}");
                let (d, at) = (1e-7, r.read(value + 1e-4));
                let change = (r.corrected(at + d) - r.corrected(at)) / d;
                assert!((r.corrected_sigma(at, 1.0) / change - 1.0).abs() < 1e-3, "{name} at {value}");
            }
        }
        assert_eq!(i.back_pull.steps([0.041, 0.074, 0.115]), [0.027, 0.047, 0.067]);
    }

    #[test]
    fn the_configuration_may_set_single_values_and_a_gain_stands_for_the_curve() {
        let i = own("[back_pull]\nsigma = 0.02\n[tip_set]\ngain = 0.5\nbias = 1.0\n[centres]\nhip = [0.0, 0.0, 0.0, 0.1]").unwrap();
        assert_eq!((i.back_pull.sigma, i.back_pull.read(0.041)), (0.02, 0.027));
        assert_eq!((i.tip_set.read(10.0), i.tip_set.corrected(6.0)), (6.0, 10.0));
        assert_eq!(i.centres.unwrap().hip, [0.0, 0.0, 0.0, 0.1]);
        check_overrides(&"[centres.facing]\ntoe = 0.0".parse().unwrap()).unwrap();
    }

    #[test]
    fn an_instrument_that_cannot_be_is_refused_by_name() {
        for (text, said) in [
            ("[back_pul]\nsigma = 1.0", "back_pul"),
            ("[back_pull]\nsigma = 0.0", "instrument.back_pull: sigma"),
            ("[tip_set]\ngain = -1.0", "instrument.tip_set: gain"),
            ("[tip_set]\ncurve = [[0.0, 0.0], [5.0, -1.0]]", "curve must rise"),
            ("[mid_foot]\nbias = nan", "finite"),
            ("[centres]\nhip = [0.0, 0.0, 0.0]", "instrument:"),
            ("[centres]\nhip = [0.0, 0.0, 0.0, 9.0]", "instrument.centres: 9"),
        ] {
            let e = own(text).unwrap_err();
            assert!(e.kind == crate::ErrorKind::Usage && e.message.contains(said), "{text}: {e:?}");
        }
    }
}
