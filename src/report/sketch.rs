//! The bar's path as text: braille dots, equal scale both ways, one small picture per rep.

use super::style::Style;
use super::{RepPart, Report};
use crate::signals::Signals;

/// Dots of a terminal cell; a cell is about twice as high as wide, so the dots are square.
const CELL: (usize, usize) = (2, 4);
/// Cells of one picture.
const SIZE: (usize, usize) = (12, 12);
const GAP: usize = 3;

/// Side by side as many reps as fit; none without a scale.
pub fn bar_paths(report: &Report, signals: &Signals, style: Style) -> String {
    let most = (style.width + GAP) / (SIZE.0 + GAP);
    let mut drawn: Vec<(&RepPart, Vec<[f64; 2]>)> =
        report.full_reps().filter(|rep| rep.has_path()).map(|rep| (rep, pull(rep, signals))).filter(|(_, path)| path.len() > 2).collect();
    let left_out = if drawn.len() > most { format!("; the first {most} of {}", drawn.len()) } else { String::new() };
    drawn.truncate(most);
    let tallest = drawn.iter().flat_map(|(_, path)| path.iter().map(|p| p[1])).fold(0.0, f64::max);
    if drawn.is_empty() || tallest <= 0.0 {
        return String::new();
    }
    let cm_per_dot = tallest / (SIZE.1 * CELL.1 - 2) as f64;
    let pictures: Vec<Vec<String>> = drawn.iter().map(|(_, path)| picture(path, cm_per_dot)).collect();
    let said = format!("bar path on the way up, true to scale; dotted: straight up; {}{left_out}", facing(signals));
    let mut lines = vec![super::style::wrapped(&said, "", style)];
    for row in 0..SIZE.1 {
        lines.push(pictures.iter().map(|p| p[row].as_str()).collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_owned());
    }
    lines.push(drawn.iter().map(|(rep, _)| format!("{:^width$}", format!("rep {}", rep.index), width = SIZE.0 + GAP)).collect::<String>());
    lines.iter().map(|l| l.trim_end()).collect::<Vec<_>>().join("\n")
}

fn facing(signals: &Signals) -> &'static str {
    if signals.camera.facing.is_some() { "forward is right" } else { "direction unknown" }
}

/// Forward since lift-off and height, cm, lift-off to lockout.
fn pull(rep: &RepPart, signals: &Signals) -> Vec<[f64; 2]> {
    let (Some(from), Some(to)) = (rep.lift_off_s, rep.lockout_s) else { return vec![] };
    let bar = &signals.bar;
    let points: Vec<[f64; 2]> = signals.range(from, to).filter_map(|i| Some([bar.forward_cm[i]?, bar.height_cm[i]?])).collect();
    let start = points.first().map_or(0.0, |p| p[0]);
    points.into_iter().map(|[x, y]| [x - start, y]).collect()
}

fn picture(path: &[[f64; 2]], cm_per_dot: f64) -> Vec<String> {
    let (columns, rows) = (SIZE.0 * CELL.0, SIZE.1 * CELL.1);
    let mut dots = vec![vec![false; columns]; rows];
    (0..rows).step_by(3).for_each(|y| dots[y][columns / 2] = true);
    for pair in path.windows(2) {
        for step in 0..=4 {
            let share = f64::from(step) / 4.0;
            let at = |axis: usize| (pair[0][axis] * (1.0 - share) + pair[1][axis] * share) / cm_per_dot;
            let x = (columns as f64 / 2.0 + at(0)).round().clamp(0.0, columns as f64 - 1.0) as usize;
            let y = (rows as f64 - 1.0 - at(1)).round().clamp(0.0, rows as f64 - 1.0) as usize;
            dots[y][x] = true;
        }
    }
    (0..SIZE.1).map(|row| (0..SIZE.0).map(|column| braille(&dots, column, row)).collect()).collect()
}

fn braille(dots: &[Vec<bool>], column: usize, row: usize) -> char {
    /// Bit of each dot of a cell, row by row (Unicode block 2800).
    const BITS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
    let mut code = 0x2800;
    for (dy, pair) in BITS.iter().enumerate() {
        for (dx, bit) in pair.iter().enumerate() {
            code |= if dots[row * CELL.1 + dy][column * CELL.0 + dx] { *bit } else { 0 };
        }
    }
    if code == 0x2800 { ' ' } else { char::from_u32(code).unwrap_or(' ') }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, Case};
    use super::*;

    const STYLE: Style = Style { color: false, width: 80, verbose: false };

    #[test]
    fn a_drifting_bar_leaves_the_dotted_line_and_a_straight_one_covers_it() {
        let straight = picture(&[[0.0, 0.0], [0.0, 54.0]], 54.0 / 46.0);
        let drifting = picture(&[[0.0, 0.0], [8.0, 27.0], [0.0, 54.0]], 54.0 / 46.0);
        let right_of_line =
            |p: &[String]| p.iter().map(|row| row.chars().skip(SIZE.0 / 2 + 1).filter(|c| *c != ' ').count()).sum::<usize>();
        assert_eq!(right_of_line(&straight), 0);
        assert!(right_of_line(&drifting) >= 6);
    }

    #[test]
    fn nothing_is_drawn_without_a_scale() {
        let s = sample::build(Case::Front);
        assert_eq!(bar_paths(&s.report, &s.signals, STYLE), "");
        let s = sample::build(Case::Faulty);
        assert!(bar_paths(&s.report, &s.signals, STYLE).contains("rep 3"));
    }
}
