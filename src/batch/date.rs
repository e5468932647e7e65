//! Calendar days, as far as a training log needs them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A day of the proleptic Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    pub year: i32,
    pub month: u8,
    pub day: u8,
}

impl Day {
    /// `None` when the calendar has no such day or it lies outside 1970–2199.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Day> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        ((1..=days).contains(&day) && (1970..2200).contains(&year)).then_some(Day { year, month, day })
    }

    /// `YYYY-MM-DD`, or the day of an RFC 3339 time. The clock time after it is not kept.
    pub fn parse(text: &str) -> Option<Day> {
        let day = text.get(..10)?;
        let rest = &text[10..];
        if !(rest.is_empty() || rest.starts_with(['T', 't', ' '])) {
            return None;
        }
        let bytes = day.as_bytes();
        if bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        Self::digits(&day[..4], &day[5..7], &day[8..])
    }

    /// `YYYY-MM-DD`, `YYYY_MM_DD`, `YYYY.MM.DD` or `YYYYMMDD`, as file names have it.
    pub fn parse_name(text: &str) -> Option<Day> {
        if text.len() == 8 && text.is_ascii() {
            return Self::digits(&text[..4], &text[4..6], &text[6..]);
        }
        Self::parse(&text.replace(['_', '.'], "-"))
    }

    fn digits(year: &str, month: &str, day: &str) -> Option<Day> {
        let all = [year, month, day].iter().all(|s| s.bytes().all(|b| b.is_ascii_digit()));
        if !all {
            return None;
        }
        Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Days since 1970-01-01.
    pub fn number(self) -> i64 {
        // Count years from March, so that the leap day ends a year.
        let (y, m) = if self.month > 2 { (self.year, self.month - 3) } else { (self.year - 1, self.month + 9) };
        let y = i64::from(y);
        365 * y + y / 4 - y / 100 + y / 400 + (153 * i64::from(m) + 2) / 5 + i64::from(self.day) - 719_469
    }

    /// The day of a [`Day::number`].
    pub fn from_number(number: i64) -> Option<Day> {
        // Years of 365 days count too fast: the year is this one or a little earlier.
        let year = 1970 + i32::try_from(number.div_euclid(365)).ok()?;
        let first = (1970..=year).rev().find_map(|y| Day::new(y, 1, 1).filter(|d| d.number() <= number))?;
        let first_of_month = (1..=12).rev().find_map(|m| Day::new(first.year, m, 1).filter(|d| d.number() <= number))?;
        Day::new(first.year, first_of_month.month, u8::try_from(number - first_of_month.number() + 1).ok()?)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Day::parse(&text).ok_or_else(|| serde::de::Error::custom("not a date"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_numbered_as_the_calendar_has_them() {
        assert_eq!(Day::parse("1970-01-01").unwrap().number(), 0);
        assert_eq!(Day::parse("2000-03-01").unwrap().number(), 11_017);
        assert_eq!(Day::parse("2026-03-14").unwrap().number(), 20_526);
        let (feb, mar) = (Day::parse("2024-02-29").unwrap(), Day::parse("2024-03-01").unwrap());
        assert_eq!(mar.number() - feb.number(), 1);
        for text in ["1970-01-01", "1972-12-31", "2024-02-29", "2025-12-31", "2026-01-01", "2199-12-31"] {
            let day = Day::parse(text).unwrap();
            assert_eq!(Day::from_number(day.number()), Some(day));
        }
        assert_eq!(Day::from_number(-1), None);
    }

    #[test]
    fn only_real_days_are_read() {
        for wrong in ["2025-02-29", "2026-13-01", "2026-00-10", "14.03.2026", "2026-3-14", "2026-03-14x", "+026-03-14", "", "ä026-03-14"] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Day::parse("2026-03-14T18:00:00Z"), Day::new(2026, 3, 14));
        assert_eq!(Day::parse_name("20260314"), Day::new(2026, 3, 14));
        assert_eq!(Day::parse_name("2026_03_14"), Day::new(2026, 3, 14));
        assert_eq!(Day::parse_name("20261314"), None);
    }
}
