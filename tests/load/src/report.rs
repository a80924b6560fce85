//! The table.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;
use std::time::Duration;

use hodlxxi_tests::programs::output;

use crate::aim::Outcome;
use crate::operation::Operation;
use crate::plan::Plan;

const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->";

/// How fast one operation was at one server.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// Requests for each second of the server's own processor time.
    pub per_cpu_second: f64,
    /// Requests a second.
    pub per_second: f64,
    /// Median latency, in milliseconds.
    pub p50: f64,
    /// Latency that one request of a hundred exceeds, in milliseconds.
    pub p99: f64,
}

impl Figures {
    /// The figures of an outcome for which the server used `cpu` seconds of processor time.
    #[expect(clippy::cast_precision_loss, reason = "counts far below the precision")]
    pub fn new(outcome: &Outcome, cpu: f64) -> Self {
        let latency = |quantile| outcome.latencies.value_at_quantile(quantile) as f64 / 1e3;
        Self {
            per_cpu_second: outcome.answered as f64 / cpu.max(0.01),
            per_second: outcome.answered as f64 / outcome.took.as_secs_f64(),
            p50: latency(0.5),
            p99: latency(0.99),
        }
    }

    /// The one in the middle by processor time.
    pub fn median(mut rounds: Vec<Self>) -> Self {
        rounds.sort_by(|a, b| a.per_cpu_second.total_cmp(&b.per_cpu_second));
        rounds[rounds.len() / 2]
    }
}

/// One operation on one kind of installation.
#[derive(Debug)]
pub struct Row {
    /// The operation.
    pub operation: Operation,
    /// What it costs.
    pub plan: Plan,
    /// The server's figures.
    pub ours: Figures,
    /// The bare server's.
    pub bare: Figures,
}

/// One kind of installation.
#[derive(Debug)]
pub struct Installation {
    /// What it runs on.
    pub title: &'static str,
    /// The operations.
    pub rows: Vec<Row>,
    /// From the server's start to its first answer.
    pub start_up: Duration,
    /// Its memory before the first request, in megabytes.
    pub idle: f64,
    /// Its memory after all of this, in megabytes.
    pub loaded: f64,
}

/// The whole report, in Markdown.
pub fn text(postgres: &str, installations: &[Installation]) -> String {
    let mut text = machine(postgres);
    for installation in installations {
        let Installation { title, .. } = installation;
        let _ = write!(
            text,
            "\n### {title}\n\nFirst answer {} ms after the start, {:.1} MB idle, {:.1} MB after the run.\n\n{HEAD}",
            installation.start_up.as_millis(),
            installation.idle,
            installation.loaded
        );
        for row in &installation.rows {
            text.push_str(&line(row));
        }
    }
    text
}

const HEAD: &str = "\
| operation | per CPU second | goal | bare stack | ratio | a second | bare | p50 ms | p99 ms | SQL | Redis |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
";

fn line(row: &Row) -> String {
    let Row {
        operation,
        plan,
        ours,
        bare,
    } = row;
    let goal = operation.goal().map(|goal| thousands(goal.into()));
    format!(
        "| {} | {} | {} | {} | {:.2} | {} | {} | {:.1} | {:.1} | {} | {} |\n",
        operation.name(),
        thousands(ours.per_cpu_second),
        goal.unwrap_or_default(),
        thousands(bare.per_cpu_second),
        ours.per_cpu_second / bare.per_cpu_second,
        thousands(ours.per_second),
        thousands(bare.per_second),
        ours.p50,
        ours.p99,
        plan.statements(),
        plan.redis
    )
}

/// A number with a comma before each three digits.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Where and with what this was measured.
fn machine(postgres: &str) -> String {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let date = output(Command::new("date").args(["-u", "+%Y-%m-%d"]));
    let redis = output(Command::new("redis-server").arg("--version"));
    let redis = redis.split(' ').find_map(|word| word.strip_prefix("v="));
    format!(
        "Measured {date}: {cores} cores of {model}, PostgreSQL {postgres}, Redis {}.\n",
        redis.unwrap_or("unknown")
    )
}

/// `document` with `text` between the markers.
pub fn between_markers(document: &str, text: &str) -> String {
    let parts = document
        .split_once(BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.expect("a document with both markers");
    format!("{before}{BEGIN}{text}{END}{after}")
}

/// Prints the report.
#[expect(clippy::print_stdout, reason = "the report is what the program is for")]
pub fn print(text: &str) {
    print!("{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(thousands(999.4), "999");
        assert_eq!(thousands(1_234_567.0), "1,234,567");
    }

    #[test]
    fn only_what_is_between_the_markers_is_written_anew() {
        let document = format!("above\n{BEGIN}old\n{END}\nbelow\n");
        let written = between_markers(&document, "new\n");
        assert_eq!(written, format!("above\n{BEGIN}new\n{END}\nbelow\n"));
    }

    #[test]
    fn the_round_in_the_middle_counts() {
        let figures = |per_cpu_second| Figures {
            per_cpu_second,
            per_second: 1.0,
            p50: 1.0,
            p99: 1.0,
        };
        let median = Figures::median(vec![figures(3.0), figures(1.0), figures(2.0)]);
        assert!((median.per_cpu_second - 2.0).abs() < f64::EPSILON);
    }
}
