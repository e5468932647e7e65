//! The house's layers: every import in `src/` is read and held against the table below, and nothing may go in a circle,
//! neither folders nor files.
//!
//! An import is a `use`, a path in the code that starts with `crate`, `super` or a module's own child, or such a path in an
//! attribute (serde's `with`) or a link of the documentation. It points to the file that defines the name, through any number of re-exports. Test code may import anything.

mod house;

use house::{House, Imports};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What each part of the crate may import, from the ground up: of the rows above its own alone. `main` may name everything.
const TABLE: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("numeric", &[]),
    ("device", &[]),
    ("progress", &["error"]),
    ("files", &["error"]),
    ("config", &["error"]),
    ("isolate", &["error", "progress"]),
    ("track", &["error", "files"]),
    // The left wing: pure, from the track on.
    ("signals", &["config", "error", "numeric", "track"]),
    ("reps", &["config", "numeric", "signals", "track"]),
    ("day", &["config", "numeric", "reps", "signals", "track"]),
    ("patterns", &["config", "error", "numeric", "reps", "signals", "track"]),
    ("pair", &["numeric", "reps", "signals"]),
    // The right wing: native code, up to the track.
    ("media", &["error", "files", "track"]),
    ("bar", &["numeric"]),
    ("pose", &["device", "error", "files", "isolate", "numeric", "track"]),
    ("observe", &["bar", "error", "media", "numeric", "pose", "progress", "track"]),
    // Words, pictures, tables; `report/annotate` alone reads frames again, so it stands on both wings.
    ("report", &["config", "day", "error", "files", "media", "numeric", "pair", "patterns", "progress", "reps", "signals", "track"]),
    // Both together.
    (
        "pipeline",
        &["config", "device", "error", "media", "observe", "pair", "patterns", "pose", "progress", "report", "reps", "signals", "track"],
    ),
    (
        "batch",
        &[
            "config", "day", "error", "files", "isolate", "numeric", "patterns", "pipeline", "progress", "report", "reps", "signals",
            "track",
        ],
    ),
    (
        "evaluate",
        &[
            "config", "error", "files", "isolate", "numeric", "pair", "patterns", "pipeline", "progress", "report", "reps", "signals",
            "track",
        ],
    ),
    (
        "cli",
        &[
            "batch", "config", "day", "device", "error", "evaluate", "files", "isolate", "media", "patterns", "pipeline", "pose",
            "progress", "report", "signals", "track",
        ],
    ),
    // The library's face.
    ("lib", &[]),
];

#[test]
fn every_import_is_allowed_and_nothing_goes_in_a_circle() {
    let house = House::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let imports = house.imports();
    assert!(house.files.len() > 150 && imports.len() > 500, "{} files, {} imports: the reader is blind", house.files.len(), imports.len());
    let mut faults = forbidden(&imports, TABLE);
    // Who reads about a file need not know what stands above it.
    faults.extend(forbidden(&house.links(), TABLE));
    faults.extend(circles(&imports));
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn no_part_leans_on_one_above_it_and_every_permission_is_used() {
    let above = |row: usize| TABLE[..row].iter().map(|r| r.0).collect::<BTreeSet<_>>();
    for (row, (part, allowed)) in TABLE.iter().enumerate() {
        let up: Vec<&&str> = allowed.iter().filter(|a| !above(row).contains(**a)).collect();
        assert!(up.is_empty(), "`{part}` leans on {up:?}, which stand no lower than it does");
    }
    let house = House::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let used: BTreeSet<(String, String)> = house.imports().iter().map(|(a, b)| (part(a).to_owned(), part(b).to_owned())).collect();
    let idle = TABLE.iter().flat_map(|(from, allowed)| allowed.iter().map(|to| (from.to_string(), to.to_string())));
    assert_eq!(idle.filter(|pair| !used.contains(pair)).collect::<Vec<_>>(), [], "permissions that nothing uses");
}

#[test]
fn a_forbidden_import_and_a_circle_are_seen() {
    let house = House::of(&[
        ("lib.rs", "mod low; mod mid;"),
        ("low.rs", "pub fn f() -> u32 { crate::mid::inner::deep() }"),
        ("mid/mod.rs", "mod a; mod b; pub mod inner; mod types; pub use types::*;"),
        ("mid/a.rs", "use super::b::other; pub fn one() { other(); }"),
        ("mid/b.rs", "#[cfg(test)] mod tests { use crate::low::f; } pub fn other() { let _ = format!(\"{}\", super::a::one()); }"),
        ("mid/inner.rs", "use super::Shared; pub fn deep() -> u32 { 0 }"),
        ("mid/types.rs", "pub struct Shared;"),
    ]);
    let imports = house.imports();
    let table: &[(&str, &[&str])] = &[("low", &[]), ("mid", &[]), ("lib", &[])];
    assert_eq!(forbidden(&imports, table), ["low.rs may not import mid/inner.rs (`low` may import nothing)"]);
    assert_eq!(circles(&imports), ["circle in mid/: a → b → a (mid/a.rs → mid/b.rs, mid/b.rs → mid/a.rs)"]);
    assert!(imports.contains(&("mid/inner.rs".into(), "mid/types.rs".into())), "a re-export is followed to its file: {imports:?}");
}

#[test]
fn paths_in_attributes_and_in_documentation_are_imports_too() {
    let house = House::of(&[
        ("lib.rs", "mod low; mod high;"),
        ("low/mod.rs", "//! Read by [`crate::high::Top`].\nmod types; mod codec;"),
        ("low/types.rs", "pub struct T { #[serde(default, with = \"super::codec\")] pub a: u32 }"),
        ("low/codec.rs", "use super::types::T;"),
        ("high.rs", "pub struct Top;"),
    ]);
    let imports = house.imports();
    assert_eq!(forbidden(&house.links(), &[("low", &[])]), ["low/mod.rs may not import high.rs (`low` may import nothing)"]);
    assert_eq!(circles(&imports), ["circle in low/: codec → types → codec (low/codec.rs → low/types.rs, low/types.rs → low/codec.rs)"]);
}

#[test]
fn folders_may_not_import_each_other_even_where_no_file_is_in_a_circle() {
    let house = House::of(&[
        ("lib.rs", "mod x; mod y;"),
        ("x/mod.rs", "mod a; pub mod b;"),
        ("x/a.rs", "use crate::y::c::C;"),
        ("x/b.rs", "pub struct B;"),
        ("y/mod.rs", "pub mod c; mod d;"),
        ("y/c.rs", "pub struct C;"),
        ("y/d.rs", "use crate::x::b::B;"),
    ]);
    assert_eq!(circles(&house.imports()), ["circle in src/: x → y → x (x/a.rs → y/c.rs, y/d.rs → x/b.rs)"]);
    let unknown = forbidden(&house.imports(), &[("x", &["y"])]);
    assert_eq!(unknown, ["y/d.rs: `y` is not in the table of layers"]);
}

/// What builds or binds code of another language; `linux-raw-sys` is constants only.
const NATIVE: [&str; 8] = ["opencv", "ort", "ffmpeg-next", "cc", "cmake", "bindgen", "pkg-config", "clang"];

#[test]
fn without_vision_there_is_no_native_crate() {
    let tree = |arguments: &[&str]| {
        let mut cargo = std::process::Command::new(env!("CARGO"));
        cargo.current_dir(env!("CARGO_MANIFEST_DIR")).args(["tree", "--offline", "--package", "formcheck", "--edges", "normal,build"]);
        let out = cargo.args(["--prefix", "none", "--format", "{p}"]).args(arguments).output().expect("cargo built this test");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        text.lines().filter_map(|l| l.split_whitespace().next()).map(str::to_owned).collect::<BTreeSet<String>>()
    };
    let native = |tree: &BTreeSet<String>| -> Vec<String> {
        let is = |name: &&String| NATIVE.contains(&name.as_str()) || name.ends_with("-sys") && *name != "linux-raw-sys";
        tree.iter().filter(is).cloned().collect()
    };
    let pure = tree(&["--no-default-features"]);
    assert!(pure.len() > 50, "{pure:?}");
    assert_eq!(native(&pure), Vec::<String>::new());
    assert!(native(&tree(&[])).contains(&"opencv".to_owned()), "the search is blind");
}

/// The part of the crate a file belongs to.
fn part(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

fn forbidden(imports: &Imports, table: &[(&str, &[&str])]) -> Vec<String> {
    let mut faults = BTreeSet::new();
    for (from, to) in imports.iter().filter(|(from, to)| part(from) != part(to) && part(from) != "main") {
        match table.iter().find(|row| row.0 == part(from)) {
            None => faults.insert(format!("{from}: `{}` is not in the table of layers", part(from))),
            Some((_, allowed)) if allowed.contains(&part(to)) => false,
            Some((name, allowed)) => {
                let may = if allowed.is_empty() { "nothing".into() } else { allowed.join(", ") };
                faults.insert(format!("{from} may not import {to} (`{name}` may import {may})"))
            }
        };
    }
    faults.into_iter().collect()
}

/// Circles among the members of every folder: a member is a file, or a folder taken as one.
fn circles(imports: &Imports) -> Vec<String> {
    let folders: BTreeSet<String> = imports
        .iter()
        .flat_map(|(from, to)| [from, to])
        .flat_map(|file| file.match_indices('/').map(|(i, _)| file[..=i].to_owned()).chain([String::new()]).collect::<Vec<_>>())
        .collect();
    let mut found = vec![];
    for folder in folders {
        let member = |file: &str| {
            let rest = file.strip_prefix(folder.as_str())?;
            // A folder's own file beside it (`a.rs` of `a/`) is the same member.
            Some(rest.split('/').next().unwrap_or(rest).trim_end_matches(".rs").to_owned())
        };
        let mut edges: BTreeMap<(String, String), String> = BTreeMap::new();
        for (from, to) in imports {
            if let (Some(a), Some(b)) = (member(from), member(to))
                && a != b
            {
                edges.entry((a, b)).or_insert_with(|| format!("{from} → {to}"));
            }
        }
        let mut seen = BTreeSet::new();
        for start in edges.keys().map(|e| e.0.clone()).collect::<BTreeSet<_>>() {
            if seen.contains(&start) {
                continue;
            }
            if let Some(way) = shortest_way_back(&edges, &start) {
                seen.extend(way.iter().cloned());
                let by: Vec<&str> = way.windows(2).map(|w| edges[&(w[0].clone(), w[1].clone())].as_str()).collect();
                let name = if folder.is_empty() { "src/" } else { &folder };
                found.push(format!("circle in {name}: {} ({})", way.join(" → "), by.join(", ")));
            }
        }
    }
    found
}

fn shortest_way_back(edges: &BTreeMap<(String, String), String>, start: &str) -> Option<Vec<String>> {
    let mut ways = std::collections::VecDeque::from([vec![start.to_owned()]]);
    let mut been = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        let here = way.last()?.clone();
        for (_, next) in edges.keys().filter(|e| e.0 == here) {
            let mut longer = way.clone();
            longer.push(next.clone());
            if next == start {
                return Some(longer);
            }
            if been.insert(next.clone()) {
                ways.push_back(longer);
            }
        }
    }
    None
}
