//! `--compare OTHER`: the set at hand against another one, as a page and on the terminal.

use super::context::Context;
use crate::batch::port::Finished;
use crate::batch::text::path_text;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::files::write_whole;
use crate::pipeline::{ObserveOptions, Silent};
use crate::report::charts::BarTrace;
use crate::report::compare::{self, Side};
use crate::report::{REPORT_SCHEMA, Report, json, words};
use crate::signals::Signals;
use crate::track::{self, TRACK_FILE};
use std::path::{Component, Path, PathBuf};

/// File name of the page, beside the report.
pub const COMPARE_FILE: &str = "compare.html";

/// A set, or one repetition of it: `PATH` or `PATH#N`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub path: PathBuf,
    pub rep: Option<u32>,
}

impl Place {
    /// A path that exists as it stands is taken so, `#` and all.
    pub fn parse(text: &Path) -> Place {
        let whole = Place { path: text.to_owned(), rep: None };
        if text.exists() {
            return whole;
        }
        let named = text.to_str().and_then(|t| t.rsplit_once('#'));
        match named.and_then(|(path, n)| Some((path, n.parse().ok()?))) {
            Some((path, rep)) => Place { path: path.into(), rep: Some(rep) },
            None => whole,
        }
    }
}

/// A set to compare with: its report, what its bar paths are drawn from, its annotated video.
struct Loaded {
    report: Report,
    signals: Option<Signals>,
    video: Option<PathBuf>,
}

fn load(place: &Place, config: &Config, observe: &ObserveOptions, context: &Context) -> Result<Loaded> {
    let cancel = &context.interrupt.finish;
    let folder = if place.path.is_dir() { place.path.clone() } else { place.path.parent().unwrap_or(Path::new("")).to_owned() };
    let beside = |name: &str| Some(folder.join(name)).filter(|p| p.is_file());
    let assess = |file: &Path| context.line.report(&track::load(file)?, None, config, None, &Silent, cancel);
    let name = place.path.to_string_lossy().to_lowercase();
    let loaded = if place.path.is_dir() && beside(TRACK_FILE).is_some() || name.ends_with(".json.gz") {
        let file = if place.path.is_dir() { folder.join(TRACK_FILE) } else { place.path.clone() };
        let Finished { report, signals, .. } = assess(&file)?;
        Loaded { report, signals, video: beside("annotated.mp4") }
    } else if place.path.is_dir() || name.ends_with(".json") {
        let file = if place.path.is_dir() { folder.join("report.json") } else { place.path.clone() };
        // The report as it was made; the track beside it only draws the bar's path.
        let signals = beside(TRACK_FILE).and_then(|t| assess(&t).ok()?.signals);
        Loaded { report: json::read(&file)?, signals, video: beside("annotated.mp4") }
    } else {
        let mut track = context.line.observe(&place.path, observe, &Silent, cancel)?;
        track::settle(&mut track);
        let Finished { report, signals, .. } = context.line.report(&track, None, config, None, &Silent, cancel)?;
        Loaded { report, signals, video: Some(place.path.clone()) }
    };
    Ok(Loaded { report: compare::part(&loaded.report, place.rep, &path_text(&place.path))?, ..loaded })
}

/// Writes `compare.html` into `folder` (where there is one) and returns what the terminal shows. The other set stands before, the
/// one at hand after.
pub fn run(
    other: &Path,
    own_rep: Option<u32>,
    finished: &mut Finished,
    folder: Option<&Path>,
    config: &Config,
    observe: &ObserveOptions,
    context: &Context,
) -> Result<String> {
    let before = load(&Place::parse(other), config, observe, context)?;
    let after = compare::part(&finished.report, own_rep, &finished.report.provenance.video.file_name)?;
    comparable(&before.report, &after)?;
    let version = &before.report.schema_version;
    if *version != REPORT_SCHEMA {
        let anew = "what it does not tell cannot be compared; `formcheck score` on the track beside it makes it anew";
        context.console.note(&format!("{} is a report of schema {version}: {anew}", path_text(other)));
    }
    if let Some(folder) = folder {
        let video = finished.files.iter().find(|f| f.file_name().is_some_and(|n| n == "annotated.mp4"));
        let own = video.cloned().or_else(|| Some(folder.join("annotated.mp4")).filter(|p| p.is_file()));
        let link = |video: Option<&PathBuf>| video.and_then(|v| relative(folder, v));
        let paths = [before.signals.as_ref(), finished.signals.as_ref()].map(|s| s.map(BarTrace::of));
        let sides = [
            Side { report: &before.report, path: paths[0].as_ref(), video: link(before.video.as_ref()) },
            Side { report: &after, path: paths[1].as_ref(), video: link(own.as_ref()) },
        ];
        let [b, a] = sides;
        let page = folder.join(COMPARE_FILE);
        write_whole(&page, compare::render_html(b, a)?.as_bytes())?;
        finished.files.push(page);
    }
    Ok(compare::render_text(&before.report, &after, super::summary::style(context.console)))
}

/// Sets of different kinds have no numbers in common.
fn comparable(before: &Report, after: &Report) -> Result<()> {
    let (b, a) = (before.variant.name, after.variant.name);
    if b == a {
        return Ok(());
    }
    Err(Error::usage(
        format!("a {} and a {} do not compare", words::variant(b), words::variant(a)),
        "compare two sets of one kind; where the kind was taken wrong, say it with --variant",
    ))
}

/// Path from a folder to a file as a page links it; `None` where the two have nothing in common.
fn relative(folder: &Path, file: &Path) -> Option<String> {
    let (folder, file) = (folder.canonicalize().ok()?, file.canonicalize().ok()?);
    let (from, to): (Vec<Component>, Vec<Component>) = (folder.components().collect(), file.components().collect());
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from[same..].iter().map(|_| "..".to_owned());
    let down = to[same..].iter().map(|c| crate::files::url_escape(&c.as_os_str().to_string_lossy()));
    (same > 0).then(|| up.chain(down).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_after_the_hash_names_a_rep_unless_a_file_is_called_so() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a#2.mp4");
        std::fs::write(&file, "x").unwrap();
        assert_eq!(Place::parse(&file), Place { path: file.clone(), rep: None });
        assert_eq!(Place::parse(Path::new("b.mp4#2")), Place { path: "b.mp4".into(), rep: Some(2) });
        assert_eq!(Place::parse(Path::new("b#x.mp4")).rep, None);
    }

    #[test]
    fn links_go_from_the_page_to_the_video() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a b"), folder.path().join("c"));
        [&a, &b].iter().for_each(|p| std::fs::create_dir(p).unwrap());
        std::fs::write(a.join("x.mp4"), "").unwrap();
        assert_eq!(relative(&b, &a.join("x.mp4")).as_deref(), Some("../a%20b/x.mp4"));
        assert_eq!(relative(&a, &a.join("x.mp4")).as_deref(), Some("x.mp4"));
    }
}
