//! Each set against the same lifter's set before it: a page in its result folder.

use super::many::WHOLE_MAX;
use super::material::{Material, Overview, by_lifter};
use crate::batch::layout::COMPARE_FILE;
use crate::batch::record::SetRecord;
use crate::batch::text::href;
use crate::error::Result;
use crate::files::write_whole;
use crate::report::charts::BarTrace;
use crate::report::compare::{Side, render_html};
use crate::report::{Report, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Result folder of the later set → its page, as the overview links it.
pub type Compared = BTreeMap<PathBuf, String>;

/// A set as a comparison needs it.
struct Whole<'a> {
    set: &'a SetRecord,
    report: Report,
    path: Option<BarTrace>,
}

/// Writes the pages, and removes those of pairs that are neighbours no more.
pub fn write(material: &Material, overview: &Overview) -> Result<Compared> {
    let mut compared = Compared::new();
    // Among more sets nobody opens a page for every pair, and reading every report whole would only take time.
    if overview.sets.len() > WHOLE_MAX {
        return Ok(compared);
    }
    for (lifter, sets) in by_lifter(&overview.sets) {
        let mut kinds: BTreeMap<&str, Vec<&SetRecord>> = BTreeMap::new();
        // Who is not named may be anybody; with pain reported sets are not ranked (SPEC 12).
        let comparable = |s: &&&SetRecord| lifter.is_some() && !s.facts.pain && has_page(material.out, s);
        sets.iter().filter(comparable).for_each(|s| kinds.entry(s.variant.name()).or_default().push(s));
        for sets in kinds.into_values() {
            pairs(&sets, material.out, &mut compared)?;
        }
    }
    for set in overview.sets.iter().filter(|s| !compared.contains_key(&s.result)) {
        // Mostly there is none.
        let _ = std::fs::remove_file(material.out.join(&set.result).join(COMPARE_FILE));
    }
    Ok(compared)
}

/// Pages are made where pages are wanted.
fn has_page(out: &Path, set: &SetRecord) -> bool {
    out.join(&set.result).join("report.html").is_file()
}

fn pairs(sets: &[&SetRecord], out: &Path, compared: &mut Compared) -> Result<()> {
    let mut before: Option<Whole> = None;
    for set in sets {
        let folder = out.join(&set.result);
        // A report that cannot be read was told of already; one without a repetition has nothing to compare.
        let Some(report) = json::read(&folder.join("report.json")).ok().filter(|r| !r.reps.is_empty()) else { continue };
        let now = Whole { set, report, path: BarTrace::read(&folder.join("series.csv")) };
        if let Some(old) = &before {
            let side = |whole: &Whole, from: &SetRecord| {
                let video = out.join(&whole.set.result).join("annotated.mp4").is_file();
                video.then(|| up(&from.result) + &href(&whole.set.result.join("annotated.mp4")))
            };
            let sides = [old, &now].map(|w| Side { report: &w.report, path: w.path.as_ref(), video: side(w, set) });
            let [earlier, later] = sides;
            write_whole(&folder.join(COMPARE_FILE), render_html(earlier, later)?.as_bytes())?;
            compared.insert(set.result.clone(), href(&set.result.join(COMPARE_FILE)));
        }
        before = Some(now);
    }
    Ok(())
}

/// From a result folder to the folder of all results.
fn up(result: &Path) -> String {
    "../".repeat(result.components().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::metadata::SetFacts;
    use crate::batch::record::LeanReport;
    use crate::report::sample::{self, Case};

    #[test]
    fn neighbours_get_a_page_with_both_paths_and_links_that_lead_there() {
        let out = tempfile::tempdir().unwrap();
        let set = |result: &str, case: Case| {
            let folder = out.path().join(result);
            std::fs::create_dir_all(&folder).unwrap();
            let s = sample::build(case);
            json::write(&s.report, &folder.join("report.json")).unwrap();
            crate::report::series::write(&s.signals, &s.set, &folder.join("series.csv")).unwrap();
            std::fs::write(folder.join("annotated.mp4"), "").unwrap();
            let facts = SetFacts { lifter: Some("anna".into()), ..SetFacts::default() };
            SetRecord::new(result.into(), result.into(), result.into(), facts, &LeanReport::read(&folder).unwrap())
        };
        let sets = [set("1/a", Case::Clean), set("2/b c", Case::Faulty)];
        let mut compared = Compared::new();
        pairs(&[&sets[0], &sets[1]], out.path(), &mut compared).unwrap();
        assert_eq!(compared, Compared::from([("2/b c".into(), "2/b%20c/compare-before.html".into())]));
        let page = std::fs::read_to_string(out.path().join("2/b c").join(COMPARE_FILE)).unwrap();
        assert!(page.contains("series s1") && page.contains("series s2"), "both paths");
        assert!(page.contains("src=\"../../1/a/annotated.mp4\"") && page.contains("src=\"../../2/b%20c/annotated.mp4\""));
        assert!(!out.path().join("1/a").join(COMPARE_FILE).exists(), "the first has nothing before it");
    }
}
