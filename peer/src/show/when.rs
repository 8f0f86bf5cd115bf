//! Moments and spans: RFC 3339 in UTC on the wire, local and short for people.

use std::time::Duration;

use jiff::{Timestamp, ToSpan, Zoned, civil::Date, tz::TimeZone};

use super::size;

/// Now, here.
pub fn now() -> Zoned {
    Zoned::now()
}

/// A moment as seen from `now`: `12:31` today, `Mon 12:31` this week, `3 Nov 12:31` this year, else `3 Nov 2025`.
pub fn clock(time: &str, now: &Zoned) -> String {
    let Some(then) = local(time, now.time_zone()) else { return time.to_owned() };
    let days = (now.date() - then.date()).get_days();
    let form = match days {
        0 => "%H:%M",
        1..=6 => "%a %H:%M",
        _ if then.year() == now.year() => "%-d %b %H:%M",
        _ => "%-d %b %Y",
    };
    then.strftime(form).to_string()
}

/// How long ago: `just now`, `5 min ago`, `3 h ago`, then as [`clock`] says.
pub fn ago(time: &str, now: &Zoned) -> String {
    let Some(then) = local(time, now.time_zone()) else { return time.to_owned() };
    match now.timestamp().as_second() - then.timestamp().as_second() {
        ..60 => "just now".into(),
        s @ 60..3600 => format!("{} min ago", s / 60),
        s @ 3600..43200 => format!("{} h ago", s / 3600),
        _ => clock(time, now),
    }
}

/// How long until: `in 6 d 23 h`, or `over` once it is.
pub fn until(time: &str, now: &Zoned) -> String {
    let Some(then) = local(time, now.time_zone()) else { return time.to_owned() };
    let left = then.timestamp().as_second() - now.timestamp().as_second();
    match u64::try_from(left) {
        Ok(left @ 1..) => format!("in {}", size::span(Duration::from_secs(left))),
        _ => "over".into(),
    }
}

fn local(time: &str, zone: &TimeZone) -> Option<Zoned> {
    Some(time.parse::<Timestamp>().ok()?.to_zoned(zone.clone()))
}

/// Reads a span as people write it: `30s`, `45m`, `12h`, `7d`, `2w`.
pub fn parse_span(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no span of time: write 30s, 45m, 12h, 7d or 2w");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return Err(wrong()),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    number.checked_mul(seconds).filter(|s| *s <= MAX_SPAN_S).map(Duration::from_secs).ok_or_else(wrong)
}

/// The longest span taken: a hundred years.
const MAX_SPAN_S: u64 = 100 * 366 * 86_400;

/// Reads the beginning of a stretch of time: a span (so long ago), `today`, `yesterday`, a date, a date and time, or
/// RFC 3339. Dates are local; the answer is RFC 3339 in UTC.
pub fn parse_since(text: &str, now: &Zoned) -> Result<String, String> {
    if let Ok(span) = parse_span(text) {
        return Ok((now.timestamp() - span).to_string());
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment.to_string());
    }
    let moment = match text {
        "today" => now.date().to_zoned(now.time_zone().clone()),
        "yesterday" => (now.date() - 1.day()).to_zoned(now.time_zone().clone()),
        date if date.len() == 10 => parse_date(date, now)?,
        other => {
            other.parse::<jiff::civil::DateTime>().map_err(|_| not_a_moment(other))?.to_zoned(now.time_zone().clone())
        }
    };
    Ok(moment.map_err(|e| e.to_string())?.timestamp().to_string())
}

fn parse_date(date: &str, now: &Zoned) -> Result<Result<Zoned, jiff::Error>, String> {
    let date: Date = date.parse().map_err(|_| not_a_moment(date))?;
    Ok(date.to_zoned(now.time_zone().clone()))
}

fn not_a_moment(text: &str) -> String {
    format!("`{text}` is no moment: write 2h, 7d, today, yesterday, 2026-11-01 or 2026-11-01T12:30")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Zoned {
        "2026-11-18T12:00:00+01:00[Europe/Berlin]".parse().unwrap()
    }

    #[test]
    fn clocks_are_local_and_short() {
        let now = noon();
        assert_eq!(clock("2026-11-18T08:05:00Z", &now), "09:05");
        assert_eq!(clock("2026-11-17T23:30:00Z", &now), "00:30");
        assert_eq!(clock("2026-11-16T11:00:00Z", &now), "Mon 12:00");
        assert_eq!(clock("2026-07-03T10:00:00Z", &now), "3 Jul 12:00");
        assert_eq!(clock("2025-11-18T11:00:00Z", &now), "18 Nov 2025");
        assert_eq!(clock("2026-11-19T11:00:00Z", &now), "19 Nov 12:00");
        assert_eq!(clock("nonsense", &now), "nonsense");
    }

    #[test]
    fn spans_from_now() {
        let now = noon();
        assert_eq!(ago("2026-11-18T10:59:30Z", &now), "just now");
        assert_eq!(ago("2026-11-18T10:50:00Z", &now), "10 min ago");
        assert_eq!(ago("2026-11-18T07:50:00Z", &now), "3 h ago");
        assert_eq!(ago("2026-11-17T07:50:00Z", &now), "Tue 08:50");
        assert_eq!(until("2026-11-25T10:30:00Z", &now), "in 6 d 23 h");
        assert_eq!(until("2026-11-18T10:30:00Z", &now), "over");
    }

    #[test]
    fn spans_are_read() {
        assert_eq!(parse_span("7d"), Ok(Duration::from_secs(604_800)));
        assert_eq!(parse_span("30s"), Ok(Duration::from_secs(30)));
        for wrong in ["", "7", "d", "-1d", "7 d", "7y", "99999999999999999999w", "18446744073709551615w", "1€"] {
            assert!(parse_span(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn beginnings_are_read() {
        let now = noon();
        let since = |text| parse_since(text, &now).unwrap();
        assert_eq!(since("2h"), "2026-11-18T09:00:00Z");
        assert_eq!(since("today"), "2026-11-17T23:00:00Z");
        assert_eq!(since("yesterday"), "2026-11-16T23:00:00Z");
        assert_eq!(since("2026-11-01"), "2026-10-31T23:00:00Z");
        assert_eq!(since("2026-11-01T12:30"), "2026-11-01T11:30:00Z");
        assert_eq!(since("2026-11-01T12:30:00+02:00"), "2026-11-01T10:30:00Z");
        assert!(parse_since("whenever", &now).is_err());
    }
}
