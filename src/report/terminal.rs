//! The summary on the terminal: one line per rep, at most two cues, the bar's path, the files.

use super::style::{Style, wrapped};
use super::words::clean;
use super::{CheckPart, RepPart, Report, praise, reasons, sketch, words};
use crate::patterns::Level;
use crate::signals::{Signals, Warning};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};
use std::path::PathBuf;

/// Everything for one set. `signals` adds the sketch of the bar's path.
pub fn render(report: &Report, signals: Option<&Signals>, files: &[PathBuf], style: Style) -> String {
    let mut out = String::new();
    let mut block = |text: String| {
        if !text.is_empty() {
            out.push_str(text.trim_end_matches('\n'));
            out.push_str("\n\n");
        }
    };
    block(heading(report, style));
    block(report.pain.as_deref().map_or(String::new(), |pain| wrapped(pain, "", style)));
    block(warnings(report, style));
    if !report.reps.is_empty() {
        block(table(report, style));
        block(wrapped(&words::effort(report).join(" · "), "", style));
    }
    block(advice(report, style));
    block(signals.map_or(String::new(), |s| sketch::bar_paths(report, s, style)));
    block(unjudged(report, style));
    block(written(files, style));
    block(style.dim(&wrapped(&report.notice, "", style)));
    out.trim_end().to_owned() + "\n"
}

fn heading(report: &Report, style: Style) -> String {
    let name = clean(&report.called());
    if report.reps.is_empty() {
        // Of a film without a lift neither kind nor share says anything.
        let text = style.paint("1", &report.set.headline.text);
        return format!("{}\n{}\n{text}", style.bold(&wrapped(&name, "  ", style)), style.dim(&words::views(report)));
    }
    let (reps, view) = (words::made(report), words::views(report));
    let about = format!("{reps}, {}, {view}", words::lift(&report.variant));
    let seen = format!("{} of what matters could be judged", words::percent(report.set.coverage));
    let score = match report.set.score {
        Some(score) => format!("{} of 100", words::score(score, report.set.score_sigma)),
        None => "no score".to_owned(),
    };
    let text = match (&report.set.headline.text, &report.set.band) {
        (text, Some(band)) if text.is_empty() => words::sentence(band),
        (text, _) => text.clone(),
    };
    let tone = match report.set.headline.level {
        Some(Level::MatchesGuide) => "1;32",
        Some(Level::SmallPoints) => "1;33",
        Some(Level::FixFirst) => "1;31",
        Some(Level::Rebuild) => "1;31",
        None => "1",
    };
    let capped = words::capped(report).map_or(String::new(), |why| format!("\n{}", dimmed(&wrapped(&why, "  ", style), style)));
    format!(
        "{}\n{}\n{}\n{} {}{capped}",
        style.bold(&wrapped(&name, "  ", style)),
        style.dim(&wrapped(&about, "  ", style)),
        style.paint(tone, &wrapped(&text, "  ", style)),
        style.bold(&score),
        style.dim(&format!("· {seen}"))
    )
}

fn warnings(report: &Report, style: Style) -> String {
    let told: Vec<&Warning> = if style.verbose { report.warnings.iter().collect() } else { reasons::alarms(report).collect() };
    told.iter().map(|w| wrapped(&format!("! {}", clean(&w.message)), "  ", style) + "\n").collect()
}

fn table(report: &Report, style: Style) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(style.width as u16);
    table.set_header(["rep", "score", "judged", "travel", "speed m/s", "what was seen"]);
    for rep in &report.reps {
        table.add_row([
            rep.index.to_string(),
            rep.score.map_or("–".into(), |s| words::score(s, rep.score_sigma).replace(" ± ", "±")),
            words::percent(rep.coverage),
            rep.metric("rom_cm").map_or("–".into(), |v| {
                let sigma = rep.metric("rom_cm_sigma").map_or(String::new(), |s| format!("±{:.0}", s.max(1.0)));
                format!("{v:.0}{sigma} cm")
            }),
            // The unit stands in the head.
            rep.metric("mean_velocity_mps").map_or("–".into(), |v| {
                words::measured(v, rep.metric("mean_velocity_mps_sigma"), "m/s").replace(" ± ", "±").trim_end_matches(" m/s").to_owned()
            }),
            seen(report, rep, style),
        ]);
    }
    for (i, column) in table.column_iter_mut().enumerate() {
        column.set_padding((u16::from(i == 0), 1));
        if i < 5 {
            column.set_cell_alignment(CellAlignment::Right);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed([5, 6, 7, 8, 9][i])));
        }
    }
    paint_rows(&table.to_string(), style)
}

/// Colours whole words after the layout, so that escape codes never count as width.
fn paint_rows(text: &str, style: Style) -> String {
    let mut lines = text.lines().map(str::trim_end);
    let head = style.dim(lines.next().unwrap_or_default());
    let rows = lines.map(|line| {
        let mut line = line.replace('\u{a0}', " ");
        for (word, code) in [("severe", "1;31"), ("moderate", "31"), ("mild", "33"), ("watch it", "36"), ("good", "32")] {
            line = line.replace(word, &style.paint(code, word));
        }
        line
    });
    std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n")
}

/// A borderline check's word, kept on one line by a space that does not break.
const WATCH: &str = "watch\u{a0}it";

/// Findings of a rep that are told on its line.
const MOST_SEEN: usize = 3;

fn seen(report: &Report, rep: &RepPart, style: Style) -> String {
    let flags = rep.flags();
    // Few rather than many; one more alone is shown.
    let shown = if flags.len() == MOST_SEEN + 1 || style.verbose { flags.len() } else { MOST_SEEN.min(flags.len()) };
    // A number is not torn from its error.
    let named = |c: &CheckPart| c.named().replace(" ± ", "\u{a0}±\u{a0}").replace("≈ ", "≈\u{a0}");
    let mut parts: Vec<String> = flags[..shown].iter().map(|c| format!("{} ({})", named(c), words::graded(c))).collect();
    if shown < flags.len() {
        parts.push(format!("and {} more", flags.len() - shown));
    }
    let watch = report.watch().filter(|(r, _)| r.index == rep.index);
    parts.extend(watch.map(|(_, c)| format!("{} ({WATCH})", named(c))));
    if rep.kind != crate::reps::RepKind::Full {
        parts.insert(0, words::kind(rep.kind).to_owned());
    }
    match (parts.is_empty(), praise::of_rep(rep, 1).first()) {
        (false, _) => parts.join(", "),
        (true, _) if rep.coverage <= 0.0 => "nothing could be judged".into(),
        (true, _) if rep.score.is_none() => "no fault seen, but little could be judged".into(),
        (true, Some(good)) => format!("good: {good}"),
        (true, None) => "nothing seen that needs work".into(),
    }
}

fn advice(report: &Report, style: Style) -> String {
    let mut lines: Vec<String> = report
        .set
        .top_findings
        .iter()
        .take(2)
        .enumerate()
        .map(|(i, f)| {
            let gain = words::gain(report, f).map_or(String::new(), |g| format!("; {g}"));
            let why = format!("({}, {}{gain})", words::named(report, f), words::places(f));
            let line = wrapped(&format!("{}. {} {why}", i + 1, words::sentence(&f.cue)), "   ", style);
            // Paint after the layout, so that escape codes never count as width.
            let cue = format!("{}. {}", i + 1, words::sentence(&f.cue));
            line.strip_prefix(&cue).map_or(line.clone(), |rest| style.bold(&cue) + &dimmed(rest, style))
        })
        .collect();
    if let Some(again) = super::unjudged::film_again(report) {
        lines.insert(0, wrapped(&format!("Next time: {again}"), "  ", style));
    }
    lines.splice(0..0, words::missed(report).map(|line| wrapped(line, "  ", style)));
    if let Some((rep, check)) = report.watch() {
        let text = check.text.replace(" (borderline: watch it)", "");
        let text = words::lower(text.trim_end_matches('.'));
        let limit = check.threshold.filter(|_| words::tells(check, &text)).map(|t| words::quantity(t[0], &check.unit));
        let limit = limit.map_or(String::new(), |limit| format!("; the limit is {limit}"));
        let outweighed = if check.outweighed() { format!("; {}", words::OUTWEIGHED) } else { String::new() };
        lines.push(wrapped(&format!("Watch it, rep {}: {text}{limit}{outweighed}.", rep.index), "  ", style));
    }
    let good = praise::of_set(report, 3);
    if !good.is_empty() {
        let head = if praise::well_done(report) { "Well done: " } else { "What went well: " };
        lines.push(style.paint("32", &wrapped(&format!("{head}{}.", praise::list(&good)), "", style)));
    }
    lines.join("\n")
}

/// What could not be judged in any rep: how many and what they need; `-v` lists them by reason.
fn unjudged(report: &Report, style: Style) -> String {
    let groups = super::unjudged::groups(report);
    if style.verbose {
        let lines: Vec<String> =
            groups.iter().map(|g| wrapped(&format!("{}: {}.", words::titles(&g.titles), g.why), "  ", style)).collect();
        return if lines.is_empty() { String::new() } else { format!("{}\n{}", style.dim("not judged"), dimmed(&lines.join("\n"), style)) };
    }
    super::unjudged::in_short(&groups)
        .map_or(String::new(), |line| dimmed(&wrapped(&format!("{line} (`-v` lists them)."), "  ", style), style))
}

/// Dims every line for itself: a pager shows a colour to the end of its line.
fn dimmed(text: &str, style: Style) -> String {
    text.split('\n').map(|line| style.dim(line)).collect::<Vec<_>>().join("\n")
}

/// One line per folder: the files in it by name, a folder of many by its number of files.
fn written(files: &[PathBuf], style: Style) -> String {
    let Some(top) = files.first().and_then(|f| f.parent()) else { return String::new() };
    let (mut names, mut below): (Vec<String>, Vec<(String, usize)>) = (vec![], vec![]);
    for file in files {
        let inside = file.strip_prefix(top).unwrap_or(file);
        let mut parts = inside.components().map(|c| c.as_os_str().to_string_lossy().into_owned());
        match (parts.next(), parts.next()) {
            (Some(folder), Some(_)) => match below.iter_mut().find(|(name, _)| *name == folder) {
                Some((_, count)) => *count += 1,
                None => below.push((folder, 1)),
            },
            (Some(name), None) => names.push(name),
            _ => {}
        }
    }
    // What people open comes first.
    names.sort_by_key(|name| match name.as_str() {
        "report.html" => 0,
        "annotated.mp4" => 1,
        _ => 2,
    });
    names.extend(below.into_iter().map(|(folder, count)| format!("{folder}/ ({})", words::count(count, "file"))));
    let line = format!("{}: {}", clean(&top.join("").display().to_string()), clean(&names.join(", ")));
    format!("{} {}", style.dim("wrote"), wrapped(&line, "  ", Style { width: style.width - 6, ..style }))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, Case};
    use super::*;

    const PLAIN: Style = Style { color: false, width: 80, verbose: false };

    fn shown(case: Case, style: Style) -> String {
        let s = sample::build(case);
        render(&s.report, Some(&s.signals), &[PathBuf::from("out/report.html")], style)
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for (case, width) in sample::CASES.into_iter().flat_map(|case| [(case, 60), (case, 80)]) {
            for line in shown(case, Style { width, ..PLAIN }).lines() {
                assert!(line.chars().count() <= width, "{case:?}: {line}");
            }
        }
    }

    #[test]
    fn the_faulty_set_has_its_reps_cues_and_files() {
        let text = shown(Case::Faulty, PLAIN);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.contains("hips rose 1.14 times as far as the shoulders")
                && text.contains("1. Chest up.")
                && text.contains("2. Drag the bar"),
            "{text}"
        );
        assert!(text.contains("What went well") && text.contains("wrote out/: report.html"), "{text}");
        assert!(shown(Case::Clean, PLAIN).contains("Well done: your back kept its shape"));
    }

    #[test]
    fn plain_output_has_no_escapes_and_a_file_name_cannot_bring_any() {
        assert!(!shown(Case::Faulty, PLAIN).contains('\u{1b}'));
        assert!(shown(Case::Faulty, Style { color: true, ..PLAIN }).contains("\u{1b}[31mmoderate\u{1b}[0m"));
        let mut s = sample::build(Case::Clean);
        s.report.provenance.video.file_name = "\u{1b}[2Jx.mp4".into();
        assert!(!render(&s.report, None, &[], PLAIN).contains('\u{1b}'));
    }

    #[test]
    fn colour_changes_no_character() {
        let colored = shown(Case::Faulty, Style { color: true, ..PLAIN });
        let mut plain = String::new();
        let mut rest = colored.as_str();
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            plain.push_str(before);
            rest = after.split_once('m').unwrap().1;
        }
        assert_eq!(plain + rest, shown(Case::Faulty, PLAIN));
    }
}
