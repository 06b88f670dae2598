//! The calendar: days since 1970-01-01 and the dates they are.

/// The days of each month of a common year.
const MONTH_DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Days of 400 years, after which the calendar repeats.
const ERA_DAYS: i64 = 146_097;

/// Days from 0000-03-01 to 1970-01-01. A year that begins in March has its leap day last.
const EPOCH_DAYS: i64 = 719_468;

/// The days from 1970-01-01 to a date of the Gregorian calendar; None when there is no such date.
pub(super) fn days(year: i64, month: u32, day: u32) -> Option<i64> {
    if !(1..=12).contains(&month) || day == 0 || day > month_days(year, month) {
        return None;
    }
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = i64::from((153 * ((month + 9) % 12) + 2) / 5 + day - 1);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * ERA_DAYS + day_of_era - EPOCH_DAYS)
}

/// Year, month and day of the date that is `days` after 1970-01-01.
pub(super) fn date(days: i64) -> (i64, u32, u32) {
    let days = days + EPOCH_DAYS;
    let era = days.div_euclid(ERA_DAYS);
    let day_of_era = days.rem_euclid(ERA_DAYS);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / (ERA_DAYS - 1)) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    (era * 400 + year_of_era + i64::from(month <= 2), month as u32, day as u32)
}

fn month_days(year: i64, month: u32) -> u32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    MONTH_DAYS[month as usize - 1] + u32::from(leap && month == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_exist_have_a_day_and_others_none() {
        let rows: [((i64, u32, u32), Option<i64>); 13] = [
            ((1970, 1, 1), Some(0)),
            ((1969, 12, 31), Some(-1)),
            ((2000, 2, 29), Some(11_016)),
            ((2000, 3, 1), Some(11_017)),
            ((2026, 11, 24), Some(20_781)),
            ((0, 3, 1), Some(-EPOCH_DAYS)),
            ((2026, 2, 29), None),
            ((2100, 2, 29), None),
            ((2026, 2, 30), None),
            ((2026, 4, 31), None),
            ((2026, 0, 1), None),
            ((2026, 13, 1), None),
            ((2026, 1, 0), None),
        ];
        for ((year, month, day), wanted) in rows {
            assert_eq!(days(year, month, day), wanted, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn days_and_dates_are_inverse_over_an_era() {
        for day in -ERA_DAYS..ERA_DAYS {
            let (year, month, day_of_month) = date(day);
            assert_eq!(days(year, month, day_of_month), Some(day));
        }
    }
}
