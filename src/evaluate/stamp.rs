//! The date and the command that made a table.

/// Printed with every table, so that a number can be made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// YYYY-MM-DD, UTC.
    pub date: String,
    pub command: String,
}

impl Stamp {
    /// Today; `SOURCE_DATE_EPOCH` (seconds) stands in for the clock when set.
    pub fn today(command: impl Into<String>) -> Stamp {
        let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|s| s.parse::<u64>().ok());
        let clock = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
        Stamp { date: date(fixed.unwrap_or_else(clock)), command: command.into() }
    }
}

/// Civil date of seconds since 1970 (days-to-civil of the proleptic Gregorian calendar).
fn date(seconds: u64) -> String {
    let days = seconds / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let (day, month) = (day_of_year - (153 * shifted + 2) / 5 + 1, if shifted < 10 { shifted + 3 } else { shifted - 9 });
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_around_leap_days() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_709_251_200), "2024-03-01");
        assert_eq!(date(1_767_225_599), "2025-12-31");
    }
}
