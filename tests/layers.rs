//! The house's layers: every import in `src/` is read and held against the table below, and nothing may go in a circle,
//! neither folders nor files.
//!
//! An import is a `use`, or a path in the code that starts with `crate`, `super` or a module's own child. It points to
//! the file that defines the name, through any number of re-exports. Test code may import anything.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};

/// What each part of the crate may import, from the ground up. `main` may name everything.
const TABLE: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("numeric", &[]),
    ("progress", &["error"]),
    ("files", &["error"]),
    ("config", &["error"]),
    ("isolate", &["error", "progress"]),
    ("track", &["error", "files", "numeric"]),
    // The left wing: pure, from the track on.
    ("signals", &["config", "error", "numeric", "track"]),
    ("reps", &["config", "numeric", "signals", "track"]),
    ("day", &["config", "numeric", "reps", "signals", "track"]),
    ("patterns", &["config", "error", "numeric", "reps", "signals", "track"]),
    // Words, pictures, tables; `report/annotate` alone reads frames again.
    ("report", &["config", "day", "error", "files", "media", "numeric", "patterns", "progress", "reps", "signals", "track"]),
    // The right wing: native code, up to the track.
    ("media", &["error", "files", "numeric", "track"]),
    ("bar", &["numeric"]),
    ("pose", &["error", "files", "isolate", "numeric", "track"]),
    ("observe", &["bar", "error", "files", "media", "numeric", "pose", "progress", "track"]),
    // Both together.
    (
        "pipeline",
        &["config", "day", "error", "files", "media", "observe", "patterns", "pose", "progress", "report", "reps", "signals", "track"],
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
        &["config", "error", "files", "isolate", "numeric", "patterns", "pipeline", "progress", "report", "reps", "signals", "track"],
    ),
    (
        "cli",
        &[
            "batch", "config", "day", "error", "evaluate", "files", "isolate", "media", "patterns", "pipeline", "pose", "progress",
            "report", "reps", "signals", "track",
        ],
    ),
    // The library's face.
    ("lib", &["config", "error", "files", "pipeline", "progress", "report", "track"]),
];

#[test]
fn every_import_is_allowed_and_nothing_goes_in_a_circle() {
    let house = House::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let imports = house.imports();
    assert!(house.files.len() > 150 && imports.len() > 500, "{} files, {} imports: the reader is blind", house.files.len(), imports.len());
    let mut faults = forbidden(&imports, TABLE);
    faults.extend(circles(&imports));
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
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

/// From–to, files below `src/`.
type Imports = BTreeSet<(String, String)>;

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

/// One module: a file, or an inline `mod` in one.
#[derive(Debug, Default)]
struct Module {
    file: String,
    children: BTreeSet<String>,
    items: BTreeSet<String>,
    uses: Vec<Use>,
    /// Paths in code, from `crate`, `super`, `self` or a child on.
    paths: BTreeSet<Vec<String>>,
}

#[derive(Debug)]
struct Use {
    path: Vec<String>,
    /// The name it gives; `*` for all.
    name: String,
    public: bool,
}

/// All modules of the crate by their paths.
#[derive(Debug, Default)]
struct House {
    modules: BTreeMap<Vec<String>, Module>,
    files: BTreeSet<String>,
}

impl House {
    fn read(src: &Path) -> House {
        let mut house = House::default();
        let text = |file: &str| std::fs::read_to_string(src.join(file)).ok();
        house.add(vec![], "lib.rs", &text);
        // The binary's own file belongs to no module of the library: it names the crate from outside.
        house.add(vec!["main".into()], "main.rs", &text);
        house
    }

    fn of(files: &[(&str, &str)]) -> House {
        let mut house = House::default();
        house.add(vec![], "lib.rs", &|file| files.iter().find(|f| f.0 == file).map(|f| f.1.to_owned()));
        house
    }

    fn add(&mut self, path: Vec<String>, file: &str, text: &dyn Fn(&str) -> Option<String>) {
        let source = text(file).unwrap_or_else(|| panic!("{file} is missing"));
        let parsed = syn::parse_file(&source).unwrap_or_else(|e| panic!("{file}: {e}"));
        self.files.insert(file.to_owned());
        self.add_items(path, file, &parsed.items, text);
    }

    fn add_items(&mut self, path: Vec<String>, file: &str, items: &[syn::Item], text: &dyn Fn(&str) -> Option<String>) {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        for item in items.iter().filter(|i| !is_test(attributes(i))) {
            match item {
                syn::Item::Mod(m) => {
                    let name = m.ident.to_string();
                    let mut inner = path.clone();
                    inner.push(name.clone());
                    match &m.content {
                        Some((_, items)) => self.add_items(inner, file, items, text),
                        None => self.add(inner, &place(&path, file, &name, text), text),
                    }
                    module.children.insert(name);
                }
                syn::Item::Use(u) => {
                    let public = !matches!(u.vis, syn::Visibility::Inherited);
                    flatten(&u.tree, &mut vec![], public, &mut module.uses);
                }
                other => {
                    module.items.extend(name_of(other));
                    let mut reader = Reader { module: &mut module };
                    reader.visit_item(other);
                }
            }
        }
        self.modules.insert(path, module);
    }

    fn imports(&self) -> Imports {
        let mut imports = Imports::new();
        for (path, module) in &self.modules {
            let mut point = |target: &[String], skip_own: bool| {
                let Some(found) = self.resolve(path, target, 0) else { return };
                let to = &self.modules[&found];
                let own = skip_own && found.starts_with(path);
                if to.file != module.file && !own {
                    imports.insert((module.file.clone(), to.file.clone()));
                }
            };
            for u in &module.uses {
                // A module that shows what its children made does not thereby work with them.
                point(&u.path, u.public);
            }
            for target in &module.paths {
                point(target, false);
            }
        }
        imports
    }

    /// The module that defines what a path, written in module `from`, names.
    fn resolve(&self, from: &[String], target: &[String], depth: usize) -> Option<Vec<String>> {
        if depth > 16 {
            return None;
        }
        let mut here: Vec<String> = from.to_vec();
        let mut rest = target;
        let mut rooted = false;
        while let Some((first, after)) = rest.split_first() {
            match first.as_str() {
                "crate" => here = vec![],
                "formcheck" if !rooted => here = vec![],
                "self" => {}
                "super" => {
                    here.pop()?;
                }
                _ => break,
            }
            (rest, rooted) = (after, true);
        }
        if !rooted && !self.names(&here, rest.first()?) {
            return None;
        }
        while let Some((name, after)) = rest.split_first() {
            let module = self.modules.get(&here)?;
            let mut child = here.clone();
            child.push(name.clone());
            if self.modules.contains_key(&child) {
                here = child;
                rest = after;
                continue;
            }
            if name == "*" || module.items.contains(name) {
                break;
            }
            // Through what the module itself imports or shows.
            let through =
                module.uses.iter().find(|u| u.name == *name && u.path != target).and_then(|u| self.resolve(&here, &u.path, depth + 1));
            let by_star = || {
                module.uses.iter().filter(|u| u.name == "*").find_map(|u| {
                    let all = self.resolve(&here, &u.path[..u.path.len() - 1], depth + 1)?;
                    let mut longer = vec!["crate".to_owned()];
                    longer.extend(all.iter().cloned());
                    longer.push(name.clone());
                    self.modules.get(&all).filter(|m| m.items.contains(name) || m.uses.iter().any(|u| u.name == *name || u.name == "*"))?;
                    self.resolve(&all, &longer, depth + 1)
                })
            };
            return through.or_else(by_star).or(Some(here));
        }
        Some(here)
    }

    /// Whether a bare name is one of a module's children.
    fn names(&self, module: &[String], name: &str) -> bool {
        self.modules.get(module).is_some_and(|m| m.children.contains(name))
    }
}

/// Where a child module's file lies.
fn place(parent: &[String], file: &str, name: &str, text: &dyn Fn(&str) -> Option<String>) -> String {
    let mut folder: PathBuf = parent.iter().collect();
    if file == "lib.rs" || file == "main.rs" {
        folder = PathBuf::new();
    }
    let at = |end: &str| folder.join(format!("{name}{end}")).to_string_lossy().into_owned();
    [at(".rs"), at("/mod.rs")].into_iter().find(|p| text(p).is_some()).unwrap_or_else(|| panic!("no file of module {name} of {file}"))
}

fn flatten(tree: &syn::UseTree, before: &mut Vec<String>, public: bool, out: &mut Vec<Use>) {
    let mut add = |last: Option<String>, name: String| {
        let mut path = before.clone();
        path.extend(last);
        out.push(Use { path, name, public });
    };
    match tree {
        syn::UseTree::Path(p) => {
            before.push(p.ident.to_string());
            flatten(&p.tree, before, public, out);
            before.pop();
        }
        syn::UseTree::Name(n) if n.ident == "self" => add(None, before.last().cloned().unwrap_or_default()),
        syn::UseTree::Name(n) => add(Some(n.ident.to_string()), n.ident.to_string()),
        syn::UseTree::Rename(r) => add(Some(r.ident.to_string()), r.rename.to_string()),
        syn::UseTree::Glob(_) => add(Some("*".into()), "*".into()),
        syn::UseTree::Group(g) => g.items.iter().for_each(|t| flatten(t, before, public, out)),
    }
}

/// `#[cfg(test)]` and `#[test]`.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|a| {
        a.path().is_ident("test")
            || a.path().is_ident("cfg")
                && a.meta.require_list().is_ok_and(|l| l.tokens.to_string().split(|c: char| !c.is_alphanumeric()).any(|w| w == "test"))
    })
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    use syn::Item::*;
    match item {
        Const(i) => &i.attrs,
        Enum(i) => &i.attrs,
        Fn(i) => &i.attrs,
        Impl(i) => &i.attrs,
        Macro(i) => &i.attrs,
        Mod(i) => &i.attrs,
        Static(i) => &i.attrs,
        Struct(i) => &i.attrs,
        Trait(i) => &i.attrs,
        Type(i) => &i.attrs,
        Use(i) => &i.attrs,
        _ => &[],
    }
}

fn name_of(item: &syn::Item) -> Option<String> {
    use syn::Item::*;
    Some(match item {
        Const(i) => i.ident.to_string(),
        Enum(i) => i.ident.to_string(),
        Fn(i) => i.sig.ident.to_string(),
        Macro(i) => i.ident.as_ref()?.to_string(),
        Static(i) => i.ident.to_string(),
        Struct(i) => i.ident.to_string(),
        Trait(i) => i.ident.to_string(),
        Type(i) => i.ident.to_string(),
        _ => return None,
    })
}

/// Gathers the paths and inner `use`s of an item's code, those inside macros too.
struct Reader<'a> {
    module: &'a mut Module,
}

impl Reader<'_> {
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = vec![];
        let mut colons = 0;
        for token in tokens.into_iter().chain([TokenTree::from(proc_macro2::Punct::new(';', proc_macro2::Spacing::Alone))]) {
            match token {
                TokenTree::Punct(p) if p.as_char() == ':' => colons += 1,
                TokenTree::Ident(i) if colons == 2 && !path.is_empty() => {
                    path.push(i.to_string());
                    colons = 0;
                }
                other => {
                    if path.len() > 1 {
                        self.module.paths.insert(path.clone());
                    }
                    (path, colons) = (vec![], 0);
                    match other {
                        TokenTree::Ident(i) => path.push(i.to_string()),
                        TokenTree::Group(g) => self.tokens(g.stream()),
                        _ => {}
                    }
                }
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.module.paths.insert(path.segments.iter().map(|s| s.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, m: &'ast syn::Macro) {
        self.tokens(m.tokens.clone());
        visit::visit_macro(self, m);
    }

    fn visit_item_use(&mut self, u: &'ast syn::ItemUse) {
        flatten(&u.tree, &mut vec![], false, &mut self.module.uses);
    }

    fn visit_item_fn(&mut self, f: &'ast syn::ItemFn) {
        if !is_test(&f.attrs) {
            visit::visit_item_fn(self, f);
        }
    }

    fn visit_impl_item_fn(&mut self, f: &'ast syn::ImplItemFn) {
        if !is_test(&f.attrs) {
            visit::visit_impl_item_fn(self, f);
        }
    }
}
