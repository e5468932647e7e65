//! Two films of one set in a folder: that from the front is no set of its own, it completes the one from the side.

use super::discover::{Found, FrontFilm};
use super::sets::{Sets, names};
use super::text::path_text;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What parts a name from the word for the camera's place.
const BREAKS: [char; 4] = ['_', '-', ' ', '.'];
const SIDE: &str = "side";
const FRONT: &str = "front";

/// Gives films from the front to the films of the same set: as the table's column `front` says, else `x_front` to `x_side`, or to `x`,
/// in the same folder. Also what of the table could not be followed.
pub fn join(files: Vec<Found>, sets: &Sets) -> (Vec<Found>, Vec<String>) {
    let mut notices = vec![];
    let mut given: BTreeSet<usize> = BTreeSet::new();
    let mut fronts: Vec<Option<usize>> = vec![None; files.len()];
    for (i, file) in files.iter().enumerate() {
        let Some(row) = sets.row(&file.relative) else { continue };
        let Some(front) = row.front.as_ref().map(|f| f.replace('\\', "/")) else { continue };
        let beside = |j: &usize| files[*j].relative.parent() == file.relative.parent();
        let mut fits: Vec<usize> = (0..files.len()).filter(|j| *j != i && names(&files[*j].relative).contains(&front)).collect();
        if fits.len() > 1 {
            fits.retain(beside);
        }
        let says = |what: &str| {
            format!("sets.csv line {}, column front: {what} {front:?}; {} is scored alone", row.line, path_text(&file.relative))
        };
        match fits[..] {
            [only] if given.insert(only) => fronts[i] = Some(only),
            [_] => notices.push(says("another film has")),
            [] => notices.push(says("there is no other film")),
            _ => notices.push(says("several films fit")),
        }
    }
    for (i, file) in files.iter().enumerate() {
        if fronts[i].is_some() || given.contains(&i) {
            continue;
        }
        let wanted = of_side(file).or_else(|| Some((stem(file)?, file.relative.parent()?.to_owned())));
        let Some((name, folder)) = wanted else { continue };
        let own_side = of_side(file).is_some();
        // `x` has the film from the front only where there is no `x_side`.
        let better = |f: &Found| of_side(f).is_some_and(|(n, at)| n == name && at == folder);
        if !own_side && files.iter().any(better) {
            continue;
        }
        let front = |f: &Found| marked(f, FRONT).is_some_and(|n| n == name) && f.relative.parent() == Some(folder.as_path());
        if let Some(j) = (0..files.len()).find(|j| *j != i && !given.contains(j) && fronts[*j].is_none() && front(&files[*j])) {
            given.insert(j);
            fronts[i] = Some(j);
        }
    }
    let film = |j: usize| FrontFilm { relative: files[j].relative.clone(), bytes: files[j].bytes, is_track: files[j].is_track };
    let joined = (0..files.len()).filter(|i| !given.contains(i)).map(|i| Found { front: fronts[i].map(film), ..files[i].clone() });
    (joined.collect(), notices)
}

/// The name that a film from the side shares with the other one, and its folder.
fn of_side(file: &Found) -> Option<(String, PathBuf)> {
    Some((marked(file, SIDE)?, file.relative.parent()?.to_owned()))
}

/// The name before a mark that ends it.
fn marked(file: &Found, mark: &str) -> Option<String> {
    let stem = stem(file)?;
    let (name, last) = stem.rsplit_once(BREAKS)?;
    (last.eq_ignore_ascii_case(mark) && !name.is_empty()).then(|| name.to_owned())
}

fn stem(file: &Found) -> Option<String> {
    let name = Path::new(file.relative.file_name()?).to_str()?;
    let bare = name.strip_suffix(".track.json.gz").or_else(|| name.rsplit_once('.').map(|(stem, _)| stem));
    bare.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(paths: &[&str], table: &str) -> (Vec<String>, Vec<String>) {
        let found = |p: &&str| Found { relative: p.into(), bytes: 1, modified_ns: 0, is_track: p.ends_with("gz"), front: None };
        let (files, notices) = join(paths.iter().map(found).collect(), &Sets::read(table.as_bytes()).0);
        let told = |f: &Found| match &f.front {
            Some(front) => format!("{}+{}", path_text(&f.relative), path_text(&front.relative)),
            None => path_text(&f.relative),
        };
        (files.iter().map(told).collect(), notices)
    }

    #[test]
    fn names_pair_films_of_one_folder() {
        let paths = ["a/x_front.mp4", "a/x_side.mp4", "b/x_front.mp4", "heavy-Front.mov", "heavy.mp4", "y.mp4", "z_front.mp4"];
        let (files, notices) = joined(&paths, "video\n");
        assert_eq!(files, ["a/x_side.mp4+a/x_front.mp4", "b/x_front.mp4", "heavy.mp4+heavy-Front.mov", "y.mp4", "z_front.mp4"]);
        assert!(notices.is_empty(), "{notices:?}");
        let (files, _) = joined(&["x.mp4", "x_front.mp4", "x_side.mp4"], "video\n");
        assert_eq!(files, ["x.mp4", "x_side.mp4+x_front.mp4"], "the one from the side is nearer");
    }

    #[test]
    fn the_table_pairs_films_of_any_name_and_what_it_cannot_is_told() {
        let table = "video,front\nmon/1.mp4,2.mp4\n3.mp4,gone\nmon/4.mp4,mon/2.mp4\n";
        let (files, notices) = joined(&["mon/1.mp4", "mon/2.mp4", "mon/3.mp4", "mon/4.mp4", "tue/2.mp4"], table);
        assert_eq!(files, ["mon/1.mp4+mon/2.mp4", "mon/3.mp4", "mon/4.mp4", "tue/2.mp4"]);
        assert!(notices.len() == 2 && notices[0].contains("line 3") && notices[1].contains("another film has"), "{notices:?}");
    }
}
