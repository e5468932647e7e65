//! The comparison of pairs as tables.

use super::super::show;
use super::super::tables_kit::{Table, limits, number, share};
use super::{CheckRepeated, PairRow, PairSummary, Repeated};

/// For the terminal.
pub fn text(summary: &PairSummary) -> String {
    show::on_terminal(&heading(summary, summary.command.as_str()), tables(summary))
}

/// For a note.
pub fn markdown(summary: &PairSummary) -> String {
    show::as_markdown(&heading(summary, &format!("`{}`.", summary.command)), tables(summary))
}

fn heading(summary: &PairSummary, command: &str) -> String {
    let made = show::made([&summary.program_version, &summary.model, &summary.date]);
    format!("{} sets filmed twice, {} pairs not compared. {made} by {command}", summary.pairs.len(), summary.failures.len())
}

fn tables(summary: &PairSummary) -> Vec<Table> {
    let found = &summary.repeatability;
    let mut numbers: Vec<Vec<String>> = found.score.iter().map(|score| row("score, points", score)).collect();
    numbers.extend(found.metrics.iter().map(|(name, r)| row(name, r)));
    let mut out = vec![
        Table {
            title: "Pairs".into(),
            header: vec!["first", "second", "offset s", "reps in both", "in one", "score", "score"],
            rows: summary.pairs.iter().map(pair).collect(),
            note: Some(
                "The offset is added to the second film's time; a dash: they fit in more than one way or are too short to tell, and repetitions were taken in order.".into(),
            ),
        },
        Table {
            title: "Numbers, second less first".into(),
            header: vec!["", "n / sets", "mean difference", "95 % limits", "SEM", "MDC 95 %", "within the stated error"],
            rows: numbers,
            note: Some("SEM: standard error of measurement. MDC: a change between two sets below it may be the measurement's own.".into()),
        },
        Table {
            title: "Checks".into(),
            header: vec![
                "check",
                "same verdict",
                "same flag",
                "flagged twice / once",
                "judged once",
                "unit",
                "n",
                "mean difference",
                "95 % limits",
                "within the stated error",
            ],
            rows: found.checks.iter().map(|(code, c)| check(code, c)).collect(),
            note: Some("Shares are of the repetitions judged in both films.".into()),
        },
        Table {
            title: "Not compared".into(),
            header: vec!["pair", "why"],
            rows: summary.failures.iter().map(|f| vec![f.name.clone(), f.error.clone()]).collect(),
            note: None,
        },
    ];
    out.retain(|t| !t.rows.is_empty());
    out
}

fn pair(p: &PairRow) -> Vec<String> {
    let offset = p.offset_s.map_or("–".into(), |s| format!("{s:.2} ± {}", number(p.offset_sigma_s, 3)));
    let [a, b] = p.scores.map(|s| number(s, 0));
    vec![p.first.clone(), p.second.clone(), offset, p.reps_shared.to_string(), p.reps_alone.to_string(), a, b]
}

fn row(name: &str, r: &Repeated) -> Vec<String> {
    let mut cells = vec![name.to_owned(), format!("{} / {}", r.n, r.sets), number(Some(r.mean_difference), 2)];
    cells.extend([limits(r.loa_low, r.loa_high, 2), number(r.sem, 2), number(r.mdc95, 2), share(r.inside_stated)]);
    cells
}

fn check(code: &str, c: &CheckRepeated) -> Vec<String> {
    let value = c.value.as_ref();
    vec![
        code.to_owned(),
        share(c.same_verdict),
        share(c.same_flag),
        format!("{} / {}", c.flagged_twice, c.flagged_once),
        c.judged_once.to_string(),
        c.unit.clone(),
        value.map_or("0".into(), |v| v.n.to_string()),
        number(value.map(|v| v.mean_difference), 2),
        value.map_or("–".into(), |v| limits(v.loa_low, v.loa_high, 2)),
        share(value.and_then(|v| v.inside_stated)),
    ]
}
