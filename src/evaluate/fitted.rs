//! What the calibration says about the settings, as TOML to look at and to paste (SPEC 6.1 a2, 14).

use super::metrics::fit::Fit;
use super::summary::Summary;
use crate::config::{Config, E1};

/// The logistic law with this scale follows the normal law.
const NORMAL_OF_LOGISTIC: f64 = 1.702;

/// E1's coefficients, refitted; for every other check how far its mild threshold and its σ are off.
pub fn fitted(summary: &Summary, config: &Config) -> String {
    let Some(accuracy) = &summary.accuracy else { return "# No clip with exact truth: nothing to fit.\n".into() };
    let fits = accuracy.calibration.iter().filter(|c| c.0 != "all").filter_map(|(code, c)| Some((code, c.brier, c.fit?)));
    let mut out = format!("# {} clips, {}: {}\n", summary.clips.len(), summary.date, summary.command);
    for (code, brier, fit) in fits {
        let data = format!("{} faults, {} clean repetitions, Brier {brier:.3} → {:.3}", fit.faults, fit.clean, fit.brier);
        if code == "E1" {
            out.push_str(&format!("\n# {data}\n[E1]\n{}", coefficients(&config.e1, &fit)));
        } else {
            // Φ((x − T)/σ) read as logistic: bias moves T by so many σ, scale divides σ.
            let moved = -fit.bias / (NORMAL_OF_LOGISTIC * fit.scale);
            out.push_str(&format!("\n# {code}: mild threshold {moved:+.2} σ, σ × {:.2} ({data})\n", 1.0 / fit.scale));
        }
    }
    out
}

/// The fused probability is logistic already: the fit is another set of its coefficients.
fn coefficients(e1: &E1, fit: &Fit) -> String {
    let scaled = |name: &str, was: f64| format!("{name} = {:.3}\n", fit.scale * was);
    format!("fuse_bias = {:.3}\n", fit.bias + fit.scale * e1.fuse_bias)
        + &scaled("fuse_main", e1.fuse_main)
        + &scaled("fuse_second", e1.fuse_second)
        + &scaled("fuse_abs", e1.fuse_abs)
        + &scaled("fuse_turn", e1.fuse_turn)
}
