//! The comparison on the terminal: a table, or lines of words where it has no room.

use super::{Change, WORST, difference, rows, said, summary};
use crate::report::Report;
use crate::report::style::{Style, wrapped};
use crate::report::words::clean;

/// Columns that the table needs; below them every row is a line or two of words.
const TABLE: usize = 80;

/// For the terminal, within its columns.
pub fn render(before: &Report, after: &Report, style: Style) -> String {
    let rows = rows(before, after);
    let said_first = wrapped(&summary(&rows), "", style);
    let named = |what: &str, report: &Report| wrapped(&format!("{what} {}", clean(&report.called())), "  ", style);
    let mut out = format!("{}\n{}\n\n{}\n\n", named("before:", before), named("after:", after), style.paint("1", &said_first));
    // That nothing can be compared is said in one sentence; a table of dashes says no more.
    if rows.iter().all(|r| r.difference.is_none()) {
        return out.trim_end().to_owned() + "\n";
    }
    let table = style.width >= TABLE;
    if table {
        out += &style.paint("2", &format!("{:<26}{:>8}{:>8}  {}\n", "", "before", "after", "difference"));
    }
    // A measure that the two do not share would be a line of dashes.
    for row in rows.iter().filter(|r| r.before.is_some() || r.after.is_some()) {
        let code = match row.change {
            Change::Better => "32",
            Change::Worse => "31",
            _ => "2",
        };
        if !table {
            let numbers = format!("{} → {}, {}", said(row, row.before), said(row, row.after), difference(row));
            let both = wrapped(&format!("{}: {numbers}, {}", row.title, row.change.word()), "  ", style);
            // Paint after the layout, so that escape codes never count as width.
            out += &(both.replace(row.change.word(), &style.paint(code, row.change.word())) + "\n");
            continue;
        }
        let title = shortened(&row.title, 25);
        let word = style.paint(code, row.change.word());
        out += &format!("{title:<26}{:>8}{:>8}  {:<17} {word}\n", said(row, row.before), said(row, row.after), difference(row));
    }
    out
}

/// Cut at a word, so that no half of one is left.
fn shortened(title: &str, most: usize) -> String {
    // "worst rep" tells what the number is: what is before it gives way.
    let (name, tail) = title.strip_suffix(WORST).map_or((title, ""), |name| (name, ", worst"));
    let room = most - tail.chars().count();
    let mut kept = String::new();
    for word in name.split(' ') {
        if kept.chars().count() + usize::from(!kept.is_empty()) + word.chars().count() > room {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    kept + tail
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Case};

    #[test]
    fn a_title_is_cut_at_a_word() {
        assert_eq!(shortened("Bar drifts forward, worst rep", 25), "Bar drifts forward, worst");
        assert_eq!(shortened("Order of hips and knees on the way down", 25), "Order of hips and knees");
    }

    #[test]
    fn fits_the_terminal() {
        let (a, b) = (sample::build(Case::Clean).report, sample::build(Case::NotAssessable).report);
        let style = Style { color: false, width: 80, verbose: false };
        let text = render(&a, &b, style);
        assert!(text.lines().all(|l| l.chars().count() <= 80), "{text}");
        assert!(text.contains("cannot be compared"));
        for width in [48, 60, 79] {
            let text = render(&a, &sample::build(Case::Faulty).report, Style { width, ..style });
            assert!(text.lines().all(|l| l.chars().count() <= width), "{width}: {text}");
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains("Bar drifts forward, worst rep: 1.0 → 6.4, +5.4 ± 1.4 cm, worse"), "{text}");
        }
        // Nothing in common: one sentence, and no table.
        let mut bare = b.clone();
        bare.set.score = None;
        bare.reps.iter_mut().for_each(|rep| (rep.checks.clear(), rep.metrics.clear()).0);
        let text = render(&a, &bare, style);
        assert!(text.contains("Nothing can be compared") && !text.contains("difference"), "{text}");
        assert!(text.lines().all(|l| l.chars().count() <= 80), "{text}");
    }
}
