//! How commands write what they have to say.

use std::io::{self, Write};

use hodlxxi_kernel::Timestamp;
use serde_json::Value;

/// Writes `value` as JSON over several lines.
pub(super) fn json(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    writeln!(out, "{value:#}")
}

/// Writes rows of cells in columns as wide as their widest cell. Control characters are shown
/// escaped: names are chosen by strangers, and a terminal would obey them.
pub(super) fn table<const N: usize>(
    out: &mut dyn Write,
    head: [&str; N],
    rows: &[[String; N]],
) -> io::Result<()> {
    let head = head.map(str::to_owned);
    let rows: Vec<[String; N]> = std::iter::once(&head)
        .chain(rows)
        .map(|row| row.each_ref().map(|cell| plain(cell)))
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [usize; N] = std::array::from_fn(|column| width(column).unwrap_or(0));
    for row in &rows {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

/// Writes names with their values, one a line.
pub(super) fn facts(out: &mut dyn Write, facts: &[(&str, String)]) -> io::Result<()> {
    let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in facts {
        writeln!(out, "{name:width$}  {}", plain(value))?;
    }
    Ok(())
}

/// `text` without anything that a terminal would obey.
pub(super) fn plain(text: &str) -> String {
    let obeyed = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if obeyed(c) {
            plain.extend(c.escape_unicode());
        } else {
            plain.push(c);
        }
    }
    plain
}

/// A moment as people read it (RFC 3339, UTC).
pub(super) fn moment(at: Timestamp) -> String {
    let moment = chrono::DateTime::from_timestamp(at.as_unix(), 0);
    moment.map_or_else(
        || at.as_unix().to_string(),
        |moment| moment.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
    )
}

/// A moment, or a dash.
pub(super) fn moment_or_dash(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "-".to_owned(), moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_no_cell_steers_the_terminal() {
        let mut out = Vec::new();
        let rows = [
            ["a\u{1b}[31m\nb".to_owned(), "é".to_owned()],
            ["c".to_owned(), String::new()],
        ];
        table(&mut out, ["ONE", "TWO"], &rows).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            ["ONE                TWO", "a\\u{1b}[31m\\u{a}b  é", "c"]
        );
    }

    #[test]
    fn moments_are_utc() {
        assert_eq!(
            moment(Timestamp::from_unix(1_700_000_000)),
            "2023-11-14T22:13:20Z"
        );
    }
}
